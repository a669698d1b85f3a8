"""Penalties in PyTorch: only the price is written, its gradients are asked of autograd.

Conventions and sources: as in regularization.py.
"""

import torch


def l2_penalty(params, lam):
    """Return the L2 penalty on all weights, and its gradients in the shape of params.

    params: list of pairs (w, b)  ->  (penalty, grads): (), list of pairs (dw, db) as params

    >>> penalty, grads = l2_penalty([(torch.tensor([[3.0], [-4.0]]), torch.tensor([100.0]))], 1.0)
    >>> penalty.item(), [(dw.tolist(), db.tolist()) for dw, db in grads]
    (12.5, [([[3.0], [-4.0]], [0.0])])
    """
    weights = [w.detach().requires_grad_() for w, b in params]
    penalty = lam / 2 * sum(torch.sum(w**2) for w in weights)
    dws = torch.autograd.grad(penalty, weights)
    return penalty.detach(), [(dw, torch.zeros_like(b)) for dw, (_, b) in zip(dws, params, strict=True)]


def l1_penalty(params, lam):
    """Return the L1 penalty on all weights, and its gradients in the shape of params.

    params: list of pairs (w, b)  ->  (penalty, grads): (), list of pairs (dw, db) as params

    >>> penalty, grads = l1_penalty([(torch.tensor([[3.0], [0.0], [-4.0]]), torch.tensor([100.0]))], 0.5)
    >>> penalty.item(), [(dw.tolist(), db.tolist()) for dw, db in grads]
    (3.5, [([[0.5], [0.0], [-0.5]], [0.0])])
    """
    weights = [w.detach().requires_grad_() for w, b in params]
    penalty = lam * sum(torch.sum(torch.abs(w)) for w in weights)
    dws = torch.autograd.grad(penalty, weights)
    return penalty.detach(), [(dw, torch.zeros_like(b)) for dw, (_, b) in zip(dws, params, strict=True)]


def elastic_net_penalty(params, lam1, lam2):
    """Return the sum of an L1 and an L2 penalty on all weights, and its gradients in the shape of params.

    params: list of pairs (w, b)  ->  (penalty, grads): (), list of pairs (dw, db) as params

    >>> penalty, grads = elastic_net_penalty([(torch.tensor([[2.0]]), torch.tensor([9.0]))], 0.5, 3.0)
    >>> penalty.item(), grads[0][0].tolist()
    (7.0, [[6.5]])
    """
    l1, grads1 = l1_penalty(params, lam1)
    l2, grads2 = l2_penalty(params, lam2)
    grads = [(dw1 + dw2, db) for (dw1, db), (dw2, _) in zip(grads1, grads2, strict=True)]
    return l1 + l2, grads
