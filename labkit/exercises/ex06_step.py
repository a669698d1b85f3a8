"""The exercise of 06_networks in PyTorch: one step of learning, judged by the losses of the batches that follow."""

from __future__ import annotations

import numpy as np

from labkit.exercises.ex06_training import NOTEBOOK, one_number
from labkit.grading.model import Case, Edit, Exercise, Mistake
from labkit.grading.wire import Code, Tensor

# An answer is called once a case, and returns only the loss from before its step. What the step did shows in the loss
# of the next case, so the model and its optimizer live on from one case to the next, on a shelf of this name; the
# first case of each chain makes them anew.
SHELF = (
    "import sys, types\n"
    "shelf = sys.modules.setdefault('torch_train_step cases', types.ModuleType('torch_train_step cases'))\n"
)
FILL = (  # weights from NumPy, so that no random number of the student's is used up
    "import torch\n"
    "from torch import nn\n"
    "with torch.random.fork_rng(devices=[]):\n"
    "    model = nn.Sequential({layers}).double()\n"
    "draw = np.random.default_rng({seed})\n"
    "for p in model.parameters():\n"
    "    p.data = torch.tensor(draw.normal(0.0, 0.7, tuple(p.shape)))\n"
)
LINEAR = "nn.Linear(4, 3)"
HIDDEN = "nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3)"
NORMED = "nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3)"
IMAGE = "nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4, 3)"
MOMENTUM = "torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)"
SGD = "torch.optim.SGD(model.parameters(), lr=0.5)"


def made(layers: str, seed: int, then: str = "") -> Code:
    """Return the case's new model, put on the shelf."""
    return Code("model", SHELF + FILL.format(layers=layers, seed=seed) + then + "shelf.model = model\n")


def optimizer(made_by: str = SGD) -> Code:
    """Return the new optimizer of the model on the shelf, and put it there."""
    return Code("optimizer", SHELF + f"import torch\nmodel = shelf.model\noptimizer = shelf.optimizer = {made_by}\n")


SAME_MODEL = Code("model", SHELF + "model = shelf.model\n")
SAME_OPTIMIZER = Code("optimizer", SHELF + "optimizer = shelf.optimizer\n")
OTHERS, LEFT = "other models and optimizers", "gradients left over"


def step_cases(rng: np.random.Generator) -> list[Case]:
    def batch(n: int) -> tuple[Tensor, Tensor]:
        return Tensor(rng.normal(size=(n, 4))), Tensor(rng.permutation(np.arange(n) % 3))

    pictures = Tensor(rng.normal(size=(5, 1, 4, 3))), Tensor(rng.permutation(np.arange(5) % 3))
    seed = int(rng.integers(10**6))
    again = (SAME_MODEL, SAME_OPTIMIZER)
    stale = made(LINEAR, seed + 1, then="model(torch.ones(2, 4, dtype=torch.float64)).pow(2).sum().backward()\n")
    asleep = made(NORMED, seed + 2, then="model.eval()\n")
    return [
        Case("the first batch", (made(LINEAR, seed), optimizer(), *batch(7))),
        Case("a second batch, after that step", (*again, *batch(6))),
        Case("a third batch, after two steps", (*again, *batch(5))),
        Case("a model with hidden layers", (made(HIDDEN, seed), optimizer(MOMENTUM), *batch(8)), aspect=OTHERS),
        Case("its second batch, with momentum", (*again, *batch(8)), aspect=OTHERS),
        Case("its third batch, with momentum", (*again, *batch(1)), aspect=OTHERS),
        Case("a model of images", (made(IMAGE, seed + 3), optimizer(), *pictures), aspect=OTHERS),
        Case("a model that still holds gradients", (stale, optimizer(), *batch(6)), aspect=LEFT),
        Case("that model's second batch", (*again, *batch(6)), aspect=LEFT),
        Case("a model with batch norm, left in eval mode", (asleep, optimizer(), *batch(9)), aspect="training mode"),
    ]


LOSS = "nn.functional.cross_entropy(model(X), y)"
ZERO = "optimizer.zero_grad()"
INSIDE = "torch.optim.SGD(model.parameters(), lr="
OWN_OPTIMIZER = (
    "The step is not that of the optimizer that is passed: it has its own rule, rate and memory. Make none here, and let "
    "optimizer.step() move the parameters."
)

