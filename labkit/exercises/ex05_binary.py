"""The exercise of 05_backprop on the loss of two classes: cross-entropy of probabilities, with bounded logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex05_losses import BROADCAST, COLUMN, CUT, MISSING_N, NOT_AVERAGED, SIZES, TYPES, UNCHECKED
from labkit.grading.compare import difference
from labkit.grading.model import Case, Exercise, Finding, Mistake

NOTEBOOK = "05_backprop"
REFERENCE = "labkit.reference.losses:"
CERTAIN = "certain predictions"


def binary_cases(rng: np.random.Generator) -> list[Case]:
    p, q = rng.uniform(0.05, 0.95, 7), rng.uniform(0.05, 0.95, 5)
    y, z = rng.permutation([0, 0, 1, 1, 1, 0, 1]), rng.permutation([0, 0, 0, 1, 1])
    sure, mixed = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, float(p[0]), 0.0])
    return [
        Case("seven probabilities", (p, y)),
        Case("five others", (q, z)),
        Case("two columns of one shape", (p[:, None], y[:, None])),
        Case("a column of probabilities and a vector of labels", (q[:, None], z), aspect=COLUMN),
        Case("a vector of probabilities and a column of labels", (p, y[:, None]), aspect=COLUMN),
        Case("certain and right", (sure, np.array([1, 0, 1, 0])), aspect=CERTAIN, quiet=True),
        Case("one certain and wrong among four", (mixed, np.array([1, 1, 1, 0])), aspect=CERTAIN, quiet=True),
        Case("certain and wrong each time", (sure, np.array([0, 1, 0, 1])), aspect=CERTAIN, quiet=True),
        Case("float32 probabilities", (q.astype(np.float32), z), aspect=TYPES),
        Case("labels as floats", (p, y.astype(float)), aspect=TYPES),
        Case("three probabilities and four labels", (p[:3], y[:4]), aspect=SIZES),
        Case("one probability and four labels", (p[:1], y[:4]), aspect=SIZES),
    ]


def bounded(p: Any, y: Any) -> tuple[Any, Any, Any]:
    """Return y in the shape of p, log p and log(1 - p), as the statement asks; raise ValueError for different sizes."""
    if np.size(p) != np.size(y):
        raise ValueError("sizes")
    return np.reshape(y, np.shape(p)), *both_logs(p)


def both_logs(p: Any) -> tuple[Any, Any]:
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(p), -100), np.maximum(np.log(1 - p), -100)


def entropy(y: Any, log_p: Any, log_q: Any) -> Any:
    return -np.mean(y * log_p + (1 - y) * log_q)


def bare_logs(p: Any, y: Any) -> Any:
    y, _, _ = bounded(p, y)
    return entropy(y, np.log(p), np.log(1 - p))


def clipped(p: Any, y: Any) -> Any:
    y, _, _ = bounded(p, y)
    q = np.clip(p, 1e-12, 1 - 1e-12)
    return entropy(y, np.log(q), np.log(1 - q))


def labels_in_the_log(p: Any, y: Any) -> Any:
    y, _, _ = bounded(p, y)
    return entropy(p, *both_logs(np.asarray(y, dtype=float)))


def sigmoid_first(p: Any, y: Any) -> Any:
    y, _, _ = bounded(p, y)
    return entropy(y, *both_logs(1 / (1 + np.exp(-p))))


def class_one_only(p: Any, y: Any) -> Any:
    y, log_p, _ = bounded(p, y)
    return -np.mean(y * log_p)


def classes_swapped(p: Any, y: Any) -> Any:
    y, log_p, log_q = bounded(p, y)
    return entropy(y, log_q, log_p)


def table_entropy(p: Any, y: Any) -> Any:
    return entropy(y, *both_logs(p))


def flat_entropy(p: Any, y: Any) -> Any:
    return entropy(np.ravel(y), *both_logs(np.ravel(p)))


def class_zero_only(p: Any, y: Any) -> Any:
    y, _, log_q = bounded(p, y)
    return -np.mean((1 - y) * log_q)


def difference_of_terms(p: Any, y: Any) -> Any:
    y, log_p, log_q = bounded(p, y)
    return -np.mean(y * log_p - (1 - y) * log_q)


def bounds_the_rows(p: Any, y: Any) -> Any:
    y, _, _ = bounded(p, y)
    with np.errstate(all="ignore"):
        rows = y * np.log(p) + (1 - y) * np.log(1 - p)
    return -np.mean(np.maximum(rows, -100))


def bounds_the_mean(p: Any, y: Any) -> Any:
    y, _, _ = bounded(p, y)
    with np.errstate(all="ignore"):
        return min(-np.mean(np.where(y == 1, np.log(p), np.log(1 - p))), 100.0)


def replaces_nan(p: Any, y: Any) -> Any:
    y, _, _ = bounded(p, y)
    with np.errstate(all="ignore"):
        return -np.mean(np.nan_to_num(y * np.log(p) + (1 - y) * np.log(1 - p)))


def minimum_for_maximum(p: Any, y: Any) -> Any:
    y, log_p, log_q = bounded(p, y)
    return entropy(y, np.minimum(log_p, -100), np.minimum(log_q, -100))


def each_row(p: Any, y: Any) -> Any:
    y, log_p, log_q = bounded(p, y)
    return -(y * log_p + (1 - y) * log_q)


def cut_entropy(p: Any, y: Any) -> Any:
    n = min(np.size(p), np.size(y))
    return entropy(np.ravel(y)[:n], *both_logs(np.ravel(p)[:n]))


CLIPPED = (
    "probability clipped",
    "Your guard against log(0) sets in too early: a certain and wrong prediction costs less than the 100 that the statement asks "
    "for. Bound the logarithm (np.maximum(…, -100)), not the probability.",
)


def bounds_the_log(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare as numbers; where a certain prediction costs too little, say that p was clipped or enlarged by a small number."""
    finding = difference(expected, got)
    if finding is None or finding.stage != "values" or case.aspect != CERTAIN:
        return finding
    if got != 0 and -1e-3 < float(got) < max(float(expected), 1e-3):
        return Finding(finding.stage, finding.sentence, CLIPPED[1], CLIPPED[0])
    return finding


