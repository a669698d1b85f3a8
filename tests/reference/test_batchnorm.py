"""Batch normalisation walks with torch's, output and memory, in training and at inference."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.gradients import directional_gradient_error
from labkit.reference.batchnorm import batchnorm_backward, batchnorm_forward


def torch_layer(d, gamma, beta, **options):
    layer = torch.nn.BatchNorm1d(d, dtype=torch.float64, **options)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(gamma))
        layer.bias.copy_(torch.tensor(beta))
    return layer


@given(d=st.integers(1, 5), momentum=st.floats(0, 1), eps=st.floats(1e-5, 1), seed=st.integers(0, 999))
def test_outputs_and_running_statistics_equal_torch_over_many_batches(d, momentum, eps, seed):
    rng = np.random.default_rng(seed)
    gamma, beta, mean, var = rng.normal(size=d), rng.normal(size=d), np.zeros(d), np.ones(d)
    layer = torch_layer(d, gamma, beta, momentum=momentum, eps=eps)
    options = {"momentum": momentum, "eps": eps}
    for n in rng.integers(2, 9, size=6):
        x = rng.normal(size=(n, d)) * rng.uniform(0.5, 5) + rng.normal()
        y, mean, var = batchnorm_forward(x, gamma, beta, mean, var, training=True, **options)
        np.testing.assert_allclose(y, layer(torch.tensor(x)).detach().numpy(), rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(mean, layer.running_mean.numpy(), rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(var, layer.running_var.numpy(), rtol=1e-10)
    layer.eval()
    x = rng.normal(size=(1, d))
    y, mean_after, var_after = batchnorm_forward(x, gamma, beta, mean, var, training=False, **options)
    np.testing.assert_allclose(y, layer(torch.tensor(x)).detach().numpy(), rtol=1e-10, atol=1e-10)
    np.testing.assert_array_equal(mean_after, mean)
    np.testing.assert_array_equal(var_after, var)


def test_the_stored_variance_of_zero_and_two_is_two():
    # By hand: mean 1, squares 1 + 1, divided by n - 1 = 1 for storing, by n = 2 for normalising.
    x, one, zero = np.array([[0.0], [2.0]]), np.ones(1), np.zeros(1)
    y, mean, var = batchnorm_forward(x, one, zero, zero, one, training=True, momentum=1.0, eps=0.0)
    assert (mean.item(), var.item()) == (1.0, 2.0)
    assert y.ravel().tolist() == [-1.0, 1.0]


def test_momentum_is_the_weight_of_the_new_batch():
    # By hand: 0.9 * 10 + 0.1 * 1 and 0.9 * 20 + 0.1 * 2.
    x, one = np.array([[0.0], [2.0]]), np.ones(1)
    _, mean, var = batchnorm_forward(x, one, one, 10 * one, 20 * one, training=True)
    assert mean.item() == pytest.approx(9.1)
    assert var.item() == pytest.approx(18.2)


@settings(derandomize=True)
@given(n=st.integers(3, 8), d=st.integers(1, 4), seed=st.integers(0, 999))
def test_gradients_equal_central_differences(n, d, seed):
    rng = np.random.default_rng(seed)
    x, dy, gamma, beta = rng.normal(size=(n, d)), rng.normal(size=(n, d)), rng.normal(size=d), rng.normal(size=d)

    def loss(x, gamma, beta):
        return np.sum(batchnorm_forward(x, gamma, beta, beta, beta, training=True, eps=0.01)[0] * dy)

    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, eps=0.01)
    assert directional_gradient_error(lambda x: loss(x, gamma, beta), dx, x, rng) < 1e-6
    assert directional_gradient_error(lambda gamma: loss(x, gamma, beta), dgamma, gamma, rng) < 1e-6
    assert directional_gradient_error(lambda beta: loss(x, gamma, beta), dbeta, beta, rng) < 1e-6


def test_one_row_has_no_variance():
    one = np.ones(2)
    with pytest.raises(ValueError, match="at least 2 rows"):
        batchnorm_forward(np.ones((1, 2)), one, one, one, one, training=True)


def test_inputs_stay_unchanged_and_float32_stays_float32():
    x = np.arange(6, dtype=np.float32).reshape(3, 2)
    state = [np.ones(2, np.float32) for _ in range(4)]
    for training in (True, False):
        results = batchnorm_forward(x, *state, training=training)
        assert {r.dtype for r in results} == {np.dtype(np.float32)}
    assert {r.dtype for r in batchnorm_backward(x, x, state[0])} == {np.dtype(np.float32)}
    assert x.ravel().tolist() == [0, 1, 2, 3, 4, 5]
    assert all((s == 1).all() for s in state)
