"""The residual block learns what to add to its input, and the way around it carries the gradient.

Sources: K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition" (2016).
"""

import numpy as np


def residual_forward(x, w1, b1, w2, b2):
    """Return the output of a residual block of two dense layers.

    x: (n, d)  w1: (d, m)  b1: (m,)  w2: (m, d)  b2: (d,)  ->  y: (n, d)

    y = x + F(x) with F(x) = relu(x w1 + b1) w2 + b2. Nothing comes after the sum. (The paper has one
    more ReLU there; later blocks, as in He et al. 2016b, left it out, and so do we.)

    >>> one = np.array([[1.0]])
    >>> residual_forward(np.array([[2.0], [-2.0]]), one, np.zeros(1), 10 * one, np.zeros(1)).tolist()
    [[22.0], [-2.0]]
    """
    h = np.maximum(x @ w1 + b1, 0)
    return x + h @ w2 + b2


def residual_backward(dy, x, w1, b1, w2, b2):
    """Return the gradients of the loss in the input and the four parameters of a residual block.

    dy: (n, d)  x: (n, d)  w1: (d, m)  b1: (m,)  w2: (m, d)  b2: (d,)
    ->  (dx, dw1, db1, dw2, db2), each in the shape of its namesake

    dy is the gradient of the loss in y = residual_forward(x, w1, b1, w2, b2). x reaches y by two ways,
    through F and around it, and dx is the sum of both. The hidden layer is computed again from x, so
    nothing need be kept from the forward pass. ReLU lets nothing through where its input is 0 or less.

    Source: He et al. (2016), with the gradient of an identity skip.

    >>> one = np.array([[1.0]])
    >>> dx, *_ = residual_backward(one, 2 * one, one, np.zeros(1), 10 * one, np.zeros(1))
    >>> dx.tolist()
    [[11.0]]
    """
    z = x @ w1 + b1
    h = np.maximum(z, 0)
    dw2 = h.T @ dy
    db2 = np.sum(dy, axis=0)
    dz = (dy @ w2.T) * (z > 0)
    dw1 = x.T @ dz
    db1 = np.sum(dz, axis=0)
    dx = dy + dz @ w1.T
    return dx, dw1, db1, dw2, db2
