"""Three exercises of 03_activations: the sigmoid without an overflow, and the slopes of sigmoid and tanh."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex03_inputs import (
    CUT,
    EXTREMES,
    IN_PLACE,
    NEIGHBOURS,
    NOTEBOOK,
    OVERWRITTEN,
    REFERENCE,
    as_its_input,
    at_extremes,
    ordinary,
    s,
    shapes_and_types,
    writes_into,
)
from labkit.grading.compare import close, difference
from labkit.grading.model import Case, Exercise, Finding, Mistake

# ----------------------------------------------------------------------------------------------------------- sigmoid


def sigmoid_cases(rng: np.random.Generator) -> list[Case]:
    return [*ordinary(rng), *shapes_and_types(rng), *at_extremes(-1000, -720, -30, 0, 30, 720, 1000)]


CLIPPED = (
    "clipped too early",
    "z (or the result) is clipped where the sigmoid still goes on falling: at z = -30 it is 9.4e-14, and its logarithm, which a loss asks "
    "for, shows the difference. Choose the form by the sign of z; then nothing needs clipping.",
)


def down_to_small_values(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare; and at the extremes hold a small value to its own size, roughly: by way of tanh it has three digits there."""
    found = difference(expected, got)
    if case.aspect != EXTREMES or (found is not None and found.stage != "values"):
        return found
    z, e, g = np.asarray(case.args[0]), np.asarray(expected), np.asarray(got)
    if found is not None:
        stuck = np.ptp(g[z <= -30]) == 0 and g[0] > 0 and difference(e[z == 0], g[z == 0]) is None
        return Finding(found.stage, found.sentence, CLIPPED[1], CLIPPED[0]) if stuck else found
    off = (e > 1e-14) & (e < 1e-6) & (np.abs(g - e) > 1e-2 * e)
    if not off.any():
        return None
    at = int(np.argmax(off))
    return Finding("values", f"gave {g[at]:.3g} at z = {z[at]:g}; expected {e[at]:.3g}.", CLIPPED[1], CLIPPED[0])


def clips_in_place(z: Any) -> Any:
    z[z < -500] = -500
    return 1 / (1 + np.exp(-z))


SIGMOID = Exercise(
    id="sigmoid",
    notebook=NOTEBOOK,
    reference=REFERENCE + "sigmoid",
    title="The sigmoid, at any z",
    points=2,
    cases=sigmoid_cases,
    judge=down_to_small_values,
    mistakes=(
        Mistake(
            "exp overflows for negative z",
            lambda z: 1 / (1 + np.exp(-z)),
            "For z below -709, exp(-z) is more than a float can hold: it becomes inf, and the answer 0, though at z = -720 it is "
            "2e-313. For negative z use the same fraction with exp(z) in it (multiply above and below by exp(z)).",
        ),
        Mistake(
            "exp overflows for positive z",
            lambda z: np.exp(z) / (1 + np.exp(z)),
            "From z = 710 on exp(z) is inf, and inf / inf is nan. This form suits negative z; for positive z use the one with "
            "exp(-z).",
        ),
        Mistake(
            "sign of the exponent",
            lambda z: s(-z),
            "This falls where the sigmoid rises: its exponent is -z, so that a large z gives 1.",
        ),
        Mistake(
            "one form for both signs",
            lambda z: 1 / (1 + np.exp(-np.abs(z))),
            "Every result is at least 1/2: with |z| in it, this is right for z >= 0 only. What is sigmoid(-z), given sigmoid(z)?",
        ),
        Mistake(
            "half of z forgotten",
            lambda z: 0.5 * (1 + np.tanh(z)),
            "This is sigmoid(2z). When you go by tanh, tanh takes half of z: at z = 2 the sigmoid is 0.8808.",
        ),
        Mistake("tanh returned", np.tanh, "This is tanh, which runs from -1 to 1; the sigmoid runs from 0 to 1."),
        Mistake(
            "derivative returned",
            lambda z: s(z) * s(-z),
            "This is the derivative of the sigmoid, s (1 - s); here the sigmoid itself is asked for.",
        ),
        Mistake(
            "softmax returned",
            lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
            "You divide by a sum over all elements: that is softmax. The sigmoid treats each element by itself.",
        ),
        Mistake(CUT[0], lambda z: as_its_input(z, s(z)), CUT[1]),
        Mistake(IN_PLACE[0], clips_in_place, IN_PLACE[1]),
        Mistake(CLIPPED[0], lambda z: 1 / (1 + np.exp(-np.clip(z, -20, 20))), CLIPPED[1]),
        Mistake(
            "result kept away from 0 and 1",
            lambda z: np.clip(s(z), 1e-7, 1 - 1e-7),
            "The result is kept away from 0 and 1 (np.clip?), so it stops at 1e-7 while the sigmoid goes on to 2e-313. Leave the result as it is.",
        ),
        Mistake(
            "brackets missing",
            lambda z: 1 / 1 + np.exp(-z),
            "`1 / 1 + exp(-z)` divides first: the sum below the line needs brackets.",
        ),
        Mistake(
            "minus for plus",
            lambda z: 1 / (1 - np.exp(-z)),
            "Below the line stands 1 MINUS exp(-z), which is 0 at z = 0. It is a sum, so that s stays between 0 and 1.",
        ),
        Mistake(
            "shifted by the maximum",
            lambda z: s(z - z.max()),
            "You subtract the largest z first. That changes nothing in softmax, where it cancels; the sigmoid of z - c is another number.",
        ),
        Mistake(
            "logarithm returned",
            lambda z: -np.logaddexp(0, -z),
            "This is the logarithm of the sigmoid, negative everywhere; the sigmoid itself is asked for.",
        ),
        Mistake(
            "one half missing",
            lambda z: 0.5 * np.tanh(0.5 * z),
            "This runs from -1/2 to 1/2. By way of tanh the sigmoid is half of (1 + tanh(z/2)): the 1 is missing.",
        ),
        Mistake(OVERWRITTEN[0], writes_into(s), OVERWRITTEN[1]),
    ),
    hints=(
        "Write 1 / (1 + exp(-z)) first and call it with np.array([-1000.0, 1000.0]). Which of the two warns, and why?",
        "Multiply above and below by exp(z): the same number, but now exp sees z. Which form is safe for which sign of z?",
        "np.exp(-np.abs(z)) is safe for every z. With it as e, the answer is 1/(1+e) on one side and e/(1+e) on the other; "
        "np.where chooses.",
    ),
)

