"""Two exercises of 03_activations that look at whole rows: softmax and its logarithm."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex03_inputs import CUT, EXTREMES, IN_PLACE, NOTEBOOK, REFERENCE, TYPES, as_its_input, s
from labkit.grading.compare import close, difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

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


def first_axis_in_a_loop(z: Any) -> Any:
    out = np.zeros(z.shape)
    for i in range(len(z)):
        e = np.exp(z[i] - z[i].max())
        out[i] = e / e.sum()
    return out


def shares(z: Any) -> Any:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def maximum_after_exp(z: Any) -> Any:
    e = np.exp(z)
    e = e - e.max(axis=-1, keepdims=True)
    return e / e.sum(axis=-1, keepdims=True)


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
        Mistake(
            "not divided",
            Edit("e / e.sum(axis=-1, keepdims=True)", "e"),
            "exp is taken, but nothing is divided, so the rows do not sum to 1: divide each by its row's sum.",
        ),
        Mistake(
            "own maxima, one sum",
            Edit("e.sum(axis=-1, keepdims=True)", "e.sum()"),
            "All elements are divided by ONE sum over the whole array; each row must sum to 1 by itself: axis=-1, with keepdims=True.",
        ),
        Mistake(
            "divided by the maximum",
            Edit("z - z.max(", "z / z.max("),
            "You divide the scores by the maximum, which changes their differences, and so the result. SUBTRACT the maximum: that cancels.",
        ),
        Mistake(
            "maximum added",
            Edit("z - z.max(", "z + z.max("),
            "The maximum is added, so exp overflows sooner. Subtract it: then the largest exponent is 0.",
        ),
        Mistake(
            "maximum subtracted above only",
            Edit("e.sum(axis=-1, keepdims=True)", "np.exp(z).sum(axis=-1, keepdims=True)"),
            "The maximum is subtracted above the line but not in the sum below, so it does not cancel: use the same exps in both.",
        ),
        Mistake(
            "maximum subtracted after exp",
            maximum_after_exp,
            "You subtract the largest exp AFTER exp. The maximum is subtracted from the scores, before exp sees them.",
        ),
        Mistake(
            "length for sum",
            Edit("e.sum(axis=-1, keepdims=True)", "np.sqrt((e**2).sum(axis=-1, keepdims=True))"),
            "You divide by the row's length (np.linalg.norm), so the squares sum to 1. Divide by the row's sum.",
        ),
        Mistake(
            "powers of 2",
            Edit("np.exp(z - z.max(axis=-1, keepdims=True))", "2.0 ** (z - z.max(axis=-1, keepdims=True))"),
            "These are powers of 2; the base is e: np.exp.",
        ),
        Mistake(
            "nan hidden",
            lambda z: np.nan_to_num(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)),
            "nan_to_num makes 0 of inf/inf, where 1 is right. Subtract the row's maximum before exp: then nothing overflows.",
        ),
        Mistake(
            "place of the largest",
            lambda z: z.argmax(axis=-1),
            "This is the place of the largest score. Softmax gives a probability for EVERY score.",
        ),
        Mistake(
            "loop over the first axis",
            first_axis_in_a_loop,
            "The loop takes z[i] for a row, which it is in a matrix only: of a single row it is one number (so 1 everywhere), and with three axes a whole matrix. Use axis=-1 and no loop.",
        ),
        Mistake(CUT[0], lambda z: as_its_input(z, shares(z)), CUT[1]),
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


SMALL_NUMBER = (
    "small number added",
    "A small number before log (added, or by np.clip or nan_to_num) hides the -inf, but does not give the -2000 that is right. Simplify "
    "log(exp(a) / sum) first.",
)


def exact_where_softmax_is_0(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare; where softmax is 0, tell a logarithm that was kept finite by force, however it was."""
    found = difference(expected, got)
    if found is None or found.stage != "values":
        return found
    if case.aspect != EXTREMES:
        with np.errstate(all="ignore"):
            added = np.exp(np.asarray(got, dtype=float)) - np.exp(np.asarray(expected, dtype=float))
        if added.min() > 1e-13 and np.ptp(added) < 1e-2 * added.min() < 1e-5:
            return Finding(found.stage, found.sentence, SMALL_NUMBER[1], SMALL_NUMBER[0])
        return found
    far = np.asarray(expected) < -900
    if far.any() and np.ptp(np.asarray(got)[far]) == 0 and (np.asarray(got)[~far] < 0.5).all():
        return Finding(found.stage, found.sentence, SMALL_NUMBER[1], SMALL_NUMBER[0])
    return found


