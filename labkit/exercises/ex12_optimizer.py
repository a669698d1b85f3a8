"""The optimizers of 12_lab_regression by name, told apart by the way they go down a valley."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code

NOTEBOOK = "12_lab_regression"

# The parameters that the optimizer gets and the loss that its steps ask for meet on a shelf: each Code runs by itself.
SHELF = "import sys, types\nshelf = sys.modules.setdefault('make_optimizer case', types.ModuleType('make_optimizer case'))\n"
VALLEY = (
    SHELF + "import torch\n"
    "from torch import nn\n"
    "draw = np.random.default_rng({seed})\n"
    "shelf.steep = torch.tensor(draw.uniform(0.5, 4.0, (2, 3)))\n"
    "class Model(nn.Module):\n"
    "    def __init__(self):\n"
    "        super().__init__()\n"
    "        self.w = nn.Parameter(torch.tensor(draw.uniform(0.5, 2.0, (2, 3))))\n"
    "        self.b = nn.Parameter(torch.tensor(draw.uniform(-2.0, -0.5, 3)))\n"
    "shelf.model = Model()\n"
    "parameters = shelf.model.parameters()\n"
)
HEIGHT = Code(
    "height",
    SHELF + "def height():\n"
    "    w, b = shelf.model.w, shelf.model.b\n"
    "    w.grad = b.grad = None\n"
    "    value = (shelf.steep * w**2).sum() + (b**4).sum() + (w * b).sum()\n"
    "    value.backward()\n"
    "    return float(value.detach())\n",
)
WALK = tuple(("step", HEIGHT) for _ in range(5))


def optimizer_cases(rng: np.random.Generator) -> list[Case]:
    seed = int(rng.integers(10**6))

    def case(name: str, lr: float, k: int, aspect: str = "values") -> Case:
        label = f"five steps of {name} down a valley" + (f" with lr = {lr:g}" if aspect != "values" else "")
        parameters = Code("parameters", VALLEY.format(seed=seed + k))
        return Case(label, (name, parameters, lr), steps=WALK, aspect=aspect)

    names = ("sgd", "rmsprop", "adagrad", "adam")
    return [
        *(case(name, lr, k) for k, (name, lr) in enumerate(zip(names, (0.03, 0.03, 0.3, 0.1), strict=True))),
        *(case(name, 0.005, 4 + k, "learning rate") for k, name in enumerate(names)),
        case("lion", 0.1, 8, "other names"),
        case("sgdm", 0.1, 9, "other names"),
    ]


WALKED = (
    "Each height is where the steps before have led. Compare the class and its arguments: everything but lr as PyTorch has it by default, and "
    "all parameters that are passed."
)


def walk_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the heights that the optimizer's steps met."""
    names = [f"the height before step {k + 1}" for k in range(len(expected))]
    finding = difference(expected, got, names=names)
    return None if finding is None else Finding(finding.stage, finding.sentence, WALKED)


