"""The training of 12_lab_regression's classifier: the loss from logits, and the accuracy from the same logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_cases import ASLEEP, HIDDEN, LINEAR, NORMED, SAME_MODEL, line, model
from labkit.grading.compare import difference, same
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Tensor

NOTEBOOK = "12_lab_regression"


def labelled(rng: np.random.Generator, n: int) -> tuple[Tensor, Tensor]:
    """Return n rows and a column of labels, both classes among them, not too easy to tell apart."""
    X = rng.normal(size=(n, 3))
    side = X @ rng.normal(size=(3, 1)) + rng.normal(size=(n, 1))
    y = np.zeros((n, 1))
    y[np.argsort(side[:, 0])[-max(1, (2 * n) // 5) :]] = 1.0  # not half of the rows: a mean shows which class it is of
    return Tensor(X), Tensor(y)


def classifier_training_cases(rng: np.random.Generator) -> list[Case]:
    seed = int(rng.integers(10**6))
    X, y = labelled(rng, 23)
    other = labelled(rng, 31)
    far = Tensor(other[0].array * 400.0)
    many, count, zero = (
        labelled(rng, 45),
        "number of epochs",
        "model[0].weight.data.zero_(), model[0].bias.data.zero_()\n",
    )
    known = rng.normal(size=(9, 3))
    w, b = line(seed + 7)
    told = Tensor(((known - known.mean(axis=0)) @ w.T > 0).astype(float))
    known = known - known.mean(axis=0) - w * b / np.sum(w**2)  # the model's own border lies in the middle of these rows
    return [
        Case("a linear model", (model(LINEAR, seed), X, y), {"epochs": 5, "lr": 0.2}),
        Case("the same model, trained on", (SAME_MODEL, X, y), {"epochs": 4, "lr": 0.2}),
        Case("a model with hidden layers", (model(HIDDEN, seed + 1), *other), {"epochs": 5}),
        Case("forty-five rows", (model(LINEAR, seed + 3), *many), {"epochs": 3, "lr": 0.2}),
        Case(
            "logits beyond ±1000", (model(LINEAR, seed + 2), far, other[1]), {"epochs": 2, "lr": 0.1}, aspect="extremes"
        ),
        Case(
            "a model with batch norm, left in eval mode",
            (model(NORMED, seed + 4, ASLEEP), X, y),
            {"epochs": 3},
            aspect="training mode",
        ),
        Case("a single epoch", (model(LINEAR, seed + 5), *other), {"epochs": 1}, aspect=count),
        Case("no epoch at all", (model(LINEAR, seed + 6), X, y), {"epochs": 0}, aspect=count),
        Case(
            "rows that are all right already",
            (model(LINEAR, seed + 7), Tensor(known), told),
            {"epochs": 3, "lr": 0.001},
            aspect=count,
        ),
        Case("logits of 0", (model(LINEAR, seed + 8, zero), X, y), {"epochs": 1}, aspect="a logit of 0"),
    ]


ADVICE = {
    "losses": "It is the mean binary cross-entropy from logits, before the step of its epoch; the step is Adam's, from fresh gradients.",
    "accuracies": "It is the share of rows in which logit > 0 agrees with y == 1, from the same logits as the loss. Compare shapes: both are (n, 1).",
}


IN_TWO_STEPS = (
    "The logarithm of a sigmoid is taken in two steps: for a logit of 1000 the sigmoid is exactly 1, and log(1 − 1) is −inf (or whatever a small "
    "number added there makes of it). The loss from logits does both at once and keeps every digit."
)
PART = "With few rows it is right, with forty-five it is not: does each step see all of them? Here an epoch is one step on all rows."
ROUNDED = "The losses are rounded. Round where you print; a curve needs all digits."


def record_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the two lists by name; tensors in a list are told why floats are asked for."""
    if isinstance(got, tuple | list) and len(got) == 2:
        for name, part in zip(("losses", "accuracies"), got, strict=True):
            if isinstance(part, list | tuple) and part and isinstance(part[0], Tensor):
                return Finding(
                    "type",
                    f"returned a list of tensors as {name}; expected plain floats.",
                    "A tensor may keep its whole graph in memory: .item() takes the number out.",
                    "tensors recorded",
                )
    finding = difference(expected, got, names=("losses", "accuracies"))
    if finding is None:
        return None
    if case.aspect == "extremes" and finding.stage in ("values", "finite") and " losses" in finding.sentence:
        return Finding(finding.stage, finding.sentence, IN_TWO_STEPS, "log of a sigmoid")
    if finding.stage == "type" and (" as losses" in finding.sentence or " as accuracies" in finding.sentence):
        return Finding(
            finding.stage, finding.sentence, "Both are lists, with a number for each epoch: append inside the loop."
        )
    if finding.stage != "values":
        return finding
    if len(case.args[1].array) == 45:  # all cases with fewer rows were right
        return Finding(finding.stage, finding.sentence, PART, "minibatches")
    if any(same(got[0], [round(e, k) for e in expected[0]]) for k in range(5)):
        return Finding(finding.stage, finding.sentence, ROUNDED, "rounded")
    part = "accuracies" if " accuracies" in finding.sentence else "losses"
    return Finding(finding.stage, finding.sentence, ADVICE[part])


