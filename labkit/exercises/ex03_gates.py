"""Two exercises of 03_activations, in which z passes a gate of its own: SiLU and GELU."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex03_inputs import (
    CUT,
    NOTEBOOK,
    OVERWRITTEN,
    REFERENCE,
    Z_CLIPPED,
    as_its_input,
    as_large_as_z,
    at_extremes,
    ordinary,
    s,
    shapes_and_types,
    writes_into,
)
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

# -------------------------------------------------------------------------------------------------------------- silu


def silu_cases(rng: np.random.Generator) -> list[Case]:
    return [*ordinary(rng), *shapes_and_types(rng), *at_extremes(-1000, -720, -30, 0, 30, 1000)]


SILU = Exercise(
    id="silu",
    notebook=NOTEBOOK,
    reference=REFERENCE + "silu",
    title="A gate for itself",
    cases=silu_cases,
    judge=as_large_as_z,
    mistakes=(
        Mistake(
            "exp overflows for negative z",
            lambda z: z / (1 + np.exp(-z)),
            "For z below -709 exp(-z) overflows, here as in the plain sigmoid. Call the sigmoid that you wrote: it is safe.",
        ),
        Mistake(
            "exp overflows for positive z",
            lambda z: z * np.exp(z) / (1 + np.exp(z)),
            "exp(z) / (1 + exp(z)) is inf / inf = nan from z = 710 on. Call the sigmoid that you wrote: it is safe.",
        ),
        Mistake("sigmoid returned", s, "This is the sigmoid alone: the factor z is missing."),
        Mistake("sum for product", lambda z: z + s(z), "You add z and the sigmoid; SiLU is their product."),
        Mistake(
            "relu for z",
            lambda z: np.maximum(z, 0) * s(z),
            "This is exactly 0 for negative z. SiLU is a little below 0 there: the factor is z itself, not relu(z).",
        ),
        Mistake(
            "tanh for sigmoid", lambda z: z * np.tanh(z), "The gate is tanh here; SiLU multiplies z by the sigmoid."
        ),
        Mistake(
            "beta of 1.702",
            lambda z: z * s(1.702 * z),
            "sigmoid(1.702 z) makes this an approximation to GELU; SiLU takes sigmoid(z).",
        ),
        Mistake(
            "derivative returned",
            lambda z: s(z) + z * s(z) * s(-z),
            "This is the derivative of SiLU; the function itself is z times sigmoid(z).",
        ),
        Mistake(
            "slope as the gate",
            lambda z: z * s(z) * s(-z),
            "z is multiplied by the sigmoid's slope; multiply it by the sigmoid itself.",
        ),
        Mistake(
            "sign of the gate",
            lambda z: z * s(-z),
            "The gate closes where it should open: it is sigmoid(z), near 1 for large z.",
        ),
        Mistake(CUT[0], lambda z: as_its_input(z, z * s(z)), CUT[1]),
        Mistake(
            "z squared",
            lambda z: z * z * s(z),
            "z counts twice: SiLU is z times sigmoid(z), once.",
        ),
        Mistake(
            "mish",
            lambda z: z * np.tanh(np.logaddexp(0, z)),
            "This is Mish, a later cousin: SiLU multiplies z by sigmoid(z).",
        ),
        Mistake(
            "softplus",
            lambda z: np.logaddexp(0, z),
            "This is log(1 + exp(z)), the softplus, positive everywhere. SiLU is z times sigmoid(z).",
        ),
        Mistake(
            "sign of z lost",
            lambda z: np.abs(z) * s(z),
            "Negative z come out positive: the factor is z itself, with its sign.",
        ),
        Mistake(
            "quotient for product",
            lambda z: z / s(z),
            "You divide z by the sigmoid; SiLU is their product.",
        ),
        Mistake(
            "gate on the negative side only",
            lambda z: np.where(z > 0, z, z * s(z)),
            "Positive z pass unchanged here. The gate sigmoid(z) stands on both sides; that is what makes the curve smooth.",
        ),
        Mistake(
            "straight pieces for the gate",
            lambda z: z * np.clip((z + 3) / 6, 0, 1),
            "The gate is made of straight pieces (hard swish). SiLU's gate is the sigmoid.",
        ),
        Mistake(
            "logarithm of the gate",
            lambda z: -z * np.logaddexp(0, -z),
            "z is multiplied by the LOGARITHM of the sigmoid; the gate is the sigmoid itself.",
        ),
        Mistake(
            Z_CLIPPED[0],
            lambda z: np.clip(z, -500, 500) * s(z),
            Z_CLIPPED[1],
        ),
        Mistake(
            "matrix product",
            lambda z: z @ s(z).T,
            "`@` and np.dot add up products; here each element is multiplied with its own gate: `*`.",
        ),
        Mistake(OVERWRITTEN[0], writes_into(lambda z: z * s(z)), OVERWRITTEN[1]),
    ),
    hints=(
        "You have all the parts: one multiplication.",
        "Use the sigmoid you wrote, not a new 1 / (1 + exp(-z)): the extremes are settled there.",
        "z times sigmoid(z).",
    ),
)

# -------------------------------------------------------------------------------------------------------------- gelu


def gelu_cases(rng: np.random.Generator) -> list[Case]:
    return [*ordinary(rng), *shapes_and_types(rng), *at_extremes(-1000, -5, 0, 5, 1000)]


def gelu_exact(z: Any) -> Any:
    from scipy.special import erf

    return 0.5 * z * (1 + erf(z / np.sqrt(2)))


GELU = Exercise(
    id="gelu",
    notebook=NOTEBOOK,
    reference=REFERENCE + "gelu",
    title="Weighed by the normal distribution",
    cases=gelu_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "tanh form",
            lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * np.power(z, 3)))),
            "This is the approximation with tanh, off by up to 0.0005. The exact form with erf is asked for.",
        ),
        Mistake(
            "sigmoid form",
            lambda z: z * s(1.702 * z),
            "z sigmoid(1.702 z) is an approximation, off by up to 0.02. The exact form with erf is asked for.",
        ),
        Mistake(
            "root of 2 missing",
            Edit("z / 2**0.5", "z"),
            "erf takes z / sqrt(2): without it the normal distribution has the wrong width.",
        ),
        Mistake(
            "half of z for root of 2",
            Edit("z / 2**0.5", "z / 2"),
            "erf takes z divided by the square root of 2, not by 2.",
        ),
        Mistake(
            "one half missing",
            Edit("z * 0.5 *", "z *"),
            "Everything is twice too large: Phi(z) = (1 + erf(…)) / 2 must run from 0 to 1.",
        ),
        Mistake(
            "plus 1 missing",
            Edit("1.0 + erf", "erf"),
            "The 1 is missing: erf runs from -1 to 1, and (1 + erf) / 2 from 0 to 1.",
        ),
        Mistake(
            "distribution alone",
            Edit("z * 0.5", "0.5"),
            "This is Phi(z), the distribution function: the factor z is missing.",
        ),
        Mistake(
            "density for distribution",
            Edit("0.5 * (1.0 + erf(z / 2**0.5))", "np.exp(-(z**2) / 2) / (2 * np.pi) ** 0.5"),
            "You multiply z by the normal density (the bell). Phi is the distribution function: the area under the bell up to z.",
        ),
        Mistake(
            "silu",
            lambda z: z * s(z),
            "This is SiLU: for GELU the gate is the normal distribution function, not the sigmoid.",
        ),
        Mistake(CUT[0], lambda z: as_its_input(z, gelu_exact(z)), CUT[1]),
        Mistake(
            "times the root of 2",
            Edit("z / 2**0.5", "z * 2**0.5"),
            "erf takes z DIVIDED by the root of 2: multiplied, the normal distribution is half as wide as it should be.",
        ),
        Mistake(
            "brackets missing",
            Edit("0.5 * (1.0 + erf(z / 2**0.5))", "(1.0 + erf(z / 2**0.5) / 2)"),
            "Only erf is halved: Phi is half of the whole sum 1 + erf.",
        ),
        Mistake(
            "erf not halved",
            Edit("0.5 * (1.0 + erf(z / 2**0.5))", "(0.5 + erf(z / 2**0.5))"),
            "Only the 1 is halved: Phi is half of the whole sum 1 + erf, between 0 and 1.",
        ),
        Mistake(
            "erf alone",
            Edit("0.5 * (1.0 + erf(z / 2**0.5))", "erf(z / 2**0.5)"),
            "The gate is erf alone, which is negative for negative z. Phi is half of 1 + erf, between 0 and 1.",
        ),
        Mistake(
            "sign of the gate",
            Edit("1.0 + erf", "1.0 - erf"),
            "The gate closes where it should open: Phi(z) is near 1 for large z, so 1 PLUS erf (erfc(x) is 1 - erf(x)).",
        ),
        Mistake(
            "plain relu",
            Edit("z * 0.5 * (1.0 + erf(z / 2**0.5))", "np.maximum(z, 0)"),
            "This is ReLU, whose gate is 0 or 1. GELU's gate is Phi(z), which opens smoothly.",
        ),
        Mistake(
            "derivative returned",
            Edit(
                "z * 0.5 * (1.0 + erf(z / 2**0.5))",
                "0.5 * (1.0 + erf(z / 2**0.5)) + z * np.exp(-(z**2) / 2) / (2 * np.pi) ** 0.5",
            ),
            "This is the derivative of GELU; the function itself is z times Phi(z).",
        ),
        Mistake(OVERWRITTEN[0], writes_into(gelu_exact), OVERWRITTEN[1]),
    ),
    hints=(
        "Two steps: the distribution function Phi(z), then z times it.",
        "`from scipy.special import erf` inside the function; erf works on whole arrays.",
        "Phi is half of 1 plus erf of z over the square root of 2; it must be 1/2 at z = 0.",
    ),
)
