"""Experiments of 06_networks: trainings that are watched, and what width, depth and the settings of learning change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from labkit.datasets import spiral, two_circles
from labkit.reference.layered_network import Network, fully_connected
from labkit.reference.mlp import accuracy, init_params
from labkit.reference.optim import SGD, Adam
from labkit.reference.training import train, train_step

Params = Sequence[tuple[np.ndarray, np.ndarray]]
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0, 1, 1, 0])

# ---------------------------------------------------------------------------------------------- watched trainings


def network_with(params: Params, dtype: type = np.float64) -> Network:
    """Return the course's fast ReLU network with these weights and biases in it (copied)."""
    sizes = [len(params[0][0]), *(len(b) for _, b in params)]
    network = fully_connected(sizes, np.random.default_rng(0), dtype=dtype)
    for place, value in zip(network.params, [p for pair in params for p in pair], strict=True):
        place[...] = value
    return network


def params_of(network: Network) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return copies of a network's weights and biases as a list of pairs (w, b)."""
    copies = [p.copy() for p in network.params]
    return list(zip(copies[::2], copies[1::2], strict=True))


def probability_of_1(logits: np.ndarray) -> np.ndarray:
    """Return softmax's probability of class 1 of two, logits (n, 2) -> (n,), at any size of the logits."""
    return np.exp(-np.logaddexp(0.0, logits[:, 0] - logits[:, 1]))


def chance_of_1(forward: Callable, params: Params) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function from points (n, 2) to probabilities of class 1 (n,) that forward and these parameters make."""
    return lambda points: probability_of_1(forward(params, points))


@dataclass(frozen=True)
class Watched:
    """A training as it went: the loss of each epoch, gradients by layer at some, parameters at a few."""

    loss: np.ndarray  # (epochs,), before the step of each epoch
    at: np.ndarray  # epochs, from 0, at which the gradients were measured
    gradients: np.ndarray  # (layers, len(at)), root mean square of each layer's dw
    kept: dict[int, list[tuple[np.ndarray, np.ndarray]]]  # parameters after so many epochs


def watch(
    params: Params, X: np.ndarray, y: np.ndarray, *, epochs: int, lr: float = 1e-3, every: int = 20, keep: tuple = ()
) -> Watched:
    """Return a full-batch Adam training in float32 that starts from these parameters, which stay as they are."""
    network, optimizer = network_with(params, np.float32), Adam(lr)
    X = X.astype(np.float32)
    loss, norms, kept = np.empty(epochs), [], {}
    for epoch in range(epochs):
        if epoch in keep:
            kept[epoch] = params_of(network)
        loss[epoch] = train_step(network, optimizer, X, y)
        if epoch % every == 0:
            norms.append([np.sqrt(np.mean(dw.astype(float) ** 2)) for _, dw in network.weights])
    kept[epochs] = params_of(network)
    return Watched(loss, np.arange(0, epochs, every), np.array(norms).T, kept)


@dataclass(frozen=True)
class Trained:
    """What a training in float64 leaves behind: the loss before each step, and the parameters after the last."""

    losses: np.ndarray
    params: list[tuple[np.ndarray, np.ndarray]]


def trained_in_float64(params: Params, X: np.ndarray, y: np.ndarray, *, steps: int, lr: float = 1e-3) -> Trained:
    """Return a full-batch Adam training in float64, to be compared number by number with another library's."""
    network, optimizer = network_with(params), Adam(lr)
    losses = np.array([float(train_step(network, optimizer, X, y)) for _ in range(steps)])
    return Trained(losses, params_of(network))