# ------------------------------------------------------------------------------------------------------ sigmoid_grad


def sigmoid_grad_cases(rng: np.random.Generator) -> list[Case]:
    # No large positive z but 1000: there s (1 - s) rounds to 0 a little early, and that is no fault.
    return [*ordinary(rng), *shapes_and_types(rng), *at_extremes(-1000, -720, -30, 0, 1000)]


def naive_sigmoid_inside(z: Any) -> Any:
    out = 1 / (1 + np.exp(-z))
    return out * (1 - out)


def quotient_of_exps(z: Any) -> Any:
    e = np.exp(-z)
    return e / (1 + e) ** 2


SIGMOID_GRAD = Exercise(
    id="sigmoid_grad",
    notebook=NOTEBOOK,
    reference=REFERENCE + "sigmoid_grad",
    title="The sigmoid's slope",
    cases=sigmoid_grad_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "output where the input is asked",
            lambda z: z * (1 - z),
            "z (1 - z) would be right if z were the sigmoid's output. Here z is its input: compute s = sigmoid(z) first.",
        ),
        Mistake("sigmoid returned", s, "This is the sigmoid itself; its derivative is s (1 - s)."),
        Mistake("factor s missing", lambda z: 1 - s(z), "This is 1 - s; the factor s is missing."),
        Mistake(
            "rule of tanh", lambda z: 1 - s(z) ** 2, "1 - t² is the rule for tanh; for the sigmoid it is s (1 - s)."
        ),
        Mistake(
            "wrong sign",
            lambda z: -s(z) * s(-z),
            "The sigmoid rises everywhere, so no slope is negative: s (1 - s), not s (s - 1).",
        ),
        Mistake(
            "sigmoid twice",
            lambda z: s(s(z)) * s(-s(z)),
            "The sigmoid is applied twice, to its own output too. Once is enough: s = sigmoid(z), then s (1 - s).",
        ),
        Mistake(
            "exp overflows",
            quotient_of_exps,
            "exp(-z) / (1 + exp(-z))² is inf / inf = nan for z below -709. Your sigmoid is safe already: build the slope from it.",
        ),
        Mistake(
            "sigmoid overflows inside",
            naive_sigmoid_inside,
            "An exp overflows on the way, and the slope at z = -720, which is 2e-313, is lost. Your sigmoid is safe already: call it.",
        ),
        Mistake(CUT[0], lambda z: as_its_input(z, s(z) * s(-z)), CUT[1]),
        Mistake(
            "exp overflows for positive z",
            lambda z: np.exp(z) / (1 + np.exp(z)) ** 2,
            "exp(z) / (1 + exp(z))² is inf / inf = nan for z above 709. Your sigmoid is safe already: build the slope from it.",
        ),
        Mistake(
            "plus for minus",
            lambda z: s(z) * (1 + s(z)),
            "This is s (1 + s). The slope is largest at z = 0, where it is 1/4, and falls to 0 on both sides: a minus belongs there.",
        ),
        Mistake(
            "z beside s",
            lambda z: s(z) * (1 - z),
            "In s (1 - z) the second factor still holds the input. Both factors are made of the output: s (1 - s).",
        ),
        Mistake(
            "factor z too much",
            lambda z: z * s(z) * s(-z),
            "The factor z is too much: the slope of the sigmoid in z is s (1 - s) alone.",
        ),
        Mistake(
            "quotient for product",
            lambda z: s(z) / s(-z),
            "You divide s by 1 - s, which is exp(z). The slope is their product.",
        ),
        Mistake(NEIGHBOURS[0], lambda z: np.gradient(s(z)), NEIGHBOURS[1]),
        Mistake(OVERWRITTEN[0], writes_into(lambda z: s(z) * s(-z)), OVERWRITTEN[1]),
    ),
    hints=(
        "Differentiate 1 / (1 + exp(-z)) on paper; the result can be written with the sigmoid alone.",
        "z is what went INTO the sigmoid, so the first line computes what came out: s = sigmoid(z).",
        "With s known, the slope is s (1 - s). At z = 0 it must be 1/4.",
    ),
)

