"""The optimizers of 04_gradient_descent that see slopes and no axes: plain descent and momentum."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex04_steps import (
    ALL_IN_PLACE,
    ASCENT,
    IN_PLACE,
    NO_RATE,
    NOTEBOOK,
    OLD_RETURNED,
    OPTIMIZERS,
    RATE_FIXED,
    RATES,
    SWAPPED,
    TYPES,
    both_signs,
)
from labkit.grading.compare import close, difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

# ---------------------------------------------------------------------------------------------------------- sgd_step


def sgd_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("two parameters", (both_signs(rng, 2), both_signs(rng, 2), 0.1)),
        Case("another learning rate", (both_signs(rng, 5), both_signs(rng, 5), 0.7)),
        Case("a matrix of parameters", (both_signs(rng, 2, 3), both_signs(rng, 2, 3), 0.2), aspect=TYPES),
        Case("integer gradients", (both_signs(rng, 3), np.array([1, 2, -4]), 0.25), aspect=TYPES),
        Case(
            "float32 parameters",
            (both_signs(rng, 3).astype(np.float32), both_signs(rng, 3).astype(np.float32), 0.1),
            aspect=TYPES,
        ),
    ]


def sgd_in_place(w: Any, g: Any, lr: float) -> Any:
    w -= lr * g
    return w


def plain_step(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare two arrays; a step along g of another length is told how long it is, in units of g."""
    finding = difference(expected, got)
    if finding is None or finding.stage != "values":
        return finding
    w, g, lr = (np.asarray(a, dtype=float) for a in case.args)
    step = w - got
    share = float(np.sum(step * g) / np.sum(g * g))
    if abs(share) < 1e-6 or not np.allclose(step, share * g, rtol=1e-3, atol=1e-6):
        return finding
    advice = f"You stepped {share:.4g} times g, and lr is {float(lr):.4g} here: is a factor missing, too much, or written as a number?"
    return Finding("values", finding.sentence, advice, "another length of the step")


SGD = Exercise(
    id="sgd_step",
    notebook=NOTEBOOK,
    reference=OPTIMIZERS + "sgd_step",
    title="One plain step",
    cases=sgd_cases,
    judge=plain_step,
    mistakes=(
        Mistake(ASCENT[0], Edit("w - lr * g", "w + lr * g"), ASCENT[1]),
        Mistake(NO_RATE[0], Edit("w - lr * g", "w - g"), NO_RATE[1]),
        Mistake(
            "step alone",
            Edit("return w - lr * g", "return -lr * g"),
            "This is the step; return where it leads, w plus the step.",
        ),
        Mistake(
            "normalised gradient",
            Edit("lr * g", "lr * g / np.sqrt(np.sum(g**2))"),
            "You divide by the length of the gradient, so every step is lr long. Plain descent keeps the length: steep means far.",
        ),
        Mistake(
            "sign of the gradient",
            Edit("lr * g", "lr * np.sign(g)"),
            "Only the sign of g is used; plain descent steps lr times g, far where it is steep.",
        ),
        Mistake(
            "rate on w",
            Edit("w - lr * g", "lr * (w - g)"),
            "lr multiplies w as well: it belongs to the gradient alone. Mind the brackets.",
        ),
        Mistake(RATE_FIXED[0], Edit("lr * g", "0.1 * g"), RATE_FIXED[1]),
        Mistake(
            "divided by the rate",
            Edit("lr * g", "g / lr"),
            "You divide by lr, so that a small rate makes a long step. The step is lr times the gradient.",
        ),
        Mistake(
            "averaged again",
            Edit("lr * g", "lr * g / g.size"),
            "You divide by the number of parameters. g is the gradient already: the mean over rows was taken when it was computed.",
        ),
        Mistake(
            "one step for all parameters",
            Edit("lr * g", "lr * np.sum(g)"),
            "All parameters move by the same number, because g is summed. Each parameter follows its own entry of g.",
        ),
        Mistake(
            "mean step for all parameters",
            Edit("lr * g", "lr * np.mean(g, axis=0)"),
            "You average g over its first axis. Each parameter follows its own entry of g: there are no rows to average here.",
        ),
        Mistake(
            "weights instead of the gradient",
            Edit("lr * g", "lr * w"),
            "g is not used: this only shrinks w. The step is lr times the gradient g.",
        ),
        Mistake(
            "w and g swapped",
            Edit("w - lr * g", "g - lr * w"),
            "w and g have changed places: start at w, and step by lr times g.",
        ),
        Mistake(
            "gradient times the weights",
            Edit("lr * g", "lr * g * w"),
            "w appears in the step as well. The step is lr times g, wherever w is.",
        ),
        Mistake(
            "brackets around w - lr",
            Edit("w - lr * g", "(w - lr) * g"),
            "The brackets join w and lr, and g multiplies both. lr and g belong together.",
        ),
        Mistake(IN_PLACE[0], sgd_in_place, IN_PLACE[1]),
    ),
    hints=(
        "One line. Downhill is against the gradient.",
        "The step is the gradient times the learning rate.",
        "return w - (what you step): a new array, so no `-=`.",
    ),
)

