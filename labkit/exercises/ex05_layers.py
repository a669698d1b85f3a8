"""Exercises of 05_backprop on one layer: the dense layer forwards and backwards, and ReLU backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close, difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

NOTEBOOK = "05_backprop"
REFERENCE = "labkit.reference.dense:"
TYPES = "shapes and types"

# ------------------------------------------------------------------------------------------------ dense layer


def layer(rng: np.random.Generator, n: int, d_in: int, d_out: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return rng.normal(size=(n, d_in)), rng.normal(size=(d_in, d_out)), rng.normal(size=d_out)


def forward_cases(rng: np.random.Generator) -> list[Case]:
    x, w, b = layer(rng, 5, 3, 4)
    integers = np.array([[1, 2], [3, -1]]), np.array([[2, 0, 1], [1, -1, 3]]), np.array([1, 0, -2])
    return [
        Case("five rows, three inputs, four outputs", (x, w, b)),
        Case("three rows, three inputs, three outputs", layer(rng, 3, 3, 3)),
        Case("a single row", layer(rng, 1, 4, 2), aspect=TYPES),
        Case("a single output", layer(rng, 4, 3, 1), aspect=TYPES),
        Case("integers", integers, aspect=TYPES),
        Case("float32 numbers", tuple(a.astype(np.float32) for a in (x, w, b)), aspect=TYPES),
    ]


ACTIVATED = (
    "activation added",
    "You put an activation on top. The dense layer is the weighted sum alone; the activation is a step of its own.",
)


def weighed_only(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare two tables; one that went through a familiar activation is told so."""
    finding = difference(expected, got)
    if finding is None or finding.stage != "values":
        return finding
    exps = np.exp(expected - np.max(expected, axis=1, keepdims=True))
    activated = (
        np.maximum(expected, 0),
        1 / (1 + np.exp(-expected)),
        np.tanh(expected),
        exps / exps.sum(axis=1, keepdims=True),
    )
    if any(difference(a, got) is None for a in activated):
        return Finding(finding.stage, finding.sentence, ACTIVATED[1], ACTIVATED[0])
    return finding


FORWARD = Exercise(
    id="dense_forward",
    notebook=NOTEBOOK,
    reference=REFERENCE + "dense_forward",
    title="A layer forwards",
    cases=forward_cases,
    judge=weighed_only,
    mistakes=(
        Mistake("bias forgotten", Edit(" + b", ""), "The bias is missing: b is added to every row of x @ w."),
        Mistake(
            "w transposed",
            Edit("x @ w", "x @ w.T"),
            "w is (d_in, d_out) already, one column for each output: x @ w without a transpose. (Only torch keeps it the other way.)",
        ),
        Mistake(
            "factors swapped",
            Edit("x @ w", "w @ x"),
            "The order of the product is reversed: rows of x are examples, so x stands on the left.",
        ),
        Mistake(
            "outputs transposed",
            lambda x, w, b: w.T @ x.T + b[:, None],
            "This is the transpose: outputs down, examples across. The course keeps one example in each row.",
        ),
        Mistake(
            "bias by rows",
            Edit("+ b", "+ b[:, None]"),
            "The bias is added down the rows: b belongs to the outputs, so each column gets one entry of b (plain `+ b` does that).",
        ),
        Mistake(
            ACTIVATED[0],
            lambda x, w, b: np.maximum(x @ w + b, 0),
            ACTIVATED[1],
        ),
        Mistake("bias subtracted", Edit("+ b", "- b"), "The bias is subtracted: it is added to every row of x @ w."),
        Mistake(
            "bias added to the weights",
            Edit("x @ w + b", "x @ (w + b)"),
            "b is added to the weights, and x then multiplies it. First the product, then + b.",
        ),
        Mistake(
            "one bias for all outputs",
            Edit("+ b", "+ b[0]"),
            "All outputs get the first bias. Each column has an entry of b of its own.",
        ),
        Mistake(
            "biases summed",
            Edit("+ b", "+ np.sum(b)"),
            "All outputs get the sum of the biases. Each column has an entry of b of its own.",
        ),
        Mistake(
            "mean over the inputs",
            Edit("x @ w", "x @ w / len(w)"),
            "The weighted sum is divided by the number of inputs: it is a sum, not a mean.",
        ),
        Mistake(
            "mean over the rows",
            Edit("x @ w + b", "np.mean(x @ w + b, axis=0)"),
            "The rows are averaged. Each row is one example and has outputs of its own.",
        ),
        Mistake(
            "bias before the product",
            Edit("x @ w + b", "(x + b) @ w"),
            "Here b is added to the inputs and then weighted. It belongs to the outputs: first the product, then + b.",
        ),
    ),
    hints=(
        "Row i of the result depends on row i of x only. Which product of matrices does that?",
        "(n, d_in) times (d_in, d_out) gives (n, d_out): check that your product has these shapes in this order.",
        "x @ w, plus b. Broadcasting adds b to every row.",
    ),
)