LOG_SOFTMAX = Exercise(
    id="log_softmax",
    notebook=NOTEBOOK,
    reference=REFERENCE + "log_softmax",
    title="Logarithms that never reach minus infinity",
    points=2,
    cases=row_cases,
    judge=exact_where_softmax_is_0,
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
            SMALL_NUMBER[0],
            lambda z: log_of_softmax(z, 1e-12),
            SMALL_NUMBER[1],
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
        Mistake(
            "plus for minus",
            Edit("shifted - np.log", "shifted + np.log"),
            "The logarithm of the sum is added: log(a / b) is log a MINUS log b.",
        ),
        Mistake(
            "maximum subtracted twice",
            Edit("shifted - np.log", "shifted - z.max(axis=-1, keepdims=True) - np.log"),
            "The maximum is subtracted twice. z - max, and log of the sum of exp(z - max): in this form it has cancelled already.",
        ),
        Mistake(
            "logarithm to base 2",
            Edit("np.log(", "np.log2("),
            "The logarithm is the one to base 2; use the natural one, np.log.",
        ),
        Mistake(
            "all of it to base 2",
            lambda z: log_shifts_in_place(1.0 * z) / np.log(2),
            "These are logarithms to base 2 (np.log2); the natural ones are asked for, np.log.",
        ),
        Mistake(
            "all of it to base 10",
            lambda z: log_shifts_in_place(1.0 * z) / np.log(10),
            "These are logarithms to base 10 (np.log10); the natural ones are asked for, np.log.",
        ),
        Mistake(
            "logarithm of the sum alone",
            lambda z: np.logaddexp.reduce(z, axis=-1, keepdims=True),
            "This is the logarithm of the sum of exps, one number a row. It is subtracted from every z of the row.",
        ),
        Mistake(
            "logarithm of the sum left out",
            Edit("shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))", "shifted"),
            "This is z minus the maximum only, so the largest entry is 0. The logarithm of the sum is still to be subtracted.",
        ),
        Mistake(
            "sum of the logarithms",
            Edit(
                "np.log(np.exp(shifted).sum(axis=-1, keepdims=True))",
                "np.log(np.exp(shifted)).sum(axis=-1, keepdims=True)",
            ),
            "You add up logarithms. What is asked is the logarithm of the SUM: sum first, then log.",
        ),
        Mistake(
            "quotient for difference",
            Edit("shifted - np.log", "shifted / np.log"),
            "You divide by the logarithm of the sum: log(a / b) is a difference, log a - log b.",
        ),
        Mistake(
            "log1p for log",
            Edit("np.log(", "np.log1p("),
            "np.log1p adds 1 to the sum before the logarithm: use np.log.",
        ),
        Mistake(
            "mean for sum",
            Edit("np.exp(shifted).sum(", "np.exp(shifted).mean("),
            "The exps are averaged, so every value is too large by the logarithm of c: add them up.",
        ),
        Mistake(
            "logarithm of the sigmoid",
            lambda z: -np.logaddexp(0, -z),
            "This is the logarithm of the SIGMOID of each element by itself: exp of a row does not sum to 1.",
        ),
        Mistake(CUT[0], lambda z: as_its_input(z, log_shifts_in_place(1.0 * z)), CUT[1]),
    ),
    hints=(
        "log(a / b) = log a - log b, and log(exp(z)) = z: write log p without any exp in its first term.",
        "What remains is z minus the log of a row's sum of exps. To keep that sum finite, shift the row by its maximum first.",
        "shifted = z minus each row's maximum; the answer is shifted minus log of the sum of exp(shifted), axis=-1, keepdims=True.",
    ),
)
