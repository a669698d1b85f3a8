"""The ceiling of 12_lab_regression: how good any prediction can be."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference, same
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Tensor

NOTEBOOK = "12_lab_regression"


def ceiling_cases(rng: np.random.Generator) -> list[Case]:
    def w(d: int) -> Tensor:
        return Tensor((rng.uniform(0.5, 2.0, (d, 1)) * rng.choice([-1.0, 1.0], (d, 1))).astype(np.float32))

    return [
        Case("three weights and some noise", (w(3), float(rng.uniform(0.3, 0.8)))),
        Case("four weights and much noise", (w(4), float(rng.uniform(2.0, 4.0)))),
        Case("a single weight", (w(1), 1.5), aspect="one feature"),
        Case("no noise", (w(3), 0.0), aspect="no noise"),
    ]


def ceiling_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare two numbers; another number is told to begin with variances."""
    finding = difference(expected, got, rtol=1e-5)  # w is float32
    if finding is None or finding.stage != "values":
        return finding
    if any(same(got, round(expected, k)) for k in range(1, 5)):
        return Finding(
            finding.stage,
            finding.sentence,
            "The number is rounded. Round where you print, and return all digits.",
            "rounded",
        )
    advice = "Begin with two variances: that of X @ w, where each feature adds its own weight squared, and that of the noise. y has their sum."
    return Finding(finding.stage, finding.sentence, advice)


RETURN = "return signal / (signal + noise**2)"
CEILING = Exercise(
    id="r2_ceiling",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_scores_torch:r2_ceiling",
    title="The best R² there is",
    cases=ceiling_cases,
    judge=ceiling_judge,
    mistakes=(
        Mistake(
            "noise not squared",
            Edit(RETURN, "return signal / (signal + noise)"),
            "noise is a standard deviation and stands beside a variance. Square it.",
        ),
        Mistake(
            "noise divided by the deviation of y",
            Edit(RETURN, "return 1 - noise / (signal + noise**2) ** 0.5"),
            "These are standard deviations. R² compares variances: square both.",
        ),
        Mistake(
            "deviations for variances",
            Edit(RETURN, "return 1 - noise / (signal**0.5 + noise)"),
            "These are standard deviations, which do not add up. Variances do: square the noise, and take no root of the weights' squares.",
        ),
        Mistake(
            "share of the noise",
            Edit(RETURN, "return noise**2 / (signal + noise**2)"),
            "This is the share of the noise, which nobody can predict. The ceiling is what is left: 1 minus it.",
        ),
        Mistake(
            "noise over signal",
            Edit(RETURN, "return 1 - noise**2 / signal"),
            "The noise is divided by the variance of X @ w alone. The variance of y holds the noise, too.",
        ),
        Mistake(
            "mean of the weights squared",
            Edit("(w**2).sum()", "(w**2).mean()"),
            "The squares of the weights are averaged. Each feature adds its own variance to y: sum them.",
        ),
        Mistake(
            "sum before the square",
            Edit("(w**2).sum()", "(w.sum() ** 2)"),
            "The weights are added up before they are squared, so a negative one takes away from a positive one. The features are independent: "
            "their variances add, so square each weight first.",
        ),
        Mistake(
            "number of features",
            Edit("(w**2).sum().item()", "float(w.numel())"),
            "Each feature counts as 1, whatever its weight. It adds its weight squared to the variance of y.",
        ),
        Mistake(
            "length of w",
            Edit("(w**2).sum()", "(w**2).sum().sqrt()"),
            "This is the length of w, a standard deviation. The variance of X @ w is its square: the sum of w², without the root.",
        ),
        Mistake(
            "absolute weights",
            Edit("(w**2).sum()", "w.abs().sum()"),
            "The sizes of the weights are added up. The variance of a number times w is w² times that of the number: square them.",
        ),
        Mistake(
            "root of the ceiling",
            Edit(RETURN, "return (signal / (signal + noise**2)) ** 0.5"),
            "This is the root: the correlation of y with the best prediction. R² is its square.",
        ),
        Mistake(
            "tensor returned",
            Edit(".sum().item()", ".sum()"),
            "This is a tensor; one plain number is asked for: .item() takes it out.",
        ),
        Mistake(
            "noise not squared above",
            Edit(RETURN, "return 1 - noise / (signal + noise**2)"),
            "Above the line stands the standard deviation of the noise, and a variance belongs there: square it.",
        ),
        Mistake(
            "noise not squared below",
            Edit(RETURN, "return 1 - noise**2 / (signal + noise)"),
            "In the variance of y the noise counts with its standard deviation. Variances add: square it there, too.",
        ),
        Mistake(
            "weights not squared",
            Edit("(w**2).sum()", "w.sum()"),
            "The weights are added as they are, so a negative one takes variance away. The variance of w_j times a standard normal number is w_j².",
        ),
        Mistake(
            "variance of the weights",
            Edit("(w**2).sum()", "w.var(correction=0)"),
            "This is how much the weights differ from each other. What varies in X @ w is X: each feature adds its weight squared to the variance.",
        ),
        Mistake(
            "variance of the weights, by n - 1",
            Edit("(w**2).sum()", "w.var()"),
            "This is how much the weights differ from each other. What varies in X @ w is X: each feature adds its weight squared to the variance.",
        ),
        Mistake(
            "one weight only",
            Edit("(w**2).sum()", "(w[0] ** 2)"),
            "Only the first weight counts. Each feature adds its own weight squared to the variance of y.",
        ),
        Mistake(
            "noise ignored",
            Edit("noise**2)", "0.1**2)"),
            "The noise is 0.1 whatever is passed: use the argument.",
        ),
        Mistake(
            "noise to the fourth",
            Edit(RETURN, "return signal / (signal + noise**4)"),
            "The noise is squared twice. noise is a standard deviation, and its square is the variance.",
        ),
        Mistake(
            "noise taken away",
            Edit(RETURN, "return 1 - noise**2 / (signal - noise**2)"),
            "The noise is taken away from the variance of y. It adds to it: y has the variance of X @ w and that of the noise.",
        ),
        Mistake(
            "noise against signal",
            Edit(RETURN, "return 1 - signal / noise**2 if noise else 1.0"),
            "The two variances are compared with each other. R² compares with the variance of y, which is their sum.",
        ),
        Mistake(
            "deviations added",
            Edit(RETURN, "return 1 - noise**2 / (signal**0.5 + noise) ** 2"),
            "The deviations are added and then squared. For independent terms the variances add: no root, no square of a sum.",
        ),
        Mistake(
            "measured on drawn data",
            Edit("(w**2).sum()", "(__import__('torch').randn(1000, len(w)) @ w).var()"),
            "The variance is measured on rows that you draw, so it is a little off and another one each time. The statement says enough to compute it from w alone.",
        ),
        Mistake(
            "0 for no noise",
            Edit(RETURN, "return signal / (signal + noise**2) if noise else 0.0"),
            "Without noise everything can be predicted, so the ceiling is 1. Does an `if` of yours say 0? The formula needs none.",
        ),
        Mistake(
            "per cent",
            Edit(RETURN, "return 100 * signal / (signal + noise**2)"),
            "This is in per cent. R² is a number up to 1.",
        ),
    ),
    hints=(
        "The variance of w_j times a standard normal number is w_j². Variances of independent terms add.",
        "So the variance of X @ w is the sum of w², the variance of the noise is noise², and that of y is their sum.",
        "ceiling = 1 - noise**2 / (sum + noise**2), which is sum / (sum + noise**2), with sum = (w**2).sum().item().",
    ),
)
