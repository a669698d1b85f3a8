"""The exercises of 04_gradient_descent: walk downhill, one batch at a time, with memory, and with a rate that changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex04_adam import ADAM
from labkit.exercises.ex04_adamw import ADAMW
from labkit.exercises.ex04_minibatches import MINIBATCH
from labkit.exercises.ex04_scaled import ADAGRAD, RMSPROP
from labkit.exercises.ex04_schedule import COSINE
from labkit.exercises.ex04_sgd import MOMENTUM, SGD
from labkit.exercises.ex04_steps import ASCENT, NO_RATE, both_signs
from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code

NOTEBOOK = "04_gradient_descent"
TYPES = "shapes and types"

# ------------------------------------------------------------------------------------------------- gradient_descent

PARABOLA = Code("grad", "def grad(x):\n    return 2 * x + 4\n")  # of f(x) = x**2 + 4 x + 4
QUARTIC = Code("grad", "def grad(x):\n    return 4 * x * x * x\n")
STEEP = Code("grad", "def grad(x):\n    return np.array([1.0, 4.0, 9.0]) * x\n")
VECTORS, STOPS = "vectors", "when it stops"


def descent_cases(rng: np.random.Generator) -> list[Case]:
    a, c = rng.uniform(2.2, 3.0), rng.uniform(1.0, 2.0)
    center = rng.uniform(-1.0, 1.0, 2).round(3)
    bowl = Code("grad", f"def grad(x):\n    return 2 * (x - np.array({center.tolist()}))\n")
    line = Code("grad", f"def grad(x):\n    return {a!r} * x - {c!r}\n")
    right, left = float(rng.uniform(1.0, 3.0)), float(rng.uniform(-7.0, -5.0))
    start2 = center + rng.choice([-1.0, 1.0], 2) * rng.uniform(1.5, 2.0, 2)  # no component outweighs the other
    start3 = both_signs(rng, 3)
    return [
        Case("f(x) = x² + 4x + 4 from x = 0", (PARABOLA, 0.0, 0.25)),
        Case("f(x) = x² + 4x + 4 from the left", (PARABOLA, left, 0.1), {"tol": 1e-4, "max_steps": 100}),
        Case("another parabola from the right", (line, right, 0.15), {"tol": 1e-5, "max_steps": 100}),
        Case("a bowl in two dimensions", (bowl, start2, 0.03), {"tol": 1e-3, "max_steps": 200}, aspect=VECTORS),
        Case("a ravine in three dimensions", (STEEP, start3, 0.05), {"tol": 1e-4, "max_steps": 200}, aspect=VECTORS),
        Case("five steps allowed", (PARABOLA, right, 0.05), {"max_steps": 5}, aspect=STOPS),
        Case("a flat minimum, f(x) = x⁴", (QUARTIC, 1.2, 0.05), {"tol": 1e-3, "max_steps": 150}, aspect=STOPS),
        Case("a start in the minimum", (PARABOLA, -2.0, 0.25), aspect=STOPS),
        Case("a rate that is too large", (PARABOLA, left, 1.1), {"max_steps": 8}, aspect=STOPS),
        Case("an integer start", (PARABOLA, 3, 0.3), {"max_steps": 60}, aspect=TYPES),
        Case("an integer vector", (bowl, np.array([3, -1]), 0.3), {"max_steps": 60}, aspect=TYPES),
    ]


NOT_FLOAT64 = "Fewer digits are kept than the statement asks for: start from np.array(x0, dtype=float)."
UNUSED_ROWS = "The array was made for max_steps steps, and the rows that were never reached are still in it: return only those that were filled."
NO_LIMIT = "It goes on after max_steps steps: the limit must end the walk, even when the steps are still long."


def right_path(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare two paths; one that ends too early or too late is told so, instead of hearing about shapes."""
    if isinstance(got, tuple):
        return Finding(
            "type", f"returned a tuple of {len(got)}; expected the path alone.", "Return one array, a point a row."
        )
    same_form = isinstance(got, np.ndarray) and got.ndim == expected.ndim and got.shape[1:] == expected.shape[1:]
    if not same_form or len(got) == len(expected):
        finding = difference(expected, got)
        if finding is None and np.asarray(got).dtype != np.float64:
            return Finding("dtype", f"returned a path of {got.dtype}; expected float64.", NOT_FLOAT64)
        return finding
    if len(got) == 0:
        return Finding("shape", "returned no points at all.", "Put the start x0 into the list before the loop.")
    n = min(len(got), len(expected))
    if (finding := difference(expected[:n], got[:n])) is not None:
        return Finding("values", f"already {finding.sentence}", finding.advice)
    early = len(got) < len(expected)
    if not early and not got[n:].any() and expected[-1].any():
        tail = f"returned {len(got)} points, the last {len(got) - n} of them 0; expected {len(expected)}."
        return Finding("shape", tail, UNUSED_ROWS, "unused rows")
    if not early and len(expected) == case.kwargs.get("max_steps", 1000) + 1:
        return Finding(
            "shape", f"returned {len(got)} points; expected {len(expected)}.", NO_LIMIT, "max_steps not used"
        )
    what = (
        "Its first points are right, but it stops too early"
        if early
        else "Its points are right, but it goes on too long"
    )
    return Finding(
        "shape",
        f"returned {len(got)} points; expected {len(expected)}.",
        f"{what}: print the length of each step beside tol, and count x0 as a point.",
    )


