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
CUT = (
    "cut to the shorter",
    "Three predictions are compared with three of the four answers, and the last one is silently left out (zip and slices do that). "
    "Compare np.size of both first, and raise ValueError.",
)
NOT_AVERAGED = (
    "not averaged",
    "A number for each prediction comes back. The loss is one number, the mean over all of them.",
)
COLUMN_MEANS = (
    "one mean for each column",
    "With axis=0 each column has a mean of its own. The loss is one number, the mean over all elements: no axis.",
)
ROW_MEANS = (
    "one mean for each row",
    "With axis=1 each row has a mean of its own. The loss is one number, the mean over all elements: no axis.",
)
FIRST_COLUMN = (
    "first column only",
    "Only the first column of the table is compared. All n·k elements count: lay both out alike instead of picking a column.",
)
OTHER_COLUMN = (
    "n by n table the other way round",
    "When y is the column, y_pred and y still make a table of n × n differences: only one of the two was brought into shape. "
    "Give both the same shape, whichever is the column.",
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
        Case("predictions with decimals, whole answers", (p5, np.array([1, -2, 0, 3, 1])), aspect=TYPES),
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


def cut(y_pred: Any, y: Any) -> Any:
    """Return the differences of as many elements as both have."""
    n = min(np.size(y_pred), np.size(y))
    return np.ravel(y_pred)[:n] - np.ravel(y)[:n]


def first_column(y_pred: Any, y: Any) -> Any:
    checked(y_pred, y)
    return (y_pred[:, 0] if y_pred.ndim == 2 else y_pred) - (y[:, 0] if y.ndim == 2 else y)


def vector_and_column(y_pred: Any, y: Any) -> Any:
    checked(y_pred, y)
    return np.squeeze(y_pred) - y


def columns(y_pred: Any, y: Any) -> Any:
    errors = 2 * checked(y_pred, y) / np.size(y_pred)
    return errors.reshape(-1, 1)


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
        Mistake(CUT[0], lambda y_pred, y: np.mean(cut(y_pred, y) ** 2), CUT[1]),
        Mistake(NOT_AVERAGED[0], lambda y_pred, y: checked(y_pred, y) ** 2, NOT_AVERAGED[1]),
        Mistake(COLUMN_MEANS[0], lambda y_pred, y: np.mean(checked(y_pred, y) ** 2, axis=0), COLUMN_MEANS[1]),
        Mistake(ROW_MEANS[0], lambda y_pred, y: np.mean(checked(y_pred, y) ** 2, axis=-1), ROW_MEANS[1]),
        Mistake(FIRST_COLUMN[0], lambda y_pred, y: np.mean(first_column(y_pred, y) ** 2), FIRST_COLUMN[1]),
        Mistake(OTHER_COLUMN[0], lambda y_pred, y: np.mean(vector_and_column(y_pred, y) ** 2), OTHER_COLUMN[1]),
        Mistake(
            "half of the sum",
            lambda y_pred, y: np.sum(checked(y_pred, y) ** 2) / 2,
            "This is half of the sum. The mean divides the sum by the number of elements, and there is no 1/2.",
        ),
        Mistake(
            "divided by n - 1",
            lambda y_pred, y: np.sum(checked(y_pred, y) ** 2) / (np.size(y_pred) - 1),
            "You divide by n - 1, as for the variance of a sample. The mean of n squares divides by n.",
        ),
        Mistake(
            "doubled instead of squared",
            lambda y_pred, y: np.mean(checked(y_pred, y) * 2),
            "`* 2` doubles the errors; the square is `** 2`.",
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
            "squared errors",
            lambda y_pred, y: 2 * checked(y_pred, y) ** 2 / np.size(y_pred),
            "The error is still squared. The derivative of e² is 2e: the power comes down by one.",
        ),
        Mistake(
            "flattened",
            lambda y_pred, y: 2 * np.ravel(checked(y_pred, y)) / np.size(y_pred),
            "A flat vector comes back. A gradient has the shape of what it belongs to: y_pred.",
        ),
        Mistake(
            "column returned", columns, "A column comes back. A gradient has the shape of what it belongs to: y_pred."
        ),
        Mistake(
            "in the shape of y",
            lambda y_pred, y: 2 * (np.reshape(y_pred, np.shape(y)) - y) / np.size(y),
            "The result has the shape of y. A gradient has the shape of what it belongs to: reshape y, not y_pred.",
        ),
        Mistake(
            "times the prediction",
            lambda y_pred, y: 2 * checked(y_pred, y) * y_pred / np.size(y_pred),
            "y_pred stands there as a factor, too. The derivative of y_pred - y in y_pred is 1; an input x would come in only one "
            "layer further down.",
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
        Mistake(
            "root of the mean square",
            lambda y_pred, y: np.sqrt(np.mean(checked(y_pred, y) ** 2)),
            "This is the root of the mean square, where large errors weigh more. Take the absolute value of each error, then the mean.",
        ),
        Mistake(
            "absolute values first",
            lambda y_pred, y: np.mean(np.abs(y_pred) - np.abs(np.reshape(y, np.shape(y_pred)))),
            "You take the absolute values before the difference. The error comes first, its absolute value second.",
        ),
        Mistake(
            "largest error",
            lambda y_pred, y: np.max(np.abs(checked(y_pred, y))),
            "This is the largest error; asked for is the mean of all.",
        ),
        Mistake(
            "relative errors",
            lambda y_pred, y: np.mean(np.abs(checked(y_pred, y) / np.reshape(y, np.shape(y_pred)))),
            "You divide each error by its answer. Asked for are the errors themselves, in the units of y.",
        ),
        Mistake(CUT[0], lambda y_pred, y: np.mean(np.abs(cut(y_pred, y))), CUT[1]),
        Mistake(NOT_AVERAGED[0], lambda y_pred, y: np.abs(checked(y_pred, y)), NOT_AVERAGED[1]),
        Mistake(COLUMN_MEANS[0], lambda y_pred, y: np.mean(np.abs(checked(y_pred, y)), axis=0), COLUMN_MEANS[1]),
        Mistake(ROW_MEANS[0], lambda y_pred, y: np.mean(np.abs(checked(y_pred, y)), axis=-1), ROW_MEANS[1]),
        Mistake(FIRST_COLUMN[0], lambda y_pred, y: np.mean(np.abs(first_column(y_pred, y))), FIRST_COLUMN[1]),
        Mistake(OTHER_COLUMN[0], lambda y_pred, y: np.mean(np.abs(vector_and_column(y_pred, y))), OTHER_COLUMN[1]),
    ),
    hints=(
        "It is mse_loss with one thing exchanged.",
        "Where the other one squares, this one takes np.abs. The shapes need the same care.",
        "The mean of np.abs(y_pred - y), with y in the shape of y_pred and the sizes compared first.",
    ),
)

EXERCISES = (MSE_LOSS, MSE_GRAD, MAE_LOSS)
