"""The dropout of 08_regularization, judged by what it does: any way of drawing the mask is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code, Rng

NOTEBOOK = "08_regularization"
REFERENCE = "labkit.reference.dropout:"
RNG = "its numbers"  # the aspect that asks whether the mask comes from the rng that was passed in

# A Generator whose bits are all 0: whoever draws a number for each element from it gets the same number for all of them.
ZERO_RNG = Code(
    "rng",
    "bits = np.random.MT19937(0)\n"
    "state = bits.state\n"
    "state['state']['key'][:] = 0\n"
    "bits.state = state\n"
    "rng = np.random.Generator(bits)\n",
)


def generic(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return numbers of both signs, none of them near 0, so that a 0 in the result was dropped."""
    return rng.uniform(0.5, 2.0, shape) * rng.choice([-1.0, 1.0], shape)


def forward_cases(rng: np.random.Generator) -> list[Case]:
    on, off = {"training": True}, {"training": False}
    x, small = generic(rng, 80, 60), generic(rng, 6, 4)
    a, b, c, d, e, f, g = (Rng(int(seed)) for seed in rng.integers(10**6, size=7))
    return [
        Case("training with p = 0.3", (x, 0.3, a), on),
        Case("training with p = 0.8", (x, 0.8, b), on),
        Case("inference with p = 0.3", (small, 0.3, c), off, aspect="inference"),
        Case("inference with p = 0.8", (small, 0.8, d), off, aspect="inference"),
        Case("one long row", (generic(rng, 5000), 0.25, e), on, aspect="shapes"),
        Case("a stack of images", (generic(rng, 20, 3, 10, 10), 0.4, f), on, aspect="shapes"),
        Case("training with p = 0", (small, 0.0, a), on, aspect="extremes"),
        Case("training with p = 0.95", (x, 0.95, b), on, aspect="extremes"),
        Case("float32 numbers", (x.astype(np.float32), 0.3, g), on, aspect="dtypes"),
        Case("whole numbers", (rng.integers(1, 9, (80, 60)), 0.3, c), on, aspect="dtypes"),
        Case("an rng that only draws zeros", (generic(rng, 40, 30), 0.3, ZERO_RNG), on, aspect=RNG),
        Case("p = 1", (small, 1.0, a), on, aspect="p out of range"),
        Case("p = -0.2", (small, -0.2, a), on, aspect="p out of range"),
    ]


# ------------------------------------------------------------------------------------------------------ forward

SAYS = {
    "p as keep probability": "You keep with probability p. Here, as in PyTorch and Keras, p is the probability of *dropping*; the paper of "
    "2014 has it the other way round.",
    "no 1/(1-p)": "What is kept must be divided by 1 - p. Otherwise the next layer gets less in training than at inference, on average.",
    "divided by p": "What is kept is divided by p. The share that is kept is 1 - p, so that is what brings the mean back.",
    "shrunk by 1-p": "What is kept is multiplied by 1 - p; it must be divided by it, to make up for what is missing.",
    "active at inference": "Out of training nothing may be dropped: y equals x and the mask is ones. A prediction must not depend on chance.",
    "scaled at inference": "Out of training y is x itself. Scaling by 1 - p at inference belongs to the older form, which does not enlarge in training.",
    "inactive in training": "Nothing is dropped in training. Is the condition on training the wrong way round?",
    "one mask for many": "Whole rows or columns share their fate. Each element has a number of its own: draw an array of the shape of x.",
    "mask without 1/(1-p)": "y is right, but the mask that you return lacks the factor 1 / (1 - p). The backward pass multiplies by the mask alone.",
    "mask of the dropped": "The mask marks what is dropped. It is what x is multiplied by: 0 where dropped, 1 / (1 - p) where kept.",
    "another rng": "With an rng that only draws zeros all elements must meet the same fate, and here they do not: the mask comes from np.random, "
    "from a generator of your own, or from a shuffle. Draw a number for each element from the rng that is passed in.",
    "p not checked": "p = 1 would divide by 0, and a negative p means nothing: raise ValueError when p is outside [0, 1).",
}


def behaves(case: Case, expected: Any, got: Any) -> Finding | None:
    """Judge a forward pass by its shares and factors; which elements were dropped is chance, and no matter."""
    if finding := difference(_blank(expected), _blank(got), names=("y", "mask")):
        return finding
    x, p = np.asarray(case.args[0], dtype=float), case.args[1]
    y, mask = (np.asarray(part, dtype=float) for part in got)
    if case.kwargs["training"] and p > 0:
        return _in_training(case, x, p, y, mask)
    if not case.kwargs["training"]:
        if np.any(y == 0):
            return _named("active at inference", f"set {_count(y == 0)} to 0, out of training.")
        if not np.allclose(y, x):
            return _named("scaled at inference", f"changed {_count(~np.isclose(y, x))}, out of training.")
    return difference(expected, got, names=("y", "mask"))


