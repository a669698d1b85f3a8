"""An exercise of 02_perceptron: the whole rule, until nothing is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake


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
        Case(
            "AND, with a learning rate of 0.25", (corners, np.array([0, 0, 0, 1])), {"lr": 0.25}, aspect="learning rate"
        ),
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


VISIT = """            if perceptron_predict(x, w, b) != label:
                w, b = perceptron_update(w, b, x, label, lr)
                wrong += 1
"""


def visit(lines: str) -> Edit:
    """Return the reference with other lines for what happens to one row."""
    return Edit(VISIT, "".join(f"            {line}\n" for line in lines.splitlines()))


def after(lines: str) -> Edit:
    """Return the reference with lines of its own after each pass over the rows, before the count is recorded."""
    return Edit("        mistakes.append(wrong)\n", "".join(f"        {line}\n" for line in lines.splitlines()))


def only_count(X: Any, y: Any, lr: float = 1.0, max_epochs: int = 100) -> Any:
    w, b = np.zeros(X.shape[1]), 0.0
    wrong = int((y != 1).sum())
    return w, b, [wrong] * (max_epochs if wrong else 1)


def by_the_rule(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare; of other weights that separate the points all the same, say what decides which ones the rule finds."""
    found = difference(expected, got, names=("w", "b", "mistakes"))
    if found is None or found.stage not in ("values", "shape"):
        return found
    X, y = case.args
    w, b = np.asarray(got[0]), np.asarray(got[1])
    if difference(expected[:2], got[:2]) is None:
        return found
    if w.shape != X.shape[1:] or b.shape != () or ((X @ w + b >= 0) != y).any():
        return found
    return Finding(
        found.stage,
        found.sentence,
        found.advice
        if "right parts" in found.sentence
        else "Your line is right for all these points, but it was found on another way than the statement's: w and b start at zero, the "
        "rows are visited in their own order (no shuffling), each step is lr long, and each mistake is mended and counted at once.",
    )


