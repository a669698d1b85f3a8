"""Label smoothing in PyTorch: nn.functional.cross_entropy takes distributions as well as labels.

Conventions and sources: as in label_smoothing.py.
"""

import torch
from torch.nn import functional as F


def smooth_labels(y, n_classes, epsilon):
    """Return a target distribution for each label: mostly the class itself, a little of all.

    y: (n,) integers in 0 .. n_classes - 1  ->  targets: (n, n_classes), float64, rows sum to 1

    >>> smooth_labels(torch.tensor([1]), 4, 0.5).tolist()
    [[0.125, 0.625, 0.125, 0.125]]
    """
    return (1 - epsilon) * F.one_hot(y, n_classes).to(torch.float64) + epsilon / n_classes


def soft_cross_entropy(logits, targets):
    """Return the mean cross-entropy of softmax(logits) against target distributions.

    logits: (n, k), numbers before softmax  targets: (n, k), rows sum to 1  ->  loss: ()

    >>> round(soft_cross_entropy(torch.zeros((1, 3)), torch.tensor([[0.2, 0.2, 0.6]])).item(), 4)
    1.0986
    """
    return F.cross_entropy(logits, targets)


def soft_cross_entropy_backward(logits, targets):
    """Return the gradient of soft_cross_entropy(logits, targets) in the logits.

    logits: (n, k), numbers before softmax  targets: (n, k), rows sum to 1  ->  dlogits: (n, k)

    >>> soft_cross_entropy_backward(torch.zeros((1, 2)), torch.tensor([[0.25, 0.75]])).tolist()
    [[0.25, -0.25]]
    """
    logits = logits.detach().requires_grad_()
    return torch.autograd.grad(soft_cross_entropy(logits, targets), logits)[0]
