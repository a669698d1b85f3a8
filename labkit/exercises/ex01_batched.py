"""An exercise of 01_tensors: many matrix products in one call."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Exercise, Mistake


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
        Case("matrices of B with a row too many", (A, rng.normal(size=(4, 4, 5))), aspect="refusals"),
    ]


def as_far_as_they_go(A: Any, B: Any) -> Any:
    C = np.zeros((len(A), A.shape[1], B.shape[2]))
    for p in range(A.shape[2]):
        C += A[:, :, p, None] * B[:, None, p, :]
    return C


def return_inside_the_loop_over_pairs(A: Any, B: Any) -> Any:
    C = A @ B
    C[1:] = 0
    return C


BATCHED = Exercise(
    id="batched_matmul",
    notebook="01_tensors",
    reference="labkit.reference.tensors:batched_matmul",
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
            "only the last pair",
            lambda A, B: A[-1] @ B[-1],
            "This is the product of the last pair only: each turn of the loop overwrites the one before. Keep one matrix for "
            "each pair, or do without the loop.",
        ),
        Mistake(
            "return inside the loop",
            return_inside_the_loop_over_pairs,
            "Only the first matrix is filled, the others are 0: the `return` stands inside the loop. (And there is a way without "
            "a loop.)",
        ),
        Mistake(
            "sizes not compared",
            as_far_as_they_go,
            "Right where the sizes fit. Where they do not, a loop over the columns of A takes what it finds in B and gives a wrong "
            "result without a word: compare the inner sizes first, and raise ValueError.",
        ),
        Mistake(
            "summed over the rows of A",
            lambda A, B: (A[:, :, :, None] * B[:, None, :, :]).sum(axis=1),
            "The products are right, but they are summed over the rows of A. The sum runs over the inner axis, the one of size k "
            "that A and B share.",
        ),
        Mistake(
            "summed over the columns of B",
            lambda A, B: (A[:, :, :, None] * B[:, None, :, :]).sum(axis=3),
            "The products are right, but they are summed over the columns of B. The sum runs over the inner axis, the one of size k "
            "that A and B share.",
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
