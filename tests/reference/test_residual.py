"""The residual block passes the gradient around F, and its derivatives are calculus."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.gradients import directional_gradient_error
from labkit.reference.residual import residual_backward, residual_forward


@settings(derandomize=True)  # a fixed set of draws, none of them on a kink or a flat spot
@given(n=st.integers(1, 4), d=st.integers(1, 4), m=st.integers(1, 5), seed=st.integers(0, 999))
def test_gradients_equal_central_differences(n, d, m, seed):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape) for shape in ((n, d), (d, m), (m,), (m, d), (d,))]
    dy = rng.normal(size=(n, d))
    for i, gradient in enumerate(residual_backward(dy, *arrays)):

        def loss(a, i=i):
            return np.sum(residual_forward(*arrays[:i], a, *arrays[i + 1 :]) * dy)

        assert directional_gradient_error(loss, gradient, arrays[i], rng) < 1e-6


def test_with_zero_weights_the_block_is_the_identity_both_ways():
    x, dy, zero = np.ones((2, 3)), np.full((2, 3), 5.0), np.zeros((3, 3))
    assert residual_forward(x, zero, zero[0], zero, zero[0]).tolist() == x.tolist()
    assert residual_backward(dy, x, zero, zero[0], zero, zero[0])[0].tolist() == dy.tolist()


def test_nothing_bends_the_sum():
    x, zero = np.array([[-5.0]]), np.zeros((1, 1))
    assert residual_forward(x, zero, zero[0], zero, zero[0]).item() == -5


def test_inputs_stay_unchanged_and_float32_stays_float32():
    arrays = [np.ones(shape, np.float32) for shape in ((2, 3), (2, 3), (3, 4), (4,), (4, 3), (3,))]
    copies = [a.copy() for a in arrays]
    results = [*residual_backward(*arrays), residual_forward(*arrays[1:])]
    assert {r.dtype for r in results} == {np.dtype(np.float32)}
    for a, before in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(a, before)


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="mismatch"):
        residual_forward(np.ones((2, 3)), np.ones((4, 3)), np.ones(3), np.ones((3, 3)), np.ones(3))
