"""LeNet-5 in NumPy is LeNet-5 in torch: same numbers of parameters, outputs, gradients and steps of Adam."""

import numpy as np
import pytest
import torch

from labkit.reference.lenet5 import lenet5
from labkit.reference.lenet_torch import LeNet5, load_params
from labkit.reference.optim import Adam
from labkit.reference.training import train_step

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
VARIANTS = pytest.mark.parametrize(("padding", "count"), [(0, 44_426), (2, 61_706)])


def twins(padding, seed=0):
    """Return both networks with the same weights, in float64, and 9 images with labels."""
    rng = np.random.default_rng(seed)
    network = lenet5(padding, rng, dtype=np.float64, input_gradient=True)
    network.theta += 0.01 * rng.normal(size=network.theta.size)  # so that no bias is 0
    model = load_params(LeNet5(padding).double(), network.params)
    return network, model, rng.normal(size=(9, 1, 28, 28)), rng.integers(10, size=9)


def assert_equal_to_torch(arrays, tensors):
    for ours, theirs in zip(arrays, tensors, strict=True):
        theirs = theirs.detach().numpy()
        np.testing.assert_allclose(ours, theirs.T if theirs.ndim == 2 else theirs, **CLOSE)


@VARIANTS
def test_the_number_of_parameters(padding, count):
    # By hand: 6 (25 + 1), 16 (150 + 1), then 256 or 400 inputs: (inputs + 1) 120, 121 · 84, 85 · 10.
    inputs = {0: 256, 2: 400}[padding]
    assert count == 156 + 2416 + (inputs + 1) * 120 + 121 * 84 + 85 * 10
    assert sum(p.numel() for p in LeNet5(padding).parameters()) == count
    assert lenet5(padding, np.random.default_rng(0)).theta.size == count


@VARIANTS
def test_outputs_and_all_gradients_equal_torch(padding, count):
    network, model, x, _ = twins(padding)
    leaf = torch.tensor(x, requires_grad=True)
    logits = model(leaf)
    np.testing.assert_allclose(network.forward(x), logits.detach().numpy(), **CLOSE)
    dy = np.random.default_rng(1).normal(size=logits.shape)
    logits.backward(torch.tensor(dy))
    np.testing.assert_allclose(network.backward(dy), leaf.grad.numpy(), **CLOSE)
    assert_equal_to_torch(network.grads, [p.grad for p in model.parameters()])


@VARIANTS
def test_after_some_steps_of_adam_both_are_still_the_same(padding, count):
    network, model, x, y = twins(padding)
    start = network.theta.copy()
    optimizer, torch_optimizer = Adam(lr=2e-3), torch.optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(5):
        torch_optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(torch.tensor(x)), torch.tensor(y))
        loss.backward()
        torch_optimizer.step()
        assert train_step(network, optimizer, x, y) == pytest.approx(loss.item(), rel=1e-9)
    assert np.abs(network.theta - start).max() > 5e-3
    assert_equal_to_torch(network.params, model.parameters())


def test_float32_and_another_number_of_classes():
    rng = np.random.default_rng(0)
    network = lenet5(2, rng, n_classes=5)
    model = load_params(LeNet5(padding=2, n_classes=5), network.params)
    x = rng.normal(size=(4, 1, 28, 28)).astype(np.float32)
    y = network.forward(x)
    assert y.shape == (4, 5)
    assert y.dtype == network.theta.dtype == np.float32
    np.testing.assert_allclose(y, model(torch.tensor(x)).detach().numpy(), rtol=1e-4, atol=1e-4)


def test_training_does_not_compute_the_gradient_in_the_images_unless_asked():
    network = lenet5(0, np.random.default_rng(0))
    y = network.forward(np.zeros((2, 1, 28, 28)))
    assert network.backward(np.ones_like(y)) is None


def test_it_learns_a_few_images_by_heart():
    rng = np.random.default_rng(0)
    network, optimizer = lenet5(0, rng), Adam(lr=2e-3)
    x, y = rng.normal(size=(20, 1, 28, 28)).astype(np.float32), np.arange(20) % 10
    losses = [train_step(network, optimizer, x, y) for _ in range(60)]
    assert losses[0] > 1.5
    assert losses[-1] < 0.05
    assert (network.forward(x).argmax(axis=1) == y).all()


def test_loading_refuses_what_does_not_fit():
    params = lenet5(0, np.random.default_rng(0)).params
    with pytest.raises(ValueError, match=r"shorter|longer"):
        load_params(LeNet5(), params[:-1])
    with pytest.raises(ValueError, match=r"of shape \(256, 120\).*\(120, 400\)"):
        load_params(LeNet5(padding=2), params)
