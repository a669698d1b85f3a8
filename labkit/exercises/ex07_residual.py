"""Two exercises of 07_deep_networks: the residual block forwards and backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "07_deep_networks"
REFERENCE = "labkit.reference.residual:"

SHAPES, TYPES, KINK = "shapes", "types", "ReLU at 0"


def block(rng: np.random.Generator, n: int, d: int, m: int) -> tuple[np.ndarray, ...]:
    """Return x: (n, d) and the block's parameters w1, b1, w2, b2."""
    return (
        rng.normal(size=(n, d)),
        rng.normal(size=(d, m)),
        rng.normal(size=m),
        rng.normal(size=(m, d)),
        rng.normal(size=d),
    )


def with_gradient(rng: np.random.Generator, n: int, d: int, m: int) -> tuple[np.ndarray, ...]:
    """Return dy: (n, d), then what block returns."""
    return rng.normal(size=(n, d)), *block(rng, n, d, m)


def at_the_kink() -> tuple[np.ndarray, ...]:
    """Return a block whose two hidden units get exactly 0 and 1 for the first row, 2 and -1 for the second."""
    x = np.array([[0.0, 1.0], [2.0, -1.0]])
    return x, np.eye(2), np.zeros(2), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -0.5])


# ------------------------------------------------------------------------------------------------------------ forward


def forward_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("five rows of width 3", block(rng, 5, 3, 4)),
        Case("six rows, as many hidden units as inputs", block(rng, 6, 4, 4)),
        Case("a single row", block(rng, 1, 3, 2), aspect=SHAPES),
        Case("one input and one hidden unit", block(rng, 4, 1, 1), aspect=SHAPES),
        Case("float32 data", tuple(a.astype(np.float32) for a in block(rng, 3, 2, 5)), aspect=TYPES),
        Case("integer data", tuple(np.rint(3 * a).astype(int) for a in block(rng, 3, 2, 5)), aspect=TYPES),
    ]


def sum_in_place(x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    x += np.maximum(x @ w1 + b1, 0) @ w2 + b2
    return x


FORWARD = Exercise(
    id="residual_forward",
    notebook=NOTEBOOK,
    reference=REFERENCE + "residual_forward",
    title="A block with a way around it",
    cases=forward_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "way around forgotten",
            Edit("return x + h", "return h"),
            "This is F(x) alone. A residual block adds its input: y = x + F(x).",
        ),
        Mistake(
            "ReLU after the sum",
            Edit("return x + h @ w2 + b2", "return np.maximum(x + h @ w2 + b2, 0)"),
            "Nothing comes after the sum here. A ReLU there would block the way around for negative values.",
        ),
        Mistake(
            "ReLU after the second layer",
            Edit("return x + h @ w2 + b2", "return x + np.maximum(h @ w2 + b2, 0)"),
            "F ends with the second dense layer, without a ReLU: the block must be able to subtract from x, too.",
        ),
        Mistake(
            "ReLU forgotten",
            Edit("np.maximum(x @ w1 + b1, 0)", "x @ w1 + b1"),
            "There is no ReLU between the two dense layers; without it they are one.",
        ),
        Mistake("first bias forgotten", Edit("@ w1 + b1", "@ w1"), "The bias b1 is missing from the first layer."),
        Mistake("second bias forgotten", Edit("@ w2 + b2", "@ w2"), "The bias b2 is missing from the second layer."),
        Mistake(
            "x changed in place",
            sum_in_place,
            "`x += …` changes the caller's array as well. Write `x + …`, which makes a new one.",
        ),
    ),
    hints=(
        "F is two dense layers with a ReLU between them. Write F first, the sum last.",
        "The hidden layer is the ReLU of x @ w1 + b1; its shape is (n, m).",
        "Bring it back to width d with w2 and b2, and add x. Nothing after that.",
    ),
)

# ----------------------------------------------------------------------------------------------------------- backward