STEP = Exercise(
    id="torch_train_step",
    notebook=NOTEBOOK,
    reference="labkit.reference.train_step_torch:torch_train_step",
    title="One step in PyTorch",
    probe="loop",
    points=2,
    cases=step_cases,
    judge=one_number,
    mistakes=(
        Mistake(
            "softmax before the loss",
            Edit("model(X), y", "model(X).softmax(dim=1), y"),
            "The softmax acts twice: cross-entropy in PyTorch takes logits and contains it. The loss can then never come near 0 "
            "(for ten classes it stops at 1.4612).",
        ),
        Mistake(
            "zero_grad missing",
            Edit("    optimizer.zero_grad()\n", ""),
            "backward adds to the gradients that are there already. Without zero_grad each step carries all batches before it along.",
        ),
        Mistake(
            "zero_grad too late",
            Edit(
                "    optimizer.zero_grad()\n",
                "",
                (("    optimizer.step()\n", "    optimizer.step()\n    optimizer.zero_grad()\n"),),
            ),
            "The gradients are cleared after the step. That helps the next call, but not this one if somebody left gradients behind: "
            "clear them before backward.",
        ),
        Mistake(
            "nothing moves",
            Edit("    optimizer.step()\n", ""),
            "The parameters stay where they were. In this order: zero_grad, backward (it fills the gradients), step (it moves the "
            "parameters), and nothing in between.",
        ),
        Mistake(
            "loss after the step",
            Edit("return loss.item()", f"return {LOSS}.item()"),
            "This is the loss after the step. The one from before it is asked for: you have it already, since backward started there.",
        ),
        Mistake(
            "two steps",
            Edit("    optimizer.step()\n", "    optimizer.step()\n    optimizer.step()\n"),
            "The optimizer takes more than one step: once a batch, after backward.",
        ),
        Mistake(
            "tensor returned",
            Edit("loss.item()", "loss"),
            "This is a tensor, not a plain number (and the loss itself keeps its whole graph in memory). loss.item() is the number alone.",
        ),
        Mistake(
            "training mode forgotten",
            Edit("    model.train()\n", ""),
            "The model stays in eval mode if it was left there, so that batch norm and dropout rest: call model.train() first.",
        ),
        Mistake(
            "backward twice",
            Edit("    loss.backward()\n", "    loss.backward(retain_graph=True)\n    loss.backward()\n"),
            "backward runs twice and adds the same gradient a second time: the step is twice as long. Once a batch is enough.",
        ),
        Mistake(
            "uphill",
            Edit("loss.backward()", "(-loss).backward()"),
            "The step goes uphill: the gradient is that of minus the loss. backward starts at the loss itself; the optimizer brings the minus.",
        ),
        Mistake(
            "an optimizer made inside", Edit(ZERO, f"import torch; optimizer = {INSIDE}0.1)\n    {ZERO}"), OWN_OPTIMIZER
        ),
        Mistake(
            "an optimizer made inside, lr 0.01",
            Edit(ZERO, f"import torch; optimizer = {INSIDE}0.01)\n    {ZERO}"),
            OWN_OPTIMIZER,
        ),
        Mistake(
            "divided by n once more",
            Edit("model(X), y)", "model(X), y) / len(y)"),
            "The mean loss is divided by n once more: nn.CrossEntropyLoss has taken the mean already.",
        ),
        Mistake(
            "n times the loss returned",
            Edit("loss.item()", "loss.item() * len(y)"),
            "The step is right, but what is returned is the sum over the rows: the mean is asked for, loss.item() as it is.",
        ),
        Mistake(
            "accuracy returned",
            Edit("return loss.item()", "return (model(X).argmax(dim=1) == y).double().mean().item()"),
            "This is the share of right rows. The loss from before the step is asked for.",
        ),
        Mistake(
            "squared error",
            Edit(
                "nn.functional.cross_entropy(model(X), y)",
                "nn.functional.mse_loss(model(X), nn.functional.one_hot(y, 3).to(X.dtype))",
            ),
            "This is a squared error between logits and one-hot labels. The cross-entropy is asked for: nn.CrossEntropyLoss takes logits "
            "and labels as they are.",
        ),
        Mistake(
            "each class as yes or no",
            Edit(
                "nn.functional.cross_entropy(model(X), y)",
                "nn.functional.binary_cross_entropy_with_logits(model(X), nn.functional.one_hot(y, 3).to(X.dtype))",
            ),
            "This loss asks each class by itself for yes or no. The classes exclude each other: nn.CrossEntropyLoss.",
        ),
        Mistake(
            "softmax over the batch",
            Edit("model(X), y", "model(X).log_softmax(dim=0), y"),
            "A softmax over the rows of the batch comes before the loss. Logits go in as they are; the loss has its own softmax over the classes.",
        ),
        Mistake(
            "ReLU on the logits",
            Edit("model(X), y", "model(X).relu(), y"),
            "A ReLU cuts the negative logits off. The model's output goes into the loss as it is.",
        ),
        Mistake(
            "ten steps",
            Edit(
                "    optimizer.zero_grad()\n    loss = nn.functional.cross_entropy(model(X), y)\n    loss.backward()\n    optimizer.step()\n",
                "    for _ in range(10):\n        optimizer.zero_grad()\n        loss = nn.functional.cross_entropy(model(X), y)\n"
                "        loss.backward()\n        optimizer.step()\n",
            ),
            "There is a loop over steps. This function takes one; who calls it decides how often.",
        ),
        Mistake(
            "sum over the batch",
            Edit("model(X), y", 'model(X), y, reduction="sum"'),
            "This is the sum over the rows of the batch. The mean is asked for, which keeps the step independent of the batch's size.",
        ),
        Mistake(
            "logits taken for log-probabilities",
            Edit("cross_entropy", "nll_loss"),
            "nll_loss takes log-probabilities, and gets logits. cross_entropy does both: log-softmax, then that loss.",
        ),
    ),
    hints=(
        "Five calls, one a line: training mode, clear the gradients, the loss, backward, the step.",
        "The loss is nn.functional.cross_entropy(logits, y), with logits = model(X) and nothing in between.",
        "optimizer.zero_grad(), loss.backward(), optimizer.step(), in this order; loss.item() is the plain number.",
    ),
)
