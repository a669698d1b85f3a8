"""The experiments on images that move measure what they say they measure."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from labkit.experiments import moving
from labkit.experiments.convolution import DENSE


def blob(n=3):
    """Return noise in the middle of a wide black margin."""
    x = np.zeros((n, 1, 40, 40))
    x[:, :, 12:28, 12:28] = np.random.default_rng(0).normal(size=(n, 1, 16, 16))
    return x


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (2, 0), (0, -3), (-1, 2)])
def test_moved_agrees_with_roll_on_a_wide_margin(rows, columns):
    assert np.array_equal(moving.moved(blob(), rows, columns), np.roll(blob(), (rows, columns), axis=(2, 3)))


def test_moved_fills_the_gap_with_zeros_and_leaves_its_input_alone():
    x = np.ones((1, 1, 4, 4))
    assert moving.moved(x, 0, 1).sum() == 12
    assert moving.moved(x, -2, 0).sum() == 8
    assert x.sum() == 16


def test_augment_moves_by_at_most_the_padding_and_draws_from_torch():
    x = np.zeros((60, 1, 28, 28), np.float32)
    x[:, 0, 14, 14] = 1.0
    change = moving.augment(2)
    torch.manual_seed(0)
    first = change(x)
    torch.manual_seed(0)
    assert np.array_equal(first, change(x))
    places = np.argwhere(first)[:, 2:] - 14
    assert len(places) == 60
    assert np.abs(places).max() == 2
    assert len(np.unique(places, axis=0)) > 10


def test_a_convolution_is_equivariant_and_a_stride_only_to_its_multiples():
    errors = moving.equivariance_errors(blob(), range(9), 0)
    assert (errors["convolution, stride 1"] < 1e-12).all()
    for name, stride in (("convolution and pooling", 2), ("twice convolution and pooling", 4)):
        multiple = np.arange(9) % stride == 0
        assert (errors[name][multiple] < 1e-12).all()
        assert (errors[name][~multiple] > 0.1).all()


def test_accuracy_by_shift_measures_three_networks():
    table = moving.accuracy_by_shift([0], [0, 5], n=300, epochs=3)
    assert {name: rows.shape for name, rows in table.items()} == dict.fromkeys(
        [DENSE, "LeNet-5", "LeNet-5, augmented"], (1, 2)
    )
    assert table["LeNet-5"][0, 0] > table["LeNet-5"][0, 1]