def equal_start(params: Params) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the same parameters, but every unit of a layer with the weights of its first unit."""
    return [(np.repeat(w[:, :1], w.shape[1], axis=1), b.copy()) for w, b in params]


def different_units(params: Params) -> list[int]:
    """Return for each hidden layer how many of its units differ in what they take in (to five digits)."""
    columns = [np.vstack([w, b]).T for w, b in params[:-1]]
    return [len(np.unique(np.round(c, 5), axis=0)) for c in columns]


def from_start(params: Params, seed: int, *, epochs: int) -> tuple[float, list[int]]:
    """Return (accuracy on 400 points of two circles, different units by layer) after learning from this start.

    In float64: rounding treats equal units almost, but not quite alike, and in float32 that sets some of them free.
    """
    X, y = two_circles(400, np.random.default_rng(seed))
    network, optimizer = network_with(params), Adam(1e-2)
    for _ in range(epochs):
        train_step(network, optimizer, X, y)
    return float(accuracy(network.forward(X), y)), different_units(params_of(network))


def order_matters(train_epoch: Callable, seed: int, *, shuffled: bool, epochs: int = 30) -> np.ndarray:
    """Return the accuracy on fresh points after each epoch of SGD on rows that are sorted by class.

    train_epoch: the function of the lesson, which shuffles.  shuffled=False takes the batches as they lie instead.
    """
    rng = np.random.default_rng(seed)
    X, y = two_circles(400, rng)
    X, y = X[np.argsort(y, kind="stable")], np.sort(y)
    fresh, truth = two_circles(1000, rng)
    network, optimizer = network_with(init_params([2, 16, 16, 2], rng)), SGD(lr=0.1)

    def step(X_batch: np.ndarray, y_batch: np.ndarray) -> float:
        return train_step(network, optimizer, X_batch, y_batch)

    reached = []
    for _ in range(epochs):
        if shuffled:
            train_epoch(step, X, y, 20, rng)
        else:
            for start in range(0, len(X), 20):
                step(X[start : start + 20], y[start : start + 20])
        reached.append(accuracy(network.forward(fresh), truth))
    return np.array(reached)


# ---------------------------------------------------------------------------------------------- width and depth


def learns_xor(width: int, seed: int, *, epochs: int = 1000, lr: float = 0.02) -> bool:
    """Whether a network with one hidden layer of ``width`` ReLU gets all four corners right after learning from them."""
    network = network_with(init_params([2, width, 2], np.random.default_rng(seed)))
    optimizer = Adam(lr)
    for _ in range(epochs):
        train_step(network, optimizer, CORNERS, XOR)
    return bool(np.all(network.forward(CORNERS).argmax(axis=1) == XOR))


def wave(x: np.ndarray) -> np.ndarray:
    """Return the curve that is to be learned, for x in [-1, 1]."""
    return np.sin(3 * np.pi * x) * (1 - x / 2)


def polyline_params(width: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return weights, set by hand, of ``width`` hidden ReLU that draw a polyline through points of ``wave``.

    The units switch on at evenly spaced places; each adds the change of slope that is due there.
    """
    nodes = np.linspace(-1, 1, width + 1)
    slopes = np.diff(wave(nodes)) / np.diff(nodes)
    changes = np.diff(slopes, prepend=0.0)
    return [(np.ones((1, width)), -nodes[:-1]), (changes[:, None], wave(nodes[:1]))]


def fit_wave(width: int, seed: int, *, epochs: int, grid: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (root mean squared error on the grid, values on the grid) of one hidden layer that has learned ``wave``."""
    rng = np.random.default_rng(seed)
    network = network_with(init_params([1, width, 1], rng))
    w1, b1, w2, _ = network.params
    w1[...] = rng.choice([-2.0, 2.0], (1, width))
    b1[...] = -w1[0] * rng.uniform(-1, 1, width)  # the units switch on all over the interval, not all at 0
    w2[...] = rng.normal(0, 1 / np.sqrt(width), (width, 1))
    x = np.linspace(-1, 1, 128)[:, None]
    falling = lambda t: 0.03 * min(1.0, 2 * (epochs - t) / epochs)  # noqa: E731
    train(network, Adam(0.03), x, wave(x), rng=rng, epochs=epochs, loss="mse", schedule=falling)
    said = network.forward(grid[:, None])[:, 0]
    return rms_error(said, grid), said


def rms_error(said: np.ndarray, grid: np.ndarray) -> float:
    """Return the root mean squared distance from ``wave`` on a grid."""
    return float(np.sqrt(np.mean((said - wave(grid)) ** 2)))


def sawtooth_params(depth: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return parameters of ``depth`` hidden layers of two ReLU that draw 2**(depth-1) teeth on [0, 1].

    Each layer folds the interval: 2 relu(x) - 4 relu(x - 1/2) rises to 1 and falls back (Telgarsky 2016).
    """
    fold, bend = np.array([[2.0], [-4.0]]), np.array([0.0, -0.5])
    first = (np.ones((1, 2)), bend)
    between = [(fold @ np.ones((1, 2)), bend)] * (depth - 1)
    return [first, *between, (fold, np.zeros(1))]


def linear_pieces(x: np.ndarray, y: np.ndarray) -> int:
    """Return of how many straight pieces the curve y over evenly spaced x consists."""
    slopes = np.diff(y) / np.diff(x)
    return 1 + int(np.sum(~np.isclose(slopes[1:], slopes[:-1], rtol=1e-6, atol=1e-6)))


def count(sizes: Sequence[int]) -> int:
    """Return the number of parameters of a fully connected network."""
    return sum((d_in + 1) * d_out for d_in, d_out in pairwise(sizes))


def learn_spiral(sizes: Sequence[int], seed: int, *, epochs: int) -> tuple[float, Network]:
    """Return (accuracy on fresh points, the network) after full-batch Adam on two spirals of two turns."""
    rng = np.random.default_rng(seed)
    X, y = spiral(600, rng, turns=2, noise=0.01)
    fresh, truth = spiral(1000, rng, turns=2, noise=0.01)
    network, optimizer = network_with(init_params(sizes, rng)), Adam(1e-2)
    for _ in range(epochs):
        train_step(network, optimizer, X, y)
    return float(accuracy(network.forward(fresh), truth)), network


# -------------------------------------------------------------------------------------------------- sensitivity


def settings_accuracy(activation: str, lr: float, batch_size: int, seed: int, *, epochs: int) -> float:
    """Return the accuracy on fresh points after some epochs of Adam on two circles with these settings."""
    rng = np.random.default_rng(seed)
    X, y = two_circles(240, rng)
    fresh, truth = two_circles(1000, rng)
    network = fully_connected([2, 16, 16, 2], rng, activation=activation)
    train(network, Adam(lr), X, y, rng=rng, epochs=epochs, batch_size=batch_size)
    return float(accuracy(network.forward(fresh), truth))
