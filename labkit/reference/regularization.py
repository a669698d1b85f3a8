"""Penalties: a price on large weights, so that the network buys only those that pay for themselves.

Parameters are a list of pairs (w, b), as everywhere in this course; biases are free of charge.

Sources: A. Hoerl and R. Kennard (1970), L2; R. Tibshirani (1996), L1; H. Zou and T. Hastie (2005), both.
"""

import numpy as np


def l2_penalty(params, lam):
    """Return the L2 penalty on all weights, and its gradients in the shape of params.

    params: list of pairs (w, b)  ->  (penalty, grads): (), list of pairs (dw, db) as params

    penalty = lam / 2 times the sum of the squares of all weights of all layers. The factor 1/2 belongs
    to it and makes the gradient lam w. Biases are left out: they do not count, and each db is zeros.
    Nothing in params is changed.

    lam >= 0: strength.

    Source: A. Hoerl and R. Kennard (1970); the 1/2 as in Goodfellow et al. (2016), section 7.1.1.

    >>> penalty, grads = l2_penalty([(np.array([[3.0], [-4.0]]), np.array([100.0]))], 0.1)
    >>> float(penalty), [(dw.round(6).tolist(), db.tolist()) for dw, db in grads]
    (1.25, [([[0.3], [-0.4]], [0.0])])
    """
    penalty = lam / 2 * sum(np.sum(w**2) for w, b in params)
    grads = [(lam * w, np.zeros_like(b)) for w, b in params]
    return penalty, grads


def l1_penalty(params, lam):
    """Return the L1 penalty on all weights, and its gradients in the shape of params.

    params: list of pairs (w, b)  ->  (penalty, grads): (), list of pairs (dw, db) as params

    penalty = lam times the sum of the absolute values of all weights of all layers, without a factor
    1/2. Its gradient is lam where w > 0, -lam where w < 0 and 0 where w = 0, where the penalty has a
    corner. Biases are left out: they do not count, and each db is zeros. Nothing in params is changed.

    lam >= 0: strength.

    Source: R. Tibshirani (1996).

    >>> penalty, grads = l1_penalty([(np.array([[3.0], [0.0], [-4.0]]), np.array([100.0]))], 0.5)
    >>> float(penalty), [(dw.tolist(), db.tolist()) for dw, db in grads]
    (3.5, [([[0.5], [0.0], [-0.5]], [0.0])])
    """
    penalty = lam * sum(np.sum(np.abs(w)) for w, b in params)
    grads = [(lam * np.sign(w), np.zeros_like(b)) for w, b in params]
    return penalty, grads


def elastic_net_penalty(params, lam1, lam2):
    """Return the sum of an L1 and an L2 penalty on all weights, and its gradients in the shape of params.

    params: list of pairs (w, b)  ->  (penalty, grads): (), list of pairs (dw, db) as params

    lam1, lam2 >= 0: strengths of the L1 and of the L2 part.

    Source: H. Zou and T. Hastie (2005).

    >>> penalty, grads = elastic_net_penalty([(np.array([[2.0]]), np.array([9.0]))], 0.5, 3.0)
    >>> float(penalty), grads[0][0].tolist()
    (7.0, [[6.5]])
    """
    l1, grads1 = l1_penalty(params, lam1)
    l2, grads2 = l2_penalty(params, lam2)
    grads = [(dw1 + dw2, db) for (dw1, db), (dw2, _) in zip(grads1, grads2, strict=True)]
    return l1 + l2, grads
