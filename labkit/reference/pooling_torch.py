"""Pooling in PyTorch: one call forwards, autograd backwards.

Conventions and sources: as in pooling.py.
"""

import torch
from torch.nn import functional as F


def max_pool_forward(x, size, stride=None, padding=0):
    """Return the largest pixel of each window, channel by channel, and what backward needs.

    x: (n, c, h, w), floats  ->  (y, cache): (n, c, h_out, w_out), the tuple (x, size, stride, padding)

    Raises ValueError when padding is greater than size // 2.

    >>> y, cache = max_pool_forward(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), 2)
    >>> y.tolist(), cache[1:]
    ([[[[4.0]]]], (2, 2, 0))
    """
    if padding > size // 2:
        raise ValueError(f"padding is {padding}; for windows of {size} it can be at most {size // 2}")
    stride = size if stride is None else stride
    return F.max_pool2d(x, size, stride, padding), (x, size, stride, padding)


def max_pool_backward(dy, cache):
    """Return the gradient of the loss in the images that went into a max pooling.

    dy: (n, c, h_out, w_out)  cache: (x, size, stride, padding), from max_pool_forward  ->  dx: (n, c, h, w)

    >>> y, cache = max_pool_forward(torch.tensor([[[[7.0, 7.0], [1.0, 7.0]]]]), 2)
    >>> max_pool_backward(torch.tensor([[[[5.0]]]]), cache).tolist()
    [[[[5.0, 0.0], [0.0, 0.0]]]]
    """
    x, size, stride, padding = cache
    x = x.detach().requires_grad_()
    return torch.autograd.grad(F.max_pool2d(x, size, stride, padding), x, dy)[0]


def avg_pool(x, size, stride=None):
    """Return the mean of each window, channel by channel.

    x: (n, c, h, w)  ->  y: (n, c, h_out, w_out)

    >>> avg_pool(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), 2).tolist()
    [[[[2.5]]]]
    """
    return F.avg_pool2d(x, size, stride)