def backward_cases(rng: np.random.Generator) -> list[Case]:
    def backward(n: int, d_in: int, d_out: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return rng.normal(size=(n, d_out)), rng.normal(size=(n, d_in)), rng.normal(size=(d_in, d_out))

    usual = backward(5, 3, 4)
    integers = np.array([[1, 0, -2], [2, 1, 1]]), np.array([[1, 2], [3, -1]]), np.array([[2, 0, 1], [1, -1, 3]])
    return [
        Case("five rows, three inputs, four outputs", usual),
        Case("three rows, three inputs, three outputs", backward(3, 3, 3)),
        Case("a single row", backward(1, 4, 2), aspect=TYPES),
        Case("a single output", backward(4, 3, 1), aspect=TYPES),
        Case("integers", integers, aspect=TYPES),
        Case("float32 numbers", tuple(a.astype(np.float32) for a in usual), aspect=TYPES),
    ]


BACKWARD = Exercise(
    id="dense_backward",
    notebook=NOTEBOOK,
    reference=REFERENCE + "dense_backward",
    title="A layer backwards",
    points=2,
    cases=backward_cases,
    judge=close("dx", "dw", "db"),
    mistakes=(
        Mistake(
            "dw transposed",
            Edit("x.T @ dy", "dy.T @ x"),
            "dw is transposed. A gradient has the shape of what it belongs to: dw is (d_in, d_out), as w.",
        ),
        Mistake(
            "dw without a transpose",
            Edit("x.T @ dy", "x @ dy"),
            "x @ dy mixes rows of different examples. Element [i, j] of dw is the sum over the rows r of x[r, i] · dy[r, j]: "
            "which of the two has to be transposed for that?",
        ),
        Mistake(
            "dx with w",
            Edit("dy @ w.T", "dy @ w"),
            "dx goes back through the weights, from outputs to inputs: that is the transpose of w. With as many inputs as outputs "
            "the wrong one fits as well, and nobody complains.",
        ),
        Mistake(
            "db not summed",
            Edit("np.sum(dy, axis=0)", "dy"),
            "db has one entry for each output. The same b was added to every row, so its gradient is the sum over the rows of the batch.",
        ),
        Mistake(
            "db summed over the outputs",
            Edit("axis=0", "axis=1"),
            "You summed over the outputs. Each output has its own bias; what is summed away is the batch, axis=0.",
        ),
        Mistake(
            "db summed to one number",
            Edit("np.sum(dy, axis=0)", "np.sum(dy)"),
            "You summed over everything. Each output has its own bias; only the batch is summed away, axis=0.",
        ),
        Mistake(
            "db is a mean",
            Edit("np.sum(dy, axis=0)", "np.mean(dy, axis=0)"),
            "db is averaged over the batch. The 1/n of the loss is in dy already: here it is a sum, or it counts twice.",
        ),
        Mistake(
            "1/n twice",
            Edit("x.T @ dy", "x.T @ dy / len(x)", (("np.sum(dy, axis=0)", "np.mean(dy, axis=0)"),)),
            "dw and db are divided by n once more. The 1/n of a mean loss is in dy already; a layer only sums over the rows.",
        ),
        Mistake(
            "dw divided by n",
            Edit("x.T @ dy", "x.T @ dy / len(x)"),
            "dw is divided by n once more. The 1/n of the loss is in dy already: x.T @ dy sums over the rows, and that is all.",
        ),
        Mistake(
            "1/n once more",
            Edit(
                "x.T @ dy",
                "x.T @ dy / len(x)",
                (("np.sum(dy, axis=0)", "np.mean(dy, axis=0)"), ("dy @ w.T", "dy @ w.T / len(x)")),
            ),
            "All three are divided by n once more. The 1/n of a mean loss is in dy already.",
        ),
        Mistake(
            "dx divided by n",
            Edit("dy @ w.T", "dy @ w.T / len(x)"),
            "dx is divided by n once more. The 1/n of the loss is in dy already; rows do not mix in dx.",
        ),
        Mistake(
            "dx stopped by a ReLU",
            Edit("dy @ w.T", "dy @ w.T * (x > 0)"),
            "dx is stopped where x is not positive. This layer has no ReLU; the one below is a step of its own (relu_backward).",
        ),
        Mistake(
            "dx times x",
            Edit("dy @ w.T", "dy @ w.T * x"),
            "dx is multiplied by x. y is x times w: its derivative in x is w alone.",
        ),
        Mistake(
            "wrong sign",
            Edit("return dx, dw, db", "return -dx, -dw, -db"),
            "All signs are reversed. Gradients point uphill; the minus belongs to the step that is taken later.",
        ),
        Mistake(
            "db without dy",
            Edit("np.sum(dy, axis=0)", "np.ones(np.shape(dy)[1])"),
            "1 is the derivative of y in b. The chain rule multiplies it by dy, and the rows are summed.",
        ),
        Mistake(
            "db of one row",
            Edit("np.sum(dy, axis=0)", "dy[0]"),
            "db is that of the first row only. The same b was added to every row, so all rows are summed.",
        ),
        Mistake(
            "db as a row of a table",
            Edit("axis=0", "axis=0, keepdims=True"),
            "db has shape (1, d_out). A gradient has the shape of what it belongs to: b is (d_out,), without keepdims.",
        ),
        Mistake(
            "dw of the last row",
            Edit("x.T @ dy", "np.outer(x[-1], dy[-1])"),
            "dw is that of the last row only: in a loop over the rows each one must be added (+=), not replace the one before.",
        ),
        Mistake(
            "another order",
            Edit("return dx, dw, db", "return dw, db, dx"),
            "The three gradients are right but come in another order: return dx, dw, db.",
        ),
        Mistake(
            "order dw, dx, db",
            Edit("return dx, dw, db", "return dw, dx, db"),
            "dx and dw have changed places: return dx, dw, db.",
        ),
    ),
    hints=(
        "Write the shapes down first: dx is as x, dw is as w, db is as b. With only dy, x and w at hand, few products fit.",
        "One output: y = x0·w00 + x1·w10 + b0. What are its derivatives in x0, in w00 and in b0? Multiply each by dy.",
        "dw[i, j] sums x[r, i] · dy[r, j] over the rows r: x.T @ dy. dx goes through w backwards, and b was added to every row.",
    ),
)

# ------------------------------------------------------------------------------------------------------- relu


def relu_cases(rng: np.random.Generator) -> list[Case]:
    def both(*shape: int) -> np.ndarray:
        signs = rng.permutation(np.arange(int(np.prod(shape))) % 2) * 2 - 1
        return signs.reshape(shape) * rng.uniform(0.3, 2.0, shape)

    dy, z, dy1, z1 = both(4, 5), both(4, 5), both(7), both(7)
    corner = np.array([0.0, 1.0, -1.0, 0.0])
    return [
        Case("four rows of five", (dy, z)),
        Case("a vector of seven", (dy1, z1)),
        Case("inputs of exactly 0", (np.array([1.0, 2.0, 3.0, -4.0]), corner), aspect="at 0"),
        Case("three axes", (both(2, 3, 2), both(2, 3, 2)), aspect=TYPES),
        Case("integer z", (dy1, np.array([-2, 1, 3, -1, 2, -5, 4])), aspect=TYPES),
        Case("float32 numbers", (dy.astype(np.float32), z.astype(np.float32)), aspect=TYPES),
    ]


def writes_into_dy(dy: Any, z: Any) -> Any:
    dy[z <= 0] = 0
    return dy


def mask_in_z(dy: Any, z: Any) -> Any:
    z[z > 0] = 1
    z[z <= 0] = 0
    return dy * z


def writes_into_z(dy: Any, z: Any) -> Any:
    dz = np.zeros_like(z)
    dz[z > 0] = dy[z > 0]
    return dz


RELU = Exercise(
    id="relu_backward",
    notebook=NOTEBOOK,
    reference=REFERENCE + "relu_backward",
    title="ReLU backwards",
    cases=relu_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "mask from dy",
            Edit("(z > 0)", "(dy > 0)"),
            "This is ReLU of dy: the mask is made from dy itself. Whether a gradient passes was decided on the way forward, by the sign of z.",
        ),
        Mistake(
            "z = 0 passes",
            Edit("z > 0", "z >= 0"),
            "At z = 0 the gradient is stopped, by the course's convention (and torch's): z > 0.",
        ),
        Mistake("mask reversed", Edit("z > 0", "z < 0"), "The mask is reversed: dy passes where z was positive."),
        Mistake(
            "mask alone",
            Edit("dy * (z > 0)", "(z > 0) * 1.0"),
            "This is the slope of ReLU itself. The chain rule multiplies it by what comes from above, dy.",
        ),
        Mistake(
            "times z",
            Edit("(z > 0)", "np.maximum(z, 0)"),
            "You multiply by the output of ReLU. Its slope is 1 where z > 0, not z.",
        ),
        Mistake(
            "z passes",
            Edit("dy * (z > 0)", "np.where(z > 0, z, 0)"),
            "z itself comes back where it is positive: that is ReLU forwards. Backwards it is dy that passes there.",
        ),
        Mistake(
            "dy and z swapped",
            Edit("dy * (z > 0)", "z * (dy > 0)"),
            "dy and z have changed places: the gradient dy comes first, the input z second.",
        ),
        Mistake(
            "two masks",
            Edit("(z > 0)", "((z > 0) & (dy > 0))"),
            "Negative gradients are stopped, too. Only the sign of z decides what passes; dy may have either sign.",
        ),
        Mistake(
            "z where it is negative",
            Edit("dy * (z > 0)", "np.where(z > 0, dy, z)"),
            "Where z is negative, z itself comes back. Nothing passes there: 0.",
        ),
        Mistake(
            "sign of z",
            Edit("(z > 0)", "np.sign(z)"),
            "Where z is negative, dy comes back with its sign turned: that is the slope of |z|. ReLU is flat there: 0.",
        ),
        Mistake(
            "leaky",
            Edit("dy * (z > 0)", "np.where(z > 0, dy, 0.01 * dy)"),
            "A hundredth of dy passes where z is negative: that is the leaky ReLU. Here nothing does.",
        ),
        Mistake(
            "half at 0",
            Edit("(z > 0)", "np.heaviside(z, 0.5)"),
            "At z = 0 half of dy passes. The course stops it there, as torch does.",
        ),
        Mistake(
            "one decision for all",
            Edit("dy * (z > 0)", "dy * bool(np.all(z > 0))"),
            "One decision is taken for the whole array. Each element passes or stops by its own z: use the mask z > 0.",
        ),
        Mistake(
            "z changed in place",
            mask_in_z,
            "The numbers are right, but `z[…] = ` writes into the caller's z, which other layers may still need. z > 0 is a mask of its own.",
        ),
        Mistake("everything passes", Edit("(z > 0)", "1.0"), "Nothing is stopped: where z was negative, ReLU is flat."),
        Mistake(
            "dy changed in place",
            writes_into_dy,
            "`dy[…] = 0` writes into the caller's dy, which may be needed again. Multiply by the mask: that makes a new array.",
        ),
        Mistake(
            "decimals cut",
            writes_into_z,
            "`np.zeros_like(z)` takes over z's type: for an integer z the decimals of dy are cut off. Multiply dy by the mask.",
        ),
    ),
    hints=(
        "ReLU has two pieces. What is its slope on each of them?",
        "The chain rule: what comes from above, times the slope here. z > 0 is an array of True and False, which count as 1 and 0.",
        "dy times the mask (z > 0).",
    ),
)

EXERCISES = (FORWARD, BACKWARD, RELU)
