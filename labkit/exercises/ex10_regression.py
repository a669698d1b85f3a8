"""The exercise r2_score of 10_evaluation: how much better than the mean?"""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "10_evaluation"


def r2_cases(rng: np.random.Generator) -> list[Case]:
    def pair(n: int, slope: float, offset: float, noise: float) -> tuple[np.ndarray, np.ndarray]:
        y = rng.uniform(2.0, 3.0) + rng.permutation(np.linspace(-2.0, 2.5, n) + rng.uniform(-0.2, 0.2, n))
        return y, slope * y + offset + noise * rng.permutation(np.linspace(-1, 1, n) ** 3)

    y = pair(6, 1, 0, 0)[0]
    whole = rng.permutation(np.arange(1, 10))
    return [
        Case("twelve fair predictions", pair(12, 0.8, 0.7, 0.6)),
        Case("nine predictions that are all too high", pair(9, 0.9, 1.1, 0.5)),
        Case("predictions worse than the mean", pair(10, -0.7, 1.0, 0.5), aspect="below zero"),
        Case("predictions far off", pair(8, 1.0, 30.0, 0.5), aspect="below zero"),
        Case("perfect predictions", (y, y.copy()), aspect="extremes"),
        Case("the mean, every time", (y, np.full(6, y.mean() + 0.25)), aspect="extremes"),
        Case("equal targets, predicted perfectly", (np.full(5, 3.0), np.full(5, 3.0)), aspect="equal targets"),
        Case("equal targets, not met", (np.full(5, 3.0), 3.0 + rng.uniform(0.5, 1, 5)), aspect="equal targets"),
        Case(
            "targets (7,) and predictions (7, 1)",
            (y[:1].repeat(7) + np.arange(7), np.arange(7.0)[:, None]),
            aspect="shapes",
        ),
        Case("whole numbers", (whole, whole[::-1].copy()), aspect="dtypes"),
        Case("float32 numbers", tuple(a.astype(np.float32) for a in pair(20, 0.8, 0.5, 0.6)), aspect="dtypes"),
    ]


def correlation(y_true: Any, y_pred: Any) -> Any:
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes")
    if np.ptp(y_true) == 0:
        return float(np.array_equal(y_true, y_pred))
    return np.corrcoef(y_true, y_pred)[0, 1] ** 2


def plain_correlation(y_true: Any, y_pred: Any) -> Any:
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes")
    return 0.0 if np.ptp(y_true) == 0 else np.corrcoef(y_true, y_pred)[0, 1]


def explained_variance(y_true: Any, y_pred: Any) -> Any:
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes")
    if np.ptp(y_true) == 0:
        return float(np.array_equal(y_true, y_pred))
    return 1 - np.var(y_true - y_pred) / np.var(y_true)


def share_of_variance(y_true: Any, y_pred: Any) -> Any:
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes")
    if np.ptp(y_true) == 0:
        return float(np.array_equal(y_true, y_pred))
    return np.sum((y_pred - y_true.mean()) ** 2) / np.sum((y_true - y_true.mean()) ** 2)


FRACTION = "1 - left_over / total"

