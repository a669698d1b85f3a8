"""Experiments of 11_tuning on choosing: few settings that matter, ranks on the way, and a choice made on few rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from labkit.experiments.contest import study_of, suggest
from labkit.experiments.tuning import EPOCHS, Training, draw, problem

# ---------------------------------------------------------------------------------------------- few that matter

WIDTH = 0.12  # of the peak, in a cube whose sides are 1


def bump(points: np.ndarray, peak: np.ndarray, importance: np.ndarray) -> np.ndarray:
    """Return scores of points (n, d): 1 at the peak (d,), less around it; importance (d,) in [0, 1] scales each side."""
    return np.exp(-((importance * (points - peak)) ** 2).sum(axis=1) / (2 * WIDTH**2))


def points_of(search: str, d: int, rng: np.random.Generator) -> np.ndarray:
    """Return 3**d points of the cube, (3**d, d): a "grid" in the middles of the thirds, or "random" ones."""
    middles = (np.arange(3) + 0.5) / 3
    if search == "grid":
        return np.stack(np.meshgrid(*[middles] * d, indexing="ij"), axis=-1).reshape(-1, d)
    return rng.random((3**d, d))


def best_found(importances: Sequence[Sequence[float]], seeds: Iterable[int], n: int = 300) -> dict[str, np.ndarray]:
    """Return {"grid", "random"}: (n_seeds, n_rows), the best score found, averaged over n random peaks.

    Each row of importances says how much each setting matters; a row of d numbers gets 3**d trials.
    """
    seeds = tuple(seeds)
    found = {name: np.zeros((len(seeds), len(importances))) for name in ("grid", "random")}
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        for j, row in enumerate(importances):
            scale = np.asarray(row, dtype=float)
            for _ in range(n):
                peak = rng.random(len(scale))
                for name, best in found.items():
                    best[i, j] += bump(points_of(name, len(scale), rng), peak, scale).max() / n
    return found


# ------------------------------------------------------------------------------------------------ reading a search


def importance(configs: Sequence[Mapping[str, Any]], scores: Sequence[float], seed: int = 0) -> dict[str, float]:
    """Return each setting's share of the variance of the scores, by Optuna's functional ANOVA: they add up to 1.

    Source: F. Hutter, H. Hoos and K. Leyton-Brown (2014).
    """
    import optuna

    study = study_of(np.random.default_rng(seed))
    asked = study_of(np.random.default_rng(seed)).ask()
    suggest(asked)
    for config, score in zip(configs, scores, strict=True):
        study.add_trial(
            optuna.trial.create_trial(params=dict(config), distributions=asked.distributions, value=float(score))
        )
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(found[name]) for name in asked.distributions}


def rank_correlation(a: Sequence[float], b: Sequence[float]) -> float:
    """Return Spearman's rank correlation: 1 when both put everything in the same order; equal values share a rank."""
    from scipy.stats import spearmanr

    return float(spearmanr(a, b).statistic)


# --------------------------------------------------------------------------------------------- cross-validation

SMALL = 100  # rows in all, to learn from and to choose by
NARROW: Mapping[str, tuple[float, float]] = {"lr": (3e-3, 0.1), "l2": (1e-6, 0.1), "width": (8, 64), "depth": (1, 3)}


def small_choice(
    seed: int, n_configs: int, folds_used: int, n_folds: int = 5, epochs: int = EPOCHS
) -> tuple[float, float]:
    """Return (score, accuracy) of the best of n_configs random configs of NARROW on SMALL rows.

    Each config is measured on the first folds_used of n_folds folds, trained on the others; score is the mean of the winner.
    The winner is trained again on all SMALL rows; accuracy is the referee's, on all other rows but the test set's.
    """
    rng = np.random.default_rng(seed)
    data = problem(seed, SMALL, 0)
    fold = rng.permutation(np.arange(SMALL) % n_folds)

    def score(config: Mapping[str, Any], child: np.random.Generator) -> float:
        right = []
        for k in range(folds_used):
            inside = fold != k
            run = Training(config, data.X[inside], data.y[inside], child).to(epochs)
            right.append(run.accuracy(data.X[~inside], data.y[~inside]))
        return float(np.mean(right))

    configs = [draw(rng, space=NARROW) for _ in range(n_configs)]
    scores = [score(config, child) for config, child in zip(configs, rng.spawn(n_configs), strict=True)]
    winner = Training(configs[int(np.argmax(scores))], data.X, data.y, rng.spawn(1)[0]).to(epochs)
    return max(scores), winner.accuracy(data.X_referee, data.y_referee)
