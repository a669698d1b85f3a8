"""The exercises of 08_regularization: penalties, dropout, normalisation, early stopping, and here label smoothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises import (
    ex08_batchnorm,
    ex08_batchnorm_backward,
    ex08_dropout,
    ex08_layernorm,
    ex08_penalties,
    ex08_stopped_training,
    ex08_stopping,
)
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "08_regularization"


def smooth_cases(rng: np.random.Generator) -> list[Case]:
    def labels(n: int, k: int) -> np.ndarray:
        return rng.permutation(np.concatenate([np.arange(k), rng.integers(0, k, n - k)]))

    return [
        Case("seven labels of four classes", (labels(7, 4), 4, 0.1)),
        Case("five labels of three classes, epsilon = 0.3", (labels(5, 3), 3, 0.3)),
        Case(
            "labels among which the last class is missing",
            (np.array([0, 2, 1, 2, 0]), 5, 0.2),
            aspect="missing classes",
        ),
        Case("a single label", (np.array([1]), 3, 0.1), aspect="shapes"),
        Case("two classes", (labels(6, 2), 2, 0.25), aspect="shapes"),
        Case("epsilon = 0", (labels(6, 4), 4, 0.0), aspect="extremes"),
        Case("epsilon = 1", (labels(6, 4), 4, 1.0), aspect="extremes"),
        Case("labels of type uint8", (labels(6, 3).astype(np.uint8), 3, 0.1), aspect="dtypes"),
    ]


def spread_over_others(y: Any, n_classes: Any, epsilon: Any) -> Any:
    targets = np.full((len(y), n_classes), epsilon / (n_classes - 1))
    targets[np.arange(len(y)), y] = 1 - epsilon
    return targets


def counts_classes(y: Any, n_classes: Any, epsilon: Any) -> Any:
    k = len(np.unique(y))
    targets = np.full((len(y), k), epsilon / n_classes)
    targets[np.arange(len(y)), y] += 1 - epsilon
    return targets


SMOOTH = Exercise(
    id="smooth_labels",
    notebook=NOTEBOOK,
    reference="labkit.reference.label_smoothing:smooth_labels",
    title="Do not ask for certainty",
    cases=smooth_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "spread over the others",
            spread_over_others,
            "epsilon goes to the other classes alone. It is spread over *all* of them: the right class gets 1 - epsilon + epsilon / n_classes.",
        ),
        Mistake(
            "own share forgotten",
            Edit("] += 1 - epsilon", "] = 1 - epsilon"),
            "The rows do not sum to 1: the right class lacks its own share epsilon / n_classes. Add 1 - epsilon to what is there.",
        ),
        Mistake(
            "one-hot not reduced",
            Edit("] += 1 - epsilon", "] += 1"),
            "The rows sum to 1 + epsilon: what is spread over all classes must be taken from the one-hot row, (1 - epsilon) times it.",
        ),
        Mistake(
            "right class set to 1",
            Edit("] += 1 - epsilon", "] = 1"),
            "The right class still gets 1, which asks for certainty again. It gets 1 - epsilon + epsilon / n_classes.",
        ),
        Mistake(
            "not smoothed",
            Edit("epsilon / n_classes)", "0.0)", (("+= 1 - epsilon", "= 1"),)),
            "These are plain one-hot rows; epsilon is not used.",
        ),
        Mistake(
            "epsilon not divided",
            Edit("epsilon / n_classes)", "epsilon)"),
            "Every class gets the whole epsilon. It is shared: epsilon / n_classes each.",
        ),
        Mistake(
            "shares swapped",
            Edit("epsilon / n_classes)", "(1 - epsilon) / n_classes)", (("+= 1 - epsilon", "+= epsilon"),)),
            "The shares are the wrong way round: epsilon is the small part that is spread, 1 - epsilon stays with the label.",
        ),
        Mistake(
            "transposed",
            Edit("return targets", "return targets.T"),
            "There is one row for each label and one column for each class: yours is the transpose.",
        ),
        Mistake(
            "classes counted in y",
            counts_classes,
            "The number of columns is taken from the labels. A class may be missing among them: use n_classes.",
        ),
        Mistake(
            "whole numbers",
            Edit("return targets", "return targets.astype(int)"),
            "The array holds whole numbers, which cut the shares off: make it an array of floats.",
        ),
    ),
    hints=(
        "Start with what all classes get: np.full((len(y), n_classes), epsilon / n_classes).",
        "Then the label's own part: row i, column y[i]. `targets[np.arange(len(y)), y]` picks all of them at once.",
        "Add 1 - epsilon there. Each row must sum to 1.",
    ),
)

EXERCISES = (
    ex08_penalties.L2,
    ex08_penalties.L1,
    ex08_dropout.FORWARD,
    ex08_dropout.BACKWARD,
    ex08_batchnorm.FORWARD,
    ex08_batchnorm_backward.BACKWARD,
    ex08_layernorm.LAYERNORM,
    ex08_stopping.WATCHER,
    ex08_stopped_training.LOOP,
    SMOOTH,
)