def one_array_for_all(grad: Any, x0: Any, lr: float, *, tol: float = 1e-6, max_steps: int = 1000) -> Any:
    x = np.array(x0, dtype=float)
    path = [x]
    for _ in range(max_steps):
        step = lr * np.asarray(grad(x))
        x -= step
        path.append(x)
        if np.linalg.norm(np.atleast_1d(step)) < tol:
            break
    return np.array(path)


def moves_the_start(grad: Any, x0: Any, lr: float, *, tol: float = 1e-6, max_steps: int = 1000) -> Any:
    x = np.asarray(x0, dtype=float)
    path = [x.copy()]
    for _ in range(max_steps):
        step = lr * np.asarray(grad(x))
        x -= step
        path.append(x.copy())
        if np.linalg.norm(np.atleast_1d(step)) < tol:
            break
    return np.array(path)


def stops_on_f(grad: Any, x0: Any, lr: float, *, tol: float = 1e-6, max_steps: int = 1000) -> Any:
    def f(x: Any) -> Any:
        return x**2 + 4 * x + 4

    x = np.array(x0, dtype=float)
    path = [x]
    for _ in range(max_steps):
        x_new = x - lr * np.asarray(grad(x))
        path.append(x_new)
        if abs(f(x_new) - f(x)) < tol:
            break
        x = x_new
    return np.array(path)


def until_the_gradient_is_small(grad: Any, x0: Any, lr: float, *, tol: float = 1e-6, max_steps: int = 1000) -> Any:
    path = [np.array(x0, dtype=float)]
    while len(path) <= max_steps and np.linalg.norm(np.atleast_1d(grad(path[-1]))) >= tol:
        path.append(path[-1] - lr * np.asarray(grad(path[-1])))
    return np.array(path)


LENGTH = "np.sqrt(np.sum((x_new - x) ** 2))"
ON_THE_GRADIENT = "You compare the gradient with tol. Asked for is the length of the step, |x_new - x|, which is lr times smaller or larger."

