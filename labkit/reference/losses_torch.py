"""Losses in PyTorch: torch.nn.functional says the same things; the gradients come from autograd.

Conventions and sources: as in losses.py.
"""

import torch
from torch.nn import functional as F


def mse_loss(y_pred, y):
    r"""Return the mean squared error, the mean of (y_pred - y)**2 over all elements.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements, in the same order  ->  loss: ()

    Raises ValueError when y_pred and y have different numbers of elements.

    >>> mse_loss(torch.tensor([1.0, 4.0]), torch.tensor([1.0, 2.0])).item()
    2.0
    """
    if y_pred.numel() != y.numel():
        raise ValueError(f"y_pred has {y_pred.numel()} elements and y has {y.numel()}")
    return F.mse_loss(y_pred, y.reshape(y_pred.shape))


def mse_grad(y_pred, y):
    r"""Return the gradient of the mean squared error in the predictions.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements, in the same order  ->  dy_pred: as y_pred

    >>> mse_grad(torch.tensor([1.0, 4.0]), torch.tensor([1.0, 2.0])).tolist()
    [0.0, 2.0]
    """
    y_pred = y_pred.detach().requires_grad_()
    return torch.autograd.grad(mse_loss(y_pred, y), y_pred)[0]


def mae_loss(y_pred, y):
    r"""Return the mean absolute error, the mean of |y_pred - y| over all elements.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements, in the same order  ->  loss: ()

    Raises ValueError when y_pred and y have different numbers of elements.

    >>> mae_loss(torch.tensor([1.0, 4.0]), torch.tensor([1.0, 2.0])).item()
    1.0
    """
    if y_pred.numel() != y.numel():
        raise ValueError(f"y_pred has {y_pred.numel()} elements and y has {y.numel()}")
    return F.l1_loss(y_pred, y.reshape(y_pred.shape))


def mae_grad(y_pred, y):
    r"""Return the gradient of the mean absolute error in the predictions.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements, in the same order  ->  dy_pred: as y_pred

    >>> mae_grad(torch.tensor([1.0, 4.0]), torch.tensor([1.0, 2.0])).tolist()
    [0.0, 0.5]
    """
    y_pred = y_pred.detach().requires_grad_()
    return torch.autograd.grad(mae_loss(y_pred, y), y_pred)[0]


def binary_cross_entropy(p, y):
    r"""Return the mean of -(y log p + (1 - y) log(1 - p)) over all elements.

    p: (n,) or (n, 1), probabilities of class 1  y: as many elements, 0 or 1  ->  loss: ()

    Raises ValueError when p and y have different numbers of elements.

    >>> binary_cross_entropy(torch.tensor([1.0, 0.0]), torch.tensor([1.0, 1.0])).item()
    50.0
    """
    if p.numel() != y.numel():
        raise ValueError(f"p has {p.numel()} elements and y has {y.numel()}")
    return F.binary_cross_entropy(p, y.reshape(p.shape).to(p.dtype))


def cross_entropy(logits, y):
    r"""Return the mean cross-entropy of softmax(logits) against the class labels.

    logits: (n, k), numbers before softmax  y: (n,) integers in 0 .. k - 1  ->  loss: ()

    >>> round(cross_entropy(torch.zeros((4, 3)), torch.tensor([0, 1, 2, 0])).item(), 4)
    1.0986
    """
    return F.cross_entropy(logits, y)


def softmax_cross_entropy_backward(logits, y):
    r"""Return the gradient of cross_entropy(logits, y) in the logits.

    logits: (n, k), numbers before softmax  y: (n,) integers in 0 .. k - 1  ->  dlogits: (n, k)

    >>> softmax_cross_entropy_backward(torch.zeros((1, 4)), torch.tensor([2])).tolist()
    [[0.25, 0.25, -0.75, 0.25]]
    """
    logits = logits.detach().requires_grad_()
    return torch.autograd.grad(cross_entropy(logits, y), logits)[0]