BINARY = Exercise(
    id="binary_cross_entropy",
    notebook=NOTEBOOK,
    reference=REFERENCE + "binary_cross_entropy",
    title="Cross-entropy of two classes",
    cases=binary_cases,
    judge=bounds_the_log,
    mistakes=(
        Mistake(
            "log(0)",
            bare_logs,
            "For p = 0 the logarithm is minus infinity, and 0 times that is nan: one certain prediction spoils the loss of the whole "
            "batch. Let no logarithm be less than -100.",
        ),
        Mistake(CLIPPED[0], clipped, CLIPPED[1]),
        Mistake(
            "sigmoid applied",
            sigmoid_first,
            "You apply a sigmoid, and p holds probabilities already: it would squeeze them once more, into 0.5 to 0.73.",
        ),
        Mistake(BROADCAST[0], table_entropy, BROADCAST[1]),
        Mistake(UNCHECKED[0], flat_entropy, UNCHECKED[1]),
        Mistake(
            "second term missing",
            class_one_only,
            "Only rows of class 1 are counted: for y = 0 the term (1 - y) log(1 - p) must say what p cost.",
        ),
        Mistake(
            "sign missing",
            lambda p, y: -entropy(*bounded(p, y)),
            "The minus is missing: logarithms of probabilities are negative, a loss is not.",
        ),
        Mistake("1/n missing", lambda p, y: entropy(*bounded(p, y)) * np.size(p), MISSING_N),
        Mistake(
            "p and y swapped",
            labels_in_the_log,
            "p and y have changed places: the logarithm is taken of the probability p, and the label y weighs it.",
        ),
        Mistake(
            "classes swapped",
            classes_swapped,
            "The classes are swapped: p is the probability of class 1, so y goes with log p and 1 - y with log(1 - p).",
        ),
        Mistake(
            "logarithm of base 2",
            lambda p, y: entropy(*bounded(p, y)) / np.log(2),
            "This is in base 2. The natural logarithm, np.log, is asked for.",
        ),
        Mistake(
            "logarithm of base 10",
            lambda p, y: entropy(
                *(t if i == 0 else np.maximum(t / np.log(10), -100) for i, t in enumerate(bounded(p, y)))
            ),
            "This is in base 10. The natural logarithm, np.log, is asked for.",
        ),
        Mistake(
            "first term missing",
            class_zero_only,
            "Only rows of class 0 are counted: for y = 1 the term y log p must say what p cost.",
        ),
        Mistake(
            "terms subtracted",
            difference_of_terms,
            "One term is subtracted from the other, so rows of class 0 lower the loss. Both are added, and one minus stands before the sum.",
        ),
        Mistake(
            "bound after the product",
            bounds_the_rows,
            "The bound comes too late: 0 times minus infinity is nan already, and no maximum takes that back. Bound each logarithm "
            "before you multiply.",
        ),
        Mistake(
            "mean bounded",
            bounds_the_mean,
            "You bound the mean. One certain and wrong row must cost 100 and leave the others as they are: bound each logarithm.",
        ),
        Mistake(
            "nan replaced",
            replaces_nan,
            "np.nan_to_num turns minus infinity into the most negative float, not into -100. Bound each logarithm: np.maximum(…, -100).",
        ),
        Mistake(
            "minimum for maximum",
            minimum_for_maximum,
            "np.minimum makes every logarithm -100 or less. The larger of the two is asked for: np.maximum.",
        ),
        Mistake(NOT_AVERAGED[0], each_row, NOT_AVERAGED[1]),
        Mistake(CUT[0], cut_entropy, CUT[1]),
        Mistake(
            "share of wrong classes",
            lambda p, y: np.mean((np.ravel(p) > 0.5) != np.ravel(bounded(p, y)[0])),
            "This counts wrong decisions. The loss asks how probable the right class was, not only on which side of 0.5 p lies.",
        ),
    ),
    hints=(
        "For a row of class 1 the cost is -log p, for a row of class 0 it is -log(1 - p). One formula joins both: y picks the first, 1 - y the second.",
        "Call np.log(0.0) and 0 * np.log(0.0) in a cell. What comes out? It has to be caught before the product.",
        "np.maximum(np.log(p), -100) bounds one logarithm; the other is that of 1 - p. `with np.errstate(divide='ignore'):` keeps the warning away.",
    ),
)
