"""The exercises of 07_deep_networks: first weights, gradients by layer, clipping, and blocks with a way around them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from labkit.exercises.ex07_first_weights import HE, XAVIER
from labkit.exercises.ex07_residual import BACKWARD, FORWARD
from labkit.grading.compare import close, difference
from labkit.grading.explain import kind_of
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code

NOTEBOOK = "07_deep_networks"
REFERENCE = "labkit.reference."

# ----------------------------------------------------------------------------------------------- gradients by layer

TANH = (
    Code("tanh", "def tanh(z):\n    return np.tanh(z)"),
    Code("tanh_grad", "def tanh_grad(z):\n    return 1 - np.tanh(z) ** 2"),
)
LEAKY = (
    Code("leaky_relu", "def leaky_relu(z):\n    return np.where(z > 0, z, 0.1 * z)"),
    Code("leaky_relu_grad", "def leaky_relu_grad(z):\n    return np.where(z > 0, 1.0, 0.1)"),
)
SIGMOID = (
    Code("sigmoid", "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"),
    Code("sigmoid_grad", "def sigmoid_grad(z):\n    return np.exp(-z) / (1 + np.exp(-z)) ** 2"),
)


def chain(rng: np.random.Generator, n: int, sizes: list[int]) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Return weights, x and dy of a deep network; the weights keep the signal's size about as it is."""
    weights = [rng.normal(0, 1.3 / np.sqrt(a), (a, b)) for a, b in pairwise(sizes)]
    return weights, rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


def norms_cases(rng: np.random.Generator) -> list[Case]:
    weights, x, dy = chain(rng, 3, [4, 3, 2])
    return [
        Case("three layers with tanh", (*chain(rng, 6, [3, 5, 4, 2]), *TANH)),
        Case("four layers of equal width with leaky ReLU", (*chain(rng, 5, [4, 4, 4, 4, 4]), *LEAKY)),
        Case("three layers with sigmoid", (*chain(rng, 7, [4, 6, 3, 2]), *SIGMOID)),
        Case("a single layer", (*chain(rng, 4, [3, 2]), *TANH), aspect="depth"),
        Case("ten layers", (*chain(rng, 4, [5] * 11), *TANH), aspect="depth"),
        Case("a single row", (*chain(rng, 1, [2, 4, 3]), *LEAKY), aspect="shapes and types"),
        Case(
            "float32 data",
            ([w.astype(np.float32) for w in weights], x.astype(np.float32), dy.astype(np.float32), *TANH),
            aspect="shapes and types",
        ),
    ]


NORMS = Exercise(
    id="gradient_norms",
    notebook=NOTEBOOK,
    reference=REFERENCE + "gradient_flow:gradient_norms",
    title="How much arrives at each layer",
    points=2,
    cases=norms_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "slope of the output",
            Edit("f_grad(sums[layer])", "f_grad(f(sums[layer]))"),
            "f_grad is asked at the output h of a layer. It takes the input of the activation: the sums z.",
        ),
        Mistake(
            "last activation skipped",
            Edit("dh * f_grad(sums[layer])", "dh * (f_grad(sums[layer]) if layer < len(weights) - 1 else 1)"),
            "The last layer ends in f, too: dy is the gradient after it, so f_grad comes in there as well.",
        ),
        Mistake(
            "slopes forgotten",
            Edit(" * f_grad(sums[layer])", ""),
            "The gradient walks back through the weights only. On the way it also passes each activation: times f_grad(z).",
        ),
        Mistake(
            "last layer first",
            Edit("return norms", "return norms[::-1]"),
            "The right numbers, in the order in which you met them. Entry 0 belongs to the first layer.",
        ),
        Mistake(
            "root forgotten",
            Edit("np.sqrt(np.sum((inputs[layer].T @ dz) ** 2))", "np.sum((inputs[layer].T @ dz) ** 2)"),
            "These are the sums of squares; the norm is their root.",
        ),
        Mistake(
            "divided by n",
            Edit("(inputs[layer].T @ dz)", "(inputs[layer].T @ dz / len(x))"),
            "You divide by the number of rows. A mean loss has its 1/n in dy already.",
        ),
        Mistake(
            "norm of the signal's gradient",
            Edit("(inputs[layer].T @ dz) ** 2", "dz ** 2"),
            "These are the norms of the gradients in z. Asked are those in the weights: inputs.T @ dz.",
        ),
        Mistake(
            "sum of absolute values",
            Edit("np.sqrt(np.sum((inputs[layer].T @ dz) ** 2))", "np.sum(np.abs(inputs[layer].T @ dz))"),
            "You add up absolute values. The Frobenius norm is the root of the sum of squares.",
        ),
        Mistake(
            "largest singular value",
            Edit("np.sqrt(np.sum((inputs[layer].T @ dz) ** 2))", "np.linalg.norm(inputs[layer].T @ dz, 2)"),
            "norm(…, 2) of a matrix is its largest singular value. Leave the 2 out, and you get the root of the sum of squares.",
        ),
    ),
    hints=(
        "Two loops. Forward: keep what goes into each layer and the sums z. Backward: from the last layer to the first.",
        "At each layer on the way back: dz = dh * f_grad(z), the gradient in the weights is inputs.T @ dz, and dz @ w.T goes on.",
        "dh starts as dy. `reversed(range(len(weights)))` counts the layers backwards; write the norm to norms[layer].",
    ),
)

