"""The exercises of 02_perceptron: predict, correct, repeat until nothing is wrong, and what one line cannot do."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close, difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

NOTEBOOK = "02_perceptron"
REFERENCE = "labkit.reference.perceptron:"

# ---------------------------------------------------------------------------------------------------- predict


def predict_cases(rng: np.random.Generator) -> list[Case]:
    X, w = rng.normal(size=(7, 3)), rng.normal(size=3)
    b = float(-np.median(X @ w)) + 0.01  # both classes occur
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return [
        Case("seven points in three dimensions", (X, w, b)),
        Case("other weights and bias", (X, -w, -b + 0.3)),
        Case("points on the line itself", (corners, np.array([1.0, 1.0]), -1.0), aspect="score of exactly 0"),
        Case("weights and bias of zero", (corners, np.zeros(2), 0.0), aspect="score of exactly 0"),
        Case("a single point x", (X[0], w, b), aspect="shapes and types"),
        Case("integer data", (np.array([[2, 1], [-3, 1]]), np.array([1, 1]), 1), aspect="shapes and types"),
        Case("float32 data", (X.astype(np.float32), w.astype(np.float32), b), aspect="shapes and types"),
    ]


def signs(X: Any, w: Any, b: Any) -> Any:
    return np.where(X @ w + b >= 0, 1, -1)


PREDICT = Exercise(
    id="perceptron_predict",
    notebook=NOTEBOOK,
    reference=REFERENCE + "perceptron_predict",
    title="Predict with a line",
    cases=predict_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "strict threshold",
            Edit(">= 0", "> 0"),
            "A score of exactly 0 belongs to class 1: the comparison is >= 0, not > 0.",
        ),
        Mistake(
            "bias forgotten",
            Edit(" + b", ""),
            "The bias b is missing from the score: without it every line goes through the origin.",
        ),
        Mistake("labels -1 and 1", signs, "These are labels -1 and 1; the classes here are called 0 and 1."),
        Mistake("classes swapped", Edit(">= 0", "< 0"), "The classes are swapped: a score of 0 or more means class 1."),
        Mistake(
            "score returned",
            Edit(" >= 0).astype(int)", ")"),
            "This is the score itself; the step that turns it into 0 or 1 is missing.",
        ),
    ),
    hints=(
        "Two steps: the score of each row, then the question whether it is at least 0.",
        "The scores of all rows at once are the matrix product of X and w, plus b.",
        "A comparison gives True and False; `.astype(int)` makes 1 and 0 of them.",
    ),
)

# ----------------------------------------------------------------------------------------------------- update


def update_cases(rng: np.random.Generator) -> list[Case]:
    w, x = rng.normal(size=3), rng.normal(size=3)
    below, above = -float(w @ x) - 1.0, -float(w @ x) + 1.0  # biases that give the scores -1 and 1
    w2, x2 = rng.normal(size=2), rng.normal(size=2)
    return [
        Case("a point of class 1 that is called 0", (w, below, x, 1)),
        Case("a point of class 0 that is called 1", (w, above, x, 0)),
        Case("a point of class 1 that is right", (w, above, x, 1)),
        Case("a point of class 0 that is right", (w, below, x, 0)),
        Case("a learning rate of 0.1", (w, above, x, 0), {"lr": 0.1}, aspect="learning rate"),
        Case("a learning rate of 3", (w2, float(-w2 @ x2) - 2.0, x2, 1), {"lr": 3.0}, aspect="learning rate"),
        Case("a point of class 0 on the line", (np.zeros(2), 0.0, x2, 0), aspect="score of exactly 0"),
        Case("a point of class 1 on the line", (np.zeros(2), 0.0, x2, 1), aspect="score of exactly 0"),
    ]


def always_updates(w: Any, b: Any, x: Any, y: Any, lr: float = 1.0) -> Any:
    sign = 1 if y == 1 else -1
    return w + lr * sign * x, b + lr * sign


def signed_labels_update(w: Any, b: Any, x: Any, y: Any, lr: float = 1.0) -> Any:
    if y * (w @ x + b) <= 0:  # the rule for labels -1 and 1
        return w + lr * y * x, b + lr * y
    return w.copy(), b


def changes_in_place(w: Any, b: Any, x: Any, y: Any, lr: float = 1.0) -> Any:
    error = y - int(w @ x + b >= 0)
    w += lr * error * x
    return w, b + lr * error


UPDATE = Exercise(
    id="perceptron_update",
    notebook=NOTEBOOK,
    reference=REFERENCE + "perceptron_update",
    title="Learn from one mistake",
    cases=update_cases,
    judge=close("w", "b"),
    mistakes=(
        Mistake(
            "updates correct points too",
            always_updates,
            "You also update on points that are already right; the rule only reacts to mistakes.",
        ),
        Mistake(
            "bias forgotten",
            Edit("b + lr * error", "b"),
            "The bias is never updated: it learns like a weight whose input is always 1.",
        ),
        Mistake(
            "wrong sign",
            Edit("y - perceptron_predict(x, w, b)", "perceptron_predict(x, w, b) - y"),
            "The sign is reversed: a point of class 1 that is called 0 must pull w towards x (add x), not push it away.",
        ),
        Mistake(
            "labels -1 and 1",
            signed_labels_update,
            "This is the rule for labels -1 and 1. With labels 0 and 1, y times anything is 0 for class 0: use y - prediction.",
        ),
        Mistake(
            "learning rate forgotten",
            Edit("lr * ", ""),
            "The learning rate lr is not used: it scales the change of w and of b.",
        ),
        Mistake(
            "strict threshold",
            Edit("perceptron_predict(x, w, b)", "int(w @ x + b > 0)"),
            "A score of exactly 0 counts as prediction 1, so the comparison is >= 0.",
        ),
        Mistake(
            "w changed in place",
            changes_in_place,
            "`w += …` changes the caller's array as well; write `w = w + …` to make a new one.",
        ),
    ),
    hints=(
        "First ask what the perceptron says of x now: `perceptron_predict(x, w, b)`.",
        "error = y - prediction is 1, 0 or -1. What should happen to w in each of the three cases?",
        "The new weights are w plus lr times error times x; the bias changes as if its input were 1.",
    ),
)

# -------------------------------------------------------------------------------------------------------- fit


def separable(rng: np.random.Generator, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n points, as many of each class, with a margin so that the rule ends soon; class 0 comes first."""
    w = rng.normal(size=d)
    X = rng.normal(size=(20 * n, d))
    score = X @ w / np.linalg.norm(w)
    rows = np.concatenate([np.flatnonzero(score < -0.3)[: n // 2], np.flatnonzero(score > 0.3)[: n // 2]])
    rows[1:] = rng.permutation(rows[1:])  # a first point of class 0 is a mistake of the start, where all is class 1
    return X[rows] + 0.5, (score[rows] > 0).astype(int)


def fit_cases(rng: np.random.Generator) -> list[Case]:
    X, y = separable(rng, 20, 2)
    X3, y3 = separable(rng, 16, 3)
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return [
        Case("20 separable points", (X, y)),
        Case("logical AND", (corners, np.array([0, 0, 0, 1]))),
        Case("three dimensions", (X3, y3)),
        Case("a learning rate of 0.5", (X, y), {"lr": 0.5}, aspect="learning rate"),
        Case("XOR, for 6 epochs", (corners, np.array([0, 1, 1, 0])), {"max_epochs": 6}, aspect="stops"),
        Case("AND, with only 3 epochs allowed", (corners, np.array([0, 0, 0, 1])), {"max_epochs": 3}, aspect="stops"),
        Case("all points of class 1", (corners, np.ones(4, int)), aspect="stops"),
    ]


def predicts_once_an_epoch(X: Any, y: Any, lr: float = 1.0, max_epochs: int = 100) -> Any:
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        errors = y - (X @ w + b >= 0)
        for x, error in zip(X, errors, strict=True):
            w, b = w + lr * error * x, b + lr * error
        mistakes.append(int(np.abs(errors).sum()))
        if mistakes[-1] == 0:
            break
    return w, b, mistakes


FIT = Exercise(
    id="fit_perceptron",
    notebook=NOTEBOOK,
    reference=REFERENCE + "fit_perceptron",
    title="Repeat until nothing is wrong",
    probe="loop",
    points=2,
    cases=fit_cases,
    judge=close("w", "b", "mistakes"),
    mistakes=(
        Mistake(
            "stops after one epoch",
            Edit("range(max_epochs)", "range(1)"),
            "It stops after one epoch; go on until an epoch passes without a mistake (at most max_epochs).",
        ),
        Mistake(
            "last epoch not recorded",
            Edit(
                "        mistakes.append(wrong)\n        if wrong == 0:\n            break",
                "        if wrong == 0:\n            break\n        mistakes.append(wrong)",
            ),
            "The epoch without a mistake is missing from the list: append its 0 before you stop.",
        ),
        Mistake(
            "counts over all epochs",
            Edit(
                "    for _ in range(max_epochs):\n        wrong = 0\n",
                "    wrong = 0\n    for _ in range(max_epochs):\n",
                (
                    (
                        ("        if wrong == 0:"),
                        "        if len(mistakes) > 1 and mistakes[-1] == mistakes[-2] or wrong == 0:",
                    ),
                ),
            ),
            "The count is never set back to 0: start it anew in every epoch.",
        ),
        Mistake(
            "weights of the first epoch",
            Edit(
                "    return w, b, mistakes",
                "    return first + (mistakes,)",
                (
                    (
                        "        mistakes.append(wrong)",
                        "        mistakes.append(wrong)\n        first = (w, b) if len(mistakes) == 1 else first",
                    ),
                ),
            ),
            "These are the weights after the first epoch; return those after the last one.",
        ),
        Mistake(
            "predicts once an epoch",
            predicts_once_an_epoch,
            "You predict all points with the weights from the start of the epoch; each point must meet the weights that the point before it left behind.",
        ),
        Mistake(
            "never stops early",
            Edit("        if wrong == 0:\n            break\n", ""),
            "It runs all max_epochs epochs; stop after the first epoch without a mistake.",
        ),
        Mistake(
            "learning rate not passed on",
            Edit("label, lr)", "label)"),
            "The learning rate lr is not passed on to perceptron_update.",
        ),
        Mistake(
            "starts at ones",
            Edit("np.zeros(X.shape[1])", "np.ones(X.shape[1])"),
            "Start with w at zero: np.zeros with one entry for each column of X.",
        ),
    ),
    hints=(
        "Two loops: epochs outside, rows of X inside. Before the loops: w of zeros, b = 0, an empty list.",
        "Inside: predict this row with the current w and b; if it is not the label, update and count one mistake.",
        "After the inner loop append the count; if it is 0, `break`. Return w, b and the list.",
    ),
)

# -------------------------------------------------------------------------------------------------------- xor


def xor_cases(rng: np.random.Generator) -> list[Case]:
    return [Case("the four corners")]


def step(z: np.ndarray) -> np.ndarray:
    return (z >= 0).astype(int)


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
}


def solves_xor(case: Case, expected: Any, got: Any) -> Finding | None:
    """Run the student's weights on the four corners: any weights that compute XOR are right."""
    names = ("W1", "b1", "w2", "b2")
    shaped = difference(tuple(np.zeros_like(e) for e in expected), _zeros(got), names=names)
    if shaped is not None:
        return shaped
    W1, b1, w2, b2 = (np.asarray(part, dtype=float) for part in got)
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    hidden = step(corners @ W1 + b1)
    out = step(hidden @ w2 + b2)
    wrong = np.flatnonzero(out != [0, 1, 1, 0])
    if wrong.size == 0:
        return None
    x, h = corners[wrong[0]].tolist(), hidden[wrong[0]].tolist()
    name, advice = COMPUTES.get(tuple(out.tolist()), ("", ""))
    sentence = (
        f"gives {out[wrong[0]]} for the input {x}, where the hidden units say {h}; expected {[0, 1, 1, 0][wrong[0]]}."
    )
    if advice:
        pass
    elif len(np.unique(hidden, axis=0)) == 1:
        advice = "The hidden units say the same for every input, so the output cannot tell them apart."
    elif (hidden[:, 0] == hidden[:, 1]).all():
        advice = (
            "Both hidden units say the same, so the second layer has one line again: give them different thresholds."
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


XOR_MISTAKES = {(0, 1, 1, 1): xor_or, (0, 0, 0, 1): xor_and, (1, 0, 0, 1): xor_not}

XOR = Exercise(
    id="xor_weights",
    notebook=NOTEBOOK,
    reference=REFERENCE + "xor_weights",
    title="Two layers solve XOR",
    cases=xor_cases,
    judge=solves_xor,
    mistakes=(
        *(Mistake(COMPUTES[t][0], wrong, COMPUTES[t][1]) for t, wrong in XOR_MISTAKES.items()),
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

EXERCISES = (PREDICT, UPDATE, FIT, XOR)
