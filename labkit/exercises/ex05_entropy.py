"""The exercise of 05_backprop on the loss of many classes: cross-entropy from logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex05_losses import MISSING_N, NOT_AVERAGED, TYPES
from labkit.grading.compare import difference
from labkit.grading.model import Case, Exercise, Finding, Mistake

NOTEBOOK = "05_backprop"
REFERENCE = "labkit.reference.losses:"
CERTAIN = "certain predictions"


APART = np.array([[0.0], [1000.0], [-1000.0], [2000.0], [-2000.0]])  # no one number makes all rows small


def labels(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Return n labels in 0..k-1, the classes as equally often as they go, in a random order."""
    return rng.permutation(np.arange(n) % k)


def class_cases(rng: np.random.Generator) -> list[Case]:
    few, ten = 2 * rng.normal(size=(5, 3)), 2 * rng.normal(size=(4, 10))
    y3, y10 = labels(rng, 5, 3), rng.permutation(10)[:4]
    right = rng.permutation(10)
    surely = np.where(np.arange(10) == right[:, None], 1000.0, -1000.0)
    wrong = surely[:3]
    return [
        Case("five rows, three classes", (few, y3)),
        Case("four rows, ten classes", (ten, y10)),
        Case("a single row", (ten[:1], y10[:1]), aspect=TYPES),
        Case("integer logits", (np.array([[2, -1, 0, 3], [0, 1, 1, -2]]), np.array([3, 0])), aspect=TYPES),
        Case("float32 logits", (few.astype(np.float32), y3), aspect=TYPES),
        Case("ten classes, sure of the right one", (surely, right), aspect=CERTAIN, quiet=True),
        Case("ten classes, sure of a wrong one", (wrong, (right[:3] + 3) % 10), aspect=CERTAIN, quiet=True),
        Case("logits near 1000", (few + 1000.0, y3), aspect=CERTAIN, quiet=True),
        Case("rows a thousand apart", (few + APART, y3), aspect=CERTAIN, quiet=True),
    ]


def one_maximum(logits: Any) -> Any:
    exps = np.exp(logits - np.max(logits))
    return exps / np.sum(exps, axis=1, keepdims=True)


def one_maximum_log(logits: Any) -> Any:
    shifted = logits - np.max(logits)
    return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))


ONE_MAXIMUM = (
    "one maximum for all rows",
    "You subtract the largest logit of the whole batch. In a row far below it every exp is then 0, and their sum, too: subtract from "
    "each row its own largest (axis=1, keepdims=True).",
)


def softmax(logits: Any, axis: int = 1) -> Any:
    exps = np.exp(logits - np.max(logits, axis=axis, keepdims=True))
    return exps / np.sum(exps, axis=axis, keepdims=True)


def log_softmax(logits: Any, axis: int = 1) -> Any:
    shifted = logits - np.max(logits, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def picked(values: Any, y: Any) -> Any:
    return values[np.arange(len(y)), y]


def unshifted(logits: Any, y: Any) -> Any:
    return -np.mean(np.log(picked(np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True), y)))


def each_class(logits: Any, y: Any) -> Any:
    p, right = softmax(logits), np.eye(np.shape(logits)[1])[y]
    with np.errstate(all="ignore"):
        return -np.mean(np.sum(right * np.log(p) + (1 - right) * np.log(1 - p), axis=1))


def shift_not_undone(logits: Any, y: Any) -> Any:
    top = np.max(logits, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(logits - top), axis=1)) - picked(logits, y))


def log_of_logits(logits: Any, y: Any) -> Any:
    with np.errstate(all="ignore"):
        return -np.mean(np.log(picked(logits, y)))


def whole_table(logits: Any, y: Any) -> Any:
    shifted = logits - np.max(logits)
    return -np.mean(picked(shifted - np.log(np.sum(np.exp(shifted))), y))


def sum_without_log(logits: Any, y: Any) -> Any:
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    return -np.mean(picked(shifted - np.sum(np.exp(shifted), axis=1, keepdims=True), y))


def log_of_the_mean(logits: Any, y: Any) -> Any:
    with np.errstate(all="ignore"):
        return -np.log(np.mean(picked(softmax(logits), y)))


def writes_into_logits(logits: Any, y: Any) -> Any:
    logits -= np.max(logits, axis=1, keepdims=True)
    return -np.mean(picked(logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True)), y))


TWICE = (
    "softmax twice",
    "Softmax is in this loss already, and you apply it to its own output. Numbers between 0 and 1 are far too close together as "
    "logits: for 10 classes the loss then never falls below 1.4612, however right the network is.",
)
TINY = (
    "probability clipped",
    "A small number beside the probability, or a bound for it, hides log(0) and, with it, how wrong the network is: a row that is wrong "
    "by 2000 costs 2000. Work with log-softmax, where nothing has to be clipped.",
)


