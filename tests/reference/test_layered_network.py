"""Networks of layers equal torch's, forward, backward and in memory, and live in one vector."""

import numpy as np
import pytest
import torch

from labkit.datasets import two_circles
from labkit.reference.activations import ACTIVATIONS
from labkit.reference.dense import dense_backward, dense_forward
from labkit.reference.layered_network import Network, fully_connected
from labkit.reference.layers import Activation, BatchNorm, Dense, Dropout, LayerNorm, ReLU, Residual
from labkit.reference.losses import cross_entropy
from labkit.reference.optim import Adam, Momentum
from labkit.reference.training import train_step


class TorchResidual(torch.nn.Module):
    def __init__(self, *modules):
        super().__init__()
        self.inside = torch.nn.Sequential(*modules)

    def forward(self, x):
        return x + self.inside(x)


def everything(rng):
    """Return the same network twice, ours and torch's, with one of each layer that draws nothing."""
    ours = Network(
        [
            *(Dense(3, 6, rng), BatchNorm(6), ReLU()),
            Residual(Dense(6, 5, rng), Activation("tanh"), Residual(LayerNorm(5)), Dense(5, 6, rng)),
            *(LayerNorm(6), Activation("gelu"), Dense(6, 4, rng)),
        ]
    )
    nn = torch.nn
    theirs = nn.Sequential(
        *(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.ReLU()),
        TorchResidual(nn.Linear(6, 5), nn.Tanh(), TorchResidual(nn.LayerNorm(5)), nn.Linear(5, 6)),
        *(nn.LayerNorm(6), nn.GELU(), nn.Linear(6, 4)),
    ).double()
    ours.theta += 0.1 * rng.normal(size=ours.theta.shape)  # so that no scale is 1 and no shift is 0
    with torch.no_grad():
        for p, leaf in zip(ours.params, theirs.parameters(), strict=True):
            leaf.copy_(torch.tensor(p.T.copy()))
    return ours, theirs


def assert_gradients_equal(ours, theirs):
    for g, leaf in zip(ours.grads, theirs.parameters(), strict=True):
        np.testing.assert_allclose(g, leaf.grad.numpy().T, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_every_layer_equals_torch_through_many_steps(seed):
    rng = np.random.default_rng(seed)
    ours, theirs = everything(rng)
    # Momentum, not Adam: a bias in front of batch normalisation has the gradient 0, and Adam divides its rounding by 1e-8.
    optimizer, torch_optimizer = Momentum(lr=0.05), torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9)
    for _ in range(10):
        x, y = rng.normal(size=(7, 3)), rng.integers(4, size=7)
        torch_optimizer.zero_grad()
        torch_loss = torch.nn.functional.cross_entropy(theirs(torch.tensor(x)), torch.tensor(y))
        torch_loss.backward()
        torch_optimizer.step()
        assert train_step(ours, optimizer, x, y) == pytest.approx(torch_loss.item(), rel=1e-10)
        assert_gradients_equal(ours, theirs)
    for p, leaf in zip(ours.params, theirs.parameters(), strict=True):
        np.testing.assert_allclose(p, leaf.detach().numpy().T, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours.state[1], theirs[1].running_mean.numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours.state[2], theirs[1].running_var.numpy(), rtol=1e-10)


def test_at_rest_outputs_and_gradients_equal_torch_too():
    rng = np.random.default_rng(5)
    ours, theirs = everything(rng)
    x, dy = rng.normal(size=(7, 3)), rng.normal(size=(7, 4))
    ours.forward(x, training=True)
    theirs(torch.tensor(x))
    theirs.eval()
    leaf = torch.tensor(x, requires_grad=True)
    y = theirs(leaf)
    np.testing.assert_allclose(ours.forward(x), y.detach().numpy(), rtol=1e-10, atol=1e-12)
    y.backward(torch.tensor(dy))
    np.testing.assert_allclose(ours.backward(dy), leaf.grad.numpy(), rtol=1e-10, atol=1e-12)
    assert_gradients_equal(ours, theirs)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradients_equal_central_differences_for_every_activation(gradients_equal_differences, name):
    rng = np.random.default_rng(1)
    network = fully_connected([3, 6, 5, 2], rng, activation=name)
    x, dy = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    gradients_equal_differences(network, x, dy, rng)


def test_dense_equals_its_functions_and_stores_columns_together():
    rng = np.random.default_rng(0)
    network = Network([Dense(4, 3, rng)])
    layer, x, dy = network.layers[0], rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    y, dx = layer.forward(x), layer.backward(dy)
    w, b = layer.params
    np.testing.assert_allclose(y, dense_forward(x, w, b), rtol=1e-12)
    for ours, theirs in zip((dx, *layer.grads), dense_backward(dy, x, w), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert y.flags.f_contiguous
    assert dx.flags.f_contiguous


def test_params_and_grads_are_views_of_one_vector():
    rng = np.random.default_rng(0)
    ours, _ = everything(rng)
    assert sum(p.size for p in ours.params) == ours.theta.size == ours.dtheta.size
    ours.theta[...] = 7
    ours.dtheta[...] = 8
    assert all((p == 7).all() for p in ours.params)
    assert all((g == 8).all() for g in ours.grads)


def test_only_the_weights_of_dense_layers_are_penalised():
    ours, _ = everything(np.random.default_rng(0))
    assert [w.shape for w, _ in ours.weights] == [(3, 6), (6, 5), (5, 6), (6, 4)]
    for w, dw in ours.weights:
        assert np.shares_memory(w, ours.theta)
        assert np.shares_memory(dw, ours.dtheta)


def test_backward_twice_does_not_accumulate():
    rng = np.random.default_rng(0)
    ours, _ = everything(rng)
    ours.forward(rng.normal(size=(5, 3)), training=True)
    dy = rng.normal(size=(5, 4))
    ours.backward(dy)
    first = ours.dtheta.copy()
    ours.backward(dy)
    np.testing.assert_array_equal(ours.dtheta, first)


def test_dropout_uses_one_mask_both_ways_a_new_one_each_time_and_rests():
    network = Network([Dropout(0.5, np.random.default_rng(0))])
    x = np.ones((20, 10))
    first = network.forward(x, training=True)
    np.testing.assert_array_equal(network.backward(x), first)
    assert (network.forward(x, training=True) != first).any()
    np.testing.assert_array_equal(network.forward(x), x)


def test_float32_stays_float32_throughout():
    rng = np.random.default_rng(0)
    layers = [
        Dense(3, 4, rng),
        BatchNorm(4),
        ReLU(),
        Dropout(0.2, rng),
        LayerNorm(4),
        Activation("silu"),
        Dense(4, 2, rng),
    ]
    network = Network(layers, dtype=np.float32)
    x = rng.normal(size=(6, 3))
    y = network.forward(x, training=True)
    assert y.dtype == network.backward(y).dtype == np.float32
    assert {a.dtype for a in network.state} == {np.dtype(np.float32)}
    assert x.dtype == np.float64


def test_two_circles_are_learned_above_99_percent():
    """Six hidden layers of 8 ReLU, Adam 1e-3, full batch, 2000 epochs: the course's problem."""
    rng = np.random.default_rng(0)
    X, y = two_circles(1000, rng)
    network, optimizer = fully_connected([2, *[8] * 6, 2], rng, dtype=np.float32), Adam(lr=1e-3)
    assert cross_entropy(network.forward(X), y) > 0.5
    for _ in range(2000):
        train_step(network, optimizer, X, y)
    assert np.mean(network.forward(X).argmax(axis=1) == y) > 0.99
