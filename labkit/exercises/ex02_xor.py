"""An exercise of 02_perceptron: two layers of steps, set by hand, compute exclusive or."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake


def xor_cases(rng: np.random.Generator) -> list[Case]:
    return [Case("the four corners")]


def step(z: np.ndarray) -> np.ndarray:
    return (z >= 0).astype(int)


CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
XOR_LABELS = np.array([0, 1, 1, 0])

COMPUTES = {  # the outputs for (0,0), (0,1), (1,0), (1,1) -> name of the mistake, what to say
    (0, 1, 1, 1): (
        "computes OR",
        "This computes OR: (1, 1) must give 0. One hidden unit has to notice that both inputs are on.",
    ),
    (0, 0, 0, 1): (
        "computes AND",
        "This computes AND. XOR is 'OR but not AND': the unit that says AND needs a negative weight in the output.",
    ),
    (1, 0, 0, 1): (
        "computes NOT XOR",
        "Every output is swapped, so this is the opposite of XOR: change the signs in the last unit.",
    ),
    (1, 1, 1, 0): (
        "computes NOT AND",
        "This computes NOT AND: (0, 0) must give 0, too. The last unit has to ask for 'at least one' as well.",
    ),
    (1, 0, 0, 0): (
        "computes NOT OR",
        "This computes NOT OR, 'none of the two'. XOR is 'at least one, but not both': turn the signs of that unit round, and have the "
        "other unit say when both are on.",
    ),
}
SWAPPED_ROLES = (  # what would make it right -> name of the mistake, what to say
    (
        lambda W1, b1, w2, b2: solves(W1.T, b1, w2, b2),
        "hidden units in the rows of W1",
        "The rows of W1 hold your hidden units. In X @ W1 the COLUMN j belongs to unit j: transpose W1.",
    ),
    (
        lambda W1, b1, w2, b2: solves(W1, -b1, w2, -b2) or solves(W1, -b1, w2, b2) or solves(W1, b1, w2, -b2),
        "thresholds with the wrong sign",
        "A bias is minus the threshold: the unit that says 'x1 + x2 >= 0.5' has the bias -0.5. Look at the signs of b1 and b2.",
    ),
    (
        lambda W1, b1, w2, b2: solves(W1, w2, b1, b2),
        "b1 and w2 in each other's place",
        "The parts are right but b1 and w2 have changed places: return W1, b1, w2, b2, in this order.",
    ),
    (
        lambda W1, b1, w2, b2: np.array_equal((CORNERS @ W1 + b1 > 0) @ w2 + b2 > 0, XOR_LABELS == 1),
        "strict threshold",
        "These are weights for a step with z > 0. Here a score of exactly 0 counts as 1: move the thresholds between the sums that "
        "occur, as 0.5 lies between 0 and 1.",
    ),
    (
        lambda W1, b1, w2, b2: (
            np.allclose(np.maximum(CORNERS @ W1 + b1, 0) @ w2 + b2, XOR_LABELS)
            or np.array_equal(np.maximum(CORNERS @ W1 + b1, 0) @ w2 + b2 >= 0, XOR_LABELS == 1)
        ),
        "weights for ReLU",
        "With ReLU units these weights would compute XOR. Here every unit is a step, which says 0 or 1 and never 2.",
    ),
)


def solves(W1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray) -> bool:
    """Whether two layers of steps with these weights compute XOR."""
    return np.array_equal(step(step(CORNERS @ W1 + b1) @ w2 + b2), XOR_LABELS)


def solves_xor(case: Case, expected: Any, got: Any) -> Finding | None:
    """Run the student's weights on the four corners: any weights that compute XOR are right."""
    names = ("W1", "b1", "w2", "b2")
    shaped = difference(tuple(np.zeros_like(e) for e in expected), _zeros(got), names=names)
    if shaped is not None:
        if "as b2" in shaped.sentence and np.size(got[3]) == 1:
            return Finding(
                shaped.stage, shaped.sentence, "b2 is a single number: write -1.0 rather than np.array([-1.0])."
            )
        return shaped
    W1, b1, w2, b2 = (np.asarray(part, dtype=float) for part in got)
    hidden = step(CORNERS @ W1 + b1)
    out = step(hidden @ w2 + b2)
    wrong = np.flatnonzero(out != XOR_LABELS)
    if wrong.size == 0:
        return None
    x, h = CORNERS[wrong[0]].tolist(), hidden[wrong[0]].tolist()
    near = ((name, advice) for mended, name, advice in SWAPPED_ROLES if mended(W1, b1, w2, b2))
    name, advice = next(near, None) or COMPUTES.get(tuple(out.tolist()), ("", ""))
    sentence = (
        f"gives {out[wrong[0]]} for the input {x}, where the hidden units say {h}; expected {XOR_LABELS[wrong[0]]}."
    )
    if advice:
        pass
    elif len(np.unique(hidden, axis=0)) == 1:
        name = "hidden units say the same for every input"
        advice = "The hidden units say the same for every input, so the output cannot tell them apart."
    elif (hidden[:, 0] == hidden[:, 1]).all():
        name = "hidden units alike"
        advice = (
            "Both hidden units say the same, so the second layer has one line again: give them different thresholds."
        )
    elif len(set(out.tolist())) == 1:
        name = "output always the same"
        advice = (
            f"The output is {out[0]} for every input: with b2 = {b2:g} nothing the hidden units say changes its mind. Work out the last "
            "unit's score for each of the four inputs."
        )
    else:
        advice = "Write the table: four inputs, what each hidden unit says, and what the last unit should make of it."
    return Finding("values", sentence, advice, name)


