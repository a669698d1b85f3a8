"""Layer norm forward, in 08_regularization: each row by itself."""

from __future__ import annotations

import numpy as np

from labkit.exercises.ex08_batchnorm import scale_and_shift
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "08_regularization"


def layer_cases(rng: np.random.Generator) -> list[Case]:
    def inputs(*shape: int) -> tuple:
        x = rng.normal(size=shape) * rng.uniform(0.3, 2.0, (*shape[:-1], 1)) + rng.uniform(-3, 3, (*shape[:-1], 1))
        return (x, *scale_and_shift(rng, shape[-1]))

    whole = rng.integers(-4, 5, (3, 4)) + np.array([0, 3, 7, 11])
    return [
        Case("five rows with eps = 0.2", inputs(5, 3), {"eps": 0.2}),
        Case("three rows", inputs(3, 6)),
        Case("a single row", inputs(1, 4), {"eps": 0.1}, aspect="shapes"),
        Case("sentences of words", inputs(2, 5, 4), {"eps": 0.1}, aspect="shapes"),
        Case("a plain vector", inputs(6), aspect="shapes"),
        Case(
            "a row of equal numbers",
            (np.array([[2.0, 2.0, 2.0], [1.0, -1.0, 3.0]]), *scale_and_shift(rng, 3)),
            aspect="no variance",
        ),
        Case("float32 numbers", tuple(part.astype(np.float32) for part in inputs(4, 5)), aspect="dtypes"),
        Case("whole-number inputs", (whole, *scale_and_shift(rng, 4)), aspect="dtypes"),
    ]


LAYERNORM = Exercise(
    id="layernorm_forward",
    notebook=NOTEBOOK,
    reference="labkit.reference.layernorm:layernorm_forward",
    title="Normalize over the features",
    cases=layer_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "statistics over the batch",
            Edit("axis=-1", "axis=0"),
            "Mean and variance run over the batch; that is batch norm. Layer norm looks at each row by itself: the last axis.",
        ),
        Mistake(
            "the second axis",
            Edit("axis=-1", "axis=min(1, x.ndim - 1)"),
            "axis=1 is the last axis of a table, but not of a stack of tables: write axis=-1.",
        ),
        Mistake(
            "axis 1",
            Edit("axis=-1", "axis=1"),
            "axis=1 is the last axis of a table, but not of a stack of tables, and a plain vector has none: write axis=-1.",
        ),
        Mistake(
            "statistics of the whole array",
            Edit("axis=-1", "axis=None"),
            "One mean and one variance for the whole array; each row has its own, over the last axis.",
        ),
        Mistake(
            "unbiased variance",
            Edit("np.var(x, axis=-1", "np.var(x, ddof=1, axis=-1"),
            "The variance is divided by d - 1; here it is divided by d (np.var as it is).",
        ),
        Mistake(
            "eps outside the root",
            Edit("np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
            "eps is added after the root. It belongs inside, to the variance: sqrt(var + eps).",
        ),
        Mistake(
            "eps forgotten",
            Edit("np.sqrt(var + eps)", "np.sqrt(var)"),
            "eps is not used: a row of equal numbers would divide 0 by 0. Add it to the variance, inside the root.",
        ),
        Mistake(
            "divided by the variance",
            Edit("np.sqrt(var + eps)", "(var + eps)"),
            "It is divided by the variance; the standard deviation is its root.",
        ),
        Mistake(
            "gamma and beta forgotten",
            Edit("gamma * (x - mean) / np.sqrt(var + eps) + beta", "(x - mean) / np.sqrt(var + eps)"),
            "gamma and beta are not used: after normalising, feature j is scaled by gamma[j] and shifted by beta[j].",
        ),
        Mistake(
            "gamma after beta",
            Edit("gamma * (x - mean) / np.sqrt(var + eps) + beta", "gamma * ((x - mean) / np.sqrt(var + eps) + beta)"),
            "beta is multiplied by gamma: scale first, then shift.",
        ),
    ),
    hints=(
        "Nothing here depends on other rows: for each row one mean and one variance.",
        "The last axis is axis=-1, and keepdims=True keeps it with length 1, so that x - mean broadcasts.",
        "y = gamma * (x - mean) / np.sqrt(var + eps) + beta.",
    ),
)
