"""A network of any depth in PyTorch, still as functions: parameters are a list of pairs (w, b).

Conventions and sources: as in mlp.py.
"""

import torch


def mlp_forward(params, X):
    """Return the logits of a fully connected ReLU network for a batch.

    params: list of pairs (w, b), w: (d_in, d_out), b: (d_out,)  X: (n, d_0)  ->  logits: (n, d_L)

    >>> params = [(torch.tensor([[1.0]]), torch.zeros(1)), (torch.tensor([[3.0]]), torch.tensor([-5.0]))]
    >>> mlp_forward(params, torch.tensor([[1.0], [-3.0]])).tolist()
    [[-2.0], [-5.0]]
    """
    h = X
    for w, b in params[:-1]:
        h = torch.relu(h @ w + b)
    w, b = params[-1]
    return h @ w + b


def accuracy(logits, y):
    """Return the share of rows whose largest logit is at the right class.

    logits: (n, k)  y: (n,) integers in 0 .. k - 1  ->  share: (), in [0, 1]

    >>> accuracy(torch.tensor([[0.1, 0.9], [0.8, 0.2]]), torch.tensor([1, 1])).item()
    0.5
    """
    return torch.mean((torch.argmax(logits, dim=1) == y).to(logits.dtype))