def _zeros(got: Any) -> Any:
    """Return a result with its finite numbers set to 0, so that only its form is compared."""
    if isinstance(got, tuple | list) and len(got) == 4:
        return tuple(np.zeros_like(g) if isinstance(g, int | float | np.ndarray) else _number_lists(g) for g in got)
    return got


def _number_lists(part: Any) -> Any:
    if isinstance(part, list):
        try:
            return np.asarray(part, dtype=float) * 0
        except (ValueError, TypeError):
            return part
    return part


def xor_or() -> Any:
    return np.ones((2, 2)), np.array([-0.5, -0.5]), np.array([1.0, 1.0]), -0.5


def xor_and() -> Any:
    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([1.0, 1.0]), -1.5


def xor_not() -> Any:
    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([-1.0, 1.0]), 0.0


def xor_not_and() -> Any:
    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([0.0, -1.0]), 0.5


def xor_not_or() -> Any:
    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([-1.0, 0.0]), 0.5


def xor_in_rows() -> Any:
    return np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([-0.5, 1.5]), np.array([1.0, 1.0]), -1.5


def xor_thresholds() -> Any:
    return np.ones((2, 2)), np.array([0.5, 1.5]), np.array([1.0, -1.0]), 0.5


def xor_places() -> Any:
    return np.ones((2, 2)), np.array([1.0, -1.0]), np.array([-0.5, -1.5]), -0.5


def xor_strict() -> Any:
    return np.ones((2, 2)), np.array([0.0, -1.0]), np.array([1.0, -1.0]), 0.0


def xor_relu() -> Any:
    return np.ones((2, 2)), np.array([0.0, -1.0]), np.array([1.0, -2.0]), -0.5


XOR_MISTAKES = {
    (0, 1, 1, 1): xor_or,
    (0, 0, 0, 1): xor_and,
    (1, 0, 0, 1): xor_not,
    (1, 1, 1, 0): xor_not_and,
    (1, 0, 0, 0): xor_not_or,
}
XOR_ROLES = (xor_in_rows, xor_thresholds, xor_places, xor_strict, xor_relu)

XOR = Exercise(
    id="xor_weights",
    notebook="02_perceptron",
    reference="labkit.reference.perceptron:xor_weights",
    title="Two layers solve XOR",
    cases=xor_cases,
    judge=solves_xor,
    mistakes=(
        *(Mistake(COMPUTES[t][0], wrong, COMPUTES[t][1]) for t, wrong in XOR_MISTAKES.items()),
        *(Mistake(name, wrong, advice) for wrong, (_, name, advice) in zip(XOR_ROLES, SWAPPED_ROLES, strict=True)),
        Mistake(
            "thresholds missing",
            Edit("[-0.5, -1.5]", "[0.0, 0.0]"),
            "With b1 = 0 every hidden unit is on at (0, 0), since a score of exactly 0 counts as 1: give the hidden units thresholds.",
        ),
    ),
    hints=(
        "XOR means: at least one of the two, but not both. Each half of the sentence is a line.",
        "Let hidden unit 0 say 'at least one' (x1 + x2 >= 0.5) and hidden unit 1 say 'both' (x1 + x2 >= 1.5).",
        "The last unit adds the first and subtracts the second, with a threshold between 0 and 1.",
    ),
)