def backward_cases(rng: np.random.Generator) -> list[Case]:
    x, *parameters = at_the_kink()
    return [
        Case("five rows of width 3", with_gradient(rng, 5, 3, 4)),
        Case("seven rows, as many hidden units as inputs", with_gradient(rng, 7, 4, 4)),
        Case("a single row", with_gradient(rng, 1, 3, 2), aspect=SHAPES),
        Case("one input and one hidden unit", with_gradient(rng, 4, 1, 1), aspect=SHAPES),
        Case(
            "hidden units whose input is exactly 0",
            (np.array([[1.0, 2.0], [-3.0, 0.5]]), x, *parameters),
            aspect=KINK,
        ),
        Case("float32 data", tuple(a.astype(np.float32) for a in with_gradient(rng, 3, 2, 5)), aspect=TYPES),
    ]


def adds_in_place(dy: Any, x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    z = x @ w1 + b1
    h, dz = np.maximum(z, 0), (dy @ w2.T) * (z > 0)
    dw2, db2 = h.T @ dy, dy.sum(axis=0)
    dy += dz @ w1.T
    return dy, x.T @ dz, dz.sum(axis=0), dw2, db2


BACKWARD = Exercise(
    id="residual_backward",
    notebook=NOTEBOOK,
    reference=REFERENCE + "residual_backward",
    title="Two ways back",
    points=2,
    cases=backward_cases,
    judge=close("dx", "dw1", "db1", "dw2", "db2"),
    mistakes=(
        Mistake(
            "way around forgotten",
            Edit("dx = dy + dz @ w1.T", "dx = dz @ w1.T"),
            "dx holds only what came through F. x reaches y around the block as well, and along that way dy arrives unchanged.",
        ),
        Mistake(
            "only the way around",
            Edit("dx = dy + dz @ w1.T", "dx = dy.copy()"),
            "dx holds only what came around the block. What goes through F adds to it.",
        ),
        Mistake(
            "ReLU's slope forgotten",
            Edit(" * (z > 0)", ""),
            "The gradient passes all hidden units, also those that were off. Where z was 0 or less, ReLU lets nothing through.",
        ),
        Mistake(
            "mask from the gradient",
            Edit("* (z > 0)", "* (dy @ w2.T > 0)"),
            "The mask asks whether the gradient is positive. What counts is whether the unit was on: the sign of z.",
        ),
        Mistake(
            "gradient passes at 0",
            Edit("(z > 0)", "(z >= 0)"),
            "Where the input of ReLU is exactly 0, nothing passes: the comparison is z > 0.",
        ),
        Mistake(
            "z in place of h",
            Edit("dw2 = h.T @ dy", "dw2 = z.T @ dy"),
            "dw2 needs what the second layer was given, and that is h, after the ReLU.",
        ),
        Mistake(
            "biases averaged",
            Edit("np.sum(dy", "np.mean(dy", (("np.sum(dz", "np.mean(dz"),)),
            "The gradient of a bias is the sum over the rows, not their mean; a 1/n, where there is one, is in dy already.",
        ),
        Mistake(
            "ReLU in the second layer",
            Edit(
                "    h = np.maximum(z, 0)",
                "    h = np.maximum(z, 0)\n    dx = dy\n    dy = dy * (h @ w2 + b2 > 0)",
                (("dx = dy +", "dx = dx +"),),
            ),
            "You mask dy as if a ReLU came after the second layer. There is none: dy goes straight into w2, b2 and the hidden units.",
        ),
        Mistake(
            "dy changed in place",
            adds_in_place,
            "`dy += …` changes the caller's array as well. Write `dx = dy + …`, which makes a new one.",
        ),
    ),
    hints=(
        "Compute z and h again, as on the way forward. Then go back through F: the second layer, the ReLU, the first layer.",
        "A dense layer's gradients are inputs.T @ dy, the sum of dy over the rows, and dy @ w.T. Between the two layers comes the "
        "factor (z > 0).",
        "Two ways lead from x to y, so two gradients meet in dx: dy itself and the one that comes out of F.",
    ),
)
