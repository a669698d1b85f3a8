"""The exercise Adam of 04_gradient_descent: two running means, and the correction of their start."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex04_steps import (
    ALL_IN_PLACE,
    ASCENT,
    EPS_FIXED,
    EPS_FORGOTTEN,
    EPS_INSIDE,
    EPSILON,
    IN_PLACE,
    NO_RATE,
    NO_ROOT,
    NOT_SQUARED,
    NOTEBOOK,
    OPTIMIZERS,
    RATE_FIXED,
    RATES,
    REFUSES,
    TYPES,
    both_signs,
    positive,
)
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

# ------------------------------------------------------------------------------------------------ adam_step

MOMENTS = "beta1 and beta2"


def adam_cases(rng: np.random.Generator) -> list[Case]:
    def arrays(*shape: int) -> tuple[np.ndarray, ...]:
        return both_signs(rng, *shape), both_signs(rng, *shape), both_signs(rng, *shape), positive(rng, *shape)

    zeros = np.zeros(4)
    sleeping = both_signs(rng, 4) * np.array([1.0, 0.0, 0.0, 1.0])
    own = {"lr": 0.1, "beta1": 0.6, "beta2": 0.7}
    return [
        Case("the first step", (both_signs(rng, 2), both_signs(rng, 2), np.zeros(2), np.zeros(2), 1), {"lr": 0.1}),
        Case("step 3, with moments on their way", (*arrays(2), 3), {"lr": 0.2}),
        Case("step 7, another learning rate", (*arrays(5), 7), {"lr": 0.5}),
        Case("beta1 = 0.6 and beta2 = 0.7", (*arrays(2), 2), own, aspect=MOMENTS),
        Case("beta1 = 0.5 and beta2 = 0.9", (*arrays(3), 4), {"lr": 0.1, "beta1": 0.5, "beta2": 0.9}, aspect=MOMENTS),
        Case("an eps of 0.2", (*arrays(2), 3), {"lr": 0.3, "eps": 0.2}, aspect=EPSILON),
        Case(
            "gradients of 0 at the start", (both_signs(rng, 4), sleeping, zeros, zeros, 1), {"lr": 0.1}, aspect=EPSILON
        ),
        Case("tiny gradients", (zeros, 1e-6 * both_signs(rng, 4), zeros, zeros, 1), {"lr": 0.1}, aspect=EPSILON),
        Case("the defaults", (both_signs(rng, 3) * 1e-2, *arrays(3)[1:], 2), aspect=RATES),
        Case("step 5000", (*arrays(4), 5000), {"lr": 0.1}, aspect=RATES),
        Case("a matrix of parameters", (*arrays(2, 3), 2), {"lr": 0.1}, aspect=TYPES),
        Case("float32 parameters", (*(a.astype(np.float32) for a in arrays(3)), 2), {"lr": 0.1}, aspect=TYPES),
        Case("step number 0", (*arrays(3), 0), {"lr": 0.1}, aspect=REFUSES),
    ]


def adam_in_place(w: Any, g: Any, m: Any, v: Any, t: int, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8) -> Any:
    if t < 1:
        raise ValueError("t")
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


ADAM_ROOT = "(np.sqrt(v_hat) + eps)"

ADAM = Exercise(
    id="adam_step",
    notebook=NOTEBOOK,
    reference=OPTIMIZERS + "adam_step",
    title="Adam, step number t",
    points=2,
    cases=adam_cases,
    judge=close("w_new", "m_new", "v_new"),
    mistakes=(
        Mistake(ASCENT[0], Edit("w - lr * m_hat", "w + lr * m_hat"), ASCENT[1]),
        Mistake(
            "bias correction missing",
            Edit(
                "m_hat = m_new / (1 - beta1**t)",
                "m_hat = m_new",
                (("v_hat = v_new / (1 - beta2**t)", "v_hat = v_new"),),
            ),
            "The bias correction is missing: m and v start at 0 and are too small at first. Divide each by 1 - beta**t.",
        ),
        Mistake(
            "t counted from 0",
            Edit(
                "m_hat = m_new / (1 - beta1**t)",
                "m_hat = m_new / (1 - beta1 ** (t + 1))",
                (("1 - beta2**t", "1 - beta2 ** (t + 1)"),),
            ),
            "You treat t as counted from 0. The first step is t = 1 already: the powers are beta1**t and beta2**t.",
        ),
        Mistake(
            "t one step behind",
            Edit(
                "m_hat = m_new / (1 - beta1**t)",
                "m_hat = m_new / (1 - beta1 ** (t - 1))",
                (("1 - beta2**t", "1 - beta2 ** (t - 1)"),),
            ),
            "With t - 1 in the powers the first step divides by 0. The first step is t = 1, and its powers are beta1**1 and beta2**1.",
        ),
        Mistake(
            "t not in the power",
            Edit("m_hat = m_new / (1 - beta1**t)", "m_hat = m_new / (1 - beta1)", (("1 - beta2**t", "1 - beta2"),)),
            "You divide by 1 - beta at every step; the bias fades as the power beta**t does. Only at t = 1 both are the same.",
        ),
        Mistake(
            "corrected moments returned",
            Edit("return w_new, m_new, v_new", "return w_new, m_hat, v_hat"),
            "You return m_hat and v_hat. Keep m_new and v_new in memory: the correction is made afresh at each step.",
        ),
        Mistake(
            "only the mean corrected",
            Edit("v_hat = v_new / (1 - beta2**t)", "v_hat = v_new"),
            "v is not corrected: it started at 0 as well, and beta2 near 1 makes its bias the larger one.",
        ),
        Mistake(
            "beta1 and beta2 swapped",
            Edit(
                "beta1 * m + (1 - beta1)",
                "beta2 * m + (1 - beta2)",
                (("beta2 * v + (1 - beta2)", "beta1 * v + (1 - beta1)"),),
            ),
            "beta1 and beta2 are swapped in the moments: beta1 belongs to the mean m, beta2 to the mean of squares v.",
        ),
        Mistake(
            "beta1 and beta2 swapped throughout",
            Edit(
                "beta1 * m + (1 - beta1)",
                "beta2 * m + (1 - beta2)",
                (
                    ("beta2 * v + (1 - beta2)", "beta1 * v + (1 - beta1)"),
                    ("m_new / (1 - beta1**t)", "m_new / (1 - beta2**t)"),
                    ("v_new / (1 - beta2**t)", "v_new / (1 - beta1**t)"),
                ),
            ),
            "beta1 and beta2 are swapped throughout: beta1 belongs to the mean m, beta2 to the mean of squares v.",
        ),
        Mistake(
            "epsilon before the correction",
            Edit(ADAM_ROOT, "((np.sqrt(v_new) + eps) / np.sqrt(1 - beta2**t))"),
            "You add eps before v is corrected, so the correction enlarges eps, too. Divide v_new by 1 - beta2**t first; take the root "
            "of that, then add eps.",
        ),
        Mistake(EPS_INSIDE[0], Edit(ADAM_ROOT, "np.sqrt(v_hat + eps)"), EPS_INSIDE[1]),
        Mistake(EPS_FORGOTTEN[0], Edit(ADAM_ROOT, "np.sqrt(v_hat)"), EPS_FORGOTTEN[1]),
        Mistake(EPS_FIXED[0], Edit(ADAM_ROOT, "(np.sqrt(v_hat) + 1e-8)"), EPS_FIXED[1]),
        Mistake(NO_ROOT[0], Edit(ADAM_ROOT, "(v_hat + eps)"), NO_ROOT[1]),
        Mistake(NOT_SQUARED[0], Edit("(1 - beta2) * g**2", "(1 - beta2) * g"), NOT_SQUARED[1]),
        Mistake(
            "gradient instead of the mean",
            Edit("lr * m_hat", "lr * g"),
            "The numerator is the gradient itself (that would be RMSprop): use its corrected mean m_hat.",
        ),
        Mistake(
            "weight of the new gradient forgotten",
            Edit("(1 - beta1) * g\n", "g\n", (("(1 - beta2) * g**2\n", "g**2\n"),)),
            "The new gradient and its square enter with weights 1 - beta1 and 1 - beta2: both moments are means, not sums.",
        ),
        Mistake(
            "only the squares corrected",
            Edit("m_hat = m_new / (1 - beta1**t)", "m_hat = m_new"),
            "m is not corrected: it started at 0 as well. Divide it by 1 - beta1**t.",
        ),
        Mistake(
            "product instead of power",
            Edit("1 - beta1**t)\n", "1 - beta1 * t)\n", (("1 - beta2**t)\n", "1 - beta2 * t)\n"),)),
            "You multiply beta by t. What is left of the start after t steps is beta to the power t: `**`.",
        ),
        Mistake(
            "power of the bracket",
            Edit("(1 - beta1**t)\n", "(1 - beta1) ** t\n", (("(1 - beta2**t)\n", "(1 - beta2) ** t\n"),)),
            "You take the power of 1 - beta. What is left of the start is beta**t; subtract that from 1.",
        ),
        Mistake(
            "multiplied by the correction",
            Edit(
                "m_new / (1 - beta1**t)",
                "m_new * (1 - beta1**t)",
                (("v_new / (1 - beta2**t)", "v_new * (1 - beta2**t)"),),
            ),
            "You multiply by 1 - beta**t, which makes both means even smaller. They are too small at first: divide.",
        ),
        Mistake(
            "brackets of the correction forgotten",
            Edit(
                "m_hat = m_new / (1 - beta1**t)",
                "m_hat = m_new / 1 - beta1**t",
                (("v_hat = v_new / (1 - beta2**t)", "v_hat = v_new / 1 - beta2**t"),),
            ),
            "Without brackets m_new / 1 - beta1**t divides by 1 and subtracts the power afterwards. Put 1 - beta**t in brackets.",
        ),
        Mistake(
            "beta1 in both corrections",
            Edit("v_new / (1 - beta2**t)", "v_new / (1 - beta1**t)"),
            "beta1 stands in both corrections: v is a mean with beta2, so its correction has beta2, too.",
        ),
        Mistake(
            "beta1 in both means",
            Edit("beta2 * v + (1 - beta2) * g**2", "beta1 * v + (1 - beta1) * g**2"),
            "beta1 stands in both means: the mean of squares keeps the share beta2.",
        ),
        Mistake(
            "shares swapped",
            Edit(
                "beta1 * m + (1 - beta1) * g\n",
                "(1 - beta1) * m + beta1 * g\n",
                (("beta2 * v + (1 - beta2) * g**2\n", "(1 - beta2) * v + beta2 * g**2\n"),),
            ),
            "beta and 1 - beta are swapped: beta is the share of the old mean that is kept, nearly all of it.",
        ),
        Mistake(
            "betas fixed",
            Edit(
                "m_new = beta1 * m",
                "beta1, beta2 = 0.9, 0.999\n    m_new = beta1 * m",
            ),
            "0.9 and 0.999 stand in your code: these are only the defaults. Use the arguments beta1 and beta2.",
        ),
        Mistake(
            "mean squared instead of the gradient",
            Edit("(1 - beta2) * g**2\n", "(1 - beta2) * m_new**2\n"),
            "v collects the square of the mean m_new. It must collect the square of the gradient g itself.",
        ),
        Mistake(NO_RATE[0], Edit("w - lr * m_hat", "w - m_hat"), NO_RATE[1]),
        Mistake(RATE_FIXED[0], Edit("w - lr * m_hat", "w - 0.001 * m_hat"), RATE_FIXED[1]),
        Mistake(
            "default of lr",
            Edit("lr=1e-3", "lr=1e-2"),
            "With lr given it is right, but its default is not that of the statement, 0.001: compare the first line.",
        ),
        Mistake(
            "old moments in the step",
            Edit(
                "m_hat = m_new / (1 - beta1**t)",
                "m_hat = m / (1 - beta1**t)",
                (("v_hat = v_new / (1 - beta2**t)", "v_hat = v / (1 - beta2**t)"),),
            ),
            "The step uses the moments from before this gradient. Update both first, then correct and use the new ones.",
        ),
        Mistake(
            "old moments returned",
            Edit("return w_new, m_new, v_new", "return w_new, m, v"),
            "w_new is right, but the moments that come back are the old ones: the next step would not know of this gradient.",
        ),
        Mistake(IN_PLACE[0], Edit("return w_new, m_new, v_new", "w[...] = w_new; return w, m_new, v_new"), IN_PLACE[1]),
        Mistake(
            ALL_IN_PLACE[0],
            Edit(
                "return w_new, m_new, v_new",
                "w[...], m[...], v[...] = w_new, m_new, v_new; return w, m, v",
            ),
            "The numbers are right, but `-=`, `+=` and `*=` write into the caller's w, m and v. Make new arrays: w_new = w - ….",
        ),
        Mistake(
            "step number 0 accepted",
            Edit("if t < 1:", "if t < 0:"),
            "At t = 0 the correction divides by zero and gives nan or inf: raise ValueError when t < 1.",
        ),
        Mistake(
            "moments changed in place",
            adam_in_place,
            "The numbers are right, but `m *= …` and `v += …` write into the caller's arrays: make new ones.",
        ),
    ),
    hints=(
        "Five lines after the check of t: two running means (of g and of g squared), two corrections, one step.",
        "m_new = beta1 * m + (1 - beta1) * g, and v_new likewise with beta2 and g**2. These two are returned.",
        "m_hat = m_new / (1 - beta1**t), v_hat likewise; the step is lr times m_hat divided by np.sqrt(v_hat) + eps.",
    ),
)
