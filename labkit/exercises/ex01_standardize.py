"""An exercise of 01_tensors: every column on one scale, by the training rows' numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake


def standardize_cases(rng: np.random.Generator) -> list[Case]:
    scale, shift = np.array([0.5, 3.0, 20.0]), np.array([4.0, -7.0, 50.0])
    X, other = rng.normal(size=(8, 3)) * scale + shift, rng.normal(size=(5, 3)) * 2 * scale + shift + scale
    flat, flat_other = X.copy(), other.copy()
    flat[:, 1], flat_other[:, 1] = 7.0, [7.0, 8.0, 5.0, 7.0, 9.5]
    whole, whole_other = rng.integers(0, 50, size=(6, 2)), rng.integers(0, 50, size=(4, 2))
    whole[:2] = [[3, 40], [17, 2]]  # never a constant column
    return [
        Case("eight training rows and five others", (X, other)),
        Case("other rows that lie elsewhere", (X, -2 * other + 1)),
        Case("as many rows as columns", (X[:3], other[:3]), aspect="shapes"),
        Case("a single other row", (X, other[:1]), aspect="shapes"),
        Case("a table of one column", (X[:, 2:], other[:, 2:]), aspect="shapes"),
        Case("a column that is 7 in every training row", (flat, flat_other), aspect="constant columns"),
        Case("columns that are all constant", (np.ones((4, 2)), np.array([[1.0, 3.0]])), aspect="constant columns"),
        Case("whole numbers", (whole, whole_other), aspect="types"),
        Case("float32 numbers", (X.astype(np.float32), other.astype(np.float32)), aspect="types"),
    ]


def with_numbers_of(X: Any, rows: Any, **options: Any) -> Any:
    """Return X standardized with the column means and deviations of ``rows``."""
    std = rows.std(axis=0, **options)
    return (X - rows.mean(axis=0)) / np.where(std == 0, 1, std)


def each_with_its_own(X_train: Any, X_other: Any) -> Any:
    return with_numbers_of(X_train, X_train), with_numbers_of(X_other, X_other)


def both_together(X_train: Any, X_other: Any) -> Any:
    rows = np.concatenate([X_train, X_other])
    return with_numbers_of(X_train, rows), with_numbers_of(X_other, rows)


def rows_for_columns(X_train: Any, X_other: Any) -> Any:
    def standard(X: Any) -> Any:
        std = X.std(axis=1, keepdims=True)
        return (X - X.mean(axis=1, keepdims=True)) / np.where(std == 0, 1, std)

    return standard(X_train), standard(X_other)


def one_mean_for_the_table(X_train: Any, X_other: Any) -> Any:
    mean, std = X_train.mean(), X_train.std() or 1.0
    return (X_train - mean) / std, (X_other - mean) / std


def wrongly_broadcast(X_train: Any, X_other: Any) -> Any:
    mean, std = X_train.mean(axis=1), X_train.std(axis=1)  # (n,): fits only when n == d
    return (X_train - mean) / std, (X_other - mean) / std


def columns_as_a_column(X_train: Any, X_other: Any) -> Any:
    mean, std = X_train.mean(axis=0)[:, None], X_train.std(axis=0)[:, None]
    std = np.where(std == 0, 1.0, std)
    return (X_train - mean) / std, (X_other - mean) / std


def numbers_of_the_wrong_split(X_train: Any, X_other: Any) -> Any:
    return with_numbers_of(X_train, X_other), with_numbers_of(X_other, X_other)


def nan_to_num(X_train: Any, X_other: Any) -> Any:
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return np.nan_to_num((X_train - mean) / std), np.nan_to_num((X_other - mean) / std)


def other_split_first(X_train: Any, X_other: Any) -> Any:
    return with_numbers_of(X_other, X_train), with_numbers_of(X_train, X_train)


def smallest_to_largest(X_train: Any, X_other: Any) -> Any:
    low, span = X_train.min(axis=0), np.ptp(X_train, axis=0)
    span = np.where(span == 0, 1, span)
    return (X_train - low) / span, (X_other - low) / span


def a_little_more_than_std(X_train: Any, X_other: Any) -> Any:
    mean, std = X_train.mean(axis=0), X_train.std(axis=0) + 1e-8
    return (X_train - mean) / std, (X_other - mean) / std


SMALL_NUMBER = (
    "a small number added to std",
    "A small number in place of a std of 0 (1e-8, say) avoids 0/0, but in a column that is constant in training it then blows up the "
    "smallest change in X_other many million times. Replace a std of 0 by 1.",
)


def in_units_of_std(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare; tell a small number in place of a std of 0, whatever it is, by how far it throws X_other."""
    found = difference(expected, got, names=("Z_train", "Z_other"))
    if found is None or found.stage != "values" or case.aspect != "constant columns":
        return found
    off = np.abs(np.asarray(got[1], dtype=float)) > 1e3 * (1 + np.abs(expected[1]))
    constant = np.ptp(np.asarray(case.args[0]), axis=0) == 0
    if (off.any(axis=0) <= constant).all() and off.any() and np.abs(got[1]).max() < 1e100:
        return Finding(found.stage, found.sentence, SMALL_NUMBER[1], SMALL_NUMBER[0])
    return found


