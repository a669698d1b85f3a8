"""Batch normalisation: each feature is brought to mean 0 and variance 1 over the batch, then set free again.

Sources: S. Ioffe and C. Szegedy (2015); conventions of torch.nn.BatchNorm1d.
"""

import numpy as np


def batchnorm_forward(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    """Return the normalised batch and the running mean and variance after it.

    x: (n, d)  gamma, beta, running_mean, running_var: (d,)
    ->  (y, new_running_mean, new_running_var): (n, d), (d,), (d,)

    y = gamma (x - mean) / sqrt(var + eps) + beta, for each feature (column) by itself; eps stands inside
    the root.

    In training, mean and var are those of this batch; var divides by n (biased). The running statistics
    move towards the batch: new = (1 - momentum) old + momentum batch. The variance that they store
    divides by n - 1 (unbiased).
    Out of training, mean and var are the running ones, which come back with the same values.
    No input is changed. (A fresh layer has running mean 0 and running variance 1.)

    momentum in [0, 1]: weight of the *new* batch (Keras calls 1 minus this momentum).  eps > 0.
    Raises ValueError in training when n < 2: one row has no variance.

    Source: Ioffe and Szegedy (2015), algorithm 1; what is biased and what is not as in torch.

    >>> x, one, zero = np.array([[0.0], [2.0]]), np.ones(1), np.zeros(1)
    >>> y, mean, var = batchnorm_forward(x, one, zero, zero, one, training=True, momentum=1.0, eps=1e-9)
    >>> y.round(6).tolist(), mean.tolist(), var.tolist()
    ([[-1.0], [1.0]], [1.0], [2.0])
    """
    if training:
        n = len(x)
        if n < 2:
            raise ValueError(f"in training a batch needs at least 2 rows to have a variance, got {n}")
        mean, var = np.mean(x, axis=0), np.var(x, axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    else:
        mean, var = running_mean, running_var
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return y, running_mean, running_var


def batchnorm_backward(dy, x, gamma, eps=1e-5):
    """Return the gradients of the loss in the input, gamma and beta of batch normalisation in training.

    dy: (n, d)  x: (n, d)  gamma: (d,)  ->  (dx, dgamma, dbeta): (n, d), (d,), (d,)

    dy is the gradient of the loss in y = gamma (x - mean) / sqrt(var + eps) + beta, where mean and var
    (dividing by n) are those of the batch x. Both depend on x: every row of a column moves them, and so
    every row of dx depends on all rows of dy.

    eps > 0: the same as in the forward pass.

    Source: Ioffe and Szegedy (2015), section 3, gathered into one expression.

    >>> x, dy = np.array([[0.0], [2.0], [4.0]]), np.array([[1.0], [0.0], [0.0]])
    >>> dx, dgamma, dbeta = batchnorm_backward(dy, x, np.ones(1))
    >>> dx.round(3).tolist(), dgamma.round(3).tolist(), dbeta.tolist()
    ([[0.102], [-0.204], [0.102]], [-1.225], [1.0])
    """
    std = np.sqrt(np.var(x, axis=0) + eps)
    x_hat = (x - np.mean(x, axis=0)) / std
    dbeta = np.sum(dy, axis=0)
    dgamma = np.sum(dy * x_hat, axis=0)
    # what moves the whole column (dbeta) or stretches it (dgamma) is undone by the normalisation
    dx = gamma / std * (dy - dbeta / len(x) - x_hat * dgamma / len(x))
    return dx, dgamma, dbeta
