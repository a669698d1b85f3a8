"""Experiments of 04_gradient_descent: how fast a walk is, what small batches cost, rates that change, Adam's correction and decay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from labkit.datasets import linear_regression
from labkit.experiments.landscapes import Rule, Schedule, walk
from labkit.reference.minibatches import minibatches as course_minibatches
from labkit.reference.optimizers import adam_step, adamw_step, sgd_step
from labkit.reference.schedules import cosine_schedule, exponential_schedule, step_schedule, warmup_schedule


def factor_a_step(descend: Callable, grad: Callable, start: float, minimum: float, lr: float) -> float:
    """Return the mean factor by which each of (at most) six steps of ``descend`` changes the distance to the minimum."""
    path = descend(grad, start, lr, tol=1e-300, max_steps=6)
    return float(abs((path[-1] - minimum) / (path[0] - minimum)) ** (1 / (len(path) - 1)))


# --------------------------------------------------------------------------------------------------------- schedules


def warm_up(lr: float, n_warmup: int) -> Schedule:
    """Return the schedule that grows to lr in n_warmup steps and stays there."""
    return lambda t: warmup_schedule(t, lr, n_warmup=n_warmup)


def schedules(n_steps: int, lr: float, cosine: Callable[..., float] = cosine_schedule) -> dict[str, Schedule]:
    """Return the falling schedules of the lesson over n_steps, all from lr; the warm-up takes the first tenth."""
    tenth = n_steps // 10
    rise = warm_up(lr, tenth)
    return {
        "step": lambda t: step_schedule(t, lr, every=n_steps // 3, gamma=0.1),
        "exponential": lambda t: exponential_schedule(t, lr, gamma=0.01 ** (1 / n_steps)),
        "cosine": lambda t: cosine(t, n_steps, lr),
        "warm-up, cosine": lambda t: rise(t) if t < tenth else cosine(t - tenth, n_steps - tenth, lr),
    }


# ----------------------------------------------------------------------------------------------------- least squares


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """A table X with a column of ones, y, the mean squared error over its rows, and the weights w_best where it is least."""

    X: np.ndarray
    y: np.ndarray
    w_best: np.ndarray

    def loss(self, w: np.ndarray) -> float:
        """Return the mean squared error at w."""
        return float(np.mean((self.X @ w - self.y) ** 2))

    def excess(self, w: np.ndarray) -> float:
        """Return how far the loss at w lies above the least possible: the mean of (X (w - w_best))²."""
        return float(np.mean((self.X @ (w - self.w_best)) ** 2))

    def largest_rate(self) -> float:
        """Return the rate from which plain descent diverges, 2 / the largest curvature of the loss."""
        return float(2 / np.linalg.eigvalsh(2 * self.X.T @ self.X / len(self.X)).max())


def least_squares(n: int, rng: np.random.Generator, *, n_features: int = 4, noise: float = 1.0) -> LeastSquares:
    """Return a made problem with n rows."""
    X, y, _, _ = linear_regression(n, rng, n_features=n_features, noise=noise)
    X = np.column_stack([X, np.ones(n)])
    return LeastSquares(X, y, np.linalg.lstsq(X, y, rcond=None)[0])


def mse_gradient(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return the gradient of the mean of (X w - y)² in w: the mean keeps its 1/n."""
    return 2 / len(X) * X.T @ (X @ w - y)


def gradient_noise(
    problem: LeastSquares, w: np.ndarray, batch_size: int, n_epochs: int, rng: np.random.Generator, batches: Callable
) -> float:
    """Return the root mean square distance of a batch's gradient from the whole table's, over full batches."""
    whole = mse_gradient(problem.X, problem.y, w)
    gaps = [
        np.sum((mse_gradient(X, y, w) - whole) ** 2)
        for _ in range(n_epochs)
        for X, y in batches(problem.X, problem.y, batch_size, rng)
        if len(X) == batch_size
    ]
    return float(np.sqrt(np.mean(gaps)))


