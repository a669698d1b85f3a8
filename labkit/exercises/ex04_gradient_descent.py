"""The exercises of 04_gradient_descent: walk downhill, one batch at a time, with memory, and with a rate that changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex04_adam import ADAM, ADAMW
from labkit.exercises.ex04_minibatches import MINIBATCH
from labkit.exercises.ex04_scaled import ADAGRAD, RMSPROP
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

# ---------------------------------------------------------------------------------------------------- cosine_schedule

ENDS = "both ends"


def cosine_cases(rng: np.random.Generator) -> list[Case]:
    n = int(rng.integers(9, 15))
    low, high = float(rng.uniform(0.01, 0.05)), float(rng.uniform(0.2, 0.9))
    return [
        Case(f"t = 2 of {n}", (2, n, high)),
        Case(f"t = 3 of {n}, down to lr_min", (3, n, high, low)),
        Case(f"t = {n - 2} of {n}, down to lr_min", (n - 2, n, high, low)),
        Case("the start", (0, n, high, low), aspect=ENDS),
        Case("the last step", (n, n, high, low), aspect=ENDS),
        Case("half way", (6, 12, high, low), aspect=ENDS),
        Case("three steps after the end", (n + 3, n, high, low), aspect=ENDS),
        Case("twice as long as planned", (2 * n, n, high, low), aspect=ENDS),
        Case("a descent of a single step", (1, 1, high, low), aspect=ENDS),
    ]


def one_rate(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare two numbers; a list of them is told that one t has one rate."""
    if isinstance(got, list | tuple):
        advice = "The rate at one t is one number: return it as it is, without a list around it."
        return Finding("type", f"returned a {type(got).__name__}; expected a number.", advice)
    return difference(expected, got)


ANGLE = "np.cos(np.pi * min(t, n_steps) / n_steps)"

