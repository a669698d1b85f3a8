"""Pooling equals torch's, ties, edges and overlaps included."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from labkit.gradients import directional_gradient_error
from labkit.reference.pooling import avg_pool, max_pool_backward, max_pool_forward


@st.composite
def poolings(draw):
    """Draw (x, size, stride, padding) that fit; x is generic, or of few values so that windows hold ties."""
    rng = np.random.default_rng(draw(st.integers(0, 9999)))
    height, width, size = draw(st.integers(1, 8)), draw(st.integers(1, 8)), draw(st.integers(1, 4))
    stride, padding = draw(st.one_of(st.none(), st.integers(1, 3))), draw(st.integers(0, size // 2))
    assume(size <= min(height, width) + 2 * padding)
    shape = (2, draw(st.integers(1, 3)), height, width)
    x = rng.normal(size=shape) if draw(st.booleans()) else rng.integers(-2, 1, shape).astype(float)
    return (x, size, stride, padding), rng


@settings(max_examples=200)
@given(poolings())
def test_max_pooling_equals_torch_both_ways(drawn):
    (x, size, stride, padding), rng = drawn
    leaf = torch.tensor(x, requires_grad=True)
    y_torch = torch.nn.functional.max_pool2d(leaf, size, stride, padding)
    y, cache = max_pool_forward(x, size, stride, padding)
    np.testing.assert_array_equal(y, y_torch.detach().numpy())
    dy = rng.normal(size=y.shape)
    y_torch.backward(torch.tensor(dy))
    np.testing.assert_allclose(max_pool_backward(dy, cache), leaf.grad.numpy(), rtol=1e-12, atol=1e-12)


@given(poolings())
def test_average_pooling_equals_torch(drawn):
    (x, size, stride, _), _ = drawn
    assume(size <= min(x.shape[2:]))
    expected = torch.nn.functional.avg_pool2d(torch.tensor(x), size, stride).numpy()
    np.testing.assert_allclose(avg_pool(x, size, stride), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("size", "stride", "padding"), [(2, None, 0), (3, 1, 1), (2, 3, 0)])
def test_the_gradient_equals_central_differences(size, stride, padding):
    rng = np.random.default_rng(0)
    x = rng.permutation(2 * 2 * 36).reshape(2, 2, 6, 6) / 10.0  # no two are near each other: no kink is met
    y, cache = max_pool_forward(x, size, stride, padding)
    dy = rng.normal(size=y.shape)
    dx = max_pool_backward(dy, cache)
    f = lambda x: np.sum(max_pool_forward(x, size, stride, padding)[0] * dy)  # noqa: E731
    assert directional_gradient_error(f, dx, x, rng) < 1e-6


def test_a_padding_never_wins():
    # By hand: each corner window of a 2 by 2 image of negative numbers holds one real pixel.
    x = np.array([[[[-1.0, -2.0], [-3.0, -4.0]]]])
    assert max_pool_forward(x, 2, 2, 1)[0].tolist() == [[[[-1.0, -2.0], [-3.0, -4.0]]]]


def test_the_first_of_a_tie_gets_everything_in_every_window():
    # By hand: windows of 2 one apart over a row of three equal pixels of two rows; each window's first pixel is top left.
    _, cache = max_pool_forward(np.zeros((1, 1, 2, 3)), 2, 1)
    assert max_pool_backward(np.array([[[[5.0, 7.0]]]]), cache).tolist() == [[[[5.0, 7.0, 0.0], [0.0, 0.0, 0.0]]]]


def test_overlapping_windows_add_up_at_their_common_maximum():
    x = np.array([[[[0.0, 9.0, 0.0], [0.0, 0.0, 0.0]]]])
    _, cache = max_pool_forward(x, 2, 1)
    assert max_pool_backward(np.array([[[[5.0, 7.0]]]]), cache)[0, 0].tolist() == [[0.0, 12.0, 0.0], [0.0, 0.0, 0.0]]


def test_a_padding_of_more_than_half_a_window_is_refused():
    with pytest.raises(ValueError, match="padding is 2; for windows of 3 it can be at most 1"):
        max_pool_forward(np.zeros((1, 1, 4, 4)), 3, 1, 2)


def test_inputs_stay_and_float32_stays_float32():
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 5)).astype(np.float32)
    before = x.copy()
    y, cache = max_pool_forward(x, 3, 1, 1)
    assert y.dtype == avg_pool(x, 2).dtype == max_pool_backward(y, cache).dtype == np.float32
    np.testing.assert_array_equal(x, before)
