"""The first exercises of 05_backprop: how wrong a batch is, as one number, and which way each prediction should move."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "05_backprop"
REFERENCE = "labkit.reference.losses:"

COLUMN = "a column against a vector"
TYPES = "shapes and types"
SIZES = "different numbers of elements"

BROADCAST = (
    "n by n table",
    "A column (n, 1) minus a vector (n,) is a table of n × n differences, in which each prediction meets every answer, and NumPy "
    "says nothing. Bring both to one shape first: `np.reshape(y, np.shape(…))`, or `ravel` both.",
)
UNCHECKED = (
    "sizes not checked",
    "One prediction for four answers must raise ValueError; NumPy stretches the one silently. Compare np.size of both "
    "before you subtract.",
)
MISSING_N = "The 1/n is missing: this is the sum over the batch. With it, the size of a step does not depend on how many rows there are."

# ------------------------------------------------------------------------------------- squared and absolute error


def regression_cases(rng: np.random.Generator) -> list[Case]:
    def pair(*shape: int) -> tuple[np.ndarray, np.ndarray]:
        return rng.normal(size=shape), rng.normal(size=shape)

    p7, y7 = pair(7)
    table, answers = pair(3, 4)
    p5, y5 = pair(5)
    return [
        Case("seven predictions", (p7, y7)),
        Case("a table of 3 rows and 4 columns", (table, answers)),
        Case("a column of predictions and a vector of answers", (p5[:, None], y5), aspect=COLUMN),
        Case("a vector of predictions and a column of answers", (p7, y7[:, None]), aspect=COLUMN),
        Case("integers", (np.array([2, -1, 5]), np.array([4, 2, 4])), aspect=TYPES),
        Case("float32 numbers", (p5.astype(np.float32), y5.astype(np.float32)), aspect=TYPES),
        Case("three predictions and four answers", (p5[:3], y5[:4]), aspect=SIZES),
        Case("one prediction and four answers", (p5[:1], y5[:4]), aspect=SIZES),
    ]


def flat(y_pred: Any, y: Any) -> Any:
    """Return the differences, compared one by one."""
    return np.ravel(y_pred) - np.ravel(y)


def checked(y_pred: Any, y: Any) -> Any:
    """Return the differences one by one; raise ValueError for different sizes."""
    if np.size(y_pred) != np.size(y):
        raise ValueError("sizes")
    return y_pred - np.reshape(y, np.shape(y_pred))


def unchecked_grad(y_pred: Any, y: Any) -> Any:
    gradient = 2 * flat(y_pred, y) / np.size(y_pred)
    return np.reshape(gradient, np.shape(y_pred)) if gradient.size == np.size(y_pred) else gradient


MSE_LOSS = Exercise(
    id="mse_loss",
    notebook=NOTEBOOK,
    reference=REFERENCE + "mse_loss",
    title="The mean squared error",
    cases=regression_cases,
    judge=close(),
    mistakes=(
        Mistake(BROADCAST[0], lambda y_pred, y: np.mean((y_pred - y) ** 2), BROADCAST[1]),
        Mistake(UNCHECKED[0], lambda y_pred, y: np.mean(flat(y_pred, y) ** 2), UNCHECKED[1]),
        Mistake("1/n missing", Edit("np.mean", "np.sum"), MISSING_N),
        Mistake(
            "divided by the rows only",
            lambda y_pred, y: np.sum(checked(y_pred, y) ** 2) / len(y_pred),
            "You divide by the number of rows. A table of n rows and k columns holds n·k errors, and the mean is over all of them.",
        ),
        Mistake(
            "factor 1/2",
            lambda y_pred, y: np.mean(checked(y_pred, y) ** 2) / 2,
            "This is half of it. Some books put a 1/2 in front so that the derivative looks tidier; here there is none.",
        ),
        Mistake(
            "root taken",
            lambda y_pred, y: np.sqrt(np.mean(checked(y_pred, y) ** 2)),
            "This is the root of the mean squared error (RMSE); leave the root out.",
        ),
        Mistake(
            "not squared",
            lambda y_pred, y: np.mean(checked(y_pred, y)),
            "The errors are not squared: positive and negative ones cancel, and a bad prediction can look perfect.",
        ),
        Mistake(
            "mean first, then squared",
            lambda y_pred, y: np.mean(checked(y_pred, y)) ** 2,
            "You square the mean error. Square each error first, then take the mean.",
        ),
        Mistake(
            "absolute errors",
            lambda y_pred, y: np.mean(np.abs(checked(y_pred, y))),
            "This is the mean absolute error; here each error is squared.",
        ),
    ),
    hints=(
        "Three steps: the errors, their squares, the mean of those.",
        "What shape has np.zeros((5, 1)) - np.zeros(5)? Try it in a cell. How do you bring both to the same shape?",
        "`np.reshape(y, np.shape(y_pred))` lays y out like y_pred; before that, `if np.size(y_pred) != np.size(y): raise ValueError(…)`.",
    ),
)

MSE_GRAD = Exercise(
    id="mse_grad",
    notebook=NOTEBOOK,
    reference=REFERENCE + "mse_grad",
    title="The slope of the mean squared error",
    cases=regression_cases,
    judge=close(),
    mistakes=(
        Mistake(BROADCAST[0], lambda y_pred, y: 2 * (y_pred - y) / np.size(y_pred), BROADCAST[1]),
        Mistake(
            UNCHECKED[0],
            unchecked_grad,
            UNCHECKED[1],
        ),
        Mistake(
            "1/n missing",
            lambda y_pred, y: 2 * checked(y_pred, y),
            "The 1/n is missing: the loss is a mean, so moving one prediction moves it by a share of 1/n only. "
            "Many texts drop it here; then the step grows with the batch.",
        ),
        Mistake(
            "factor 2 missing",
            lambda y_pred, y: checked(y_pred, y) / np.size(y_pred),
            "The 2 is missing: the derivative of e² is 2e, and this loss has no 1/2 in front that would cancel it.",
        ),
        Mistake(
            "2/n missing",
            lambda y_pred, y: checked(y_pred, y),
            "This is the error itself, y_pred - y. The derivative of the mean of squares brings a 2 and a 1/n with it.",
        ),
        Mistake(
            "wrong sign",
            lambda y_pred, y: -2 * checked(y_pred, y) / np.size(y_pred),
            "The sign is reversed: a prediction that is too high must get a positive slope, y_pred - y and not y - y_pred.",
        ),
        Mistake(
            "divided by the rows only",
            lambda y_pred, y: 2 * checked(y_pred, y) / len(y_pred),
            "You divide by the number of rows. In a table the mean is over all n·k elements, so divide by np.size.",
        ),
        Mistake(
            "averaged",
            lambda y_pred, y: np.mean(2 * checked(y_pred, y)),
            "You averaged the slopes into one number. Every prediction has a slope of its own; the 1/n is a factor, not a mean.",
        ),
        Mistake(
            "loss returned",
            lambda y_pred, y: np.mean(checked(y_pred, y) ** 2),
            "This is the loss itself; asked for is its derivative in each prediction.",
        ),
        Mistake(
            "slope of the absolute error",
            lambda y_pred, y: np.sign(checked(y_pred, y)) / np.size(y_pred),
            "This is the slope of the absolute error, the same for small and large errors. The squared one grows with the error.",
        ),
    ),
    hints=(
        "Write the loss of two predictions out: ((p0 - y0)² + (p1 - y1)²) / 2. What is its derivative in p0?",
        "The sum has only one term that holds p0: the derivative is 2 (p0 - y0) times the 1/n in front of the sum.",
        "2 times (y_pred - y, in the shape of y_pred), divided by np.size(y_pred).",
    ),
)


MAE_LOSS = Exercise(
    id="mae_loss",
    notebook=NOTEBOOK,
    reference=REFERENCE + "mae_loss",
    title="The mean absolute error",
    cases=regression_cases,
    judge=close(),
    mistakes=(
        Mistake(BROADCAST[0], lambda y_pred, y: np.mean(np.abs(y_pred - y)), BROADCAST[1]),
        Mistake(UNCHECKED[0], lambda y_pred, y: np.mean(np.abs(flat(y_pred, y))), UNCHECKED[1]),
        Mistake("1/n missing", Edit("np.mean", "np.sum"), MISSING_N),
        Mistake(
            "divided by the rows only",
            lambda y_pred, y: np.sum(np.abs(checked(y_pred, y))) / len(y_pred),
            "You divide by the number of rows. A table of n rows and k columns holds n·k errors, and the mean is over all of them.",
        ),
        Mistake(
            "sign kept",
            lambda y_pred, y: np.mean(checked(y_pred, y)),
            "Errors of both signs cancel here. Take the absolute value of each error before the mean.",
        ),
        Mistake(
            "mean first, then absolute",
            lambda y_pred, y: np.abs(np.mean(checked(y_pred, y))),
            "You take the absolute value of the mean error. Take it of each error first, then the mean.",
        ),
        Mistake(
            "squared errors",
            lambda y_pred, y: np.mean(checked(y_pred, y) ** 2),
            "This is the mean squared error; here each error counts with its absolute value.",
        ),
        Mistake(
            "median",
            lambda y_pred, y: np.median(np.abs(checked(y_pred, y))),
            "This is the median of the absolute errors; asked for is their mean.",
        ),
    ),
    hints=(
        "It is mse_loss with one thing exchanged.",
        "Where the other one squares, this one takes np.abs. The shapes need the same care.",
        "The mean of np.abs(y_pred - y), with y in the shape of y_pred and the sizes compared first.",
    ),
)

EXERCISES = (MSE_LOSS, MSE_GRAD, MAE_LOSS)
