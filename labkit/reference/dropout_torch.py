"""Dropout in PyTorch, with the mask in hand: a NumPy generator draws it, so that both dialects drop alike.

Conventions and sources: as in dropout.py.
"""

import torch


def dropout_forward(x, p, rng, *, training):
    """Return x with elements dropped at random and the rest enlarged, and the mask that did it.

    x: any shape  ->  (y, mask): both as x;  y = x * mask

    rng: np.random.Generator.  Raises ValueError when p is outside [0, 1).

    >>> import numpy as np
    >>> y, mask = dropout_forward(torch.ones(8), 0.75, np.random.default_rng(1), training=True)
    >>> y.tolist()
    [0.0, 4.0, 0.0, 4.0, 0.0, 0.0, 4.0, 0.0]
    """
    if not 0 <= p < 1:
        raise ValueError(f"p is the probability of dropping and must be in [0, 1), got {p}")
    mask = torch.ones_like(x)
    if training:
        keep = torch.as_tensor(rng.random(tuple(x.shape)) >= p)
        mask = keep.to(x.dtype) / (1 - p)
    return x * mask, mask


def dropout_backward(dy, mask):
    """Return the gradient of the loss in the input of a dropout layer.

    dy: any shape  mask: as dy, from dropout_forward  ->  dx: as dy

    >>> dropout_backward(torch.tensor([5.0, 5.0]), torch.tensor([0.0, 4.0])).tolist()
    [0.0, 20.0]
    """
    x = torch.zeros_like(dy, requires_grad=True)
    return torch.autograd.grad(x * mask, x, dy)[0]
