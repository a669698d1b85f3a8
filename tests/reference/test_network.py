"""The one-hidden-layer network learns what torch's learns, step by step, and Iris as well as scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from labkit.gradients import directional_gradient_error
from labkit.reference.losses import cross_entropy
from labkit.reference.network import NeuralNetwork

NAMES = ("w1", "b1", "w2", "b2")


def torch_copy(network):
    """Return the parameters as torch leaves and the loss of them."""
    leaves = [torch.tensor(getattr(network, name), requires_grad=True) for name in NAMES]

    def loss(x, y):
        w1, b1, w2, b2 = leaves
        logits = torch.relu(torch.tensor(x) @ w1 + b1) @ w2 + b2
        return torch.nn.functional.cross_entropy(logits, torch.tensor(y))

    return leaves, loss


@pytest.mark.parametrize("sizes", [(4, 10, 3), (1, 1, 2), (5, 2, 7)])
def test_gradients_and_parameters_equal_torch_over_many_steps(sizes):
    rng = np.random.default_rng(sum(sizes))
    network = NeuralNetwork(*sizes, rng)
    leaves, loss = torch_copy(network)
    optimizer = torch.optim.SGD(leaves, lr=0.1)
    for _ in range(20):
        x, y = rng.normal(size=(6, sizes[0])), rng.integers(sizes[2], size=6)
        optimizer.zero_grad()
        loss(x, y).backward()
        network.forward(x)
        for ours, leaf in zip(network.backward(y), leaves, strict=True):
            np.testing.assert_allclose(ours, leaf.grad.numpy(), rtol=1e-10, atol=1e-12)
        optimizer.step()
        network.step(0.1)
        for name, leaf in zip(NAMES, leaves, strict=True):
            np.testing.assert_allclose(getattr(network, name), leaf.detach().numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_equal_central_differences(name):
    rng = np.random.default_rng(3)
    network = NeuralNetwork(3, 5, 4, rng)
    x, y = rng.normal(size=(7, 3)), rng.integers(4, size=7)
    network.forward(x)
    gradient = dict(zip(NAMES, network.backward(y), strict=True))[name]

    def loss(parameter):
        kept = getattr(network, name)
        setattr(network, name, parameter)
        value = cross_entropy(network.forward(x), y)
        setattr(network, name, kept)
        return value

    assert directional_gradient_error(loss, gradient, getattr(network, name), rng) < 1e-6


def test_backward_twice_does_not_accumulate():
    rng = np.random.default_rng(0)
    network = NeuralNetwork(2, 3, 2, rng)
    network.forward(rng.normal(size=(4, 2)))
    first = [g.copy() for g in network.backward(np.array([0, 1, 0, 1]))]
    for a, b in zip(first, network.backward(np.array([0, 1, 0, 1])), strict=True):
        np.testing.assert_array_equal(a, b)


def test_first_weights_follow_he():
    network = NeuralNetwork(200, 300, 100, np.random.default_rng(0))
    assert network.w1.std() == pytest.approx(np.sqrt(2 / 200), rel=0.02)
    assert network.w2.std() == pytest.approx(np.sqrt(2 / 300), rel=0.02)
    assert not network.b1.any()
    assert not network.b2.any()


def iris_split(seed):
    X, y = load_iris(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, stratify=y, random_state=seed)
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / std, (X_test - mean) / std, y_train, y_test


def our_iris_accuracy(seed):
    X_train, X_test, y_train, y_test = iris_split(seed)
    network = NeuralNetwork(4, 10, 3, np.random.default_rng(seed))
    for _ in range(1000):
        network.forward(X_train)
        network.backward(y_train)
        network.step(0.1)
    return np.mean(network.forward(X_test).argmax(axis=1) == y_test)


def scikit_iris_accuracy(seed):
    X_train, X_test, y_train, y_test = iris_split(seed)
    classifier = MLPClassifier((10,), max_iter=1000, random_state=seed)  # its defaults: Adam, Glorot
    return classifier.fit(X_train, y_train).score(X_test, y_test)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_iris_as_accurate_as_scikit_learn_within_the_noise_of_twenty_splits():
    """Paired by split and seed: the mean difference may not fall two standard errors below zero.

    Measured when written: ours .9650, scikit-learn's .9683 over these seeds (.9571 and .9596 over 80),
    a difference of one standard error. Full-batch SGD from Glorot's smaller weights reached .9646 over 80.
    """
    ours = np.array([our_iris_accuracy(seed) for seed in range(20)])
    theirs = np.array([scikit_iris_accuracy(seed) for seed in range(20)])
    difference = ours - theirs
    standard_error = difference.std(ddof=1) / np.sqrt(len(difference))
    assert difference.mean() >= -2 * standard_error
    assert ours.mean() > 0.95
