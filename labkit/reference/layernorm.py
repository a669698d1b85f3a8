"""Layer normalisation: each row is brought to mean 0 and variance 1 by itself, whatever the batch.

Sources: J. Ba, J. Kiros, G. Hinton (2016); conventions of torch.nn.LayerNorm.
"""

import numpy as np


def layernorm_forward(x, gamma, beta, eps=1e-5):
    """Return x with each row normalised over its features, then scaled and shifted.

    x: (..., d)  gamma, beta: (d,)  ->  y: as x

    y = gamma (x - mean) / sqrt(var + eps) + beta, where mean and var are those of the last axis of x, for
    each row by itself; var divides by d (biased), and eps stands inside the root. gamma and beta hold one
    number a feature. There are no running statistics: training and inference are the same.

    eps > 0.

    Source: Ba et al. (2016), equation 4.

    >>> layernorm_forward(np.array([[0.0, 2.0], [50.0, 10.0]]), np.array([1.0, 3.0]), np.zeros(2)).round(4).tolist()
    [[-1.0, 3.0], [1.0, -3.0]]
    """
    mean = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def layernorm_backward(dy, x, gamma, eps=1e-5):
    """Return the gradients of the loss in the input, gamma and beta of layer normalisation.

    dy: (n, d)  x: (n, d)  gamma: (d,)  ->  (dx, dgamma, dbeta): (n, d), (d,), (d,)

    As in batch normalisation mean and var depend on x, here within each row.

    Source: Ba et al. (2016).

    >>> x, dy = np.array([[0.0, 2.0, 4.0]]), np.array([[1.0, 0.0, 0.0]])
    >>> layernorm_backward(dy, x, np.ones(3))[0].round(3).tolist()
    [[0.102, -0.204, 0.102]]
    """
    std = np.sqrt(np.var(x, axis=-1, keepdims=True) + eps)
    x_hat = (x - np.mean(x, axis=-1, keepdims=True)) / std
    dx_hat = dy * gamma
    along = np.mean(dx_hat * x_hat, axis=-1, keepdims=True)
    dx = (dx_hat - np.mean(dx_hat, axis=-1, keepdims=True) - x_hat * along) / std
    return dx, np.sum(dy * x_hat, axis=0), np.sum(dy, axis=0)
