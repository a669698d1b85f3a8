"""Losses are what the lesson says by hand, agree with scikit-learn, and survive extremes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error

from labkit.gradients import directional_gradient_error
from labkit.reference.losses import (
    binary_cross_entropy,
    cross_entropy,
    mae_grad,
    mae_loss,
    mse_grad,
    mse_loss,
    softmax_cross_entropy_backward,
)


@given(n=st.integers(1, 30), seed=st.integers(0, 999))
def test_regression_losses_equal_scikit_learn(n, seed):
    rng = np.random.default_rng(seed)
    y_pred, y = rng.normal(size=n), rng.normal(size=n)
    assert mse_loss(y_pred, y) == pytest.approx(mean_squared_error(y, y_pred), rel=1e-12)
    assert mae_loss(y_pred, y) == pytest.approx(mean_absolute_error(y, y_pred), rel=1e-12)


@given(n=st.integers(1, 30), k=st.integers(2, 6), seed=st.integers(0, 999))
def test_cross_entropy_equals_scikit_learn(n, k, seed):
    rng = np.random.default_rng(seed)
    logits, y = rng.normal(size=(n, k)), rng.integers(k, size=n)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert cross_entropy(logits, y) == pytest.approx(log_loss(y, p, labels=range(k)), rel=1e-10)


@pytest.mark.parametrize("loss", [mse_loss, mae_loss])
def test_column_against_vector_is_not_a_table(loss):
    rng = np.random.default_rng(0)
    y = rng.normal(size=20)
    assert loss(y[:, None], y) == 0
    assert loss(y, y[:, None]) == 0
    assert mse_grad(y[:, None], y).shape == (20, 1)


@pytest.mark.parametrize("loss", [mse_loss, mse_grad, mae_loss, mae_grad, binary_cross_entropy])
def test_different_numbers_of_elements_are_refused(loss):
    with pytest.raises(ValueError, match="3 elements and y has 4"):
        loss(np.full(3, 0.5), np.ones(4))


def test_softmax_before_cross_entropy_has_the_floor_of_the_lesson():
    # By hand: a softmax output of exactly one-hot gives log(e + 9) - 1 at best for 10 classes.
    one_hot = np.eye(10)
    assert cross_entropy(one_hot, np.arange(10)) == pytest.approx(np.log(np.e + 9) - 1, rel=1e-12)
    assert round(float(cross_entropy(one_hot, np.arange(10))), 4) == 1.4612


def test_untrained_logits_cost_log_of_the_number_of_classes():
    assert cross_entropy(np.zeros((5, 7)), np.array([0, 1, 2, 3, 6])) == pytest.approx(np.log(7))


def test_extreme_logits_stay_finite():
    # By hand: one row is right for sure and costs 0, the other wrong by 2000 and costs 2000.
    logits = np.array([[1000.0, -1000.0], [1000.0, -1000.0]])
    assert cross_entropy(logits, np.array([0, 1])) == 1000.0
    np.testing.assert_array_equal(softmax_cross_entropy_backward(logits, np.array([0, 1])), [[0, 0], [0.5, -0.5]])


def test_certain_probabilities_cost_zero_or_one_hundred():
    p = np.array([0.0, 1.0])
    assert binary_cross_entropy(p, np.array([0, 1])) == 0
    assert binary_cross_entropy(p, np.array([1, 0])) == 100


@pytest.mark.parametrize("shape", [(6,), (6, 1), (4, 3)])
def test_regression_gradients_equal_central_differences(shape):
    rng = np.random.default_rng(1)
    y_pred, y = rng.normal(size=shape), rng.normal(size=shape)
    assert directional_gradient_error(lambda a: mse_loss(a, y), mse_grad(y_pred, y), y_pred, rng) < 1e-6
    assert directional_gradient_error(lambda a: mae_loss(a, y), mae_grad(y_pred, y), y_pred, rng) < 1e-6


@settings(derandomize=True)  # a fixed set of draws, none of them on a kink or a flat spot
@given(n=st.integers(1, 8), k=st.integers(2, 6), seed=st.integers(0, 999))
def test_cross_entropy_gradient_equals_central_differences_and_sums_to_zero(n, k, seed):
    rng = np.random.default_rng(seed)
    logits, y = 2 * rng.normal(size=(n, k)), rng.integers(k, size=n)
    before = logits.copy()
    gradient = softmax_cross_entropy_backward(logits, y)
    assert directional_gradient_error(lambda z: cross_entropy(z, y), gradient, logits, rng) < 1e-6
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)
    np.testing.assert_array_equal(logits, before)


def test_float32_stays_float32():
    a, y = np.array([0.25, 0.5], np.float32), np.array([1, 0])
    results = [mse_grad(a, a), mse_loss(a, a), mae_loss(a, a), binary_cross_entropy(a, a)]
    results += [cross_entropy(a[None], y[:1]), softmax_cross_entropy_backward(a[None], y[:1])]
    assert {result.dtype for result in results} == {np.dtype(np.float32)}
