"""The scores of 12_lab_regression: how good a prediction is, and how good it could be."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_cases import FILL, LINEAR, NORMED, SHELF, rows
from labkit.grading.compare import difference, same
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code, Tensor

NOTEBOOK = "12_lab_regression"

DROPPING = "nn.Linear(3, 8), nn.Tanh(), nn.Dropout(0.5), nn.Linear(8, 1)"
# What cannot be seen in a result is made to show in one: a network that predicts 1 too much while a graph is recorded,
# and one that predicts 1 too much when the model of the case before was not left as it came, in its mode and able to learn.
RECORDING = (
    "class Noticing(nn.Module):\n"
    "    def __init__(self, inner):\n"
    "        super().__init__()\n"
    "        self.inner = inner\n"
    "    def forward(self, X):\n"
    "        return self.inner(X) + float(torch.is_grad_enabled())\n"
    "model = Noticing(model)\n"
)
REMEMBERING = (
    "class Remembering(nn.Module):\n"
    "    def __init__(self, inner, off):\n"
    "        super().__init__()\n"
    "        self.inner, self.off = inner, float(off)\n"
    "    def forward(self, X):\n"
    "        return self.inner(X) + self.off\n"
    "frozen = not all(p.requires_grad for p in shelf.model.parameters())\n"
    "model = Remembering(model, shelf.model.training != shelf.was_training or frozen)\n"
)
KEEP = "shelf.was_training = model.training\nshelf.model = model\n"


def scored(layers: str, seed: int, then: str = "") -> Code:
    """Return a model with given weights, whose batch norm has seen some rows and whose mode is kept on the shelf."""
    met = "with torch.no_grad(): model(torch.tensor(draw.normal(1.0, 2.0, (20, 3))))\n" if "Norm" in layers else ""
    return Code("model", SHELF + FILL.format(layers=layers, seed=seed) + met + then + KEEP)


def scores_cases(rng: np.random.Generator) -> list[Case]:
    seed = int(rng.integers(10**6))

    def case(label: str, layers: str, n: int, k: int, aspect: str = "values", then: str = "model.eval()\n") -> Case:
        return Case(label, (scored(layers, seed + k, then), *rows(rng, n)), aspect=aspect)

    X, _ = rows(rng, 8)
    far = Tensor(X.array[:, :1] * 0.1 + 30.0)
    mode, kept = "eval mode", "the mode afterwards"
    return [
        case("nine rows", LINEAR, 9, 0),
        case("six others", LINEAR, 6, 1),
        Case("predictions worse than the mean", (scored(LINEAR, seed + 2, "model.eval()\n"), X, far)),
        case("a model with batch norm, in training mode", NORMED, 7, 3, mode, "model.train()\n"),
        case("a model with dropout, in training mode", DROPPING, 8, 4, mode, "model.train()\n"),
        case("a model that notices a graph", LINEAR, 7, 5, "no graph", RECORDING + "model.eval()\n"),
        case("a model in training mode", LINEAR, 7, 6, kept, "model.train()\n"),
        case(
            "a model that minds the mode in which the one before was left",
            LINEAR,
            7,
            7,
            kept,
            REMEMBERING + "model.eval()\n",
        ),
        case("another that minds it, after a model in eval mode", LINEAR, 7, 8, kept, REMEMBERING + "model.eval()\n"),
    ]


WHERE = {
    "mse": "It is the mean of the squared errors over all rows: (y - model(X))**2, then one mean.",
    "r2": "It is 1 − (sum of squared errors) / (sum of squares of y around its own mean): two sums, or two means, and y.var() divides by n − 1.",
    "eval mode": "Dropout and batch norm must rest while a model is measured: model.eval() before it predicts.",
    "no graph": "A graph is recorded while the model predicts: put the prediction under `with torch.no_grad():`.",
    "the mode afterwards": "Remember model.training before you call model.eval(), and put that mode back at the end: model.train(was_training).",
}


ROUNDED = "The scores are rounded. Round where you print, and return all digits."


def scores_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the two scores; each aspect but the first says what it is about."""
    finding = difference(expected, got, names=("mse", "r2"))
    if finding is None or finding.stage != "values":
        return finding
    if any(same(got, tuple(round(e, k) for e in expected)) for k in range(5)):
        return Finding(finding.stage, finding.sentence, ROUNDED, "rounded")
    part = "mse" if " as mse" in finding.sentence else "r2"
    return Finding(finding.stage, finding.sentence, WHERE.get(case.aspect, WHERE[part]))