def zeros_in_constant_columns(X_train: Any, X_other: Any) -> Any:
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    safe = np.where(std == 0, 1, std)
    return (X_train - mean) / safe, np.where(std == 0, 0, (X_other - mean) / safe)


def other_split_untouched(X_train: Any, X_other: Any) -> Any:
    return with_numbers_of(X_train, X_train), X_other


def mean_of_the_other_split(X_train: Any, X_other: Any) -> Any:
    std = X_train.std(axis=0)
    return with_numbers_of(X_train, X_train), (X_other - X_other.mean(axis=0)) / np.where(std == 0, 1, std)


def std_of_the_other_split(X_train: Any, X_other: Any) -> Any:
    std = X_other.std(axis=0)
    return with_numbers_of(X_train, X_train), (X_other - X_train.mean(axis=0)) / np.where(std == 0, 1, std)


def length_instead_of_std(X_train: Any, X_other: Any) -> Any:
    mean = X_train.mean(axis=0)
    size = np.linalg.norm(X_train - mean, axis=0)
    size = np.where(size == 0, 1, size)
    return (X_train - mean) / size, (X_other - mean) / size


def constant_columns_untouched(X_train: Any, X_other: Any) -> Any:
    constant = X_train.std(axis=0) == 0
    Z_train, Z_other = with_numbers_of(X_train, X_train), with_numbers_of(X_other, X_train)
    return np.where(constant, X_train, Z_train), np.where(constant, X_other, Z_other)


def constant_columns_dropped(X_train: Any, X_other: Any) -> Any:
    varies = X_train.std(axis=0) > 0
    Z_train, Z_other = with_numbers_of(X_train, X_train), with_numbers_of(X_other, X_train)
    return Z_train[:, varies], Z_other[:, varies]


def every_std_replaced(X_train: Any, X_other: Any) -> Any:
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    if (std == 0).any():
        std = np.ones_like(std)
    return (X_train - mean) / std, (X_other - mean) / std


def written_over_the_inputs(X_train: Any, X_other: Any) -> Any:
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std[std == 0] = 1
    X_train[:] = (X_train - mean) / std
    X_other[:] = (X_other - mean) / std
    return X_train, X_other


STD = "np.where(constant, 1.0, std)"

