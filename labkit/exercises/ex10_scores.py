"""The exercise precision_recall_f1 of 10_evaluation: three scores, four averages, and a rule for 0/0."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex10_confusion import rows_of, unequal_counts
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

NOTEBOOK = "10_evaluation"


def score_cases(rng: np.random.Generator) -> list[Case]:
    def labels(n_classes: int) -> tuple[np.ndarray, np.ndarray]:
        return rows_of(unequal_counts(rng, n_classes), rng)

    def with_zeros(row: tuple[int, ...] = (), column: tuple[int, ...] = (), cell: tuple[int, ...] = ()) -> Any:
        """Return labels of four classes; some have no rows, are never called, or are never right."""
        counts = unequal_counts(rng, 4)
        counts[list(row)] = 0
        counts[:, list(column)] = 0
        counts[list(cell), list(cell)] = 0
        return rows_of(counts, rng)

    three, four, two = labels(3), labels(4), labels(2)
    odd = with_zeros(row=(3,), column=(1, 3), cell=(2,))  # 1 is never called, 2 never right, 3 is not there
    return [
        Case("45 rows of three classes", (*three, 3)),
        Case("136 rows of four classes", (*four, 4)),
        Case("the plain mean over classes", (*three, 3), {"average": "macro"}, aspect="averages"),
        Case("the mean weighted by the classes' rows", (*four, 4), {"average": "weighted"}, aspect="averages"),
        Case("the sums over all classes", (*three, 3), {"average": "micro"}, aspect="averages"),
        Case("a class that is never called", (*with_zeros(column=(1,)), 4), aspect="zero division"),
        Case("a class that has no rows", (*with_zeros(row=(2,)), 4), {"zero_division": 1.0}, aspect="zero division"),
        Case("a class that is called but never right", (*with_zeros(cell=(0,)), 4), aspect="zero division"),
        Case("all of these at once", (*odd, 4), {"zero_division": 1.0}, aspect="zero division"),
        Case(
            "the plain mean, with a class that is nowhere",
            (*with_zeros((3,), (3,)), 4),
            {"average": "macro"},
            aspect="empty classes in averages",
        ),
        Case(
            "the weighted mean, with a class that is nowhere",
            (*with_zeros((3,), (3,)), 4),
            {"average": "weighted", "zero_division": 1.0},
            aspect="empty classes in averages",
        ),
        Case("two classes", (*two, 2), aspect="shapes"),
        Case("two classes, one number each", (*two, 2), {"average": "macro"}, aspect="shapes"),
    ]


three = close("precision", "recall", "f1")


def three_in_a_row(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the three results; an array whose rows they are can be unpacked like a tuple."""
    if isinstance(got, np.ndarray) and got.shape == (3, *np.shape(expected[0])):
        got = tuple(got)
    return three(case, expected, got)


RETURN = "return tuple(scores) if average is None else tuple(float(score) for score in scores)"
WEIGHTED = "scores = [(weights * score).sum() for score in scores]"
ONE_FRACTION = (
    "zero_division is put into all three scores of a class as soon as one of its counts is 0. Each fraction is looked at for itself: a class without rows "
    "that is called all the same has precision 0, not 0 / 0."
)
F1_NAN = "F1 is nan where precision and recall are both 0: 2pr / (p + r) is 0 / 0 there. 2 right / (predicted + actual) has no such trouble while there are rows."
SUMS = "counts.sum(axis=0), counts.sum(axis=1)"
MACRO = "scores = [score.mean() for score in scores]"
F1 = "divide(2 * right, predicted + actual)]"

