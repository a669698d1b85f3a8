"""Layer normalisation by torch.nn.functional; the backward pass is asked of autograd.

Conventions and sources: as in layernorm.py.
"""

import torch
from torch.nn import functional as F


def layernorm_forward(x, gamma, beta, eps=1e-5):
    """Return x with each row normalised over its features, then scaled and shifted.

    x: (..., d)  gamma, beta: (d,)  ->  y: as x

    >>> y = layernorm_forward(torch.tensor([[0.0, 2.0]]), torch.tensor([1.0, 3.0]), torch.zeros(2))
    >>> [round(v, 4) for v in y.flatten().tolist()]
    [-1.0, 3.0]
    """
    return F.layer_norm(x, (x.shape[-1],), gamma, beta, eps)


def layernorm_backward(dy, x, gamma, eps=1e-5):
    """Return the gradients of the loss in the input, gamma and beta of layer normalisation.

    dy: (n, d)  x: (n, d)  gamma: (d,)  ->  (dx, dgamma, dbeta): (n, d), (d,), (d,)

    >>> x, dy = torch.tensor([[0.0, 2.0, 4.0]]), torch.tensor([[1.0, 0.0, 0.0]])
    >>> [round(v, 3) for v in layernorm_backward(dy, x, torch.ones(3))[0].flatten().tolist()]
    [0.102, -0.204, 0.102]
    """
    x, gamma = x.detach().requires_grad_(), gamma.detach().requires_grad_()
    beta = torch.zeros_like(gamma, requires_grad=True)
    return torch.autograd.grad(layernorm_forward(x, gamma, beta, eps), (x, gamma, beta), dy)
