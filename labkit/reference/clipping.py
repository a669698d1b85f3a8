"""Clipping: a step off a cliff is shortened before it is taken.

Sources: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent networks" (2013).
"""

import numpy as np


def clip_by_global_norm(grads, max_norm):
    """Return all gradients shortened together to at most max_norm, and the norm that they had.

    grads: list of arrays of any shapes  ->  (clipped, norm): list of arrays in the same shapes, ()

    norm is the Euclidean norm of all numbers in all arrays together, as if they were one long vector.
    Every array is multiplied by the same scale = min(1, max_norm / norm), so the direction stays. Small
    gradients stay as they are; gradients of zero stay zero, without a warning. The arrays of grads are
    not changed; the result holds new ones.

    max_norm > 0.

    Source: Pascanu et al. (2013), algorithm 1. torch adds 1e-6 to the norm in the quotient; we do not.

    >>> clipped, norm = clip_by_global_norm([np.array([3.0, 4.0]), np.array([[12.0]])], 1.3)
    >>> [g.round(6).tolist() for g in clipped], float(norm)
    ([[0.3, 0.4], [[1.2]]], 13.0)
    """
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    scale = float(max_norm / norm) if norm > max_norm else 1.0
    return [g * scale for g in grads], norm


def clip_by_value(grads, limit):
    """Return all gradients with each number held within -limit and limit.

    grads: list of arrays of any shapes  ->  clipped: list of arrays in the same shapes

    This bends the direction of the step: of (1, 100) remains (1, 1) at limit 1.

    >>> [g.tolist() for g in clip_by_value([np.array([1.0, 100.0])], 1.0)]
    [[1.0, 1.0]]
    """
    return [np.clip(g, -limit, limit) for g in grads]
