"""Experiments of 10_evaluation: rare classes, thresholds, forecasts on real data, and how often an interval is right.

Folds, scores and intervals are the student's own where the notebook has them: they come in as functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from labkit.datasets import Dataset, load_digits, split_dataset
from labkit.reference.calibration import brier_score, expected_calibration_error
from labkit.reference.roc import average_precision, pr_curve, roc_auc, roc_curve

Interval = Callable[..., tuple[float, float]]
Folds = Callable[..., Sequence[tuple[np.ndarray, np.ndarray]]]


def screening(n: int, prevalence: float, rng: np.random.Generator, *, separation: float = 2.0) -> tuple:
    """Return (y, score) of n people: 1 is ill, whose score is N(separation, 1), the others' N(0, 1).

    The number of ill people is n * prevalence, rounded, and at least 1.
    """
    y = rng.permutation(np.arange(n) < max(round(n * prevalence), 1)).astype(int)
    return y, rng.normal(size=n) + separation * y


def accuracy_by_prevalence(prevalences: Sequence[float], seeds: Iterable[int], n: int = 20_000) -> np.ndarray:
    """Return (n_seeds, n_prevalences, 2): accuracy of a test that calls scores >= 1 ill, and of never calling anybody ill."""
    table = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        drawn = [screening(n, prevalence, rng) for prevalence in prevalences]
        table.append([(float(np.mean((score >= 1) == y)), float(np.mean(y == 0))) for y, score in drawn])
    return np.array(table)


# ------------------------------------------------------------------------------------------------------ real labels


def uneven_digits(seed: int, rare: int = 8, n_rare: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Return true and predicted labels of 600 digits by logistic regression, one class rare in training and here.

    Training: 30 digits of each class, n_rare of the rare one; evaluation keeps the rare class in the same share.
    """
    from sklearn.linear_model import LogisticRegression

    data = load_digits(seed, validation=600, flatten=True)
    rng = np.random.default_rng(seed)

    def thinned(X: np.ndarray, y: np.ndarray, others: int, few: int) -> tuple[np.ndarray, np.ndarray]:
        rows = [rng.permutation(np.flatnonzero(y == c))[: few if c == rare else others] for c in range(10)]
        kept = np.concatenate(rows)
        return X[kept], y[kept]

    X, y = thinned(data.X_train, data.y_train, 30, n_rare)
    X_valid, y_valid = thinned(data.X_validation, data.y_validation, 50, round(50 * n_rare / 30))
    model = LogisticRegression(max_iter=2000, C=0.1).fit(X, y)
    return y_valid, model.predict(X_valid)


def breast_cancer(seed: int) -> Dataset:
    """Return scikit-learn's breast cancer data, 569 rows of 30 features, 1 = malignant, with 150 rows under the seal."""
    from sklearn.datasets import load_breast_cancer

    found = load_breast_cancer()
    return split_dataset(
        "breast cancer",
        found.data,
        1 - found.target,  # there, 0 is malignant
        np.random.default_rng(seed),
        validation=0.25,
        test=150,
        class_names=("benign", "malignant"),
        feature_names=tuple(found.feature_names),
    )


def classifiers() -> dict[str, Any]:
    """Return the classifiers that are compared on the breast cancer data, untrained."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return {
        "naive Bayes": GaussianNB(),
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
        "5 nearest neighbours": make_pipeline(StandardScaler(), KNeighborsClassifier(5)),
        "random forest": RandomForestClassifier(50, random_state=0),
    }


def forecasts(model: Any, X: np.ndarray, y: np.ndarray, folds: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return the probability of class 1 for each row, from a model that was trained without that row's fold."""
    from sklearn.base import clone

    p = np.empty(len(y))
    for train, validation in folds:
        p[validation] = clone(model).fit(X[train], y[train]).predict_proba(X[validation])[:, 1]
    return p


FORECAST_SCORES = ("ROC area", "calibration error", "Brier score")


def forecast_scores(y: np.ndarray, p: np.ndarray) -> tuple[float, float, float]:
    """Return the numbers named in FORECAST_SCORES."""
    return roc_auc(y, p), expected_calibration_error(y, p), brier_score(y, p)


# ---------------------------------------------------------------------------------------------------------- curves


def curves_by_prevalence(
    prevalence: float, seeds: Iterable[int], n: int = 20_000, *, separation: float = 2.0, points: int = 101
) -> dict[str, np.ndarray]:
    """Return the curves and areas of the screening test over several samples, on one grid of x values.

    "x": (points,)  "roc", "pr": (n_seeds, points), tpr over fpr = x and precision over recall = x
    "area", "average precision": (n_seeds,)
    """
    x = np.linspace(0, 1, points)
    roc, pr, areas, averages = [], [], [], []
    for seed in seeds:
        y, score = screening(n, prevalence, np.random.default_rng(seed), separation=separation)
        fpr, tpr, _ = roc_curve(y, score)
        precision, recall, _ = pr_curve(y, score)
        roc.append(np.interp(x, fpr, tpr))
        at = np.searchsorted(-recall, -x, side="right") - 1  # the highest threshold that still has this recall
        pr.append(precision[at])
        areas.append(roc_auc(y, score))
        averages.append(average_precision(y, score))
    return {
        "x": x,
        "roc": np.array(roc),
        "pr": np.array(pr),
        "area": np.array(areas),
        "average precision": np.array(averages),
    }


# ------------------------------------------------------------------------------------------------------ regression


def diabetes_predictions(seed: int, folds: Folds, k: int = 5) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return {model: (y_true, y_pred)} on scikit-learn's diabetes data, each row predicted by a model that never saw it."""
    from sklearn.base import clone
    from sklearn.datasets import load_diabetes
    from sklearn.dummy import DummyRegressor
    from sklearn.linear_model import LinearRegression
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.tree import DecisionTreeRegressor

    X, y = load_diabetes(return_X_y=True)
    models = {
        "linear regression": LinearRegression(),
        "20 nearest neighbours": KNeighborsRegressor(20),
        "the mean": DummyRegressor(),
        "full-grown tree": DecisionTreeRegressor(random_state=seed),
    }
    parts = folds(len(y), k, np.random.default_rng(seed))
    found = {}
    for name, model in models.items():
        y_pred = np.empty(len(y))
        for train, validation in parts:
            y_pred[validation] = clone(model).fit(X[train], y[train]).predict(X[validation])
        found[name] = (y, y_pred)
    return found


# ------------------------------------------------------------------------------------------------------- intervals


def mean_of(rows: np.ndarray) -> float:
    """Return the mean, without what np.mean does for arrays of other kinds."""
    return rows.mean()


def coverage(
    interval: Interval,
    n: int,
    rng: np.random.Generator,
    *,
    accuracy: float = 0.9,
    repetitions: int = 300,
    n_resamples: int = 200,
) -> float:
    """Return how often the interval holds the true accuracy, over many test sets of n rows.

    interval: a function such as bootstrap_interval.
    """
    held = 0
    for _ in range(repetitions):
        right = (rng.random(n) < accuracy).astype(float)
        low, high = interval(mean_of, right, rng, n_resamples=n_resamples)
        held += low <= accuracy <= high
    return held / repetitions
