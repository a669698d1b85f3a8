"""The dense layer's gradients are the lesson's two-weight example, and calculus in general."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.gradients import directional_gradient_error
from labkit.reference.dense import dense_backward, dense_forward, relu_backward
from labkit.reference.losses import mse_grad, mse_loss


def test_the_worked_two_weight_example():
    # The chapter's numbers (x = 2, w1 = 0.5, w2 = 1, y = 1, a sigmoid between, learning rate 0.01).
    x, w1, w2, y = np.array([[2.0]]), np.array([[0.5]]), np.array([[1.0]]), np.array([[1.0]])
    no_bias = np.zeros(1)
    h = 1 / (1 + np.exp(-dense_forward(x, w1, no_bias)))
    y_pred = dense_forward(h, w2, no_bias)
    dh, dw2, _ = dense_backward(mse_grad(y_pred, y), h, w2)
    _, dw1, _ = dense_backward(dh * h * (1 - h), x, w1)
    digits = [y_pred, mse_loss(y_pred, y), dw2, dw1, w2 - 0.01 * dw2, w1 - 0.01 * dw1]
    assert [round(np.asarray(d).item(), 4) for d in digits] == [0.7311, 0.0723, -0.3932, -0.2115, 1.0039, 0.5021]


@settings(derandomize=True)  # a fixed set of draws, none of them on a kink or a flat spot
@given(n=st.integers(1, 6), d_in=st.integers(1, 5), d_out=st.integers(1, 5), seed=st.integers(0, 999))
def test_gradients_equal_central_differences(n, d_in, d_out, seed):
    rng = np.random.default_rng(seed)
    x, w, b, dy = (rng.normal(size=shape) for shape in ((n, d_in), (d_in, d_out), (d_out,), (n, d_out)))
    dx, dw, db = dense_backward(dy, x, w)
    assert directional_gradient_error(lambda x: (dense_forward(x, w, b) * dy).sum(), dx, x, rng) < 1e-6
    assert directional_gradient_error(lambda w: (dense_forward(x, w, b) * dy).sum(), dw, w, rng) < 1e-6
    assert directional_gradient_error(lambda b: (dense_forward(x, w, b) * dy).sum(), db, b, rng) < 1e-6


def test_weight_gradients_sum_over_the_batch():
    rng = np.random.default_rng(0)
    x, w, dy = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=(4, 2))
    _, dw, db = dense_backward(dy, x, w)
    rows = [dense_backward(dy[[i]], x[[i]], w) for i in range(4)]
    np.testing.assert_allclose(dw, sum(row[1] for row in rows), rtol=1e-12)
    np.testing.assert_allclose(db, sum(row[2] for row in rows), rtol=1e-12)


def test_relu_stops_the_gradient_at_zero_and_below():
    dy, z = np.array([1.0, 1.0, 1.0, 1.0]), np.array([-1.0, -0.0, 0.0, 1e-300])
    assert relu_backward(dy, z).tolist() == [0, 0, 0, 1]


def test_inputs_stay_unchanged_and_float32_stays_float32():
    arrays = [np.ones(shape, np.float32) for shape in ((2, 3), (2, 4), (4, 3))]
    copies = [a.copy() for a in arrays]
    results = [*dense_backward(*arrays), dense_forward(arrays[1], arrays[2], np.ones(3, np.float32))]
    results.append(relu_backward(arrays[0], arrays[0]))
    assert {result.dtype for result in results} == {np.dtype(np.float32)}
    for a, before in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(a, before)


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="mismatch"):
        dense_forward(np.ones((2, 3)), np.ones((2, 3)), np.ones(3))
