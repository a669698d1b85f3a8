"""Experiments of 03_activations: stacks of layers, the same small network with each bend, units that die, cost by the clock.

The small network is the plainest there is: dense layers with one bend between them, the whole training set in each step.
Its parts (dense layer, loss, update rules) are the course's own; later notebooks build them one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from labkit.datasets import two_circles
from labkit.reference.activations import ACTIVATIONS
from labkit.reference.dense import dense_backward, dense_forward
from labkit.reference.losses import cross_entropy, softmax_cross_entropy_backward
from labkit.reference.optimizers import adam_step, sgd_step

Function = Callable[[np.ndarray], np.ndarray]
Params = list[tuple[np.ndarray, np.ndarray]]  # one (w, b) a layer


# ------------------------------------------------------------------------------------------------- layers on layers


def random_rotation(width: int, rng: np.random.Generator) -> np.ndarray:
    """Return a random orthogonal matrix (width, width): a layer that neither stretches nor shrinks."""
    q, r = np.linalg.qr(rng.normal(size=(width, width)))
    return q * np.sign(np.diag(r))


def many_against_one(depth: int, rng: np.random.Generator, width: int = 32, n: int = 200) -> float:
    """Return the largest difference between ``depth`` linear layers in a row and the one layer they multiply to.

    Relative to the largest output.  Each layer is a rotation and a bias.
    """
    X = rng.normal(size=(n, width))
    H, W, b = X, np.eye(width), np.zeros(width)
    for _ in range(depth):
        w, shift = random_rotation(width, rng), rng.normal(size=width)
        H = H @ w + shift
        W, b = W @ w, b @ w + shift
    return float(np.abs(H - (X @ W + b)).max() / np.abs(H).max())


def missed_by_one_layer(
    f: Function, depth: int, rng: np.random.Generator, width: int = 16, n: int = 2000
) -> np.ndarray:
    """Return, after 1, 2, … depth layers, the share of the outputs' variance that the best single linear layer misses.

    Layers are random rotations, the bend f behind each; outputs are brought back to mean 0 and standard deviation 1 before
    the next layer (linear, so it hides no bend).  0: one layer could do the same.  1: one layer knows nothing of the outputs.
    """
    X = rng.normal(size=(n, width))
    rows = np.column_stack([X, np.ones(n)])
    Q = np.linalg.qr(rows)[0]  # what a linear layer can reach is the span of these columns
    H, missed = X, np.empty(depth)
    for layer in range(depth):
        H = f(H @ random_rotation(width, rng))
        H = (H - H.mean(axis=0)) / H.std(axis=0)
        missed[layer] = ((H - Q @ (Q.T @ H)) ** 2).sum() / (H**2).sum()
    return missed


# ------------------------------------------------------------------------------------------------------ zero-centring


def same_sign_share(f: Function, rng: np.random.Generator, width: int = 8, n: int = 5000) -> float:
    """Return how often all weights of a unit are pushed the same way by one example, when f made its inputs.

    The gradient in the weights is delta * h, with one number delta for the unit, so it is the signs of h that count.
    """
    h = f(rng.normal(size=(n, width)))
    return float(((h > 0).all(axis=1) | (h < 0).all(axis=1)).mean())


def condition_number(f: Function, rng: np.random.Generator, width: int = 8, n: int = 5000) -> float:
    """Return largest over smallest curvature of a least-squares unit whose inputs f made (1 is a round bowl)."""
    h = f(rng.normal(size=(n, width)))
    curvatures = np.linalg.eigvalsh(h.T @ h / n)
    return float(curvatures[-1] / curvatures[0])


# -------------------------------------------------------------------------------------------------- the small network


@dataclass(frozen=True, eq=False)
class Run:
    """One training run; arrays have one entry an epoch, entry 0 before the first step."""

    loss: np.ndarray
    accuracy: np.ndarray  # on rows the network did not train on
    dead: np.ndarray  # share of hidden units whose slope is 0 on every training row
    seconds: float  # an epoch, without the measuring


def init(sizes: Sequence[int], rng: np.random.Generator, *, std: float | None = None, bias: float = 0.0) -> Params:
    """Return weights and biases of dense layers; He's rule (std = sqrt(2 / inputs)) unless std is given."""
    layers: Params = []
    for n_in, n_out in pairwise(sizes):
        spread = np.sqrt(2 / n_in) if std is None else std
        hidden = len(layers) < len(sizes) - 2
        layers.append((rng.normal(0.0, spread, (n_in, n_out)), np.full(n_out, bias if hidden else 0.0)))
    return layers


def forward(X: np.ndarray, params: Params, f: Function) -> tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]:
    """Return (logits, what went into each layer, z of each hidden layer)."""
    inputs, z = [X], []
    for w, b in params[:-1]:
        z.append(dense_forward(inputs[-1], w, b))
        inputs.append(f(z[-1]))
    return dense_forward(inputs[-1], *params[-1]), inputs, z


def backward(dlogits: np.ndarray, params: Params, inputs: list, z: list, slope: Function) -> Params:
    """Return the gradients, one (dw, db) a layer."""
    dy, grads = dlogits, []
    for layer in reversed(range(len(params))):
        dx, dw, db = dense_backward(dy, inputs[layer], params[layer][0])
        grads.append((dw, db))
        dy = dx * slope(z[layer - 1]) if layer else dx
    return grads[::-1]


