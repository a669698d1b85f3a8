"""The classifier of 12_lab_regression: logits out of the network, classes out of the logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_modules import module_judge, tensor, weights
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

NOTEBOOK = "12_lab_regression"


def classifier_cases(rng: np.random.Generator) -> list[Case]:
    def case(label: str, d: int, n: int, aspect: str = "values", *verbs: str) -> Case:
        X = tensor(rng, n, d)
        given = weights(rng, (d, 64, 32, 1), X.array if n > 1 else None)
        steps = (("parameters",), ("weights", given), *((verb, X) for verb in verbs or ("__call__", "forward")))
        return Case(label, (d,), steps=steps, aspect=aspect)

    X = tensor(rng, 8, 3)
    zeros = [np.zeros_like(a) for a in weights(rng, (3, 64, 32, 1), X.array)]
    return [
        case("given weights and ten rows of three features", 3, 10),
        case("other weights and seven rows", 3, 7),
        case("the classes of forty rows", 3, 40, "predict", "predict"),
        case("the classes of thirty others", 3, 30, "predict", "predict"),
        Case("backward through fresh weights", (3,), steps=(("parameters",), ("gradients", X)), aspect="gradients"),
        Case(
            "rows whose logits are all 0",
            (3,),
            steps=(("parameters",), ("weights", zeros), ("predict", X)),
            aspect="a logit of 0",
        ),
        case("a single row", 3, 1, "shapes"),
        case("the class of a single row", 3, 1, "shapes", "predict"),
        Case("the shapes of its layers for six features", (6,), steps=(("parameters",),), aspect="n_features"),
        case("six features", 6, 5, "n_features"),
    ]


OUT, LAST, CLASSES = "return self.layers(X)", "nn.Linear(32, 1)", "(self(X) > 0).float()"
WHOLE = "Classes are floats here, 0.0 and 1.0 like the labels, so that both can be compared and averaged: .float()."


def classifier_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Judge the module; classes that are whole numbers are told of the labels' kind."""
    finding = module_judge(case, expected, got)
    if finding is not None or case.steps[-1][0] != "predict":
        return finding
    kind = got[-1].array.dtype
    if kind.kind == "f":
        return None
    return Finding("dtype", f"returned {kind} numbers as model.predict(X); expected floats.", WHOLE, "whole numbers")


