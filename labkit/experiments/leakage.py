"""Experiments of 10_evaluation on holding out: which folds protect from what, and what each leak adds to a score.

Every leak is measured the same way: the score as it is reported, and the score on rows that nobody saw.  The difference is its
cost in points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from labkit.datasets import load_iris

Split = Sequence[tuple[np.ndarray, np.ndarray]]


# -------------------------------------------------------------------------------------------- two small classifiers


def nearest_neighbour(X_train: np.ndarray, y_train: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return for each row of X the label of the training row next to it."""
    squares = (X**2).sum(axis=1)[:, None] + (X_train**2).sum(axis=1) - 2 * X @ X_train.T
    return y_train[squares.argmin(axis=1)]


def nearest_centre(X_train: np.ndarray, y_train: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return for each row of X the class whose mean is next to it."""
    classes = np.unique(y_train)
    centres = np.array([X_train[y_train == c].mean(axis=0) for c in classes])
    return classes[((X[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)]


Fit = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def fold_accuracies(fit: Fit, X: np.ndarray, y: np.ndarray, folds: Split) -> np.ndarray:
    """Return the accuracy on each fold of a classifier that was trained on the others."""
    return np.array([np.mean(fit(X[train], y[train], X[valid]) == y[valid]) for train, valid in folds])


# ----------------------------------------------------------------------------------------------------------- folds


def sorted_iris(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return iris flowers sorted by species, as the table is stored in most places."""
    data = load_iris(seed)
    order = np.argsort(data.y_train, kind="stable")
    return data.X_train[order], data.y_train[order]


def unshuffled(n: int, k: int) -> Split:
    """Return k folds cut from the rows in the order in which they are stored: what not to do."""
    parts = np.array_split(np.arange(n), k)
    return [(np.setdiff1d(np.arange(n), part), part) for part in parts]


def patients(
    n_patients: int, visits: int, rng: np.random.Generator, *, d: int = 20, effect: float = 0.25, own: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return X, y and the patient of each row: visits of one patient look alike, the illness shows a little.

    n_patients * visits rows of d features: effect * (2 y - 1) in each, plus the patient's own N(0, own²), plus a visit's
    N(0, 0.3²). Half of the patients are ill.
    """
    ill = rng.permutation(np.arange(n_patients) % 2)
    of_patient = effect * (2 * ill[:, None] - 1) + own * rng.normal(size=(n_patients, d))
    groups = np.repeat(np.arange(n_patients), visits)
    X = of_patient[groups] + 0.3 * rng.normal(size=(len(groups), d))
    return X, ill[groups], groups


def by_patient(seed: int, plain_folds: Callable, grouped_folds: Callable, k: int = 5) -> tuple[float, float, float]:
    """Return the accuracy by plain folds, by grouped folds, and on 2000 visits of new patients."""
    rng = np.random.default_rng(seed)
    X, y, groups = patients(40, 10, rng)
    X_new, y_new, _ = patients(200, 10, rng)
    plain = fold_accuracies(nearest_neighbour, X, y, plain_folds(len(y), k, rng)).mean()
    grouped = fold_accuracies(nearest_neighbour, X, y, grouped_folds(groups, k)).mean()
    return float(plain), float(grouped), float(np.mean(nearest_neighbour(X, y, X_new) == y_new))


def luck_of_the_split(
    seed: int, folds: Callable, n: int = 100, times: int = 30, k: int = 5
) -> tuple[np.ndarray, np.ndarray]:
    """Return (times,) accuracies by one held-out fifth, and by k folds, each on another shuffle of the same n rows."""
    from sklearn.datasets import load_breast_cancer

    found = load_breast_cancer()
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(found.target))[:n]
    X, y = found.data[rows], found.target[rows]
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    each = [fold_accuracies(nearest_centre, X, y, folds(n, k, rng)) for _ in range(times)]
    return np.array([one[0] for one in each]), np.array([one.mean() for one in each])


# ----------------------------------------------------------------------------------------------------------- leaks


def scaled(X: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Return X brought to mean 0 and standard deviation 1, as measured on like."""
    return (X - like.mean(axis=0)) / like.std(axis=0)


def scaler_leak(seed: int, folds: Callable, n: int = 60) -> tuple[float, float]:
    """Return cross-validated accuracy with the scaler fitted on all rows, and within each training part; breast cancer data."""
    from sklearn.datasets import load_breast_cancer

    found = load_breast_cancer()
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(found.target))[:n]
    X, y = found.data[rows], found.target[rows]
    parts = list(folds(n, 5, rng))

    def inside(X_train: np.ndarray, y_train: np.ndarray, X: np.ndarray) -> np.ndarray:
        return nearest_neighbour(scaled(X_train, X_train), y_train, scaled(X, X_train))

    leaky = fold_accuracies(nearest_neighbour, scaled(X, X), y, parts).mean()
    return float(leaky), float(fold_accuracies(inside, X, y, parts).mean())


def best_features(X: np.ndarray, y: np.ndarray, m: int) -> np.ndarray:
    """Return the m columns in which the means of the two classes lie furthest apart, in standard deviations."""
    gap = np.abs(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)) / X.std(axis=0)
    return np.argsort(gap)[::-1][:m]


