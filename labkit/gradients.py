"""A derivative on paper is a claim; moving the input a little and watching the output is the test.

Central differences in float64: their error falls as h^2, until rounding (about 1e-16 |f| / h) takes
over near h = 1e-5.
Source: Goodfellow, Bengio and Courville (2016), section 11.5, for checking along one random
direction.
"""

from collections.abc import Callable

import numpy as np


def numerical_gradient(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Return the gradient of the scalar function f at x by central differences.

    f: array like x -> scalar  x: any shape  ->  gradient: same shape, float64

    gradient[i] = (f(x + h e_i) - f(x - h e_i)) / (2h). h > 0 in the units of x. Calls f twice for
    each element; x is left unchanged, and f gets a fresh array each time.

    >>> numerical_gradient(lambda x: (x**2).sum(), np.array([1.0, -2.0])).round(6)
    array([ 2., -4.])
    """
    x = np.asarray(x, dtype=np.float64)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def directional_gradient_error(
    f: Callable, grad: Callable | np.ndarray, x: np.ndarray, rng: np.random.Generator
) -> float:
    """Return a gradient's relative error along one random direction, against a central difference.

    f: array like x -> scalar  grad: array like x -> gradient, or the gradient itself, like x
    x: any shape  ->  error: scalar >= 0

    For a random v of length 1: numeric = (f(x + hv) - f(x - hv)) / (2h), claimed = grad . v, and
    the error is |numeric - claimed| / max(|numeric|, |claimed|, 1e-4); the last keeps rounding from
    looking like a mistake where the gradient is 0. A right gradient of a smooth f stays below 1e-6;
    a wrong one is caught with probability 1, at the price of two calls of f whatever the size of x.
    Choose x away from kinks, such as 0 for ReLU.
    Raises ValueError when the gradient's shape is not that of x.

    >>> rng = np.random.default_rng(0)
    >>> x = np.array([1.0, 2.0])
    >>> directional_gradient_error(lambda x: (x**3).sum(), lambda x: 3 * x**2, x, rng) < 1e-6
    True
    """
    x = np.asarray(x, dtype=np.float64)
    gradient = np.asarray(grad(x) if callable(grad) else grad, dtype=np.float64)
    if gradient.shape != x.shape:
        raise ValueError(f"the gradient has shape {gradient.shape}, x has {x.shape}; they must be equal")
    v = rng.normal(size=x.shape)
    v = v / np.linalg.norm(v)
    h = 1e-5 * max(1.0, float(np.abs(x).max()))
    numeric = float((f(x + h * v) - f(x - h * v)) / (2 * h))
    claimed = float((gradient * v).sum())
    return abs(numeric - claimed) / max(abs(numeric), abs(claimed), 1e-4)
