"""Gradient norms layer by layer in PyTorch: autograd goes back, we only measure.

Conventions and sources: as in gradient_flow.py.
"""

import torch


def gradient_norms(weights, x, dy, f, f_grad):
    r"""Return the norm of the gradient in each weight matrix of a deep network, first layer first.

    weights: list of L matrices (d_in, d_out)  x: (n, d_0)  dy: (n, d_L)  ->  norms: (L,)

    f must be made of torch operations. f_grad is not needed: autograd differentiates f itself.

    >>> weights = [torch.tensor([[2.0]]), torch.tensor([[3.0]])]
    >>> gradient_norms(weights, torch.ones(1, 1), torch.ones(1, 1), lambda z: z, None).tolist()
    [3.0, 2.0]
    """
    leaves = [w.detach().requires_grad_() for w in weights]
    h = x
    for w in leaves:
        h = f(h @ w)
    return torch.stack([torch.linalg.vector_norm(g) for g in torch.autograd.grad(h, leaves, dy)])
