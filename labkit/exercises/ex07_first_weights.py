"""Two exercises of 07_deep_networks: first weights by Xavier's and by He's rule.

Right answers draw differently, so they are judged by what any draw must show: bounds, spread, mean, independence.  The draws
are many enough that 1 % too much shows, and the limits, six standard errors, are so wide that luck plays no part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Judge, Mistake
from labkit.grading.wire import Code, Rng

NOTEBOOK = "07_deep_networks"
REFERENCE = "labkit.reference.initialization:"

GENERATOR = "the generator"
SHAPES = "other sizes"
LIMIT = 6.0  # standard errors
SAME_DRAW = """
class Same(np.random.Generator):
    def _all(self, value, size, dtype=float):
        return value if size is None else np.full(size, value, dtype=dtype)
    def random(self, size=None, dtype=float, out=None):
        return self._all(0.375, size, dtype)
    def uniform(self, low=0.0, high=1.0, size=None):
        return self._all(low + 0.375 * (high - low), size)
    def standard_normal(self, size=None, dtype=float, out=None):
        return self._all(0.375, size, dtype)
    def normal(self, loc=0.0, scale=1.0, size=None):
        return self._all(loc + 0.375 * scale, size)
rng = Same(np.random.PCG64(0))
"""


@dataclass(frozen=True)
class Rule:
    """What a rule promises of w, and the spreads that mistaken rules give: (mistake's name, (n_in, n_out) -> std)."""

    std: Callable[[int, int], float]
    uniform: bool
    spreads: tuple[tuple[str, Callable[[int, int], float]], ...]
    sentences: dict[str, str]


def first_weights_cases(rng: np.random.Generator) -> list[Case]:
    def generator() -> Rng:
        return Rng(int(rng.integers(10**6, 2**31)))  # no seed that anybody writes by hand

    wide, narrow = (int(n) for n in rng.integers((1150, 380), (1250, 420)))
    return [
        Case("a layer that narrows", (wide, narrow, generator())),
        Case("a layer that widens", (narrow, wide, generator())),
        Case("3 inputs and 2 outputs", (3, 2, generator()), aspect=SHAPES),
        Case("a single output", (700, 1, generator()), aspect=SHAPES),
        Case("a single input", (1, 700, generator()), aspect=SHAPES),
        Case(
            "an rng whose draws are all alike",
            (*(int(n) for n in rng.permutation([40, 30])), Code("rng", SAME_DRAW)),
            aspect=GENERATOR,
        ),
    ]


def drawn_by(rule: Rule) -> Judge:
    """Return the judge of weights drawn by a rule."""

    def judge(case: Case, expected: Any, got: Any) -> Finding | None:
        if not isinstance(got, np.ndarray) or got.shape != expected.shape or got.dtype.kind != "f":
            return difference(expected, got)
        if not np.isfinite(got).all():
            return difference(expected, got)
        n_in, n_out, _ = case.args
        if case.aspect == GENERATOR:
            return not_from_rng(got, rule)
        return wrong_spread(got.astype(float), n_in, n_out, rule)

    return judge


def not_from_rng(w: np.ndarray, rule: Rule) -> Finding | None:
    """Return the finding for weights that vary although every draw of the generator is the same number."""
    if np.ptp(w) <= 1e-6 * np.abs(w).max():
        return None
    return Finding(
        "values",
        "gave weights that differ from each other; drawn from this rng, they would all be equal.",
        rule.sentences[OWN_GENERATOR],
        OWN_GENERATOR,
    )


def wrong_spread(w: np.ndarray, n_in: int, n_out: int, rule: Rule) -> Finding | None:
    """Return the first statistic of w that no honest draw shows, with the rule that explains it where one does."""
    std, n = rule.std(n_in, n_out), w.size
    a = std * np.sqrt(3)
    if n < 100:  # too few for statistics: only what is certain, or as good as certain
        bound = a if rule.uniform else 7 * std
        if np.abs(w).max() <= bound * (1 + 1e-6) and np.ptp(w) > 0:
            return None
        return Finding("values", f"gave {np.abs(w).max():.4g} as the largest |w|; expected at most {bound:.4g}.", LOOK)
    mean, measured = float(w.mean()), float(w.std())
    # relative standard error of a standard deviation: 0.5 for a normal, 0.447 for a uniform distribution, over the root of n
    relative = (0.447 if rule.uniform else 0.7072) / np.sqrt(n)
    if abs(mean) > LIMIT * max(std, measured) / np.sqrt(n):
        name = "only positive weights" if w.min() >= 0 and w.max() <= a else ""
        return Finding(
            "values", f"gave weights with the mean {mean:.4g}; expected 0.", rule.sentences.get(name, MEAN), name
        )
    if abs(measured / std - 1) > LIMIT * relative:
        name = explained(measured, n_in, n_out, rule, LIMIT * relative)
        said = f"gave weights with the standard deviation {measured:.4g}; expected {std:.4g}."
        return Finding("values", said, rule.sentences.get(name, SPREAD), name)
    if rule.uniform and np.abs(w).max() > a * (1 + 1e-6):
        said = f"gave {np.abs(w).max():.4g} as the largest |w|; a uniform draw stays within {a:.4g}."
        return Finding("values", said, rule.sentences[NORMAL], NORMAL)
    # the share within one standard deviation: 0.577 of a uniform and 0.683 of a normal distribution
    share, due = float((np.abs(w) < std).mean()), (1 / np.sqrt(3) if rule.uniform else 0.6827)
    if abs(share - due) > LIMIT * 0.5 / np.sqrt(n):
        name = "" if rule.uniform else "uniform distribution"
        said = f"gave {share:.3f} of the weights within one standard deviation; a {kind(rule)} draw has {due:.3f}."
        return Finding("values", said, rule.sentences.get(name, f"Draw from the {kind(rule)} distribution."), name)
    return repeated(w, std)


def explained(measured: float, n_in: int, n_out: int, rule: Rule, tolerance: float) -> str:
    """Return the name of the mistaken rule with this spread, or nothing."""
    return next((name for name, f in rule.spreads if abs(measured / f(n_in, n_out) - 1) < tolerance), "")


def repeated(w: np.ndarray, std: float) -> Finding | None:
    """Return the finding for rows or columns that repeat: their means then spread far from std over the root of n."""
    for axis, of in ((1, "row"), (0, "column")):
        if w.shape[axis] < 100 or w.shape[1 - axis] < 100:
            continue
        spread = float(w.mean(axis=axis).std()) * np.sqrt(w.shape[axis]) / std
        if not 0.6 < spread < 1.4:
            said = f"gave weights that hang together: the means of its {of}s spread {spread:.2g} times as far as they should."
            return Finding(
                "values", said, "Each weight is a draw of its own: ask rng for the whole shape (n_in, n_out)."
            )
    return None


def kind(rule: Rule) -> str:
    """Return the distribution's name."""
    return "uniform" if rule.uniform else "normal"


LOOK = "Compute the bound for these two sizes by hand and compare."
MEAN = "Centre the draw on 0: uniform from -a to a, or normal with mean 0."
SPREAD = (
    "Compute the spread for these two sizes by hand, and look at what you pass to rng: a bound, a standard deviation?"
)
NORMAL, OWN_GENERATOR = "normal distribution", "rng not used"
NOT_RNG = (
    "The weights do not come from rng. np.random.… and generators of your own ignore the seed of an experiment: call the "
    "methods of the rng that is passed."
)
TRANSPOSED = "The matrix is turned: w has n_in rows and n_out columns, so that x @ w works with x (n, n_in)."

# ------------------------------------------------------------------------------------------------------------- xavier

XAVIER_SENTENCES = {
    "standard deviation as bound": (
        "The weights are too small by the root of 3: sqrt(2 / (n_in + n_out)) is their standard deviation, but uniform asks for the "
        "bound a, and the variance of a uniform draw is a² / 3."
    ),
    "root forgotten": "The root is missing: 6 / (n_in + n_out) is a², and the bound is a.",
    "variance as bound": "2 / (n_in + n_out) is the variance of the rule. uniform asks for the bound a, the root of three times the variance.",
    "root over the 6 only": "The root goes over the whole fraction, over n_in + n_out as well.",
    "fan-in alone": "Only n_in is counted. Xavier's rule looks both ways: the sum n_in + n_out stands under the root.",
    "fan-out alone": "Only n_out is counted. Xavier's rule looks both ways: the sum n_in + n_out stands under the root.",
    "only positive weights": "All weights are positive, from 0 to a. The interval is centred on 0: from -a to a.",
    NORMAL: (
        "The spread is right but the bound is not kept: this is Xavier's normal rule. The uniform one draws between -a and a."
    ),
    OWN_GENERATOR: NOT_RNG,
    "transposed": TRANSPOSED,
}
XAVIER_RULE = Rule(
    std=lambda n_in, n_out: float(np.sqrt(2 / (n_in + n_out))),
    uniform=True,
    spreads=(
        ("standard deviation as bound", lambda n_in, n_out: float(np.sqrt(2 / (3 * (n_in + n_out))))),
        ("root forgotten", lambda n_in, n_out: 6 / (n_in + n_out) / np.sqrt(3)),
        ("variance as bound", lambda n_in, n_out: 2 / (n_in + n_out) / np.sqrt(3)),
        ("root over the 6 only", lambda n_in, n_out: np.sqrt(2) / (n_in + n_out)),
        ("fan-in alone", lambda n_in, n_out: float(np.sqrt(2 / n_in))),
        ("fan-out alone", lambda n_in, n_out: float(np.sqrt(2 / n_out))),
    ),
    sentences=XAVIER_SENTENCES,
)
XAVIER_WRONG: dict[str, Edit | Callable[..., Any]] = {
    "standard deviation as bound": Edit("6 / (n_in", "2 / (n_in"),
    "root forgotten": Edit("np.sqrt(6 / (n_in + n_out))\n", "6 / (n_in + n_out)\n"),
    "variance as bound": Edit("np.sqrt(6 / (n_in + n_out))\n", "2 / (n_in + n_out)\n"),
    "root over the 6 only": Edit("np.sqrt(6 / (n_in + n_out))\n", "np.sqrt(6) / (n_in + n_out)\n"),
    "fan-in alone": Edit("np.sqrt(6 / (n_in + n_out))\n", "np.sqrt(6 / n_in)\n"),
    "fan-out alone": Edit("np.sqrt(6 / (n_in + n_out))\n", "np.sqrt(6 / n_out)\n"),
    "only positive weights": Edit("rng.uniform(-a", "rng.uniform(0"),
    NORMAL: Edit("rng.uniform(-a, a, ", "rng.normal(0, a / np.sqrt(3), "),
    OWN_GENERATOR: Edit("return rng.uniform", "return np.random.default_rng(1).uniform"),
    "transposed": Edit("a, (n_in, n_out))", "a, (n_out, n_in))"),
}
XAVIER = Exercise(
    id="xavier_uniform",
    notebook=NOTEBOOK,
    reference=REFERENCE + "xavier_uniform",
    title="First weights for both directions",
    cases=first_weights_cases,
    judge=drawn_by(XAVIER_RULE),
    mistakes=tuple(Mistake(name, wrong, XAVIER_SENTENCES[name]) for name, wrong in XAVIER_WRONG.items()),
    hints=(
        "Two lines: the bound a, then one draw of the whole matrix from rng.",
        "A uniform draw between -a and a has the variance a² / 3. Set that equal to 2 / (n_in + n_out) and solve for a.",
        "`rng.uniform(low, high, shape)` draws a matrix; its shape has n_in rows.",
    ),
)

# ----------------------------------------------------------------------------------------------------------------- he

HE_SENTENCES = {
    "fan-in and fan-out swapped": (
        "n_out stands where n_in belongs. Each output adds up n_in terms, so it is n_in that decides how large the sum gets."
    ),
    "variance as standard deviation": (
        "2 / n_in is the variance. rng.normal asks for the standard deviation, which is its root."
    ),
    "factor 2 forgotten": "That is sqrt(1 / n_in), right for a linear layer. ReLU stops half of the signal; the 2 makes up for it.",
    "root over the 2 only": "The root goes over the whole fraction, over n_in as well.",
    "Xavier's spread": "That is Xavier's spread, with n_in + n_out. He's rule looks forward only: n_in.",
    "not scaled": "These are standard normal numbers: scale them down by the standard deviation that the rule asks for.",
    "uniform distribution": "The spread is right but the draw is uniform: He's normal rule asks for rng.normal.",
    OWN_GENERATOR: NOT_RNG,
    "transposed": TRANSPOSED,
}
HE_RULE = Rule(
    std=lambda n_in, n_out: float(np.sqrt(2 / n_in)),
    uniform=False,
    spreads=(
        ("fan-in and fan-out swapped", lambda n_in, n_out: float(np.sqrt(2 / n_out))),
        ("variance as standard deviation", lambda n_in, n_out: 2 / n_in),
        ("factor 2 forgotten", lambda n_in, n_out: float(np.sqrt(1 / n_in))),
        ("root over the 2 only", lambda n_in, n_out: np.sqrt(2) / n_in),
        ("Xavier's spread", lambda n_in, n_out: float(np.sqrt(2 / (n_in + n_out)))),
        ("not scaled", lambda n_in, n_out: 1.0),
    ),
    sentences=HE_SENTENCES,
)
HE_WRONG: dict[str, Edit | Callable[..., Any]] = {
    "fan-in and fan-out swapped": Edit("np.sqrt(2 / n_in),", "np.sqrt(2 / n_out),"),
    "variance as standard deviation": Edit("np.sqrt(2 / n_in),", "2 / n_in,"),
    "factor 2 forgotten": Edit("np.sqrt(2 / n_in),", "np.sqrt(1 / n_in),"),
    "root over the 2 only": Edit("np.sqrt(2 / n_in),", "np.sqrt(2) / n_in,"),
    "Xavier's spread": Edit("np.sqrt(2 / n_in),", "np.sqrt(2 / (n_in + n_out)),"),
    "not scaled": Edit("np.sqrt(2 / n_in),", "1.0,"),
    "uniform distribution": Edit(
        "rng.normal(0.0, np.sqrt(2 / n_in), ", "rng.uniform(-np.sqrt(6 / n_in), np.sqrt(6 / n_in), "
    ),
    OWN_GENERATOR: Edit("return rng.normal", "return np.random.default_rng(1).normal"),
    "transposed": Edit("(n_in, n_out))", "(n_out, n_in))"),
}
HE = Exercise(
    id="he_normal",
    notebook=NOTEBOOK,
    reference=REFERENCE + "he_normal",
    title="First weights for ReLU",
    cases=first_weights_cases,
    judge=drawn_by(HE_RULE),
    mistakes=tuple(Mistake(name, wrong, HE_SENTENCES[name]) for name, wrong in HE_WRONG.items()),
    hints=(
        "One draw of the whole matrix, normal, with mean 0.",
        "What does the second argument of rng.normal mean: a variance or a standard deviation?",
        "`rng.normal(0.0, std, (n_in, n_out))`, with std the root of 2 / n_in.",
    ),
)
