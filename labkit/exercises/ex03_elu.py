"""An exercise of 03_activations: ELU, the rectifier with a soft floor."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex03_inputs import (
    CUT,
    EXTREMES,
    IN_PLACE,
    NOTEBOOK,
    REFERENCE,
    TYPES,
    Z_CLIPPED,
    as_its_input,
    as_large_as_z,
    both_signs,
    shapes_and_types,
    with_the_given_slope,
)
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

# --------------------------------------------------------------------------------------------------------------- elu


def elu_cases(rng: np.random.Generator) -> list[Case]:
    three, whole, single = shapes_and_types(rng)
    far = np.array([-1000.0, -1.0, 0.0, 1.0, 720.0, 1000.0])
    return [
        Case("a vector and alpha = 0.5", (both_signs(rng, 7),), {"alpha": 0.5}),
        Case("a matrix and alpha = 2", (both_signs(rng, 3, 4), 2.0)),
        Case("a vector, without alpha given", (both_signs(rng, 6),)),
        *(Case(case.label, (*case.args, 0.7), aspect=TYPES) for case in (three, whole, single)),
        Case("z from -1000 to 1000", (far, 1.5), aspect=EXTREMES, quiet=True),
    ]


def of_two_sides(case: Case, expected: Any, got: Any) -> Finding | None:
    return (as_large_as_z if case.aspect == EXTREMES else with_the_given_slope)(case, expected, got)


def masks_times_branches(z: Any, alpha: float = 1.0) -> Any:
    return (z > 0) * z + (z <= 0) * alpha * (np.exp(z) - 1)


def other_default(z: Any, alpha: float = 0.01) -> Any:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def elu_in_place(z: Any, alpha: float = 1.0) -> Any:
    z[z <= 0] = alpha * np.expm1(z[z <= 0])
    return z


ELU = Exercise(
    id="elu",
    notebook=NOTEBOOK,
    reference=REFERENCE + "elu",
    title="A soft floor",
    cases=elu_cases,
    judge=of_two_sides,
    mistakes=(
        Mistake(
            "inf times 0",
            masks_times_branches,
            "At z = 1000 exp(z) is inf, and 0 times inf is nan, so a mask that multiplies cannot hide it. Choose with np.where, and "
            "keep large z away from exp.",
        ),
        Mistake(
            "minus 1 missing",
            Edit("np.expm1(np.minimum(z, 0.0))", "np.exp(np.minimum(z, 0.0))"),
            "At z = 0 the left side is alpha instead of 0, and the curve jumps: subtract 1 from exp(z).",
        ),
        Mistake(
            "brackets missing",
            Edit("alpha * np.expm1(np.minimum(z, 0.0))", "alpha * np.exp(np.minimum(z, 0.0)) - 1"),
            "alpha multiplies exp(z) only; it multiplies the bracket (exp(z) - 1).",
        ),
        Mistake(
            "alpha in the exponent",
            Edit("alpha * np.expm1(np.minimum(z, 0.0))", "np.expm1(alpha * np.minimum(z, 0.0))"),
            "alpha is in the exponent; it stands before the bracket, and so sets the floor at -alpha.",
        ),
        Mistake(
            "alpha ignored",
            Edit("alpha * np", "np"),
            "alpha is not used: the left side is alpha times (exp(z) - 1).",
        ),
        Mistake(
            "alpha on both sides",
            Edit("np.where(z > 0, z,", "np.where(z > 0, alpha * z,"),
            "alpha multiplies the positive side as well; positive z pass unchanged.",
        ),
        Mistake(
            "sides swapped",
            Edit("np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))", "np.where(z < 0, z, alpha * np.expm1(z))"),
            "The sides are swapped: the exponential belongs to negative z, where it is below 1.",
        ),
        Mistake(
            "larger of both sides",
            Edit("np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))", "np.maximum(z, alpha * np.expm1(z))"),
            "The larger of z and alpha (exp(z) - 1) is the exponential where z is positive. Decide by the sign of z.",
        ),
        Mistake(
            "both sides added",
            Edit(
                "np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))", "np.maximum(z, 0.0) + alpha * np.expm1(z)"
            ),
            "Where z is positive the exponential is added to z. It counts on the negative side only.",
        ),
        Mistake(
            "straight line",
            Edit("np.expm1(np.minimum(z, 0.0))", "np.minimum(z, 0.0)"),
            "The negative side is a straight line: that is the leaky ReLU. ELU has alpha (exp(z) - 1) there.",
        ),
        Mistake(
            CUT[0],
            lambda z, alpha=1.0: as_its_input(z, np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))),
            CUT[1],
        ),
        Mistake(IN_PLACE[0], elu_in_place, IN_PLACE[1]),
        Mistake(
            "positive side lost",
            Edit("np.where(z > 0, z,", "np.where(z < 0, z,"),
            "The sides are swapped: z itself belongs where z is positive, the exponential where it is negative.",
        ),
        Mistake(
            "larger of both sides, none above 0 in exp",
            Edit(
                "np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))",
                "np.maximum(z, alpha * np.expm1(np.minimum(z, 0.0)))",
            ),
            "The larger of z and alpha (exp(z) - 1) is right for alpha up to 1. With a larger alpha z is the larger one for some negative z: decide by the sign of z.",
        ),
        Mistake(
            "bracket turned round",
            Edit("np.expm1(np.minimum(z, 0.0))", "-np.expm1(np.minimum(z, 0.0))"),
            "The negative side comes out positive: the bracket is exp(z) - 1, not 1 - exp(z).",
        ),
        Mistake(
            "plus for minus",
            Edit("np.expm1(np.minimum(z, 0.0))", "(np.exp(np.minimum(z, 0.0)) + 1)"),
            "The bracket is exp(z) + 1 here: at z = 0 it must be 0, so subtract the 1.",
        ),
        Mistake(
            "sign in the exponent",
            Edit("np.expm1(np.minimum(z, 0.0))", "np.expm1(-np.minimum(z, 0.0))"),
            "The exponent is -z here, which grows to the left without end. With exp(z) the curve sinks to -alpha.",
        ),
        Mistake(
            "1 in the exponent",
            Edit("np.expm1(np.minimum(z, 0.0))", "np.exp(np.minimum(z, 0.0) - 1)"),
            "The 1 is subtracted inside the exponent: exp(z) - 1, not exp(z - 1).",
        ),
        Mistake(
            "another default",
            other_default,
            "Without alpha given, alpha is 0.01 here; the default is the 1.0 of the first line.",
        ),
        Mistake(
            "plain relu",
            Edit("alpha * np.expm1(np.minimum(z, 0.0))", "0.0 * z"),
            "This is plain ReLU: the exponential on the negative side is missing.",
        ),
        Mistake(
            "constant floor",
            Edit("alpha * np.expm1(np.minimum(z, 0.0))", "-alpha"),
            "The whole negative side is -alpha. That is only where it ends, far to the left: alpha (exp(z) - 1).",
        ),
        Mistake(
            "derivative returned",
            Edit(
                "np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))",
                "np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))",
            ),
            "This is the derivative of ELU; the function itself is asked for.",
        ),
        Mistake(
            "z divided by alpha",
            Edit("np.minimum(z, 0.0)", "np.minimum(z, 0.0) / alpha"),
            "z is divided by alpha inside exp: that is CELU, a cousin. In ELU exp sees z itself.",
        ),
        Mistake(
            Z_CLIPPED[0],
            lambda z, alpha=1.0: other_default(np.clip(z, -500, 500), alpha),
            Z_CLIPPED[1],
        ),
    ),
    hints=(
        "Two sides, as with the leaky ReLU: z where z is positive, and alpha (exp(z) - 1) elsewhere.",
        "np.where computes both sides for every element before it chooses: what does exp make of z = 1000?",
        "Hand exp the smaller of z and 0: np.minimum(z, 0.0). Then it never sees a large number.",
    ),
)
