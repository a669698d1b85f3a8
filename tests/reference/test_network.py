"""The one-hidden-layer network learns what torch's learns, step by step, and Iris as well as scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from labkit.experiments.backprop import CHOSEN, train
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


def standardized(X_train, X_test, y_train, y_test):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / std, (X_test - mean) / std, y_train, y_test


def iris_split(seed, *, standardize=True):
    X, y = load_iris(return_X_y=True)
    split = train_test_split(X, y, test_size=0.2, stratify=y, random_state=seed)
    return standardized(*split) if standardize else split


def accuracy_after(split, seed, **how):
    X_train, X_test, y_train, y_test = split
    network = train(NeuralNetwork(4, 10, 3, np.random.default_rng(seed)), X_train, y_train, **how)
    return np.mean(network.forward(X_test).argmax(axis=1) == y_test)


def scikit_iris_accuracy(seed):
    X_train, X_test, y_train, y_test = iris_split(seed)
    classifier = MLPClassifier((10,), max_iter=1000, random_state=seed)  # its defaults (Adam, Glorot), given time
    return classifier.fit(X_train, y_train).score(X_test, y_test)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_iris_at_least_as_accurate_as_scikit_learn_over_twenty_splits():
    """The same splits, seeds 0 to 19, and the same size; how ours is trained was chosen on other splits (see CHOSEN).

    Measured when written: .9717 against .9683, a difference by split of .0033 with a standard error of .0072; over seeds
    0 to 79 .9654 against .9596, .0058 with .0026. Without l2 (lr 0.1, 1000 epochs) ours is .9650, and .9571 over 80: it goes
    on fitting the flowers it was shown. With its 200 iterations of default scikit-learn's has not converged: .8067.
    """
    ours = [accuracy_after(iris_split(seed), seed, **CHOSEN) for seed in range(20)]
    theirs = [scikit_iris_accuracy(seed) for seed in range(20)]
    assert np.mean(ours) >= np.mean(theirs)
    assert np.mean(ours) == pytest.approx(0.972, abs=0.005)  # as notebook 05 says
    assert np.mean(theirs) == pytest.approx(0.968, abs=0.005)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learn_trained_as_ours_says_the_same_of_every_flower():
    """Another draw of first weights, the same end: its alpha is l2 times the number of rows."""
    plain = {"solver": "sgd", "momentum": 0.0, "batch_size": 120, "tol": 0.0, "n_iter_no_change": 2000}
    like_ours = {"learning_rate_init": CHOSEN["lr"], "alpha": 120 * CHOSEN["l2"], "max_iter": CHOSEN["epochs"]}
    X_train, X_test, y_train, _ = iris_split(0)
    ours = train(NeuralNetwork(4, 10, 3, np.random.default_rng(0)), X_train, y_train, **CHOSEN)
    theirs = MLPClassifier((10,), random_state=0, **plain, **like_ours).fit(X_train, y_train)
    np.testing.assert_array_equal(ours.forward(X_test).argmax(axis=1), theirs.predict(X_test))


@pytest.mark.slow
def test_the_course_of_iris_was_chosen_within_the_training_parts_of_other_splits():
    """A part of the choice, repeated: l2 against the plain course on validation flowers; no test part is looked at."""
    reached = []
    for seed in range(1000, 1030):
        X, _, y, _ = iris_split(seed, standardize=False)
        split = standardized(*train_test_split(X, y, test_size=0.2, stratify=y, random_state=seed))
        reached.append([accuracy_after(split, seed, **how) for how in (CHOSEN, {"epochs": 1000, "lr": 0.1})])
    chosen, plain = np.mean(reached, axis=0)
    assert chosen > plain