COSINE = Exercise(
    id="cosine_schedule",
    notebook=NOTEBOOK,
    reference="labkit.reference.schedules:cosine_schedule",
    title="Half a cosine down",
    cases=cosine_cases,
    judge=one_rate,
    mistakes=(
        Mistake(
            "counts from one",
            Edit(ANGLE, "np.cos(np.pi * min(t + 1, n_steps) / n_steps)"),
            "Off by one: t steps are already done, so the first rate, at t = 0, is lr_max itself. Use t, not t + 1.",
        ),
        Mistake(
            "one step short",
            Edit(ANGLE, "np.cos(np.pi * min(t, n_steps - 1) / max(n_steps - 1, 1))"),
            "Off by one: the wave ends at t = n_steps, not one step earlier. Divide t by n_steps, not by n_steps - 1.",
        ),
        Mistake(
            "one step long",
            Edit(ANGLE, "np.cos(np.pi * min(t, n_steps) / (n_steps + 1))"),
            "Off by one: at t = n_steps the wave must have arrived at lr_min. Divide t by n_steps, not by n_steps + 1.",
        ),
        Mistake(
            "one step late",
            Edit(ANGLE, "np.cos(np.pi * (min(t, n_steps) - 1) / n_steps)"),
            "Off by one: t = 0 is the first step already, with the rate lr_max. Use t, not t - 1.",
        ),
        Mistake(
            "quarter wave",
            Edit("(1 + " + ANGLE + ") / 2", "np.cos(np.pi * min(t, n_steps) / (2 * n_steps))"),
            "This is a quarter of a wave, from 1 to 0: it is steepest at the end. Asked for is half a wave, from 1 to -1, lifted by 1 and halved.",
        ),
        Mistake(
            "starts again",
            Edit("min(t, n_steps)", "(t % n_steps)"),
            "With % the wave starts again at lr_max when it ends (those are the restarts of the paper). Hold t at n_steps instead.",
        ),
        Mistake(
            "starts again after the end",
            Edit("min(t, n_steps)", "(t % n_steps if t > n_steps else t)"),
            "After the end the wave starts again (those are the restarts of the paper). Hold t at n_steps instead.",
        ),
        Mistake(
            "0 after the end",
            Edit(
                "share * lr_max + (1 - share) * lr_min", "0.0 if t > n_steps else share * lr_max + (1 - share) * lr_min"
            ),
            "After the end the rate is 0: it stays at lr_min, so that learning goes on, slowly.",
        ),
        Mistake(
            "lr_max after the end",
            Edit(
                "share * lr_max + (1 - share) * lr_min",
                "lr_max if t > n_steps else share * lr_max + (1 - share) * lr_min",
            ),
            "After the end the rate jumps back to lr_max: it stays at lr_min.",
        ),
        Mistake(
            "whole division",
            Edit("min(t, n_steps) / n_steps", "(min(t, n_steps) // n_steps)"),
            "`//` drops the fraction, so the rate stays at lr_max until the end. Divide with `/`.",
        ),
        Mistake(
            "lr_min as a floor",
            Edit("share * lr_max + (1 - share) * lr_min", "max(lr_min, share * lr_max)"),
            "You run down to 0 and cut off at lr_min. The wave itself runs from lr_max to lr_min and is flat at both ends.",
        ),
        Mistake(
            "only the cosine halved",
            Edit("(1 + " + ANGLE + ") / 2", "1 + " + ANGLE + " / 2"),
            "Only the cosine is halved. 1 + cos belongs in brackets: the sum runs from 2 to 0 and is halved as a whole.",
        ),
        Mistake(
            "sine",
            Edit("np.cos(", "np.sin("),
            "This is a sine, which starts in the middle and goes up first. The cosine starts at its top.",
        ),
        Mistake(
            "distance reversed",
            Edit("share * lr_max + (1 - share) * lr_min", "lr_min + share * (lr_min - lr_max)"),
            "lr_min - lr_max is negative, so the rate goes below lr_min: the distance is lr_max - lr_min.",
        ),
        Mistake(
            "starts above lr_max",
            Edit("share * lr_max + (1 - share) * lr_min", "lr_max + share * (lr_max - lr_min)"),
            "You add the wave to lr_max, so the rate starts far above it and ends there. The wave stands on lr_min.",
        ),
        Mistake(
            "sum of the ends",
            Edit("share * lr_max + (1 - share) * lr_min", "lr_min + share * (lr_max + lr_min)"),
            "You use the sum lr_max + lr_min. The wave runs over the distance between the two, lr_max - lr_min.",
        ),
        Mistake(
            "pi forgotten",
            Edit("np.pi * min", "min"),
            "Without pi the angle runs from 0 to 1 only, and the rate hardly falls. Half a wave is the angle pi.",
        ),
        Mistake(
            "rises again",
            Edit("min(t, n_steps)", "t"),
            "After t = n_steps the cosine rises again. Hold t at n_steps, so that the rate stays at lr_min.",
        ),
        Mistake(
            "whole wave",
            Edit("np.pi * min", "2 * np.pi * min"),
            "This is a whole wave: it is back at lr_max at the end. From the top to the bottom is half a wave, pi.",
        ),
        Mistake(
            "lr_min forgotten",
            Edit("share * lr_max + (1 - share) * lr_min", "share * lr_max"),
            "lr_min is not used: the rate must end there, not at 0.",
        ),
        Mistake(
            "amplitude too large",
            Edit("share * lr_max + (1 - share) * lr_min", "lr_min + share * lr_max"),
            "At t = 0 this is lr_min + lr_max. The wave runs over the distance between the two, lr_max - lr_min.",
        ),
        Mistake(
            "upside down",
            Edit("(1 + np.cos", "(1 - np.cos"),
            "It rises from lr_min to lr_max: the sign of the cosine is reversed.",
        ),
        Mistake(
            "straight line",
            Edit("(1 + " + ANGLE + ") / 2", "1 - min(t, n_steps) / n_steps"),
            "This is a straight line. The cosine is flat at both ends and steep in the middle.",
        ),
        Mistake(
            "cosine alone",
            Edit("(1 + " + ANGLE + ") / 2", ANGLE),
            "The cosine alone runs from 1 to -1, so half way down the rate is at lr_min already. Lift it by 1 and halve it.",
        ),
        Mistake(
            "degrees",
            Edit("np.pi * min", "180 * min"),
            "NumPy's cosine takes radians: half a turn is np.pi, not 180.",
        ),
        Mistake(
            "half forgotten",
            Edit(" / 2\n", "\n"),
            "1 + cos runs from 2 to 0, so the rate starts too high: halve it.",
        ),
    ),
    hints=(
        "Draw it: where must the curve be at t = 0, half way, and at t = n_steps?",
        "(1 + np.cos(np.pi * t / n_steps)) / 2 runs from 1 to 0. That is the share of the way still to go.",
        "lr_min plus that share of (lr_max - lr_min). And min(t, n_steps) in place of t keeps it down after the end.",
    ),
)

EXERCISES = (GRADIENT_DESCENT, MINIBATCH, SGD, MOMENTUM, ADAGRAD, RMSPROP, ADAM, ADAMW, COSINE)
