"""The activations explorer: values in, values out, no browser."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit.explore.activations import FLAT, N_INPUTS, WIDTH, Canvas, compute, describe, explorer
from labkit.reference.activations import ACTIVATIONS


def test_a_linear_stack_scales_by_its_weights_each_layer():
    small, large = compute("linear", 6, 0.5), compute("linear", 6, 1.0)
    assert_allclose(small.std * 2.0 ** np.arange(7), large.std)
    assert large.flat.max() == 0


def test_outputs_are_what_the_layers_make_of_the_inputs():
    stack = compute("tanh", 3, 1.0)
    assert stack.depth == 3
    assert all(h.shape == (N_INPUTS, WIDTH) for h in stack.outputs)
    assert np.abs(stack.outputs[1]).max() < 1
    assert np.abs(stack.outputs[0]).max() > 1


@pytest.mark.parametrize("scale", [0.1, 1.0, 3.0])
def test_sigmoids_forget_their_input_at_every_scale_of_the_slider(scale):
    stack = compute("sigmoid", 20, scale)
    assert stack.across[-1] < 1e-5 < stack.std[-1]
    assert "faded" in describe(stack)


def test_large_weights_saturate_tanh_and_explode_relu():
    tanh, relu = compute("tanh", 10, 3.0), compute("relu", 50, 3.0)
    assert (np.abs(tanh.outputs[-1]) > 0.97).mean() == pytest.approx(tanh.flat[-1], abs=0.02)  # 1 - t² < 0.05
    assert "explodes" in describe(relu)


def test_the_scale_of_he_keeps_relu_in_range():
    stack = compute("relu", 50, 2**0.5)
    assert 0.1 < stack.std[-1] < 10
    assert compute("relu", 50, 1.0).std[-1] < 1e-6


def test_the_same_seed_gives_the_same_stack_and_another_does_not():
    assert np.array_equal(compute("relu", 3, 1.0, seed=5).outputs[-1], compute("relu", 3, 1.0, seed=5).outputs[-1])
    assert not np.array_equal(compute("relu", 3, 1.0, seed=5).outputs[-1], compute("relu", 3, 1.0, seed=6).outputs[-1])


def test_the_sentence_holds_the_numbers():
    stack = compute("tanh", 7, 1.5)
    text = describe(stack)
    assert "After 7 tanh layers with weight scale 1.50" in text
    assert f"{stack.std[-1]:.2f}" in text
    assert f"{stack.flat[-1]:.0%} of the slopes are below {FLAT}" in text


@pytest.mark.parametrize(("depth", "titles"), [(1, [1]), (2, [1, 2]), (20, [1, 10, 20])])
def test_the_picture_shows_first_middle_and_last_layer(depth, titles):
    canvas = Canvas()
    canvas.draw(compute("relu", depth, 1.0))
    shown = [ax.get_title(loc="left") for ax in canvas.histograms if ax.get_visible()]
    assert shown == [f"outputs of layer {k}" for k in titles]


CORNERS = [(1, 0.1), (1, 3.0), (50, 0.1), (50, 3.0)]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_corner_of_the_controls_gives_a_sentence_with_finite_numbers(activation):
    for depth, scale in CORNERS:
        stack = compute(activation, depth, scale)
        assert np.isfinite(stack.std).all()
        assert describe(stack).endswith(".")


@pytest.mark.parametrize(
    ("activation", "depth", "scale"), [("sigmoid", 50, 0.1), ("relu", 50, 3.0), ("linear", 50, 0.1)]
)
def test_what_has_faded_or_exploded_can_be_drawn(activation, depth, scale):
    assert Canvas().draw(compute(activation, depth, scale)).startswith(b"\xff\xd8")  # a JPEG


def test_the_picture_shows_the_numbers_of_the_stack_after_another_one():
    canvas, stack = Canvas(), compute("tanh", 7, 1.5)
    canvas.draw(compute("relu", 50, 3.0))
    again = canvas.draw(stack)
    assert again == Canvas().draw(stack)
    _, _, std, across, flat = canvas.lines
    assert_allclose(std.get_ydata(), stack.std)
    assert_allclose(across.get_ydata(), stack.across)
    assert_allclose(flat.get_ydata(), stack.flat)
    heights, edges, _ = canvas.bars[2].get_data()
    counts, _ = np.histogram(stack.outputs[7], bins=edges)
    assert counts.sum() == stack.outputs[7].size, "every output is counted"
    assert_allclose(heights, counts / counts.max())


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_all_that_is_drawn_lies_within_its_axes(activation):
    canvas = Canvas()
    for depth, scale in CORNERS:
        canvas.draw(compute(activation, depth, scale))
        for line in canvas.lines:
            low, high = line.axes.get_ylim()
            left, right = line.axes.get_xlim()
            assert low <= line.get_ydata().min() <= line.get_ydata().max() <= high
            assert left <= line.get_xdata().min() <= line.get_xdata().max() <= right


def test_controls_are_described_and_change_picture_and_sentence():
    activation, depth, scale, again, picture, sentence = explorer().children
    assert all(control.description for control in (activation, depth, scale, again))
    assert "After 20 tanh layers" in sentence.value
    assert 'alt="After 20 tanh' in picture.value
    before = picture.value
    activation.value = "relu"
    assert "relu" in sentence.value
    assert picture.value != before
    depth.value = 1
    assert "After 1 relu layer with" in sentence.value
    scale.value = 3.0
    assert "weight scale 3.00" in sentence.value
    before = picture.value
    again.click()
    assert picture.value != before
