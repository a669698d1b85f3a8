"""The first exercise of 01_tensors: the matrix product, one multiplication at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake


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


WHOLE_NUMBERS = (
    "whole numbers come back",
    "C holds whole numbers where A and B do; the statement asks for float64 for these, too. np.zeros((m, n)) is float64 from the "
    "start, np.array(…, dtype=float) makes a list so.",
)


def in_floats(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the values, then the kind of number: the statement asks for floats whatever comes in."""
    found = difference(expected, got)
    if found is None and np.asarray(got).dtype.kind in "iu":
        name, advice = WHOLE_NUMBERS
        return Finding("dtype", f"returned {np.asarray(got).dtype} numbers; expected float64.", advice, name)
    return found


def refuse_other_sizes(A: Any, B: Any) -> None:
    if A.shape[1] != B.shape[0]:
        raise ValueError("inner sizes")


def sum_set_back_for_each_row(A: Any, B: Any) -> Any:
    refuse_other_sizes(A, B)
    return np.cumsum(A @ B, axis=1, dtype=float)


def return_inside_the_loop(A: Any, B: Any) -> Any:
    refuse_other_sizes(A, B)
    C = np.zeros((A.shape[0], B.shape[1]))
    C[0] = A[0] @ B
    return C


def products_of_whole_numbers(A: Any, B: Any) -> Any:
    refuse_other_sizes(A, B)
    return A @ B


def size_of_a_square(A: Any, B: Any) -> Any:
    n = len(A)
    C = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for p in range(n):
                C[i, j] += A[i, p] * B[p, j]
    return C


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
    notebook="01_tensors",
    reference="labkit.reference.tensors:matmul_loops",
    title="Multiply two matrices by hand",
    cases=matmul_cases,
    judge=in_floats,
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
            "sum set back for each row only",
            sum_set_back_for_each_row,
            "The running sum goes on along each row: it is set back for every i, and has to be for every pair (i, j).",
        ),
        Mistake(
            "entries added",
            Edit("A[i, p] * B[p, j]", "A[i, p] + B[p, j]"),
            "You add the two entries. They are multiplied, and the products are added up.",
        ),
        Mistake(
            "return inside the loop",
            return_inside_the_loop,
            "Only the first row of C is filled: the `return` stands inside the loop over i and ends it after one turn.",
        ),
        Mistake(
            "one size for all loops",
            size_of_a_square,
            "One size serves all three loops, which is right for square matrices only. Name three: m rows of A, n columns of B, and "
            "the inner size k.",
        ),
        Mistake(WHOLE_NUMBERS[0], products_of_whole_numbers, WHOLE_NUMBERS[1]),
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
