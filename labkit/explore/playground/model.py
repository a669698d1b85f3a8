"""A training that can be taken in small bites: some mini-batches for a picture, and it goes on where it stopped.

The network, its optimizer and the steps are those of ``labkit.reference``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from labkit.explore.playground.data import LIMIT, Points, make_inputs, make_points
from labkit.explore.playground.state import State
from labkit.reference.layered_network import Network, fully_connected
from labkit.reference.layers import Dense
from labkit.reference.minibatches import minibatches
from labkit.reference.optim import OPTIMIZERS
from labkit.reference.training import evaluate, train_step

RESOLUTION = 40  # points a side at which units are looked at
TOO_LARGE = 1e8  # a loss beyond this comes back in no time worth waiting for


@dataclass(frozen=True, eq=False)
class View:
    """What there is to see: units[k]: (RESOLUTION², units) of the inputs (k = 0) and each hidden layer; output: (RESOLUTION²,).

    weights[k]: (units of column k, units of column k + 1), the last into one output.  For classes the output is
    2p - 1 in [-1, 1], p the probability of class 1, and its weights are those of logit 1 minus those of logit 0.
    """

    units: tuple[np.ndarray, ...]
    output: np.ndarray
    weights: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Numbers:
    """Losses of the data after an epoch, without the penalty, and accuracies (None for a regression)."""

    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float | None = None
    test_accuracy: float | None = None


def grid() -> np.ndarray:
    """Return the points of the square at which units are looked at, row by row from the top left.  -> (RESOLUTION², 2)"""
    middle = (np.arange(RESOLUTION) + 0.5) / RESOLUTION * 2 * LIMIT - LIMIT
    x1, x2 = np.meshgrid(middle, middle[::-1])
    return np.column_stack([x1.ravel(), x2.ravel()])


class Training:
    """The network of a state and how far it has come: epoch, history (Numbers of every epoch), diverged."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.points: Points = make_points(state)
        k = self.points.n_train
        inputs = make_inputs(self.points.X, state.features)
        mean, std = inputs[:k].mean(axis=0), inputs[:k].std(axis=0)
        X, y = (inputs - mean) / std, self.points.y
        self.X, self.y, self.X_test, self.y_test = X[:k], y[:k], X[k:], y[k:]
        self.X_grid = (make_inputs(grid(), state.features) - mean) / std
        self.loss = "mse" if state.is_regression else "cross_entropy"
        sizes = [len(state.features), *state.hidden, 1 if state.is_regression else 2]
        rng = np.random.default_rng([state.seed, 1])
        self.network: Network = fully_connected(sizes, rng, activation=state.activation)
        self.optimizer = OPTIMIZERS[state.optimizer](state.lr)
        self.rng = np.random.default_rng([state.seed, 2])
        self.batches: Iterator[tuple[np.ndarray, np.ndarray]] = iter(())
        self.in_epoch = False
        self.diverged = False
        self.history = [self.measure(0)]

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return self.history[-1].epoch

    @property
    def now(self) -> Numbers:
        """The numbers after the last whole epoch."""
        return self.history[-1]

    def change(self, state: State) -> None:
        """Go on with other settings of learning: optimizer, lr, batch, penalty, rate."""
        if state.optimizer != self.state.optimizer:
            self.optimizer = OPTIMIZERS[state.optimizer](state.lr)
        self.optimizer.lr = state.lr
        self.state = state

    def advance(self, epochs: int = 1, seconds: float = float("inf")) -> None:
        """Train to the end of the ``epochs``-th next epoch, or as far as ``seconds`` go, but at least one step.

        The way is the same however it is cut: the steps follow from the seed alone.  Ends at once when it diverged.
        """
        end, last = time.perf_counter() + seconds, self.epoch + epochs
        l1, l2 = penalties(self.state)
        with np.errstate(all="ignore"):  # what becomes of a loss that grows is checked, and said
            while self.epoch < last and not self.diverged:
                if not self.in_epoch:
                    self.batches = minibatches(self.X, self.y, self.state.batch or len(self.X), self.rng)
                    self.in_epoch = True
                batch = next(self.batches, None)
                if batch is None:
                    self.in_epoch = False
                    self.history.append(self.measure(self.epoch + 1))
                    continue
                batch_loss = train_step(self.network, self.optimizer, *batch, loss=self.loss, l1=l1, l2=l2)
                if not abs(batch_loss) < TOO_LARGE:  # nan too
                    self._end()
                elif time.perf_counter() > end:
                    break
            if self.epoch >= last and not abs(self.now.train_loss) < TOO_LARGE:
                self._end()

    def _end(self) -> None:
        self.diverged = True
        self.in_epoch = False

    def measure(self, epoch: int) -> Numbers:
        """Return the numbers of the network as it is now."""
        train = evaluate(self.network, self.X, self.y, loss=self.loss)
        test = evaluate(self.network, self.X_test, self.y_test, loss=self.loss)
        name, rate = "validation_loss", "validation_accuracy"
        return Numbers(epoch, train[name], test[name], train.get(rate), test.get(rate))

    def view(self) -> View:
        """Return what the units and the output say over the square."""
        with np.errstate(all="ignore"):
            *units, logits = columns(self.network, self.X_grid)
            weights = [layer.params[0] for layer in self.network.layers if isinstance(layer, Dense)]
            if self.state.is_regression:
                output = logits[:, 0]
            else:
                output = np.tanh((logits[:, 1] - logits[:, 0]) / 2)  # 2p - 1, with p the softmax of class 1
                weights[-1] = weights[-1][:, 1:] - weights[-1][:, :1]
        return View(tuple(units), output, tuple(weights))

    def dead_units(self) -> int:
        """Return how many ReLU units give 0 for every training point, and so pass no gradient; 0 for other activations."""
        if self.state.activation != "relu":
            return 0
        with np.errstate(all="ignore"):
            hidden = columns(self.network, self.X)[1:-1]
        return sum(int((h.max(axis=0) <= 0).sum()) for h in hidden)


def columns(network: Network, X: np.ndarray) -> list[np.ndarray]:
    """Return the inputs, each hidden layer's outputs after its activation, and the network's outputs."""
    y, seen = X, [X]
    for layer in network.layers:
        y = layer.forward(y)
        if not isinstance(layer, Dense):
            seen.append(y)
    return [*seen, y]


def penalties(state: State) -> tuple[float, float]:
    """Return the strengths (l1, l2) of a state."""
    return state.rate * (state.penalty == "L1"), state.rate * (state.penalty == "L2")


def same_network(a: State, b: State) -> bool:
    """Return whether a training of state ``a`` can go on as one of ``b``: only settings of learning differ."""
    return replace(a, optimizer=b.optimizer, lr=b.lr, batch=b.batch, penalty=b.penalty, rate=b.rate) == b
