"""Experiments of 12_lab_regression: one harness for all tasks, so that a task's cell says only what it changes.

A task gives ``fit(setting, X, y) -> (model, losses)``; the harness draws data and first weights from each seed, the same
for all settings, and measures every model in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from labkit.reference.lab_data_torch import make_regression_data
from labkit.reference.lab_scores_torch import r2_ceiling

Fit = Callable[[Any, Tensor, Tensor], tuple[Callable, Sequence[float]]]

N_TRAIN, N_TEST = 80, 1000

# ------------------------------------------------------------------------------------------------------------ data


@dataclass(frozen=True, eq=False)
class Split:
    """Rows to learn from, rows to measure by, and the best score that any model can hope for on the latter."""

    X: Tensor  # (n, d)
    y: Tensor  # (n, 1)
    X_test: Tensor
    y_test: Tensor
    ceiling: float  # R² or accuracy of the law itself


def regression_split(
    seed: int, *, n: int = N_TRAIN, n_test: int = N_TEST, n_features: int = 3, noise: float = 0.1
) -> Split:
    """Return n training rows and n_test test rows of one linear law; its ceiling is 1 - noise² / Var(y)."""
    generator = torch.Generator().manual_seed(seed)
    X, y, w = make_regression_data(n + n_test, n_features, noise, generator=generator)
    return Split(X[:n], y[:n], X[n:], y[n:], r2_ceiling(w, noise))


def classification_split(seed: int, *, n: int = N_TRAIN, n_test: int = N_TEST, noise: float = 0.1) -> Split:
    """Return the rows of ``regression_split`` with labels 0.0 and 1.0 in place of y: is y above 0?

    The ceiling is the share of test rows that the law without its noise puts on the right side.
    """
    generator = torch.Generator().manual_seed(seed)
    X, y, w = make_regression_data(n + n_test, 3, noise, generator=generator)
    labels = (y > 0).float()
    right = (X[n:] @ w > 0).float() == labels[n:]
    return Split(X[:n], labels[:n], X[n:], labels[n:], float(right.float().mean()))


def with_outliers(split: Split, seed: int, *, share: float = 0.1, size: float = 10.0) -> Split:
    """Return the split in which a share of the training targets is wrong by +size; the test rows stay clean."""
    rows = np.random.default_rng([seed, 4]).permutation(len(split.y))[: round(share * len(split.y))]
    y = split.y.clone()
    y[torch.tensor(rows)] += size
    return replace(split, y=y)


def in_units(split: Split, factor: float) -> Split:
    """Return the split with all targets multiplied by a factor, as another unit would do."""
    return replace(split, y=split.y * factor, y_test=split.y_test * factor)


# --------------------------------------------------------------------------------------------------------- scores


def predict(model: Callable, X: Tensor) -> np.ndarray:
    """Return a model's outputs as an array (n, 1), without gradients, a module in eval mode and then back in its own."""
    if not isinstance(model, nn.Module):
        return np.asarray(model(X))
    was = model.training
    model.eval()
    with torch.no_grad():
        outputs = model(X).numpy()
    model.train(was)
    return outputs


def r2(y: Tensor | np.ndarray, y_hat: np.ndarray) -> float:
    """Return 1 - (sum of squared errors) / (sum of squared deviations of y from its own mean)."""
    y = np.asarray(y, dtype=float)
    return float(1 - ((y - y_hat) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def rmse(y: Tensor | np.ndarray, y_hat: np.ndarray) -> float:
    """Return the root of the mean squared error, in the units of y."""
    return float(np.sqrt(np.mean((np.asarray(y, dtype=float) - y_hat) ** 2)))


def accuracy(y: Tensor | np.ndarray, logits: np.ndarray) -> float:
    """Return the share of labels 0 and 1 on whose side of 0 the logit lies."""
    return float(((np.asarray(logits) > 0) == (np.asarray(y) > 0.5)).mean())


def least_squares(X: Tensor, y: Tensor) -> Callable[[Tensor], np.ndarray]:
    """Return the predictor X -> (n, 1) of the linear model with a constant that fits (X, y) best."""

    def with_constant(X: Tensor) -> np.ndarray:
        return np.column_stack([np.asarray(X, dtype=float), np.ones(len(X))])

    w = np.linalg.lstsq(with_constant(X), np.asarray(y, dtype=float), rcond=None)[0]
    return lambda X: with_constant(X) @ w


# ------------------------------------------------------------------------------------------------------ the harness


@dataclass(frozen=True, eq=False)
class Runs:
    """One setting over the seeds."""

    losses: np.ndarray  # (n_seeds, epochs), filled up with nan after a training that was shorter than others
    epochs: np.ndarray  # (n_seeds,), how many each took
    train: np.ndarray  # (n_seeds,), score on the training rows
    test: np.ndarray  # (n_seeds,), score on the test rows
    ceiling: np.ndarray  # (n_seeds,)


def compare(
    settings: Iterable[Any],
    fit: Fit,
    seeds: Iterable[int],
    *,
    data: Callable[[int, Any], Split] | None = None,
    score: Callable[[Tensor, np.ndarray], float] = r2,
    bar: Callable = iter,
) -> dict[Any, Runs]:
    """Return {setting: Runs}: what ``fit(setting, X, y) -> (model, losses)`` reaches, seed by seed.

    data: (seed, setting) -> Split, the same for all settings unless it looks at the second; bar: such as tqdm.
    A seed draws the data and torch's random numbers; the caller's random numbers are left alone.
    """
    seeds, table = list(seeds), {}
    for setting in bar(list(settings)):
        rows, losses = [], []
        for seed in seeds:
            split = regression_split(seed) if data is None else data(seed, setting)
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                model, story = fit(setting, split.X, split.y)
            losses.append([float(loss) for loss in story])
            train, test = (score(y, predict(model, X)) for X, y in ((split.X, split.y), (split.X_test, split.y_test)))
            rows.append((train, test, split.ceiling))
        table[setting] = Runs(filled_up(losses), np.array([len(story) for story in losses]), *np.array(rows).T)
    return table


def filled_up(rows: Sequence[Sequence[float]]) -> np.ndarray:
    """Return rows of different lengths as one array, with nan where a row has ended."""
    array = np.full((len(rows), max(len(row) for row in rows)), np.nan)
    for place, row in zip(array, rows, strict=True):
        place[: len(row)] = row
    return array


def epochs_to(losses: np.ndarray, threshold: float) -> np.ndarray:
    """Return after how many epochs each row of losses (n_seeds, epochs) is first below the threshold; inf if never."""
    below = np.asarray(losses) < threshold
    return np.where(below.any(axis=1), below.argmax(axis=1) + 1.0, np.inf)


def scores_of(table: Mapping[Any, Runs], part: str) -> np.ndarray:
    """Return (n_seeds, n_settings) of one part of the runs, such as "test"."""
    return np.column_stack([getattr(runs, part) for runs in table.values()])
