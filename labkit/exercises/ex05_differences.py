"""The exercise of 05_backprop on how gradients are checked: central differences, one element at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake
from labkit.grading.wire import Code

NOTEBOOK = "05_backprop"
REFERENCE = "labkit.reference."
TYPES = "shapes and types"


CUBIC = Code("cubic", "def cubic(x):\n    return np.sum(x**3) + np.sum(x) ** 2\n")
SMOOTH = Code("smooth", "def smooth(x):\n    return np.sum(np.exp(0.3 * x)) * np.cos(np.sum(x))\n")
MATRIX = Code(
    "weighed", "def weighed(x):\n    return np.sum(np.sin(x @ np.arange(1.0, x.shape[1] + 1))) + x[0, -1] ** 2\n"
)


def numerical_cases(rng: np.random.Generator) -> list[Case]:
    x, small = rng.uniform(0.5, 2.0, (2, 3)), rng.uniform(-0.5, 0.5, 4)
    return [
        Case("a function of five numbers", (CUBIC, rng.uniform(0.5, 2.0, 5))),
        Case("a function of a 2×3 matrix", (MATRIX, x)),
        Case("a large step, h = 0.1", (CUBIC, rng.uniform(0.5, 2.0, 5)), {"h": 0.1}, aspect="size of the step"),
        Case("a step of h = 0.001", (SMOOTH, small), {"h": 0.001}, aspect="size of the step"),
        Case("an array with three axes", (CUBIC, rng.uniform(0.5, 2.0, (2, 1, 3))), aspect=TYPES),
        Case("integers", (SMOOTH, np.array([1, -2, 3])), aspect=TYPES),
        Case("float32 numbers", (CUBIC, rng.uniform(0.5, 2.0, 4).astype(np.float32)), aspect=TYPES),
    ]


def one_sided(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(up) - f(here)) / h, h)


def other_side(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(here) - f(down)) / h, h)


def two_missing(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(up) - f(down)) / h, h)


def reversed_difference(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(down) - f(up)) / (2 * h), h)


def half_steps(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(up) - f(down)) / h, h / 2)


def fixed_step(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(up) - f(down)) / 2e-5, 1e-5)


def brackets_missing(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(up) - f(down)) / 2 * h, h)


def half_of_one_side(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(up) - f(here)) / (2 * h), h)


def spread(f: Any, x: Any, h: float = 1e-5) -> Any:
    return np.full(np.shape(x), (f(x + h) - f(x - h)) / (2 * h))


def one_copy_for_both(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(here) - f(here)) / (2 * h), h)


def first_element_only(f: Any, x: Any, h: float = 1e-5) -> Any:
    out = np.zeros(np.shape(x))
    first = (0,) * out.ndim
    out[first] = _each(f, x, lambda up, down, here: (f(up) - f(down)) / (2 * h), h)[first]
    return out


def relative_step(f: Any, x: Any, h: float = 1e-5) -> Any:
    x = np.array(x, dtype=float)
    out = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        move = np.zeros_like(x)
        move[index] = h * x[index]
        out[index] = (f(x + move) - f(x - move)) / (2 * h)
    return out


def flattened(f: Any, x: Any, h: float = 1e-5) -> Any:
    return _each(f, x, lambda up, down, here: (f(up) - f(down)) / (2 * h), h).ravel()


def truncated(f: Any, x: Any, h: float = 1e-5) -> Any:
    out = np.zeros_like(x)
    out[...] = _each(f, x, lambda up, down, here: (f(up) - f(down)) / (2 * h), h)
    return out


def in_float32(f: Any, x: Any, h: float = 1e-5) -> Any:
    return in_its_own_type(f, np.array(x, dtype=np.float32), h)


def _each(f: Any, x: Any, quotient: Any, h: float) -> np.ndarray:
    """Return quotient(x moved up, x moved down, x) for one element of x after the other."""
    x = np.array(x, dtype=float)
    out = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        move = np.zeros_like(x)
        move[index] = h
        out[index] = quotient(x + move, x - move, x)
    return out


def whole_rows(f: Any, x: Any, h: float = 1e-5) -> Any:
    x = np.array(x, dtype=float)
    out = np.zeros_like(x)
    for i in range(len(x)):
        move = np.zeros_like(x)
        move[i] = h
        out[i] = (f(x + move) - f(x - move)) / (2 * h)
    return out


def in_its_own_type(f: Any, x: Any, h: float = 1e-5) -> Any:
    x = x.copy()
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + h
        above = f(x)
        x[index] = value - h
        out[index] = (above - f(x)) / (2 * h)
        x[index] = value
    return out


def moves_the_callers_x(f: Any, x: Any, h: float = 1e-5) -> Any:
    x = np.asarray(x, dtype=float)  # no copy when x is float64 already
    out = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + h
        above = f(x)
        x[index] = value - h
        out[index] = (above - f(x)) / (2 * h)
    return out


NUMERICAL = Exercise(
    id="numerical_gradient",
    notebook=NOTEBOOK,
    reference=REFERENCE + "gradient_check:numerical_gradient",
    title="The gradient without calculus",
    points=2,
    cases=numerical_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "one-sided difference",
            one_sided,
            "This looks to one side only: (f(x + h) - f(x)) / h. Its error shrinks with h, that of the central difference with h²: "
            "move to both sides, and divide by 2h.",
        ),
        Mistake(
            "one-sided difference, backwards",
            other_side,
            "This looks to one side only: (f(x) - f(x - h)) / h. Its error shrinks with h, that of the central difference with h²: "
            "move to both sides, and divide by 2h.",
        ),
        Mistake(
            "2 missing",
            two_missing,
            "Every value is twice too large: the two points are 2h apart, so divide by 2h.",
        ),
        Mistake(
            "half steps",
            half_steps,
            "You move by h/2 to each side. That is a fair central difference, too, but the statement asks for steps of h and division by 2h.",
        ),
        Mistake(
            "brackets of 2 h missing",
            brackets_missing,
            "`/ 2 * h` divides by 2 and then multiplies by h. Put 2 * h in brackets.",
        ),
        Mistake(
            "one side over 2h",
            half_of_one_side,
            "You move to one side only and divide by 2h, so every value is half of it. f at x - h takes the place of f at x. (Does one "
            "element move up and back to x, not down?)",
        ),
        Mistake(
            "one number for all",
            spread,
            "x + h moves every element at once, and the one number that comes out fills the whole array. Move one element at a time.",
        ),
        Mistake(
            "one array under two names",
            one_copy_for_both,
            "The two points are the same, so the difference is 0. `b = a` makes no copy: both names mean one array. Use x.copy() twice.",
        ),
        Mistake(
            "first element only",
            first_element_only,
            "Only the first element has a gradient: does the `return` stand inside of the loop?",
        ),
        Mistake(
            "step relative to x",
            relative_step,
            "The step grows with x (h times x), while you divide by 2h. Move by h itself, in the units of x.",
        ),
        Mistake(
            "flattened",
            flattened,
            "A flat vector comes back. A gradient has the shape of what it belongs to: x.",
        ),
        Mistake(
            "decimals cut",
            truncated,
            "`np.zeros_like(x)` takes over the type of x: for an integer x the decimals of the slopes are cut off. Make the result float64.",
        ),
        Mistake(
            "float32 throughout",
            in_float32,
            "float32 has seven digits, and most of them cancel in the difference. Work in float64, whatever the type of x.",
        ),
        Mistake("wrong sign", reversed_difference, "The sign is reversed: f above minus f below."),
        Mistake(
            "not moved back",
            Edit("        x[index] = value\n", ""),
            "After its turn an element stays where it was moved to, so the next ones are measured at another point. Put its old value back.",
        ),
        Mistake(
            "the caller's x moved",
            moves_the_callers_x,
            "You move the caller's x and leave it moved. Work on a copy, and put each element back after its turn.",
        ),
        Mistake(
            "whole rows moved",
            whole_rows,
            "`x[i]` of a matrix is a whole row, so a row moves at once. Go over single elements: `for index in np.ndindex(x.shape)`.",
        ),
        Mistake(
            "h ignored",
            fixed_step,
            "The step h that the caller asks for is not used.",
        ),
        Mistake(
            "works in the type of x",
            in_its_own_type,
            "The copy has the type of x: an integer cannot move by 0.00001, and float32 has too few digits for it. Make it float64.",
        ),
        Mistake(
            "everything moved at once",
            lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / (2 * h),
            "x + h moves every element at once, which gives one number, the sum of all slopes. Move one element at a time.",
        ),
    ),
    hints=(
        "A loop over all elements: `for index in np.ndindex(x.shape)` gives each place, whatever the number of axes.",
        "Start with a float64 copy of x and an array of zeros of its shape. For each place: move up, call f; move down, call f; move back.",
        "value = x[index]; x[index] = value + h; above = f(x); the same below; x[index] = value; then (above - below) / (2 * h).",
    ),
)
