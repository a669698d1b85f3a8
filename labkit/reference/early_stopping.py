"""Early stopping: watch the validation loss, remember the best network, and know when to give up.

Sources: L. Prechelt, "Early stopping -- but when?" (1998).
"""

import numpy as np


class EarlyStopping:
    """Return a watcher that says after each epoch whether to stop, and keeps a copy of the best parameters.

    Use: ``if stopping.update(validation_loss, params): break`` after each epoch, then
    ``stopping.restore(params)``. The loss must be measured on validation data, never on training data.

    An epoch is better when its loss is below the best loss so far by more than min_delta. Training stops
    at the epoch that is number ``patience`` in a row without being better: with patience 1 the first
    epoch that is not better stops it. Attributes:

    best_loss: the loss of the last epoch that was better, at first infinity
    best_epoch: the number of that epoch, the first call of update being epoch 1, at first 0
    best_params: list of copies of the parameters of that epoch, at first None
    waited: how many epochs in a row were not better

    patience >= 1: number of epochs.  min_delta >= 0, in units of the loss.

    Source: Prechelt (1998), class UP, counted in epochs.

    >>> stopping, params = EarlyStopping(patience=2), [np.array([0.0])]
    >>> [stopping.update(loss, params) for loss in (3.0, 2.0, 2.5, 1.9, 1.9, 2.0)]
    [False, False, False, False, False, True]
    >>> stopping.best_loss, stopping.best_epoch
    (1.9, 4)
    """

    def __init__(self, patience, min_delta=0.0):
        """Start with nothing seen: see the attributes above."""
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = np.inf
        self.best_epoch = 0
        self.best_params = None
        self.waited = 0
        self.epoch = 0

    def update(self, loss, params):
        """Return True when training should stop now, given this epoch's validation loss.

        loss: ()  params: list of arrays  ->  stop: bool

        When the epoch is better, copy the arrays: training will go on to change them in place.
        A loss that is not a number is never better.
        """
        self.epoch += 1
        if loss < self.best_loss - self.min_delta:
            self.best_loss = loss
            self.best_epoch = self.epoch
            self.best_params = [np.array(p) for p in params]
            self.waited = 0
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, params):
        """Write the best parameters back into the arrays of params, in place; return None.

        params: list of arrays, as given to update. Before any best epoch nothing is written.
        """
        if self.best_params is not None:
            for p, best in zip(params, self.best_params, strict=True):
                p[...] = best