LOSS = "nn.functional.binary_cross_entropy_with_logits(logits, y)"
MAKES = "    optimizer = torch.optim.Adam(model.parameters(), lr=lr)\n"
CLEARS = "        optimizer.zero_grad()\n"
SHARE = "((logits > 0) == (y == 1)).float().mean().item()"
TRAIN_CLASSIFIER = Exercise(
    id="train_classifier",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_classifier_torch:train_classifier",
    title="Train a classifier",
    probe="loop",
    points=2,
    cases=classifier_training_cases,
    judge=record_judge,
    mistakes=(
        Mistake(
            "sigmoid before the loss",
            Edit("with_logits(logits, y)", "with_logits(logits.sigmoid(), y)"),
            "The sigmoid acts twice: BCE with logits contains it. A row of class 0 can then never cost less than ln 2 = 0.693, and the gradient "
            "is small: pass the logits as they are.",
        ),
        Mistake(
            "sigmoid, then the bare loss",
            Edit(LOSS, "nn.functional.binary_cross_entropy(logits.sigmoid(), y)"),
            "A sigmoid and then BCE is the same in theory. In floating point sigmoid(40) is already 1, and log(1 − 1) is cut off: the loss from logits "
            "keeps every digit.",
        ),
        Mistake(
            "squared error",
            Edit(LOSS, "nn.functional.mse_loss(logits, y)"),
            "The loss is the squared error between logits and labels. It punishes a row that is right by far: take binary cross-entropy from logits.",
        ),
        Mistake(
            "squared error of probabilities",
            Edit(LOSS, "nn.functional.mse_loss(logits.sigmoid(), y)"),
            "The loss is the squared error of the probabilities. Where the network is wrong and sure its gradient vanishes: take binary "
            "cross-entropy from logits.",
        ),
        Mistake(
            "softmax before the loss",
            Edit("with_logits(logits, y)", "with_logits(logits.softmax(dim=-1), y)"),
            "A softmax over one number is 1, whatever the number, so the loss never changes. BCE with logits takes the logits as they are.",
        ),
        Mistake(
            "sum over the rows",
            Edit("(logits, y)", '(logits, y, reduction="sum")'),
            "This is the sum over the rows; the mean is asked for, which is what PyTorch gives by default.",
        ),
        Mistake(
            "logit compared with one half",
            Edit("(logits > 0)", "(logits > 0.5)"),
            "The logit is compared with 0.5. That is the bound for the probability; the logit's is 0, as sigmoid(0) = 0.5.",
        ),
        Mistake(
            "probability compared with 0",
            Edit("(logits > 0)", "(logits.sigmoid() > 0)"),
            "The probability is compared with 0, so every row counts as class 1. Compare the logit with 0, or the probability with 0.5.",
        ),
        Mistake(
            "rounded logits",
            Edit("((logits > 0) == (y == 1))", "(logits.round() == y)"),
            "Logits are rounded and compared with the labels. A logit of 3 speaks for class 1 and is no 1: ask whether it is above 0.",
        ),
        Mistake(
            "accuracy over n by n pairs",
            Edit("(logits > 0) ==", "(logits.squeeze(-1) > 0) =="),
            "(n,) is compared with (n, 1), so every prediction meets every label, n × n pairs. Keep both as columns.",
        ),
        Mistake(
            "number of right rows",
            Edit(".float().mean()", ".float().sum()"),
            "This is the number of rows that are right; the share is asked for: the mean.",
        ),
        Mistake(
            "percent",
            Edit(SHARE, "100 * " + SHARE),
            "The accuracy is in percent; a share between 0 and 1 is asked for.",
        ),
        Mistake(
            "error rate",
            Edit("== (y == 1)", "!= (y == 1)"),
            "This is the share of wrong rows. The accuracy is the share of right ones.",
        ),
        Mistake(
            "share of class 1",
            Edit("((logits > 0) == (y == 1))", "(logits > 0)"),
            "This is the share of rows that are predicted to be of class 1. Compare with the labels before you take the mean.",
        ),
        Mistake(
            "accuracy after the step",
            Edit("((logits > 0)", "((model(X) > 0)"),
            "The accuracy is measured after the step, the loss before it. Both come from the same logits.",
        ),
        Mistake(
            "zero_grad missing",
            Edit(CLEARS, ""),
            "backward adds to the gradients that are there already. Without zero_grad each step carries all steps before it along.",
        ),
        Mistake(
            "nothing moves: no step, or the optimizer of others",
            Edit("        optimizer.step()\n", ""),
            "The loss never changes. Either step() is not called after backward, or the gradients are cleared in between, or the optimizer was made "
            "for other parameters than those that are trained: it moves only what it was given when it was made. Make it from "
            "model.parameters(), once the model is complete.",
        ),
        Mistake(
            "optimizer made anew each epoch",
            Edit(MAKES, "", (("        logits = model(X)\n", "    " + MAKES + "        logits = model(X)\n"),)),
            "An optimizer is made in each epoch, so Adam's running means are lost each time. Make it once, before the loop.",
        ),
        Mistake(
            "plain descent",
            Edit("torch.optim.Adam(", "torch.optim.SGD("),
            "The optimizer is SGD; Adam is asked for.",
        ),
        Mistake(
            "learning rate ignored",
            Edit("lr=lr", "lr=0.01"),
            "The learning rate is 0.01 whatever lr says: pass lr=lr on to Adam.",
        ),
        Mistake(
            "training mode forgotten",
            Edit("    model.train()\n", ""),
            "The model stays in eval mode if it was left there, so batch norm and dropout rest while it trains: call model.train() first.",
        ),
        Mistake(
            "tensors recorded",
            Edit("loss.item()", "loss"),
            "The losses are tensors. Each one keeps its whole graph in memory, so a long training fills it up: .item() takes the number out.",
        ),
        Mistake(
            "lists swapped",
            Edit("return losses, accuracies", "return accuracies, losses"),
            "The two lists have changed places: losses first, then accuracies.",
        ),
        Mistake(
            "sigmoid before the loss and the accuracy",
            Edit("logits = model(X)", "logits = model(X).sigmoid()"),
            "What goes into the loss has passed a sigmoid already, and BCE with logits contains another one: twice, it flattens the gradient, and no row of class 0 can cost less than ln 2. And a probability is always above 0, so every row counts as class 1. Take model(X) as it is.",
        ),
        Mistake(
            "labels and logits swapped",
            Edit("(logits, y)", "(y, logits)"),
            "The arguments of the loss are in the wrong order: the logits come first, then the labels.",
        ),
        Mistake(
            "cross-entropy over one column",
            Edit(LOSS, "nn.functional.cross_entropy(logits, y)"),
            "cross_entropy is for several columns of logits: over a single one its softmax is always 1, so the loss is 0 and nothing is learned. For one logit a row it is binary cross-entropy with logits.",
        ),
        Mistake(
            "log of a sigmoid",
            Edit(
                LOSS, "-(y * torch.log(torch.sigmoid(logits)) + (1 - y) * torch.log(1 - torch.sigmoid(logits))).mean()"
            ),
            IN_TWO_STEPS,
        ),
        Mistake(
            "only class 1 counts",
            Edit(LOSS, "-(y * nn.functional.logsigmoid(logits)).mean()"),
            "Rows of class 0 cost nothing: the part with (1 - y) is missing, and the best answer would be class 1 everywhere.",
        ),
        Mistake(
            "loss after the step",
            Edit("loss.item()", "nn.functional.binary_cross_entropy_with_logits(model(X), y).item()"),
            "The loss is measured after the step. The one that the step starts from is asked for: you have it, backward started there.",
        ),
        Mistake(
            "both after the step",
            Edit(
                "        losses.append",
                "        logits = model(X)\n        loss = nn.functional.binary_cross_entropy_with_logits(logits, y)\n        losses.append",
            ),
            "Loss and accuracy are measured after the step, in a second forward pass. Those that the step starts from are asked for: you have them already.",
        ),
        Mistake(
            "AdamW for Adam",
            Edit("torch.optim.Adam(", "torch.optim.AdamW("),
            "AdamW also pulls every weight towards 0 (weight decay). torch.optim.Adam is asked for.",
        ),
        Mistake(
            "learning rate not passed on",
            Edit(", lr=lr)", ")"),
            "Adam is not told lr, and takes a default of its own: lr=lr.",
        ),
        Mistake(
            "100 epochs always",
            Edit("range(epochs)", "range(100)"),
            "There are 100 epochs whatever is asked. That is only the default: range(epochs).",
        ),
        Mistake(
            "an epoch too many",
            Edit("range(epochs)", "range(epochs + 1)"),
            "There is one epoch more than asked: range(epochs) runs that many times.",
        ),
        Mistake(
            "an epoch too few",
            Edit("range(epochs)", "range(1, epochs)"),
            "There is one epoch less than asked: range(epochs) runs from 0 to epochs - 1, which is epochs times.",
        ),
        Mistake(
            "return inside the loop",
            Edit("    return losses, accuracies", "        return losses, accuracies\n    return losses, accuracies"),
            "The function ends after the first epoch: the `return` is indented into the loop. It stands below the loop.",
        ),
        Mistake(
            "a copy is trained",
            Edit("    model.train()\n", "    model = __import__('copy').deepcopy(model)\n    model.train()\n"),
            "A copy of the model is trained, and the caller's stays as it was: train the model itself.",
        ),
        Mistake(
            "a logit of 0 taken for class 1",
            Edit("(logits > 0)", "(logits >= 0)"),
            "A logit of 0, a probability of just ½, counts as class 1. Class 1 is where it is above: >, not >=.",
        ),
        Mistake(
            "logits compared with labels",
            Edit("((logits > 0) == (y == 1))", "(logits == y)"),
            "Logits are compared with labels, and no logit is ever exactly 0 or 1. First make a class of it: is it above 0?",
        ),
        Mistake(
            "argmax of one column",
            Edit("((logits > 0) == (y == 1))", "(logits.argmax(dim=1, keepdim=True) == y)"),
            "argmax over a single column is always 0, so this is the share of class 0. With one logit its sign decides.",
        ),
        Mistake(
            "precision",
            Edit(SHARE, "(((logits > 0) & (y == 1)).sum() / (logits > 0).sum().clamp(min=1)).item()"),
            "This is the precision: of the rows called class 1, the share that are. The accuracy counts right rows of both classes, among all.",
        ),
        Mistake(
            "recall",
            Edit(SHARE, "(((logits > 0) & (y == 1)).sum() / (y == 1).sum().clamp(min=1)).item()"),
            "This is the recall: of the rows of class 1, the share that are found. The accuracy counts right rows of both classes, among all.",
        ),
        Mistake(
            "stops by itself",
            Edit(
                "    return losses",
                "    return losses",
                (
                    (
                        "        accuracies.append(" + SHARE + ")\n",
                        "        accuracies.append("
                        + SHARE
                        + ")\n        if accuracies[-1] == 1:\n            break\n",
                    ),
                ),
            ),
            "The loop ends by itself when every row is right. There is a loss for each of the epochs: the loss goes on falling after the accuracy has reached 1.",
        ),
        Mistake(
            "pairs",
            Edit("return losses, accuracies", "return list(zip(losses, accuracies))"),
            "There is a pair for each epoch. Two lists are asked for: return losses, accuracies.",
        ),
    ),
    hints=(
        "It is the loop of a regression with another loss, and one more thing written down each epoch, from the same logits.",
        "nn.functional.binary_cross_entropy_with_logits(logits, y), with nothing between model and loss; Adam from model.parameters().",
        "((logits > 0) == (y == 1)).float().mean().item() is the share of right rows: a logit above 0 is a probability above ½.",
    ),
)