def selection_leak(seed: int, folds: Callable, n: int = 60, d: int = 1000, m: int = 20) -> tuple[float, float]:
    """Return cross-validated accuracy with the features chosen on all rows, and within each training part.

    The data are noise, and the labels coins: no honest score can be better than one half but by luck.
    """
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)), rng.permutation(np.arange(n) % 2)
    parts = list(folds(n, 5, rng))

    def inside(X_train: np.ndarray, y_train: np.ndarray, X: np.ndarray) -> np.ndarray:
        columns = best_features(X_train, y_train, m)
        return nearest_centre(X_train[:, columns], y_train, X[:, columns])

    leaky = fold_accuracies(nearest_centre, X[:, best_features(X, y, m)], y, parts).mean()
    return float(leaky), float(fold_accuracies(inside, X, y, parts).mean())


def tuning_leak(seed: int, folds: Callable | None = None, settings: int = 200, n_test: int = 50) -> tuple[float, float]:
    """Return the test accuracy of the best of many settings, chosen on that test, and the same model's on fresh rows.

    A setting is a set of 3 features of the breast cancer data; 100 rows to train on, all rows that are left are fresh.
    """
    from sklearn.datasets import load_breast_cancer

    found = load_breast_cancer()
    rng = np.random.default_rng(seed)
    train, test, fresh = np.split(rng.permutation(len(found.target)), [100, 100 + n_test])
    X = scaled(found.data, found.data[train])
    y = found.target

    def accuracy(columns: np.ndarray, rows: np.ndarray) -> float:
        called = nearest_centre(X[train][:, columns], y[train], X[rows][:, columns])
        return float(np.mean(called == y[rows]))

    tried = [rng.permutation(X.shape[1])[:3] for _ in range(settings)]
    best = max(tried, key=lambda columns: accuracy(columns, test))
    return accuracy(best, test), accuracy(best, fresh)


def copies_leak(seed: int, folds: Callable, n: int = 200, n_rare: int = 20) -> tuple[float, float]:
    """Return recall of a rare class with its rows copied before the split, and within each training part; noise again."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, 5)), rng.permutation(np.arange(n) < n_rare).astype(int)

    def copied(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rare = np.flatnonzero(y == 1)
        rows = np.concatenate([np.arange(len(y)), rng.choice(rare, len(y) - 2 * len(rare))])
        return X[rows], y[rows]

    def recall(X: np.ndarray, y: np.ndarray, inside: bool) -> float:
        hits = rare = 0
        for train, valid in folds(len(y), 5, rng):
            X_train, y_train = copied(X[train], y[train]) if inside else (X[train], y[train])
            called = nearest_neighbour(X_train, y_train, X[valid])
            hits += int(np.sum(called[y[valid] == 1]))
            rare += int(np.sum(y[valid]))
        return hits / rare

    return recall(*copied(X, y), inside=False), recall(X, y, inside=True)


def patients_leak(seed: int, folds: Callable) -> tuple[float, float]:
    """Return the accuracy by folds that part the visits of a patient, and on new patients."""
    plain, _, new = by_patient(seed, folds, lambda groups, k: unshuffled(len(groups), k))
    return plain, new


LEAKS: dict[str, Callable[..., tuple[float, float]]] = {
    "scaler fitted before the split": scaler_leak,
    "200 settings chosen on the test": tuning_leak,
    "patients in both parts": patients_leak,
    "features chosen before the split": selection_leak,
    "rare rows copied before the split": copies_leak,
}


def costs(seeds: Iterable[int], folds: Callable, bar: Callable[[Any], Any] = iter) -> dict[str, np.ndarray]:
    """Return {leak: (n_seeds, 2)}: the score reported and the honest one, in percent.

    folds: a function such as kfold_indices.  bar: a function that wraps the names, such as tqdm.
    """
    numbers = list(seeds)
    return {name: 100 * np.array([LEAKS[name](seed, folds) for seed in numbers]) for name in bar(LEAKS)}
