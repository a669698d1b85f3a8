"""The exercises of 01_tensors: two matrix products and columns on one scale; principal components are in ex01_pca."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex01_pca import PCA
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "01_tensors"
REFERENCE = "labkit.reference.tensors:"

# ----------------------------------------------------------------------------------------------- matmul_loops


def matmul_cases(rng: np.random.Generator) -> list[Case]:
    A, B = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    S, T = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    whole, halves = rng.integers(1, 9, size=(2, 3)), np.array([[0.5, 1.0], [1.5, 0.25], [0.75, 2.5]])
    return [
        Case("a 2×3 matrix and a 3×4 matrix", (A, B)),
        Case("two 3×3 matrices", (S, T)),
        Case("a row and a column", (A[:1], B[:, :1]), aspect="shapes"),
        Case("a column and a row", (B[:, :1], A[:1]), aspect="shapes"),
        Case("a 4×3 matrix and a 3×2 matrix", (B.T, A.T), aspect="shapes"),
        Case("whole numbers and fractions", (whole, halves), aspect="types"),
        Case("whole numbers only", (whole, whole.T), aspect="types"),
        Case("float32 numbers", (A.astype(np.float32), B.astype(np.float32)), aspect="types"),
        Case("a B with a row too many", (A, rng.normal(size=(4, 4))), aspect="refusals"),
        Case("a B with a row too few", (A, rng.normal(size=(2, 4))), aspect="refusals"),
    ]


def rows_share_one_list(A: Any, B: Any) -> Any:
    C = [[0.0] * B.shape[1]] * A.shape[0]
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            for p in range(A.shape[1]):
                C[i][j] += A[i, p] * B[p, j]
    return np.array(C)


def total_never_reset(A: Any, B: Any) -> Any:
    C, total = np.zeros((A.shape[0], B.shape[1])), 0.0
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            for p in range(A.shape[1]):
                total += A[i, p] * B[p, j]
            C[i, j] = total
    return C


MATMUL = Exercise(
    id="matmul_loops",
    notebook=NOTEBOOK,
    reference=REFERENCE + "matmul_loops",
    title="Multiply two matrices by hand",
    cases=matmul_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "B transposed",
            Edit("B[p, j]", "B[j, p]"),
            "You read B along its rows, so this is A Bᵀ. Entry (i, j) pairs row i of A with COLUMN j of B: the inner "
            "index comes first in B.",
        ),
        Mistake(
            "A transposed",
            Edit("A[i, p]", "A[p, i]"),
            "You read A down its columns, so this is Aᵀ B. Entry (i, j) pairs ROW i of A with column j of B: the inner "
            "index comes second in A.",
        ),
        Mistake(
            "factors swapped",
            Edit("A[i, p] * B[p, j]", "B[i, p] * A[p, j]"),
            "This is B A. The matrix product depends on the order: the rows come from A, the columns from B.",
        ),
        Mistake(
            "entry by entry",
            lambda A, B: A * B,
            "A * B multiplies entry by entry. The matrix product pairs a whole row of A with a whole column of B and "
            "adds up the products.",
        ),
        Mistake(
            "result transposed",
            Edit("return C", "return C.T"),
            "This is the transpose of the product: the row of A decides the row of C, the column of B its column.",
        ),
        Mistake(
            "only the last product kept",
            Edit("C[i, j] += ", "C[i, j] = "),
            "Each step of the inner loop overwrites the one before, so only the last product is left: add with +=.",
        ),
        Mistake(
            "last product left out",
            Edit("range(k)", "range(k - 1)"),
            "The inner loop ends one step early: range(k) already stops at k − 1.",
        ),
        Mistake(
            "sum never set back to 0",
            total_never_reset,
            "The running sum goes on from one entry to the next: set it back to 0 before each inner loop.",
        ),
        Mistake(
            "rows share one list",
            rows_share_one_list,
            "All rows of C are one and the same list: [[0] * n] * m repeats a reference, not the numbers. Use np.zeros((m, n)).",
        ),
        Mistake(
            "integer result array",
            Edit("np.zeros((m, n))", "np.zeros((m, n), dtype=int)"),
            "C holds whole numbers only, so every sum loses its decimals when it is stored: make C with np.zeros((m, n)).",
        ),
        Mistake(
            "dtype of A for the result",
            Edit("np.zeros((m, n))", "np.zeros((m, n), dtype=A.dtype)"),
            "C takes the dtype of A. When A holds whole numbers and B does not, the decimals are lost on storing: use "
            "float64, as np.zeros((m, n)) does.",
        ),
        Mistake(
            "sizes not compared",
            Edit("if k != rows:", "if False:"),
            "Right where the sizes fit. Where they do not, a loop that ends early gives a wrong matrix without a word: "
            "compare the inner sizes first, and raise ValueError.",
        ),
    ),
    hints=(
        "Take A = [[1, 2]] and B = [[3], [4]] on paper: which numbers meet, and what happens to the products?",
        "Three loops: over the rows i of A, over the columns j of B, and inside, over the inner size p. Make C with "
        "np.zeros before the loops.",
        "The innermost line adds one product to C[i, j]. p is the column in A and the row in B.",
        "Before the loops: m, k = A.shape, and rows, n = B.shape. If k and rows differ, raise ValueError with a "
        "sentence that names both shapes.",
    ),
)

# --------------------------------------------------------------------------------------------- batched_matmul


def batched_cases(rng: np.random.Generator) -> list[Case]:
    A, B = rng.normal(size=(4, 2, 3)), rng.normal(size=(4, 3, 5))
    S, T = rng.normal(size=(3, 3, 3)), rng.normal(size=(3, 3, 3))
    whole = rng.integers(-5, 6, size=(2, 2, 3)) + 7 * np.eye(2, 3, dtype=int)
    return [
        Case("four pairs of a 2×3 and a 3×5 matrix", (A, B)),
        Case("three pairs of 3×3 matrices", (S, T)),
        Case("a single pair", (A[:1], B[:1]), aspect="shapes"),
        Case("pairs of a row and a column", (A[:, :1], B[:, :, :1]), aspect="shapes"),
        Case("pairs of a column and a row", (A[:, :, :1], B[:, :1]), aspect="shapes"),
        Case("a hundred pairs", (rng.normal(size=(100, 3, 2)), rng.normal(size=(100, 2, 4))), aspect="shapes"),
        Case("whole numbers", (whole, whole.transpose(0, 2, 1)), aspect="types"),
        Case("whole numbers and fractions", (whole, B[:2] / 3), aspect="types"),
        Case("float32 numbers", (A.astype(np.float32), B.astype(np.float32)), aspect="types"),
        Case("inner sizes that differ", (A, rng.normal(size=(4, 2, 5))), aspect="refusals"),
    ]


BATCHED = Exercise(
    id="batched_matmul",
    notebook=NOTEBOOK,
    reference=REFERENCE + "batched_matmul",
    title="Many products at once",
    cases=batched_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "every matrix with every other",
            lambda A, B: np.dot(A, B),
            "np.dot and np.tensordot pair every matrix of A with every matrix of B, hence the fourth axis. Matrix i of "
            "A must meet matrix i of B alone.",
        ),
        Mistake(
            "pairs added up",
            lambda A, B: np.einsum("bmk,bkn->mn", A, B),
            "The products of all pairs are added together, and the batch axis is gone. Keep b in the result.",
        ),
        Mistake(
            "stacked into one table",
            lambda A, B: np.concatenate([a @ b for a, b in zip(A, B, strict=True)]),
            "The products are stacked on top of each other into one tall matrix. Keep the pairs apart: the first axis "
            "counts them.",
        ),
        Mistake(
            "only the first B",
            lambda A, B: A @ B[0],
            "Every matrix of A meets the first matrix of B. Pair them: A[i] with B[i].",
        ),
        Mistake(
            "only the first pair",
            lambda A, B: A[0] @ B[0],
            "This is the product of the first pair only: the result needs one matrix for each pair.",
        ),
        Mistake(
            "entry by entry",
            lambda A, B: A * B,
            "A * B multiplies entry by entry; a matrix product adds up products along the inner axis.",
        ),
        Mistake(
            "each B transposed",
            lambda A, B: A @ B.transpose(0, 2, 1),
            "Each B is transposed: its rows are summed over where its columns belong. B comes as (b, k, n), ready to use.",
        ),
        Mistake(
            "all axes of B reversed",
            lambda A, B: A @ B.T,
            "`.T` reverses ALL axes, so the batch axis goes last and the pairs are mixed. Here nothing needs transposing.",
        ),
        Mistake(
            "factors swapped",
            lambda A, B: B @ A,
            "These are the products B[i] A[i]. The order matters: A is on the left.",
        ),
        Mistake(
            "each product transposed",
            lambda A, B: (A @ B).transpose(0, 2, 1),
            "Each matrix of the result is transposed: the axes should be batch, row of A, column of B.",
        ),
    ),
    hints=(
        "Write it with a loop first, C[i] = A[i] @ B[i], and look at the shape of the whole result.",
        "What does `@` do with arrays of three axes? Try it on np.ones((4, 2, 3)) and np.ones((4, 3, 5)).",
        "np.matmul and `@` treat the last two axes as matrices and walk along the axes before them. In einsum's "
        "letters it is bmk,bkn->bmn.",
    ),
)

# ------------------------------------------------------------------------------------------------ standardize


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


def zeros_in_constant_columns(X_train: Any, X_other: Any) -> Any:
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    safe = np.where(std == 0, 1, std)
    return (X_train - mean) / safe, np.where(std == 0, 0, (X_other - mean) / safe)


STD = "np.where(constant, 1.0, std)"

STANDARDIZE = Exercise(
    id="standardize",
    notebook=NOTEBOOK,
    reference=REFERENCE + "standardize",
    title="Put columns on one scale",
    cases=standardize_cases,
    judge=close("Z_train", "Z_other"),
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
            "a small number added to std",
            a_little_more_than_std,
            "Adding 1e-8 avoids 0/0, but a column that is constant in training then multiplies the smallest change in "
            "X_other by 100 million. Replace a std of 0 by 1.",
        ),
        Mistake(
            "constant columns set to 0",
            zeros_in_constant_columns,
            "A column that is constant in X_train may vary in X_other. Divide by 1 there and keep what varies, rather than "
            "setting it to 0.",
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

EXERCISES = (MATMUL, BATCHED, STANDARDIZE, PCA)
