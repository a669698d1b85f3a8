"""Experiments of 11_tuning: a training whose settings are open, what each of them does, and how it can be left and resumed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labkit.datasets import load_digits
from labkit.reference.layered_network import fully_connected
from labkit.reference.minibatches import minibatches
from labkit.reference.objectives import LOSSES
from labkit.reference.optim import Momentum
from labkit.reference.search_space import sample_log_uniform
from labkit.reference.training import train_step

N_TRAIN, N_VALIDATION = 300, 400
EPOCHS = 27
RUNGS = (1, 3, 9, 27)  # epochs after which a training may be given up
DEFAULTS: Mapping[str, Any] = {"lr": 0.03, "batch_size": 32, "l2": 1e-4, "depth": 1, "width": 32}

# Where the searches look: (low, high), both on a logarithmic scale but for the depth.
SPACE: Mapping[str, tuple[float, float]] = {"lr": (1e-4, 10.0), "l2": (1e-6, 1.0), "width": (4, 64), "depth": (1, 4)}
NAMES: Mapping[str, str] = {
    "lr": r"learning rate $\eta$",
    "batch_size": "batch size",
    "l2": r"L2 strength $\lambda$",
    "depth": "hidden layers",
    "width": "units in a hidden layer",
}


@dataclass(frozen=True, eq=False)
class Problem:
    """Digits to learn from, digits to choose by, and digits to see afterwards how good the choice was."""

    X: np.ndarray
    y: np.ndarray
    X_validation: np.ndarray
    y_validation: np.ndarray
    X_referee: np.ndarray
    y_referee: np.ndarray


@functools.lru_cache(maxsize=32)
def problem(seed: int, n: int = N_TRAIN, n_validation: int = N_VALIDATION) -> Problem:
    """Return n digits to learn from, n_validation to choose by, and the rest for the referee; the test set stays sealed."""
    data = load_digits(seed, validation=1437 - n, flatten=True, dtype=np.float32)
    held = data.X_validation, data.y_validation
    (X, Xr), (y, yr) = ((part[:n_validation], part[n_validation:]) for part in held)
    return Problem(data.X_train, data.y_train, X, y, Xr, yr)


class Training:
    """A training that can be stopped and continued: settings, data to learn from, a generator for all its luck."""

    def __init__(self, config: Mapping[str, Any], X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> None:
        self.config = {**DEFAULTS, **config}
        self.X, self.y, self.rng, self.epochs = X, y, rng, 0
        sizes = [X.shape[1], *[self.config["width"]] * self.config["depth"], 10]
        self.network = fully_connected(sizes, rng, dtype=np.float32)
        self.optimizer = Momentum(lr=self.config["lr"])

    def to(self, epochs: int) -> Training:
        """Train on until this many epochs are done in all; one that has diverged stays as it is."""
        with np.errstate(all="ignore"):  # large rates diverge; that is one of the results
            while self.epochs < epochs:
                self.epochs += 1
                if np.isfinite(self.network.theta).all():
                    self._epoch()
        return self

    def _epoch(self) -> None:
        for X_batch, y_batch in minibatches(self.X, self.y, self.config["batch_size"], self.rng):
            train_step(self.network, self.optimizer, X_batch, y_batch, l2=self.config["l2"])

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the classes of the rows."""
        with np.errstate(all="ignore"):
            return self.network.forward(X).argmax(axis=1)

    def accuracy(self, X: np.ndarray, y: np.ndarray) -> float:
        """Return the share of rows that are right."""
        return float((self.predict(X) == y).mean())


def objective(
    config: Mapping[str, Any], rng: np.random.Generator, *, seed: int = 0, epochs: int = EPOCHS
) -> dict[str, float]:
    """Return {"training", "validation"}: accuracies after a training with these settings on the digits of a seed.

    For the curious it also holds "epoch 1", "epoch 3" and "epoch 9", as far as the training goes: validation on the way.
    """
    data = problem(seed)
    run = Training(config, data.X, data.y, rng)
    held = data.X_validation, data.y_validation
    on_the_way = {f"epoch {e}": run.to(e).accuracy(*held) for e in RUNGS if e < epochs}
    return {"training": run.to(epochs).accuracy(data.X, data.y), "validation": run.accuracy(*held), **on_the_way}


def draw(
    rng: np.random.Generator,
    log_uniform: Callable = sample_log_uniform,
    space: Mapping[str, tuple[float, float]] = SPACE,
) -> dict[str, Any]:
    """Return one random config of a space.  log_uniform: (low, high, size, rng) -> numbers."""
    (low, high) = space["depth"]
    number = {name: float(log_uniform(*space[name], 1, rng)[0]) for name in ("lr", "l2", "width")}
    return {**number, "width": round(number["width"]), "depth": int(rng.integers(int(low), int(high) + 1))}


# ------------------------------------------------------------------------------------------------ one at a time


def sweep(what: str, values: Sequence[Any], seeds: Iterable[int], epochs: int = EPOCHS) -> np.ndarray:
    """Return (n_seeds, n_values, 2): training and validation accuracy when one setting changes and the others stay."""

    def scores(seed: int, value: Any) -> tuple[float, float]:
        found = objective({what: value}, np.random.default_rng(seed), seed=seed, epochs=epochs)
        return found["training"], found["validation"]

    return np.array([[scores(seed, value) for value in values] for seed in seeds])


def rates_by_batch(
    rates: Sequence[float], batches: Sequence[int], seeds: Iterable[int], epochs: int = EPOCHS
) -> np.ndarray:
    """Return (n_seeds, n_batches, n_rates): validation accuracy of each pair of batch size and learning rate."""

    def accuracy(seed: int, batch: int, lr: float) -> float:
        config = {"batch_size": batch, "lr": lr}
        return objective(config, np.random.default_rng(seed), seed=seed, epochs=epochs)["validation"]

    return np.array([[[accuracy(s, batch, lr) for lr in rates] for batch in batches] for s in seeds])


def growing_rate(seed: int, config: Mapping[str, Any] | None = None) -> Callable[[float], float]:
    """Return train_step(lr) of a new training: it takes one mini-batch step, and returns the loss on all training rows."""
    data = problem(seed)
    run = Training(config or {}, data.X, data.y, np.random.default_rng(seed))

    def batches() -> Any:
        while True:
            yield from minibatches(data.X, data.y, run.config["batch_size"], run.rng)

    source = batches()

    def step(lr: float) -> float:
        run.optimizer.lr = lr
        with np.errstate(all="ignore"):
            train_step(run.network, run.optimizer, *next(source), l2=run.config["l2"])
            loss, _ = LOSSES["cross_entropy"](run.network.forward(data.X), data.y)
        return float(loss)

    return step
