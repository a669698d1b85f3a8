"""The network of 12_lab_regression, and the bends one may give it."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_modules import module_judge, tensor, weights
from labkit.grading.model import Case, Edit, Exercise, Mistake
from labkit.grading.wire import Tensor

NOTEBOOK = "12_lab_regression"

# --------------------------------------------------------------------------------------------------- the network


def network_cases(rng: np.random.Generator) -> list[Case]:
    def case(label: str, d: int, n: int, aspect: str = "values") -> Case:
        X = tensor(rng, n, d)
        given = weights(rng, (d, 64, 32, 1), X.array if n > 1 else None)
        return Case(
            label, (d,), steps=(("parameters",), ("weights", given), ("__call__", X), ("forward", X)), aspect=aspect
        )

    X = tensor(rng, 8, 3)
    return [
        case("given weights and nine rows of three features", 3, 9),
        case("other weights and six rows", 3, 6),
        Case("backward through fresh weights", (3,), steps=(("parameters",), ("gradients", X)), aspect="gradients"),
        case("a single row", 3, 1, "shapes"),
        Case("the shapes of its layers for seven features", (7,), steps=(("parameters",),), aspect="n_features"),
        case("seven features", 7, 5, "n_features"),
        Case("no argument", (), steps=(("parameters",),), aspect="n_features"),
    ]


def layers_in_forward(n_features: Any = 3) -> Any:
    import torch
    from torch import nn

    class Lazy(nn.Module):
        def forward(self, X: Any) -> Any:
            h = torch.relu(nn.Linear(n_features, 64)(X))
            h = torch.relu(nn.Linear(64, 32)(h))
            return nn.Linear(32, 1)(h)

    return Lazy()


def layers_in_a_list(n_features: Any = 3) -> Any:
    import torch
    from torch import nn

    class Hidden(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = [nn.Linear(n_features, 64), nn.Linear(64, 32), nn.Linear(32, 1)]

        def forward(self, X: Any) -> Any:
            h = torch.relu(self.layers[0](X))
            h = torch.relu(self.layers[1](h))
            return self.layers[2](h)

    return Hidden()


LAST, SECOND = "return self.output(h)", "h = self.relu(self.hidden_2(h))"
NETWORK = Exercise(
    id="RegressionNN",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_network_torch:RegressionNN",
    title="A network for regression",
    probe="module",
    cases=network_cases,
    judge=module_judge,
    points=2,
    mistakes=(
        Mistake(
            "ReLU on the output",
            Edit(LAST, "return self.relu(self.output(h))"),
            "A ReLU comes after the last layer, so the network can never predict below 0, and where it gives 0 it learns nothing. The last "
            "linear layer's output is the prediction.",
        ),
        Mistake(
            "one ReLU missing",
            Edit(SECOND, "h = self.hidden_2(h)"),
            "Nothing bends after the second hidden layer: it and the output layer together are one linear layer. Put a ReLU there too.",
        ),
        Mistake(
            "no ReLU",
            Edit(SECOND, "h = self.hidden_2(h)", (("self.relu(self.hidden_1(X))", "self.hidden_1(X)"),)),
            "Linear layers without an activation between them are one linear layer: a ReLU follows both hidden layers.",
        ),
        Mistake(
            "flat output",
            Edit(LAST, "return self.output(h).squeeze(-1)"),
            "The output is (n,). Against targets (n, 1) the loss would compare every prediction with every target, and say nothing: leave "
            "the column as it is.",
        ),
        Mistake(
            "output for one row loses an axis",
            Edit(LAST, "return self.output(h).squeeze(0)"),
            "For a single row the output loses its first axis. It is (n, 1) for n = 1 too: no squeeze is needed.",
        ),
        Mistake(
            "layers made in forward",
            layers_in_forward,
            "The layers are made in forward, anew at each call, so nothing learned is kept; and an optimizer made before the first call finds "
            "no parameters to train. Make them in __init__, as attributes of self.",
        ),
        Mistake(
            "layers in a plain list",
            layers_in_a_list,
            "The layers are in a Python list, where PyTorch does not look: parameters() is empty, and an optimizer made from it has nothing "
            "to train. Use attributes of self, nn.ModuleList or nn.Sequential.",
        ),
        Mistake(
            "no biases",
            Edit(
                "(n_features, 64)",
                "(n_features, 64, bias=False)",
                (("(64, 32)", "(64, 32, bias=False)"), ("(32, 1)", "(32, 1, bias=False)")),
            ),
            "The layers have no biases: nn.Linear has one unless it is told bias=False.",
        ),
        Mistake(
            "n_features ignored",
            Edit("nn.Linear(n_features, 64)", "nn.Linear(3, 64)"),
            "The first layer takes three features whatever n_features says: nn.Linear(n_features, 64).",
        ),
        Mistake(
            "softmax on the output",
            Edit(LAST, "return self.output(h).softmax(dim=-1)"),
            "A softmax over one number is 1, whatever the number: every prediction is 1. The last linear layer's output is the prediction.",
        ),
        Mistake(
            "sigmoid on the output",
            Edit(LAST, "return self.output(h).sigmoid()"),
            "A sigmoid keeps every prediction between 0 and 1. Targets of a regression are any numbers: nothing comes after the last layer.",
        ),
        Mistake(
            "sigmoid for ReLU",
            Edit("nn.ReLU()", "nn.Sigmoid()"),
            "The hidden layers bend by a sigmoid; ReLU is asked for.",
        ),
        Mistake(
            "graph cut off",
            Edit(LAST, "return self.output(h).detach()"),
            "The output is cut off from its graph (detach, .data or no_grad), so that backward cannot reach the weights and nothing can be learned.",
        ),
        Mistake(
            "one hidden layer",
            Edit(SECOND, "", (("        self.hidden_2 = nn.Linear(64, 32)\n", ""), ("(32, 1)", "(64, 1)"))),
            "There is one hidden layer; two are asked for: n_features -> 64 -> 32 -> 1.",
        ),
    ),
    hints=(
        "__init__ begins with super().__init__(), then stores three nn.Linear: n_features to 64, 64 to 32, 32 to 1.",
        "forward sends X through them in order, with a ReLU (nn.ReLU() or torch.relu) after the first and the second, none after the third.",
        "Or store one nn.Sequential(nn.Linear(n_features, 64), nn.ReLU(), …, nn.Linear(32, 1)) and return self.layers(X).",
    ),
)

# ------------------------------------------------------------------------------------------------- activations


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
            for name in ("leaky_relu", "sigmoid", "tanh")
        ),
        Case("a name that is not in the list", ("swish",), steps=(("forward", far),), aspect="other names"),
        Case("an empty name", ("",), steps=(("forward", far),), aspect="other names"),
    ]


LEAKY = '"leaky_relu": nn.LeakyReLU'
ACTIVATION = Exercise(
    id="make_activation",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_network_torch:make_activation",
    title="An activation by its name",
    probe="module",
    cases=activation_cases,
    judge=module_judge,
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
    ),
    hints=(
        "A dictionary from names to classes, nn.ReLU and so on, is shorter than four ifs.",
        "The classes are nn.ReLU, nn.LeakyReLU, nn.Sigmoid and nn.Tanh; table[name]() makes a module. Mind the parentheses.",
        "Before that: if name not in table: raise ValueError(f'choose one of {list(table)}').",
    ),
)
