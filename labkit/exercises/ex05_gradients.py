"""The exercise of 05_backprop on where gradients start: softmax and its loss backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex05_entropy import APART, ONE_MAXIMUM, labels, one_maximum, picked, softmax
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "05_backprop"
REFERENCE = "labkit.reference."
TYPES = "shapes and types"


def softmax_cases(rng: np.random.Generator) -> list[Case]:
    few, ten = 2 * rng.normal(size=(5, 3)), 2 * rng.normal(size=(4, 10))
    y3, y10 = labels(rng, 5, 3), rng.permutation(10)[:4]
    large = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 999.0]])
    return [
        Case("five rows, three classes", (few, y3)),
        Case("four rows, ten classes", (ten, y10)),
        Case("a single row", (ten[:1], y10[:1]), aspect=TYPES),
        Case("integer logits", (np.array([[2, -1, 0, 3], [0, 1, 1, -2]]), np.array([3, 0])), aspect=TYPES),
        Case("float32 logits", (few.astype(np.float32), y3), aspect=TYPES),
        Case("logits of ±1000", (large, np.array([1, 1])), aspect="very large numbers", quiet=True),
        Case("logits near 1000", (few + 1000.0, y3), aspect="very large numbers", quiet=True),
        Case("rows a thousand apart", (few + APART, y3), aspect="very large numbers", quiet=True),
    ]


def minus_one_hot(p: Any, y: Any) -> Any:
    out = p.copy()
    out[np.arange(len(y)), y] -= 1
    return out


def unshifted(logits: Any, y: Any) -> Any:
    exps = np.exp(logits)
    return minus_one_hot(exps / np.sum(exps, axis=1, keepdims=True), y) / len(y)


def all_labels(logits: Any, y: Any) -> Any:
    out = softmax(logits)
    out[:, y] -= 1
    return out / len(y)


def right_class_only(logits: Any, y: Any) -> Any:
    out = np.zeros(np.shape(logits))
    out[np.arange(len(y)), y] = (picked(softmax(logits), y) - 1) / len(y)
    return out


def slope_of_softmax(logits: Any, y: Any) -> Any:
    p = softmax(logits)
    return p * (1 - p) * minus_one_hot(p, y) / len(y)


def minus_share(p: Any, y: Any, share: float) -> Any:
    """Return p with a share subtracted at the right classes."""
    out = p.copy()
    out[np.arange(len(y)), y] -= share
    return out


def slope_of_the_log(logits: Any, y: Any) -> Any:
    out = np.zeros(np.shape(logits))
    with np.errstate(all="ignore"):
        out[np.arange(len(y)), y] = -1 / picked(softmax(logits), y)
    return out / len(y)


def whole_numbers(logits: Any, y: Any) -> Any:
    out = np.zeros_like(logits)
    out[...] = softmax(logits)
    out[np.arange(len(y)), y] -= 1
    return out / len(y)


def writes_into_logits(logits: Any, y: Any) -> Any:
    logits -= np.max(logits, axis=1, keepdims=True)
    return minus_one_hot(softmax(logits), y) / len(y)


SOFTMAX = Exercise(
    id="softmax_cross_entropy_backward",
    notebook=NOTEBOOK,
    reference=REFERENCE + "losses:softmax_cross_entropy_backward",
    title="Softmax and its loss backwards",
    points=2,
    cases=softmax_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "1/n missing",
            Edit("dlogits / len(y)", "dlogits"),
            "The 1/n is missing: the loss is a mean over the batch, so each row moves it by a share of 1/n.",
        ),
        Mistake(
            "divided by rows and classes",
            Edit("/ len(y)", "/ np.size(logits)"),
            "You divide by rows times classes. The loss is a mean over the n rows only.",
        ),
        Mistake(
            "1 not subtracted",
            lambda logits, y: softmax(logits) / len(y),
            "This is softmax over n. At the right class 1 has to be subtracted, so that its logit is pushed up and each row sums to 0.",
        ),
        Mistake(
            "wrong sign",
            lambda logits, y: -minus_one_hot(softmax(logits), y) / len(y),
            "The sign is reversed: raising the right class's logit lowers the loss, so its entry is negative.",
        ),
        Mistake(
            "exp overflows",
            unshifted,
            "exp(1000) is inf, and inf / inf is nan. Subtract each row's largest logit before exp, as in cross_entropy.",
        ),
        Mistake(
            ONE_MAXIMUM[0],
            lambda logits, y: minus_one_hot(one_maximum(logits), y) / len(y),
            ONE_MAXIMUM[1],
        ),
        Mistake(
            "softmax over the columns",
            lambda logits, y: minus_one_hot(softmax(logits, axis=0), y) / len(y),
            "You normalised down the columns. Each row is one example: its classes compete along axis=1.",
        ),
        Mistake(
            "softmax twice",
            lambda logits, y: minus_one_hot(softmax(softmax(logits)), y) / len(y),
            "Softmax is applied twice. The logits go in as they are; one softmax is part of this function.",
        ),
        Mistake(
            "softmax missing",
            lambda logits, y: minus_one_hot(np.array(logits, dtype=float), y) / len(y),
            "1 is subtracted from the bare logits. It is softmax(logits) minus the one-hot labels.",
        ),
        Mistake(
            "every label in every row",
            all_labels,
            "`[:, y] -= 1` subtracts at all labels in every row. One place for each row: `[np.arange(n), y]`.",
        ),
        Mistake(
            "divided by the classes",
            Edit("/ len(y)", "/ np.shape(logits)[1]"),
            "You divide by the number of classes. The loss is a mean over the n rows.",
        ),
        Mistake(
            "labels subtracted",
            lambda logits, y: (softmax(logits) - y[:, None]) / len(y),
            "You subtract the number of the class from every entry. 1 is subtracted in one place of each row, that of the right class.",
        ),
        Mistake(
            "1/n at the label only",
            lambda logits, y: minus_share(softmax(logits), y, 1 / len(y)),
            "Only the 1 is divided by n. Softmax minus one-hot is divided as a whole.",
        ),
        Mistake(
            "1 subtracted after the division",
            lambda logits, y: minus_share(softmax(logits) / len(y), y, 1),
            "Softmax is divided by n first, and the whole 1 is subtracted then. Subtract first, divide last.",
        ),
        Mistake(
            "slope of the logarithm alone",
            slope_of_the_log,
            "-1 / p is the derivative in the probability. Asked for is that in the logits, with softmax in between: nearly everything cancels.",
        ),
        Mistake(
            "labels counted from 1",
            lambda logits, y: minus_one_hot(softmax(logits), y - 1) / len(y),
            "y - 1 picks the class before the right one: labels count from 0 already.",
        ),
        Mistake(
            "decimals cut",
            whole_numbers,
            "`np.zeros_like(logits)` takes over the type of the logits: for integers the probabilities are cut to 0. Start from floats.",
        ),
        Mistake(
            "logits changed in place",
            writes_into_logits,
            "The numbers are right, but `-=` writes into the caller's logits. Write z = logits - …, which makes a new array.",
        ),
        Mistake(
            "right class only",
            right_class_only,
            "Only the right class gets a gradient here. The others share the denominator of softmax: pushing them down lowers the loss, too.",
        ),
        Mistake(
            "slope of softmax once more",
            slope_of_softmax,
            "You multiply by p (1 - p) as well. Softmax minus one-hot is already the whole derivative of loss and softmax together.",
        ),
    ),
    hints=(
        "For one row the loss is log(sum of exp(z)) - z[k]. Differentiate both parts in z[j].",
        "The first part gives softmax(z)[j]; the second gives -1 where j is the right class k, and 0 elsewhere.",
        "p = softmax(logits), safe for ±1000; p[np.arange(n), y] -= 1; divide by n.",
    ),
)
