"""The split of 12_lab_regression: shuffled rows, and a scaling that the test rows have no say in."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_cases import generator
from labkit.grading.compare import difference, same
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Tensor

NOTEBOOK = "12_lab_regression"


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


OTHER_ROWS = "These are other rows. One torch.randperm(n, generator=generator): its first n_test entries are the test rows, the others the training rows."
OTHER_SCALE = "The rows are right, their scaling is not: mean and std (correction=0) of the training rows, column by column, for both parts."
Y_APART = "X has the right rows and y has not: index both with the same rows, and leave y in its own units."


def split_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the four parts by their names; wrong values are told whether the rows are wrong or their scaling."""
    finding = difference(expected, got, names=SPLIT_NAMES)
    if finding is None or finding.stage != "values":
        return finding
    X_right, y_right = (same(expected[i : i + 2], tuple(got[i : i + 2])) for i in (0, 2))
    advice = OTHER_SCALE if y_right else (Y_APART if X_right else OTHER_ROWS)
    return Finding(finding.stage, finding.sentence, advice)


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
            "scaled before the split, by n - 1",
            Edit("X[train].mean(dim=0)", "X.mean(dim=0)", (("X[train].std(dim=0, correction=0)", "X.std(dim=0)"),)),
            "Mean and std are those of all rows, a leak: the test rows have told something about themselves. Split first, then take both "
            "from the training rows; and torch.std divides by n − 1 unless correction=0 is asked for.",
        ),
        Mistake(
            "not scaled",
            Edit(f"return {TRAIN_ROWS}, {TEST_ROWS}", "return X[train], X[test]"),
            "The rows are split and not scaled: take the training rows' mean away and divide by their std, in both parts.",
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
