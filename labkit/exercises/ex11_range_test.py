"""The range test of 11_tuning: the rate grows by a factor, the loss is watched, and the end is seen in time."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code

NOTEBOOK = "11_tuning"
STOP = "where it stops"


def bowl(rng: np.random.Generator) -> Code:
    """Return a training on a bowl: its loss falls while the rate is small, and explodes when it is not."""
    curvature = [float(v) for v in 10 ** rng.uniform(-1, 1, 5)]
    start = [float(v) for v in rng.uniform(1, 2, 5)]
    source = (
        f"h, w = np.array({curvature}), np.array({start})\n\n"
        "def train_step(lr):\n    w[:] = w - lr * h * w\n    return float((h * w**2).sum() / 2 + 0.01)\n"
    )
    return Code("train_step", source)


def told(losses: list[float]) -> Code:
    """Return a training whose losses are these, whatever the rate, and 0.001 when they are used up."""
    texts = ", ".join(f"float({str(v)!r})" for v in losses)
    source = f"losses = iter([{texts}])\n\ndef train_step(lr):\n    return next(losses, 0.001)\n"
    return Code("train_step", source)


def told_no_more(losses: list[float]) -> Code:
    """Return a training whose losses are these, and which raises when it is asked for one more step."""
    texts = ", ".join(f"float({str(v)!r})" for v in losses)
    source = (
        f"losses = iter([{texts}])\n\ndef train_step(lr):\n    for loss in losses:\n        return loss\n"
        "    raise RuntimeError('one more step was taken after the training had diverged')\n"
    )
    return Code("train_step", source)


def same_test(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare rates, losses and suggestion; rates and losses must be as many as each other before anything else."""
    if (
        isinstance(got, list | tuple)
        and len(got) == 3
        and all(isinstance(a, np.ndarray) and a.ndim == 1 for a in got[:2])
    ):
        n_rates, n_losses = len(got[0]), len(got[1])
        if n_rates != n_losses:
            return Finding(
                "shape",
                f"returned {n_rates} rates and {n_losses} losses.",
                "Each loss belongs to a rate: return only the rates of the steps that were taken and kept.",
            )
    return difference(expected, got, names=("rates", "losses", "suggestion"))


def range_cases(rng: np.random.Generator) -> list[Case]:
    j = rng.uniform(0.95, 1.05, 12)
    falling = list(np.linspace(3, 1, 12) * np.sort(j)[::-1])
    creeping = list(np.array([8, 6, 3, 1, 1.8, 2.8, 3.6, 4.6, 5.5, 6.5, 7, 7.5]) * j[0])
    jump = list(np.array([2, 1.8, 1, 1.5, 3.2, 2.2, 9, 0.5]) * j[1])
    return [
        Case("a training that diverges in the end", (bowl(rng), 1e-3, 10.0, 40)),
        Case("another training and other rates", (bowl(rng), 3e-4, 30.0, 25)),
        Case("losses that never rise", (told(falling), 1e-4, 1e-1, 12), aspect=STOP),
        Case("losses that creep up", (told(creeping), 1e-4, 1.0, 12), aspect=STOP),
        Case("losses that jump", (told(jump), 1e-3, 1.0, 8), aspect=STOP),
        Case("a first loss that is already the lowest", (told([1.0, 1.5, 2.0, 7.0, 0.5]), 1e-2, 10.0, 5), aspect=STOP),
        Case(
            "a loss of exactly factor times the lowest",
            (told([2.0, 1.0, 4.0, 4.5, 0.5]), 1e-3, 1.0, 5),
            aspect="exactly factor",
        ),
        Case("factor 2", (told(creeping), 1e-4, 1.0, 12), {"factor": 2.0}, aspect="factor"),
        Case("a loss that is nan", (told([2.0, 1.0, float("nan"), 0.5, 0.4]), 1e-3, 1.0, 5), aspect="not finite"),
        Case("a loss that is inf", (told([2.0, 1.0, float("inf"), 0.5, 0.4]), 1e-3, 1.0, 5), aspect="not finite"),
        Case("a first loss that is nan", (told([float("nan"), 1.0, 0.5]), 1.0, 10.0, 3), aspect="not finite"),
        Case("a first loss that is inf", (told([float("inf"), 1.0, 0.5]), 1.0, 10.0, 3), aspect="not finite"),
        Case(
            "a training that must end with the step that diverges",
            (told_no_more([2.0, 1.0, 1.5, 9.0]), 1e-3, 1.0, 8),
            aspect="no further step",
        ),
        Case("two steps", (told([2.0, 1.0]), 0.01, 0.1, 2), aspect="few steps"),
    ]


