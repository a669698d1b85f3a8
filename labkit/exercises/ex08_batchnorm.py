"""Batch norm forward, in 08_regularization: two lives, two variances, and many ways to mix them up."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

NOTEBOOK = "08_regularization"
BATCHNORM = "labkit.reference.batchnorm:"


def features(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Return a batch whose features differ in place and spread, so that an axis or a root that is wrong shows."""
    return rng.normal(size=(n, d)) * rng.uniform(0.3, 2.0, d) + rng.uniform(-3, 3, d)


def scale_and_shift(rng: np.random.Generator, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return generic gamma and beta."""
    return rng.uniform(0.5, 2.0, d) * rng.choice([-1.0, 1.0], d), rng.normal(size=d)


def running(rng: np.random.Generator, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a running mean and variance that differ from 0 and 1 and from those of any batch here."""
    return rng.uniform(4, 6, d), rng.uniform(5, 9, d)


def forward_cases(rng: np.random.Generator) -> list[Case]:
    on, off = {"training": True}, {"training": False}

    def inputs(n: int, d: int) -> tuple:
        return (features(rng, n, d), *scale_and_shift(rng, d), *running(rng, d))

    x, gamma, beta, mean, var = inputs(6, 3)
    constant = np.column_stack([np.full(5, 2.5), rng.normal(size=5)])
    whole = rng.integers(-4, 5, (6, 2)) + np.arange(6)[:, None] * np.array([1, 2])
    square = inputs(4, 4)
    floats = tuple(part.astype(np.float32) for part in inputs(6, 3))
    return [
        Case("training on a batch of 6", (x, gamma, beta, mean, var), {**on, "eps": 0.1}),
        Case("training with momentum = 0.7", inputs(5, 4), {**on, "momentum": 0.7}),
        Case("inference on the batch of 6", (x, gamma, beta, mean, var), {**off, "eps": 0.1}, aspect="inference"),
        Case(
            "training from running mean 0 and variance 1",
            (x, gamma, beta, np.zeros(3), np.ones(3)),
            on,
            aspect="a new layer",
        ),
        Case("a batch of two rows", inputs(2, 5), on, aspect="shapes"),
        Case("one feature", inputs(7, 1), on, aspect="shapes"),
        Case("inference on one row", inputs(1, 4), off, aspect="inference"),
        Case("momentum = 1", inputs(4, 3), {**on, "momentum": 1.0}, aspect="momentum"),
        Case("momentum = 0", inputs(4, 3), {**on, "momentum": 0.0}, aspect="momentum"),
        Case(
            "a feature that is constant in the batch",
            (constant, *scale_and_shift(rng, 2), *running(rng, 2)),
            on,
            aspect="no variance",
        ),
        Case("as many rows as features", square, on, aspect="a square batch"),
        Case("training on a single row", inputs(1, 3), on, aspect="one row"),
        Case("float32 numbers", floats, on, aspect="dtypes"),
        Case("whole-number inputs", (whole, *scale_and_shift(rng, 2), *running(rng, 2)), on, aspect="dtypes"),
    ]


OF_BATCH = "mean, var = np.mean(x, axis=0), np.var(x, axis=0)"
NEW_MEAN = "running_mean = (1 - momentum) * running_mean + momentum * mean"
NEW_VAR = "running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)"
AT_REST = "mean, var = running_mean, running_var"
Y = "y = gamma * (x - mean) / np.sqrt(var + eps) + beta"
AXIS = "np.mean(x, axis=0), np.var(x, axis=0)"


def changes_running_in_place(
    x: Any,
    gamma: Any,
    beta: Any,
    running_mean: Any,
    running_var: Any,
    *,
    training: Any,
    momentum: Any = 0.1,
    eps: Any = 1e-5,
) -> Any:
    mean, var = running_mean, running_var
    if training:
        if len(x) < 2:
            raise ValueError("at least 2 rows")
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean += momentum * (mean - running_mean)
        running_var += momentum * (var * len(x) / (len(x) - 1) - running_var)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


WRONG_AXIS = (
    "statistics over the wrong axis",
    "Mean and variance are those of each row; that is layer norm. Batch norm takes each column (feature) over the batch: axis=0.",
)
WHOLE = (
    "statistics of the whole array",
    "One mean and one variance for the whole array; each feature has its own, over the batch: axis=0.",
)
STILL = (
    "running statistics never updated",
    "Both running statistics come back as they were. In training they move towards those of the batch: "
    "new = (1 - momentum) old + momentum batch.",
)
NAMES = ("y", "new_running_mean", "new_running_var")


def normalized(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the three parts; where y shows over which numbers the statistics went, say so."""
    finding = difference(expected, got, names=NAMES)
    if finding is None or finding.stage in ("type", "warning") or not case.kwargs["training"]:
        return finding
    x, gamma, beta = case.args[:3]
    eps = case.kwargs.get("eps", 1e-5)
    for axis, (name, sentence) in ((1, WRONG_AXIS), (None, WHOLE)):
        mean, var = np.mean(x, axis=axis, keepdims=True), np.var(x, axis=axis, keepdims=True)
        if difference(gamma * (x - mean) / np.sqrt(var + eps) + beta, got[0]) is None and difference(
            expected[0], got[0]
        ):
            return Finding(finding.stage, finding.sentence, sentence, name)
    return finding


FORWARD = Exercise(
    id="batchnorm_forward",
    notebook=NOTEBOOK,
    reference=BATCHNORM + "batchnorm_forward",
    title="Normalize over the batch",
    points=2,
    cases=forward_cases,
    judge=normalized,
    mistakes=(
        Mistake(
            "batch statistics at inference",
            Edit(AT_REST, OF_BATCH),
            "Out of training y uses the batch's own mean and variance. Then a prediction depends on which rows happen to be beside it; use the running ones.",
        ),
        Mistake(
            "running statistics in training",
            Edit(f"    {Y}", f"    mean, var = running_mean, running_var\n    {Y}"),
            "In training y is normalised with the running statistics. Those are for inference; in training the batch's own mean and variance are used.",
        ),
        Mistake(
            "updated at inference",
            Edit(
                AT_REST, AT_REST + "\n        " + NEW_MEAN.replace("momentum * mean", "momentum * np.mean(x, axis=0)")
            ),
            "The running statistics move out of training. Looking at test rows must not change the layer: give them back as they are.",
        ),
        Mistake(
            "running variance biased",
            Edit(" * n / (n - 1)", ""),
            "The running variance gets the batch variance divided by n. As in torch it stores the unbiased one, divided by n - 1; y still uses n.",
        ),
        Mistake(
            "running variance never updated",
            Edit(NEW_VAR, "pass"),
            "The running variance comes back as it was. In training it moves towards the batch's, like the mean.",
        ),
        Mistake(
            "running mean never updated",
            Edit(NEW_MEAN, "pass"),
            "The running mean comes back as it was. In training it moves towards the batch's mean.",
        ),
        Mistake(
            "running variance started at 0",
            Edit("(1 - momentum) * running_var + ", ""),
            "The new running variance does not contain the old one, as if it had started at 0: (1 - momentum) of what was there stays.",
        ),
        Mistake(
            "old running statistics forgotten",
            Edit("(1 - momentum) * running_mean + ", "", (("(1 - momentum) * running_var + ", ""),)),
            "Neither running statistic contains its old value: (1 - momentum) of what was there stays, and the batch adds the rest.",
        ),
        Mistake(
            "running variance replaced",
            Edit(NEW_VAR, "running_var = var * n / (n - 1)", ((NEW_MEAN, "running_mean = mean"),)),
            "The running statistics are replaced by those of this batch. They are an average over many batches: momentum says how far they move.",
        ),
        Mistake(
            "momentum reversed",
            Edit(
                NEW_MEAN,
                "running_mean = momentum * running_mean + (1 - momentum) * mean",
                ((NEW_VAR, "running_var = momentum * running_var + (1 - momentum) * var * n / (n - 1)"),),
            ),
            "momentum is the weight of the *new* batch here, as in torch; you give it to the old value, as Keras does.",
        ),
        Mistake(
            "unbiased variance in y",
            Edit("np.var(x, axis=0)", "np.var(x, axis=0, ddof=1)", ((" * n / (n - 1)", ""),)),
            "y is normalised with the variance divided by n - 1. To normalise, divide by n (np.var as it is); only the stored one uses n - 1.",
        ),
        Mistake(
            "eps outside the root",
            Edit("np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
            "eps is added after the root. It belongs inside, to the variance: sqrt(var + eps).",
        ),
        Mistake(
            "eps forgotten",
            Edit("np.sqrt(var + eps)", "np.sqrt(var)"),
            "eps is not used: a feature that is constant in a batch would divide 0 by 0. Add it to the variance, inside the root.",
        ),
        Mistake(
            "divided by the variance",
            Edit("np.sqrt(var + eps)", "(var + eps)"),
            "It is divided by the variance; the standard deviation is its root.",
        ),
        Mistake(
            WRONG_AXIS[0],
            Edit(AXIS, "np.mean(x, axis=1, keepdims=True), np.var(x, axis=1, keepdims=True)"),
            WRONG_AXIS[1],
        ),
        Mistake(
            "statistics over the wrong axis, without keepdims",
            Edit(AXIS, "np.mean(x, axis=1), np.var(x, axis=1)"),
            WRONG_AXIS[1],
        ),
        Mistake(WHOLE[0], Edit(AXIS, "np.mean(x), np.var(x)"), WHOLE[1]),
        Mistake(STILL[0], Edit(NEW_MEAN, "pass", ((NEW_VAR, "pass"),)), STILL[1]),
        Mistake(
            "updated at inference, both",
            Edit(
                AT_REST,
                AT_REST
                + "\n        running_mean = (1 - momentum) * running_mean + momentum * np.mean(x, axis=0)"
                + "\n        running_var = (1 - momentum) * running_var + momentum * np.var(x, axis=0) * len(x) / max(len(x) - 1, 1)",
            ),
            "The running statistics move out of training. Looking at test rows must not change the layer: give them back as they are.",
        ),
        Mistake(
            "gamma and beta swapped",
            Edit("gamma * (x - mean) / np.sqrt(var + eps) + beta", "beta * (x - mean) / np.sqrt(var + eps) + gamma"),
            "gamma and beta have changed places: gamma scales, beta shifts.",
        ),
        Mistake(
            "gamma and beta forgotten",
            Edit("gamma * (x - mean) / np.sqrt(var + eps) + beta", "(x - mean) / np.sqrt(var + eps)"),
            "gamma and beta are not used: after normalising, each feature is scaled by gamma and shifted by beta.",
        ),
        Mistake(
            "running statistics changed in place",
            changes_running_in_place,
            "`+=` changes the caller's running statistics. Make new arrays and return them: `running_mean = (1 - momentum) * running_mean + …`.",
        ),
        Mistake(
            "a single row in training",
            Edit("if n < 2:", "if n < 1:"),
            "One row has no variance, and n - 1 is 0: raise ValueError in training when there are fewer than 2 rows.",
        ),
    ),
    hints=(
        "First decide which mean and variance are used: those of the batch in training, the running ones otherwise.",
        "In training: np.mean and np.var with axis=0; y uses np.var as it is. What is stored is var · n / (n - 1).",
        "new = (1 - momentum) · old + momentum · batch, in training only; out of training the old ones go back unchanged.",
        "y = gamma * (x - mean) / np.sqrt(var + eps) + beta is the same line for both.",
    ),
)
