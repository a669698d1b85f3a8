"""Learning rates that change on the way: large while there is far to go, small to settle.

Every schedule maps t, the number of epochs (or steps) already done, to a learning rate: t = 0 is
the first.

Sources: named at each function.
"""

import numpy as np


def step_schedule(t, lr, *, every, gamma=0.1):
    """Return the learning rate at t when it is multiplied by gamma every so many steps.

    t: ()  ->  rate: float

    lr gamma**(t // every)

    t >= 0.  every >= 1: steps between two drops.  gamma in (0, 1].
    Source: torch.optim.lr_scheduler.StepLR.

    >>> [step_schedule(t, 1.0, every=2, gamma=0.5) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    return float(lr * gamma ** (t // every))


def exponential_schedule(t, lr, *, gamma):
    """Return the learning rate at t when it is multiplied by gamma every step.

    t: ()  ->  rate: float

    lr gamma**t

    t >= 0.  gamma in (0, 1].
    Source: torch.optim.lr_scheduler.ExponentialLR.

    >>> [exponential_schedule(t, 1.0, gamma=0.5) for t in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """
    return float(lr * gamma**t)


def cosine_schedule(t, n_steps, lr_max, lr_min=0.0):
    """Return the learning rate at t on half a cosine wave from lr_max down to lr_min.

    t: ()  ->  rate: float

    lr_min + (lr_max - lr_min) (1 + cos(pi t / n_steps)) / 2

    so that t = 0 gives lr_max, t = n_steps gives lr_min, and t = n_steps / 2 gives the mean of
    both. After the end, t > n_steps, the rate stays at lr_min: it does not rise again.

    t = 0, 1, 2, ...: steps already done.  n_steps >= 1: length of the descent.
    lr_max >= lr_min >= 0.

    Source: I. Loshchilov and F. Hutter (2017), without their restarts.

    >>> [round(cosine_schedule(t, 4, 1.0, 0.2), 4) for t in range(6)]
    [1.0, 0.8828, 0.6, 0.3172, 0.2, 0.2]
    """
    share = (1 + np.cos(np.pi * min(t, n_steps) / n_steps)) / 2
    # a weighted mean of both ends is exact at both ends; lr_min + share * (lr_max - lr_min) is not
    return float(share * lr_max + (1 - share) * lr_min)


def warmup_schedule(t, lr, *, n_warmup):
    """Return the learning rate at t when it grows in a straight line over the first n_warmup steps.

    t: ()  ->  rate: float

    lr min(1, (t + 1) / n_warmup): the first step is already above 0, step n_warmup - 1 is the first
    with lr.

    t >= 0.  n_warmup >= 1.
    Source: P. Goyal et al. (2017), section 2.2.

    >>> [warmup_schedule(t, 1.0, n_warmup=4) for t in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """
    return float(lr * min(1.0, (t + 1) / n_warmup))


def warmup_cosine_schedule(t, n_steps, lr_max, lr_min=0.0, *, n_warmup):
    """Return the learning rate at t: straight up to lr_max, then half a cosine down to lr_min.

    t: ()  ->  rate: float

    The first n_warmup steps are those of warmup_schedule; the cosine runs
    over the n_steps - n_warmup others.

    0 <= n_warmup < n_steps.
    Source: I. Loshchilov and F. Hutter (2017) and P. Goyal et al. (2017), combined as is usual for
    Transformers.

    >>> [round(warmup_cosine_schedule(t, 6, 1.0, n_warmup=2), 2) for t in range(7)]
    [0.5, 1.0, 1.0, 0.85, 0.5, 0.15, 0.0]
    """
    if t < n_warmup:
        return warmup_schedule(t, lr_max, n_warmup=n_warmup)
    return cosine_schedule(t - n_warmup, n_steps - n_warmup, lr_max, lr_min)