SCORES = Exercise(
    id="precision_recall_f1",
    notebook=NOTEBOOK,
    reference="labkit.reference.classification_scores:precision_recall_f1",
    title="Are the alarms right, and are they all?",
    points=2,
    cases=score_cases,
    judge=three_in_a_row,
    mistakes=(
        Mistake(
            "precision and recall swapped",
            Edit(SUMS, "counts.sum(axis=1), counts.sum(axis=0)"),
            "Precision and recall are swapped. Precision divides by all that is *called* the class (a column of the confusion matrix), recall "
            "by all that *is* of the class (a row).",
        ),
        Mistake(
            "macro for micro",
            Edit(
                'if average == "micro":',
                "if False:",
                (('if average == "macro":', 'if average in ("macro", "micro"):'),),
            ),
            'With average="micro" you take the mean of the classes\' scores, which is "macro". Micro sums right, predicted and actual over all '
            "classes first and divides once, so that every *row* counts the same.",
        ),
        Mistake(
            "micro for macro",
            Edit('if average == "micro":', 'if average in ("micro", "macro"):'),
            'With average="macro" you sum over the classes before dividing, which is "micro". Macro is the mean of the classes\' scores, so that '
            "every *class* counts the same.",
        ),
        Mistake(
            "macro F1 from macro precision and recall",
            Edit(
                MACRO,
                "p, r, _ = [score.mean() for score in scores]; scores = [p, r, 2 * p * r / (p + r)]",
            ),
            "Your macro F1 is the harmonic mean of the averaged precision and recall. It is the mean of the classes' own F1: first F1, then the mean.",
        ),
        Mistake(
            "weighted by what is called",
            Edit("weights = actual / actual.sum()", "weights = predicted / predicted.sum()"),
            "The weights are the shares of the *predicted* classes. They are the shares of the true ones: a classifier must not choose its own weights.",
        ),
        Mistake(
            "weighted without weights",
            Edit("(weights * score).sum()", "score.mean()"),
            'average="weighted" gives the plain mean here. Each class counts by its share of the rows, actual / n.',
        ),
        Mistake(
            "weighted sum not divided",
            Edit("weights = actual / actual.sum()", "weights = actual"),
            "The weighted scores are far above 1: divide the sum of actual * score by n, the number of rows.",
        ),
        Mistake(
            "weighted, then a mean",
            Edit(WEIGHTED, "scores = [(weights * score).mean() for score in scores]"),
            "The weighted scores are divided by the number of classes once more: the weights actual / n add up to 1, so a sum is all it takes.",
        ),
        Mistake(
            "weighted by rows, divided by classes",
            Edit(WEIGHTED, "scores = [(actual * score).sum() / n_classes for score in scores]"),
            "The sum of actual * score is divided by the number of classes. The weights must add up to 1: divide by n, the number of rows.",
        ),
        Mistake(
            "weighted, not summed",
            Edit(WEIGHTED, "scores = [weights * score for score in scores]", ((RETURN, "return tuple(scores)"),)),
            "The scores are weighted and not added up: one number for all classes is asked for.",
        ),
        Mistake(
            "weighted for macro",
            Edit(MACRO, WEIGHTED),
            'average="macro" weights the classes by their rows here. Macro is their plain mean: every class counts the same, however rare.',
        ),
        Mistake(
            "one number where classes are asked",
            Edit('if average == "macro":', 'if average in ("macro", None):'),
            "Without an average the mean comes back. average=None asks for the scores of each class, as three arrays.",
        ),
        Mistake(
            "averaged F1 from averaged precision and recall",
            Edit(
                RETURN,
                "if average is not None:\n        p, r, _ = scores\n        scores = [p, r, 2 * p * r / (p + r)]\n    "
                + RETURN,
            ),
            "Your averaged F1 is the harmonic mean of the averaged precision and recall. It is the mean of the classes' own F1: first F1, then the mean.",
        ),
        Mistake(
            "zero_division for precision only",
            Edit(
                "divide(right, actual), divide(2 * right, predicted + actual)",
                "right / np.maximum(actual, 1), 2 * right / np.maximum(predicted + actual, 1)",
            ),
            "zero_division is used for precision only. A class without rows makes 0 / 0 of recall, too, and one that is nowhere makes it of F1.",
        ),
        Mistake(
            "zero_division for all three at once",
            Edit(
                "scores = [divide(right, predicted)",
                "bad = (predicted == 0) | (actual == 0)\n    scores = [divide(right, predicted)",
                (
                    (
                        '    if average == "macro":',
                        '    scores = [np.where(bad, zero_division, score) for score in scores]\n    if average == "macro":',
                    ),
                ),
            ),
            ONE_FRACTION,
        ),
        Mistake(
            "specificity for recall",
            Edit(
                "divide(right, actual), divide",
                "divide(counts.sum() - predicted - actual + right, counts.sum() - actual), divide",
            ),
            "Your recall divides the rows that are rightly *not* called the class by all that are not of it: that is specificity. Recall looks at the rows "
            "that are of the class.",
        ),
        Mistake(
            "divided by all rows",
            Edit("divide(right, predicted), divide(right, actual)", "right / counts.sum(), right / counts.sum()"),
            "Precision and recall are divided by all n rows. Precision divides by the rows that are called the class, recall by those that are of it.",
        ),
        Mistake(
            "micro divided by the classes",
            Edit(
                'if average == "macro":',
                'if average == "micro":\n        scores = [score / n_classes for score in scores]\n    if average == "macro":',
            ),
            "The micro scores are divided by the number of classes. After the sums over all classes there is one fraction left, and no mean to take.",
        ),
        Mistake(
            "F1 with a geometric mean",
            Edit(F1, "np.sqrt(divide(right, predicted) * divide(right, actual))]"),
            "Your F1 is the geometric mean of precision and recall, the root of their product. The harmonic mean is 2 right / (predicted + actual).",
        ),
        Mistake(
            "F1 nan",
            Edit(
                "scores = [divide(right, predicted), divide(right, actual), " + F1,
                "p, r = divide(right, predicted), divide(right, actual)\n    scores = [p, r, 2 * p * r / (p + r)]",
            ),
            F1_NAN,
        ),
        Mistake(
            "F1 nan in silence",
            Edit(
                "scores = [divide(right, predicted), divide(right, actual), " + F1,
                'p, r = divide(right, predicted), divide(right, actual)\n    with np.errstate(all="ignore"):\n        scores = [p, r, 2 * p * r / (p + r)]',
            ),
            F1_NAN,
        ),
        Mistake(
            "divides by zero",
            Edit("np.where(b == 0, zero_division, a / np.where(b == 0, 1, b))", "a / b"),
            "A class that is never called, or has no rows, makes 0 / 0 and gives nan. Put zero_division there: np.where, or an `if` for each class.",
        ),
        Mistake(
            "nan for 0 / 0",
            Edit("np.where(b == 0, zero_division,", "np.where(b == 0, np.nan,"),
            "A class that is never called, or has no rows, gives nan here; silencing the warning does not cure it. Put zero_division there.",
        ),
        Mistake(
            "zero_division not used",
            Edit("zero_division, a", "0.0, a"),
            "0 / 0 always becomes 0 here. It becomes zero_division, whatever was asked for: 1.0 is as possible as 0.0.",
        ),
        Mistake(
            "0 / 0 always 1",
            Edit("zero_division, a", "1.0, a"),
            "0 / 0 always becomes 1 here. It becomes zero_division, whatever was asked for, and 0.0 unless something was.",
        ),
        Mistake(
            "average not used",
            Edit('if average == "micro":', "average = None\n    if False:"),
            'The scores of the classes come back, whatever average asks for. With "macro", "weighted" and "micro" each score is one number.',
        ),
        Mistake(
            "replaced wherever the score is 0",
            Edit("np.where(b == 0, zero_division,", "np.where(a == 0, zero_division,"),
            "zero_division also replaces honest zeros. Ask whether the *denominator* is 0: a class that is called but never right has precision 0, "
            "whatever zero_division says.",
        ),
        Mistake(
            "F1 without a harmonic mean",
            Edit(F1, "(divide(right, predicted) + divide(right, actual)) / 2]"),
            "Your F1 is the arithmetic mean of precision and recall. The harmonic mean, 2 right / (predicted + actual), is close to the *smaller* of them.",
        ),
        Mistake(
            "F1 without the 2",
            Edit(F1, "divide(right, predicted + actual)]"),
            "Every F1 is half of what it should be: 2 right / (predicted + actual). A perfect class must have 1.",
        ),
        Mistake(
            "F1 = 0 / 0 where precision and recall are 0",
            Edit(
                "scores = [divide(right, predicted), divide(right, actual), " + F1,
                "p, r = divide(right, predicted), divide(right, actual)\n    scores = [p, r, divide(2 * p * r, p + r)]",
            ),
            "F1 computed as 2pr / (p + r) is 0 / 0 where both are 0, and you put zero_division there. 2 right / (predicted + actual) shows that it is "
            "0: there are rows, and none is right.",
        ),
        Mistake(
            "empty classes left out of the mean",
            Edit(MACRO, "scores = [score[actual > 0].mean() for score in scores]"),
            "The plain mean leaves out classes without rows. Here it goes over all n_classes; what an empty class contributes is what zero_division is for.",
        ),
    ),
    hints=(
        "Start from confusion_matrix(y_true, y_pred, n_classes): right is its diagonal, predicted the sums of its columns, actual the sums of its rows.",
        "A small function for a / b with the rule for b == 0 saves three repetitions: np.where(b == 0, zero_division, a / np.where(b == 0, 1, b)).",
        "Micro: replace right, predicted and actual by their sums before dividing. Macro: the mean of each result. Weighted: the sum of actual / n * result.",
        "f1 = 2 * right / (predicted + actual), by the same small function. Return precision, recall, f1.",
    ),
)