GRADIENT_DESCENT = Exercise(
    id="gradient_descent",
    notebook=NOTEBOOK,
    reference="labkit.reference.descent:gradient_descent",
    title="Walk downhill",
    points=2,
    cases=descent_cases,
    judge=right_path,
    mistakes=(
        Mistake(ASCENT[0], Edit("x - lr *", "x + lr *"), ASCENT[1]),
        Mistake(NO_RATE[0], Edit("x - lr * ", "x - "), NO_RATE[1]),
        Mistake(
            "stops on f",
            stops_on_f,
            "You stop when f hardly changes, but f is flat near its minimum: it changes little long before x has arrived. Look "
            "at the step, |x_new - x|. (And f is not known here: only its gradient is.)",
        ),
        Mistake(
            "stops on the gradient",
            Edit(LENGTH, "np.sqrt(np.sum(np.asarray(grad(x)) ** 2))"),
            ON_THE_GRADIENT,
        ),
        Mistake("stops on the gradient, asked before the step", until_the_gradient_is_small, ON_THE_GRADIENT),
        Mistake(
            "tol not used",
            Edit(" < tol", " < 0"),
            "tol never stops it: after each step compare the length of that step, |x_new - x|, with tol.",
        ),
        Mistake(
            "sign of the step",
            Edit(LENGTH, "(x_new - x)"),
            "A step to the left is negative, hence always below tol: compare its absolute value (for a vector, its norm).",
        ),
        Mistake(
            "squared length",
            Edit(LENGTH, "np.sum((x_new - x) ** 2)"),
            "You compare the squared length of the step with tol, so it stops too early: take the root.",
        ),
        Mistake(
            "largest component",
            Edit(LENGTH, "np.max(np.abs(x_new - x))"),
            "You look at the largest component of the step; its length is the Euclidean norm, the root of the sum of squares.",
        ),
        Mistake(
            "smallest component",
            Edit(LENGTH, "np.min(np.abs(x_new - x))"),
            "It stops as soon as one component of the step is short. The length is the Euclidean norm, over all components.",
        ),
        Mistake(
            "sum of the components",
            Edit(LENGTH, "np.sum(np.abs(x_new - x))"),
            "You add up the components of the step without their sign; its length is the Euclidean norm, the root of the sum of squares.",
        ),
        Mistake(
            "tol fixed",
            Edit(" < tol", " < 1e-6"),
            "1e-6 stands in your code: that is only the default. Use the argument tol.",
        ),
        Mistake(
            "one step too many",
            Edit("range(max_steps)", "range(max_steps + 1)"),
            "It takes one step more than max_steps: the start is a point, not a step, and needs no round of its own.",
        ),
        Mistake(
            "one step only",
            Edit("range(max_steps)", "range(1)"),
            "Only one step is ever taken: does the `return` stand inside of the loop?",
        ),
        Mistake(
            "every step from x0",
            Edit("x = x_new", "pass"),
            "Every step starts at x0 again: when a step is done, x must become x_new.",
        ),
        Mistake(
            "start missing",
            Edit("path = [x]", "path = []"),
            "The start x0 is missing: it is the first point of the path.",
        ),
        Mistake(
            "last point missing",
            Edit(
                "        path.append(x_new)\n",
                "",
                (("        x = x_new", "        path.append(x_new)\n        x = x_new"),),
            ),
            "The point of the last, short step is missing: append it before you stop.",
        ),
        Mistake(
            "max_steps counts points",
            Edit("range(max_steps)", "range(max_steps - 1)"),
            "With max_steps steps there are max_steps + 1 points: the start is not a step.",
        ),
        Mistake(
            "only the last point",
            Edit("np.array(path)", "path[-1]"),
            "This is where the walk ends; return the whole path, one point a row, x0 first.",
        ),
        Mistake(
            "gradient of the start",
            Edit("grad(x))", "grad(path[0]))"),
            "Every step uses the gradient at x0: ask grad anew at each point.",
        ),
        Mistake(
            "gradient of one function only",
            Edit("np.asarray(grad(x))", "(2 * x + 4)"),
            "2 x + 4 is the slope of one function; call grad, which is passed, so that the walk works for any.",
        ),
        Mistake(
            "one array for all points",
            one_array_for_all,
            "`x -= …` changes the array that is already in your path, so all its rows are the last point. Write `x = x - …`.",
        ),
        Mistake(
            "x0 changed in place",
            moves_the_start,
            "The path is right, but `x -= …` moved the caller's x0 as well. Write `x = x - …`, or start from a copy.",
        ),
    ),
    hints=(
        "Keep a list of points. Before the loop it holds x0, as a float array: np.array(x0, dtype=float).",
        "In the loop: x_new = x - lr * grad(x), append it, then ask how far it is from x. np.sum((x_new - x) ** 2) works for numbers and vectors.",
        "`break` when the root of that sum is below tol; else x = x_new. A for loop over range(max_steps) sees to the limit. Return np.array(path).",
    ),
)

EXERCISES = (GRADIENT_DESCENT, MINIBATCH, SGD, MOMENTUM, ADAGRAD, RMSPROP, ADAM, ADAMW, COSINE)
