"""The activations of 12_lab_regression by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_modules import module_judge
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Tensor

NOTEBOOK = "12_lab_regression"


def activation_cases(rng: np.random.Generator) -> list[Case]:
    def case(name: str) -> Case:
        x = np.concatenate([rng.uniform(-4, -0.5, 4), rng.uniform(0.5, 4, 4)])
        X = Tensor(rng.permutation(x).reshape(4, 2).astype(np.float32))
        return Case(f"four rows through {name}", (name,), steps=(("parameters",), ("__call__", X), ("forward", X)))

    far = Tensor(np.array([[-30.0, -7.0, 0.0, 7.0, 30.0]], dtype=np.float32))
    return [
        *(case(name) for name in ("relu", "leaky_relu", "sigmoid", "tanh")),
        *(
            Case(f"{name} far from 0", (name,), steps=(("parameters",), ("forward", far)), aspect="far from 0")
            for name in ("relu", "leaky_relu", "sigmoid", "tanh")
        ),
        Case("a name that is not in the list", ("swish",), steps=(("forward", far),), aspect="other names"),
        Case("an empty name", ("",), steps=(("forward", far),), aspect="other names"),
    ]


WHICH = (
    "Which class of torch.nn belongs to this name? Put -1, 0 and 1 into it and compare with the curve in notebook 03."
)


def activation_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Look at the module as at any; wrong values come from another class, as there is no forward to look at."""
    finding = module_judge(case, expected, got)
    if finding is None or finding.stage != "values":
        return finding
    return Finding(finding.stage, finding.sentence, WHICH, finding.mistake)


LEAKY = '"leaky_relu": nn.LeakyReLU'
ACTIVATION = Exercise(
    id="make_activation",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_network_torch:make_activation",
    title="An activation by its name",
    probe="module",
    cases=activation_cases,
    judge=activation_judge,
    mistakes=(
        Mistake(
            "another slope",
            Edit(LEAKY, '"leaky_relu": lambda: nn.LeakyReLU(0.1)'),
            "The slope of the leaky ReLU is 0.1. Left of 0 PyTorch's default multiplies by 0.01: nn.LeakyReLU() without an argument.",
        ),
        Mistake(
            "slope 0.2",
            Edit(LEAKY, '"leaky_relu": lambda: nn.LeakyReLU(0.2)'),
            "The slope of the leaky ReLU is 0.2, as some networks have it. Here it is PyTorch's default, 0.01.",
        ),
        Mistake(
            "plain ReLU for the leaky one",
            Edit("nn.LeakyReLU", "nn.ReLU"),
            "leaky_relu gives 0 for negative inputs, as relu does. It is the one that lets a hundredth of them through: nn.LeakyReLU.",
        ),
        Mistake(
            "slope that learns",
            Edit("nn.LeakyReLU", "nn.PReLU"),
            "nn.PReLU has a slope that is learned, and starts at 0.25. The leaky ReLU's is fixed: nn.LeakyReLU.",
        ),
        Mistake(
            "softmax for sigmoid",
            Edit("nn.Sigmoid", "lambda: nn.Softmax(dim=-1)"),
            "A softmax makes a row sum to 1, so its entries depend on each other. The sigmoid works on each number alone: nn.Sigmoid.",
        ),
        Mistake(
            "log of the sigmoid",
            Edit("nn.Sigmoid", "nn.LogSigmoid"),
            "nn.LogSigmoid is the logarithm of what is asked for: nn.Sigmoid.",
        ),
        Mistake(
            "sigmoid and tanh swapped",
            Edit('"sigmoid": nn.Sigmoid, "tanh": nn.Tanh', '"sigmoid": nn.Tanh, "tanh": nn.Sigmoid'),
            "Sigmoid and tanh have changed places: the sigmoid runs from 0 to 1, tanh from −1 to 1.",
        ),
        Mistake(
            "cut instead of curved",
            Edit("nn.Tanh", "nn.Hardtanh"),
            "nn.Hardtanh is straight between −1 and 1 and cut there. The smooth curve is nn.Tanh.",
        ),
        Mistake(
            "another name gets a ReLU",
            Edit("    if name not in table:\n", "    if name not in table:\n        return nn.ReLU()\n"),
            "A name that is not in the list gets an activation all the same, so a typing slip would go unseen: raise ValueError.",
        ),
        Mistake(
            "another name gets nothing bent",
            Edit("    if name not in table:\n", "    if name not in table:\n        return nn.Identity()\n"),
            "A name that is not in the list gives a module that does nothing, so a typing slip would make the network a line: raise ValueError.",
        ),
        Mistake(
            "another name gets None",
            Edit(
                "raise ValueError(f\"there is no activation {name!r}: choose one of {', '.join(table)}\")",
                "return None",
            ),
            "A name that is not in the list gives None, and the error shows up much later and elsewhere. Raise ValueError here, where the slip is.",
        ),
        Mistake(
            "a class, not a module",
            Edit("table[name]()", "table[name]"),
            "The class itself comes back. The parentheses after it make a module: nn.ReLU is a recipe, nn.ReLU() a thing to put into a network.",
        ),
        Mistake(
            "ELU for the leaky one",
            Edit("nn.LeakyReLU", "nn.ELU"),
            "nn.ELU bends towards −1 on the left. The leaky ReLU is a straight line of slope 0.01 there: nn.LeakyReLU.",
        ),
        Mistake(
            "slope with the wrong sign",
            Edit(LEAKY, '"leaky_relu": lambda: nn.LeakyReLU(-0.01)'),
            "On the left the line goes up again: the slope has the wrong sign. Negative inputs are multiplied by +0.01, and stay negative.",
        ),
        Mistake(
            "GELU for ReLU",
            Edit('"relu": nn.ReLU', '"relu": nn.GELU'),
            "nn.GELU is a rounded relative. relu is nn.ReLU, with a sharp bend at 0.",
        ),
        Mistake(
            "ReLU cut at 6",
            Edit('"relu": nn.ReLU', '"relu": nn.ReLU6'),
            "nn.ReLU6 is cut off at 6. relu has no upper end: nn.ReLU.",
        ),
        Mistake(
            "straight sigmoid",
            Edit("nn.Sigmoid", "nn.Hardsigmoid"),
            "nn.Hardsigmoid is made of straight pieces. The smooth curve is nn.Sigmoid.",
        ),
    ),
    hints=(
        "A dictionary from names to classes, nn.ReLU and so on, is shorter than four ifs.",
        "The classes are nn.ReLU, nn.LeakyReLU, nn.Sigmoid and nn.Tanh; table[name]() makes a module. Mind the parentheses.",
        "Before that: if name not in table: raise ValueError(f'choose one of {list(table)}').",
    ),
)
