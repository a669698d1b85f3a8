"""The exercises of 03_activations: bends element by element, their slopes, and the one that looks at a whole row."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "03_activations"
REFERENCE = "labkit.reference.activations:"

TYPES = "shapes and types"
EXTREMES = "very large numbers"

# ------------------------------------------------------------------------------------ inputs and wrong answers in common


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

# ----------------------------------------------------------------------------------------------------------- sigmoid


def sigmoid_cases(rng: np.random.Generator) -> list[Case]:
    return [*ordinary(rng), *shapes_and_types(rng), *at_extremes(-1000, -720, -30, 0, 30, 720, 1000)]


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
    judge=close(),
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
    ),
    hints=(
        "What is the slope of tanh at 0, and what far out? Any answer must give 1 there and nearly 0 here.",
        "tanh = sinh / cosh; the quotient rule and cosh² - sinh² = 1 leave something short in t = tanh(z).",
        "Compute t = np.tanh(z); the slope is 1 minus the square of t.",
    ),
)

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
    ),
    hints=(
        "Draw ReLU: two straight pieces. What is the slope of each?",
        "Ask of every element whether it is greater than 0; that gives an array of True and False.",
        "True and False become 1.0 and 0.0 by `.astype(float)`, or by np.where with the two numbers.",
    ),
)

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


def divides_by_alpha(z: Any, alpha: float = 0.01) -> Any:
    with np.errstate(divide="ignore"):
        return np.where(z > 0, z, z / np.float64(alpha))


LEAKY = Exercise(
    id="leaky_relu",
    notebook=NOTEBOOK,
    reference=REFERENCE + "leaky_relu",
    title="A slope that never dies",
    cases=leaky_cases,
    judge=close(),
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
    ),
    hints=(
        "Differentiate y = alpha z twice, once in z and once in alpha. And y = z?",
        "dz: the slope at each element (1 or alpha) times the dy that arrives there.",
        "dalpha: dy times z at the elements with z <= 0, summed to one number. Return dz, dalpha.",
    ),
)

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


def masks_times_branches(z: Any, alpha: float = 1.0) -> Any:
    return (z > 0) * z + (z <= 0) * alpha * (np.exp(z) - 1)


def elu_in_place(z: Any, alpha: float = 1.0) -> Any:
    z[z <= 0] = alpha * np.expm1(z[z <= 0])
    return z


ELU = Exercise(
    id="elu",
    notebook=NOTEBOOK,
    reference=REFERENCE + "elu",
    title="A soft floor",
    cases=elu_cases,
    judge=close(),
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
    ),
    hints=(
        "Two sides, as with the leaky ReLU: z where z is positive, and alpha (exp(z) - 1) elsewhere.",
        "np.where computes both sides for every element before it chooses: what does exp make of z = 1000?",
        "Hand exp the smaller of z and 0: np.minimum(z, 0.0). Then it never sees a large number.",
    ),
)

# -------------------------------------------------------------------------------------------------------------- silu


def silu_cases(rng: np.random.Generator) -> list[Case]:
    return [*ordinary(rng), *shapes_and_types(rng), *at_extremes(-1000, -720, -30, 0, 30, 1000)]


SILU = Exercise(
    id="silu",
    notebook=NOTEBOOK,
    reference=REFERENCE + "silu",
    title="A gate for itself",
    cases=silu_cases,
    judge=close(),
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
    ),
    hints=(
        "Two steps: the distribution function Phi(z), then z times it.",
        "`from scipy.special import erf` inside the function; erf works on whole arrays.",
        "Phi is half of 1 plus erf of z over the square root of 2; it must be 1/2 at z = 0.",
    ),
)

# ----------------------------------------------------------------------------------------------------------- softmax


def row_cases(rng: np.random.Generator) -> list[Case]:
    far = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1001.0, -999.5]])
    return [
        Case("two rows of logits", (2.0 * rng.normal(size=(2, 3)),)),
        Case("one row of four logits", (2.0 * rng.normal(size=4),)),
        Case("three rows of three logits", (2.0 * rng.normal(size=(3, 3)),)),
        Case("an array with three axes", (2.0 * rng.normal(size=(2, 3, 4)),), aspect=TYPES),
        Case("integers", (np.array([[1, 2, 3], [0, 0, 5]]),), aspect=TYPES),
        Case("float32 logits", (rng.normal(size=(2, 4)).astype(np.float32),), aspect=TYPES),
        Case("rows near 1000 and near -1000", (far,), aspect=EXTREMES, quiet=True),
        Case("1000, 999 and 998", (np.array([1000.0, 999.0, 998.0]),), aspect=EXTREMES, quiet=True),
    ]


AXIS_1 = (
    "axis 1 for the last axis",
    "axis=1 is the last axis of a matrix only: a single row has no axis 1, and with three axes it is the middle one. "
    "Count from the end: axis=-1.",
)
NO_KEEPDIMS = (
    "Without keepdims=True the sum (or maximum) of each row loses its axis, so that row i is combined with the number of "
    "another row, or the shapes do not fit at all."
)
GLOBAL_MAX = (
    "one maximum for all rows",
    "You subtract the largest element of the whole array; in a row far below it every exp becomes 0, and 0/0 is nan. "
    "Each row needs its own maximum.",
)


def shifts_in_place(z: Any) -> Any:
    z -= z.max(axis=-1, keepdims=True)
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


SOFTMAX = Exercise(
    id="softmax",
    notebook=NOTEBOOK,
    reference=REFERENCE + "softmax",
    title="Scores into probabilities",
    points=2,
    cases=row_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "columns for rows",
            Edit("axis=-1", "axis=0"),
            "You made each column sum to 1; softmax works along the last axis, so each row must.",
        ),
        Mistake(AXIS_1[0], Edit("axis=-1", "axis=1"), AXIS_1[1]),
        Mistake(
            "sum over all elements",
            Edit("e.sum(axis=-1, keepdims=True)", "e.sum()", (("z.max(axis=-1, keepdims=True)", "z.max()"),)),
            "All elements together sum to 1 here; each row must sum to 1 by itself: sum along axis=-1.",
        ),
        Mistake(
            "no maximum subtracted",
            Edit("np.exp(z - z.max(axis=-1, keepdims=True))", "np.exp(z)"),
            "exp(1000) is inf, and inf / inf is nan. Subtract the row's maximum before exp: it changes nothing in the result.",
        ),
        Mistake(GLOBAL_MAX[0], Edit("z.max(axis=-1, keepdims=True)", "z.max()"), GLOBAL_MAX[1]),
        Mistake(
            "mean subtracted",
            Edit("z.max(", "z.mean("),
            "You subtract the row's mean: what lies far above it still overflows. After subtracting the maximum no number is above 0.",
        ),
        Mistake(
            "minimum subtracted",
            Edit("z.max(", "z.min("),
            "You subtract the row's minimum, so all numbers become positive and exp overflows sooner. Subtract the maximum.",
        ),
        Mistake(
            "logits clipped",
            Edit("z - z.max(axis=-1, keepdims=True)", "np.clip(z, -500, 500)"),
            "Clipping makes 1000 and 999 the same number, so their probabilities come out equal. Subtract the row's maximum instead.",
        ),
        Mistake("keepdims forgotten", Edit(", keepdims=True", ""), NO_KEEPDIMS),
        Mistake("keepdims forgotten in the sum", Edit("e.sum(axis=-1, keepdims=True)", "e.sum(axis=-1)"), NO_KEEPDIMS),
        Mistake("keepdims forgotten, no maximum", lambda z: np.exp(z) / np.exp(z).sum(axis=-1), NO_KEEPDIMS),
        Mistake(
            "exp missing",
            Edit("np.exp(z - z.max(axis=-1, keepdims=True))", "z"),
            "You divide the scores themselves by their sum, and negative 'probabilities' come out. exp first, then divide.",
        ),
        Mistake(
            "logarithm returned",
            lambda z: z - np.logaddexp.reduce(z, axis=-1, keepdims=True),
            "These are logarithms of probabilities, all negative: that is log_softmax, the next exercise.",
        ),
        Mistake(
            "sigmoid",
            s,
            "This is the sigmoid of each element by itself, so the rows do not sum to 1. Divide exp of each by the row's sum.",
        ),
        Mistake(
            "softmin",
            lambda z: (
                np.exp(z.min(axis=-1, keepdims=True) - z)
                / np.exp(z.min(axis=-1, keepdims=True) - z).sum(-1, keepdims=True)
            ),
            "The smallest score gets the largest probability: the sign in the exponent is reversed.",
        ),
        Mistake(
            "largest takes all",
            lambda z: (z == z.max(axis=-1, keepdims=True)) * 1.0,
            "This is 1 for the largest score and 0 for all others (argmax). Softmax leaves every score a share.",
        ),
        Mistake(IN_PLACE[0], shifts_in_place, IN_PLACE[1]),
    ),
    hints=(
        "Three steps: exp of every score, the sum of each row, the quotient. Try [1000, -1000] when that works.",
        "Along which axis is the sum? The last one, axis=-1, and with keepdims=True, so that it still fits the array.",
        "Before exp, subtract each row's own maximum, z.max(axis=-1, keepdims=True): the quotient is the same, exp sees at most 0.",
    ),
)

# ------------------------------------------------------------------------------------------------------- log_softmax


def log_shifts_in_place(z: Any) -> Any:
    z -= z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def log_of_softmax(z: Any, eps: float = 0.0) -> Any:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.log(e / e.sum(axis=-1, keepdims=True) + eps)


LOG_SOFTMAX = Exercise(
    id="log_softmax",
    notebook=NOTEBOOK,
    reference=REFERENCE + "log_softmax",
    title="Logarithms that never reach minus infinity",
    points=2,
    cases=row_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "logarithm of softmax",
            log_of_softmax,
            "softmax of [1000, -1000] is [1, 0], and log(0) is -inf: what was lost in softmax cannot come back. Simplify "
            "log(exp(a) / sum) on paper first; one log and one exp vanish.",
        ),
        Mistake(
            "logarithm of softmax, no maximum",
            lambda z: np.log(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)),
            "exp(1000) is inf, and exp(-1000) is 0, whose log is -inf. Simplify log(exp(a) / sum) on paper (one log and one exp "
            "vanish), then subtract the row's maximum.",
        ),
        Mistake(
            "small number added",
            lambda z: log_of_softmax(z, 1e-12),
            "Adding a small number before log hides the -inf, but gives -27.6 where -2000 is right. Simplify log(exp(a) / sum) first.",
        ),
        Mistake(
            "no maximum subtracted",
            lambda z: z - np.log(np.exp(z).sum(axis=-1, keepdims=True)),
            "exp(1000) is inf (and exp(-1000) is 0, whose log is -inf). Subtract the row's maximum first, from z as well.",
        ),
        Mistake(
            "maximum not put back",
            Edit("shifted - np.log", "z - np.log"),
            "The maximum went out inside the log but stayed in z, so a row is off by its maximum. Subtract it in both places.",
        ),
        Mistake(
            GLOBAL_MAX[0],
            Edit("z.max(axis=-1, keepdims=True)", "z.max()"),
            GLOBAL_MAX[1].replace("0/0 is nan", "log(0) is -inf"),
        ),
        Mistake(
            "columns for rows",
            Edit("axis=-1", "axis=0"),
            "exp of each column sums to 1 here; log_softmax works along the last axis, on each row.",
        ),
        Mistake(AXIS_1[0], Edit("axis=-1", "axis=1"), AXIS_1[1]),
        Mistake(
            "sum over all elements",
            lambda z: z - z.max() - np.log(np.exp(z - z.max()).sum()),
            "exp of all elements together sums to 1 here; each row has its own sum: axis=-1.",
        ),
        Mistake("keepdims forgotten", Edit(", keepdims=True", ""), NO_KEEPDIMS),
        Mistake(
            "keepdims forgotten in the sum",
            Edit("np.exp(shifted).sum(axis=-1, keepdims=True)", "np.exp(shifted).sum(axis=-1)"),
            NO_KEEPDIMS,
        ),
        Mistake("keepdims forgotten, no maximum", lambda z: z - np.log(np.exp(z).sum(axis=-1)), NO_KEEPDIMS),
        Mistake(
            "softmax returned",
            lambda z: np.exp(log_shifts_in_place(1.0 * z)),
            "These are the probabilities; their natural logarithms are asked for.",
        ),
        Mistake(
            "logarithm to base 10",
            Edit("np.log(", "np.log10("),
            "The logarithm is the one to base 10; use the natural one, np.log.",
        ),
        Mistake(
            "sign reversed",
            lambda z: -log_shifts_in_place(1.0 * z),
            "Every value has the wrong sign: logarithms of probabilities are never above 0. (The loss, later, is minus this.)",
        ),
        Mistake(
            "logarithm of the sum forgotten",
            Edit("np.log(np.exp(shifted).sum(axis=-1, keepdims=True))", "np.exp(shifted).sum(axis=-1, keepdims=True)"),
            "You subtract the sum of the exps itself; it is the logarithm of the sum that is subtracted.",
        ),
        Mistake(IN_PLACE[0], log_shifts_in_place, IN_PLACE[1]),
    ),
    hints=(
        "log(a / b) = log a - log b, and log(exp(z)) = z: write log p without any exp in its first term.",
        "What remains is z minus the log of a row's sum of exps. To keep that sum finite, shift the row by its maximum first.",
        "shifted = z minus each row's maximum; the answer is shifted minus log of the sum of exp(shifted), axis=-1, keepdims=True.",
    ),
)

EXERCISES = (SIGMOID, SIGMOID_GRAD, TANH_GRAD, RELU, RELU_GRAD, LEAKY, PRELU, ELU, SILU, GELU, SOFTMAX, LOG_SOFTMAX)
