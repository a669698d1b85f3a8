"""The exercise of 06_networks on one epoch: every row once, in batches, and their mean loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code, Rng, Tensor

NOTEBOOK = "06_networks"
ONE_NUMBER = "The loss is one plain number: a tensor gives it with .item(); the losses of batches become one mean."
WHERE_TO_LOOK = {
    "epoch": "Print the rows of each batch. They are the next batch_size entries of one rng.permutation(n), drawn before the loop; "
    "each batch takes one step, and counts by its size.",
    "model": "Compare line by line with the statement: the loss of nn.CrossEntropyLoss from logits, fresh gradients, one step.",
}


def one_number(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare two losses; what is no single number is told what a loss is, and another number where to look."""
    finding = difference(expected, got)
    if finding is None or got is None or finding.stage not in ("type", "values"):
        return finding
    where = WHERE_TO_LOOK["model" if isinstance(case.args[2], Tensor) else "epoch"]
    return Finding(finding.stage, finding.sentence, ONE_NUMBER if finding.stage == "type" else where)


# ------------------------------------------------------------------------------------------------------- an epoch

LEARNS = Code(  # a linear regression that moves at each call: what it says depends on all rows before, and their order
    "step",
    "w = None\n"
    "def step(X_batch, y_batch):\n"
    "    global w\n"
    "    w = np.zeros(X_batch.shape[1]) if w is None else w\n"
    "    errors = X_batch @ w - y_batch\n"
    "    w = w - 0.2 * X_batch.T @ errors / len(errors)\n"
    "    return np.mean(errors**2)\n",
)
RESTS = Code("step", "def step(X_batch, y_batch):\n    return float(np.mean(X_batch[..., 0] + 3.0 * y_batch))\n")
IMAGES = Code(
    "step",
    "seen = 0\n"
    "def step(X_batch, y_batch):\n"
    "    global seen\n"
    "    seen += 1\n"
    "    return seen * np.mean(X_batch[:, 1, 0] * y_batch[:, 1])\n",
)
SIZES = "batch sizes"


