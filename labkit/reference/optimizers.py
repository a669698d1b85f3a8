"""Update rules: what to do with a gradient, from the plain step to Adam with decoupled decay.

Each rule is a pure function: parameters, gradient and memory in, new parameters and new memory out.
Memory starts at zeros of the shape of w. Conventions (where the momentum, the epsilon and the decay
stand) are those of torch.optim, so that numbers can be compared digit by digit.

Sources: named at each function.
"""

import numpy as np


def sgd_step(w, g, lr):
    """Return the parameters after one step of plain gradient descent.

    w: any shape  g: as w  ->  w_new: as w

    w_new = w - lr g, where g is the gradient of the loss at w: the step goes downhill. w is not
    changed.

    lr > 0: learning rate.

    Source: H. Robbins and S. Monro (1951).

    >>> sgd_step(np.array([1.0, 2.0]), np.array([10.0, -10.0]), 0.1).tolist()
    [0.0, 3.0]
    """
    return w - lr * g


def momentum_step(w, g, v, lr, mu=0.9):
    """Return the parameters and the velocity after one step with momentum.

    w: any shape  g, v: as w  ->  (w_new, v_new): as w

    v_new = mu v + g
    w_new = w - lr v_new

    The velocity v sums gradients, and the learning rate multiplies it once, in the step (the
    convention of torch.optim.SGD). w and v are not changed.

    lr > 0.  mu in [0, 1): share of the velocity that is kept; 0 gives plain gradient descent.

    Source: B. Polyak (1964). He writes lr inside v, which differs when lr changes on the way.

    >>> w, v = momentum_step(np.array([1.0]), np.array([2.0]), np.array([10.0]), 0.1, mu=0.5)
    >>> w.round(6).tolist(), v.tolist()
    ([0.3], [7.0])
    """
    v_new = mu * v + g
    w_new = w - lr * v_new
    return w_new, v_new


def adagrad_step(w, g, s, lr, eps=1e-10):
    """Return the parameters and the sum of squared gradients after one step of AdaGrad.

    w: any shape  g, s: as w  ->  (w_new, s_new): as w

    s_new = s + g**2
    w_new = w - lr g / (sqrt(s_new) + eps)

    eps stands outside the root. w and s are not changed.

    lr > 0.  eps > 0 keeps the first division safe where g = 0.

    Source: J. Duchi, E. Hazan, Y. Singer (2011).

    >>> w, s = adagrad_step(np.array([1.0]), np.array([3.0]), np.array([16.0]), 0.5)
    >>> w.round(6).tolist(), s.tolist()
    ([0.7], [25.0])
    """
    s_new = s + g**2
    w_new = w - lr * g / (np.sqrt(s_new) + eps)
    return w_new, s_new


def rmsprop_step(w, g, s, lr, beta=0.99, eps=1e-8):
    """Return the parameters and the mean of squared gradients after one step of RMSprop.

    w: any shape  g, s: as w  ->  (w_new, s_new): as w

    s_new = beta s + (1 - beta) g**2
    w_new = w - lr g / (sqrt(s_new) + eps)

    eps stands outside the root. w and s are not changed.

    lr > 0.  beta in [0, 1): share of the old mean that is kept.  eps > 0.

    Source: T. Hinton, lecture 6e of the Coursera course (2012); eps placed as in torch.

    >>> w, s = rmsprop_step(np.array([1.0]), np.array([4.0]), np.array([0.0]), 0.5, beta=0.75)
    >>> w.round(6).tolist(), s.tolist()
    ([0.0], [4.0])
    """
    s_new = beta * s + (1 - beta) * g**2
    w_new = w - lr * g / (np.sqrt(s_new) + eps)
    return w_new, s_new


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return the parameters and both moments after step number t of Adam.

    w: any shape  g, m, v: as w  ->  (w_new, m_new, v_new): as w

    m_new = beta1 m + (1 - beta1) g          mean of the gradients
    v_new = beta2 v + (1 - beta2) g**2       mean of their squares
    m_hat = m_new / (1 - beta1**t)           both started at 0: the division takes that bias out
    v_hat = v_new / (1 - beta2**t)
    w_new = w - lr m_hat / (sqrt(v_hat) + eps)

    Return m_new and v_new themselves, not m_hat and v_hat. eps stands outside the root.
    w, m and v are not changed.

    t = 1, 2, 3, ...: number of this step, the first being 1.
    lr > 0.  beta1, beta2 in [0, 1).  eps > 0.
    Raises ValueError when t < 1, where the correction would divide by zero.

    Source: D. Kingma and J. Ba (2014), algorithm 1.

    >>> w, m, v = adam_step(np.array([1.0]), np.array([5.0]), np.zeros(1), np.zeros(1), 1, lr=0.1)
    >>> w.round(6).tolist(), m.round(6).tolist(), v.round(6).tolist()
    ([0.9], [0.5], [0.025])
    """
    if t < 1:
        raise ValueError(f"t counts the steps from 1, got t = {t}")
    m_new = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * g**2
    m_hat = m_new / (1 - beta1**t)
    v_hat = v_new / (1 - beta2**t)
    w_new = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w_new, m_new, v_new


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    """Return the parameters and both moments after step t of Adam with decoupled weight decay.

    w: any shape  g, m, v: as w  ->  (w_new, m_new, v_new): as w

    First w shrinks to (1 - lr weight_decay) w, then one step of Adam is taken from there with the
    gradient g of the loss alone. The decay never enters g, m or v: that is what decoupled means,
    and it differs from adding weight_decay w to the gradient, which Adam would rescale.

    weight_decay >= 0.  All else as in adam_step.

    Source: I. Loshchilov and F. Hutter (2019), with the decay multiplied by lr as in torch.

    >>> zero = np.zeros(1)
    >>> w, m, v = adamw_step(np.ones(1), zero, zero, zero, 1, lr=0.5, weight_decay=0.2)
    >>> w.tolist()
    [0.9]
    """
    return adam_step(w * (1 - lr * weight_decay), g, m, v, t, lr, beta1, beta2, eps)
