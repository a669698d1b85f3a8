"""The steps of 04_gradient_descent: plain, with momentum, with a rate for each parameter, and Adam with and without decay."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "04_gradient_descent"
OPTIMIZERS = "labkit.reference.optimizers:"

TYPES = "shapes and types"
EPSILON = "epsilon"
RATES = "rates and defaults"
REFUSES = "refuses"

# ------------------------------------------------------------------------------------------- inputs for a step in common


def both_signs(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return numbers between 0.3 and 2 in size, half of them negative, in a random order."""
    n = int(np.prod(shape))
    signs = rng.permutation(np.where(np.arange(n) % 2 == 0, 1.0, -1.0))
    return (signs * rng.uniform(0.3, 2.0, n)).reshape(shape)


def positive(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return numbers between 0.3 and 3: a memory of squares."""
    return rng.uniform(0.3, 3.0, shape)


IN_PLACE = (
    "w changed in place",
    "The numbers are right, but `w -= …` writes into the caller's array. Write `w_new = w - …`, which makes a new one.",
)
ASCENT = (
    "ascent",
    "This walks uphill: the gradient points to where the loss grows fastest, so the step is taken against it, with a minus.",
)
NO_RATE = ("learning rate forgotten", "The learning rate lr is not used: it multiplies the whole step.")
EPS_INSIDE = (
    "epsilon inside the root",
    "Your eps stands under the root, so it acts as sqrt(eps), which is far larger. Take the root first, then add eps.",
)
EPS_FIXED = ("epsilon fixed", "A number is written into the code where the argument eps belongs.")
EPS_FORGOTTEN = (
    "epsilon forgotten",
    "Where the memory and the gradient are both 0 this divides 0 by 0. Add eps to the root before you divide.",
)
NO_ROOT = (
    "root forgotten",
    "You divide by the squares themselves. The step should not depend on the gradient's units: divide by the root of them.",
)
NOT_SQUARED = (
    "gradient not squared",
    "The memory must collect g squared. With g itself, steps to and fro cancel, and the root of a negative number is nan.",
)
OLD_MEMORY = (
    "old memory in the step",
    "The step divides by the memory from before this gradient. Update the memory first, and use the new one in the step.",
)
SWAPPED = ("results swapped", "Right numbers in the wrong order: return the new parameters first, then the memory.")

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


SGD = Exercise(
    id="sgd_step",
    notebook=NOTEBOOK,
    reference=OPTIMIZERS + "sgd_step",
    title="One plain step",
    cases=sgd_cases,
    judge=close(),
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
        Case("a matrix of parameters", (*arrays(2, 3), 0.1), aspect=TYPES),
        Case("float32 parameters", (*(a.astype(np.float32) for a in arrays(3)), 0.1), aspect=TYPES),
    ]


def adagrad_cases(rng: np.random.Generator) -> list[Case]:
    return memory_cases(rng, {})


def rmsprop_cases(rng: np.random.Generator) -> list[Case]:
    return memory_cases(rng, {"beta": 0.8})


def adagrad_in_place(w: Any, g: Any, s: Any, lr: float, eps: float = 1e-10) -> Any:
    s += g**2
    return w - lr * g / (np.sqrt(s) + eps), s


ROOT = "(np.sqrt(s_new) + eps)"

ADAGRAD = Exercise(
    id="adagrad_step",
    notebook=NOTEBOOK,
    reference=OPTIMIZERS + "adagrad_step",
    title="AdaGrad: a rate for each parameter",
    cases=adagrad_cases,
    judge=close("w_new", "s_new"),
    mistakes=(
        Mistake(ASCENT[0], Edit("w - lr * g", "w + lr * g"), ASCENT[1]),
        Mistake(EPS_INSIDE[0], Edit(ROOT, "np.sqrt(s_new + eps)"), EPS_INSIDE[1]),
        Mistake(EPS_FORGOTTEN[0], Edit(ROOT, "np.sqrt(s_new)"), EPS_FORGOTTEN[1]),
        Mistake(EPS_FIXED[0], Edit(ROOT, "(np.sqrt(s_new) + 1e-8)"), EPS_FIXED[1]),
        Mistake(NO_ROOT[0], Edit(ROOT, "(s_new + eps)"), NO_ROOT[1]),
        Mistake(NOT_SQUARED[0], Edit("s + g**2", "s + g"), NOT_SQUARED[1]),
        Mistake(OLD_MEMORY[0], Edit(ROOT, "(np.sqrt(s) + eps)"), OLD_MEMORY[1]),
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
        Mistake(
            "gradient lost in the step",
            Edit("lr * g /", "lr /"),
            "The step is lr divided by the root, the same direction for every gradient: g itself belongs in the numerator.",
        ),
        Mistake(
            "one sum for all parameters",
            Edit("s + g**2", "s + np.sum(g**2)"),
            "You sum over all parameters. Each keeps a sum of its own: that is the point of AdaGrad.",
        ),
        Mistake(SWAPPED[0], Edit("return w_new, s_new", "return s_new, w_new"), SWAPPED[1]),
        Mistake(
            "s changed in place",
            adagrad_in_place,
            "The numbers are right, but `s += …` writes into the caller's array: make a new one, s_new = s + ….",
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
        Mistake(ASCENT[0], Edit("w - lr * g", "w + lr * g"), ASCENT[1]),
        Mistake(EPS_INSIDE[0], Edit(ROOT, "np.sqrt(s_new + eps)"), EPS_INSIDE[1]),
        Mistake(EPS_FORGOTTEN[0], Edit(ROOT, "np.sqrt(s_new)"), EPS_FORGOTTEN[1]),
        Mistake(EPS_FIXED[0], Edit(ROOT, "(np.sqrt(s_new) + 1e-8)"), EPS_FIXED[1]),
        Mistake(NO_ROOT[0], Edit(ROOT, "(s_new + eps)"), NO_ROOT[1]),
        Mistake(NOT_SQUARED[0], Edit("(1 - beta) * g**2", "(1 - beta) * g"), NOT_SQUARED[1]),
        Mistake(OLD_MEMORY[0], Edit(ROOT, "(np.sqrt(s) + eps)"), OLD_MEMORY[1]),
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
        Mistake(SWAPPED[0], Edit("return w_new, s_new", "return s_new, w_new"), SWAPPED[1]),
    ),
    hints=(
        "The same as AdaGrad but for one line: the memory is a running mean, not a sum.",
        "A running mean keeps the share beta of itself and takes the share 1 - beta from the new square.",
        "s_new = beta * s + (1 - beta) * g**2, and the step divides by np.sqrt(s_new) + eps.",
    ),
)

# ------------------------------------------------------------------------------------------------ adam_step, adamw_step

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
