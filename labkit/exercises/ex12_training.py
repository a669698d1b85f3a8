"""The training of 12_lab_regression: a loop that takes any model, loss and optimizer."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_cases import ASLEEP, HIDDEN, LINEAR, NORMED, SAME_MODEL, line, model, rows
from labkit.grading.compare import difference, same
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code, Tensor

NOTEBOOK = "12_lab_regression"
LOSS = Code(  # one that is not the same for errors up and down
    "loss",
    "def loss(prediction, y):\n    d = y - prediction\n    return (0.9 * d).maximum(-0.1 * d).mean()\n",
)
OPTIMIZER = Code(
    "optimizer",
    "import torch\n\ndef optimizer(parameters, lr):\n    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)\n",
)
PLAIN_SGD = Code("optimizer", "import torch\noptimizer = torch.optim.SGD\n")


def training_cases(rng: np.random.Generator) -> list[Case]:
    seed = int(rng.integers(10**6))
    X, y = rows(rng, 9)
    other = rows(rng, 12)
    many = rows(rng, 40)
    known = rng.normal(size=(5, 3))
    w, b = line(seed + 9)
    choices, count = "loss and optimizer", "number of epochs"
    return [
        Case("a linear model", (model(LINEAR, seed), X, y), {"epochs": 6, "lr": 0.1}),
        Case("the same model, trained on", (SAME_MODEL, X, y), {"epochs": 4, "lr": 0.1}),
        Case("a model with hidden layers", (model(HIDDEN, seed + 1), *other), {"epochs": 5}),
        Case("forty rows", (model(LINEAR, seed + 5), *many), {"epochs": 3, "lr": 0.2}),
        Case("another loss", (model(HIDDEN, seed + 2), X, y), {"epochs": 4, "lr": 0.05, "loss": LOSS}, aspect=choices),
        Case(
            "an optimizer with momentum",
            (model(HIDDEN, seed + 3), X, y),
            {"epochs": 5, "lr": 0.02, "optimizer": OPTIMIZER},
            aspect=choices,
        ),
        Case(
            "another loss and plain descent",
            (model(LINEAR, seed + 4), *other),
            {"epochs": 5, "lr": 0.3, "loss": LOSS, "optimizer": PLAIN_SGD},
            aspect=choices,
        ),
        Case(
            "a model with batch norm, left in eval mode",
            (model(NORMED, seed + 6, ASLEEP), X, y),
            {"epochs": 3},
            aspect="training mode",
        ),
        Case("a single epoch", (model(LINEAR, seed + 7), X, y), {"epochs": 1}, aspect=count),
        Case("no epoch at all", (model(LINEAR, seed + 8), X, y), {"epochs": 0}, aspect=count),
        Case(
            "rows that the model knows already",
            (model(LINEAR, seed + 9), Tensor(known), Tensor(known @ w.T + b + 0.01)),
            {"epochs": 4, "lr": 0.001},
            aspect=count,
        ),
    ]


WHERE = {
    "values": "Compare with the statement: one step an epoch on all rows, from fresh gradients; what is recorded is the loss before the step.",
    "loss and optimizer": "The loss is loss(model(X), y), in this order; the optimizer is optimizer(model.parameters(), lr=lr), made once.",
    "training mode": "Batch norm works by the batch only in training mode: model.train() comes first.",
}


ALONE = "The model needs no returning: it has been trained where it is, and the caller has it. Return the losses."
PART = "With few rows it is right, with forty it is not: does each step see all of them? Here an epoch is one step on all rows."
ROUNDED = "The losses are rounded. Round where you print; a curve and a rule for stopping need all digits."


def losses_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the losses epoch by epoch; tensors among them, and a single number, are told what is asked."""
    if isinstance(got, list | tuple) and got and isinstance(got[0], Tensor):
        return Finding(
            "type",
            "returned a list of tensors; expected plain floats.",
            "Each tensor keeps its whole graph in memory: .item() takes the number out.",
        )
    finding = difference(expected, got)
    if finding is None or got is None:
        return finding
    advice = finding.advice
    if isinstance(got, tuple) and any(isinstance(part, list) for part in got):
        return Finding("type", f"returned a tuple of {len(got)}; expected the list of losses alone.", ALONE)
    if finding.stage == "values" and len(case.args[1].array) == 40:  # all cases with few rows were right
        return Finding(finding.stage, finding.sentence, PART, "minibatches")
    if finding.stage == "values" and any(same(got, [round(e, k) for e in expected]) for k in range(5)):
        return Finding(finding.stage, finding.sentence, ROUNDED, "rounded")
    if finding.stage == "type":
        advice = "A list is asked for, with the loss of every epoch as a float: append value.item() once an epoch."
    elif finding.stage == "shape":
        advice = "There is one loss for each epoch, the first before any step: range(epochs) gives just as many."
    elif finding.stage == "values":
        advice = WHERE.get(case.aspect, advice)
    return Finding(finding.stage, finding.sentence, advice)


