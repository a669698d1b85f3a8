"""Two exercises of 03_activations: the leaky ReLU, and the leak that is learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex03_inputs import (
    CUT,
    IN_PLACE,
    NOTEBOOK,
    REFERENCE,
    TYPES,
    as_its_input,
    both_signs,
    shapes_and_types,
    with_the_given_slope,
)
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

# -------------------------------------------------------------------------------------------------------- leaky_relu


def leaky_cases(rng: np.random.Generator) -> list[Case]:
    three, whole, single = shapes_and_types(rng)
    return [
        Case("a vector and the slope 0.2", (both_signs(rng, 7),), {"alpha": 0.2}),
        Case("a matrix and the slope 0.05", (both_signs(rng, 3, 4), 0.05)),
        Case("a vector, without a slope given", (both_signs(rng, 6),)),
        Case("a slope above 1", (both_signs(rng, 6), 2.5), aspect="any slope"),
        Case("the slope 0", (both_signs(rng, 6), 0.0), aspect="any slope"),
        Case("the slope 1", (both_signs(rng, 6), 1.0), aspect="any slope"),
        *(Case(case.label, (*case.args, 0.3), aspect=TYPES) for case in (three, whole, single)),
    ]


def leaks_in_place(z: Any, alpha: float = 0.01) -> Any:
    z[z < 0] = alpha * z[z < 0]
    return z


def other_default(z: Any, alpha: float = 0.1) -> Any:
    return np.where(z > 0, z, alpha * z)


def divides_by_alpha(z: Any, alpha: float = 0.01) -> Any:
    with np.errstate(divide="ignore"):
        return np.where(z > 0, z, z / np.float64(alpha))


LEAKY = Exercise(
    id="leaky_relu",
    notebook=NOTEBOOK,
    reference=REFERENCE + "leaky_relu",
    title="A slope that never dies",
    cases=leaky_cases,
    judge=with_the_given_slope,
    mistakes=(
        Mistake(
            "slope on the wrong side",
            Edit("np.where(z > 0, z, alpha * z)", "np.where(z > 0, alpha * z, z)"),
            "The slope is on the wrong side: positive z pass unchanged, negative z are multiplied by alpha.",
        ),
        Mistake(
            "larger of z and alpha z",
            Edit("np.where(z > 0, z, alpha * z)", "np.maximum(alpha * z, z)"),
            "max(alpha z, z) is the leaky ReLU only as long as alpha is at most 1; above, alpha z is the larger one where z is "
            "positive. Decide by the sign of z.",
        ),
        Mistake(
            "alpha ignored",
            Edit("alpha * z", "0.01 * z"),
            "The slope is always 0.01: use the argument alpha, for which 0.01 is only the default.",
        ),
        Mistake(
            "alpha without z",
            Edit("alpha * z", "alpha"),
            "The negative side is the constant alpha; it should be the line alpha times z.",
        ),
        Mistake(
            "slope added everywhere",
            Edit("np.where(z > 0, z, alpha * z)", "np.maximum(z, 0) + alpha * z"),
            "Where z is positive the slope is 1 + alpha here: alpha z is to be added on the negative side only.",
        ),
        Mistake(
            "negative side turned up",
            Edit("alpha * z", "-alpha * z"),
            "Negative z come out positive: the negative side keeps its sign, it is only flatter.",
        ),
        Mistake(
            "plain relu",
            Edit("alpha * z", "0.0 * z"),
            "This is plain ReLU: the slope alpha on the negative side is missing.",
        ),
        Mistake(
            "elu",
            Edit("alpha * z", "alpha * np.expm1(z)"),
            "This is ELU, which bends towards -alpha. The leaky side is a straight line, alpha times z.",
        ),
        Mistake(
            "divided by alpha",
            divides_by_alpha,
            "You divide by alpha on the negative side; its slope is alpha, so multiply.",
        ),
        Mistake(CUT[0], lambda z, alpha=0.01: as_its_input(z, np.where(z > 0, z, alpha * z)), CUT[1]),
        Mistake(IN_PLACE[0], leaks_in_place, IN_PLACE[1]),
        Mistake(
            "alpha added",
            Edit("alpha * z", "z + alpha"),
            "alpha is added to negative z; it is a slope, so it multiplies.",
        ),
        Mistake(
            "alpha subtracted",
            Edit("alpha * z", "z - alpha"),
            "alpha is subtracted from negative z; it is a slope, so it multiplies.",
        ),
        Mistake(
            "slope returned",
            Edit("np.where(z > 0, z, alpha * z)", "np.where(z > 0, 1.0, alpha)"),
            "These are the slopes, 1 and alpha. The function itself is asked for: z, and alpha z.",
        ),
        Mistake(
            "1 - alpha for alpha",
            Edit("alpha * z", "(1 - alpha) * z"),
            "The slope on the negative side is 1 - alpha here; it is alpha.",
        ),
        Mistake(
            "another default",
            other_default,
            "Without a slope given, alpha is 0.1 here; the default is the 0.01 of the first line.",
        ),
        Mistake(
            "compared with alpha",
            Edit("z > 0", "z > alpha"),
            "You compare z with alpha. The corner is at z = 0, whatever the slope is.",
        ),
    ),
    hints=(
        "Two straight pieces again; only the left one is no longer flat.",
        "np.where(condition, a, b) takes a where the condition holds, and b elsewhere.",
        "The condition is z > 0; then z itself, else alpha times z.",
    ),
)

# ------------------------------------------------------------------------------------------------------- prelu_grads


def prelu_cases(rng: np.random.Generator) -> list[Case]:
    def case(label: str, alpha: float, *shape: int, aspect: str = "values") -> Case:
        return Case(label, (both_signs(rng, *shape), alpha, rng.normal(size=shape) + 0.5), aspect=aspect)

    at_zero = np.array([-1.5, 0.0, 2.0, 0.0])
    whole = np.array([[-3, 1, -2], [2, -1, 4]]), 0.3, np.array([[1, 2, -1], [3, 2, 1]])
    return [
        case("a matrix and the slope 0.25", 0.25, 3, 4),
        case("a vector and the slope 0.1", 0.1, 7),
        case("a slope above 1", 1.5, 6, aspect="any slope"),
        case("the slope 0", 0.0, 6, aspect="any slope"),
        Case("z = 0 among others", (at_zero, 0.3, rng.uniform(0.5, 1.5, 4)), aspect="at zero"),
        case("an array with three axes", 0.3, 2, 3, 2, aspect=TYPES),
        Case("integers", whole, aspect=TYPES),
    ]


def in_the_type_of_z(z: Any, alpha: Any, dy: Any) -> Any:
    return as_its_input(z, np.where(z > 0, dy, alpha * dy)), (dy * z)[z <= 0].sum()


def dy_in_place(z: Any, alpha: Any, dy: Any) -> Any:
    dalpha = (dy * z)[z <= 0].sum()
    dy[z <= 0] = alpha * dy[z <= 0]
    return dy, dalpha


PRELU = Exercise(
    id="prelu_grads",
    notebook=NOTEBOOK,
    reference=REFERENCE + "prelu_grads",
    title="A slope that is learned",
    points=2,
    cases=prelu_cases,
    judge=close("dz", "dalpha"),
    mistakes=(
        Mistake(
            "mean for sum",
            Edit("0.0, dy * z).sum()", "0.0, dy * z).mean()"),
            "dalpha is a mean here. Every element used the same alpha, so their shares add up: a sum.",
        ),
        Mistake(
            "dy forgotten in dalpha",
            Edit("0.0, dy * z)", "0.0, z)"),
            "dalpha lacks the chain rule's other factor: each z counts with the dy that arrives there.",
        ),
        Mistake(
            "dy forgotten in dz",
            Edit("dz = np.where(z > 0, dy, alpha * dy)", "dz = np.where(z > 0, 1.0, alpha)"),
            "dz is the local slope, 1 or alpha, only; by the chain rule it is multiplied by dy.",
        ),
        Mistake(
            "dy forgotten in both",
            Edit("alpha * dy)", "alpha)", (("0.0, dy * z)", "0.0, z)"), ("z > 0, dy,", "z > 0, 1.0,"))),
            "These are the local slopes, dy/dz and dy/dalpha, only. The chain rule multiplies both by the dy that arrives, before "
            "anything is summed.",
        ),
        Mistake(
            "dalpha from the positive side",
            Edit("np.where(z > 0, 0.0, dy * z)", "np.where(z > 0, dy * z, 0.0)"),
            "dalpha sums over positive z, where y = z does not depend on alpha at all. Sum over the others.",
        ),
        Mistake(
            "dalpha over all elements",
            Edit("np.where(z > 0, 0.0, dy * z)", "(dy * z)"),
            "dalpha sums over all elements; where z is positive y does not depend on alpha, so nothing is added there.",
        ),
        Mistake(
            "dalpha not summed",
            Edit("dy * z).sum()", "dy * z)"),
            "dalpha has one entry an element. There is one alpha, so its derivative is one number: the sum of them.",
        ),
        Mistake(
            "a slope for each column",
            Edit(".sum()", ".sum(axis=0)"),
            "dalpha is summed over the rows only, as if each column had a slope of its own. There is one alpha for all elements.",
        ),
        Mistake(
            "slope on the wrong side",
            Edit("dz = np.where(z > 0, dy, alpha * dy)", "dz = np.where(z > 0, alpha * dy, dy)"),
            "In dz the slope alpha is on the wrong side: dy passes unchanged where z is positive.",
        ),
        Mistake(
            "output for slope",
            Edit("alpha * dy)", "alpha * z * dy)"),
            "On the negative side you multiply dy by y = alpha z. What belongs there is the slope of y in z, which is alpha.",
        ),
        Mistake(
            "alpha in dalpha",
            Edit("0.0, dy * z)", "0.0, dy * alpha * z)"),
            "dalpha still holds a factor alpha; the derivative of alpha z in alpha is z.",
        ),
        Mistake(
            "1 at zero",
            Edit("dz = np.where(z > 0", "dz = np.where(z >= 0"),
            "At z = 0 the course takes the left slope: dz is dy only where z > 0, not where z = 0.",
        ),
        Mistake(
            "order swapped",
            Edit("return dz, dalpha", "return dalpha, dz"),
            "The two results are in the wrong order: first dz, then dalpha.",
        ),
        Mistake(
            "dy changed in place",
            dy_in_place,
            "`dy[…] = …` writes into the caller's array, which the rest of the network still needs (and cuts integers). "
            "Make a new array.",
        ),
        Mistake(
            "mean over the negative elements",
            Edit("np.where(z > 0, 0.0, dy * z).sum()", "(dy * z)[z <= 0].mean()"),
            "dalpha is the mean over the elements with z <= 0. Every element used the same alpha, so their shares add up: a sum.",
        ),
        Mistake(
            "sign of dy asked",
            Edit("dz = np.where(z > 0, dy, alpha * dy)", "dz = np.where(dy > 0, dy, alpha * dy)"),
            "dz asks for the sign of dy. Which side of the corner an element was on is said by z, the input.",
        ),
        Mistake(
            "dz of plain ReLU",
            Edit("dz = np.where(z > 0, dy, alpha * dy)", "dz = np.where(z > 0, dy, 0.0 * dy)"),
            "dz is 0 on the negative side: that is plain ReLU. Here the slope there is alpha.",
        ),
        Mistake(
            "dz is the output",
            Edit("dz = np.where(z > 0, dy, alpha * dy)", "dz = np.where(z > 0, z, alpha * z)"),
            "dz is the forward pass, y. Backwards the incoming dy is multiplied by the SLOPE, 1 or alpha.",
        ),
        Mistake(
            "dz with the output for the slope",
            Edit("dz = np.where(z > 0, dy, alpha * dy)", "dz = dy * np.where(z > 0, z, alpha * z)"),
            "dz is dy times y. The chain rule multiplies dy by the slope of y in z, which is 1 or alpha.",
        ),
        Mistake(
            "sign of dalpha",
            Edit("np.where(z > 0, 0.0, dy * z).sum()", "-np.where(z > 0, 0.0, dy * z).sum()"),
            "dalpha has the wrong sign: the derivative of alpha z in alpha is z, with its sign (negative there), not |z| or -z.",
        ),
        Mistake(
            "z forgotten in dalpha",
            Edit("np.where(z > 0, 0.0, dy * z).sum()", "np.where(z > 0, 0.0, dy).sum()"),
            "dalpha is the sum of dy alone; each one is multiplied by z, the derivative of alpha z in alpha.",
        ),
        Mistake(
            "alpha fixed at 0.01",
            Edit("dz = np.where(z > 0, dy, alpha * dy)", "dz = np.where(z > 0, dy, 0.01 * dy)"),
            "dz uses 0.01 whatever alpha is: use the argument.",
        ),
        Mistake(
            "dy forgotten on the negative side",
            Edit("dz = np.where(z > 0, dy, alpha * dy)", "dz = np.where(z > 0, dy, alpha)"),
            "On the negative side dz is alpha alone; the slope is multiplied by dy there, too.",
        ),
        Mistake(
            "dy forgotten on the positive side",
            Edit("dz = np.where(z > 0, dy, alpha * dy)", "dz = np.where(z > 0, 1.0, alpha * dy)"),
            "On the positive side dz is 1; the slope 1 is multiplied by dy there, too, which leaves dy.",
        ),
        Mistake(
            "a slope for each row",
            Edit(".sum()", ".sum(axis=-1)"),
            "dalpha is summed along the last axis only. There is one alpha for all elements: one number.",
        ),
        Mistake(
            "dalpha in brackets",
            Edit("dalpha = np.where(z > 0, 0.0, dy * z).sum()", "dalpha = np.where(z > 0, 0.0, dy * z).sum()[None]"),
            "dalpha is right, but it stands in an array of length 1. One plain number is asked.",
        ),
        Mistake(CUT[0], in_the_type_of_z, CUT[1]),
    ),
    hints=(
        "Differentiate y = alpha z twice, once in z and once in alpha. And y = z?",
        "dz: the slope at each element (1 or alpha) times the dy that arrives there.",
        "dalpha: dy times z at the elements with z <= 0, summed to one number. Return dz, dalpha.",
    ),
)
