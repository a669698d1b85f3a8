"""Models with given weights for the laboratory's trainings and scores, so that what they do can be compared to the last digit.

Each Code of a case runs by itself; what one leaves for another, or for the next case, lies on a shelf.
"""

from __future__ import annotations

import numpy as np

from labkit.grading.wire import Code, Tensor

SHELF = "import sys, types\nshelf = sys.modules.setdefault('laboratory cases', types.ModuleType('laboratory cases'))\n"
FILL = (  # weights from NumPy, so that no random number of the student's is used up
    "import torch\n"
    "from torch import nn\n"
    "with torch.random.fork_rng(devices=[]):\n"
    "    model = nn.Sequential({layers}).double()\n"
    "draw = np.random.default_rng({seed})\n"
    "for p in model.parameters():\n"
    "    p.data = torch.tensor(draw.normal(0.0, 0.7, tuple(p.shape)))\n"
)
LINEAR = "nn.Linear(3, 1)"
HIDDEN = "nn.Linear(3, 6), nn.Tanh(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 1)"
NORMED = "nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 1)"


def model(layers: str, seed: int, then: str = "") -> Code:
    """Return a new model with given weights, put on the shelf; ``then`` is done with it before it is handed over."""
    return Code("model", SHELF + FILL.format(layers=layers, seed=seed) + then + "shelf.model = model\n")


SAME_MODEL = Code("model", SHELF + "model = shelf.model\n")  # as the case before has left it
ASLEEP = "model.eval()\n"


def line(seed: int) -> list[np.ndarray]:
    """Return the weight and the bias that ``model(LINEAR, seed)`` has."""
    draw = np.random.default_rng(seed)
    return [draw.normal(0.0, 0.7, shape) for shape in ((1, 3), (1,))]


def generator(seed: int) -> Code:
    """Return a torch.Generator with this seed, made where the call is made."""
    return Code("generator", f"import torch\ngenerator = torch.Generator().manual_seed({seed})\n")


def rows(rng: np.random.Generator, n: int, d: int = 3) -> tuple[Tensor, Tensor]:
    """Return n rows and a column of answers around a line, float64."""
    X = rng.normal(size=(n, d))
    y = X @ rng.normal(size=(d, 1)) + rng.normal(size=(n, 1)) + 1.5
    return Tensor(X), Tensor(y)
