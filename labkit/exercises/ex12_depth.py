"""The builder of 12_lab_regression: a network of any depth."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_modules import module_judge, tensor, weights
from labkit.grading.model import Case, Edit, Exercise, Mistake
from labkit.grading.wire import Code

NOTEBOOK = "12_lab_regression"
TANH = Code("activation", "from torch import nn\nactivation = nn.Tanh\n")
SLOPE = Code("activation", "from torch import nn\n\ndef activation():\n    return nn.LeakyReLU(0.3)\n")
LEARNED = Code("activation", "from torch import nn\nactivation = nn.PReLU\n")


def build_cases(rng: np.random.Generator) -> list[Case]:
    def case(label: str, d: int, hidden: tuple[int, ...], aspect: str, **named: Any) -> Case:
        X = tensor(rng, 7, d)
        given = weights(rng, (d, *hidden, 1), X.array)
        steps = (("parameters",), ("weights", given), ("__call__", X), ("forward", X))
        return Case(label, (d,), {"hidden": hidden, **named}, steps=steps, aspect=aspect)

    X = tensor(rng, 6, 3)
    return [
        case("two hidden layers", 3, (6, 5), "values"),
        case("three hidden layers", 4, (9, 7, 5), "values"),
        case("one hidden layer", 3, (8,), "depth"),
        case("no hidden layer", 4, (), "depth"),
        Case("the shapes of six hidden layers", (2,), {"hidden": (3, 4, 5, 6, 7, 8)}, (("parameters",),), "depth"),
        Case("nothing said of the hidden layers", (3,), {}, (("parameters",),), "defaults"),
        case("tanh", 3, (6, 5), "activation", activation=TANH),
        case("an activation of one's own", 3, (5, 4), "activation", activation=SLOPE),
        Case(
            "an activation that learns",
            (3,),
            {"hidden": (6, 5), "activation": LEARNED},
            (("parameters",), ("gradients", X)),
            "an activation for each layer",
        ),
    ]


APPENDS = "        layers.append(activation())\n"
LAST = "    layers.append(nn.Linear(width, 1))\n"
BUILD = Exercise(
    id="build_regression_net",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_network_torch:build_regression_net",
    title="A network of any depth",
    probe="module",
    cases=build_cases,
    judge=module_judge,
    points=2,
    mistakes=(
        Mistake(
            "activation on the output",
            Edit(LAST, LAST + "    layers.append(activation())\n"),
            "An activation comes after the last linear layer, so predictions are cut to what it can give. It belongs after hidden layers only.",
        ),
        Mistake(
            "no activations",
            Edit(APPENDS, ""),
            "There is no activation between the layers: together they are one linear layer, however deep. Put one after each hidden layer.",
        ),
        Mistake(
            "last hidden layer not bent",
            Edit(LAST, "    layers = layers[:-1] if layers else layers\n" + LAST),
            "The last hidden layer has no activation: it and the output layer together are one linear layer. Each hidden layer gets one.",
        ),
        Mistake(
            "one activation for all layers",
            Edit(
                "    layers = []\n",
                "    layers = []\n    made = activation()\n",
                ((APPENDS, "        layers.append(made)\n"),),
            ),
            "All layers share one activation module. One that learns (PReLU) would then have a single slope for all: call activation() once a "
            "layer.",
        ),
        Mistake(
            "activation ignored",
            Edit("activation())", "nn.ReLU())"),
            "The network has ReLU whatever activation says: put activation() there.",
        ),
        Mistake(
            "every layer fed with the features",
            Edit("        width = next_width\n", ""),
            "Each layer is made as if the features came in. Its inputs are the outputs of the layer before: carry that width along.",
        ),
        Mistake(
            "no output layer",
            Edit(LAST, ""),
            "The network ends with a hidden layer. A linear layer with one output is missing.",
        ),
        Mistake(
            "a hidden layer left out",
            Edit("in hidden:", "in hidden[1:]:"),
            "The first entry of hidden is left out: every entry is the width of one hidden layer.",
        ),
        Mistake(
            "a hidden layer too many",
            Edit(LAST, "    layers += [nn.Linear(width, width), activation()]\n" + LAST),
            "There is a hidden layer more than hidden asks for.",
        ),
        Mistake(
            "widths from the output on",
            Edit("in hidden:", "in reversed(hidden):"),
            "The widths are used from the back. hidden counts from the input on: its first entry is the first hidden layer.",
        ),
        Mistake(
            "always 64 and 32",
            Edit("in hidden:", "in (64, 32):"),
            "The network has layers of 64 and 32 units whatever hidden says: go through hidden in a loop.",
        ),
        Mistake(
            "output as wide as the input",
            Edit("nn.Linear(width, 1)", "nn.Linear(width, n_features)"),
            "The last layer has an output for each feature. One number a row is predicted: one output.",
        ),
        Mistake(
            "no biases",
            Edit("nn.Linear(width, next_width)", "nn.Linear(width, next_width, bias=False)"),
            "The hidden layers have no biases: nn.Linear has one unless it is told bias=False.",
        ),
        Mistake(
            "activation before the layer",
            Edit(
                APPENDS,
                "",
                (
                    (
                        "        layers.append(nn.Linear(width, next_width))\n",
                        "        layers.append(activation())\n        layers.append(nn.Linear(width, next_width))\n",
                    ),
                ),
            ),
            "The activation stands before the layer, so the features themselves are bent, and the last hidden layer is not. It comes after the layer.",
        ),
        Mistake(
            "n_features ignored",
            Edit("width = n_features", "width = 3"),
            "The first layer takes three features whatever n_features says.",
        ),
        Mistake(
            "sizes of a layer swapped",
            Edit("nn.Linear(width, next_width)", "nn.Linear(next_width, width)"),
            "nn.Linear takes the number of inputs first, then that of outputs: the widths of a layer have changed places.",
        ),
        Mistake(
            "flat output",
            Edit("nn.Sequential(*layers)", "nn.Sequential(*layers, nn.Flatten(0))"),
            "The output is (n,). Against targets (n, 1) the loss would compare every prediction with every target: leave the column as it is.",
        ),
        Mistake(
            "softmax on the output",
            Edit(LAST, LAST + "    layers.append(nn.Softmax(dim=-1))\n"),
            "A softmax over one number is 1, whatever the number. Nothing comes after the last linear layer.",
        ),
        Mistake(
            "return inside the loop",
            Edit(
                "    return nn.Sequential(*layers)",
                "    return nn.Sequential(*layers)",
                (
                    (LAST, ""),
                    (
                        "        width = next_width\n",
                        "        width = next_width\n        layers.append(nn.Linear(width, 1))\n        return nn.Sequential(*layers)\n    layers.append(nn.Linear(width, 1))\n",
                    ),
                ),
            ),
            "There is one hidden layer, however many are asked for: is the `return` indented into the loop? The output layer and the return come after it.",
        ),
    ),
    hints=(
        "Collect the layers in a list in a loop over hidden, and keep the width that comes out of the last one in a variable.",
        "In the loop: nn.Linear(width, next_width), then activation(), then width = next_width. Before it: width = n_features.",
        "After the loop one more nn.Linear(width, 1); then return nn.Sequential(*layers). With hidden=() the loop never runs: that is right.",
    ),
)
