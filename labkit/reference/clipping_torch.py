"""Clipping in PyTorch, as functions that return new tensors.

Conventions and sources: as in clipping.py.
"""

import torch


def clip_by_global_norm(grads, max_norm):
    """Return all gradients shortened together to at most max_norm, and the norm that they had.

    grads: list of tensors of any shapes  ->  (clipped, norm): list of tensors in the same shapes, ()

    >>> clipped, norm = clip_by_global_norm([torch.tensor([3.0, 4.0]), torch.tensor([[12.0]])], 26.0)
    >>> [g.tolist() for g in clipped], norm.item()
    ([[3.0, 4.0], [[12.0]]], 13.0)
    """
    norm = torch.linalg.vector_norm(torch.cat([g.flatten() for g in grads]))
    scale = torch.clamp(max_norm / norm, max=1.0)
    return [g * scale for g in grads], norm


def clip_by_value(grads, limit):
    """Return all gradients with each number held within -limit and limit.

    grads: list of tensors of any shapes  ->  clipped: list of tensors in the same shapes

    >>> [g.tolist() for g in clip_by_value([torch.tensor([1.0, 100.0])], 1.0)]
    [[1.0, 1.0]]
    """
    return [torch.clamp(g, -limit, limit) for g in grads]
