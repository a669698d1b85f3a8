"""Training that ends by itself: early stopping at work in a loop, with the best parameters put back.

Sources: L. Prechelt, "Early stopping -- but when?" (1998).
"""

from labkit.reference.early_stopping import EarlyStopping


def train_with_early_stopping(train_epoch, training_loss, validation_loss, params, patience, max_epochs):
    """Return the losses of a training that stops early, epoch by epoch, and the parameters of its best epoch.

    train_epoch, training_loss, validation_loss: functions of params  params: list of arrays
    ->  (training_losses, validation_losses, params): list of floats, list of floats, list of arrays

    One epoch: ``train_epoch(params)`` changes the arrays of params in place; then ``training_loss(params)`` and
    ``validation_loss(params)`` measure, and both are recorded. The *validation* loss decides, by
    EarlyStopping(patience); the epoch that stops is recorded too. The training loss is only there to be drawn.

    There are at most max_epochs epochs. At the end, however it came, params hold the values of the epoch with the
    lowest validation loss, written into the same arrays, and are returned.

    patience >= 1, max_epochs >= 1: numbers of epochs.

    Source: Prechelt (1998), class UP, counted in epochs.

    >>> import numpy as np
    >>> def train_epoch(params):
    ...     params[0] += 1.0
    >>> def training_loss(params):
    ...     return 1 / float(params[0][0])
    >>> def validation_loss(params):
    ...     return abs(float(params[0][0]) - 2.0)
    >>> train_with_early_stopping(train_epoch, training_loss, validation_loss, [np.zeros(1)], 2, 100)
    ([1.0, 0.5, 0.3333333333333333, 0.25], [1.0, 0.0, 1.0, 2.0], [array([2.])])
    """
    stopping = EarlyStopping(patience)
    training_losses, validation_losses = [], []
    for _ in range(max_epochs):
        train_epoch(params)
        training_losses.append(training_loss(params))
        validation_losses.append(validation_loss(params))
        if stopping.update(validation_losses[-1], params):
            break
    stopping.restore(params)
    return training_losses, validation_losses, params
