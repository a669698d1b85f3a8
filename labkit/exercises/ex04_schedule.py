"""The exercise on a schedule in 04_gradient_descent: half a cosine wave, whose mistakes are mostly off by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex04_steps import NOTEBOOK
from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

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