def _in_training(case: Case, x: np.ndarray, p: float, y: np.ndarray, mask: np.ndarray) -> Finding | None:
    tolerance = 1e-5  # of a factor that may have been computed in float32
    dropped = y == 0
    factor = (y / x)[~dropped]
    share, spread = dropped.mean(), 5 * np.sqrt(p * (1 - p) / x.size)  # five standard errors: never an honest draw
    if case.aspect == RNG:
        if dropped.any() and factor.size:
            return _named("another rng", f"dropped {_count(dropped)} and kept the others.")
        return None if np.allclose(y, x * mask, rtol=tolerance) else _mask_differs(x, y, mask)
    if not dropped.any():
        return _named("inactive in training", "dropped nothing.")
    sentence = f"dropped {100 * share:.1f} % of the elements; expected about {100 * p:g} %."
    if abs(share - p) > spread:
        if abs(share - (1 - p)) <= spread:
            return _named("p as keep probability", sentence)
        rows = dropped.reshape(len(dropped), -1)
        if dropped.ndim > 1 and ((rows == rows[0]).all() or (rows == rows[:, :1]).all()):
            return _named("one mask for many", sentence)
        return Finding("values", sentence, "Compare a uniform number in [0, 1) with p, for each element.")
    if not np.allclose(factor, 1 / (1 - p), rtol=tolerance):
        return _wrong_factor(p, factor)
    rows = dropped.reshape(len(dropped), -1)
    if dropped.ndim > 1 and ((rows == rows[0]).all() or (rows == rows[:, :1]).all()):
        return _named("one mask for many", "dropped the same elements in every row, or all elements of a row.")
    return None if np.allclose(y, x * mask, rtol=tolerance) else _mask_differs(x, y, mask)


def _wrong_factor(p: float, factor: np.ndarray) -> Finding:
    sentence = f"multiplied what it kept by {np.median(factor):.4g}; expected 1 / (1 - p) = {1 / (1 - p):.4g}."
    for name, value in (("no 1/(1-p)", 1.0), ("divided by p", 1 / p), ("shrunk by 1-p", 1 - p)):
        if np.allclose(factor, value, rtol=1e-5):
            return _named(name, sentence)
    if np.ptp(factor) > 1e-3 * np.abs(factor).max():
        sentence = f"multiplied what it kept by {factor.min():.4g} to {factor.max():.4g}; expected {1 / (1 - p):.4g} throughout."
    return Finding("values", sentence, "What is kept is x divided by 1 - p, and what is not is 0.")


def _mask_differs(x: np.ndarray, y: np.ndarray, mask: np.ndarray) -> Finding:
    wrong = ~np.isclose(y, x * mask)
    sentence = f"returned a y that is not x * mask ({_count(wrong)} differ)."
    if np.array_equal(mask, y != 0):
        return _named("mask without 1/(1-p)", sentence)
    if np.array_equal(mask != 0, y == 0):
        return _named("mask of the dropped", sentence)
    return Finding("values", sentence, "Return the very mask that x was multiplied by, with its factor 1 / (1 - p).")


def _named(name: str, sentence: str) -> Finding:
    return Finding("values", sentence, SAYS[name], name)


def _count(rows: np.ndarray) -> str:
    return f"{int(np.sum(rows))} of {rows.size} elements"


def _blank(result: Any) -> Any:
    """Return a result with its finite numbers set to 0, so that only its form is compared."""
    if not isinstance(result, tuple | list):
        return result
    numbers = bool | int | float | complex | np.ndarray
    return tuple(
        np.where(np.isfinite(np.asarray(part)), np.zeros_like(part), part) if isinstance(part, numbers) else part
        for part in result
    )


DRAW = "mask[rng.random(x.shape) < p] = 0"
SCALE = "mask = mask / (1 - p)"


def _mistake(name: str, wrong: Any) -> Mistake:
    return Mistake(name, wrong, SAYS[name])


