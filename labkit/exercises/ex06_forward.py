"""The exercise of 06_networks on the forward pass of a network of any depth."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "06_networks"


def parameters(rng: np.random.Generator, sizes: list[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return generic weights and biases: large enough that ReLU stops some sums and lets others pass."""
    pairs = pairwise(sizes)
    return [(rng.normal(size=(d_in, d_out)), rng.normal(size=d_out)) for d_in, d_out in pairs]


def forward_cases(rng: np.random.Generator) -> list[Case]:
    two, four = parameters(rng, [3, 6, 2]), parameters(rng, [2, 5, 4, 7, 3])
    X = rng.normal(size=(9, 3))
    table = [(np.array([[1.0, -1.0]]), np.zeros(2)), (np.array([[1.0], [10.0]]), np.array([-5.0]))]
    small = [(w.astype(np.float32), b.astype(np.float32)) for w, b in two]
    return [
        Case("one hidden layer, nine rows", (two, X)),
        Case("three hidden layers", (four, rng.normal(size=(5, 2)))),
        Case("four layers of three units each", (parameters(rng, [3, 3, 3, 3, 3]), rng.normal(size=(6, 3)))),
        Case("negative outputs", (table, np.array([[2.0], [1.0], [0.5]]))),
        Case("no hidden layer at all", (two[:1], X), aspect="shapes and types"),
        Case("a single row", (two, X[:1]), aspect="shapes and types"),
        Case("integer inputs", (two, rng.integers(-5, 6, (4, 3))), aspect="shapes and types"),
        Case("float32 parameters", (small, X.astype(np.float32)), aspect="shapes and types"),
    ]


def no_bias(params: Any, X: Any) -> Any:
    h = X
    for w, _ in params[:-1]:
        h = np.maximum(h @ w, 0)
    return h @ params[-1][0]


def each_from_the_inputs(params: Any, X: Any) -> Any:
    for w, b in params[:-1]:
        h = np.maximum(X @ w + b, 0)
    return h @ params[-1][0] + params[-1][1]


def two_layers(params: Any, X: Any) -> Any:
    (w1, b1), (w2, b2) = params[0], params[1]
    return np.maximum(X @ w1 + b1, 0) @ w2 + b2


def first_and_last(params: Any, X: Any) -> Any:
    (w1, b1), (w2, b2) = params[0], params[-1]
    return np.maximum(X @ w1 + b1, 0) @ w2 + b2


def relu_after_the_first(params: Any, X: Any) -> Any:
    h = X
    for i, (w, b) in enumerate(params):
        h = np.maximum(h @ w + b, 0) if i else h @ w + b
    return h


def relu_stops_early(params: Any, X: Any) -> Any:
    h = X
    for i, (w, b) in enumerate(params):
        h = np.maximum(h @ w + b, 0) if i < len(params) - 2 else h @ w + b
    return h


def takes_from_the_list(params: Any, X: Any) -> Any:
    w, b = params.pop()
    h = X
    for v, c in params:
        h = np.maximum(h @ v + c, 0)
    return h @ w + b


RELU = "np.maximum(h @ w + b, 0)"