def keeps_the_cost(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare as numbers; where a row that is wrong by far costs too little, say that its probability was clipped."""
    finding = difference(expected, got)
    if finding is None or finding.stage != "values" or case.aspect != CERTAIN:
        return finding
    if -1e-3 < float(got) < 100 and not 1e-3 < float(expected) < 100:
        return Finding(finding.stage, finding.sentence, TINY[1], TINY[0])
    return finding


CROSS = Exercise(
    id="cross_entropy",
    notebook=NOTEBOOK,
    reference=REFERENCE + "cross_entropy",
    title="Cross-entropy from logits",
    points=2,
    cases=class_cases,
    judge=keeps_the_cost,
    mistakes=(
        Mistake(TWICE[0], lambda logits, y: -np.mean(picked(log_softmax(softmax(logits)), y)), TWICE[1]),
        Mistake(
            "exp overflows",
            unshifted,
            "exp(1000) is more than a float can hold, and inf / inf is nan. Softmax does not change when the same number is "
            "subtracted from a whole row: subtract the row's largest logit first.",
        ),
        Mistake(
            "log(0)",
            lambda logits, y: -np.mean(np.log(picked(softmax(logits), y))),
            "The softmax is safe, but its smallest values round to 0, and log(0) is minus infinity. Do not make the probability at "
            "all: the logarithm of a quotient is a difference.",
        ),
        Mistake(TINY[0], lambda logits, y: -np.mean(np.log(np.clip(picked(softmax(logits), y), 1e-12, 1))), TINY[1]),
        Mistake(ONE_MAXIMUM[0], lambda logits, y: -np.mean(picked(one_maximum_log(logits), y)), ONE_MAXIMUM[1]),
        Mistake(
            "softmax over the columns",
            lambda logits, y: -np.mean(picked(log_softmax(logits, axis=0), y)),
            "You normalised down the columns, over the rows of the batch. Each row is one example: its classes compete along axis=1.",
        ),
        Mistake("1/n missing", lambda logits, y: -np.sum(picked(log_softmax(logits), y)), MISSING_N),
        Mistake(
            "mean over classes too",
            lambda logits, y: -np.sum(picked(log_softmax(logits), y)) / np.size(logits),
            "You divide by rows times classes. Each row costs one number, so the mean is over the n rows.",
        ),
        Mistake(
            "every label for every row",
            lambda logits, y: -np.mean(log_softmax(logits)[:, y]),
            "`log_p[:, y]` picks all labels for every row, an n × n table. One label for each row: `log_p[np.arange(n), y]`.",
        ),
        Mistake(
            "sign missing",
            lambda logits, y: np.mean(picked(log_softmax(logits), y)),
            "The minus is missing: logarithms of probabilities are negative, a loss is not.",
        ),
        Mistake(
            "logarithm missing",
            lambda logits, y: 1 - np.mean(picked(softmax(logits), y)),
            "This is one minus the mean probability of the right class; asked for is the mean of minus its logarithm.",
        ),
        Mistake(
            "logarithm and 1 missing",
            lambda logits, y: -np.mean(picked(softmax(logits), y)),
            "This is minus the mean probability of the right class. Take minus the logarithm of each probability, then the mean.",
        ),
        Mistake(
            "logarithm of the bare logits",
            log_of_logits,
            "You take the logarithm of the logits themselves, which may be negative. Logits become probabilities only with softmax.",
        ),
        Mistake(
            "softmax over the whole table",
            whole_table,
            "The sum runs over the whole table. Each row is one example with a softmax of its own: axis=1, keepdims=True.",
        ),
        Mistake(
            "shift not undone",
            shift_not_undone,
            "You subtract the row's largest logit inside the sum only. It must be taken from z[k] as well, or added again after the "
            "logarithm.",
        ),
        Mistake(
            "sum without its logarithm",
            sum_without_log,
            "The sum of exp(z) is subtracted as it is. Asked for is its logarithm: z[k] - log(sum of exp(z)).",
        ),
        Mistake(
            "logarithm of the mean",
            log_of_the_mean,
            "You average the probabilities and take one logarithm. Each row costs minus its own logarithm; the mean comes last.",
        ),
        Mistake(
            "largest class instead of the label",
            lambda logits, y: -np.mean(np.max(log_softmax(logits), axis=1)),
            "You take the most probable class of each row, so y is not used. The cost is that of the right class, y[i].",
        ),
        Mistake(
            "labels counted from 1",
            lambda logits, y: -np.mean(picked(log_softmax(logits), y - 1)),
            "y - 1 picks the class before the right one: labels count from 0 already.",
        ),
        Mistake(
            "divided by the classes",
            lambda logits, y: -np.sum(picked(log_softmax(logits), y)) / np.shape(logits)[1],
            "You divide by the number of classes. The mean is over the n rows.",
        ),
        Mistake(
            "each class as yes or no",
            each_class,
            "The term (1 - y) log(1 - p) belongs to two classes in one number. With softmax the right class's logarithm says it all.",
        ),
        Mistake(NOT_AVERAGED[0], lambda logits, y: -picked(log_softmax(logits), y), NOT_AVERAGED[1]),
        Mistake(
            "logits changed in place",
            writes_into_logits,
            "The number is right, but `-=` writes into the caller's logits. Write z = logits - …, which makes a new array.",
        ),
        Mistake(
            "softmax missing",
            lambda logits, y: -np.mean(picked(logits, y)),
            "These are the bare logits of the right classes. They become log-probabilities only with softmax: the other classes count, too.",
        ),
        Mistake(
            "logarithm of base 2",
            lambda logits, y: -np.mean(picked(log_softmax(logits), y)) / np.log(2),
            "This is in base 2. The natural logarithm, np.log, is asked for.",
        ),
    ),
    hints=(
        "For one row: log softmax(z)[k] = z[k] - log(sum of exp(z)). No division is left. (You wrote it in 03 as log_softmax.)",
        "Before exp, subtract the largest logit of each row: np.max(logits, axis=1, keepdims=True). Nothing else changes.",
        "`log_p[np.arange(len(y)), y]` picks one number from each row; minus their mean is the answer.",
    ),
)