def dead_share(z: list[np.ndarray], slope: Function) -> float:
    """Return the share of units whose slope is 0 on every row: nothing flows back into their own weights."""
    flat = np.concatenate([(slope(one) == 0).all(axis=0) for one in z])
    return float(flat.mean())


def train(
    activation: str,
    seed: int,
    *,
    hidden: Sequence[int] = (16, 16),
    epochs: int = 200,
    lr: float = 0.01,
    rule: str = "adam",
    std: float | None = None,
    bias: float = 0.0,
    n: int = 400,
) -> Run:
    """Return what happens when the small network learns the two circles with this activation.

    The seed decides data and first weights, so that every activation meets the same ones.  rule: "adam" or "sgd" (plain
    steps), on all n rows at once.
    """
    f, slope = ACTIVATIONS[activation]
    rng = np.random.default_rng(seed)
    X, y = two_circles(n, rng)
    X_val, y_val = two_circles(1000, rng)
    params = init((2, *hidden, 2), rng, std=std, bias=bias)
    memory = [tuple((np.zeros_like(p), np.zeros_like(p)) for p in layer) for layer in params]
    loss, accuracy, dead = np.empty(epochs + 1), np.empty(epochs + 1), np.empty(epochs + 1)
    seconds = 0.0
    for epoch in range(epochs + 1):
        start = time.perf_counter()
        logits, inputs, z = forward(X, params, f)
        grads = backward(softmax_cross_entropy_backward(logits, y), params, inputs, z, slope)
        if epoch < epochs:
            new_params, memory = step(params, grads, memory, epoch + 1, lr, rule)
        seconds += time.perf_counter() - start
        loss[epoch] = cross_entropy(logits, y)
        accuracy[epoch] = (forward(X_val, params, f)[0].argmax(axis=1) == y_val).mean()
        dead[epoch] = dead_share(z, slope)
        params = new_params
    return Run(loss, accuracy, dead, seconds / (epochs + 1))


def step(params: Params, grads: Params, memory: list, t: int, lr: float, rule: str) -> tuple[Params, list]:
    """Return the parameters after one update, and what the rule remembers."""
    if rule == "sgd":
        new = [
            tuple(sgd_step(p, g, lr) for p, g in zip(*pair, strict=True)) for pair in zip(params, grads, strict=True)
        ]
        return new, memory
    new, kept = [], []
    for layer, gradient, moments in zip(params, grads, memory, strict=True):
        moved = [adam_step(p, g, m, v, t, lr) for p, g, (m, v) in zip(layer, gradient, moments, strict=True)]
        new.append(tuple(p for p, _, _ in moved))
        kept.append(tuple((m, v) for _, m, v in moved))
    return new, kept


def epochs_to(accuracy: np.ndarray, threshold: float) -> float:
    """Return the first epoch whose accuracy reaches the threshold, inf when none does."""
    reached = np.flatnonzero(accuracy >= threshold)
    return float(reached[0]) if reached.size else np.inf


# ---------------------------------------------------------------------------------------------------- the other curves


def learn_slope(
    prelu_grads: Callable,
    true_slope: float,
    rng: np.random.Generator,
    *,
    steps: int = 60,
    lr: float = 0.5,
    n: int = 200,
) -> np.ndarray:
    """Return PReLU's slope after 0, 1, … steps of gradient descent, starting at 0.25, on noisy data made with true_slope."""
    z = rng.normal(size=n)
    y = np.where(z > 0, z, true_slope * z) + 0.05 * rng.normal(size=n)
    slopes = [0.25]
    for _ in range(steps):
        alpha = slopes[-1]
        dy = 2 * (np.where(z > 0, z, alpha * z) - y) / n  # of the mean squared error
        slopes.append(alpha - lr * float(prelu_grads(z, alpha, dy)[1]))
    return np.array(slopes)


def cost_per_element(functions: dict[str, Function], n: int = 20_000, repeats: int = 15) -> dict[str, np.ndarray]:
    """Return nanoseconds an element, one entry a repetition, of each function on n standard normal numbers.

    The functions take turns, so that a busy moment of the machine hits all of them; n fits the processor's cache.
    """
    z = np.random.default_rng(0).normal(size=n)
    took: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(repeats):
        for name, f in functions.items():
            start = time.perf_counter()
            f(z)
            took[name].append(1e9 * (time.perf_counter() - start) / n)
    return {name: np.array(t) for name, t in took.items()}


def properties(f: Function, slope: Function) -> dict[str, float]:
    """Return what can be measured of one curve: range, slopes far out and beside 0, mean output for standard normal input."""
    z = np.linspace(-50, 50, 200_001)
    y, dy = f(z), slope(z)
    bell = np.exp(-0.5 * z**2)
    step = 1e-9
    return {
        "lowest": float(y.min()),
        "highest": float(y.max()),
        "slope at -50": float(dy[0]),
        "slope at 50": float(dy[-1]),
        "largest slope": float(dy.max()),
        "jump of the slope at 0": float(np.diff(slope(np.array([-step, step])))[0]),
        "mean output": float((y * bell).sum() / bell.sum()),
    }
