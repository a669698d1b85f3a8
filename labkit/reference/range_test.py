"""A learning rate from one short training: let it grow until the loss blows up.

Sources: L. Smith, "Cyclical learning rates for training neural networks" (2017), section 3.3.
"""

import numpy as np


def learning_rate_range_test(train_step, lr_min, lr_max, n_steps, factor=4.0):
    """Return learning rates that grow from step to step, the losses they led to, and a rate to start with.

    train_step: (lr) -> loss  ->  (rates, losses, suggestion): (k,), (k,), float, with k <= n_steps

    ``train_step(lr)`` takes one step with the rate lr and returns the loss after it. The n_steps rates grow by the
    same *factor* from step to step: the first is lr_min, the last lr_max. All steps belong to one training.

    The test stops when a loss is not finite, or larger than factor times the lowest loss so far: the training has
    diverged. That rate and that loss are left out, and no further step is taken.

    suggestion is a tenth of the rate with the lowest loss: where the loss is lowest the training is about to break.

    0 < lr_min < lr_max.  n_steps >= 2.  factor > 1.
    Raises ValueError when the first loss is not finite: lr_min is too large already.

    Source: Smith (2017) lets the rate grow linearly; growing by a factor, the stop and the tenth are the habit of
    J. Howard and S. Gugger (2020).

    >>> losses = iter([2.0, 1.0, 3.9, 4.1, 0.0])
    >>> rates, losses, suggestion = learning_rate_range_test(lambda lr: next(losses), 0.001, 10.0, 5)
    >>> rates.round(6).tolist(), losses.tolist(), round(suggestion, 6)
    ([0.001, 0.01, 0.1], [2.0, 1.0, 3.9], 0.001)
    """
    rates: list[float] = []
    losses: list[float] = []
    for lr in np.geomspace(lr_min, lr_max, n_steps):
        loss = float(train_step(float(lr)))
        if not np.isfinite(loss) or (losses and loss > factor * min(losses)):
            break
        rates.append(float(lr))
        losses.append(loss)
    if not losses:
        raise ValueError(f"the first loss is not finite: start below lr_min = {lr_min}")
    return np.array(rates), np.array(losses), rates[int(np.argmin(losses))] / 10
