"""Two exercises of 03_activations: ReLU and its slope."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex03_inputs import (
    EXTREMES,
    IN_PLACE,
    NEIGHBOURS,
    NOTEBOOK,
    REFERENCE,
    TYPES,
    ordinary,
    s,
    shapes_and_types,
)
from labkit.grading.compare import close
from labkit.grading.model import Case, Exercise, Mistake

# -------------------------------------------------------------------------------------------------------------- relu


def relu_cases(rng: np.random.Generator) -> list[Case]:
    return [
        *ordinary(rng),
        *shapes_and_types(rng),
        Case("large, small and zero", (np.array([-1e6, -1e-9, 0.0, 1e-9, 1e6]),), aspect=EXTREMES),
    ]


def zeroes_in_place(z: Any) -> Any:
    z[z < 0] = 0
    return z


RELU = Exercise(
    id="relu",
    notebook=NOTEBOOK,
    reference=REFERENCE + "relu",
    title="The rectifier",
    cases=relu_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "np.max for np.maximum",
            lambda z: np.max(z, 0),
            "np.max(z, 0) finds the largest element along axis 0. To compare each element with 0 you need np.maximum.",
        ),
        Mistake(
            "absolute value",
            np.abs,
            "Negative numbers come out positive: that is |z|. ReLU gives 0 wherever z is negative.",
        ),
        Mistake(
            "negative side kept",
            lambda z: np.minimum(z, 0.0),
            "You keep the negative numbers and drop the positive ones; it is the other way round.",
        ),
        Mistake(
            "step function",
            lambda z: (z > 0) * 1.0,
            "This is 0 or 1, the step function (and the slope of ReLU). Where z is positive, ReLU passes z itself.",
        ),
        Mistake("cut off at 1", lambda z: np.clip(z, 0, 1), "Values above 1 are cut to 1; ReLU has no upper end."),
        Mistake(
            "leaky",
            lambda z: np.where(z > 0, z, 0.01 * z),
            "This is the leaky ReLU, which comes later; here negative z give exactly 0.",
        ),
        Mistake(
            "softplus",
            lambda z: np.logaddexp(0, z),
            "This is log(1 + exp(z)), the softplus: a smooth cousin. ReLU has a corner, and is exactly 0 for negative z.",
        ),
        Mistake(
            "sign reversed", lambda z: np.maximum(-z, 0.0), "This is ReLU of -z: a positive z must come out unchanged."
        ),
        Mistake(IN_PLACE[0], zeroes_in_place, IN_PLACE[1]),
        Mistake(
            "True and False",
            lambda z: z > 0,
            "This says WHERE z is positive. ReLU passes z itself there, and 0 elsewhere: multiply, or use np.where.",
        ),
        Mistake(
            "negative numbers left out",
            lambda z: z[z > 0],
            "The negative numbers are left out, so the array is shorter than z. They stay, as 0.",
        ),
        Mistake(
            "1 for 0",
            lambda z: np.maximum(z, 1),
            "Everything below 1 becomes 1 here: compare with 0.",
        ),
        Mistake(
            "cut off at 6",
            lambda z: np.clip(z, 0, 6),
            "Values above 6 are cut (that is ReLU6); ReLU has no upper end.",
        ),
        Mistake(
            "threshold at 1",
            lambda z: np.where(z >= 1, z, 0),
            "Positive numbers below 1 become 0 as well: the border is 0.",
        ),
        Mistake(
            "twice too large",
            lambda z: z + np.abs(z),
            "z + |z| is 2z where z is positive: halve it.",
        ),
        Mistake(
            "sigmoid returned",
            s,
            "This is the sigmoid. ReLU has two straight pieces: 0, and z itself.",
        ),
    ),
    hints=(
        "Read the formula aloud: the larger of two numbers, 0 and z, for each element.",
        "Python's max compares two objects as wholes; NumPy has a function that compares element by element.",
        "np.maximum(a, b) does it. One of the two may be the number 0.0.",
    ),
)

# --------------------------------------------------------------------------------------------------------- relu_grad


def relu_grad_cases(rng: np.random.Generator) -> list[Case]:
    return [
        *ordinary(rng),
        Case("z = 0 among others", (np.array([-1.5, 0.0, -0.0, 2.0]),), aspect="at zero"),
        *shapes_and_types(rng)[::2],
        Case("integers, without 0", (np.array([-3, -1, 1, 2]),), aspect=TYPES),
    ]


def slopes_in_place(z: Any) -> Any:
    z[z > 0] = 1
    z[z <= 0] = 0
    return z


def relu_over_z(z: Any) -> Any:
    return np.maximum(z, 0) / z


RELU_GRAD = Exercise(
    id="relu_grad",
    notebook=NOTEBOOK,
    reference=REFERENCE + "relu_grad",
    title="The rectifier's slope",
    cases=relu_grad_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "1 at zero", lambda z: (z >= 0) * 1.0, "At z = 0 the slope is taken as 0 here: compare with >, not >=."
        ),
        Mistake(
            "one half at zero",
            lambda z: np.heaviside(z, 0.5),
            "At z = 0 you return 1/2. Any number between 0 and 1 would do there; this course, like the libraries, takes 0.",
        ),
        Mistake(
            "sign function",
            np.sign,
            "The slope is -1 for negative z here: that belongs to |z|. ReLU is flat there, so its slope is 0.",
        ),
        Mistake(
            "relu returned",
            lambda z: np.maximum(z, 0.0),
            "This is ReLU itself. Its slope is the same number, 1, wherever z is positive.",
        ),
        Mistake(
            "True and False",
            lambda z: z > 0,
            "These are True and False; the chain rule multiplies, so make them the numbers 1.0 and 0.0.",
        ),
        Mistake("sides swapped", lambda z: (z < 0) * 1.0, "The sides are swapped: ReLU is flat where z is negative."),
        Mistake(
            "0 divided by 0",
            relu_over_z,
            "relu(z) / z is 0/0 = nan at z = 0. The slope needs no division: it only asks on which side of 0 z lies.",
        ),
        Mistake(
            "1 everywhere",
            lambda z: np.ones_like(1.0 * z),
            "That is the slope of y = z; ReLU is flat where z is negative.",
        ),
        Mistake(IN_PLACE[0], slopes_in_place, IN_PLACE[1]),
        Mistake(
            "negative z left as they are",
            lambda z: np.where(z > 0, 1, z),
            "Positive z become 1, but the others keep their values: there the slope is 0.",
        ),
        Mistake(
            "0 everywhere",
            lambda z: 0.0 * z,
            "The slope is 0 everywhere: where z is positive it is 1. (When you set parts of an array one after the other: does the second line overwrite the first?)",
        ),
        Mistake(
            "leaky slope",
            lambda z: np.where(z > 0, 1.0, 0.01),
            "0.01 is the leaky ReLU's slope. ReLU is flat for negative z: 0.",
        ),
        Mistake(
            "threshold at 1",
            lambda z: (z > 1) * 1.0,
            "Positive z below 1 get the slope 0: the corner is at 0, not at 1.",
        ),
        Mistake(
            "slope of the sigmoid",
            lambda z: s(z) * s(-z),
            "This is the slope of the sigmoid. ReLU has two straight pieces: what is the slope of each?",
        ),
        Mistake(
            "counted",
            lambda z: np.sum(z > 0),
            "This counts the positive elements. Every element has a slope of its own, 0 or 1.",
        ),
        Mistake(
            "both slopes mixed up",
            lambda z: np.where(z > 0, z, 1.0) * 1.0,
            "Where z is positive you return z, and elsewhere 1. The slope is 1 where z is positive, 0 elsewhere.",
        ),
        Mistake(NEIGHBOURS[0], lambda z: np.gradient(np.maximum(z, 0)), NEIGHBOURS[1]),
    ),
    hints=(
        "Draw ReLU: two straight pieces. What is the slope of each?",
        "Ask of every element whether it is greater than 0; that gives an array of True and False.",
        "True and False become 1.0 and 0.0 by `.astype(float)`, or by np.where with the two numbers.",
    ),
)