SGD, TABLE = '"sgd": torch.optim.SGD', "return table[name](parameters, lr=lr)"
OPTIMIZER = Exercise(
    id="make_optimizer",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_training_torch:make_optimizer",
    title="An optimizer by its name",
    probe="layer",
    in_place=True,
    cases=optimizer_cases,
    judge=walk_judge,
    mistakes=(
        Mistake(
            "momentum in sgd",
            Edit(SGD, '"sgd": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9)'),
            "sgd has momentum. That is another optimizer; plain descent is asked for: torch.optim.SGD with lr and nothing else.",
        ),
        Mistake(
            "default learning rate",
            Edit(TABLE, "return table[name](parameters)"),
            "lr is not passed on, so every optimizer takes its own default: lr=lr.",
        ),
        Mistake(
            "a fixed learning rate",
            Edit("lr=lr)", "lr=0.01)"),
            "The learning rate is 0.01 whatever lr says: pass lr=lr.",
        ),
        Mistake(
            "AdamW for Adam",
            Edit("torch.optim.Adam,", "torch.optim.AdamW,"),
            "AdamW also pulls every weight towards 0 (weight decay). torch.optim.Adam is asked for.",
        ),
        Mistake(
            "Adamax for Adam",
            Edit("torch.optim.Adam,", "torch.optim.Adamax,"),
            "Adamax divides by the largest gradient seen, not by a root mean square. torch.optim.Adam is asked for.",
        ),
        Mistake(
            "rmsprop and adagrad swapped",
            Edit(
                "torch.optim.RMSprop",
                "torch.optim.NONE",
                (("torch.optim.Adagrad", "torch.optim.RMSprop"), ("torch.optim.NONE", "torch.optim.Adagrad")),
            ),
            "rmsprop and adagrad have changed places: AdaGrad sums all squared gradients, RMSprop keeps a running mean of them.",
        ),
        Mistake(
            "Adadelta for AdaGrad",
            Edit("torch.optim.Adagrad", "torch.optim.Adadelta"),
            "Adadelta is a later method that needs no learning rate. adagrad is torch.optim.Adagrad.",
        ),
        Mistake(
            "momentum in rmsprop",
            Edit(
                '"rmsprop": torch.optim.RMSprop', '"rmsprop": lambda p, lr: torch.optim.RMSprop(p, lr=lr, momentum=0.9)'
            ),
            "rmsprop has momentum on top. Leave everything but lr at PyTorch's defaults.",
        ),
        Mistake(
            "optimizer of other tensors",
            Edit("(parameters, lr=lr)", "([p.detach().clone().requires_grad_() for p in parameters], lr=lr)"),
            "Nothing moves: the optimizer holds copies. It trains exactly the tensors that it was given when it was made, so give it the model's "
            "own parameters.",
        ),
        Mistake(
            "only the first parameter",
            Edit("(parameters, lr=lr)", "([next(iter(parameters))], lr=lr)"),
            "Only the first parameter moves; the others were not given to the optimizer. Pass on all of them.",
        ),
        Mistake(
            "another name gets Adam",
            Edit(
                "    if name not in table:\n",
                '    if name not in table:\n        name = "adam"\n    if name not in table:\n',
            ),
            "A name that is not in the list gets Adam all the same, so a typing slip would go unseen: raise ValueError.",
        ),
        Mistake(
            "another name gets SGD",
            Edit(
                "    if name not in table:\n",
                '    if name not in table:\n        name = "sgd"\n    if name not in table:\n',
            ),
            "A name that is not in the list gets SGD all the same, so a typing slip would go unseen: raise ValueError.",
        ),
        Mistake(
            "steps uphill",
            Edit("lr=lr)", "lr=lr, maximize=True)"),
            "maximize=True goes uphill; a loss is to get smaller.",
        ),
        Mistake(
            "Rprop for RMSprop",
            Edit("torch.optim.RMSprop", "torch.optim.Rprop"),
            "Rprop uses only the signs of the gradients. rmsprop is torch.optim.RMSprop.",
        ),
        Mistake(
            "always SGD",
            Edit(
                "torch.optim.RMSprop",
                "torch.optim.SGD",
                (("torch.optim.Adagrad", "torch.optim.SGD"), ("torch.optim.Adam", "torch.optim.SGD")),
            ),
            "Every name gets plain descent: each of the four names has a class of its own in torch.optim.",
        ),
        Mistake(
            "always Adam",
            Edit(
                "torch.optim.RMSprop",
                "torch.optim.Adam",
                (("torch.optim.Adagrad", "torch.optim.Adam"), ("torch.optim.SGD", "torch.optim.Adam")),
            ),
            "Every name gets Adam: each of the four names has a class of its own in torch.optim.",
        ),
        Mistake(
            "another memory in rmsprop",
            Edit('"rmsprop": torch.optim.RMSprop', '"rmsprop": lambda p, lr: torch.optim.RMSprop(p, lr=lr, alpha=0.9)'),
            "rmsprop forgets faster than PyTorch's does (alpha is 0.99 by default; 0.9 is the value of other books). Leave everything but lr as it is.",
        ),
        Mistake(
            "no learning rate for sgd",
            Edit(SGD, '"sgd": lambda p, lr: torch.optim.SGD(p)'),
            "sgd is not told lr, and takes PyTorch's default: lr=lr.",
        ),
        Mistake(
            "no learning rate for rmsprop",
            Edit('"rmsprop": torch.optim.RMSprop', '"rmsprop": lambda p, lr: torch.optim.RMSprop(p)'),
            "rmsprop is not told lr, and takes PyTorch's default: lr=lr.",
        ),
        Mistake(
            "no learning rate for adagrad",
            Edit('"adagrad": torch.optim.Adagrad', '"adagrad": lambda p, lr: torch.optim.Adagrad(p)'),
            "adagrad is not told lr, and takes PyTorch's default: lr=lr.",
        ),
        Mistake(
            "no learning rate for adam",
            Edit('"adam": torch.optim.Adam', '"adam": lambda p, lr: torch.optim.Adam(p)'),
            "adam is not told lr, and takes PyTorch's default: lr=lr.",
        ),
        Mistake(
            "weight decay in sgd",
            Edit(SGD, '"sgd": lambda p, lr: torch.optim.SGD(p, lr=lr, weight_decay=0.01)'),
            "sgd has a weight decay, which pulls every weight towards 0 as well. Leave everything but lr at PyTorch's defaults.",
        ),
    ),
    hints=(
        "A dictionary from names to classes: torch.optim.SGD, RMSprop, Adagrad and Adam (mind the capitals). Raise ValueError first if name is not in it.",
        "Make only the one that is asked for: parameters is a generator, and can be used up once.",
        "table[name](parameters, lr=lr): the class from the dictionary, called with the parameters and the learning rate.",
    ),
)