FORWARD = Exercise(
    id="mlp_forward",
    notebook=NOTEBOOK,
    reference="labkit.reference.mlp:mlp_forward",
    title="Forward through any depth",
    cases=forward_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "activation on the output",
            Edit("return h @ w + b", "return np.maximum(h @ w + b, 0)"),
            "ReLU also acts on the last layer, so that no logit can be negative. The output is the plain weighted sum.",
        ),
        Mistake(
            "no activation",
            Edit("np.maximum(h @ w + b, 0)", "h @ w + b"),
            "ReLU is missing: layers without it between them are one single linear layer, however many there are.",
        ),
        Mistake(
            "sigmoid at the end",
            Edit("return h @ w + b", "return 1 / (1 + np.exp(-(h @ w + b)))"),
            "There is a sigmoid on the last layer. Logits are asked for, the plain weighted sum: the loss does the rest.",
        ),
        Mistake(
            "sigmoid in between",
            Edit("np.maximum(h @ w + b, 0)", "1 / (1 + np.exp(-(h @ w + b)))"),
            "The hidden layers use the sigmoid; ReLU is asked for.",
        ),
        Mistake(
            "softmax at the end",
            Edit(
                "return h @ w + b",
                "z = h @ w + b\n"
                "    e = np.exp(z - z.max(axis=1, keepdims=True))\n"
                "    return e / e.sum(axis=1, keepdims=True)",
            ),
            "These are probabilities. Logits are asked for: the softmax belongs to the loss, which would apply it a second time.",
        ),
        Mistake(
            "bias forgotten",
            no_bias,
            "The biases are missing: each layer is h @ w + b.",
        ),
        Mistake(
            "activation before the layer",
            Edit(
                "np.maximum(h @ w + b, 0)", "np.maximum(h, 0) @ w + b", (("return h @", "return np.maximum(h, 0) @"),)
            ),
            "ReLU acts on the inputs X as well: a negative input is lost before any weight has seen it. First the weighted sum, "
            "then ReLU.",
        ),
        Mistake(
            "last layer forgotten",
            Edit("return h @ w + b", "return h"),
            "The last layer is missing: what is returned is the last hidden layer. One more weighted sum, without ReLU.",
        ),
        Mistake(
            "another activation",
            Edit("np.maximum(h @ w + b, 0)", "np.tanh(h @ w + b)"),
            "The hidden layers use tanh; ReLU is asked for.",
        ),
        Mistake(
            "last bias forgotten",
            Edit("return h @ w + b", "return h @ w"),
            "The bias of the last layer is missing: the output is a weighted sum, too, h @ w + b.",
        ),
        Mistake(
            "w transposed",
            Edit(RELU, "np.maximum(h @ w.T + b, 0)", (("return h @ w + b", "return h @ w.T + b"),)),
            "w is (d_in, d_out) already: h @ w, without a transpose. With as many inputs as outputs the wrong one fits as well.",
        ),
        Mistake(
            "each layer from the inputs",
            each_from_the_inputs,
            "Every layer starts at X again. The input of a layer is what came out of the one before: carry it along.",
        ),
        Mistake(
            "two layers only",
            two_layers,
            "This is for two layers only. params may hold any number: a loop visits all but the last.",
        ),
        Mistake(
            "first and last layer only",
            first_and_last,
            "Layers between the first and the last are left out. Is there a `return` inside of the loop, or no loop at all?",
        ),
        Mistake(
            "ReLU from the second layer on",
            relu_after_the_first,
            "The first layer has no ReLU, and the last one has it. It is the other way round: after every layer but the last.",
        ),
        Mistake(
            "last hidden layer without ReLU",
            relu_stops_early,
            "ReLU ends one layer early: the last hidden layer has it, too, only the output has not. len(params) - 1 is the last layer.",
        ),
        Mistake(
            "leaky",
            Edit(RELU, "np.where(h @ w + b > 0, h @ w + b, 0.01 * (h @ w + b))"),
            "The hidden layers use the leaky ReLU; the plain one gives 0 below 0.",
        ),
        Mistake(
            "minimum for maximum",
            Edit(RELU, "np.minimum(h @ w + b, 0)"),
            "np.minimum keeps what is negative. ReLU keeps what is positive: np.maximum.",
        ),
        Mistake(
            "absolute value",
            Edit(RELU, "np.abs(h @ w + b)"),
            "Negative sums come back with their sign turned. ReLU makes them 0.",
        ),
        Mistake(
            "params changed in place",
            takes_from_the_list,
            "The numbers are right, but `pop` takes the last layer out of the caller's list: the network is shorter afterwards. "
            "params[-1] only looks.",
        ),
        Mistake(
            "bias after the activation",
            Edit("np.maximum(h @ w + b, 0)", "np.maximum(h @ w, 0) + b"),
            "The bias is added after ReLU. It belongs to the weighted sum: it decides where ReLU starts to pass.",
        ),
    ),
    hints=(
        "Carry one array through the layers: h is X at first, and each layer makes a new h of it.",
        "`for w, b in params[:-1]` visits every layer but the last; np.maximum(…, 0) is ReLU.",
        "After the loop, unpack params[-1] and return h @ w + b.",
    ),
)