MAKES = "    stepper = optimizer(model.parameters(), lr=lr)\n"
VALUE = "        value = loss(model(X), y)\n"
CLEARS, BACK, MOVES = "        stepper.zero_grad()\n", "        value.backward()\n", "        stepper.step()\n"
RECORDS = "        losses.append(value.item())\n"
TRAIN = Exercise(
    id="train_regression",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_training_torch:train_regression",
    title="Train a regression",
    probe="loop",
    points=2,
    cases=training_cases,
    judge=losses_judge,
    mistakes=(
        Mistake(
            "(n,) against (n, 1)",
            Edit("model(X), y", "model(X).squeeze(-1), y"),
            "The predictions are (n,) and y is (n, 1). Their difference is n × n: every prediction against every answer, so the network "
            "learns the mean of y. Leave both as columns.",
        ),
        Mistake(
            "nothing moves: no step, or the optimizer of others",
            Edit(
                "optimizer(model.parameters(), lr=lr)",
                "optimizer(__import__('copy').deepcopy(model).parameters(), lr=lr)",
            ),
            "The loss never changes. Either step() is not called after backward, or the gradients are cleared in between, or the optimizer was made "
            "for other parameters than those that are trained: it moves only what it was given when it was made. Make it from "
            "model.parameters(), once the model is complete.",
        ),
        Mistake(
            "zero_grad missing",
            Edit(CLEARS, ""),
            "backward adds to the gradients that are there already, so each step carries all steps before it along. Clear them in the loop, once in each "
            "epoch.",
        ),
        Mistake(
            "zero_grad before the loop only",
            Edit(MAKES, MAKES + "    stepper.zero_grad()\n", ((CLEARS, ""),)),
            "The gradients are cleared once, before the loop. backward adds to them at each epoch: clear them in the loop.",
        ),
        Mistake(
            "loss after the step",
            Edit(RECORDS, "        losses.append(loss(model(X), y).item())\n"),
            "This is the loss after each step. The one that the step starts from is asked for: you have it, backward started there.",
        ),
        Mistake(
            "tensors recorded",
            Edit("value.item()", "value"),
            "The list holds tensors. Each one keeps its whole graph in memory, so a long training fills it up: .item() takes the number out.",
        ),
        Mistake(
            "training mode forgotten",
            Edit("    model.train()\n", ""),
            "The model stays in eval mode if it was left there, so batch norm and dropout rest while it trains: call model.train() first.",
        ),
        Mistake(
            "always the squared error",
            Edit("value = loss(model(X), y)", "value = nn.functional.mse_loss(model(X), y)"),
            "The loss is the squared error whatever is passed as loss: call loss(model(X), y).",
        ),
        Mistake(
            "always Adam",
            Edit("optimizer(model.parameters(), lr=lr)", "torch.optim.Adam(model.parameters(), lr=lr)"),
            "Adam is used whatever is passed as optimizer: call optimizer(model.parameters(), lr=lr).",
        ),
        Mistake(
            "learning rate ignored",
            Edit("lr=lr", "lr=0.01"),
            "The learning rate is 0.01 whatever lr says: pass lr=lr on to the optimizer.",
        ),
        Mistake(
            "optimizer made anew each epoch",
            Edit(MAKES, "", ((VALUE, "    " + MAKES + VALUE),)),
            "An optimizer is made in each epoch, so what it has gathered (Adam's means, momentum) is lost each time. Make it once, before "
            "the loop.",
        ),
        Mistake(
            "a copy is trained",
            Edit("    model.train()\n", "    model = __import__('copy').deepcopy(model)\n    model.train()\n"),
            "A copy of the model is trained, and the caller's stays as it was: train the model itself.",
        ),
        Mistake(
            "prediction and answer swapped",
            Edit("loss(model(X), y)", "loss(y, model(X))"),
            "The arguments of loss are in the wrong order: the prediction comes first, then y. The squared error does not mind, other losses do.",
        ),
        Mistake(
            "only the last loss",
            Edit("return losses", "return losses[-1] if losses else None"),
            "Only the last loss comes back. The list of all of them is asked for.",
        ),
        Mistake(
            "an epoch too many",
            Edit("range(epochs)", "range(epochs + 1)"),
            "There is one epoch more than asked: range(epochs) runs that many times.",
        ),
        Mistake(
            "sum over the rows",
            Edit("value = loss(model(X), y)", "value = loss(model(X), y) * len(X)"),
            "This is the sum over the rows; loss gives their mean, which is what is recorded and minimized.",
        ),
        Mistake(
            "always plain descent",
            Edit("optimizer(model.parameters(), lr=lr)", "torch.optim.SGD(model.parameters(), lr=lr)"),
            "Plain SGD is used whatever is passed as optimizer: call optimizer(model.parameters(), lr=lr).",
        ),
        Mistake(
            "learning rate not passed on",
            Edit("(), lr=lr)", "())"),
            "The optimizer is not told lr, so it takes a default of its own: optimizer(model.parameters(), lr=lr).",
        ),
        Mistake(
            "100 epochs always",
            Edit("range(epochs)", "range(100)"),
            "There are 100 epochs whatever is asked. That is only the default: range(epochs).",
        ),
        Mistake(
            "an epoch too few",
            Edit("range(epochs)", "range(1, epochs)"),
            "There is one epoch less than asked: range(epochs) runs from 0 to epochs - 1, which is epochs times.",
        ),
        Mistake(
            "return inside the loop",
            Edit("    return losses", "        return losses\n    return losses"),
            "The function ends after the first epoch: the `return` is indented into the loop. It stands below the loop.",
        ),
        Mistake(
            "recorded after the loop",
            Edit("        losses.append(value.item())", "    if epochs:\n        losses.append(value.item())"),
            "Only the last epoch's loss is in the list: the line that records is not indented into the loop.",
        ),
        Mistake(
            "loss of the first weights",
            Edit(
                "    losses = []\n",
                "    losses = []\n    value = loss(model(X), y)\n",
                ((VALUE, ""), ("backward()", "backward(retain_graph=True)")),
            ),
            "The loss is computed once, before the loop, and never anew: each epoch begins with model(X), with the weights as they are by then.",
        ),
        Mistake(
            "minibatches",
            Edit("loss(model(X), y)", "loss(model(X[:32]), y[:32])"),
            "A step sees only a part of the rows. Here an epoch is one step on all rows: loss(model(X), y).",
        ),
        Mistake(
            "one row at a time",
            Edit(
                VALUE + CLEARS + BACK + MOVES,
                "        for i in range(len(X)):\n"
                + "".join(
                    "    " + line
                    for line in (VALUE.replace("(X), y", "(X[i : i + 1]), y[i : i + 1]"), CLEARS, BACK, MOVES)
                ),
            ),
            "There is a step for each row, and the loss of the last row is recorded. Here an epoch is one step on all rows at once.",
        ),
        Mistake(
            "loss over the number of rows",
            Edit("value.item()", "value.item() / len(X)"),
            "The loss is divided by the number of rows. loss takes the mean over the rows already: record it as it is.",
        ),
        Mistake(
            "root of the loss",
            Edit("value.item()", "value.item() ** 0.5"),
            "The list holds the roots of the losses. Record the loss itself.",
        ),
        Mistake(
            "running mean of the losses",
            Edit(
                RECORDS, "        losses.append((sum(losses[-1:]) * len(losses) + value.item()) / (len(losses) + 1))\n"
            ),
            "These are means over the epochs so far. Each epoch records its own loss: the model changes, and an old loss says nothing of it.",
        ),
        Mistake(
            "stops by itself",
            Edit(RECORDS, RECORDS + "        if losses[-1] < 0.01:\n            break\n"),
            "The loop ends by itself when the loss is small. There is one loss for each of the epochs: when to stop is task 7's question.",
        ),
        Mistake(
            "first weights drawn anew",
            Edit(
                "    model.train()\n",
                "    model.train()\n    for layer in model.modules():\n        if hasattr(layer, 'reset_parameters'):\n            layer.reset_parameters()\n",
            ),
            "The weights are drawn anew before training. The model comes with weights, maybe trained ones: go on from there.",
        ),
    ),
    hints=(
        "Before the loop: model.train(), the optimizer, an empty list. In the loop, once an epoch: loss, zero_grad, backward, step, record.",
        "The optimizer is made by calling what is passed: stepper = optimizer(model.parameters(), lr=lr). The loss too: loss(model(X), y).",
        "value = loss(model(X), y); stepper.zero_grad(); value.backward(); stepper.step(); losses.append(value.item()).",
    ),
)