FORWARD = Exercise(
    id="dropout_forward",
    notebook=NOTEBOOK,
    reference=REFERENCE + "dropout_forward",
    title="Drop and enlarge",
    cases=forward_cases,
    judge=behaves,
    mistakes=(
        _mistake("p as keep probability", Edit("< p] = 0", ">= p] = 0", (("(1 - p)", "max(p, 1e-9)"),))),
        _mistake("no 1/(1-p)", Edit(SCALE, "mask = mask * 1")),
        _mistake("divided by p", Edit(SCALE, "mask = mask / p if p else mask")),
        _mistake("shrunk by 1-p", Edit(SCALE, "mask = mask * (1 - p)")),
        _mistake("active at inference", Edit("if training:", "if True:")),
        _mistake(
            "scaled at inference", Edit("return x * mask, mask", "return x * (mask if training else 1 - p), mask")
        ),
        _mistake("inactive in training", Edit("if training:", "if not training and p < 0:")),
        _mistake(
            "one mask for many", Edit("rng.random(x.shape) < p", "rng.random(x.shape[-1:]) * np.ones(x.shape) < p")
        ),
        _mistake("mask without 1/(1-p)", Edit("return x * mask, mask", "return x * mask, (mask != 0) * 1.0")),
        _mistake(
            "mask of the dropped",
            Edit("return x * mask, mask", "return x * mask, (mask == 0) * 1.0 if p and training else mask"),
        ),
        _mistake("another rng", Edit("rng.random(", "np.random.default_rng(3).random(")),
        _mistake("p not checked", Edit("if not 0 <= p < 1:", "if p > 1:")),
    ),
    hints=(
        "Three questions in order: is p allowed? is this training? which elements are dropped?",
        "`rng.random(x.shape) < p` is True with probability p, for each element by itself.",
        "The mask holds 0 where dropped and 1 / (1 - p) elsewhere; return x * mask and the mask. Out of training it is np.ones_like(x).",
    ),
)

# ----------------------------------------------------------------------------------------------------- backward


def mask_of(rng: np.random.Generator, p: float, *shape: int, dtype: type = np.float64) -> np.ndarray:
    """Return a mask as dropout_forward gives it, with both kinds of elements in it."""
    mask = (rng.random(shape) >= p) / (1 - p)
    mask.flat[0], mask.flat[-1] = 0.0, 1 / (1 - p)
    return mask.astype(dtype)


def backward_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("a mask with p = 0.5", (generic(rng, 12, 9), mask_of(rng, 0.5, 12, 9))),
        Case("a mask with p = 0.8", (generic(rng, 15, 11), mask_of(rng, 0.8, 15, 11))),
        Case("the mask of ones that inference gives", (generic(rng, 4, 3), np.ones((4, 3))), aspect="inference"),
        Case("one row", (generic(rng, 30), mask_of(rng, 0.25, 30)), aspect="shapes"),
        Case("a stack of images", (generic(rng, 2, 3, 4, 5), mask_of(rng, 0.5, 2, 3, 4, 5)), aspect="shapes"),
        Case(
            "float32 numbers",
            (generic(rng, 8, 6).astype(np.float32), mask_of(rng, 0.5, 8, 6, dtype=np.float32)),
            aspect="dtypes",
        ),
    ]


FRESH = (
    "The gradient is zero in other places than the mask: a new mask was drawn. What was dropped on the way forward gets no gradient on "
    "the way back, so the same mask must be used: it is passed in."
)


def same_mask(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the gradient; where its zeros are not the mask's, the mask is another one, however it was drawn."""
    finding = difference(expected, got)
    if finding is None or not isinstance(got, np.ndarray) or got.shape != expected.shape or got.dtype.kind not in "fiu":
        return finding
    here, there = got == 0, expected == 0
    if finding.stage == "values" and here.any() and (here & ~there).any() and not here.all():
        return Finding("values", finding.sentence, FRESH, "a fresh mask")
    return finding


def fresh_mask(dy: Any, mask: Any) -> Any:
    keep = 1 / np.max(mask)
    return dy * (np.random.default_rng().random(np.shape(dy)) < keep * 0.7) / keep


BACKWARD = Exercise(
    id="dropout_backward",
    notebook=NOTEBOOK,
    reference=REFERENCE + "dropout_backward",
    title="Dropout on the way back",
    cases=backward_cases,
    judge=same_mask,
    mistakes=(
        Mistake("a fresh mask", fresh_mask, FRESH),
        Mistake(
            "factor forgotten",
            Edit("dy * mask", "dy * (mask > 0)"),
            "What was enlarged on the way forward is enlarged by the same factor on the way back: multiply by the mask itself, not by 0 and 1.",
        ),
        Mistake(
            "factor twice",
            Edit("dy * mask", "dy * mask * mask"),
            "The mask holds the factor 1 / (1 - p) already; here it is applied twice.",
        ),
        Mistake(
            "factor divided out",
            Edit("dy * mask", "dy * (mask > 0) / np.max(mask)"),
            "The gradient is divided by the factor that enlarged the forward pass; y = x * mask, so dx = dy * mask.",
        ),
        Mistake(
            "mask not used",
            Edit("dy * mask", "dy * 1"),
            "The mask is not used: what was dropped did not act on the loss, so its gradient is 0.",
        ),
        Mistake(
            "the dropped get the gradient",
            Edit("dy * mask", "dy * (mask == 0)"),
            "The gradient goes to what was dropped; it belongs to what was kept.",
        ),
    ),
    hints=(
        "y = x * mask, element by element. What is the derivative of y in x?",
        "The mask is a constant for the backward pass: nothing is drawn here.",
        "Where y = x * mask, dx = dy * mask, with the same factor 1 / (1 - p) in it.",
    ),
)
