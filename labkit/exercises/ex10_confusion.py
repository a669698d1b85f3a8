"""The exercise confusion_matrix of 10_evaluation: the table that all scores of a classifier are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "10_evaluation"


def rows_of(counts: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return true and predicted labels, in random order, whose confusion matrix is counts."""
    pairs = np.repeat(np.argwhere(counts >= 0), counts.ravel(), axis=0)
    y_true, y_pred = rng.permutation(pairs).T
    return y_true.copy(), y_pred.copy()


def unequal_counts(rng: np.random.Generator, n_classes: int, first: int = 1) -> np.ndarray:
    """Return a matrix of counts no two of which are equal, nor any two sums: whatever is mixed up shows."""
    while True:
        counts = first + rng.permutation(n_classes**2).reshape(n_classes, n_classes)
        sums = np.concatenate([counts.sum(axis=0), counts.sum(axis=1)])
        if len(set(sums.tolist())) == len(sums):
            return counts


def confusion_cases(rng: np.random.Generator) -> list[Case]:
    def labels(n_classes: int, unused: tuple[int, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
        counts = unequal_counts(rng, n_classes)
        for c in unused:
            counts[c] = counts[:, c] = 0
        return rows_of(counts, rng)

    never_called = unequal_counts(rng, 3)
    never_called[:, 1] = 0
    return [
        Case("45 rows of three classes", (*labels(3), 3)),
        Case("136 rows of four classes", (*labels(4), 4)),
        Case("two classes", (*labels(2), 2), aspect="numbers of classes"),
        Case("a class that is never predicted", (*rows_of(never_called, rng), 3), aspect="missing classes"),
        Case("labels among which the last two classes are missing", (*labels(5, (3, 4)), 5), aspect="missing classes"),
        Case("labels among which class 1 is missing", (*labels(4, (1,)), 4), aspect="missing classes"),
        Case("a single row", (np.array([2]), np.array([0]), 3), aspect="missing classes"),
        Case("labels of type uint8", (*(a.astype(np.uint8) for a in labels(3)), 3), aspect="dtypes"),
    ]


def as_wide_as_the_largest(y_true: Any, y_pred: Any, n_classes: Any) -> Any:
    k = max(int(np.max(y_true)), int(np.max(y_pred))) + 1
    counts = np.zeros((k, k), dtype=int)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts


def only_classes_that_occur(y_true: Any, y_pred: Any, n_classes: Any) -> Any:
    names, place = np.unique(np.concatenate([y_true, y_pred]), return_inverse=True)
    counts = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(counts, (place[: len(y_true)], place[len(y_true) :]), 1)
    return counts


def only_classes_of_the_truth(y_true: Any, y_pred: Any, n_classes: Any) -> Any:
    names = np.unique(y_true)
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in names] for i in names])


def as_many_as_true_classes(y_true: Any, y_pred: Any, n_classes: Any) -> Any:
    k = range(len(np.unique(y_true)))
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in k] for i in k])


def two_classes_only(y_true: Any, y_pred: Any, n_classes: Any) -> Any:
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in (0, 1)] for i in (0, 1)])


TRUTH_ONLY = "The classes are taken from y_true. One that has no rows, or no row with the last labels, then has no place in the table: use n_classes."
ADD = "np.add.at(counts, (y_true, y_pred), 1)"

