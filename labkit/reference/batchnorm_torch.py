"""Batch normalisation by torch.nn.functional, without its habit of changing the running statistics in place.

Conventions and sources: as in batchnorm.py.
"""

import torch
from torch.nn import functional as F


def batchnorm_forward(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    """Return the normalised batch and the running mean and variance after it.

    x: (n, d)  gamma, beta, running_mean, running_var: (d,)
    ->  (y, new_running_mean, new_running_var): (n, d), (d,), (d,)

    Raises ValueError in training when n < 2.

    >>> x, one, zero = torch.tensor([[0.0], [2.0]]), torch.ones(1), torch.zeros(1)
    >>> y, mean, var = batchnorm_forward(x, one, zero, zero, one, training=True, momentum=1.0)
    >>> mean.tolist(), var.tolist()
    ([1.0], [2.0])
    """
    running_mean, running_var = running_mean.clone(), running_var.clone()
    y = F.batch_norm(x, running_mean, running_var, gamma, beta, training, momentum, eps)
    return y, running_mean, running_var


def batchnorm_backward(dy, x, gamma, eps=1e-5):
    """Return the gradients of the loss in the input, gamma and beta of batch normalisation in training.

    dy: (n, d)  x: (n, d)  gamma: (d,)  ->  (dx, dgamma, dbeta): (n, d), (d,), (d,)

    >>> x, dy = torch.tensor([[0.0], [2.0], [4.0]]), torch.tensor([[1.0], [0.0], [0.0]])
    >>> [round(v, 3) for v in batchnorm_backward(dy, x, torch.ones(1))[0].flatten().tolist()]
    [0.102, -0.204, 0.102]
    """
    x, gamma = x.detach().requires_grad_(), gamma.detach().requires_grad_()
    beta = torch.zeros_like(gamma, requires_grad=True)
    y = F.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)
    return torch.autograd.grad(y, (x, gamma, beta), dy)
