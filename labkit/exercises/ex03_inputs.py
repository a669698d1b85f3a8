"""What the exercises of 03_activations share: inputs of both signs, extremes, and wrong answers of one kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Finding

NOTEBOOK = "03_activations"
REFERENCE = "labkit.reference.activations:"

TYPES = "shapes and types"
EXTREMES = "very large numbers"


def both_signs(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return numbers between 0.2 and 2.5 in size, half of them negative, in a random order."""
    n = int(np.prod(shape))
    signs = rng.permutation(np.where(np.arange(n) % 2 == 0, 1.0, -1.0))
    return (signs * rng.uniform(0.2, 2.5, n)).reshape(shape)


def ordinary(rng: np.random.Generator) -> list[Case]:
    return [
        Case("a vector of seven numbers", (both_signs(rng, 7),)),
        Case("a matrix of 3 rows and 4 columns", (both_signs(rng, 3, 4),)),
    ]


def shapes_and_types(rng: np.random.Generator) -> list[Case]:
    return [
        Case("an array with three axes", (both_signs(rng, 2, 3, 2),), aspect=TYPES),
        Case("integers", (np.array([-3, -1, 0, 1, 2]),), aspect=TYPES),
        Case("float32 numbers", (both_signs(rng, 5).astype(np.float32),), aspect=TYPES),
    ]


def at_extremes(*z: float) -> list[Case]:
    return [Case(f"z from {min(z):g} to {max(z):g}", (np.array(z, dtype=float),), aspect=EXTREMES, quiet=True)]


def s(z: Any) -> Any:
    """Return the sigmoid in a form that never overflows, for wrong answers that are wrong in another way."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def as_its_input(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return y written into an array of z's type: what ``np.zeros_like(z)`` and ``z.copy()`` lead to."""
    out = np.zeros_like(z)
    out[...] = y
    return out


def with_the_given_slope(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare; where only the negative side is wrong, and by one factor, say which alpha was used."""
    found = difference(expected, got)
    z, alpha = np.asarray(case.args[0]), case.kwargs.get("alpha", case.args[1] if len(case.args) > 1 else None)
    if found is None or found.stage != "values" or alpha == 0:
        return found
    e, g = np.asarray(expected), np.asarray(got)
    left = z < 0
    if not left.any() or difference(e[~left], g[~left]) is not None:
        return found
    factors = g[left] / e[left]
    if not np.allclose(factors, factors.flat[0], rtol=1e-5):
        return found
    given = f"alpha is {alpha:g}" if alpha is not None else "no alpha is given, so the default of the first line holds"
    return Finding(
        found.stage,
        found.sentence,
        f"The negative side is {factors.flat[0]:.4g} times what it should be, and {given}. Use the argument, and leave its default as it is.",
        "another alpha",
    )


Z_CLIPPED = (
    "z clipped",
    "z is clipped, and the answer with it: for z = 1000 it should be 1000. Only what exp sees must be kept small.",
)


def as_large_as_z(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare; at the extremes tell an answer that stops growing."""
    found = difference(expected, got)
    if found is None or found.stage != "values" or case.aspect != EXTREMES:
        return found
    e, g = np.asarray(expected), np.asarray(got)
    if e[-1] == 1000 and 25 <= g[-1] < 1000 and difference(e[:-2], g[:-2]) is None:
        return Finding(found.stage, found.sentence, Z_CLIPPED[1], Z_CLIPPED[0])
    return found


def writes_into(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the wrong answer that puts the right result into the array it was given."""

    def overwritten(z: np.ndarray, *args: Any, **kwargs: Any) -> np.ndarray:
        z[...] = function(z, *args, **kwargs)
        return z

    return overwritten


OVERWRITTEN = (
    "result written into z",
    "The result is written into the caller's z, which has lost its values afterwards (and cuts off decimals when it holds whole "
    "numbers). Return a new array.",
)
NEIGHBOURS = (
    "differences of neighbours",
    "np.gradient takes the ELEMENTS of its array for points of one curve, side by side; here each element is a z of its own. Write the "
    "derivative down on paper and compute it for each of them.",
)
CUT = (
    "integers cut",
    "With an integer z the fractions are cut off: `np.zeros_like(z)` and `z.copy()` are integer arrays, too, and what you "
    "write into them loses its decimals. Make the result an array of floats.",
)
IN_PLACE = (
    "z changed in place",
    "This writes into the caller's z: `z[…] = …`, `z -= …` and `out=z` change the array that was passed. "
    "Write the result into a new array.",
)