def expected_noise(problem: LeastSquares, w: np.ndarray, batch_size: int | np.ndarray) -> Any:
    """Return what :func:`gradient_noise` tends to: sqrt(V / B · (n - B) / (n - 1)), V the rows' own variance.

    The last factor is that of drawing without replacement: with B = n there is no noise left.
    """
    n = len(problem.X)
    rows = 2 * problem.X * (problem.X @ w - problem.y)[:, None]
    variance = np.sum(rows.var(axis=0))
    return np.sqrt(variance / np.asarray(batch_size) * (n - np.asarray(batch_size)) / (n - 1))


def train(
    problem: LeastSquares,
    batch_size: int,
    lr: float | Schedule,
    n_epochs: int,
    rng: np.random.Generator,
    *,
    batches: Callable = course_minibatches,
    step: Callable = sgd_step,
) -> np.ndarray:
    """Return the excess loss before the first and after each epoch of mini-batch descent from w = 0: (n_epochs + 1,).

    lr is a number, or a schedule: steps already done -> rate.
    """
    w, t = np.zeros(problem.X.shape[1]), 0
    losses = [problem.excess(w)]
    for _ in range(n_epochs):
        for X, y in batches(problem.X, problem.y, batch_size, rng):
            w = step(w, mse_gradient(X, y, w), lr(t) if callable(lr) else lr)
            t += 1
        losses.append(problem.excess(w))
    return np.array(losses)


def with_replacement(X: np.ndarray, y: np.ndarray, batch_size: int, rng: np.random.Generator) -> Any:
    """Yield as many batches as an epoch has, each of rows drawn afresh: some come twice, others never."""
    for _ in range(-(-len(X) // batch_size)):
        rows = rng.integers(0, len(X), batch_size)
        yield X[rows], y[rows]


def floor(
    batch_size: int, lr: float, seed: int, *, n_epochs: int = 60, batches: Callable = course_minibatches
) -> float:
    """Return the level at which the excess loss settles: its mean over the second half of a run on 256 rows."""
    problem = least_squares(256, np.random.default_rng(seed))
    losses = train(problem, batch_size, lr, n_epochs, np.random.default_rng(1000 + seed), batches=batches)
    return float(losses[n_epochs // 2 :].mean())


# ----------------------------------------------------------------------------------------- Adam's correction and decay


def adam_without_correction(w: Any, g: Any, m: Any, v: Any, t: int, lr: float, beta1=0.9, beta2=0.999, eps=1e-8) -> Any:
    """Return one step of Adam in which m and v are used as they are."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (np.sqrt(v) + eps), m, v


UNCORRECTED = Rule("Adam without correction", adam_without_correction, 2, counts=True)


def step_lengths(rule: Rule, gradients: np.ndarray, lr: float = 1e-3) -> np.ndarray:
    """Return the length of each step, in units of lr, when a rule meets these gradients: (n,) -> (n,)."""
    given = iter(gradients)
    path = walk(rule, lambda _: next(given), np.zeros(()), len(gradients), lr)
    return np.abs(np.diff(path)) / lr


def decay_left(
    kind: str,
    scales: np.ndarray,
    n_steps: int,
    rng: np.random.Generator,
    *,
    lr: float = 1e-3,
    weight_decay: float = 0.5,
) -> np.ndarray:
    """Return what n_steps of decay leave of weights that start at 1 and whose gradients are noise of these scales.

    kind: "decoupled" (AdamW), or "L2" (weight_decay · w added to the gradient that Adam gets).
    """
    if kind not in ("decoupled", "L2"):
        raise ValueError(f"kind = {kind!r}: expected 'decoupled' or 'L2'")
    w, m, v = np.ones_like(scales), np.zeros_like(scales), np.zeros_like(scales)
    for t in range(1, n_steps + 1):
        g = scales * rng.standard_normal(len(scales))
        if kind == "decoupled":
            w, m, v = adamw_step(w, g, m, v, t, lr, weight_decay=weight_decay)
        else:
            w, m, v = adam_step(w, g + weight_decay * w, m, v, t, lr)
    return w
