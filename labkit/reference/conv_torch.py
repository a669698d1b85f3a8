"""Convolution in PyTorch: one call forwards, autograd backwards.

Conventions and sources: as in conv.py.
"""

import torch
from torch.nn import functional as F


def conv2d_forward(x, w, b, stride=1, padding=0):
    """Return the feature maps of a convolution layer for a batch of images, and what backward needs.

    x: (n, c_in, h, w)  w: (c_out, c_in, k_h, k_w)  b: (c_out,)
    ->  (y, cache): (n, c_out, h_out, w_out), the tuple (x, w, stride, padding)

    >>> y, cache = conv2d_forward(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2), torch.zeros(1))
    >>> y.tolist(), cache[2:]
    ([[[[4.0, 4.0], [4.0, 4.0]]]], (1, 0))
    """
    return F.conv2d(x, w, b, stride, padding), (x, w, stride, padding)


def conv2d_backward(dy, cache):
    """Return the gradients of the loss in the images, the filters and the bias of a convolution layer.

    dy: (n, c_out, h_out, w_out)  cache: (x, w, stride, padding), from conv2d_forward
    ->  (dx, dw, db): (n, c_in, h, w), (c_out, c_in, k_h, k_w), (c_out,)

    >>> y, cache = conv2d_forward(torch.ones(1, 1, 1, 3), torch.ones(1, 1, 1, 2), torch.zeros(1))
    >>> dx, dw, db = conv2d_backward(torch.tensor([[[[1.0, 10.0]]]]), cache)
    >>> dx.tolist(), dw.tolist(), db.tolist()
    ([[[[1.0, 11.0, 10.0]]]], [[[[11.0, 11.0]]]], [11.0])
    """
    x, w, stride, padding = cache
    x, w = x.detach().requires_grad_(), w.detach().requires_grad_()
    b = w.new_zeros(len(w)).requires_grad_()
    y, _ = conv2d_forward(x, w, b, stride, padding)
    return torch.autograd.grad(y, (x, w, b), dy)