CONFUSION = Exercise(
    id="confusion_matrix",
    notebook=NOTEBOOK,
    reference="labkit.reference.confusion:confusion_matrix",
    title="Who is taken for whom",
    cases=confusion_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "rows and columns swapped",
            Edit(ADD, "np.add.at(counts, (y_pred, y_true), 1)"),
            "Rows and columns are swapped. Here the truth goes down (first index) and the prediction across (second index); many books do "
            "it the other way round, so look before you read one.",
        ),
        Mistake(
            "a pair counts once",
            Edit(ADD, "counts[y_true, y_pred] += 1"),
            "Every cell holds 0 or 1. `counts[y_true, y_pred] += 1` adds once for each *different* pair, however often it comes: use a loop, "
            "np.add.at or np.bincount.",
        ),
        Mistake(
            "only what is right",
            Edit(ADD, "np.add.at(counts, (y_true[y_true == y_pred], y_pred[y_true == y_pred]), 1)"),
            "Only the diagonal is filled. What is taken for another class belongs into the table, too: it is the point of it.",
        ),
        Mistake(
            "only what is wrong",
            Edit(ADD, "np.add.at(counts, (y_true[y_true != y_pred], y_pred[y_true != y_pred]), 1)"),
            "The diagonal is empty. The rows that are right are counted, too.",
        ),
        Mistake(
            "shares for counts",
            Edit("return counts", "return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)"),
            "These are shares of each row of the table; counts are asked for. Divide later, when you know what you want to know.",
        ),
        Mistake(
            "shares of all",
            Edit("return counts", "return counts / counts.sum()"),
            "These are shares of all rows; counts are asked for.",
        ),
        Mistake(
            "shares of what is called",
            Edit("return counts", "return counts / np.maximum(counts.sum(axis=0), 1)"),
            "These are shares of each column of the table; counts are asked for. Divide later, when you know what you want to know.",
        ),
        Mistake(
            "diagonal only",
            Edit("return counts", "return np.diag(counts)"),
            "Only the diagonal comes back, one number a class. The table also says what was taken for what: it has n_classes rows and columns.",
        ),
        Mistake(
            "both directions",
            Edit("return counts", "return counts + counts.T - np.diag(np.diag(counts))"),
            "A row that is wrong counts in two cells, once in each direction. Each row counts once: down its truth, across its prediction.",
        ),
        Mistake(
            "all rows are one list",
            Edit("return counts", "return np.tile(counts.sum(axis=0), (n_classes, 1))"),
            "All rows of the table are alike: [[0] * k] * k holds the *same* list k times, so what is added to one shows in all. Use np.zeros((k, k), dtype=int).",
        ),
        Mistake(
            "labels taken from 1",
            Edit(ADD, "np.add.at(counts, (y_true.astype(int) - 1, y_pred.astype(int) - 1), 1)"),
            "Every cell stands one row and one column too far up and left: is 1 taken away from the labels? They begin at 0, and index -1 is the last one.",
        ),
        Mistake(
            "first row left out",
            Edit(ADD, "np.add.at(counts, (y_true[1:], y_pred[1:]), 1)"),
            "The counts add up to n - 1: the first pair of labels is left out. Python counts from 0.",
        ),
        Mistake(
            "last row left out",
            Edit(ADD, "np.add.at(counts, (y_true[:-1], y_pred[:-1]), 1)"),
            "The counts add up to n - 1: the last pair of labels is left out. range(n) ends before n by itself.",
        ),
        Mistake(
            "two classes only",
            two_classes_only,
            "This is the table of the classes 0 and 1 alone. There are n_classes of them: go through all.",
        ),
        Mistake("only classes of the truth", only_classes_of_the_truth, TRUTH_ONLY),
        Mistake("as many as true classes", as_many_as_true_classes, TRUTH_ONLY),
        Mistake(
            "last class first",
            Edit("return counts", "return counts[::-1, ::-1]"),
            "The classes stand in falling order. Some textbooks put the positive class 1 first; here class 0 comes first.",
        ),
        Mistake(
            "as wide as the largest label",
            as_wide_as_the_largest,
            "The size is taken from the largest label that occurs. The last class may be missing from a small test set: use n_classes.",
        ),
        Mistake(
            "only classes that occur",
            only_classes_that_occur,
            "Classes that do not occur have no row and no column. The table has n_classes of both, so that it fits the next table: use "
            "np.zeros((n_classes, n_classes)).",
        ),
    ),
    hints=(
        "Start with a table of zeros, np.zeros((n_classes, n_classes), dtype=int).",
        "Go through the rows in pairs: each pair (t, p) adds 1 to the cell counts[t, p].",
        "`for t, p in zip(y_true, y_pred): counts[t, p] += 1`, then return counts. (Without a loop: np.add.at.)",
    ),
)
