"""Gradient norms are those of autograd, shrink under small weights, and are ordered from the first layer."""

import numpy as np
import pytest
import torch

from labkit.reference.gradient_flow import gradient_norms

FUNCTIONS = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2, torch.tanh),
    "relu": (lambda z: np.maximum(z, 0), lambda z: z > 0, torch.relu),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2, torch.sigmoid),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("depth", [1, 2, 12])
def test_norms_equal_autograd(name, depth):
    f, f_grad, torch_f = FUNCTIONS[name]
    rng = np.random.default_rng(depth)
    weights = [rng.normal(size=(6, 6)) for _ in range(depth)]
    x, dy = rng.normal(size=(5, 6)), rng.normal(size=(5, 6))
    leaves = [torch.tensor(w, requires_grad=True) for w in weights]
    h = torch.tensor(x)
    for leaf in leaves:
        h = torch_f(h @ leaf)
    h.backward(torch.tensor(dy))
    theirs = [leaf.grad.norm().item() for leaf in leaves]
    np.testing.assert_allclose(gradient_norms(weights, x, dy, f, f_grad), theirs, rtol=1e-10)


def test_small_weights_make_the_first_layers_gradient_vanish():
    # By hand: with the identity, and every weight matrix 0.5 I, layer l gets x.T dy times 0.5**(L - 1).
    weights, one = [0.5 * np.eye(3)] * 10, np.eye(3)
    norms = gradient_norms(weights, one, one, lambda z: z, np.ones_like)
    np.testing.assert_allclose(norms, np.sqrt(3) * 0.5**9, rtol=1e-12)


def test_the_first_entry_is_the_first_layer():
    # By hand: y = x a b c, so the derivative in a is x b c, in b x a c, in c x a b.
    weights = [np.array([[v]]) for v in (2.0, 3.0, 5.0)]
    one = np.ones((1, 1))
    assert gradient_norms(weights, one, one, lambda z: z, np.ones_like).tolist() == [15, 10, 6]
