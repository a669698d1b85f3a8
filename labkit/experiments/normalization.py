"""Experiments of 08_regularization on batch norm: its running statistics, and what happens without them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from labkit.experiments.regularization import CURES, EPOCHS, members, noisy_digits


def running_statistics(forward: Callable, seed: int, steps: int = 100, n: int = 8, d: int = 1) -> np.ndarray:
    """Return (steps + 1, 2): running mean and variance of a new layer that meets batches from N(3, 2²).

    forward: a function such as batchnorm_forward.
    """
    rng = np.random.default_rng(seed)
    mean, var = np.zeros(d), np.ones(d)
    story = [(mean[0], var[0])]
    for _ in range(steps):
        _, mean, var = forward(rng.normal(3, 2, (n, d)), np.ones(d), np.zeros(d), mean, var, training=True)
        story.append((mean[0], var[0]))
    return np.array(story)


def accuracy_by_batch(seed: int, sizes: Sequence[int], epochs: int = EPOCHS) -> tuple[np.ndarray, np.ndarray, float]:
    """Return how a network with batch norm does when inference uses the statistics of the batch at hand.

    ->  (shuffled, sorted, running): accuracies for each batch size with rows in random order and in the order of their
    classes: (n_sizes,) each; and the accuracy with the running statistics, for which the batch does not matter.
    """
    data = noisy_digits(seed)
    network = members(data, CURES["batch norm"], seed, epochs)[0].network
    X, y = data.X_validation, data.y_validation
    orders = np.random.default_rng(seed).permutation(len(y)), np.argsort(y, kind="stable")
    before = [array.copy() for array in network.state]  # forward in training mode moves the running statistics

    def accuracy(rows: np.ndarray, size: int) -> float:
        batches = [rows[i : i + size] for i in range(0, len(rows) - size + 1, size)]
        right = [network.forward(X[b], training=True).argmax(axis=1) == y[b] for b in batches]
        return float(np.concatenate(right).mean())

    shuffled, in_order = (np.array([accuracy(rows, size) for size in sizes]) for rows in orders)
    for array, value in zip(network.state, before, strict=True):
        array[...] = value
    return shuffled, in_order, float((network.forward(X).argmax(axis=1) == y).mean())
