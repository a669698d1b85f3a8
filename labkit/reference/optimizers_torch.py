"""Update rules in PyTorch: the same pure functions on tensors, as torch.optim applies them.

Formulas, ranges and sources: as in optimizers.py.
"""

import torch


def sgd_step(w, g, lr):
    """Return the parameters after one step of plain gradient descent.

    w: any shape  g: as w  ->  w_new: as w

    >>> sgd_step(torch.tensor([1.0, 2.0]), torch.tensor([10.0, -10.0]), 0.1).tolist()
    [0.0, 3.0]
    """
    return w - lr * g


def momentum_step(w, g, v, lr, mu=0.9):
    """Return the parameters and the velocity after one step with momentum.

    w: any shape  g, v: as w  ->  (w_new, v_new): as w

    >>> one = torch.ones(1)
    >>> w, v = momentum_step(one, 2 * one, 10 * one, 0.5, mu=0.5)
    >>> w.tolist(), v.tolist()
    ([-2.5], [7.0])
    """
    v_new = mu * v + g
    w_new = w - lr * v_new
    return w_new, v_new


def adagrad_step(w, g, s, lr, eps=1e-10):
    """Return the parameters and the sum of squared gradients after one step of AdaGrad.

    w: any shape  g, s: as w  ->  (w_new, s_new): as w

    >>> w, s = adagrad_step(torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([0.0]), 0.5)
    >>> w.tolist(), s.tolist()
    ([0.5], [9.0])
    """
    s_new = s + g**2
    w_new = w - lr * g / (torch.sqrt(s_new) + eps)
    return w_new, s_new


def rmsprop_step(w, g, s, lr, beta=0.99, eps=1e-8):
    """Return the parameters and the mean of squared gradients after one step of RMSprop.

    w: any shape  g, s: as w  ->  (w_new, s_new): as w

    >>> one = torch.ones(1)
    >>> w, s = rmsprop_step(one, 4 * one, 0 * one, 0.5, beta=0.75)
    >>> w.tolist(), s.tolist()
    ([0.0], [4.0])
    """
    s_new = beta * s + (1 - beta) * g**2
    w_new = w - lr * g / (torch.sqrt(s_new) + eps)
    return w_new, s_new


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return the parameters and both moments after step number t of Adam.

    w: any shape  g, m, v: as w  ->  (w_new, m_new, v_new): as w

    Raises ValueError when t < 1.

    >>> one, zero = torch.ones(1), torch.zeros(1)
    >>> w, m, v = adam_step(one, 2 * one, zero, zero, 1, lr=0.5, beta1=0.5, beta2=0.5)
    >>> w.tolist(), m.tolist(), v.tolist()
    ([0.5], [1.0], [2.0])
    """
    if t < 1:
        raise ValueError(f"t counts the steps from 1, got t = {t}")
    m_new = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * g**2
    m_hat = m_new / (1 - beta1**t)
    v_hat = v_new / (1 - beta2**t)
    w_new = w - lr * m_hat / (torch.sqrt(v_hat) + eps)
    return w_new, m_new, v_new


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    """Return the parameters and both moments after step t of Adam with decoupled weight decay.

    w: any shape  g, m, v: as w  ->  (w_new, m_new, v_new): as w

    >>> zero = torch.zeros(1)
    >>> w, m, v = adamw_step(torch.tensor([1.0]), zero, zero, zero, 1, lr=0.5, weight_decay=0.5)
    >>> w.tolist()
    [0.75]
    """
    return adam_step(w * (1 - lr * weight_decay), g, m, v, t, lr, beta1, beta2, eps)
