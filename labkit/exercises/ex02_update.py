"""An exercise of 02_perceptron: one step of the learning rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake


def update_cases(rng: np.random.Generator) -> list[Case]:
    w, x = rng.normal(size=3), rng.normal(size=3)
    below, above = -float(w @ x) - 1.0, -float(w @ x) + 1.0  # biases that give the scores -1 and 1
    w2, x2 = rng.normal(size=2), rng.normal(size=2)
    return [
        Case("a point of class 1 that is called 0", (w, below, x, 1)),
        Case("a point of class 0 that is called 1", (w, above, x, 0)),
        Case("a point of class 1 that is right", (w, above, x, 1)),
        Case("a point of class 0 that is right", (w, below, x, 0)),
        Case("a point of class 1 that is far on the wrong side", (w, below - 50.0, x, 1)),
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


ERROR = "y - perceptron_predict(x, w, b)"
NEW = "return w + lr * error * np.asarray(x), b + lr * error"


def until_it_is_right(w: Any, b: Any, x: Any, y: Any, lr: float = 1.0) -> Any:
    while (error := y - int(w @ x + b >= 0)) != 0:
        w, b = w + lr * error * x, b + lr * error
    return w.copy(), b


def only_class_1(w: Any, b: Any, x: Any, y: Any, lr: float = 1.0) -> Any:
    error = y - int(w @ x + b >= 0)
    return (w + lr * x, b + lr) if error == 1 else (w.copy(), b)


def only_class_0(w: Any, b: Any, x: Any, y: Any, lr: float = 1.0) -> Any:
    error = y - int(w @ x + b >= 0)
    return (w - lr * x, b - lr) if error == -1 else (w.copy(), b)


def nothing_when_right(w: Any, b: Any, x: Any, y: Any, lr: float = 1.0) -> Any:
    error = y - int(w @ x + b >= 0)
    return (w + lr * error * x, b + lr * error) if error else None


def updates_when_right(w: Any, b: Any, x: Any, y: Any, lr: float = 1.0) -> Any:
    right = y == int(w @ x + b >= 0)
    return (w + lr * x, b + lr) if right else (w.copy(), b)


def changes_in_place(w: Any, b: Any, x: Any, y: Any, lr: float = 1.0) -> Any:
    error = y - int(w @ x + b >= 0)
    w += lr * error * x
    return w, b + lr * error


UPDATE = Exercise(
    id="perceptron_update",
    notebook="02_perceptron",
    reference="labkit.reference.perceptron:perceptron_update",
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
            "This is the rule for labels -1 and 1 (y * score <= 0). With labels 0 and 1, y times anything is 0 for class 0: use "
            "y - prediction.",
        ),
        Mistake(
            "bias forgotten in the prediction",
            Edit(ERROR, "y - int(w @ x >= 0)"),
            "Your prediction leaves out b, so it asks about another line: the score is w.x + b.",
        ),
        Mistake(
            "score instead of prediction",
            Edit(ERROR, "y - (w @ x + b)"),
            "You compare y with the score. The error is y minus the PREDICTION, 0 or 1 (with the score it is another rule, least "
            "squares).",
        ),
        Mistake(
            "prediction -1 or 1",
            Edit(ERROR, "y - (1 if w @ x + b >= 0 else -1)"),
            "Your prediction is -1 or 1 and y is 0 or 1, so a right point of class 0 gives an error of 1 (np.sign?). Predict 0 or 1.",
        ),
        Mistake(
            "twice the step",
            Edit(ERROR, "2 * (y - perceptron_predict(x, w, b))"),
            "Every step is twice as long as it should be: the difference of labels -1 and 1 is 2. With 0 and 1 it is 1.",
        ),
        Mistake(
            "always adds",
            Edit(ERROR, "abs(y - perceptron_predict(x, w, b))"),
            "You add x after every mistake. When the perceptron says 1 and y is 0, the score is too high: subtract then.",
        ),
        Mistake(
            "only class 1 is mended",
            only_class_1,
            "A point of class 0 that is called 1 changes nothing. Either its branch is missing, or the change is lr * y * x, which is 0 "
            "for y = 0: subtract lr * x and lr there.",
        ),
        Mistake(
            "only class 0 is mended",
            only_class_0,
            "A point of class 1 that is called 0 changes nothing: add lr * x to w and lr to b there.",
        ),
        Mistake(
            "updates when it is right",
            updates_when_right,
            "The condition is the wrong way round: right points change w here, and mistakes do not.",
        ),
        Mistake(
            "nothing returned for a right point",
            nothing_when_right,
            "For a point that is right nothing comes back: the `return` stands inside the `if`. Return w and b in any case.",
        ),
        Mistake(
            "repeats until it is right",
            until_it_is_right,
            "One call is one step of the rule: lr * x is added once, even when the point is still on the wrong side afterwards. Leave "
            "the repeating to the next exercise.",
        ),
        Mistake(
            "bias moved the other way",
            Edit("b + lr * error", "b - lr * error"),
            "w goes the right way, b the opposite one: both are changed with the same sign.",
        ),
        Mistake(
            "bias moved by x",
            Edit("b + lr * error", "b + lr * error * np.asarray(x)"),
            "The bias becomes an array: it is changed by lr alone, as a weight whose input is always 1.",
        ),
        Mistake(
            "bias moved by the sum of x",
            Edit("b + lr * error", "b + lr * error * np.asarray(x).sum()"),
            "The bias is changed by lr alone, as a weight whose input is always 1; x plays no part in it.",
        ),
        Mistake(
            "x left out",
            Edit("lr * error * np.asarray(x)", "lr * error"),
            "All weights move by the same number. Each one moves by lr times ITS input: x is missing.",
        ),
        Mistake(
            "only the change",
            Edit(NEW, "return lr * error * np.asarray(x), lr * error"),
            "This is the change alone. Add it to the old w and b, and return the sums.",
        ),
        Mistake(
            "old weights dropped",
            Edit(NEW, "return (lr * error * np.asarray(x) if error else w.copy()), b + lr * error"),
            "After a mistake w is the change alone (`w = lr * …`): the old weights are lost. Add the change to them.",
        ),
        Mistake(
            "learning rate for w only",
            Edit("b + lr * error", "b + error"),
            "The bias takes a full step: lr belongs to the change of b as well.",
        ),
        Mistake(
            "learning rate for b only",
            Edit("lr * error * np.asarray(x)", "error * np.asarray(x)"),
            "The weights take a full step: lr belongs to the change of w as well.",
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
