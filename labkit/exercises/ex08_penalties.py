"""The penalties of 08_regularization: L2 and L1 on the weights, and their gradients."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

NOTEBOOK = "08_regularization"
REFERENCE = "labkit.reference.regularization:"


def parameters(rng: np.random.Generator, *sizes: int, dtype: type = np.float64) -> list:
    """Return generic pairs (w, b) of a network with these layer sizes."""
    pairs = itertools.pairwise(sizes)
    return [(rng.normal(size=(m, n)).astype(dtype), rng.normal(size=n).astype(dtype)) for m, n in pairs]


def with_zeros(params: list) -> list:
    """Return the pairs with some weights that are exactly 0."""
    return [(np.where(np.arange(w.size).reshape(w.shape) % 3 == 1, 0.0, w), b) for w, b in params]


def penalty_cases(rng: np.random.Generator) -> list[Case]:
    whole = [(rng.integers(1, 6, (2, 3)) * np.array([1, -1, 1]), rng.integers(1, 4, 3))]
    return [
        Case("two layers", (parameters(rng, 3, 4, 2), 0.1)),
        Case("two layers, a stronger penalty", (parameters(rng, 2, 5, 3), 1.7)),
        Case("one layer", (parameters(rng, 4, 3), 0.5), aspect="depth"),
        Case("four layers", (parameters(rng, 2, 3, 5, 4, 1), 0.3), aspect="depth"),
        Case("weights of which some are 0", (with_zeros(parameters(rng, 4, 3, 2)), 0.2), aspect="zeros"),
        Case("a penalty of strength 0", (parameters(rng, 3, 2), 0.0), aspect="zeros"),
        Case("float32 weights", (parameters(rng, 3, 4, 2, dtype=np.float32), 0.1), aspect="dtypes"),
        Case("whole-number weights", (whole, 0.25), aspect="dtypes"),
    ]


def pairs(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the penalty, then dw and db of each layer by their names."""
    if not isinstance(got, tuple | list) or len(got) != 2 or not isinstance(got[1], tuple | list):
        return difference(expected, got, names=("penalty", "grads"))
    if finding := difference(expected[0], got[0], where="penalty"):
        return finding
    if len(got[1]) != len(expected[1]):
        sentence = f"returned {len(got[1])} entries as grads, for {len(expected[1])} layers."
        return Finding("shape", sentence, "grads holds one pair (dw, db) for each pair of params, in the same order.")
    for layer, (e, g) in enumerate(zip(expected[1], got[1], strict=True), 1):
        if not isinstance(g, tuple | list) or len(g) != 2:
            sentence = f"returned something other than a pair for layer {layer} of grads."
            return Finding("type", sentence, "grads is built like params: one pair (dw, db) for each layer.")
        if finding := difference(e[0], g[0], where=f"dw of layer {layer}"):
            return finding
        if finding := difference(e[1], g[1], where=f"db of layer {layer}"):
            is_form = finding.stage in ("type", "shape")
            advice = "db has the shape of b, and is all zeros: np.zeros_like(b)." if is_form else finding.advice
            return Finding(finding.stage, finding.sentence, advice)
    return None


BIASES = (
    "The biases are in it. They only shift; they cannot make a function wild, so they are left out: each db is zeros."
)
BIASES_IN_GRADIENT = "The penalty leaves the biases out, but the gradients do not: each db is zeros, np.zeros_like(b)."
BIASES_IN_PENALTY = "The gradients leave the biases out, but the penalty counts them: add up the weights alone."
LAYERS = "Only the last layer is counted: add up the sums of all layers."
STRENGTH = "The gradient lacks lam: what multiplies the penalty multiplies its gradient too."


def l2_with_biases(params: Any, lam: Any) -> Any:
    penalty = lam / 2 * sum(np.sum(w**2) + np.sum(b**2) for w, b in params)
    return penalty, [(lam * w, lam * b) for w, b in params]


def l1_with_biases(params: Any, lam: Any) -> Any:
    penalty = lam * sum(np.sum(np.abs(w)) + np.sum(np.abs(b)) for w, b in params)
    return penalty, [(lam * np.sign(w), lam * np.sign(b)) for w, b in params]


def l2_biases_in_gradient(params: Any, lam: Any) -> Any:
    return lam / 2 * sum(np.sum(w**2) for w, b in params), [(lam * w, lam * b) for w, b in params]


def l1_biases_in_gradient(params: Any, lam: Any) -> Any:
    return lam * sum(np.sum(np.abs(w)) for w, b in params), [(lam * np.sign(w), lam * np.sign(b)) for w, b in params]


def l2_biases_in_penalty(params: Any, lam: Any) -> Any:
    return l2_with_biases(params, lam)[0], [(lam * w, np.zeros_like(b)) for w, b in params]


def l1_biases_in_penalty(params: Any, lam: Any) -> Any:
    return l1_with_biases(params, lam)[0], [(lam * np.sign(w), np.zeros_like(b)) for w, b in params]


def shrinks_in_place(params: Any, lam: Any) -> Any:
    penalty = lam / 2 * sum(np.sum(w**2) for w, b in params)
    for i, (w, b) in enumerate(params):
        params[i] = (w - lam * w, b)
    return penalty, [(lam * w / (1 - lam), np.zeros_like(b)) for w, b in params]


