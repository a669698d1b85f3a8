"""The scores of 12_lab_regression: how good a prediction is, and how good it could be."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_cases import FILL, LINEAR, NORMED, SHELF, rows
from labkit.grading.compare import close, difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code, Tensor

NOTEBOOK = "12_lab_regression"

# ---------------------------------------------------------------------------------------------------- mse and R²

DROPPING = "nn.Linear(3, 8), nn.Tanh(), nn.Dropout(0.5), nn.Linear(8, 1)"
# What cannot be seen in a result is made to show in one: a network that predicts 1 too much while a graph is recorded,
# and one that predicts 1 too much when the model of the case before was not left in the mode it came in.
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
    "model = Remembering(model, shelf.model.training != shelf.was_training)\n"
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
    "eval mode": "Dropout and batch norm must rest while a model is measured: model.eval() before it predicts.",
    "no graph": "A graph is recorded while the model predicts: put the prediction under `with torch.no_grad():`.",
    "the mode afterwards": "Remember model.training before you call model.eval(), and put that mode back at the end: model.train(was_training).",
}


def scores_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the two scores; each aspect but the first says what it is about."""
    finding = difference(expected, got, names=("mse", "r2"))
    if finding is None or finding.stage != "values" or case.aspect not in WHERE:
        return finding
    return Finding(finding.stage, finding.sentence, WHERE[case.aspect])


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
                "y.var() / len(y)",
                (("(residual**2).sum() /", "(residual**2).mean() / len(y) /"),),
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
    ),
    hints=(
        "Four parts: remember the mode, switch to eval, predict under torch.no_grad(), put the mode back.",
        "was_training = model.training tells the mode, and model.train(was_training) puts it back, whichever it was.",
        "With residual = y - model(X): (residual**2).mean(), and 1 - (residual**2).sum() / ((y - y.mean())**2).sum(); .item() makes floats.",
    ),
)

# ----------------------------------------------------------------------------------------------------- the ceiling


def ceiling_cases(rng: np.random.Generator) -> list[Case]:
    def w(d: int) -> Tensor:
        return Tensor((rng.uniform(0.5, 2.0, (d, 1)) * rng.choice([-1.0, 1.0], (d, 1))).astype(np.float32))

    return [
        Case("three weights and some noise", (w(3), float(rng.uniform(0.3, 0.8)))),
        Case("four weights and much noise", (w(4), float(rng.uniform(2.0, 4.0)))),
        Case("a single weight", (w(1), 1.5), aspect="one feature"),
        Case("no noise", (w(3), 0.0), aspect="no noise"),
    ]


RETURN = "return signal / (signal + noise**2)"
CEILING = Exercise(
    id="r2_ceiling",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_scores_torch:r2_ceiling",
    title="The best R² there is",
    cases=ceiling_cases,
    judge=close(rtol=1e-5),  # w is float32
    mistakes=(
        Mistake(
            "noise not squared",
            Edit(RETURN, "return signal / (signal + noise)"),
            "noise is a standard deviation and stands beside a variance. Square it.",
        ),
        Mistake(
            "noise divided by the deviation of y",
            Edit(RETURN, "return 1 - noise / (signal + noise**2) ** 0.5"),
            "These are standard deviations. R² compares variances: square both.",
        ),
        Mistake(
            "share of the noise",
            Edit(RETURN, "return noise**2 / (signal + noise**2)"),
            "This is the share of the noise, which nobody can predict. The ceiling is what is left: 1 minus it.",
        ),
        Mistake(
            "noise over signal",
            Edit(RETURN, "return 1 - noise**2 / signal"),
            "The noise is divided by the variance of X @ w alone. The variance of y holds the noise, too.",
        ),
        Mistake(
            "mean of the weights squared",
            Edit("(w**2).sum()", "(w**2).mean()"),
            "The squares of the weights are averaged. Each feature adds its own variance to y: sum them.",
        ),
        Mistake(
            "sum before the square",
            Edit("(w**2).sum()", "(w.sum() ** 2)"),
            "The weights are added up before they are squared, so a negative one takes away from a positive one. The features are independent: "
            "their variances add, so square each weight first.",
        ),
        Mistake(
            "number of features",
            Edit("(w**2).sum().item()", "float(w.numel())"),
            "Each feature counts as 1, whatever its weight. It adds its weight squared to the variance of y.",
        ),
        Mistake(
            "length of w",
            Edit("(w**2).sum()", "(w**2).sum().sqrt()"),
            "This is the length of w, a standard deviation. The variance of X @ w is its square: the sum of w², without the root.",
        ),
        Mistake(
            "absolute weights",
            Edit("(w**2).sum()", "w.abs().sum()"),
            "The sizes of the weights are added up. The variance of a number times w is w² times that of the number: square them.",
        ),
        Mistake(
            "root of the ceiling",
            Edit(RETURN, "return (signal / (signal + noise**2)) ** 0.5"),
            "This is the root: the correlation of y with the best prediction. R² is its square.",
        ),
        Mistake(
            "tensor returned",
            Edit(".sum().item()", ".sum()"),
            "This is a tensor; one plain number is asked for: .item() takes it out.",
        ),
    ),
    hints=(
        "The variance of w_j times a standard normal number is w_j². Variances of independent terms add.",
        "So the variance of X @ w is the sum of w², the variance of the noise is noise², and that of y is their sum.",
        "ceiling = 1 - noise**2 / (sum + noise**2), which is sum / (sum + noise**2), with sum = (w**2).sum().item().",
    ),
)
