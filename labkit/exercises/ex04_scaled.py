"""The optimizers of 04_gradient_descent with a rate for each parameter: AdaGrad and RMSprop."""

from __future__ import annotations

import numpy as np

from labkit.exercises.ex04_steps import (
    ABSOLUTE,
    ALL_IN_PLACE,
    ASCENT,
    EPS_DEFAULT,
    EPS_FIXED,
    EPS_FORGOTTEN,
    EPS_IN_MEMORY,
    EPS_INSIDE,
    EPS_LAST,
    EPSILON,
    IN_PLACE,
    MEMORY_IN_PLACE,
    NO_RATE,
    NO_ROOT,
    NOT_SQUARED,
    NOTEBOOK,
    OLD_MEMORY,
    OLD_RETURNED,
    OPTIMIZERS,
    RATES,
    ROOT_KEPT,
    STEP_LOST,
    STEP_SQUARED,
    SWAPPED,
    TIMES_ROOT,
    TYPES,
    both_signs,
    positive,
)
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

# ------------------------------------------------------------------------------------------ adagrad_step, rmsprop_step


def memory_cases(rng: np.random.Generator, rates: dict[str, float]) -> list[Case]:
    """Return the cases of a rule (w, g, s, lr) that divides by the root of a memory of squares."""

    def arrays(*shape: int) -> tuple[np.ndarray, ...]:
        return both_signs(rng, *shape), both_signs(rng, *shape), positive(rng, *shape)

    sleeping = both_signs(rng, 4) * np.array([1.0, 0.0, 0.0, 1.0])
    return [
        Case("two parameters on their way", (*arrays(2), 0.1), rates),
        Case("five parameters, another learning rate", (*arrays(5), 0.5), rates),
        Case("an eps of 0.2", (*arrays(2), 0.3), rates | {"eps": 0.2}, aspect=EPSILON),
        Case("gradients of 0 at the start", (both_signs(rng, 4), sleeping, np.zeros(4), 0.1), rates, aspect=EPSILON),
        Case(
            "tiny gradients",
            (np.zeros(3), 1e-5 * both_signs(rng, 3), np.zeros(3), 0.1),
            rates | {"eps": 1e-6},
            aspect=EPSILON,
        ),
        Case("the defaults", (*arrays(4), 0.2), aspect=RATES),
        Case(
            "gradients as small as the default eps",
            (np.zeros(3), 1e-8 * both_signs(rng, 3), np.zeros(3), 0.1),
            aspect=RATES,
        ),
        Case("a matrix of parameters", (*arrays(2, 3), 0.1), aspect=TYPES),
        Case("float32 parameters", (*(a.astype(np.float32) for a in arrays(3)), 0.1), aspect=TYPES),
    ]


def adagrad_cases(rng: np.random.Generator) -> list[Case]:
    return memory_cases(rng, {})


def rmsprop_cases(rng: np.random.Generator) -> list[Case]:
    return memory_cases(rng, {"beta": 0.8})


ROOT = "(np.sqrt(s_new) + eps)"


def in_common(term: str) -> tuple[Mistake, ...]:
    """Return the mistakes made in both rules; ``term``**2 is how the reference puts the new square into the memory."""
    return (
        Mistake(ASCENT[0], Edit("w - lr * g", "w + lr * g"), ASCENT[1]),
        Mistake(EPS_INSIDE[0], Edit(ROOT, "np.sqrt(s_new + eps)"), EPS_INSIDE[1]),
        Mistake(EPS_FORGOTTEN[0], Edit(ROOT, "np.sqrt(s_new)"), EPS_FORGOTTEN[1]),
        Mistake(EPS_FIXED[0], Edit(ROOT, "(np.sqrt(s_new) + 1e-8)"), EPS_FIXED[1]),
        Mistake(NO_ROOT[0], Edit(ROOT, "(s_new + eps)"), NO_ROOT[1]),
        Mistake(NOT_SQUARED[0], Edit(f"{term}**2", term), NOT_SQUARED[1]),
        Mistake(OLD_MEMORY[0], Edit(ROOT, "(np.sqrt(s) + eps)"), OLD_MEMORY[1]),
        Mistake(NO_RATE[0], Edit("w - lr * g", "w - g"), NO_RATE[1]),
        Mistake(EPS_LAST[0], Edit(ROOT, "np.sqrt(s_new) + eps"), EPS_LAST[1]),
        Mistake(
            EPS_IN_MEMORY[0], Edit(f"{term}**2", f"{term}**2 + eps", ((ROOT, "np.sqrt(s_new)"),)), EPS_IN_MEMORY[1]
        ),
        Mistake(ABSOLUTE[0], Edit(f"{term}**2", term[:-1] + "np.abs(g)"), ABSOLUTE[1]),
        Mistake(STEP_SQUARED[0], Edit("lr * g / (np", "lr * g**2 / (np"), STEP_SQUARED[1]),
        Mistake(STEP_LOST[0], Edit("lr * g / (np", "lr / (np"), STEP_LOST[1]),
        Mistake(TIMES_ROOT[0], Edit("lr * g / (np", "lr * g * (np"), TIMES_ROOT[1]),
        Mistake(ROOT_KEPT[0], Edit("return w_new, s_new", "return w_new, np.sqrt(s_new)"), ROOT_KEPT[1]),
        Mistake(OLD_RETURNED[0], Edit("return w_new, s_new", "return w_new, s"), OLD_RETURNED[1]),
        Mistake(SWAPPED[0], Edit("return w_new, s_new", "return s_new, w_new"), SWAPPED[1]),
        Mistake(
            "one mean for all parameters",
            Edit(f"{term}**2", term[:-1] + "np.mean(g**2)"),
            "You average over the parameters. Each keeps a memory of its own: that is what gives each its own rate.",
        ),
        Mistake(
            IN_PLACE[0],
            Edit("w_new = w - lr * g / (np", "w -= lr * g / (np", (("return w_new", "return w"),)),
            IN_PLACE[1],
        ),
        Mistake(MEMORY_IN_PLACE[0], Edit("return w_new, s_new", "s[...] = s_new; return w_new, s"), MEMORY_IN_PLACE[1]),
        Mistake(
            ALL_IN_PLACE[0],
            Edit("return w_new, s_new", "w[...], s[...] = w_new, s_new; return w, s"),
            ALL_IN_PLACE[1],
        ),
    )


