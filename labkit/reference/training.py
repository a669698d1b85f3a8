"""Training: epochs of mini-batches, with seams where something may watch, record or stop.

A callback is an object with two methods, both optional to override:
    on_epoch(epoch) -> True to stop after this epoch   epoch: an Epoch
    on_end()                                           called once, also after an error or an interrupt

Sources: the seams of skorch's callbacks.
"""

from dataclasses import dataclass, field

import numpy as np

from labkit.reference.early_stopping import EarlyStopping
from labkit.reference.layered_network import Network
from labkit.reference.minibatches import minibatches
from labkit.reference.objectives import LOSSES


@dataclass(frozen=True)
class Epoch:
    """What a callback sees: the epoch's number from 1, how many are planned, the network, its numbers."""

    number: int
    planned: int
    network: Network
    record: dict = field(default_factory=dict)


class Callback:
    """Watches a training and does nothing."""

    def on_epoch(self, epoch):
        return False

    def on_end(self):
        pass


class ProgressBar(Callback):
    """A tqdm bar with the epoch's numbers; tqdm is imported when the first epoch is done."""

    def __init__(self):
        self.bar = None

    def on_epoch(self, epoch):
        if self.bar is None:
            from tqdm.auto import tqdm

            self.bar = tqdm(total=epoch.planned, unit="epoch")
        self.bar.set_postfix({name: f"{value:.4g}" for name, value in epoch.record.items()}, refresh=False)
        self.bar.update()
        return False

    def on_end(self):
        if self.bar is not None:
            self.bar.close()


class StopEarly(Callback):
    """Stops on the validation loss by EarlyStopping, and puts the best parameters back at the end."""

    def __init__(self, patience, min_delta=0.0):
        self.stopping = EarlyStopping(patience, min_delta)
        self.network = None

    def on_epoch(self, epoch):
        self.network = epoch.network
        return self.stopping.update(epoch.record["validation_loss"], epoch.network.state)

    def on_end(self):
        if self.network is not None:
            self.stopping.restore(self.network.state)


def train_step(network, optimizer, X, y, *, loss="cross_entropy", l1=0.0, l2=0.0):
    """Return the mean loss of a batch before the step that this call takes.

    X: (n, d_in)  y: (n,) labels, (n, k) distributions, or numbers for a regression  ->  loss: ()

    loss: a name in objectives.LOSSES.  l1, l2 >= 0: strengths of the penalties on weights (as in regularization.py);
    they enter the gradients, and the loss returned is that of the data alone.
    """
    y_pred = network.forward(X, training=True)
    batch_loss, dy_pred = LOSSES[loss](y_pred, y)
    network.backward(dy_pred)
    if l1 or l2:
        for w, dw in network.weights:
            dw += l1 * np.sign(w) + l2 * w
    optimizer.step([network.theta], [network.dtheta])
    return batch_loss


def train(
    network,
    optimizer,
    X,
    y,
    *,
    rng,
    epochs=100,
    batch_size=None,
    loss="cross_entropy",
    validation=None,
    l1=0.0,
    l2=0.0,
    schedule=None,
    callbacks=(),
):
    """Return the history of a training: a dict of lists with one number an epoch.

    X: (n, d_in)  y: (n,) labels, (n, k) distributions (smoothed labels), or numbers for a regression
    ->  {"loss": [...], "lr": [...], ...}

    "loss" is the mean over all rows of the training loss met on the way, "lr" the learning rate. With
    validation = (X, y) there is "validation_loss", and for labels "validation_accuracy", both measured
    after the epoch with dropout and the like at rest. network and optimizer are changed.

    batch_size: rows a step; None takes all rows at once, in their order.
    loss: a name in objectives.LOSSES.  l1, l2: penalties on weights, as in train_step.
    schedule(t): the learning rate of epoch t = 0, 1, ...; None keeps that of the optimizer.
    callbacks: see the head of this file; all of them see every epoch.

    >>> from labkit.reference.layered_network import fully_connected
    >>> from labkit.reference.optim import SGD
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(50, 1))
    >>> network = fully_connected([1, 1], rng)
    >>> history = train(network, SGD(lr=0.1), X, 3 * X + 2, rng=rng, epochs=200, loss="mse")
    >>> [p.round(3).ravel().tolist() for p in network.params]
    [[3.0], [2.0]]
    """
    history: dict[str, list[float]] = {}
    try:
        for t in range(epochs):
            if schedule is not None:
                optimizer.lr = schedule(t)
            batches = [(X, y)] if batch_size is None else minibatches(X, y, batch_size, rng)
            total = 0.0
            for X_batch, y_batch in batches:
                batch_loss = train_step(network, optimizer, X_batch, y_batch, loss=loss, l1=l1, l2=l2)
                total += float(batch_loss) * len(X_batch)
            record = {"loss": total / len(X), "lr": optimizer.lr}
            if validation is not None:
                record |= evaluate(network, *validation, loss=loss)
            for name, value in record.items():
                history.setdefault(name, []).append(value)
            epoch = Epoch(t + 1, epochs, network, record)
            if any([callback.on_epoch(epoch) for callback in callbacks]):  # a list: each one sees it
                break
    finally:
        for callback in callbacks:
            callback.on_end()
    return history


def evaluate(network, X, y, *, loss="cross_entropy"):
    """Return the validation numbers of a network at rest, by name.

    X: (n, d_in)  y: (n,) labels, or numbers for a regression  ->  {"validation_loss": float, ...}
    """
    y_pred = network.forward(X)
    validation_loss, _ = LOSSES[loss](y_pred, y)
    numbers = {"validation_loss": float(validation_loss)}
    if loss == "cross_entropy":
        numbers["validation_accuracy"] = float(np.mean(np.argmax(y_pred, axis=1) == y))
    return numbers