STANDARDIZE = Exercise(
    id="standardize",
    notebook="01_tensors",
    reference="labkit.reference.tensors:standardize",
    title="Put columns on one scale",
    cases=standardize_cases,
    judge=in_units_of_std,
    mistakes=(
        Mistake(
            "own numbers for the other split",
            each_with_its_own,
            "X_other is standardized with its own mean and std. At prediction time there may be one row only, and the "
            "same input would get another value in each split: use the training split's numbers for both.",
        ),
        Mistake(
            "numbers of both splits together",
            both_together,
            "The mean and std come from both splits together, so the training data have seen the rows that are kept "
            "for judging (a leak). Compute them from X_train alone.",
        ),
        Mistake(
            "numbers of the wrong split",
            numbers_of_the_wrong_split,
            "The mean and std come from X_other. They must come from the rows that the model learns from, X_train.",
        ),
        Mistake(
            "other split untouched",
            other_split_untouched,
            "X_other comes back as it was. Either nothing is done to it, or mean and std are taken from the training rows AFTER "
            "these were standardized, when they are 0 and 1: keep both in names of their own before you change anything.",
        ),
        Mistake(
            "mean of the other split",
            mean_of_the_other_split,
            "Z_other is centred with X_other's own mean. The means, like the deviations, come from X_train.",
        ),
        Mistake(
            "std of the other split",
            std_of_the_other_split,
            "Z_other is divided by X_other's own std. The deviations, like the means, come from X_train.",
        ),
        Mistake(
            "length of the column instead of its std",
            length_instead_of_std,
            "You divide by the length of the centred column (np.linalg.norm). The std is the root of the MEAN square: the division "
            "by n is missing.",
        ),
        Mistake(
            "inputs overwritten",
            written_over_the_inputs,
            "You write into the caller's tables, which have lost their values afterwards (and a table of whole numbers cuts off every "
            "decimal). Make new arrays.",
        ),
        Mistake(
            "other split first",
            other_split_first,
            "The two results are in the wrong order: return Z_train first, then Z_other.",
        ),
        Mistake(
            "n − 1 for n",
            Edit("X_train.std(axis=0)", "X_train.std(axis=0, ddof=1)"),
            "Your std divides by n − 1 (ddof=1; torch and pandas do so unless told otherwise). Asked is the one that "
            "divides by n: ddof=0, NumPy's own.",
        ),
        Mistake(
            "constant column divided by 0",
            Edit(STD, "std"),
            "A column that is constant in X_train has std 0, and 0/0 gives nan. Divide such a column by 1 instead.",
        ),
        Mistake(
            "nan hidden after dividing by 0",
            nan_to_num,
            "nan_to_num turns 0/0 into 0, but a number over 0 is inf, which it turns into 1.8e308. Mend std before dividing: "
            "where it is 0, put 1.",
        ),
        Mistake(
            SMALL_NUMBER[0],
            a_little_more_than_std,
            SMALL_NUMBER[1],
        ),
        Mistake(
            "constant columns set to 0",
            zeros_in_constant_columns,
            "A column that is constant in X_train may vary in X_other. Divide by 1 there and keep what varies, rather than "
            "setting it to 0.",
        ),
        Mistake(
            "constant columns untouched",
            constant_columns_untouched,
            "A column that is constant in X_train is passed over, so it keeps its values. Only the division is special there: its mean "
            "is subtracted as everywhere, and it is divided by 1.",
        ),
        Mistake(
            "constant columns dropped",
            constant_columns_dropped,
            "A column that is constant in X_train is thrown out, so the tables have fewer columns than before. Keep it, divided by 1.",
        ),
        Mistake(
            "every std replaced",
            every_std_replaced,
            "As soon as one column is constant, every std becomes 1. Replace those that are 0 and keep the others: np.where decides "
            "entry by entry.",
        ),
        Mistake(
            "rows instead of columns",
            rows_for_columns,
            "You standardize each row. A column holds one measured quantity in one unit: mean and std belong to the "
            "columns, axis=0.",
        ),
        Mistake(
            "one mean for the whole table",
            one_mean_for_the_table,
            "One mean and one std serve the whole table, so a column of large numbers still rules. Each column needs its "
            "own: axis=0.",
        ),
        Mistake(
            "(n,) broadcast along rows",
            wrongly_broadcast,
            "mean(axis=1) has one number for each ROW, and shape (n,) lines up with the LAST axis, the columns. That runs "
            "only when n equals d, and is wrong there. You want one number for each column: axis=0.",
        ),
        Mistake(
            "(d, 1) against (n, d)",
            columns_as_a_column,
            "The means stand in a column of shape (d, 1), so they line up with the ROWS of X. Leave them as (d,): "
            "broadcasting lines (d,) up with the last axis.",
        ),
        Mistake(
            "variance instead of std",
            Edit("X_train.std(axis=0)", "X_train.var(axis=0)"),
            "You divide by the variance. The standard deviation is its root, and has the unit of the column.",
        ),
        Mistake(
            "not centred",
            Edit("(X_train - mean) / std, (X_other - mean) / std", "X_train / std, X_other / std"),
            "The means are not subtracted: each training column should have mean 0 afterwards.",
        ),
        Mistake(
            "parentheses missing",
            Edit("(X_train - mean) / std, (X_other - mean) / std", "X_train - mean / std, X_other - mean / std"),
            "`X - mean / std` divides first: only the mean is scaled. Put the difference in parentheses.",
        ),
        Mistake(
            "not divided",
            Edit(STD, "np.ones_like(mean)"),
            "The columns are centred but keep their spread: divide by std, too.",
        ),
        Mistake(
            "smallest to largest",
            smallest_to_largest,
            "This maps each column to 0…1 by its smallest and largest value. Standardizing subtracts the mean and divides "
            "by the standard deviation.",
        ),
    ),
    hints=(
        "Each column needs two numbers. Which axis do you average over to keep one number for each column?",
        "mean = X_train.mean(axis=0) has shape (d,). Compute std in the same way, from X_train as well.",
        "Before dividing: where std is 0, put 1. np.where(condition, 1.0, std) makes a new array.",
        "Use the same mean and std for X_train and for X_other, and return the two results in this order.",
    ),
)