R2 = Exercise(
    id="r2_score",
    notebook=NOTEBOOK,
    reference="labkit.reference.regression_scores:r2_score",
    title="Better than the mean?",
    cases=r2_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "mean of the predictions",
            Edit("y_true - np.mean(y_true)", "y_true - np.mean(y_pred)"),
            "The deviations are measured from the mean of the *predictions*. The rival that R² speaks of is the mean of the targets: m = mean of y_true.",
        ),
        Mistake(
            "deviations of the predictions",
            Edit("(y_true - np.mean(y_true)) ** 2", "(y_pred - np.mean(y_true)) ** 2"),
            "The denominator holds the deviations of the *predictions* from the mean. It is y_true that deviates: how far the targets lie from their mean.",
        ),
        Mistake(
            "mean of both together",
            Edit("y_true - np.mean(y_true)", "y_true - (np.mean(y_true) + np.mean(y_pred)) / 2"),
            "The deviations are measured from the mean of targets and predictions together. m is the mean of the targets alone.",
        ),
        Mistake(
            "means for sums in one of the two",
            Edit("left_over = np.sum(", "left_over = np.mean("),
            "A mean of squared errors is divided by a sum of squared deviations. Both must be sums, or both means.",
        ),
        Mistake(
            "sums for means in one of the two",
            Edit(FRACTION, "1 - left_over / (total / len(y_true))"),
            "A sum of squared errors is divided by a mean of squared deviations (np.var). Both must be sums, or both means.",
        ),
        Mistake(
            "squares of sums",
            Edit("np.sum((y_true - y_pred) ** 2)", "np.sum(y_true - y_pred) ** 2"),
            "The errors are added up first and squared then, so that too high and too low cancel out. Square each error, then sum.",
        ),
        Mistake(
            "root of the fraction",
            Edit(FRACTION, "1 - (left_over / total) ** 0.5"),
            "There is a root too many (RMSE over the standard deviation?): R² compares the squares themselves.",
        ),
        Mistake(
            "fraction added",
            Edit(FRACTION, "1 + left_over / total"),
            "The share that is left over is added to 1; it is taken away.",
        ),
        Mistake(
            "fraction upside down",
            Edit(FRACTION, "1 - total / max(left_over, 1e-300)"),
            "The fraction is upside down: what the prediction leaves over is divided by the deviations from the mean.",
        ),
        Mistake(
            "minus the wrong way round",
            Edit(FRACTION, "left_over / total - 1"),
            "The difference is the wrong way round: 1 minus the share that is left over.",
        ),
        Mistake(
            "adjusted",
            Edit(FRACTION, "1 - left_over / total * (len(y_true) - 1) / (len(y_true) - 2)"),
            "This is the *adjusted* R², which counts the model's inputs. Plain R² knows nothing of a model: squared errors over squared deviations.",
        ),
        Mistake(
            "mean squared error",
            Edit(FRACTION, "left_over / len(y_true)"),
            "This is the mean squared error. R² compares it with that of always saying the mean.",
        ),
        Mistake(
            "in percent",
            Edit(FRACTION, "100 * (1 - left_over / total)"),
            "This is in percent; a perfect prediction has 1, not 100.",
        ),
        Mistake(
            "a number for each row",
            Edit("return float(" + FRACTION + ")", "return 1 - (y_true - y_pred) ** 2 / total"),
            "There is a number for each row: the squared errors are not summed.",
        ),
        Mistake(
            "equal predictions for equal targets",
            Edit("    if total == 0:", "    if np.ptp(y_pred) == 0:\n        return 0.0\n    if total == 0:"),
            "Equal *predictions* are given a fixed score. They are nothing special; it is equal *targets* that leave nothing to divide by.",
        ),
        Mistake(
            "a small number below",
            Edit("    if total == 0:", "    total = total + 1e-12\n    if total == 0:"),
            "A small number in the denominator keeps the division from failing, and makes R² of equal targets minus a million millions. Decide before "
            "dividing: 1.0 for a perfect prediction, 0.0 for any other.",
        ),
        Mistake(
            "nan for equal targets",
            Edit("return 1.0 if left_over == 0 else 0.0", 'return float("nan")'),
            "Equal targets give nan. It is agreed what they score: 1.0 for a perfect prediction, 0.0 for any other.",
        ),
        Mistake(
            "equal targets the wrong way round",
            Edit("return 1.0 if left_over == 0 else 0.0", "return 0.0 if left_over == 0 else 1.0"),
            "Equal targets score the wrong way round: 1.0 for a perfect prediction, 0.0 for any other.",
        ),
        Mistake(
            "only a perfect prediction looked at",
            Edit("if total == 0:", "if left_over == 0:"),
            "A perfect prediction is looked at, and equal targets that are missed still divide by 0. Ask whether the *denominator* is 0.",
        ),
        Mistake(
            "flattened",
            Edit(
                "if np.shape(y_true) != np.shape(y_pred):",
                "y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)\n    if False:",
            ),
            "Both are flattened, so (7, 1) passes for (7,). Other shapes are to be refused here: compare them first and raise ValueError.",
        ),
        Mistake(
            "median for the mean",
            Edit("y_true - np.mean(y_true)", "y_true - np.median(y_true)"),
            "The deviations are measured from the median. m is the mean of y_true, which makes their squares as small as can be.",
        ),
        Mistake(
            "equal targets always 1",
            Edit("return 1.0 if left_over == 0 else 0.0", "return 1.0"),
            "Equal targets that are not met score 0.0; only a perfect prediction of them scores 1.0.",
        ),
        Mistake(
            "no mean at all",
            Edit("(y_true - np.mean(y_true)) ** 2", "y_true**2"),
            "The denominator is the sum of y_true², the error of always saying 0. Take the mean of y_true away first.",
        ),
        Mistake(
            "arguments swapped",
            Edit(
                "left_over = np.sum((y_true - y_pred) ** 2)",
                "y_true, y_pred = y_pred, y_true\n    left_over = np.sum((y_true - y_pred) ** 2)",
            ),
            "Targets and predictions have changed places: the denominator holds the spread of the predictions. R² is not symmetric; it is "
            "measured against the targets.",
        ),
        Mistake(
            "squared correlation",
            correlation,
            "This is the squared correlation. It forgives every shift and scale: predictions that are all too high by 30 have a correlation of 1 and a "
            "terrible R².",
        ),
        Mistake(
            "correlation",
            plain_correlation,
            "This is the correlation. It asks whether both rise together, whatever their scale; R² asks how large the errors are.",
        ),
        Mistake(
            "the errors' mean taken away",
            explained_variance,
            "np.var takes the mean of the errors away, so a prediction that is always too high goes unpunished (this is 'explained variance'). Sum "
            "the squared errors as they are.",
        ),
        Mistake(
            "spread of the predictions over that of the targets",
            share_of_variance,
            "This divides the spread of the predictions by that of the targets. The two forms agree for a least-squares fit on its own training "
            "data only; in general it is 1 - (squared errors) / (squared deviations).",
        ),
        Mistake(
            "1 minus forgotten",
            Edit(FRACTION, "left_over / total"),
            "This is the share that is *left over*: 0 is perfect here. R² is 1 minus that.",
        ),
        Mistake(
            "cut off at 0",
            Edit(FRACTION, "max(0.0, 1 - left_over / total)"),
            "Negative values are cut off. R² has no lower end, and a negative one is the most useful of all warnings: the mean would have been better.",
        ),
        Mistake(
            "n against n - 1",
            Edit(FRACTION, "1 - left_over / total * (len(y_true) - 1) / len(y_true)"),
            "Numerator and denominator are averaged with different divisors, n and n - 1 (np.var with ddof=1?). Use sums in both.",
        ),
        Mistake(
            "absolute errors",
            Edit(
                "np.sum((y_true - y_pred) ** 2)",
                "np.sum(np.abs(y_true - y_pred))",
                (("(y_true - np.mean(y_true)) ** 2", "np.abs(y_true - np.mean(y_true))"),),
            ),
            "These are absolute values; both sums are of squares.",
        ),
        Mistake(
            "divides by zero",
            Edit("if total == 0:", "if False:"),
            "When all targets are equal the denominator is 0. Decide before dividing: 1.0 for a perfect prediction, 0.0 for any other.",
        ),
        Mistake(
            "0 / 0 in silence",
            Edit("return 1.0 if left_over == 0 else 0.0", 'return float("nan") if left_over == 0 else float("-inf")'),
            "When all targets are equal the denominator is 0, and silencing NumPy's warning does not cure that. Decide before dividing: 1.0 for a "
            "perfect prediction, 0.0 for any other.",
        ),
        Mistake(
            "equal targets always 0",
            Edit("return 1.0 if left_over == 0 else 0.0", "return 0.0"),
            "Equal targets that are predicted perfectly score 1.0; only an imperfect prediction of them scores 0.0.",
        ),
        Mistake(
            "shapes not compared",
            Edit("if np.shape(y_true) != np.shape(y_pred):", "if False:"),
            "(7,) against (7, 1) broadcasts to 49 differences, and the result is a number like any other. Compare the shapes first and raise "
            "ValueError.",
        ),
    ),
    hints=(
        "Two sums of squares: what the prediction leaves over, and how far the targets lie from their own mean.",
        "R² = 1 - left_over / total. Before dividing, ask whether total is 0.",
        "First line: if the shapes differ, raise ValueError. Compare np.shape(y_true) with np.shape(y_pred).",
        "total = np.sum((y_true - np.mean(y_true)) ** 2); if it is 0, return 1.0 when left_over is 0, else 0.0.",
    ),
)