TEST = "if not np.isfinite(loss) or (losses and loss > factor * min(losses)):"
END = "rates[int(np.argmin(losses))] / 10"
KEPT = f"        {TEST}\n            break\n        rates.append(float(lr))\n        losses.append(loss)\n"
RATES = "np.geomspace(lr_min, lr_max, n_steps)"

RANGE_TEST = Exercise(
    id="learning_rate_range_test",
    notebook=NOTEBOOK,
    reference="labkit.reference.range_test:learning_rate_range_test",
    title="Let the rate grow",
    probe="loop",
    cases=range_cases,
    judge=same_test,
    mistakes=(
        Mistake(
            "rates grow by steps",
            Edit(RATES, "np.linspace(lr_min, lr_max, n_steps)"),
            "The rates lie evenly, so nearly all of them are of the size of lr_max. From step to step they must grow by the same *factor*.",
        ),
        Mistake(
            "factor off by one",
            Edit(RATES, "lr_min * (lr_max / lr_min) ** (np.arange(n_steps) / n_steps)"),
            "The last rate falls short of lr_max: from the first rate to the last there are n_steps - 1 factors, not n_steps.",
        ),
        Mistake(
            "first rate left out",
            Edit(RATES, "lr_min * (lr_max / lr_min) ** (np.arange(1, n_steps + 1) / n_steps)"),
            "The first rate is lr_min itself: it is multiplied before it is used.",
        ),
        Mistake(
            "diverged step kept",
            Edit(
                KEPT,
                "        rates.append(float(lr))\n        losses.append(loss)\n"
                "        if not np.isfinite(loss) or loss > factor * min(losses):\n            break\n",
                (("if not losses:", "if not np.isfinite(losses[0]):"),),
            ),
            "The rate and the loss of the step that diverged are in the result; they are to be left out.",
        ),
        Mistake(
            "never stops",
            Edit(TEST, "if not np.isfinite(loss):"),
            "It goes on after the training has diverged: stop when a loss is larger than factor times the lowest so far.",
        ),
        Mistake(
            "compared with the first loss",
            Edit("factor * min(losses)", "factor * losses[0]"),
            "The loss is compared with the first one. It has fallen since: compare with the lowest so far.",
        ),
        Mistake(
            "compared with the last loss",
            Edit("factor * min(losses)", "factor * losses[-1]"),
            "The loss is compared with the one before it, so a training that gets worse step by step goes unnoticed: compare with the lowest so far.",
        ),
        Mistake(
            "factor not used",
            Edit("factor * min", "4.0 * min"),
            "factor is passed as an argument, and 4 is only what it is when nobody says otherwise.",
        ),
        Mistake(
            "not finite, not noticed",
            Edit(
                "not np.isfinite(loss) or (losses and loss > factor * min(losses))",
                "losses and loss > factor * min(losses)",
            ),
            "A loss of nan goes by: every comparison with nan is False. Ask np.isfinite as well.",
        ),
        Mistake(
            "rate of the lowest loss",
            Edit(END, END.removesuffix(" / 10")),
            "This is the rate with the lowest loss itself. A step further the training breaks; a tenth of it is asked for.",
        ),
        Mistake(
            "rate before the end",
            Edit(END, "rates[-1] / 10"),
            "The suggestion comes from the last rate before the end. It belongs to the *lowest* loss: np.argmin of the losses.",
        ),
        Mistake(
            "rate after the lowest loss",
            Edit(END, "rates[min(int(np.argmin(losses)) + 1, len(rates) - 1)] / 10"),
            "The suggestion comes from the rate one step after the lowest loss: the same index belongs to both.",
        ),
        Mistake(
            "a tenth of the loss",
            Edit(END, "min(losses) / 10"),
            "The suggestion is made from the lowest loss; take the *rate* that led to it, at the index np.argmin of the losses.",
        ),
        Mistake(
            "highest loss",
            Edit("np.argmin", "np.argmax"),
            "The suggestion belongs to the *highest* loss: np.argmin, not np.argmax.",
        ),
        Mistake(
            "a tenth of the first rate",
            Edit(END, "rates[0] / 10"),
            "The suggestion is made from the first rate. It belongs to the *lowest* loss: np.argmin of the losses.",
        ),
        Mistake(
            "divided by factor",
            Edit(END, END.replace("10", "factor")),
            "The rate is divided by factor. factor says when to stop; the suggestion is a *tenth* of the rate.",
        ),
        Mistake(
            "root of the rate",
            Edit(END, END.replace("/ 10", "** 0.5")),
            "This is the root of the rate. A tenth of it is asked for.",
        ),
        Mistake(
            "lowest loss returned",
            Edit(END, "min(losses)"),
            "The suggestion is the lowest loss. Take the *rate* that led to it, and a tenth of that.",
        ),
        Mistake(
            "index returned",
            Edit(END, "int(np.argmin(losses))"),
            "The suggestion is a position. The rate at that position, divided by 10, is asked for.",
        ),
        Mistake(
            "stops at every rise",
            Edit("factor * min(losses)", "min(losses)"),
            "It stops at the first loss that is not lower than all before. Losses jump a little: only one that is larger than *factor times* the lowest ends the test.",
        ),
        Mistake(
            "factor added",
            Edit("factor * min(losses)", "min(losses) + factor"),
            "factor is added to the lowest loss. It multiplies it: a loss that is four times as large, whatever its size.",
        ),
        Mistake(
            "exactly factor refused",
            Edit("loss > factor", "loss >= factor"),
            "A loss of exactly factor times the lowest ends the test. It must be *larger*: >, not >=.",
        ),
        Mistake(
            "only nan noticed",
            Edit(
                "not np.isfinite(loss)",
                "np.isnan(loss)",
                (("losses and loss > factor", "losses and np.isfinite(loss) and loss > factor"),),
            ),
            "An infinite loss goes by. np.isfinite notices both, nan and inf.",
        ),
        Mistake(
            "step left out, test goes on",
            Edit("            break\n", "            continue\n"),
            "The step that diverged is left out, but the test goes on. Everything after it belongs to a training that is broken: break, not continue.",
        ),
        Mistake(
            "rates from high to low",
            Edit("np.geomspace(lr_min, lr_max, n_steps)", "np.geomspace(lr_max, lr_min, n_steps)"),
            "The rates shrink from lr_max to lr_min. They grow: small ones first, so that all of them are tried before the training breaks.",
        ),
        Mistake(
            "ten times as large each step",
            Edit(RATES, "[lr_min * 10.0**k for k in range(n_steps)]"),
            "The rates grow tenfold whatever lr_max and n_steps say. The last of the n_steps rates is lr_max.",
        ),
        Mistake(
            "twice as large each step",
            Edit(RATES, "[lr_min * 2.0**k for k in range(n_steps)]"),
            "The rates double whatever lr_max and n_steps say. The last of the n_steps rates is lr_max.",
        ),
        Mistake(
            "a step too many",
            Edit(RATES, "np.geomspace(lr_min, lr_max, n_steps + 1)"),
            "There is one rate too many: n_steps of them, both ends among them.",
        ),
        Mistake(
            "100 steps always",
            Edit(RATES, "np.geomspace(lr_min, lr_max, 100)"),
            "There are 100 rates whatever n_steps says.",
        ),
        Mistake(
            "lr_max ignored",
            Edit(RATES, "np.geomspace(lr_min, 10.0, n_steps)"),
            "The rates end at 10 whatever lr_max says.",
        ),
        Mistake(
            "always the same rate",
            Edit("train_step(float(lr))", "train_step(lr_min)"),
            "Every step is taken with lr_min: hand the rate of this step to train_step.",
        ),
        Mistake(
            "smoothed losses",
            Edit(
                "        losses.append(loss)\n",
                "        losses.append(0.9 * losses[-1] + 0.1 * loss if losses else loss)\n",
            ),
            "The losses are smoothed. That makes a nicer curve; the plain losses are asked for.",
        ),
        Mistake(
            "steepest fall",
            Edit(
                END,
                "rates[int(np.argmin(np.diff(losses))) if len(losses) > 1 else 0]",
            ),
            "This is the rate where the loss falls most steeply: another rule, also in use. Here a tenth of the rate with the lowest loss is asked for.",
        ),
    ),
    hints=(
        "`np.geomspace(lr_min, lr_max, n_steps)` gives numbers that grow by a factor. For each: take the step, get the loss.",
        "Before you record anything: is the loss finite? is it at most factor times the lowest recorded one? If not, `break`.",
        "np.argmin(losses) is the index of the lowest loss; rates at that index, divided by 10, is the suggestion. Return np.array of both lists.",
    ),
)
