"""Ways to get a gradient, counted and compared: backwards, forwards, and by differences with a step h."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from labkit.gradients import numerical_gradient
from labkit.reference.losses import cross_entropy, mse_grad, softmax_cross_entropy_backward


class Meter:
    """Multiplies, and counts the multiplications."""

    def __init__(self) -> None:
        self.count = 0

    def product(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return the matrix product a @ b."""
        self.count += a.shape[0] * a.shape[1] * b.shape[1]
        return a @ b

    def times(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return the product element by element."""
        out = a * b
        self.count += out.size
        return out


def forward_pass(weights: list, x: np.ndarray, meter: Meter) -> tuple[list, list]:
    """Return (inputs of each layer, masks of each ReLU) of dense layers without biases; the last one has no ReLU."""
    inputs, masks = [x], []
    for w in weights[:-1]:
        z = meter.product(inputs[-1], w)
        masks.append(z > 0)
        inputs.append(meter.times(z, masks[-1]))
    return [*inputs, meter.product(inputs[-1], weights[-1])], masks


def reverse_mode(weights: list, x: np.ndarray, y: np.ndarray, meter: Meter) -> list:
    """Return the gradient of the mean squared error in every weight, from one sweep backwards."""
    inputs, masks = forward_pass(weights, x, meter)
    delta = mse_grad(inputs[-1], y)
    grads: list[np.ndarray] = []
    for k in reversed(range(len(weights))):
        grads.insert(0, meter.product(inputs[k].T, delta))
        if k > 0:
            delta = meter.times(meter.product(delta, weights[k].T), masks[k - 1])
    return grads


def forward_mode(weights: list, x: np.ndarray, y: np.ndarray, meter: Meter) -> list:
    """Return the same gradient, one weight at a time: how does everything after it move when this weight moves?"""
    inputs, masks = forward_pass(weights, x, meter)
    slope = mse_grad(inputs[-1], y)
    grads = [np.zeros_like(w) for w in weights]
    for k, w in enumerate(weights):
        for i, j in np.ndindex(w.shape):
            moved = np.zeros((len(x), w.shape[1]))
            moved[:, j] = inputs[k][:, i]  # what comes before the weight does not move
            for later in range(k + 1, len(weights)):
                moved = meter.product(meter.times(moved, masks[later - 1]), weights[later])
            grads[k][i, j] = meter.times(slope, moved).sum()
    return grads


def count_modes(width: int, seed: int, *, depth: int = 3, n: int = 4) -> dict[str, float]:
    """Return multiplications for one gradient in each way, the number of weights, and the largest difference between both gradients."""
    rng = np.random.default_rng(seed)
    sizes = [width] * depth + [1]
    weights = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairwise(sizes)]
    x, y = rng.normal(size=(n, width)), rng.normal(size=(n, 1))
    passes, back, forth = Meter(), Meter(), Meter()
    forward_pass(weights, x, passes)
    one, other = reverse_mode(weights, x, y, back), forward_mode(weights, x, y, forth)
    parameters = sum(w.size for w in weights)
    return {
        "weights": parameters,
        "loss": passes.count,
        "reverse": back.count,
        "forward": forth.count,
        "differences": 2 * parameters * passes.count,
        "gap": max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True)),
    }


def difference_errors(h: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the relative errors (one-sided, central) of numerical gradients with each step of h: (len(h),) each.

    The function is the cross-entropy of a softmax layer in its weights, which is smooth, so that large steps meet no corner.
    """
    rng = np.random.default_rng(seed)
    x, y, w = rng.normal(size=(8, 5)), rng.integers(3, size=8), rng.normal(size=(5, 3))

    def loss(v: np.ndarray) -> float:
        return cross_entropy(x @ v, y)

    exact = x.T @ softmax_cross_entropy_backward(x @ w, y)
    one_sided, central = np.zeros(len(h)), np.zeros(len(h))
    for k, step in enumerate(h):
        moves = step * np.eye(w.size).reshape(w.size, *w.shape)
        forward = np.array([(loss(w + move) - loss(w)) / step for move in moves]).reshape(w.shape)
        one_sided[k] = np.linalg.norm(forward - exact) / np.linalg.norm(exact)
        central[k] = np.linalg.norm(numerical_gradient(loss, w, step) - exact) / np.linalg.norm(exact)
    return one_sided, central