# --------------------------------------------------------------------------------------------------------- tanh_grad


def tanh_grad_cases(rng: np.random.Generator) -> list[Case]:
    return [*ordinary(rng), *shapes_and_types(rng), *at_extremes(-1000, -1, 0, 1, 1000)]


def tanh_by_hand(z: Any) -> Any:
    up, down = np.exp(z), np.exp(-z)
    return 1 - ((up - down) / (up + down)) ** 2


TANH_GRAD = Exercise(
    id="tanh_grad",
    notebook=NOTEBOOK,
    reference=REFERENCE + "tanh_grad",
    title="The slope of tanh",
    cases=tanh_grad_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "output where the input is asked",
            lambda z: 1.0 - z**2,
            "1 - z² would be right if z were the output of tanh. Here z is its input: compute t = tanh(z) first.",
        ),
        Mistake(
            "square forgotten",
            lambda z: 1 - np.tanh(z),
            "This is 1 - t, negative z give more than 1; the t is squared.",
        ),
        Mistake(
            "square of z",
            lambda z: 1 - np.tanh(np.square(z)),
            "You square z before tanh; what is squared is the result of tanh.",
        ),
        Mistake(
            "rule of the sigmoid",
            lambda z: np.tanh(z) * (1 - np.tanh(z)),
            "t (1 - t) is the sigmoid's rule; for tanh it is 1 - t².",
        ),
        Mistake("tanh returned", np.tanh, "This is tanh itself; its derivative is asked for."),
        Mistake(
            "wrong sign",
            lambda z: np.tanh(z) ** 2 - 1,
            "tanh rises everywhere, so no slope is negative: 1 - t², not t² - 1.",
        ),
        Mistake(
            "plus for minus",
            lambda z: 1 + np.tanh(z) ** 2,
            "This grows as tanh flattens. The slope is greatest at z = 0, where it is 1, and falls to 0: a minus belongs there.",
        ),
        Mistake(
            "exp overflows",
            tanh_by_hand,
            "tanh put together from exp(z) and exp(-z) is inf / inf = nan at z = ±1000. np.tanh is safe: use it.",
        ),
        Mistake(
            "square root of the slope",
            lambda z: np.sqrt(1 - np.tanh(z) ** 2),
            "This is 1 / cosh(z); the slope is the square of it.",
        ),
        Mistake(CUT[0], lambda z: as_its_input(z, 1 - np.tanh(z) ** 2), CUT[1]),
        Mistake(
            "all of it squared",
            lambda z: (1 - np.tanh(z)) ** 2,
            "You square 1 - t as a whole. Only t is squared: 1 - t².",
        ),
        Mistake(
            "tanh twice",
            lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
            "tanh is applied twice, to its own output too. Once is enough: t = tanh(z), then 1 - t².",
        ),
        Mistake(
            "slope of the sigmoid",
            lambda z: s(z) * s(-z),
            "This is the slope of the SIGMOID, at most 1/4. The slope of tanh is 1 at z = 0.",
        ),
        Mistake(
            "square alone",
            lambda z: np.tanh(z) ** 2,
            "This is t², which is 0 at z = 0, where tanh is steepest: the slope is 1 minus that.",
        ),
        Mistake(
            "half of z",
            lambda z: 1 - np.tanh(0.5 * z) ** 2,
            "This is the slope for tanh(z/2), spread out to twice the width. (2 sigmoid(z) - 1 is tanh(z/2); tanh(z) is 2 sigmoid(2z) - 1.)",
        ),
        Mistake(
            "twice for squared",
            lambda z: 1 - 2 * np.tanh(z),
            "This is 1 - 2t: the 2 is an exponent, `t**2`.",
        ),
        Mistake(
            "factor z too much",
            lambda z: z * (1 - np.tanh(z) ** 2),
            "The factor z is too much: the slope of tanh in z is 1 - t² alone.",
        ),
        Mistake(
            "tan for tanh",
            lambda z: 1 - np.tan(z) ** 2,
            "np.tan is the tangent of an angle; the hyperbolic one is np.tanh.",
        ),
        Mistake(NEIGHBOURS[0], lambda z: np.gradient(np.tanh(z)), NEIGHBOURS[1]),
        Mistake(OVERWRITTEN[0], writes_into(lambda z: 1 - np.tanh(z) ** 2), OVERWRITTEN[1]),
    ),
    hints=(
        "What is the slope of tanh at 0, and what far out? Any answer must give 1 there and nearly 0 here.",
        "tanh = sinh / cosh; the quotient rule and cosh² - sinh² = 1 leave something short in t = tanh(z).",
        "Compute t = np.tanh(z); the slope is 1 minus the square of t.",
    ),
)