ADAGRAD = Exercise(
    id="adagrad_step",
    notebook=NOTEBOOK,
    reference=OPTIMIZERS + "adagrad_step",
    title="AdaGrad: a rate for each parameter",
    cases=adagrad_cases,
    judge=close("w_new", "s_new"),
    mistakes=(
        *in_common("s + g"),
        Mistake(
            "memory not kept",
            Edit("s + g**2", "g**2"),
            "s_new forgets all earlier gradients: add g squared to s. (As it is, every step is lr long, whatever the gradient.)",
        ),
        Mistake(
            "running mean",
            Edit("s + g**2", "0.9 * s + 0.1 * g**2"),
            "This is RMSprop's running mean. AdaGrad sums the squares since the start and forgets nothing.",
        ),
        Mistake(EPS_DEFAULT[0], Edit("eps=1e-10", "eps=1e-8"), EPS_DEFAULT[1]),
        Mistake(
            "one sum for all parameters",
            Edit("s + g**2", "s + np.sum(g**2)"),
            "You sum over all parameters. Each keeps a sum of its own: that is the point of AdaGrad.",
        ),
    ),
    hints=(
        "First the memory: each parameter adds the square of its gradient.",
        "Then a plain step whose length is divided by the root of the new memory, element by element.",
        "np.sqrt(s_new) + eps is what you divide by: eps is added after the root.",
    ),
)

RMSPROP = Exercise(
    id="rmsprop_step",
    notebook=NOTEBOOK,
    reference=OPTIMIZERS + "rmsprop_step",
    title="RMSprop: a memory that fades",
    cases=rmsprop_cases,
    judge=close("w_new", "s_new"),
    mistakes=(
        *in_common("(1 - beta) * g"),
        Mistake(
            "shares swapped",
            Edit("beta * s + (1 - beta) * g**2", "(1 - beta) * s + beta * g**2"),
            "beta and 1 - beta are swapped: beta is the share of the old mean that is kept, 0.99 of it.",
        ),
        Mistake(
            "sum instead of mean",
            Edit("beta * s + (1 - beta) * g**2", "s + g**2"),
            "This is AdaGrad's sum, which only grows. RMSprop keeps the share beta of the old mean and adds 1 - beta of the new square.",
        ),
        Mistake(
            "weight of the new square forgotten",
            Edit("(1 - beta) * g**2", "g**2"),
            "The new square enters with weight 1 - beta; with weight 1 the memory settles 1/(1 - beta) times too high.",
        ),
        Mistake(
            "beta fixed",
            Edit("beta * s + (1 - beta) * g**2", "0.9 * s + 0.1 * g**2"),
            "The share 0.9 stands in your code: use the argument beta, whose default is 0.99.",
        ),
        Mistake(
            "beta fixed at its default",
            Edit("beta * s + (1 - beta) * g**2", "0.99 * s + 0.01 * g**2"),
            "0.99 stands in your code: that is only the default. Use the argument beta.",
        ),
        Mistake(
            "default of beta",
            Edit("beta=0.99", "beta=0.9"),
            "With beta given it is right, but its default is not that of the statement, 0.99: compare the first line.",
        ),
        Mistake(
            "weight squared with the gradient",
            Edit("(1 - beta) * g**2", "((1 - beta) * g) ** 2"),
            "The brackets square 1 - beta, too: it multiplies the square, once.",
        ),
        Mistake(
            "old mean forgotten",
            Edit("beta * s + (1 - beta) * g**2", "(1 - beta) * g**2"),
            "The old mean s is not used, so nothing is remembered: the share beta of it belongs to the new one.",
        ),
        Mistake(
            "brackets of 1 - beta forgotten",
            Edit("(1 - beta) * g**2", "1 - beta * g**2"),
            "Without brackets `1 - beta * g**2` multiplies first and subtracts from 1. Write (1 - beta) * g**2.",
        ),
        Mistake(
            "bias corrected",
            Edit(ROOT, "(np.sqrt(s_new / (1 - beta)) + eps)"),
            "You divide the mean by 1 - beta, which looks like Adam's correction. RMSprop has none: the root of s_new as it is.",
        ),
        Mistake(EPS_DEFAULT[0], Edit("eps=1e-8", "eps=1e-10"), EPS_DEFAULT[1]),
    ),
    hints=(
        "The same as AdaGrad but for one line: the memory is a running mean, not a sum.",
        "A running mean keeps the share beta of itself and takes the share 1 - beta from the new square.",
        "s_new = beta * s + (1 - beta) * g**2, and the step divides by np.sqrt(s_new) + eps.",
    ),
)
