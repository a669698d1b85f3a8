"""The points of the playground: two classes or a surface to fit, in the square from -3 to 3, and the inputs made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from labkit.datasets import gaussians, spiral, two_circles, xor
from labkit.explore.playground.state import State

N_POINTS = 400
LIMIT = 3.0  # the square shown is [-LIMIT, LIMIT]^2

FEATURE_OF: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1**2,
    "x2^2": lambda x1, x2: x2**2,
    "x1x2": lambda x1, x2: x1 * x2,
    "sinx1": lambda x1, x2: np.sin(x1),
    "sinx2": lambda x1, x2: np.sin(x2),
}
HILLS = (((1.4, 1.3), 1.0), ((-1.5, 1.2), -1.0), ((1.2, -1.5), -1.0), ((-1.3, -1.4), 1.0))  # centre, height


@dataclass(frozen=True, eq=False)
class Points:
    """X: (n, 2) and y: (n,), labels 0/1 or numbers about -1 to 1; the first n_train rows are for training."""

    X: np.ndarray
    y: np.ndarray
    n_train: int


def make_points(state: State) -> Points:
    """Return the points of a state; the seed fixes them, and more noise moves the same points further."""
    rng = np.random.default_rng([state.seed, 0])
    X, y = MAKERS[state.data](rng, state.noise)
    return Points(X, y, round(state.share * N_POINTS))


def make_inputs(X: np.ndarray, features: tuple[str, ...]) -> np.ndarray:
    """Return the inputs of the network before standardising.  X: (n, 2)  ->  (n, len(features))"""
    return np.column_stack([FEATURE_OF[name](X[:, 0], X[:, 1]) for name in features])


def _circle(rng: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
    X, y = two_circles(N_POINTS, rng, noise=noise)
    return 1.3 * X, y


def _xor(rng: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
    X, y = xor(N_POINTS, rng, noise=noise)
    return 2.5 * X, y


def _gaussians(rng: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
    return gaussians(N_POINTS, rng, distance=2.4, noise=0.4 + 1.6 * noise)


def _spiral(rng: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
    X, y = spiral(N_POINTS, rng, noise=0.25 * noise)
    return 2.7 * X, y


def _plane(rng: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
    X = rng.uniform(-0.9 * LIMIT, 0.9 * LIMIT, (N_POINTS, 2))
    return X, X.sum(axis=1) / 5 + noise * rng.standard_normal(N_POINTS)


def _hills(rng: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
    X = rng.uniform(-0.9 * LIMIT, 0.9 * LIMIT, (N_POINTS, 2))
    y = sum(height * np.exp(-((X - centre) ** 2).sum(axis=1)) for centre, height in HILLS)
    return X, y + noise * rng.standard_normal(N_POINTS)


MAKERS = {"circle": _circle, "xor": _xor, "gaussians": _gaussians, "spiral": _spiral, "plane": _plane, "hills": _hills}
