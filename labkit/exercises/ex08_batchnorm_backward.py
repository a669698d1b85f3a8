"""Batch norm backward, in 08_regularization: three paths from x to the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex08_batchnorm import BATCHNORM, features, scale_and_shift
from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

NOTEBOOK = "08_regularization"


def backward_cases(rng: np.random.Generator) -> list[Case]:
    def inputs(n: int, d: int) -> tuple:
        return rng.normal(size=(n, d)) + rng.normal(size=d), features(rng, n, d), scale_and_shift(rng, d)[0]

    constant = np.column_stack([np.full(4, 1.5), rng.normal(size=4)])
    return [
        Case("a batch of 6 with eps = 0.2", inputs(6, 3), {"eps": 0.2}),
        Case("a batch of 5", inputs(5, 4)),
        Case("a batch of two rows with eps = 0.5", inputs(2, 3), {"eps": 0.5}, aspect="shapes"),
        Case("one feature", inputs(8, 1), aspect="shapes"),
        Case(
            "a feature that is constant in the batch",
            (rng.normal(size=(4, 2)), constant, np.array([1.5, -0.7])),
            {"eps": 0.1},
            aspect="no variance",
        ),
        Case("float32 numbers", tuple(part.astype(np.float32) for part in inputs(6, 3)), {"eps": 0.1}, aspect="dtypes"),
    ]


RETURN = "return dx, dgamma, dbeta"
OVER_FEATURES = (
    "summed over the features",
    "dgamma and dbeta have one number for each row. Each feature has its own gamma and beta; what is summed away is the batch, axis=0.",
)


def by_feature(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the three parts; sums over the wrong axis show in their shape."""
    finding = difference(expected, got, names=("dx", "dgamma", "dbeta"))
    if finding is None or finding.stage != "shape":
        return finding
    if difference(np.sum(case.args[0], axis=1), got[2]) is None:
        return Finding(finding.stage, finding.sentence, OVER_FEATURES[1], OVER_FEATURES[0])
    return finding


BACKWARD = Exercise(
    id="batchnorm_backward",
    notebook=NOTEBOOK,
    reference=BATCHNORM + "batchnorm_backward",
    title="Back through the batch",
    points=2,
    cases=backward_cases,
    judge=by_feature,
    mistakes=(
        Mistake(
            OVER_FEATURES[0],
            Edit(RETURN, "return dx, np.sum(dy * x_hat, axis=1), np.sum(dy, axis=1)"),
            OVER_FEATURES[1],
        ),
        Mistake(
            "statistics held constant",
            Edit(" - dbeta / len(x) - x_hat * dgamma / len(x)", ""),
            "dx treats mean and variance as constants. They are made of x: each row moves them, and through them all other rows.",
        ),
        Mistake(
            "variance held constant",
            Edit(" - x_hat * dgamma / len(x)", ""),
            "The path through the mean is there, the one through the variance is missing: take away x_hat times the mean of dy · x_hat as well.",
        ),
        Mistake(
            "mean held constant",
            Edit(" - dbeta / len(x)", ""),
            "The path through the variance is there, the one through the mean is missing: take away the mean of dy over the batch as well.",
        ),
        Mistake(
            "not divided by n",
            Edit(" / len(x)", ""),
            "What is taken away from dy are *means* over the batch; your sums lack the division by n.",
        ),
        Mistake(
            "gamma forgotten in dx",
            Edit("gamma / std *", "1 / std *"),
            "dx lacks the factor gamma: y was scaled by it on the way forward.",
        ),
        Mistake(
            "dgamma with x",
            Edit(RETURN, "return dx, np.sum(dy * x, axis=0), dbeta"),
            "dgamma multiplies dy by x; gamma scales the *normalised* x, so that is what dy must be multiplied by.",
        ),
        Mistake(
            "means for gamma and beta",
            Edit(RETURN, "return dx, dgamma / len(x), dbeta / len(x)"),
            "dgamma and dbeta are divided by n. They are sums over the batch: the 1/n of a mean loss is in dy already.",
        ),
        Mistake(
            "dgamma and dbeta swapped",
            Edit(RETURN, "return dx, dbeta, dgamma"),
            "dgamma and dbeta have changed places.",
        ),
        Mistake(
            "eps forgotten",
            Edit("np.sqrt(np.var(x, axis=0) + eps)", "np.sqrt(np.var(x, axis=0))"),
            "eps is not used; the forward pass divided by sqrt(var + eps).",
        ),
        Mistake(
            "eps outside the root",
            Edit("np.sqrt(np.var(x, axis=0) + eps)", "np.sqrt(np.var(x, axis=0)) + eps"),
            "eps is added after the root; the forward pass has it inside: sqrt(var + eps).",
        ),
        Mistake(
            "unbiased variance",
            Edit("np.var(x, axis=0)", "np.var(x, axis=0, ddof=1)"),
            "The variance here is divided by n - 1. The forward pass normalises with the one divided by n.",
        ),
        Mistake(
            "statistics of each row",
            Edit(
                "axis=0",
                "axis=1, keepdims=True",
                (
                    (RETURN, "return dx, np.sum(dy * x_hat, axis=0), np.sum(dy, axis=0)"),
                    ("dbeta / len(x)", "dbeta / x.shape[1]"),
                    ("dgamma / len(x)", "dgamma / x.shape[1]"),
                ),
            ),
            "Sums and means run along the rows; batch norm works on each column (feature) over the batch: axis=0.",
        ),
    ),
    hints=(
        "Start with what the forward pass had: std = sqrt(var + eps) and x_hat = (x - mean) / std.",
        "dbeta and dgamma are sums over the batch, as for the bias and the weights of a dense layer with inputs x_hat.",
        "With dx_hat = dy · gamma: x reaches x_hat directly, through the mean and through the variance. The three add up.",
        "Gathered: dx = gamma / std · (dy - mean of dy - x_hat · mean of (dy · x_hat)), with means over the batch.",
    ),
)
