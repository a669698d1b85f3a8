"""Layer normalisation treats each row by itself, as torch does."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.gradients import directional_gradient_error
from labkit.reference.layernorm import layernorm_backward, layernorm_forward


@given(shape=st.lists(st.integers(1, 5), min_size=1, max_size=3), eps=st.floats(1e-5, 1), seed=st.integers(0, 99))
def test_equals_torch_for_any_leading_shape(shape, eps, seed):
    rng = np.random.default_rng(seed)
    d = shape[-1] + 1
    x, gamma, beta = rng.normal(size=(*shape[:-1], d)), rng.normal(size=d), rng.normal(size=d)
    layer = torch.nn.LayerNorm(d, eps=eps, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(gamma))
        layer.bias.copy_(torch.tensor(beta))
    theirs = layer(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(layernorm_forward(x, gamma, beta, eps), theirs, rtol=1e-10, atol=1e-10)


def test_a_row_does_not_see_the_other_rows():
    rng = np.random.default_rng(0)
    x, gamma, beta = rng.normal(size=(5, 4)), rng.normal(size=4), rng.normal(size=4)
    rows = [layernorm_forward(row, gamma, beta) for row in x]
    np.testing.assert_allclose(layernorm_forward(x, gamma, beta), rows, rtol=1e-12)


@settings(derandomize=True)
@given(n=st.integers(1, 5), d=st.integers(3, 6), seed=st.integers(0, 999))
def test_gradients_equal_central_differences(n, d, seed):
    rng = np.random.default_rng(seed)
    x, dy, gamma, beta = rng.normal(size=(n, d)), rng.normal(size=(n, d)), rng.normal(size=d), rng.normal(size=d)

    def loss(x, gamma, beta):
        return np.sum(layernorm_forward(x, gamma, beta, eps=0.01) * dy)

    dx, dgamma, dbeta = layernorm_backward(dy, x, gamma, eps=0.01)
    assert directional_gradient_error(lambda x: loss(x, gamma, beta), dx, x, rng) < 1e-6
    assert directional_gradient_error(lambda gamma: loss(x, gamma, beta), dgamma, gamma, rng) < 1e-6
    assert directional_gradient_error(lambda beta: loss(x, gamma, beta), dbeta, beta, rng) < 1e-6


def test_inputs_stay_unchanged_and_float32_stays_float32():
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    one = np.ones(3, np.float32)
    results = [layernorm_forward(x, one, one), *layernorm_backward(x, x, one)]
    assert {r.dtype for r in results} == {np.dtype(np.float32)}
    assert x.ravel().tolist() == [0, 1, 2, 3, 4, 5]
