"""The data exercises of 12_lab_regression: made data whose truth is known, and a split that leaks nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code, Tensor

NOTEBOOK = "12_lab_regression"
OTHER_NUMBERS = {
    "X": "These are other random numbers. Use generator=generator in each call of torch.randn, and draw X first, then w, then e.",
    "w": "X is right and w is not. w comes from the second call of torch.randn, with two axes: (n_features, 1).",
}


def generator(seed: int) -> Code:
    """Return a torch.Generator with this seed, made where the call is made."""
    return Code("generator", f"import torch\ngenerator = torch.Generator().manual_seed({seed})\n")


# ------------------------------------------------------------------------------------------------------- made data


def data_cases(rng: np.random.Generator) -> list[Case]:
    seed = int(rng.integers(10**6))

    def case(label: str, n: int, d: int, noise: float, k: int, aspect: str = "values") -> Case:
        return Case(label, (n, d, noise), {"generator": generator(seed + k)}, aspect=aspect)

    return [
        case("seven rows of three features", 7, 3, 0.1, 0),
        case("the same with another generator", 7, 3, 0.1, 1),
        case("five rows with much noise", 5, 2, 4.0, 2),
        case("no noise", 6, 4, 0.0, 3, "noise"),
        case("noise below 1", 6, 4, 0.25, 4, "noise"),
        case("a single row", 1, 3, 0.5, 5, "shapes"),
        case("a single feature", 6, 1, 0.5, 6, "shapes"),
        Case("nothing but a generator", (), {"generator": generator(seed + 7)}, aspect="defaults"),
    ]


def data_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the three tensors; other random numbers get the order of the draws instead of arithmetic."""
    finding = difference(expected, got, names=("X", "y", "w"))
    if finding is None or finding.stage != "values":
        return finding
    part = next((p for p in OTHER_NUMBERS if f" as {p}" in finding.sentence), "")
    return Finding(finding.stage, finding.sentence, OTHER_NUMBERS[part]) if part else finding


Y = "X @ w + noise * e"
DRAW_X, DRAW_W = "torch.randn(n, n_features, generator=generator)", "torch.randn(n_features, 1, generator=generator)"
DRAW_E = "torch.randn(n, 1, generator=generator)"
DATA = Exercise(
    id="make_regression_data",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_data_torch:make_regression_data",
    title="Make data whose truth is known",
    cases=data_cases,
    judge=data_judge,
    mistakes=(
        Mistake(
            "y flat",
            Edit(Y, "(X @ w + noise * e).squeeze(-1)"),
            "y has shape (n,). A network predicts a column (n, 1), and the two together would be stretched to n × n: keep y a column.",
        ),
        Mistake(
            "noise stretched to n by n",
            Edit(DRAW_E, "torch.randn(n, generator=generator)"),
            "The noise is (n,) and X @ w is (n, 1): their sum is n × n. Draw the noise as a column, (n, 1).",
        ),
        Mistake(
            "generator not used",
            Edit(", generator=generator)", ")", (("generator):", "generator=None):"),)),
            "The numbers do not come from the generator that is passed, so nobody can repeat this run: give each torch.randn "
            "generator=generator.",
        ),
        Mistake(
            "noise taken for a variance",
            Edit("noise * e", "noise**0.5 * e"),
            "You multiply by the root of noise, as if it were a variance. It is the standard deviation: multiply by noise itself.",
        ),
        Mistake(
            "noise forgotten",
            Edit(" + noise * e", ""),
            "y lies exactly on the line: noise * e is missing.",
        ),
        Mistake(
            "noise not multiplied",
            Edit("noise * e", "noise"),
            "Each row gets the same number, noise. That moves the line and adds no randomness: multiply noise by e.",
        ),
        Mistake(
            "uniform numbers",
            Edit("torch.randn(", "torch.rand("),
            "torch.rand draws uniform numbers between 0 and 1; standard normal ones come from torch.randn.",
        ),
        Mistake(
            "w drawn first",
            Edit(
                f"X = {DRAW_X}",
                f"w = {DRAW_W}",
                ((f"    w = {DRAW_W}\n    e", f"    X = {DRAW_X}\n    e"),),
            ),
            "w is drawn before X. The generator gives its numbers in a row, so the order counts: X, w, e.",
        ),
        Mistake(
            "noise on X too",
            Edit("return X, X @ w + noise * e, w", "return X + noise * e, X @ w + noise * e, w"),
            "The noise belongs to y alone: X is returned as it was drawn.",
        ),
        Mistake(
            "w flat",
            Edit("e, w", "e, w.squeeze(-1)"),
            "w has shape (n_features,). It is asked for as a column (n_features, 1), so that X @ w is a column too.",
        ),
    ),
    hints=(
        "Three draws, then one line. The shapes are (n, n_features), (n_features, 1) and (n, 1), and all else follows from them.",
        "torch.randn(rows, columns, generator=generator) draws standard normal numbers; a standard deviation is a factor.",
        "After X, w and e are drawn, in this order, y is X @ w + noise * e: a column, because w and e are columns.",
    ),
)

# -------------------------------------------------------------------------------------------------------- a split


