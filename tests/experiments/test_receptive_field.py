"""The receptive field that is computed is the one that gradients show."""

from __future__ import annotations

import numpy as np
import pytest

from labkit.experiments.receptive_field import KERNELS_AND_STRIDES, STAGES, field_gradient, field_sizes, output_sides

FIELDS = [("conv 1", 3, 5, 3), ("pool 1", 3, 6, 6), ("conv 2", 3, 14, 6), ("pool 2", 1, 16, 4)]


@pytest.mark.parametrize(("stage", "number", "size", "top"), FIELDS)
def test_the_gradient_fills_the_computed_receptive_field(stage, number, size, top):
    gradient = field_gradient(stage, number, number)
    there = np.argwhere(gradient)
    assert field_sizes(KERNELS_AND_STRIDES)[list(STAGES).index(stage)] == size
    assert there.min(axis=0).tolist() == [top, top]
    assert (there.max(axis=0) - there.min(axis=0) + 1).tolist() == [size, size]


def test_output_sides_of_lenet():
    assert output_sides(KERNELS_AND_STRIDES) == [24, 12, 8, 4]
