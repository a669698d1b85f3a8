"""Data made to order: small problems whose truth is known, because we drew it.

Each takes an `rng`, so that a seed names a data set.  Where there is `noise`, it is drawn last: the same seed gives the
same points at every noise level, and the labels are those of the clean points.
"""

from __future__ import annotations

import numpy as np


def two_circles(n, rng, *, noise=0.0):
    """Return n points of a disc of radius 2 and whether each lies inside the unit circle.

    n, rng  ->  X: (n, 2)  y: (n,) int64, 1 inside

    r uniform in [0, 2], angle uniform in [0, 2*pi), y = 1 where r < 1: the classes are equally likely, and the points
    are denser towards the centre. noise: standard deviation added to X.

    >>> X, y = two_circles(5, np.random.default_rng(0))
    >>> bool(np.all((np.hypot(*X.T) < 1) == y))
    True
    """
    r = rng.uniform(0, 2, n)
    angle = rng.uniform(0, 2 * np.pi, n)
    X = np.column_stack([r * np.cos(angle), r * np.sin(angle)])
    return X + noise * rng.standard_normal((n, 2)), (r < 1).astype(np.int64)


def xor(n, rng, *, noise=0.0):
    """Return n points of the square [-1, 1]^2 and whether their two coordinates differ in sign.

    n, rng  ->  X: (n, 2)  y: (n,) int64, 1 where the signs differ

    No line separates the classes (Minsky and Papert 1969). noise: standard deviation added to X.
    """
    X = rng.uniform(-1, 1, (n, 2))
    y = ((X[:, 0] > 0) != (X[:, 1] > 0)).astype(np.int64)
    return X + noise * rng.standard_normal((n, 2)), y


def gaussians(n, rng, *, distance=4.0, noise=1.0):
    """Return n points of two round Gaussian clouds whose centres lie `distance` apart on the first axis.

    n, rng  ->  X: (n, 2)  y: (n,) int64

    Centres (-distance/2, 0) for class 0 (n // 2 points) and (+distance/2, 0) for class 1, rows shuffled. noise:
    standard deviation of each cloud; the best possible accuracy is Phi(distance / (2*noise)).
    """
    y = rng.permutation(np.arange(n) >= n // 2).astype(np.int64)
    X = np.column_stack([(y - 0.5) * distance, np.zeros(n)])
    return X + noise * rng.standard_normal((n, 2)), y


def spiral(n, rng, *, turns=1.5, noise=0.0):
    """Return n points on two spirals that wind round each other, half a turn apart.

    n, rng  ->  X: (n, 2)  y: (n,) int64, the arm

    At the distance t in (0, 1] from the centre, the arm has turned by 2*pi*turns*t (+ pi for class 1). n // 2 points are
    of class 0, rows shuffled. noise: standard deviation added to X.
    """
    y = rng.permutation(np.arange(n) >= n // 2).astype(np.int64)
    t = 1 - rng.uniform(0, 1, n)
    angle = 2 * np.pi * turns * t + np.pi * y
    X = np.column_stack([t * np.cos(angle), t * np.sin(angle)])
    return X + noise * rng.standard_normal((n, 2)), y


def linear_regression(n, rng, *, n_features=3, noise=0.1):
    """Return n rows of a linear law with Gaussian noise, and the law.

    n, rng  ->  X: (n, d)  y: (n,)  w: (d,)  b: float

    y = X @ w + b + noise * e with X, w, b and e standard normal. The best possible R^2 is about
    w @ w / (w @ w + noise**2).
    """
    w = rng.standard_normal(n_features)
    b = float(rng.standard_normal())
    X = rng.standard_normal((n, n_features))
    return X, X @ w + b + noise * rng.standard_normal(n), w, b


def sine_1d(n, rng, *, noise=0.1):
    """Return n noisy points of one period of the sine.

    n, rng  ->  X: (n, 1) uniform in [-pi, pi)  y: (n,) = sin(x) + noise * e
    """
    x = rng.uniform(-np.pi, np.pi, n)
    return x[:, None], np.sin(x) + noise * rng.standard_normal(n)


def separable(n, margin, rng):
    """Return n points of the unit disc that a line separates with at least `margin` on both sides, and that line.

    n, margin, rng  ->  X: (n, 2)  y: (n,) int64 in 0/1  w: (2,) of length 1  b: float

    y = 1 exactly where X @ w + b > 0, and |X @ w + b| >= margin for every point. The line has a random direction and
    passes the centre at a distance |b| <= (1 - margin) / 2. n // 2 points are of class 0, rows shuffled; each side is
    filled evenly. For the perceptron's bound with the bias as a weight, use points (x, 1): R = max ||(x, 1)|| and
    gamma >= margin / sqrt(1 + b**2) (Novikoff 1962).

    Raises: ValueError unless 0 < margin < 1.

    >>> X, y, w, b = separable(6, 0.3, np.random.default_rng(0))
    >>> bool(np.all((2 * y - 1) * (X @ w + b) >= 0.3))
    True
    """
    if not 0 < margin < 1:
        raise ValueError(f"margin = {margin}: expected a number above 0 and below 1, the disc's radius")
    angle = rng.uniform(0, 2 * np.pi)
    w = np.array([np.cos(angle), np.sin(angle)])
    along = np.array([-w[1], w[0]])
    b = float(rng.uniform(-1, 1) * (1 - margin) / 2)
    y = rng.permutation(np.arange(n) >= n // 2).astype(np.int64)
    X = np.empty((n, 2))
    for label, side in ((0, -1), (1, 1)):
        rows = np.flatnonzero(y == label)
        # side * (u + b) >= margin, where u = x @ w: u runs from this bound to the edge of the disc
        u, v = _cap(len(rows), margin - side * b, rng)
        X[rows] = side * u[:, None] * w + v[:, None] * along
    # rounding may put a point on the wrong side of the margin by one part in 10^16: move it back in by as little
    score = X @ w + b
    short = np.maximum(0, margin * (1 + 1e-12) - np.abs(score))
    X += (short * (2 * y - 1))[:, None] * w
    return X, y, w, b


def _cap(n, lowest, rng):
    """Return n points (u, v), spread evenly over the part of the unit disc with u >= lowest."""
    width = np.sqrt(1 - lowest**2) if lowest > 0 else 1.0
    u, v = np.empty(0), np.empty(0)
    while len(u) < n:
        more_u, more_v = rng.uniform(lowest, 1, 2 * n), rng.uniform(-width, width, 2 * n)
        inside = more_u**2 + more_v**2 <= 1 - 1e-9
        u, v = np.append(u, more_u[inside]), np.append(v, more_v[inside])
    return u[:n], v[:n]
