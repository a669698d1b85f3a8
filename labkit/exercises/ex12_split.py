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
    if finding is None or finding.stage != "values" or "in the order" in finding.sentence:
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
        Mistake(
            "std of all rows",
            Edit("X[train].std", "X.std"),
            "The mean is the training rows', but the std is that of all rows: a leak, as the test rows have a say in it. Take both from the training rows.",
        ),
        Mistake(
            "mean of all rows",
            Edit("X[train].mean", "X.mean"),
            "The std is the training rows', but the mean is that of all rows: a leak, as the test rows have a say in it. Take both from the training rows.",
        ),
        Mistake(
            "statistics of other rows",
            Edit("X[train].mean", "X[n_test:].mean", (("X[train].std", "X[n_test:].std"),)),
            "Mean and std come from rows in the old order, among them test rows. Take them from the rows that were drawn for training: X[train].",
        ),
        Mistake(
            "variance for std",
            Edit(".std(", ".var("),
            "The columns are divided by the variance. Its root, the std, has the units of the column, and makes the spread 1.",
        ),
        Mistake(
            "not centred",
            Edit("(X[train] - mean)", "X[train]", (("(X[test] - mean)", "X[test]"),)),
            "The columns are divided by the std but keep their mean: take the training rows' mean away first.",
        ),
        Mistake(
            "each row scaled by itself",
            Edit(
                TRAIN_ROWS,
                "(X[train] - X[train].mean(dim=1, keepdim=True)) / X[train].std(dim=1, correction=0, keepdim=True)",
                (
                    (
                        TEST_ROWS,
                        "(X[test] - X[test].mean(dim=1, keepdim=True)) / X[test].std(dim=1, correction=0, keepdim=True)",
                    ),
                ),
            ),
            "Each row is scaled by its own mean and std. A column is one feature, with units of its own: dim=0 goes down the column.",
        ),
        Mistake(
            "test rows only centred",
            Edit(TEST_ROWS, "X[test] - mean"),
            "The test rows have the mean taken away and are not divided: they pass through the same network, so they need the same two steps.",
        ),
        Mistake(
            "test centred by itself",
            Edit(TEST_ROWS, "(X[test] - X[test].mean(dim=0)) / std"),
            "The test rows are centred by their own mean. The network learned on the training scale: use the training rows' mean and std for both parts.",
        ),
        Mistake(
            "between 0 and 1",
            Edit(
                "X[train].mean(dim=0)",
                "X[train].amin(dim=0)",
                (("X[train].std(dim=0, correction=0)", "X[train].amax(dim=0) - mean"),),
            ),
            "The columns are brought between 0 and 1 by their smallest and largest value. Here they are standardized: minus the mean, divided by the std.",
        ),
        Mistake(
            "n_test ignored: 20 rows",
            Edit("order[:n_test], order[n_test:]", "order[:20], order[20:]"),
            "20 rows are taken for the test whatever n_test says: cut the order at n_test.",
        ),
        Mistake(
            "n_test ignored: a fifth",
            Edit("order[:n_test], order[n_test:]", "order[: len(X) // 5], order[len(X) // 5 :]"),
            "A fifth of the rows is taken for the test whatever n_test says: cut the order at n_test.",
        ),
        Mistake(
            "a row lost",
            Edit("order[n_test:]", "order[n_test + 1 :]"),
            "One row is in neither part. A slice [:k] ends just before k, and [k:] begins with it, so the same number stands in both.",
        ),
        Mistake(
            "a test row too many",
            Edit("order[:n_test], order[n_test:]", "order[: n_test + 1], order[n_test + 1 :]"),
            "There is one test row too many: [:n_test] holds just n_test entries, from 0 to n_test - 1.",
        ),
        Mistake(
            "rows in the old order",
            Edit("order[:n_test], order[n_test:]", "order[:n_test].sort().values, order[n_test:].sort().values"),
            "The rows of each part are sorted back into their old order (as a mask would do). Leave them in the order that was drawn.",
        ),
        Mistake(
            "y flat",
            Edit("y[train], y[test]", "y[train].squeeze(-1), y[test].squeeze(-1)"),
            "y has lost its axis of length 1. A network predicts a column (n, 1), and against (n,) the loss would compare every row with every other: leave y a column.",
        ),
        Mistake(
            "test part first",
            Edit(
                f"return {TRAIN_ROWS}, {TEST_ROWS}, y[train], y[test]",
                f"return {TEST_ROWS}, {TRAIN_ROWS}, y[test], y[train]",
            ),
            "The test parts come before the training parts: return X_train, X_test, y_train, y_test.",
        ),
        Mistake(
            "another draw for y",
            Edit(
                "return (X",
                "again = torch.randperm(len(X), generator=generator)\n    return (X",
                (("y[train], y[test]", "y[again[n_test:]], y[again[:n_test]]"),),
            ),
            "y is shuffled by a second draw, so no row keeps its answer. Draw one order, and index both X and y with it.",
        ),
    ),
    hints=(
        "First the rows, then the numbers: order → test rows and training rows → mean and std of the training rows → both parts scaled.",
        "order[:n_test] are the test rows, order[n_test:] the others; X[rows] and y[rows] pick them out of both tensors.",
        "mean = X[train].mean(dim=0) and std = X[train].std(dim=0, correction=0); (X[test] - mean) / std uses the same two.",
    ),
)
