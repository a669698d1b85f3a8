"""The exercise AdamW of 04_gradient_descent: the decay stays out of the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex04_adam import MOMENTS
from labkit.exercises.ex04_steps import (
    EPS_INSIDE,
    IN_PLACE,
    NOTEBOOK,
    OPTIMIZERS,
    RATES,
    TYPES,
    both_signs,
    positive,
)
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake


def adamw_cases(rng: np.random.Generator) -> list[Case]:
    def arrays(*shape: int) -> tuple[np.ndarray, ...]:
        return both_signs(rng, *shape), both_signs(rng, *shape), both_signs(rng, *shape), positive(rng, *shape)

    zeros = np.zeros(4)
    own = {"lr": 0.1, "beta1": 0.6, "beta2": 0.7, "eps": 0.2, "weight_decay": 0.3}
    return [
        Case(
            "the first step",
            (both_signs(rng, 4), both_signs(rng, 4), zeros, zeros, 1),
            {"lr": 0.2, "weight_decay": 0.5},
        ),
        Case("step 3, with moments on their way", (*arrays(2), 3), {"lr": 0.1, "weight_decay": 0.4}),
        Case(
            "gradients of 0: decay alone",
            (both_signs(rng, 4), zeros, zeros, zeros, 1),
            {"lr": 0.5, "weight_decay": 0.2},
        ),
        Case("no decay", (*arrays(4), 2), {"lr": 0.3, "weight_decay": 0.0}, aspect=RATES),
        Case("the defaults", (both_signs(rng, 3), *arrays(3)[1:], 2), aspect=RATES),
        Case("other betas and eps", (*arrays(3), 2), own, aspect=MOMENTS),
        Case("a matrix of parameters", (*arrays(2, 3), 2), {"lr": 0.1, "weight_decay": 0.1}, aspect=TYPES),
    ]


def adamw_epsilon_inside(
    w: Any, g: Any, m: Any, v: Any, t: int, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
) -> Any:
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps)
    return w * (1 - lr * weight_decay) - lr * step, m, v


def adamw_not_corrected(
    w: Any, g: Any, m: Any, v: Any, t: int, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
) -> Any:
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w * (1 - lr * weight_decay) - lr * m / (np.sqrt(v) + eps), m, v


def adamw_decay_rescaled(
    w: Any, g: Any, m: Any, v: Any, t: int, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
) -> Any:
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    root = np.sqrt(v / (1 - beta2**t)) + eps
    return w - lr * (m / (1 - beta1**t) + weight_decay * w) / root, m, v


def adamw_decay_in_the_mean(
    w: Any, g: Any, m: Any, v: Any, t: int, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2
) -> Any:
    m, v = beta1 * m + (1 - beta1) * (g + weight_decay * w), beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


PASSED_ON = "t, lr, beta1, beta2, eps)"
DECAY = "adam_step(w * (1 - lr * weight_decay), g,"

ADAMW = Exercise(
    id="adamw_step",
    notebook=NOTEBOOK,
    reference=OPTIMIZERS + "adamw_step",
    title="AdamW: decay on its own",
    cases=adamw_cases,
    judge=close("w_new", "m_new", "v_new"),
    mistakes=(
        Mistake(
            "L2 instead of decoupled decay",
            Edit(DECAY, "adam_step(w, g + weight_decay * w,"),
            "You add weight_decay w to the gradient: that is L2, and Adam then rescales it like any gradient. Decoupled decay shrinks "
            "w itself and keeps g, m and v free of it.",
        ),
        Mistake(
            "L2 and decoupled decay mixed",
            Edit(DECAY, "adam_step(w * (1 - lr * weight_decay), g + weight_decay * w,"),
            "The decay acts twice: on w, as asked, and once more inside the gradient. Pass the plain g to Adam.",
        ),
        Mistake(
            "decay forgotten",
            Edit(DECAY, "adam_step(w, g,"),
            "This is Adam without decay: shrink w by lr * weight_decay of itself, too.",
        ),
        Mistake(
            "decay without the learning rate",
            Edit(DECAY, "adam_step(w * (1 - weight_decay), g,"),
            "The decay is not multiplied by lr: w shrinks to (1 - lr weight_decay) w, so that a schedule slows both alike.",
        ),
        Mistake(
            "growth",
            Edit(DECAY, "adam_step(w * (1 + lr * weight_decay), g,"),
            "w grows here: decay makes it smaller, with a minus.",
        ),
        Mistake(
            "decay after the step",
            Edit(
                "return adam_step(w * (1 - lr * weight_decay), g, m, v, t, lr, beta1, beta2, eps)",
                "new, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)\n    return new * (1 - lr * weight_decay), m, v",
            ),
            "You shrink the result of the step. Shrink the old w, then step: the step itself must not decay.",
        ),
        Mistake(
            "options not passed on",
            Edit("t, lr, beta1, beta2, eps)", "t, lr)"),
            "beta1, beta2 and eps are not passed on to adam_step, which then uses its defaults.",
        ),
        Mistake(
            "epsilon not passed on",
            Edit(PASSED_ON, "t, lr, beta1, beta2)"),
            "eps is not passed on to adam_step, which then uses its default.",
        ),
        Mistake(
            "betas not passed on",
            Edit(PASSED_ON, "t, lr, eps=eps)"),
            "beta1 and beta2 are not passed on to adam_step, which then uses its defaults.",
        ),
        Mistake(
            "learning rate not passed on",
            Edit(PASSED_ON, "t)"),
            "lr is not passed on to adam_step, nor are beta1, beta2 and eps: it then steps with its default of 0.001.",
        ),
        Mistake(
            "beta1 and beta2 swapped",
            Edit(PASSED_ON, "t, lr, beta2, beta1, eps)"),
            "beta1 and beta2 reach adam_step in the wrong order.",
        ),
        Mistake(
            "m and v swapped",
            Edit("g, m, v, t, lr, beta1", "g, v, m, t, lr, beta1"),
            "m and v reach adam_step in the wrong order.",
        ),
        Mistake(
            "same amount from every weight",
            Edit(DECAY, "adam_step(w - lr * weight_decay, g,"),
            "You take the same amount from every weight, which makes negative ones larger. Each loses a share of itself.",
        ),
        Mistake(
            "only what is lost",
            Edit(DECAY, "adam_step(w * lr * weight_decay, g,"),
            "lr weight_decay w is what is lost; Adam starts from what is left, (1 - lr weight_decay) w.",
        ),
        Mistake(
            "decay fixed at its default",
            Edit(DECAY, "adam_step(w * (1 - lr * 1e-2), g,"),
            "0.01 stands in your code: that is only the default. Use the argument weight_decay.",
        ),
        Mistake(
            "default of the decay",
            Edit("weight_decay=1e-2", "weight_decay=0.1"),
            "With weight_decay given it is right, but its default is not that of the statement, 0.01: compare the first line.",
        ),
        Mistake(
            "decay rescaled by the root",
            adamw_decay_rescaled,
            "The decay is divided by the root of v together with the mean. Decoupled means outside of that fraction: lr weight_decay w, "
            "as it is.",
        ),
        Mistake(
            "decay in the mean",
            adamw_decay_in_the_mean,
            "The decay enters m with the gradient. m and v are means of the loss's gradient alone; w shrinks by itself.",
        ),
        Mistake(
            IN_PLACE[0],
            Edit(
                "return adam_step(w * (1 - lr * weight_decay), ", "w *= 1 - lr * weight_decay\n    return adam_step(w, "
            ),
            "The numbers are right, but `w *= …` writes into the caller's array. Pass w * (…) on, which makes a new one.",
        ),
        Mistake(EPS_INSIDE[0], adamw_epsilon_inside, EPS_INSIDE[1]),
        Mistake(
            "bias correction missing",
            adamw_not_corrected,
            "The decay is right, but the step is not Adam's: its bias correction is missing. Call adam_step for it.",
        ),
    ),
    hints=(
        "Do not write Adam again: call adam_step, with one argument changed.",
        "The gradient stays as it is. What changes is where the step starts from.",
        "Adam starts from w * (1 - lr * weight_decay). Pass g, m, v, t, lr, beta1, beta2 and eps on.",
    ),
)