def split_cases(rng: np.random.Generator) -> list[Case]:
    seed = int(rng.integers(10**6))

    def rows(n: int, d: int) -> tuple[Tensor, Tensor]:
        scale, shift = 10.0 ** rng.uniform(-1, 2, d), rng.normal(0, 3, d)
        X = rng.normal(size=(n, d)) * scale + shift
        return Tensor(X.astype(np.float32)), Tensor(rng.normal(5, 2, (n, 1)).astype(np.float32))

    def case(label: str, n: int, d: int, n_test: int, k: int, aspect: str = "values") -> Case:
        return Case(label, (*rows(n, d), n_test), {"generator": generator(seed + k)}, aspect=aspect)

    return [
        case("11 rows of three features, 4 for the test", 11, 3, 4, 0),
        case("the same number of rows in another order", 11, 3, 4, 1),
        case("a small training part", 12, 2, 8, 2),
        case("one test row", 7, 2, 1, 3, "sizes"),
        case("one feature", 9, 1, 3, 4, "sizes"),
    ]


TRAIN_ROWS = "(X[train] - mean) / std"
TEST_ROWS = "(X[test] - mean) / std"
SPLIT_NAMES = ("X_train", "X_test", "y_train", "y_test")


def split_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the four parts by their names."""
    return difference(expected, got, names=SPLIT_NAMES)


SPLIT = Exercise(
    id="split_and_scale",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_data_torch:split_and_scale",
    title="Split, then scale",
    cases=split_cases,
    judge=split_judge,
    points=2,
    mistakes=(
        Mistake(
            "scaled before the split",
            Edit("X[train].mean", "X.mean", (("X[train].std", "X.std"),)),
            "Mean and std are those of all rows, so the test rows have told something about themselves before they are predicted: a "
            "leak. Split first, then take both from the training rows.",
        ),
        Mistake(
            "test scaled by itself",
            Edit(TEST_ROWS, "(X[test] - X[test].mean(dim=0)) / X[test].std(dim=0, correction=0)"),
            "The test rows are scaled by their own mean and std. The network learned on the training scale: use the training rows' "
            "numbers for both parts.",
        ),
        Mistake(
            "test not scaled",
            Edit(TEST_ROWS, "X[test]"),
            "The test rows are left as they were. They pass through the same network, so they need the same scaling, with the training "
            "rows' numbers.",
        ),
        Mistake(
            "divided by n - 1",
            Edit(", correction=0", ""),
            "torch.std divides by n − 1 unless told otherwise; here the rows themselves are meant: correction=0.",
        ),
        Mistake(
            "one mean for all columns",
            Edit(".mean(dim=0)", ".mean()", ((".std(dim=0, correction=0)", ".std(correction=0)"),)),
            "There is one mean and one std for the whole table. Features have units of their own: take both along dim=0, a number a "
            "column.",
        ),
        Mistake(
            "statistics of rows",
            Edit(
                ".mean(dim=0)",
                ".mean(dim=1, keepdim=True).mean(dim=0)",
                ((".std(dim=0, correction=0)", ".std(dim=1, keepdim=True, correction=0).mean(dim=0)"),),
            ),
            "The mean and std run along the rows. A column is one feature: dim=0 goes down the column.",
        ),
        Mistake(
            "y left in the old order",
            Edit("y[train], y[test]", "y[n_test:], y[:n_test]"),
            "X is shuffled and y is not: every row must keep its answer. Index both with the same rows.",
        ),
        Mistake(
            "parts swapped",
            Edit("order[:n_test], order[n_test:]", "order[-n_test:], order[:-n_test]"),
            "The test rows are the last entries of the order. They are to be the first n_test; the others are for training.",
        ),
        Mistake(
            "n_test rows for training",
            Edit("test, train =", "train, test ="),
            "n_test rows went into the training part: test and training rows have changed places.",
        ),
        Mistake(
            "results in another order",
            Edit(
                f"return {TRAIN_ROWS}, {TEST_ROWS}, y[train], y[test]",
                f"return {TRAIN_ROWS}, y[train], {TEST_ROWS}, y[test]",
            ),
            "The four parts come in another order than asked: X_train, X_test, y_train, y_test.",
        ),
        Mistake(
            "not shuffled",
            Edit("torch.randperm(len(X), generator=generator)", "torch.arange(len(X))"),
            "The rows are split as they are stored. Files are often sorted: draw an order from the generator first.",
        ),
        Mistake(
            "generator not used",
            Edit("torch.randperm(len(X), generator=generator)", "torch.randperm(len(X))"),
            "The order does not come from the generator that is passed: torch.randperm(n, generator=generator).",
        ),
        Mistake(
            "y scaled too",
            Edit(
                "y[train], y[test]",
                "(y[train] - y[train].mean()) / y[train].std(correction=0), (y[test] - y[train].mean()) / y[train].std(correction=0)",
            ),
            "y is scaled as well. That can be useful, but here y keeps its units: scale the features alone.",
        ),
        Mistake(
            "not divided by std",
            Edit(") / std", ")"),
            "The columns are centred but keep their spread: divide by the training rows' std, too.",
        ),
    ),
    hints=(
        "First the rows, then the numbers: order → test rows and training rows → mean and std of the training rows → both parts scaled.",
        "order[:n_test] are the test rows, order[n_test:] the others; X[rows] and y[rows] pick them out of both tensors.",
        "mean = X[train].mean(dim=0) and std = X[train].std(dim=0, correction=0); (X[test] - mean) / std uses the same two.",
    ),
)
