"""The exercise of 06_networks on the score: how many rows have their largest logit at the right class."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "06_networks"


def scored(rng: np.random.Generator, n: int, k: int, right: int) -> tuple[np.ndarray, np.ndarray]:
    """Return logits: (n, k) and labels: (n,) of which exactly ``right`` rows are right."""
    while True:
        logits = rng.normal(size=(n, k))
        logits = np.roll(logits, -int(np.argmax(logits) // k), axis=0)  # the largest of all stands in the first row
        y = np.argmax(logits, axis=1)
        wrong = rng.permutation(n)[right:]
        y[wrong] = (y[wrong] + rng.integers(1, k, n - right)) % k
        slips = other_answers(logits, y)
        counts = [right, *(round(float(np.mean(said)) * n) for said in slips)]
        if counts.count(right) == 1 and slips[-2].any() and slips[-1].any():
            return logits, y


def other_answers(logits: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Return what slips would count as right: inputs where a slip has the right share by chance teach nothing."""
    slips = [np.argmin(logits, axis=1) == y, (logits[:, 1] > 0) == y]
    return [*slips, np.argmax(logits) == y, fitted(logits, y)]


def fitted(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return which predictions are right when they are made down the columns and cut to the number of labels."""
    columns = np.argmax(logits, axis=0)
    n = min(len(columns), len(y))
    return columns[:n] == y[:n]


def accuracy_cases(rng: np.random.Generator) -> list[Case]:
    square, wide, pair = scored(rng, 7, 7, 5), scored(rng, 10, 4, 6), scored(rng, 9, 2, 7)
    ties = np.array([[2.0, 2.0, 1.0], [0.0, 3.0, 3.0], [1.0, 1.0, 1.0], [0.0, 0.0, 5.0], [0.4, 0.3, 0.1]])
    return [
        Case("seven rows of seven logits", square),
        Case("ten rows of four logits", wide),
        Case("nine rows of two logits", pair),
        Case("one row, and it is right", (wide[0][:1], np.argmax(wide[0][:1], axis=1)), aspect="all or nothing"),
        Case("nothing right", (wide[0], (np.argmax(wide[0], axis=1) + 1) % 4), aspect="all or nothing"),
        Case("logits that tie, labels the first", (ties, np.array([0, 1, 0, 2, 0])), aspect="ties"),
        Case("logits that tie, labels the last", (ties, np.array([1, 2, 2, 2, 0])), aspect="ties"),
        Case("float32 logits, small integers", (wide[0].astype(np.float32), wide[1].astype(np.uint8)), aspect="types"),
        Case("logits of a thousand and more", (1000.0 + 300.0 * wide[0], wide[1]), aspect="types", quiet=True),
        Case("logits all below zero", (wide[0] - 100.0, wide[1]), aspect="types"),
    ]


def last_of_ties(logits: Any, y: Any) -> Any:
    return np.mean(logits.shape[1] - 1 - np.argmax(logits[:, ::-1], axis=1) == y)


def through_softmax(logits: Any, y: Any) -> Any:
    exps = np.exp(logits)
    return np.mean(np.argmax(exps / np.sum(exps, axis=1, keepdims=True), axis=1) == y)


ARGMAX = "np.argmax(logits, axis=1)"
ACCURACY = Exercise(
    id="accuracy",
    notebook=NOTEBOOK,
    reference="labkit.reference.mlp:accuracy",
    title="How many are right",
    cases=accuracy_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "wrong axis",
            Edit("axis=1", "axis=0"),
            "argmax runs down the columns: it finds the row that likes a class most. The prediction of a row is the column of its "
            "largest logit.",
        ),
        Mistake(
            "wrong axis, cut to fit",
            lambda logits, y: np.mean(fitted(logits, y)),
            "argmax runs down the columns, and the predictions are cut to the number of labels so that both fit. With axis=1 each row "
            "has a prediction, and nothing needs cutting.",
        ),
        Mistake(
            "no axis",
            Edit(", axis=1", ""),
            "Without an axis, argmax finds one place in the whole table. Each row has a prediction of its own: axis=1.",
        ),
        Mistake(
            "counts",
            Edit("np.mean(", "np.sum("),
            "This is the number of right rows; the share is asked for, between 0 and 1.",
        ),
        Mistake(
            "percent", Edit("np.mean(", "100 * np.mean("), "This is in per cent; a share between 0 and 1 is asked for."
        ),
        Mistake(
            "error rate",
            Edit(" == y", " != y"),
            "This is the share of rows that are wrong, 1 minus the accuracy.",
        ),
        Mistake(
            "smallest logit",
            Edit("np.argmax", "np.argmin"),
            "The smallest logit is taken; the prediction is where the largest one stands.",
        ),
        Mistake(
            "two classes only",
            Edit(ARGMAX, "(logits[:, 1] > 0)"),
            "This asks whether the second logit is positive. Only comparing the logits of a row with each other says which class is meant, "
            "for two classes as for many.",
        ),
        Mistake(
            "last of equal logits",
            last_of_ties,
            "Where two logits are equal and largest, the last one is taken; the first counts, as np.argmax does it.",
        ),
        Mistake(
            "all or nothing",
            Edit("np.mean(", "np.all("),
            "This is 1 when every row is right, else 0: it asks whether all are right, or divides whole numbers with `//`. The share may "
            "lie between: the mean of True and False.",
        ),
        Mistake(
            "labels counted from 1",
            Edit(ARGMAX, "np.argmax(logits, axis=1) + 1"),
            "You add 1 to the predictions: labels count from 0, as columns do.",
        ),
        Mistake(
            "second logit above one half",
            Edit(ARGMAX, "(logits[:, 1] > 0.5)"),
            "This asks whether the second logit is above 0.5, as if it were a probability of class 1. Only comparing the logits of a row with "
            "each other says which class is meant.",
        ),
        Mistake(
            "ties count as right",
            lambda logits, y: np.mean(logits[np.arange(len(y)), y] >= np.max(logits, axis=1)),
            "A row counts as right when its class is among the largest. Where two are equal, the first of them is the prediction.",
        ),
        Mistake(
            "column with row",
            lambda logits, y: np.mean(np.argmax(logits, axis=1)[:, None] == y),
            "The predictions are a column, so each is compared with every label: an n × n table. Both must be (n,): without keepdims.",
        ),
        Mistake(
            "every entry counted",
            lambda logits, y: np.mean(
                (logits == np.max(logits, axis=1, keepdims=True)) == np.eye(logits.shape[1], dtype=bool)[y]
            ),
            "Every entry of the table counts, also those that rightly say no. Each row has one prediction, right or wrong.",
        ),
        Mistake(
            "divided by the classes",
            lambda logits, y: np.sum(np.argmax(logits, axis=1) == y) / logits.shape[1],
            "You divide by the number of classes. The share is of the n rows.",
        ),
        Mistake(
            "divided by rows and classes",
            lambda logits, y: np.sum(np.argmax(logits, axis=1) == y) / np.size(logits),
            "You divide by rows times classes. The share is of the n rows.",
        ),
        Mistake(
            "not averaged",
            Edit("np.mean(np.argmax(logits, axis=1) == y)", "np.argmax(logits, axis=1) == y"),
            "True or False for each row comes back. The share is one number, the mean of them.",
        ),
        Mistake(
            "first two logits only",
            Edit(ARGMAX, "(logits[:, 1] > logits[:, 0])"),
            "Only the first two logits of each row are compared. There may be any number of classes: np.argmax.",
        ),
        Mistake(
            "sizes without signs",
            Edit(ARGMAX, "np.argmax(np.abs(logits), axis=1)"),
            "The logit that is furthest from 0 is taken. A very negative logit speaks against its class: no absolute value.",
        ),
        Mistake(
            "probability of the right class",
            lambda logits, y: np.mean(
                (
                    np.exp(logits - logits.max(1, keepdims=True))
                    / np.sum(np.exp(logits - logits.max(1, keepdims=True)), axis=1, keepdims=True)
                )[np.arange(len(y)), y]
            ),
            "This is the mean probability of the right class. Accuracy counts rows: the largest logit is right, or it is not.",
        ),
        Mistake(
            "exp overflows",
            through_softmax,
            "exp of a large logit is inf, and inf / inf is nan. The largest logit stands where the largest probability stands: no softmax "
            "is needed.",
        ),
        Mistake(
            "the logit itself",
            Edit(ARGMAX, "np.max(logits, axis=1)"),
            "The largest logit's value is compared with the label. Its place counts: np.argmax, not np.max.",
        ),
    ),
    hints=(
        "First make a prediction of each row: in which column stands its largest logit?",
        "np.argmax has an axis, too. How many predictions should come out for n rows?",
        "Comparing predictions with y gives True and False; the mean of those is the share of True.",
    ),
)