L2 = Exercise(
    id="l2_penalty",
    notebook=NOTEBOOK,
    reference=REFERENCE + "l2_penalty",
    title="A price on the squares",
    cases=penalty_cases,
    judge=pairs,
    mistakes=(
        Mistake("biases penalized", l2_with_biases, BIASES),
        Mistake("biases in the gradient alone", l2_biases_in_gradient, BIASES_IN_GRADIENT),
        Mistake("biases in the penalty alone", l2_biases_in_penalty, BIASES_IN_PENALTY),
        Mistake(
            "a 2 in the gradient alone",
            Edit("(lam * w,", "(2 * lam * w,"),
            "The penalty is right, but the gradient is twice too large: the derivative of w² is 2w, and the ½ in front cancels the 2.",
        ),
        Mistake(
            "absolute values",
            Edit("lam / 2 * sum(np.sum(w**2)", "lam * sum(np.sum(np.abs(w))", (("(lam * w,", "(lam * np.sign(w),"),)),
            "This is L1, with absolute values. L2 adds up squares, and its gradient grows with the weight.",
        ),
        Mistake(
            "without the ½",
            Edit("lam / 2 * sum", "lam * sum", (("lam * w,", "2 * lam * w,"),)),
            "The factor ½ is missing, so penalty and gradient are twice what is asked. With it the gradient is simply lam w.",
        ),
        Mistake(
            "½ missing in the penalty alone",
            Edit("lam / 2 * sum", "lam * sum"),
            "The gradient is right, but the penalty lacks the factor ½: the two do not belong together.",
        ),
        Mistake(
            "½ in the gradient",
            Edit("(lam * w,", "(lam / 2 * w,"),
            "The penalty is right, but its gradient is twice yours: the derivative of w² is 2w, and the 2 cancels the ½.",
        ),
        Mistake("lam missing in the gradient", Edit("(lam * w,", "(w,"), STRENGTH),
        Mistake(
            "norm instead of its square",
            Edit("sum(np.sum(w**2) for w, b in params)", "np.sqrt(sum(np.sum(w**2) for w, b in params))"),
            "The penalty is the sum of the squares itself, without a root.",
        ),
        Mistake(
            "mean instead of sum",
            Edit("np.sum(w**2)", "np.mean(w**2)"),
            "This averages the squares of a layer; add them up: every weight has its price, however many there are.",
        ),
        Mistake("last layer alone", Edit("for w, b in params)\n", "for w, b in params[-1:])\n"), LAYERS),
        Mistake(
            "weights shrunk",
            shrinks_in_place,
            "The list params itself was changed. This function only says what the weights cost; shrinking them is the optimizer's work.",
        ),
    ),
    hints=(
        "Two results: one number for the whole network, and one pair (dw, db) for each layer.",
        "Loop over `for w, b in params`: np.sum(w**2) of each layer goes into the number.",
        "The derivative of lam / 2 · w² in w is lam w. For db use np.zeros_like(b).",
    ),
)

L1 = Exercise(
    id="l1_penalty",
    notebook=NOTEBOOK,
    reference=REFERENCE + "l1_penalty",
    title="A price on the sizes",
    cases=penalty_cases,
    judge=pairs,
    mistakes=(
        Mistake("biases penalized", l1_with_biases, BIASES),
        Mistake("biases in the gradient alone", l1_biases_in_gradient, BIASES_IN_GRADIENT),
        Mistake("biases in the penalty alone", l1_biases_in_penalty, BIASES_IN_PENALTY),
        Mistake(
            "a factor ½ in both",
            Edit("lam * sum", "lam / 2 * sum", (("lam * np.sign(w)", "lam / 2 * np.sign(w)"),)),
            "L1 has no factor ½: its derivative has no 2 that would have to go. Here penalty and gradient are half of what is asked.",
        ),
        Mistake(
            "gradient at the corner, downwards",
            Edit("lam * np.sign(w)", "lam * np.where(w > 0, 1.0, -1.0)"),
            "At w = 0 the gradient is 0: a weight that has reached 0 shall stay there. `w > 0` alone sends it to the side of the negative ones; np.sign knows three cases.",
        ),
        Mistake(
            "divided by the absolute value",
            Edit("lam * np.sign(w)", "lam * w / np.abs(w)"),
            "w / |w| is the sign, but 0 / 0 where a weight is 0. There the gradient is 0: np.sign(w).",
        ),
        Mistake(
            "a factor ½",
            Edit("lam * sum", "lam / 2 * sum"),
            "L1 has no factor ½: its derivative has no 2 that would have to go.",
        ),
        Mistake(
            "squares",
            Edit("np.sum(np.abs(w))", "np.sum(w**2)"),
            "These are squares, as in L2; L1 adds up the absolute values.",
        ),
        Mistake(
            "no absolute value",
            Edit("np.sum(np.abs(w))", "np.sum(w)"),
            "Negative weights must cost as much as positive ones: take np.abs before you add.",
        ),
        Mistake(
            "gradient of constant sign",
            Edit("lam * np.sign(w)", "lam * np.ones_like(w)"),
            "The gradient has the sign of its weight: for a negative w it is -lam, and the step then moves w up, towards 0.",
        ),
        Mistake(
            "gradient proportional to w",
            Edit("lam * np.sign(w)", "lam * w"),
            "This is the gradient of L2. That of L1 has the same size for every weight, however small: lam times the sign.",
        ),
        Mistake(
            "gradient at the corner",
            Edit("lam * np.sign(w)", "lam * np.where(w >= 0, 1.0, -1.0)"),
            "At w = 0 the gradient is 0: a weight that has reached 0 shall stay there. np.sign does this.",
        ),
        Mistake("lam missing in the gradient", Edit("lam * np.sign(w)", "np.sign(w)"), STRENGTH),
        Mistake("last layer alone", Edit("for w, b in params)\n", "for w, b in params[-1:])\n"), LAYERS),
    ),
    hints=(
        "It is built like l2_penalty: one number, and a pair (dw, db) for each layer.",
        "The number: lam times the sum of np.abs(w) over all layers, with no ½.",
        "The slope of |w| is 1 on the right of 0, -1 on the left: np.sign(w).",
    ),
)