R2_LINE = "(1 - (residual**2).sum() / ((y - y.mean()) ** 2).sum())"
PREDICTS = "residual = y - model(X)"
SCORES = Exercise(
    id="regression_scores",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_scores_torch:regression_scores",
    title="MSE and R²",
    probe="call",
    points=2,
    cases=scores_cases,
    judge=scores_judge,
    mistakes=(
        Mistake(
            "scored in training mode",
            Edit("    model.eval()\n", ""),
            "The model is measured in the mode it happens to be in. In training mode dropout drops units and batch norm uses this very batch: "
            "call model.eval() first.",
        ),
        Mistake(
            "left in eval mode",
            Edit("    model.train(was_training)\n", ""),
            "The model stays in eval mode afterwards. A training that measures between epochs would go on with dropout and batch norm asleep: "
            "put the mode of before back.",
        ),
        Mistake(
            "always put into training mode",
            Edit("model.train(was_training)", "model.train()"),
            "Afterwards the model is in training mode, whatever it was before. Remember model.training at the start, and put that back.",
        ),
        Mistake(
            "graph recorded",
            Edit("with torch.no_grad():", "if True:"),
            "PyTorch records a graph while you predict, which costs time and memory and serves nobody: predict under `with torch.no_grad():`.",
        ),
        Mistake(
            "(n,) against (n, 1)",
            Edit(PREDICTS, "residual = y - model(X).squeeze(-1)"),
            "y is (n, 1) and the predictions are (n,): the difference is n × n, every row against every other. Leave both as columns.",
        ),
        Mistake(
            "(n, 1) against (n,)",
            Edit(PREDICTS, "residual = y.squeeze(-1) - model(X)", ((R2_LINE, R2_LINE.replace(".sum()", ".mean()")),)),
            "y is (n,) and the predictions are (n, 1): the difference is n × n, every row against every other. Leave both as columns.",
        ),
        Mistake(
            "prediction and answer swapped in R²",
            Edit("(y - y.mean())", "(model(X) - model(X).mean())"),
            "The sum below the line is that of the predictions around their mean. It is y's: how far the answers lie from their own mean.",
        ),
        Mistake(
            "mean of the predictions",
            Edit("y.mean()", "model(X).mean()"),
            "The answers are compared with the mean of the predictions. The rival in R² is the mean of y itself.",
        ),
        Mistake(
            "R² without a mean",
            Edit("(y - y.mean())", "y"),
            "The sum below the line is that of y², as if the rival predicted 0. The rival in R² predicts the mean of y.",
        ),
        Mistake(
            "explained part only",
            Edit(R2_LINE, "(((model(X) - y.mean()) ** 2).sum() / ((y - y.mean()) ** 2).sum())"),
            "This is the spread of the predictions over that of y. It equals R² for least squares alone; a bad model gets a high score from it. "
            "Use 1 − (squared errors) / (spread of y).",
        ),
        Mistake(
            "MSE against a sum",
            Edit("(residual**2).sum() /", "(residual**2).mean() /"),
            "In R² a mean is divided by a sum. Take sums on both sides, or means on both.",
        ),
        Mistake(
            "variance of n - 1",
            Edit(
                "((y - y.mean()) ** 2).sum()",
                "y.var()",
                (("(residual**2).sum() /", "(residual**2).mean() /"),),
            ),
            "The mean squared error divides by n, and torch.var by n − 1. Take the same for both: y.var(correction=0), or two sums.",
        ),
        Mistake(
            "R² is not 1 minus",
            Edit(R2_LINE, "((residual**2).sum() / ((y - y.mean()) ** 2).sum())"),
            "This is the share that is *not* explained: R² is 1 minus it.",
        ),
        Mistake(
            "R² cut at 0",
            Edit("    return mse, r2", "    return mse, max(0.0, r2)"),
            "R² is cut off at 0. It may be negative: such a model is worse than the mean, and that is worth knowing.",
        ),
        Mistake(
            "sum of squares for mse",
            Edit("(residual**2).mean().item()", "(residual**2).sum().item()"),
            "mse is the sum of the squared errors. The mean is asked for: divide by the number of rows.",
        ),
        Mistake(
            "root of the mse",
            Edit("(residual**2).mean().item()", "(residual**2).mean().sqrt().item()"),
            "This is the root of the mean squared error. mse is the mean itself, in squared units.",
        ),
        Mistake(
            "absolute errors",
            Edit("(residual**2).mean().item()", "residual.abs().mean().item()"),
            "mse holds the mean absolute error. Square the errors before you take the mean.",
        ),
        Mistake(
            "scores swapped",
            Edit("return mse, r2", "return r2, mse"),
            "The two scores have changed places: mse first, then r2.",
        ),
        Mistake(
            "sign of R²",
            Edit(R2_LINE, "((residual**2).sum() / ((y - y.mean()) ** 2).sum() - 1)"),
            "R² has the opposite sign: it is 1 minus the share, not the share minus 1.",
        ),
        Mistake(
            "R² upside down",
            Edit(R2_LINE, "(1 - ((y - y.mean()) ** 2).sum() / (residual**2).sum())"),
            "The fraction is upside down: above the line stand the squared errors of the model, below it the spread of y.",
        ),
        Mistake(
            "correlation squared",
            Edit(R2_LINE, "(torch.corrcoef(torch.cat([y.T, (y - residual).T]))[0, 1] ** 2)"),
            "This is the squared correlation. It forgives predictions that are all too high, or ten times too large; R² counts the errors themselves.",
        ),
        Mistake(
            "correlation",
            Edit(R2_LINE, "torch.corrcoef(torch.cat([y.T, (y - residual).T]))[0, 1]"),
            "This is the correlation. It forgives predictions that are all too high, or ten times too large; R² counts the errors themselves.",
        ),
        Mistake(
            "absolute errors in R²",
            Edit(R2_LINE, "(1 - residual.abs().sum() / (y - y.mean()).abs().sum())"),
            "R² is made of absolute differences here. Square them, above the line and below it.",
        ),
        Mistake(
            "spread of the residuals",
            Edit(R2_LINE, "(1 - ((residual - residual.mean()) ** 2).sum() / ((y - y.mean()) ** 2).sum())"),
            "The residuals are centred before they are squared, which forgives a model that is always too high. Only y has its mean taken away.",
        ),
        Mistake(
            "mean of each row",
            Edit("y.mean()", "y.mean(dim=1, keepdim=True)"),
            "The mean of y is taken along each row, which holds one number, so nothing is left below the line. It is the mean over all rows.",
        ),
        Mistake(
            "errors not squared",
            Edit("(residual**2).mean().item()", "residual.mean().item()"),
            "mse is the mean of the errors themselves: errors up and down cancel. Square them first.",
        ),
        Mistake(
            "half the mse",
            Edit("(residual**2).mean().item()", "(residual**2).mean().item() / 2"),
            "mse is half of what it should be. The ½ is for convenience in derivations; a mean squared error has none.",
        ),
        Mistake(
            "mse by n - 1",
            Edit("(residual**2).mean().item()", "((residual**2).sum() / (len(y) - 1)).item()"),
            "The sum is divided by n − 1. A mean divides by the number of rows, n.",
        ),
        Mistake(
            "tensors returned",
            Edit(
                "(residual**2).mean().item()",
                "(residual**2).mean()",
                (("y.mean()) ** 2).sum()).item()", "y.mean()) ** 2).sum())"),),
            ),
            "The scores are tensors; two plain floats are asked for: .item() takes them out.",
        ),
        Mistake(
            "model frozen",
            Edit("    model.eval()\n", "    model.eval()\n    model.requires_grad_(False)\n"),
            "The parameters no longer ask for gradients afterwards, so the model cannot be trained on. torch.no_grad() switches recording off for a while, and nothing in the model.",
        ),
    ),
    hints=(
        "Four parts: remember the mode, switch to eval, predict under torch.no_grad(), put the mode back.",
        "was_training = model.training tells the mode, and model.train(was_training) puts it back, whichever it was.",
        "With residual = y - model(X): (residual**2).mean(), and 1 - (residual**2).sum() / ((y - y.mean())**2).sum(); .item() makes floats.",
    ),
)