CLASSIFIER = Exercise(
    id="BinaryClassifier",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_classifier_torch:BinaryClassifier",
    title="A network for two classes",
    probe="module",
    points=2,
    cases=classifier_cases,
    judge=classifier_judge,
    mistakes=(
        Mistake(
            "sigmoid on the output",
            Edit(OUT, "return self.layers(X).sigmoid()", ((CLASSES, "(self(X) > 0.5).float()"),)),
            "forward ends with a sigmoid. The loss, BCE with logits, applies one itself: twice, it flattens the gradient and the loss never comes near "
            "0. Return the logits.",
        ),
        Mistake(
            "softmax on the output",
            Edit(OUT, "return self.layers(X).softmax(dim=-1)"),
            "A softmax over one number is 1, whatever the number: nothing can be learned. Return the logits as they are.",
        ),
        Mistake(
            "ReLU on the output",
            Edit(LAST, LAST + ", nn.ReLU()"),
            "A ReLU comes after the last layer, so no logit is below 0 and no probability below ½. Nothing comes after the last linear layer.",
        ),
        Mistake(
            "two outputs",
            Edit(LAST, "nn.Linear(32, 2)", ((CLASSES, "self(X).argmax(dim=1, keepdim=True).float()"),)),
            "There are two outputs, as for cross-entropy over classes. For two classes one logit is enough: its sign decides.",
        ),
        Mistake(
            "a logit of 0 taken for class 1",
            Edit("self(X) > 0)", "self(X) >= 0)"),
            "A logit of 0, a probability of just ½, counts as class 1. Class 1 is where it is above: >, not >=.",
        ),
        Mistake("whole numbers", Edit(".float()", ".long()"), WHOLE),
        Mistake(
            "flat output",
            Edit(OUT, "return self.layers(X).squeeze(-1)"),
            "The logits are (n,), and the labels are (n, 1). Leave the column as it is.",
        ),
        Mistake(
            "logit compared with one half",
            Edit("self(X) > 0)", "self(X) > 0.5)"),
            "The logit is compared with 0.5. That is the bound for the probability; the logit's is 0, as sigmoid(0) = 0.5.",
        ),
        Mistake(
            "probability compared with 0",
            Edit("self(X) > 0)", "self(X).sigmoid() > 0)"),
            "Every row comes out as class 1. A probability is always above 0 (and a sigmoid of a sigmoid always above ½): compare the logit with 0, "
            "or its sigmoid, taken once, with 0.5.",
        ),
        Mistake(
            "probabilities for classes",
            Edit(CLASSES, "self(X).sigmoid()"),
            "predict gives probabilities. Classes are asked for, 0.0 or 1.0: compare first.",
        ),
        Mistake(
            "logits for classes",
            Edit(CLASSES, "self(X)"),
            "predict gives the logits. Classes are asked for: 1.0 where the logit is above 0, else 0.0.",
        ),
        Mistake(
            "True and False for classes",
            Edit(CLASSES, "self(X) > 0"),
            "predict gives True and False. The labels are the floats 1.0 and 0.0: .float() makes them alike.",
        ),
        Mistake(
            "classes −1 and 1",
            Edit(CLASSES, "self(X).sign()"),
            "The classes are −1 and 1, as the perceptron's may be. Here they are 0 and 1.",
        ),
        Mistake(
            "classes swapped",
            Edit("self(X) > 0)", "self(X) < 0)"),
            "The classes are the wrong way round: a logit above 0 speaks for class 1.",
        ),
        Mistake(
            "argmax of one column",
            Edit(CLASSES, "self(X).argmax(dim=1, keepdim=True).float()"),
            "argmax over a single column is always 0, so every row is of class 0. With one logit its sign decides.",
        ),
        Mistake(
            "layers made in forward",
            Edit(
                "self.layers = nn.Sequential(", "self.make = lambda: nn.Sequential(", ((OUT, "return self.make()(X)"),)
            ),
            "The layers are made in forward, anew at each call, so nothing learned is kept; and an optimizer made before the first call finds "
            "no parameters to train. Make them in __init__, as attributes of self.",
        ),
        Mistake(
            "no activation",
            Edit("nn.ReLU()", "nn.Identity()"),
            "Nothing bends between the layers: together they are one linear layer, and the border between the classes is a straight line.",
        ),
        Mistake(
            "n_features ignored",
            Edit("nn.Linear(n_features, 64)", "nn.Linear(3, 64)"),
            "The first layer takes three features whatever n_features says: nn.Linear(n_features, 64).",
        ),
        Mistake(
            "graph cut off",
            Edit(OUT, "return self.layers(X).detach()"),
            "The logits are cut off from their graph (detach, .data or no_grad), so that backward cannot reach the weights. Only predict does without a graph.",
        ),
        Mistake(
            "softmax over the rows",
            Edit(OUT, "return self.layers(X).softmax(dim=0)"),
            "A softmax along dim=0 makes the rows compete with each other: a row's output depends on its company. Return the logits as they are.",
        ),
        Mistake(
            "tanh on the output",
            Edit(OUT, "return self.layers(X).tanh()"),
            "A tanh keeps every logit between −1 and 1, so no probability is beyond 0.73. Nothing comes after the last linear layer.",
        ),
        Mistake(
            "classes from forward",
            Edit(OUT, "return (self.layers(X) > 0).float()"),
            "forward gives classes. A comparison has no slope, so nothing could be learned through it: forward returns the logits, and predict compares.",
        ),
        Mistake(
            "second ReLU missing",
            Edit("nn.Linear(64, 32), nn.ReLU()", "nn.Linear(64, 32), nn.Identity()"),
            "Nothing bends after the second hidden layer: it and the output layer together are one linear layer. Put a ReLU there too.",
        ),
        Mistake(
            "first ReLU missing",
            Edit("64), nn.ReLU(), nn.Linear(64", "64), nn.Identity(), nn.Linear(64"),
            "Nothing bends after the first hidden layer: it and the second one together are one linear layer. Put a ReLU there too.",
        ),
        Mistake(
            "tanh for ReLU",
            Edit("nn.ReLU()", "nn.Tanh()"),
            "The hidden layers bend by tanh; ReLU is asked for.",
        ),
        Mistake(
            "sigmoid for ReLU",
            Edit("nn.ReLU()", "nn.Sigmoid()"),
            "The hidden layers bend by a sigmoid; ReLU is asked for. (The one sigmoid of a classifier is in the loss.)",
        ),
        Mistake(
            "flat classes",
            Edit(CLASSES, CLASSES + ".squeeze(-1)"),
            "The classes are (n,), and the labels are (n, 1): `classes == y` would compare every row with every other. Leave the column as it is.",
        ),
        Mistake(
            "rounded logits",
            Edit(CLASSES, "self(X).round()"),
            "The logits are rounded, which gives −2, 3 or whatever is near. Ask whether a logit is above 0, or round the *probability*.",
        ),
        Mistake(
            "one hidden layer",
            Edit("nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1)", "nn.Linear(64, 1)"),
            "There is one hidden layer; two are asked for: n_features -> 64 -> 32 -> 1.",
        ),
    ),
    hints=(
        "The layers are those of a regression: n_features -> 64 -> 32 -> 1 with two ReLU. What the output means is all that changes.",
        "forward returns what the last linear layer gives; predict asks the network itself, self(X), and compares.",
        "predict: (self(X) > 0).float(), under torch.no_grad().",
    ),
)