def rows(rng: np.random.Generator, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n rows and answers, sorted by the answer, as files often are."""
    X = rng.normal(size=(n, d))
    y = X @ rng.normal(size=d) + rng.normal(size=n) + 2.0
    order = np.argsort(y)
    return X[order], y[order]


def epoch_cases(rng: np.random.Generator) -> list[Case]:
    X, y = rows(rng, 11, 3)
    X2, y2 = rows(rng, 12, 2)
    images, pairs = rng.normal(size=(7, 2, 3)), rng.normal(size=(7, 2))
    seed = int(rng.integers(10**6))
    return [
        Case("11 rows in batches of 4, with a step that learns", (LEARNS, X, y, 4, Rng(seed)), again=True),
        Case("the same rows in another order", (LEARNS, X, y, 4, Rng(seed + 1))),
        Case("a step that only looks", (RESTS, X, y, 5, Rng(seed + 2))),
        Case("12 rows in batches of 4: no short one", (LEARNS, X2, y2, 4, Rng(seed + 3)), aspect=SIZES),
        Case("batches of one row", (LEARNS, X2, y2, 1, Rng(seed + 4)), aspect=SIZES),
        Case("a batch larger than the data", (LEARNS, X2, y2, 100, Rng(seed + 5)), aspect=SIZES),
        Case(
            "rows that are matrices, answers that are vectors",
            (IMAGES, images, pairs, 3, Rng(seed + 6)),
            aspect="shapes",
        ),
    ]


def new_draw_each_batch(step: Any, X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    n, total = len(X), 0.0
    for start in range(0, n, batch_size):
        chosen = rng.permutation(n)[: min(batch_size, n - start)]
        total += float(step(X[chosen], y[chosen])) * len(chosen)
    return total / n


def later_draw_each_batch(step: Any, X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    n, total = len(X), 0.0
    for start in range(0, n, batch_size):
        chosen = rng.permutation(n)[start : start + batch_size]
        total += float(step(X[chosen], y[chosen])) * len(chosen)
    return total / n


def even_parts(step: Any, X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    parts = np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size))
    return sum(float(step(X[part], y[part])) * len(part) for part in parts) / len(X)


def order_of_batches(step: Any, X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    total = 0.0
    for start in rng.permutation(np.arange(0, len(X), batch_size)):
        batch = X[start : start + batch_size]
        total += float(step(batch, y[start : start + batch_size])) * len(batch)
    return total / len(X)


NEW_DRAW = (
    "A new order is drawn for each batch, so that some rows come twice and others never. Draw it once, before the loop."
)
ADDS = "float(step(X[rows], y[rows])) * len(rows)"
EPOCH = Exercise(
    id="train_epoch",
    notebook=NOTEBOOK,
    reference="labkit.reference.epoch:train_epoch",
    title="One epoch",
    probe="loop",
    points=2,
    cases=epoch_cases,
    judge=one_number,
    mistakes=(
        Mistake(
            "mean over batches",
            Edit(
                ADDS,
                "float(step(X[rows], y[rows]))",
                (("return total / n", "return total / len(range(0, n, batch_size))"),),
            ),
            "This is the mean over batches. The last batch is shorter, so its rows count for more than the others: weigh each batch's "
            "loss by its number of rows.",
        ),
        Mistake(
            "not shuffled",
            Edit("rng.permutation(n)", "np.arange(n)", (("n = len(X)", "import numpy as np; n = len(X)"),)),
            "The rows come in the order in which they are stored. Sorted data make batches of a single class: draw a new order "
            "at each call.",
        ),
        Mistake(
            "y not shuffled along",
            Edit("y[rows]", "y[start : start + batch_size]"),
            "X is shuffled and y is not: a row must keep its answer. Index both with the same rows.",
        ),
        Mistake(
            "X and y shuffled apart",
            Edit(
                "order = rng.permutation(n)",
                "order, other = rng.permutation(n), rng.permutation(n)",
                (("y[rows]", "y[other[start : start + batch_size]]"),),
            ),
            "X and y have an order each, so that rows lose their answers. Draw one permutation and use it for both.",
        ),
        Mistake(
            "short batch dropped",
            Edit("range(0, n, batch_size)", "range(0, n - batch_size + 1, batch_size)"),
            "The rows that do not fill a batch are left out. Every row takes part in an epoch: the last batch is just shorter.",
        ),
        Mistake(
            "short batch left out of the mean",
            Edit(
                "range(0, n, batch_size)",
                "range(0, n - batch_size + 1, batch_size)",
                (("return total / n", "return total / max(n - n % batch_size, 1)"),),
            ),
            "The rows that do not fill a batch take no step and do not count. Every row takes part in an epoch: the last batch is just "
            "shorter.",
        ),
        Mistake(
            "short batch weighed as a full one",
            Edit(" * len(rows)", " * batch_size"),
            "Each batch is weighed by batch_size, and the last one may hold fewer rows: weigh it by the number that it holds.",
        ),
        Mistake(
            "sum over batches",
            Edit(" * len(rows)", "", (("return total / n", "return total"),)),
            "The losses of the batches are added up. The mean over the rows is asked for: each loss times its rows, divided by n at the end.",
        ),
        Mistake(
            "loss of the last batch",
            Edit(
                "total += float(step(X[rows], y[rows])) * len(rows)",
                "total = float(step(X[rows], y[rows]))",
                (("return total / n", "return total"),),
            ),
            "This is the loss of the last batch alone: add up over the batches, each by its number of rows, and divide by n.",
        ),
        Mistake(
            "one batch of all rows",
            Edit("range(0, n, batch_size)", "range(0, n, n)", (("start + batch_size", "n"),)),
            "All rows go into one batch: cut the order into pieces of batch_size, and call step for each.",
        ),
        Mistake(
            "rng not used",
            Edit("order = rng.permutation(n)", "import numpy as np; order = np.random.default_rng(0).permutation(n)"),
            "The order does not come from the rng that is passed: a generator made inside gives each epoch the same one.",
        ),
        Mistake(
            "last batch only",
            Edit("total += ", "total = "),
            "Only the last batch is counted: add up over the batches, then divide once.",
        ),
        Mistake(
            "sum over rows",
            Edit("return total / n", "return total"),
            "This is the sum over all rows; the mean is asked for: divide by n at the end.",
        ),
        Mistake(
            "batch means over rows",
            Edit(" * len(rows)", ""),
            "You add up the means of the batches and divide by the number of rows. Turn each mean back into a sum first: times the "
            "size of its batch.",
        ),
        Mistake(
            "drawn with replacement",
            Edit("rng.permutation(n)", "rng.integers(n, size=n)"),
            "Rows are drawn with replacement, so that some come twice and others never: an epoch is a permutation of all rows.",
        ),
        Mistake(
            "new draw for each batch",
            new_draw_each_batch,
            NEW_DRAW,
        ),
        Mistake("new order in each round of the loop", later_draw_each_batch, NEW_DRAW),
        Mistake(
            "not shuffled, mean over batches",
            Edit(
                "rng.permutation(n)",
                "np.arange(n)",
                (
                    ("n = len(X)", "import numpy as np; n = len(X)"),
                    (" * len(rows)", ""),
                    ("return total / n", "return total / len(range(0, n, batch_size))"),
                ),
            ),
            "Two things: the rows come in the order in which they are stored (draw one from rng first), and the short last batch counts as "
            "much as a full one (weigh each by its number of rows).",
        ),
        Mistake(
            "np.random instead of rng",
            Edit("order = rng.permutation(n)", "import numpy as np; order = np.random.permutation(n)"),
            "The order comes from np.random, which knows nothing of the rng that is passed: nobody could repeat the run. Use rng.permutation.",
        ),
        Mistake(
            "rows of a batch stay together",
            order_of_batches,
            "Only the order of the batches is drawn: each batch holds neighbours of the stored data, in every epoch the same ones. Shuffle "
            "the rows.",
        ),
        Mistake(
            "rows spread evenly",
            even_parts,
            "The rows are spread evenly, as np.array_split does. Every batch but the last has batch_size rows; the last has what is left.",
        ),
        Mistake(
            "an empty batch at the end",
            Edit("range(0, n, batch_size)", "range(0, n + 1, batch_size)"),
            "When batch_size divides n, a batch without rows comes last, whose mean is nan. range(0, n, batch_size) stops before it.",
        ),
        Mistake(
            "stops after the first batch",
            Edit("    return total / n", "        return total / n"),
            "Only the first batch takes its step: the `return` stands inside of the loop.",
        ),
        Mistake(
            "loss of a further step",
            Edit("return total / n", "return float(step(X, y))"),
            "The result is that of a further step on all rows: step learns at each call. Keep what the batches' own steps return.",
        ),
        Mistake(
            "two steps a batch",
            Edit("        total +=", "        step(X[rows], y[rows])\n        total +="),
            "step is called twice for each batch. Each call learns: call it once and keep what it returns.",
        ),
    ),
    hints=(
        "Before the loop: one order of all rows, from rng. In the loop: the next batch_size entries of it.",
        "`order[start : start + batch_size]` ends at the end of order by itself, so the short last batch needs no special care.",
        "step returns the mean of its batch. Times len(rows) it is the batch's sum; add these up and divide by n at the end.",
    ),
)
