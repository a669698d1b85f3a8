"""An exercise of 02_perceptron: which side of the line each point is on."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake


def telling_rows(rng: np.random.Generator, w: np.ndarray, b: float) -> np.ndarray:
    """Return rows whose class depends on every column, on the bias, on its sign, and on where the threshold is."""
    rows = rng.normal(size=(len(w) + 5, len(w)))
    for j in range(len(w)):  # without column j the score of row j has the other sign
        rest = rows[j] @ w - rows[j, j] * w[j] + b
        rows[j, j] = -2 * rest / w[j]
    n = len(w)
    for row, score in ((n, b / 2), (n + 1, 1.5 * b), (n + 2, 0.25), (n + 3, -0.25)):
        rows[row] += (score - rows[row] @ w - b) / (w @ w) * w
    return rng.permutation(rows)


def predict_cases(rng: np.random.Generator) -> list[Case]:
    w, b = rng.uniform(0.5, 1.5, size=3) * rng.permutation([-1, 1, 1]), float(rng.uniform(0.6, 1.2))
    X = telling_rows(rng, w, b)
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return [
        Case("eight points in three dimensions", (X, w, b)),
        Case("other weights and a negative bias", (telling_rows(rng, -2 * w, -b), -2 * w, -b)),
        Case("points on the line itself", (corners, np.array([1.0, 1.0]), -1.0), aspect="score of exactly 0"),
        Case("weights and bias of zero", (corners, np.zeros(2), 0.0), aspect="score of exactly 0"),
        Case("a single point x", (X[0], w, b), aspect="shapes and types"),
        Case("integer data", (np.array([[2, 1], [-3, 1]]), np.array([1, 1]), 1), aspect="shapes and types"),
        Case("float32 data", (X.astype(np.float32), w.astype(np.float32), b), aspect="shapes and types"),
    ]


def score_with(value: str) -> Edit:
    return Edit("np.asarray(X) @ np.asarray(w) + b", value)


def first_point_only(X: Any, w: Any, b: Any) -> Any:
    return int(np.atleast_2d(X)[0] @ w + b >= 0)


def where_they_are(X: Any, w: Any, b: Any) -> Any:
    return np.flatnonzero(X @ w + b >= 0)


def a_point_as_a_table(X: Any, w: Any, b: Any) -> Any:
    return (np.atleast_2d(X) @ w + b >= 0).astype(int)


def signs(X: Any, w: Any, b: Any) -> Any:
    return np.where(X @ w + b >= 0, 1, -1)


PREDICT = Exercise(
    id="perceptron_predict",
    notebook="02_perceptron",
    reference="labkit.reference.perceptron:perceptron_predict",
    title="Predict with a line",
    cases=predict_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "strict threshold",
            Edit(">= 0", "> 0"),
            "A score of exactly 0 belongs to class 1: the comparison is >= 0, not > 0.",
        ),
        Mistake(
            "bias forgotten",
            Edit(" + b", ""),
            "The bias b is missing from the score: without it every line goes through the origin.",
        ),
        Mistake(
            "bias subtracted",
            score_with("np.asarray(X) @ np.asarray(w) - b"),
            "The bias counts with the wrong sign: Xw >= b is the same as Xw - b >= 0. A threshold would be subtracted, a bias is added.",
        ),
        Mistake(
            "bias on the inputs",
            score_with("(np.asarray(X) + b) @ np.asarray(w)"),
            "You add b to the inputs, before the weights act. Add it once, to the finished sum.",
        ),
        Mistake(
            "threshold at one half",
            Edit(">= 0", ">= 0.5"),
            "You compare with 0.5. That is the border for a probability; a score is compared with 0.",
        ),
        Mistake(
            "two columns only",
            score_with("np.asarray(X)[..., :2] @ np.asarray(w)[:2] + b"),
            "Only the first two columns count. The points may have any number of coordinates: use all of w.",
        ),
        Mistake(
            "products not added up",
            score_with("np.asarray(X) * np.asarray(w) + b"),
            "X * w leaves a table of products. The score of a row is their sum: X @ w.",
        ),
        Mistake(
            "summed down the columns",
            score_with("(np.asarray(X) * np.asarray(w)).sum(axis=0) + b"),
            "You sum down the columns (axis 0), over different points. A point's products stand in its row: the last axis.",
        ),
        Mistake(
            "a column of labels",
            score_with("np.asarray(X) @ np.asarray(w)[:, None] + b"),
            "The labels stand in a column, shape (n, 1), which broadcasts to n×n when it meets y of shape (n,). Leave w as (d,), and "
            "leave out keepdims.",
        ),
        Mistake(
            "first point only",
            first_point_only,
            "Only one label comes back, that of the first point: does a `return` inside the loop end it too soon?",
        ),
        Mistake(
            "one point comes back as a table",
            a_point_as_a_table,
            "Right for a table of points. For one row x: (d,) a single label is asked, and this is an array of length 1.",
        ),
        Mistake(
            "places instead of labels",
            where_they_are,
            "These are the places where class 1 stands (np.where with one argument). A label for every row is asked, 0 or 1: give np.where "
            "both values, too.",
        ),
        Mistake(
            "classes counted",
            lambda X, w, b: int((X @ w + b >= 0).sum()),
            "This counts the points of class 1. A label for every row is asked.",
        ),
        Mistake(
            "True and False",
            Edit(".astype(int)", ""),
            "These are True and False, which is nearly it: `.astype(int)` makes the labels 1 and 0 of them.",
        ),
        Mistake("labels -1 and 1", signs, "These are labels -1 and 1; the classes here are called 0 and 1."),
        Mistake("classes swapped", Edit(">= 0", "< 0"), "The classes are swapped: a score of 0 or more means class 1."),
        Mistake(
            "score returned",
            Edit(" >= 0).astype(int)", ")"),
            "This is the score itself; the step that turns it into 0 or 1 is missing.",
        ),
    ),
    hints=(
        "Two steps: the score of each row, then the question whether it is at least 0.",
        "The scores of all rows at once are the matrix product of X and w, plus b.",
        "A comparison gives True and False; `.astype(int)` makes 1 and 0 of them.",
    ),
)
