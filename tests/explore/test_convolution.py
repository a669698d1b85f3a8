"""The kernel editor: values in, values out, no browser."""

from __future__ import annotations

from itertools import product

import ipywidgets as widgets
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.signal import convolve2d, correlate2d

from labkit.explore.convolution import KERNELS, OWN, Canvas, compute, describe, draw, explorer, images

POOL = images()


class Parts:
    """The explorer's controls by name."""

    def __init__(self):
        controls, self.picture, self.sentence = explorer().children
        left, right = controls.children
        self.image, self.preset, self.flip, grid = left.children
        self.cells = grid.children
        self.stride, self.padding, self.dilation, self.row, self.column = right.children

    @property
    def state(self):
        return self.picture.value, self.sentence.value


@pytest.mark.parametrize("name", POOL)
def test_cross_correlation_and_convolution_agree_with_scipy(name):
    image, kernel = POOL[name], np.random.default_rng(0).normal(size=(3, 3))
    step = compute(image, kernel, 1, 1, 1, False, 0, 0)
    assert_allclose(step.output, correlate2d(image, kernel, mode="same"), atol=1e-12)
    step = compute(image, kernel, 2, 0, 1, True, 0, 0)
    assert_allclose(step.output, convolve2d(image, kernel, mode="valid")[::2, ::2], atol=1e-12)


def test_dilation_is_a_kernel_with_holes():
    image, kernel = POOL["a handwritten digit"], np.random.default_rng(0).normal(size=(3, 3))
    spread = np.zeros((5, 5))
    spread[::2, ::2] = kernel
    step = compute(image, kernel, 1, 0, 2, False, 0, 0)
    assert_allclose(step.output, correlate2d(image, spread, mode="valid"), atol=1e-12)


def test_the_products_add_up_to_the_output_cell():
    step = compute(POOL["a garment"], KERNELS["sharpen"], 3, 2, 2, True, 4, 1)
    assert step.at == (4, 1)
    assert_allclose((step.kernel * step.window).sum(), step.output[4, 1])


def test_a_dot_gives_the_turned_kernel_and_a_convolution_the_kernel_itself():
    kernel = KERNELS["numbers 1 to 9"]
    plain = compute(POOL["a single dot"], kernel, 1, 0, 1, False, 0, 0).output
    turned = compute(POOL["a single dot"], kernel, 1, 0, 1, True, 0, 0).output
    assert_allclose(plain[2:5, 2:5], kernel[::-1, ::-1])
    assert_allclose(turned[2:5, 2:5], kernel)


@pytest.mark.parametrize("name", POOL)
def test_the_ends_of_all_controls_give_a_picture_and_a_sentence(name):
    for stride, padding, dilation, flip in product((1, 4), (0, 3), (1, 3), (False, True)):
        step = compute(POOL[name], KERNELS["all edges (Laplace)"], stride, padding, dilation, flip, 99, 99)
        assert step.output.shape[0] >= 1
        text = describe(step, flip)
        assert f"⌋ + 1 = {step.output.shape[0]}." in text
        assert text.endswith(".")
    assert len(draw(step).axes) == 4


def test_a_picture_does_not_depend_on_those_before():
    kernel = KERNELS["all edges (Laplace)"]
    states = [("a garment", 2, 3, 2), ("stairs", 1, 1, 3), ("a single dot", 4, 0, 1), ("a garment", 1, 0, 1)]
    canvas = Canvas()
    for name, stride, padding, dilation in states:
        step = compute(POOL[name], kernel, stride, padding, dilation, False, 1, 1)
        assert canvas.draw(step) == Canvas().draw(step), name


def test_a_kernel_of_zeros_and_one_that_finds_nothing_are_told():
    edge = POOL["a vertical edge"]
    assert "nothing comes through" in describe(compute(edge, np.zeros((3, 3)), 1, 0, 1, False, 0, 0), False)
    across = compute(edge, KERNELS["horizontal edges (Sobel)"], 1, 0, 1, False, 0, 0)
    assert "finds nothing in this picture" in describe(across, False)


def test_it_starts_with_an_edge_kernel_on_a_digit():
    parts = Parts()
    assert_allclose([cell.value for cell in parts.cells], KERNELS["vertical edges (Sobel)"].ravel())
    assert 'alt="Cross-correlation' in parts.picture.value
    assert "+ 1 = 6." in parts.sentence.value


def test_each_control_changes_picture_and_sentence():
    parts = Parts()
    changes = {
        "padding": 1,
        "stride": 2,
        "dilation": 2,
        "flip": True,
        "image": "a garment",
        "preset": "sharpen",
        "row": 5,
        "column": 4,
    }
    for name, value in changes.items():
        before = parts.state
        getattr(parts, name).value = value
        assert parts.picture.value != before[0], name
        assert parts.sentence.value != before[1], name


def test_writing_a_number_makes_the_kernel_ones_own():
    parts = Parts()
    before = parts.picture.value
    parts.cells[4].value = 7.0
    assert parts.preset.value == OWN
    assert parts.picture.value != before
    parts.preset.value = "nothing changes"
    assert [cell.value for cell in parts.cells] == [0, 0, 0, 0, 1, 0, 0, 0, 0]


def test_numbers_that_are_none_do_no_harm():
    parts = Parts()
    for value in (float("nan"), float("inf"), -1e300):
        parts.cells[0].value = value
        assert "nan" not in parts.sentence.value
        assert "inf" not in parts.sentence.value


def test_the_place_stays_in_the_output_when_it_shrinks():
    parts = Parts()
    parts.row.value = parts.column.value = 5
    parts.dilation.value, parts.stride.value = 3, 4
    assert (parts.row.value, parts.column.value) == (0, 0)
    assert parts.row.disabled
    assert "only one place left" in parts.sentence.value
    parts.stride.value = parts.dilation.value = 1
    assert not parts.row.disabled
    assert parts.row.max == 5


def test_all_controls_are_described():
    parts = Parts()
    controls = [
        parts.image,
        parts.preset,
        parts.flip,
        parts.stride,
        parts.padding,
        parts.dilation,
        parts.row,
        parts.column,
    ]
    assert all(control.description for control in [*controls, *parts.cells])
    assert all(isinstance(cell, widgets.FloatText) and cell.tooltip for cell in parts.cells)
