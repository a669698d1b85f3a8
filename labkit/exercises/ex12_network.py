"""The network of 12_lab_regression: two hidden layers, and a column for an output."""

from __future__ import annotations

import numpy as np

from labkit.exercises.ex12_modules import module_judge, tensor, weights
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "12_lab_regression"


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


FIRST_LAYER, SECOND_LAYER, THIRD_LAYER = "nn.Linear(n_features, 64)", "nn.Linear(64, 32)", "nn.Linear(32, 1)"
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
            Edit(
                f"self.hidden_1 = {FIRST_LAYER}",
                "self.n_features = n_features",
                (
                    (f"        self.hidden_2 = {SECOND_LAYER}\n", ""),
                    (f"        self.output = {THIRD_LAYER}\n", ""),
                    ("self.hidden_1(X)", "nn.Linear(self.n_features, 64)(X)"),
                    ("self.hidden_2(h)", f"{SECOND_LAYER}(h)"),
                    ("self.output(h)", f"{THIRD_LAYER}(h)"),
                ),
            ),
            "The layers are made in forward, anew at each call, so nothing learned is kept; and an optimizer made before the first call finds "
            "no parameters to train. Make them in __init__, as attributes of self.",
        ),
        Mistake(
            "layers in a plain list",
            Edit(
                f"self.hidden_1 = {FIRST_LAYER}",
                f"self.layers = [{FIRST_LAYER}]",
                (
                    (f"self.hidden_2 = {SECOND_LAYER}", f"self.layers += [{SECOND_LAYER}]"),
                    (f"self.output = {THIRD_LAYER}", f"self.layers += [{THIRD_LAYER}]"),
                    ("self.hidden_1(X)", "self.layers[0](X)"),
                    ("self.hidden_2(h)", "self.layers[1](h)"),
                    ("self.output(h)", "self.layers[2](h)"),
                ),
            ),
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
        Mistake(
            "first ReLU missing",
            Edit("self.relu(self.hidden_1(X))", "self.hidden_1(X)"),
            "Nothing bends after the first hidden layer: it and the second one together are one linear layer. Put a ReLU there too.",
        ),
        Mistake(
            "ReLU before the layers",
            Edit(
                "self.relu(self.hidden_1(X))",
                "self.hidden_1(self.relu(X))",
                ((SECOND, "h = self.hidden_2(self.relu(h))"), (LAST, "return self.output(self.relu(h))")),
            ),
            "A ReLU stands before the first layer and cuts off every negative feature before any weight has seen it. The ReLU comes after a hidden layer.",
        ),
        Mistake(
            "tanh for ReLU",
            Edit("nn.ReLU()", "nn.Tanh()"),
            "The hidden layers bend by tanh; ReLU is asked for.",
        ),
        Mistake(
            "leaky ReLU for ReLU",
            Edit("nn.ReLU()", "nn.LeakyReLU()"),
            "The hidden layers let a hundredth of negative numbers through: that is the leaky ReLU. The plain nn.ReLU is asked for.",
        ),
        Mistake(
            "widths swapped",
            Edit("(n_features, 64)", "(n_features, 32)", (("(64, 32)", "(32, 64)"), ("(32, 1)", "(64, 1)"))),
            "The hidden layers have changed places: 32 comes first and then 64. It is n_features -> 64 -> 32 -> 1.",
        ),
        Mistake(
            "no output layer",
            Edit(LAST, "return h", ((f"        self.output = {THIRD_LAYER}\n", ""),)),
            "The network ends with the 32 numbers of the second hidden layer. A third linear layer makes one prediction of them: nn.Linear(32, 1).",
        ),
        Mistake(
            "as many outputs as features",
            Edit("(32, 1)", "(32, n_features)"),
            "The last layer has n_features outputs. A prediction is one number a row: nn.Linear(32, 1).",
        ),
        Mistake(
            "all weights 0",
            Edit(
                "        self.relu = nn.ReLU()\n",
                "        self.relu = nn.ReLU()\n        for p in self.parameters():\n            nn.init.zeros_(p)\n",
            ),
            "All weights begin at 0, so the hidden layers give 0 and pass no gradient back: only the last bias can ever learn. Leave the random weights that nn.Linear makes.",
        ),
    ),
    hints=(
        "__init__ begins with super().__init__(), then stores three nn.Linear: n_features to 64, 64 to 32, 32 to 1.",
        "forward sends X through them in order, with a ReLU (nn.ReLU() or torch.relu) after the first and the second, none after the third.",
        "Or store one nn.Sequential(nn.Linear(n_features, 64), nn.ReLU(), …, nn.Linear(32, 1)) and return self.layers(X).",
    ),
)
