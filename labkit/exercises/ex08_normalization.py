"""The normalisations of 08_regularization: batch norm forward and backward, layer norm forward."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

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


# ---------------------------------------------------------------------------------------------- batch norm forward


def forward_cases(rng: np.random.Generator) -> list[Case]:
    on, off = {"training": True}, {"training": False}

    def inputs(n: int, d: int) -> tuple:
        return (features(rng, n, d), *scale_and_shift(rng, d), *running(rng, d))

    x, gamma, beta, mean, var = inputs(6, 3)
    constant = np.column_stack([np.full(5, 2.5), rng.normal(size=5)])
    whole = rng.integers(-4, 5, (6, 2)) + np.arange(6)[:, None] * np.array([1, 2])
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


FORWARD = Exercise(
    id="batchnorm_forward",
    notebook=NOTEBOOK,
    reference=BATCHNORM + "batchnorm_forward",
    title="Normalize over the batch",
    points=2,
    cases=forward_cases,
    judge=close("y", "new_running_mean", "new_running_var"),
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
            "statistics over the wrong axis",
            Edit(AXIS, "np.mean(x, axis=1, keepdims=True), np.var(x, axis=1, keepdims=True)"),
            "Mean and variance are those of each row; that is layer norm. Batch norm takes each column (feature) over the batch: axis=0.",
        ),
        Mistake(
            "statistics of the whole array",
            Edit(AXIS, "np.mean(x), np.var(x)"),
            "One mean and one variance for the whole array; each feature has its own, over the batch: axis=0.",
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

# --------------------------------------------------------------------------------------------- batch norm backward


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
BACKWARD = Exercise(
    id="batchnorm_backward",
    notebook=NOTEBOOK,
    reference=BATCHNORM + "batchnorm_backward",
    title="Back through the batch",
    points=2,
    cases=backward_cases,
    judge=close("dx", "dgamma", "dbeta"),
    mistakes=(
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

# ------------------------------------------------------------------------------------------------------ layer norm


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