# ------------------------------------------------------------------------------------------------------ momentum_step


def momentum_cases(rng: np.random.Generator) -> list[Case]:
    def arrays(*shape: int) -> tuple[np.ndarray, ...]:
        return both_signs(rng, *shape), both_signs(rng, *shape), both_signs(rng, *shape)

    return [
        Case("two parameters on their way", (*arrays(2), 0.1)),
        Case("the first step, with v = 0", (both_signs(rng, 2), both_signs(rng, 2), np.zeros(2), 0.3)),
        Case("a share mu of 0.5", (*arrays(4), 0.2), {"mu": 0.5}, aspect=RATES),
        Case("mu = 0", (*arrays(3), 0.05), {"mu": 0.0}, aspect=RATES),
        Case("a matrix of parameters", (*arrays(2, 3), 0.1), aspect=TYPES),
        Case("float32 parameters", (*(a.astype(np.float32) for a in arrays(3)), 0.1), aspect=TYPES),
    ]


def momentum_in_place(w: Any, g: Any, v: Any, lr: float, mu: float = 0.9) -> Any:
    v *= mu
    v += g
    return w - lr * v, v


MOMENTUM = Exercise(
    id="momentum_step",
    notebook=NOTEBOOK,
    reference=OPTIMIZERS + "momentum_step",
    title="A step with momentum",
    cases=momentum_cases,
    judge=close("w_new", "v_new"),
    mistakes=(
        Mistake(ASCENT[0], Edit("w - lr * v_new", "w + lr * v_new"), ASCENT[1]),
        Mistake(
            "learning rate inside v",
            Edit("mu * v + g", "mu * v + lr * g", (("w - lr * v_new", "w - v_new"),)),
            "Here v collects gradients and lr multiplies it in the step. With lr inside v (as Polyak writes it) v has other units, "
            "and a later change of lr does not reach the steps already in it.",
        ),
        Mistake(
            "learning rate twice",
            Edit("mu * v + g", "mu * v + lr * g"),
            "lr appears twice, in v and in the step. It belongs only in the step.",
        ),
        Mistake(
            "running mean",
            Edit("mu * v + g", "mu * v + (1 - mu) * g"),
            "This v is a running mean (Adam's first moment). Momentum adds the whole gradient: v_new = mu v + g.",
        ),
        Mistake(
            "old velocity in the step",
            Edit("lr * v_new", "lr * v"),
            "The step uses the old velocity, so the new gradient acts one step late: update v first.",
        ),
        Mistake(
            "velocity points downhill",
            Edit("mu * v + g", "mu * v - g", (("w - lr * v_new", "w + lr * v_new"),)),
            "Your v is built with -g and added: a fair rule, but here v sums gradients (+g) and is subtracted in the step.",
        ),
        Mistake(
            "Nesterov",
            Edit("lr * v_new", "lr * (g + mu * v_new)"),
            "This is Nesterov's look-ahead, g + mu v_new. Plain momentum steps lr times v_new.",
        ),
        Mistake(NO_RATE[0], Edit("w - lr * v_new", "w - v_new"), NO_RATE[1]),
        Mistake(
            "learning rate inside v, which points downhill",
            Edit("mu * v + g", "mu * v - lr * g", (("w - lr * v_new", "w + v_new"),)),
            "Here v holds steps, -lr g and what is left of earlier ones: a fair rule, but this v holds gradients. v_new = mu v + g, "
            "and lr multiplies v_new in the step, with a minus.",
        ),
        Mistake(
            "learning rate times v",
            Edit("mu * v + g", "lr * (mu * v + g)", (("w - lr * v_new", "w - v_new"),)),
            "You return lr times the velocity, and the next step would multiply what is left of it by lr again. lr belongs only in the step.",
        ),
        Mistake(
            "gradient subtracted in v",
            Edit("mu * v + g", "mu * v - g"),
            "v collects -g, and the step subtracts v again: two minus signs walk uphill. v_new = mu v + g.",
        ),
        Mistake(OLD_RETURNED[0], Edit("return w_new, v_new", "return w_new, v"), OLD_RETURNED[1]),
        Mistake(
            "old velocity forgotten",
            Edit("mu * v + g", "g"),
            "v is not used: this is plain descent. The share mu of the old velocity belongs to the new one.",
        ),
        Mistake(
            "mu fixed",
            Edit("mu * v", "0.9 * v"),
            "0.9 stands in your code: that is only the default. Use the argument mu.",
        ),
        Mistake(
            "shares swapped",
            Edit("mu * v + g", "(1 - mu) * v + mu * g"),
            "The old velocity keeps the share mu, not 1 - mu, and the new gradient enters whole.",
        ),
        Mistake(
            "mu on the gradient",
            Edit("mu * v + g", "v + mu * g"),
            "mu stands at the gradient. It belongs to the old velocity: that is what fades, the new gradient enters whole.",
        ),
        Mistake(
            "mu on both",
            Edit("mu * v + g", "mu * (v + g)"),
            "mu multiplies the gradient, too: only the old velocity fades, the new gradient enters whole. Mind the brackets.",
        ),
        Mistake(
            "gradient twice",
            Edit("lr * v_new", "lr * (v_new + g)"),
            "The gradient acts twice: it is in v_new already.",
        ),
        Mistake(
            "learning rate and mu swapped",
            Edit("mu * v + g", "lr * v + g", (("w - lr * v_new", "w - mu * v_new"),)),
            "lr and mu have changed places: mu is the share of the velocity that is kept, lr the length of the step.",
        ),
        Mistake(IN_PLACE[0], Edit("w_new = w - lr", "w -= lr", (("return w_new", "return w"),)), IN_PLACE[1]),
        Mistake(
            ALL_IN_PLACE[0],
            Edit(
                "v_new = mu * v + g",
                "v *= mu; v += g",
                (("w_new = w - lr * v_new", "w -= lr * v"), ("w_new, v_new\n", "w, v\n")),
            ),
            ALL_IN_PLACE[1],
        ),
        Mistake("mu forgotten", Edit("mu * v + g", "v + g"), "mu is not used: without it old gradients never fade."),
        Mistake(
            "momentum forgotten",
            Edit("lr * v_new", "lr * g"),
            "w takes a plain step: use the velocity v_new in it, not g.",
        ),
        Mistake(SWAPPED[0], Edit("return w_new, v_new", "return v_new, w_new"), SWAPPED[1]),
        Mistake(
            "v changed in place",
            momentum_in_place,
            "The numbers are right, but `v *= …` and `v += …` write into the caller's array: make a new one, v_new.",
        ),
    ),
    hints=(
        "Two lines: first the new velocity, then the step with it.",
        "The velocity keeps the share mu of itself and gains the whole gradient.",
        "v_new = mu * v + g; w_new is w minus lr times v_new. Return both, w_new first.",
    ),
)
