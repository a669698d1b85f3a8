"""The residual block in PyTorch; its backward pass is asked of autograd.

Conventions and sources: as in residual.py.
"""

import torch


def residual_forward(x, w1, b1, w2, b2):
    """Return the output of a residual block of two dense layers.

    x: (n, d)  w1: (d, m)  b1: (m,)  w2: (m, d)  b2: (d,)  ->  y: (n, d)

    >>> one = torch.ones(1, 1)
    >>> residual_forward(torch.tensor([[2.0], [-2.0]]), one, torch.zeros(1), 10 * one, torch.zeros(1)).tolist()
    [[22.0], [-2.0]]
    """
    h = torch.relu(x @ w1 + b1)
    return x + h @ w2 + b2


def residual_backward(dy, x, w1, b1, w2, b2):
    """Return the gradients of the loss in the input and the four parameters of a residual block.

    dy: (n, d)  x: (n, d)  w1: (d, m)  b1: (m,)  w2: (m, d)  b2: (d,)
    ->  (dx, dw1, db1, dw2, db2), each in the shape of its namesake

    >>> one = torch.ones(1, 1)
    >>> residual_backward(one, 2 * one, one, torch.zeros(1), 10 * one, torch.zeros(1))[0].tolist()
    [[11.0]]
    """
    leaves = [t.detach().requires_grad_() for t in (x, w1, b1, w2, b2)]
    return torch.autograd.grad(residual_forward(*leaves), leaves, dy)