FIT = Exercise(
    id="fit_perceptron",
    notebook="02_perceptron",
    reference="labkit.reference.perceptron:fit_perceptron",
    title="Repeat until nothing is wrong",
    probe="loop",
    points=2,
    cases=fit_cases,
    judge=by_the_rule,
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
            "lr makes no difference here: pass it on to perceptron_update (or multiply both changes by it).",
        ),
        Mistake(
            "learning rate for w only",
            visit(
                "error = label - perceptron_predict(x, w, b)\n"
                "w, b, wrong = w + lr * error * x, b + error, wrong + abs(error)"
            ),
            "The bias takes full steps: lr belongs to the change of b as well.",
        ),
        Mistake(
            "bias forgotten",
            visit("error = label - perceptron_predict(x, w, b)\nw, wrong = w + lr * error * x, wrong + abs(error)"),
            "b stays 0, so the line cannot leave the origin. Update it after every mistake, like a weight whose input is always 1.",
        ),
        Mistake(
            "bias forgotten in the prediction",
            Edit("perceptron_predict(x, w, b)", "perceptron_predict(x, w, 0.0)"),
            "b is learned but not used: the prediction is 1 where w.x + b >= 0, with b.",
        ),
        Mistake(
            "wrong sign",
            visit(
                "error = perceptron_predict(x, w, b) - label\n"
                "w, b, wrong = w + lr * error * x, b + lr * error, wrong + abs(error)"
            ),
            "The sign of the update is reversed: the weights walk away from what would be right. The error is label - prediction.",
        ),
        Mistake(
            "strict threshold",
            visit(
                "error = label - int(w @ x + b > 0)\n"
                "w, b, wrong = w + lr * error * x, b + lr * error, wrong + abs(error)"
            ),
            "A score of exactly 0 counts as prediction 1, and at the start, with zeros, every score is 0: compare with >= 0.",
        ),
        Mistake(
            "labels -1 and 1",
            visit("if label * (w @ x + b) <= 0:\n    w, b, wrong = w + lr * label * x, b + lr * label, wrong + 1"),
            "This is the rule for labels -1 and 1 (y * score <= 0). With labels 0 and 1 every point of class 0 counts as a mistake, and "
            "y * x changes nothing there: use label - prediction.",
        ),
        Mistake(
            "a score of 0 always a mistake",
            visit(
                "sign = 2 * label - 1\n"
                "if sign * (w @ x + b) <= 0:\n    w, b, wrong = w + lr * sign * x, b + lr * sign, wrong + 1"
            ),
            "With y * score <= 0 a score of exactly 0 is a mistake for both classes. Here it counts as prediction 1, so a point of class 1 "
            "with score 0 is right.",
        ),
        Mistake(
            "updates correct points too",
            visit(
                "wrong += abs(label - perceptron_predict(x, w, b))\n"
                "sign = 2 * label - 1\n"
                "w, b = w + lr * sign * x, b + lr * sign"
            ),
            "You also update on points that are already right; the rule only reacts to mistakes.",
        ),
        Mistake(
            "update thrown away",
            only_count,
            "w and b stay 0. Either the change is not kept (perceptron_update RETURNS the new weights: catch them, w, b = …), or it is "
            "label minus SCORE, which is 0 at the start: the error is label minus prediction.",
        ),
        Mistake(
            "starts anew in every epoch",
            Edit("        wrong = 0\n", "        wrong = 0\n        w, b = np.zeros(X.shape[1]), 0.0\n"),
            "w and b are set back to 0 in every epoch, so nothing is ever learned. Set them once, before the loop over the epochs.",
        ),
        Mistake(
            "epoch ends at its first mistake",
            visit(VISIT.replace("            ", "", 1).replace("\n            ", "\n") + "    break"),
            "After a mistake the rest of the rows is left out (break inside the loop over the rows). An epoch visits all rows.",
        ),
        Mistake(
            "counted after the epoch",
            after("mistakes.append(int((perceptron_predict(X, w, b) != y).sum()))\nwrong = mistakes[-1]"),
            "You count the points that are wrong AFTER the epoch. Count each mistake at the moment it is made, before its update.",
        ),
        Mistake(
            "counted after the update",
            visit(
                VISIT.replace("            ", "", 1)
                .replace("\n            ", "\n")
                .replace("wrong += 1", "wrong += perceptron_predict(x, w, b) != label")
            ),
            "You count what is still wrong after the update. A mistake counts when it is made: look at the prediction before you update.",
        ),
        Mistake(
            "last row left out",
            Edit("zip(X, y, strict=True)", "zip(X[:-1], y[:-1], strict=True)"),
            "The last row is never visited: range(n) already stops at n - 1.",
        ),
        Mistake(
            "first row left out",
            Edit("zip(X, y, strict=True)", "zip(X[1:], y[1:], strict=True)"),
            "The first row is never visited: its index is 0.",
        ),
        Mistake(
            "max_epochs not used",
            Edit("range(max_epochs)", "range(100)"),
            "max_epochs makes no difference here. Where no line separates the classes it is all that ends the loop.",
        ),
        Mistake(
            "one epoch too few",
            Edit("range(max_epochs)", "range(max_epochs - 1)"),
            "It gives up one epoch too early: max_epochs epochs are allowed, and range(max_epochs) counts them.",
        ),
        Mistake(
            "one epoch too many",
            Edit("range(max_epochs)", "range(max_epochs + 1)"),
            "It makes one epoch more than max_epochs: compare < with <= in the loop's condition.",
        ),
        Mistake(
            "weights from before the last epoch",
            Edit(
                "        wrong = 0\n",
                "        wrong, old = 0, (w, b)\n",
                (("return w, b, mistakes", "return *old, mistakes"),),
            ),
            "These are the weights from before the last epoch, which differ when max_epochs ends the loop: return the newest ones.",
        ),
        Mistake(
            "best weights instead of the last",
            Edit(
                "        mistakes.append(wrong)\n",
                "        mistakes.append(wrong)\n"
                "        now = int((perceptron_predict(X, w, b) != y).sum())\n"
                "        best = (now, w, b) if len(mistakes) == 1 or now < best[0] else best\n",
                (("return w, b, mistakes", "return *best[1:], mistakes"),),
            ),
            "You keep the best weights on the way (the pocket rule, later in this notebook). Here the last ones are asked.",
        ),
        Mistake(
            "sum of all mistakes",
            Edit("return w, b, mistakes", "return w, b, sum(mistakes)"),
            "This is one number, the sum of all mistakes. A list is asked: the count of each epoch.",
        ),
        Mistake(
            "number of epochs",
            Edit("return w, b, mistakes", "return w, b, len(mistakes)"),
            "This is the number of epochs. A list is asked: how many mistakes were made in each of them.",
        ),
        Mistake(
            "shares instead of counts",
            Edit("return w, b, mistakes", "return w, b, [wrong / len(X) for wrong in mistakes]"),
            "These are shares of the rows. The list holds counts, whole numbers.",
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
