"""A data set the way an honest experiment holds it: train to learn, validation to choose, test under a seal.

A test score that was looked at while choosing is no longer a test score.  The seal does not stop a determined hand;
it counts, and says what it counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from labkit.datasets.split import split_rows


def _accuracy(y, y_hat):
    return float(np.mean(y == y_hat))


def _mse(y, y_hat):
    return float(np.mean((y - y_hat) ** 2))


def _mae(y, y_hat):
    return float(np.mean(np.abs(y - y_hat)))


def _r2(y, y_hat):
    return float(1 - np.sum((y - y_hat) ** 2) / np.sum((y - np.mean(y)) ** 2))


METRICS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "accuracy": _accuracy,
    "mse": _mse,
    "mae": _mae,
    "r2": _r2,
}


class SealedTest:
    """Test rows that can be scored on but not looked at, and the number of times that was done."""

    __slots__ = ("__X", "__y", "openings")

    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError(f"{len(X)} rows of X but {len(y)} of y")
        self.__X = np.array(X)
        self.__y = np.array(y)
        self.openings = 0

    def __len__(self) -> int:
        return len(self.__y)

    def __repr__(self) -> str:
        return f"<sealed test set: {len(self)} rows, opened {_times(self.openings)}>"

    def score(self, predict, metric):
        """Return metric(y_test, predict(X_test)), having counted one opening.

        A predict that fails or has the wrong shape costs no opening: nothing about the labels was learned.
        """
        y_hat = np.asarray(predict(self.__X.copy()))
        if y_hat.shape != self.__y.shape:
            hint = ""
            if y_hat.ndim == 2 and len(y_hat) == len(self.__y):
                hint = ": take y_hat[:, 0]" if y_hat.shape[1] == 1 else ": take argmax(axis=1) of the class scores"
            raise ValueError(f"predict must return shape {self.__y.shape}, got {y_hat.shape}{hint}")
        self.openings += 1
        return metric(self.__y.copy(), y_hat)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training and validation arrays, the names of what they hold, and a sealed test set.

    X_train: (n, …)  y_train: (n,)  X_validation: (m, …)  y_validation: (m,)
    """

    name: str
    X_train: np.ndarray = field(repr=False)
    y_train: np.ndarray = field(repr=False)
    X_validation: np.ndarray = field(repr=False)
    y_validation: np.ndarray = field(repr=False)
    test: SealedTest
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"Dataset({self.name!r}: train {self.X_train.shape}, validation {self.X_validation.shape}, "
            f"{self.X_train.dtype}, {self.test!r})"
        )

    @property
    def openings(self) -> int:
        """How many times the test set has been opened."""
        return self.test.openings

    def final_score(self, predict: Callable[[np.ndarray], Any], metric: Any = "accuracy") -> Any:
        """Return the score on the test set, and print how often it has now been opened.

        predict: X (n, …) -> y_hat (n,)

        metric: "accuracy", "mse", "mae", "r2", or any function of (y, y_hat): a confusion matrix, say.
        Call it once, when everything has been chosen on the validation set.

        Raises: ValueError for an unknown metric, or when y_hat has another shape than y.
        """
        if not callable(metric) and metric not in METRICS:
            raise ValueError(f"metric {metric!r}: expected one of {', '.join(METRICS)}, or a function of (y, y_hat)")
        label = getattr(metric, "__name__", "score") if callable(metric) else metric
        score = self.test.score(predict, metric if callable(metric) else METRICS[metric])
        value = f" {score:.4f}" if isinstance(score, float | np.floating) else ""
        advice = "" if self.openings == 1 else " Only the first score is a test score: later choices have seen it."
        print(f"{self.name}: test set opened {_times(self.openings)}: {label}{value} on {len(self.test)} rows.{advice}")
        return score


def split_dataset(
    name, X, y, rng, *, validation=0.2, test=0.2, stratified=True, class_names=(), feature_names=()
) -> Dataset:
    """Return X and y cut into a Dataset: train, validation, and a sealed test set.

    X: (n, …)  y: (n,)  ->  Dataset

    validation, test: shares of all rows as floats, or numbers of rows as ints. stratified: each class by its share
    in every part; turn it off for regression.

    Raises: ValueError when the parts leave nothing to train on.

    >>> X, y = np.arange(20.0)[:, None], np.repeat([0, 1], 10)
    >>> split_dataset("tiny", X, y, np.random.default_rng(0))
    Dataset('tiny': train (12, 1), validation (4, 1), float64, <sealed test set: 4 rows, opened 0 times>)
    """
    X, y = np.asarray(X), np.asarray(y)
    n_validation = validation if isinstance(validation, int) else round(validation * len(y))
    rest, held = split_rows(y, test, rng, stratified=stratified)
    kept, chosen_by = split_rows(y[rest], n_validation, rng, stratified=stratified)
    train, valid = rest[kept], rest[chosen_by]
    return Dataset(
        name,
        X[train],
        y[train],
        X[valid],
        y[valid],
        SealedTest(X[held], y[held]),
        tuple(class_names),
        tuple(feature_names),
    )


def _times(n: int) -> str:
    return "1 time" if n == 1 else f"{n} times"