# ----------------------------------------------------------------------------------------------------------- clipping

CLIPS, SMALL, TYPES = "gradients that are too long", "small gradients", "shapes and types"


def grads_of_norm(rng: np.random.Generator, norm: float, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Return arrays of these shapes whose numbers together have this norm."""
    grads = [rng.normal(size=shape) for shape in shapes]
    scale = norm / np.sqrt(sum((g**2).sum() for g in grads))
    return [g * scale for g in grads]


def clip_cases(rng: np.random.Generator) -> list[Case]:
    small = float(rng.uniform(0.2, 0.4))
    return [
        Case(
            "(3, 4) and (12), which together have norm 13",
            ([np.array([3.0, 4.0]), np.array([12.0])], 1.0),
            aspect=CLIPS,
        ),
        Case(
            "a weight matrix and a bias, five times too long",
            (grads_of_norm(rng, 10.0, (3, 4), (4,)), 2.0),
            aspect=CLIPS,
        ),
        Case(
            "four arrays, a little too long", (grads_of_norm(rng, 1.4, (2, 3), (3,), (3, 2), (2,)), 1.1), aspect=CLIPS
        ),
        Case("gradients shorter than max_norm", (grads_of_norm(rng, small, (3, 4), (4,)), 1.0), aspect=SMALL),
        Case(
            "shorter than max_norm, though not than its root",
            (grads_of_norm(rng, 8.0, (3, 2), (2,)), 9.0),
            aspect=SMALL,
        ),
        Case("gradients of zero", ([np.zeros((2, 2)), np.zeros(2)], 1.0), aspect=SMALL),
        Case("a tiny max_norm", (grads_of_norm(rng, 3e-3, (2, 3), (3,)), 1e-3), aspect=TYPES),
        Case("a single array of shape (2, 2, 2)", (grads_of_norm(rng, 3.0, (2, 2, 2)), 0.5), aspect=TYPES),
        Case(
            "float32 data", ([g.astype(np.float32) for g in grads_of_norm(rng, 5.0, (3, 2), (2,))], 1.0), aspect=TYPES
        ),
    ]


def clipped_and_norm(case: Case, expected: Any, got: Any) -> Finding | None:
    """Judge the list and the norm; one without the other, or in the wrong order, is said as that."""
    if isinstance(got, list | tuple) and got and not isinstance(got[0], list | tuple):
        said = f"returned {kind_of(got[0])} as the first of {len(got)} results; expected a list of {len(expected[0])} arrays."
        return Finding(
            "type", said, "Two results, in this order: the list of new arrays, then the norm: `return clipped, norm`."
        )
    finding = difference(expected, got, names=("clipped", "norm"))
    if finding is None or finding.stage != "values" or not expected[1]:
        return finding
    grads, max_norm = case.args
    if difference(expected[0], got[0]) and difference(each_alone(grads, max_norm)[0], got[0]) is None:
        return Finding(finding.stage, finding.sentence, ALONE[1], ALONE[0])
    if case.aspect == SMALL and difference([g * max_norm / expected[1] for g in grads], got[0]) is None:
        return Finding(finding.stage, finding.sentence, ENLARGED[1], ENLARGED[0])
    return finding


ALONE = (
    "each array alone",
    "You clip every array by its own norm. Then the long ones shrink more than the short ones and the direction changes: "
    "compute one norm over all arrays, and one scale.",
)
ENLARGED = (
    "small gradients scaled up",
    "Gradients that were short enough come out longer. The scale is never above 1: min(1, max_norm / norm).",
)


def each_alone(grads: Any, max_norm: Any) -> Any:
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * min(1.0, max_norm / max(np.linalg.norm(g), 1e-300)) for g in grads], norm


def norms_added(grads: Any, max_norm: Any) -> Any:
    norm = sum(np.linalg.norm(g) for g in grads)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads], norm


def scales_in_place(grads: Any, max_norm: Any) -> Any:
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return grads, norm


CLIP = Exercise(
    id="clip_by_global_norm",
    notebook=NOTEBOOK,
    reference=REFERENCE + "clipping:clip_by_global_norm",
    title="A step that is never too long",
    cases=clip_cases,
    judge=clipped_and_norm,
    mistakes=(
        Mistake(ALONE[0], each_alone, ALONE[1]),
        Mistake(
            "epsilon in the quotient",
            Edit("max_norm / norm)", "max_norm / (norm + 1e-6))"),
            "You add a small number to the norm, as torch does. The statement does not: where norms themselves are small it shows. Only a "
            "norm of 0 needs care, and that one is below max_norm.",
        ),
        Mistake(
            "divided by the squared norm",
            Edit("max_norm / norm)", "max_norm / norm**2)"),
            "You divide by the squared norm, so the result has the norm max_norm / norm: the longer the gradient, the shorter the "
            "step. Divide by the norm itself.",
        ),
        Mistake(
            "root forgotten",
            Edit("np.sqrt(sum(np.sum(g**2) for g in grads))", "sum(np.sum(g**2) for g in grads)"),
            "That is the sum of squares; the norm is its root.",
        ),
        Mistake(ENLARGED[0], Edit(" if norm > max_norm else 1.0", " if norm > 0 else 1.0"), ENLARGED[1]),
        Mistake(
            "longest array alone",
            Edit("np.sqrt(sum(np.sum(g**2) for g in grads))", "max(np.sqrt(np.sum(g**2)) for g in grads)"),
            "This is the norm of the longest array. As one long vector they have the root of the sum of all squares.",
        ),
        Mistake(
            "clipped by value",
            Edit("g * scale for", "np.clip(g, -max_norm, max_norm) for"),
            "You cut every number by itself, which changes the direction. Multiply all of them by one scale.",
        ),
        Mistake(
            "norms added up",
            norms_added,
            "You add the norms of the arrays. As one long vector they have the root of the sum of all squares: (3, 4 | 12) has 13, "
            "not 17.",
        ),
        Mistake(
            "norm after clipping",
            Edit("in grads], norm", "in grads], norm * scale"),
            "The norm you return is that of the clipped gradients. Return the one they had before.",
        ),
        Mistake(
            "grads changed in place",
            scales_in_place,
            "`g *= …` changes the caller's arrays as well. Write `g * scale`, which makes new ones.",
        ),
    ),
    hints=(
        "First one number for all arrays together: square everything, add everything, take one root.",
        "Only when norm > max_norm is there something to do. Which factor brings a vector of length norm to length max_norm?",
        "Multiply each array by that same factor, in a new list. Return the list and the norm from before.",
    ),
)

EXERCISES = (XAVIER, HE, NORMS, CLIP, FORWARD, BACKWARD)
