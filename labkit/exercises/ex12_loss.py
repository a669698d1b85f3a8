"""The loss of 12_lab_regression that bears outliers: absolute errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Tensor

NOTEBOOK = "12_lab_regression"
NO_GRAPH = (
    "The loss is a bare number without its graph, so backward has no way to the weights: no .detach(), .item() or torch.no_grad() here, and no "
    "torch.tensor(...) around it. To switch requires_grad on afterwards does not bring the way back."
)


def l1_cases(rng: np.random.Generator) -> list[Case]:
    def column(n: int, learns: bool = False, dtype: type = np.float32) -> Tensor:
        return Tensor((rng.normal(size=(n, 1)) * 3).astype(dtype), learns)

    return [
        Case("seven predictions", (column(7, True), column(7))),
        Case("four others", (column(4, True), column(4))),
        Case(
            "five predictions, one far off",
            (column(5, True), Tensor(column(5).array + np.eye(5, 1, dtype=np.float32) * 1e3)),
        ),
        Case("a single prediction", (column(1, True), column(1)), aspect="shapes"),
        Case("float64 numbers", (column(6, True, np.float64), column(6, dtype=np.float64)), aspect="dtypes"),
        Case("a prediction that asks for no gradient", (column(5), column(5)), aspect="no gradient asked for"),
        Case(
            "a flat prediction against a column",
            (Tensor(column(6).array[:, 0], True), column(6)),
            aspect="shapes that differ",
        ),
        Case(
            "a column against flat answers",
            (column(6, True), Tensor(column(6).array[:, 0])),
            aspect="shapes that differ",
        ),
        Case("a prediction for one row against six", (column(1, True), column(6)), aspect="shapes that differ"),
    ]


def l1_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the losses; a plain number or a tensor without its graph is told what backward needs."""
    if isinstance(got, bool | int | float | np.ndarray):
        return Finding("type", "returned a plain number; expected a tensor.", NO_GRAPH)
    finding = difference(expected, got)
    if finding is None and expected.requires_grad and not got.requires_grad:
        return Finding("type", "returned a tensor without its graph.", NO_GRAPH)
    if finding is None and got.requires_grad and not expected.requires_grad:
        return Finding(
            "type", "returned a tensor that asks for a gradient, though nothing it was made of does.", NO_GRAPH
        )
    return finding


GUARD = "prediction.shape != y.shape"
L1 = Exercise(
    id="l1_loss",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_training_torch:l1_loss",
    title="A loss that bears outliers",
    cases=l1_cases,
    judge=l1_judge,
    mistakes=(
        Mistake(
            "sum, not mean",
            Edit(".mean()", ".sum()"),
            "This is the sum over the rows. Divide by their number, or take the mean: then the step does not grow with the data.",
        ),
        Mistake(
            "squared errors",
            Edit(".abs()", ".square()"),
            "These are squared errors: an error of 10 counts as 100. Here an error of 10 counts as 10: take abs().",
        ),
        Mistake(
            "root of squares",
            Edit(".abs().mean()", ".square().mean().sqrt()"),
            "This is the root of the mean square, which outliers still rule. Take the absolute value of each error, then the mean.",
        ),
        Mistake(
            "signs cancel",
            Edit(".abs().mean()", ".mean().abs()"),
            "The mean is taken first, so errors up and down cancel. Absolute value first, then the mean.",
        ),
        Mistake(
            "no absolute value",
            Edit(".abs()", ""),
            "The errors keep their signs, so they cancel, and the loss can fall below 0 without end: take absolute values.",
        ),
        Mistake(
            "graph cut off",
            Edit(".mean()", ".mean().detach()"),
            NO_GRAPH,
        ),
        Mistake(
            "number taken out",
            Edit(".mean()", ".mean().item()"),
            "This is a Python number; backward starts from a tensor. .item() comes later, where the loss is written down.",
        ),
        Mistake(
            "shapes not compared",
            Edit(GUARD, "False"),
            "Shapes (n,) and (n, 1) are stretched to n × n: each prediction is compared with each answer, and the network learns the mean of y. "
            "Compare the shapes first and raise ValueError.",
        ),
        Mistake(
            "only the numbers of rows compared",
            Edit(GUARD, "len(prediction) != len(y)"),
            "Only the numbers of rows are compared, and (n,) passes beside (n, 1), which gives n × n. Compare the whole shapes.",
        ),
        Mistake(
            "flattened instead of refused",
            Edit(GUARD, "False", (("(prediction - y)", "(prediction.reshape(-1) - y.reshape(-1))"),)),
            "Both are flattened, which hides that something in the program has another shape than you think. Raise ValueError when the "
            "shapes differ.",
        ),
        Mistake(
            "smooth near 0",
            Edit("(prediction - y).abs().mean()", "torch.nn.functional.smooth_l1_loss(prediction, y)"),
            "smooth_l1_loss is a parabola near 0, so small errors count for less. The absolute value is asked for everywhere.",
        ),
        Mistake(
            "y brought into shape",
            Edit(GUARD, "False", (("(prediction - y)", "(prediction - y.reshape(prediction.shape))"),)),
            "y is brought into the other shape, which hides that something in the program has another shape than you think. Raise ValueError when the shapes differ.",
        ),
        Mistake(
            "only the numbers of axes compared",
            Edit(GUARD, "prediction.ndim != y.ndim"),
            "Only the numbers of axes are compared, and (1, 1) passes beside (6, 1). Compare the whole shapes.",
        ),
        Mistake(
            "an error for each row",
            Edit(".mean()", ""),
            "There is still an error for each row. backward starts from one number: their mean.",
        ),
        Mistake(
            "mean along the rows only",
            Edit(".mean()", ".mean(dim=0)"),
            "The loss has shape (1,): an axis is left. One number without axes is asked for, so take the mean over everything: no dim.",
        ),
        Mistake(
            "mean within each row",
            Edit(".mean()", ".mean(dim=1)"),
            "The mean runs within each row, where there is only one number. Take it over everything: no dim.",
        ),
        Mistake(
            "half of it",
            Edit(".mean()", ".mean() / 2"),
            "It is half of what it should be. The ½ belongs to some squared losses; the mean absolute error has none.",
        ),
        Mistake(
            "median of the errors",
            Edit(".mean()", ".median()"),
            "This is the median of the errors. Their mean is asked for (the *prediction* that makes it smallest is a median).",
        ),
        Mistake(
            "divided by n - 1",
            Edit(".mean()", ".sum() / max(len(y) - 1, 1)"),
            "The sum is divided by n − 1. A mean divides by the number of rows, n.",
        ),
    ),
    hints=(
        "Errors first, then their absolute values, then one mean. All of it with tensors: each knows how it was made.",
        "Before that, compare prediction.shape with y.shape, and raise ValueError with both in the text.",
        "The last line is (prediction - y).abs().mean(), without .item().",
    ),
)
