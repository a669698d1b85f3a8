"""The exercise minibatches of 04_gradient_descent, judged by what an epoch must be: any shuffle drawn from rng is right."""

from __future__ import annotations

import functools
import random
from typing import Any

import numpy as np

from labkit.grading.explain import OWN_GENERATOR, returned_none
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Rng

NOTEBOOK = "04_gradient_descent"
SHORT_BATCH, TYPES, REFUSES = "the last batch", "shapes and types", "refuses"


def minibatch_cases(rng: np.random.Generator) -> list[Case]:
    def generator() -> Rng:
        return Rng(int(rng.integers(10**6, 2**31)))  # no seed that anybody writes by hand

    def data(n: int, *shape: int) -> tuple[np.ndarray, np.ndarray]:
        return rng.normal(size=(n, *shape)), rng.normal(size=n)

    images, one_hot = rng.normal(size=(13, 4, 3)), np.eye(13)[rng.permutation(13)]
    counts = 10 + 5 * rng.permutation(16).reshape(16, 1)
    return [
        Case("20 rows in batches of 4", (*data(20, 3), 4, generator()), again=True),
        Case("20 rows in batches of 5, with another rng", (*data(20, 2), 5, generator())),
        Case("23 rows in batches of 5", (*data(23, 2), 5, generator()), aspect=SHORT_BATCH),
        Case("7 rows in batches of 10", (*data(7, 2), 10, generator()), aspect=SHORT_BATCH),
        Case("14 rows, one at a time", (*data(14, 2), 1, generator()), aspect=SHORT_BATCH),
        Case("images and one-hot labels", (images, one_hot, 4, generator()), aspect=TYPES),
        Case("integer data", (counts, counts[:, 0] * 2, 4, generator()), aspect=TYPES),
        Case("9 rows but 8 answers", (data(9, 2)[0], data(8)[1], 3, generator()), aspect=REFUSES),
    ]


@functools.cache
def orders_without_rng(n: int) -> frozenset[tuple[int, ...]]:
    """Return the orders of n rows that come from a generator of one's own, for seeds that people write."""
    found: list[Any] = []
    for seed in (*range(11), 42, 99, 100, 123, 1234, 12345, 2024, 2025, 2026):
        old = np.random.RandomState(seed)  # what np.random.seed and np.random.permutation lead to
        found += [old.permutation(n), np.random.default_rng(seed).permutation(n)]
        for shuffle in (np.random.default_rng(seed).shuffle, random.Random(seed).shuffle):
            found.append(list(range(n)))
            shuffle(found[-1])
        found.append(random.Random(seed).sample(range(n), n))
    return frozenset(tuple(int(i) for i in order) for order in found)


DROPS_REST = (
    "last short batch dropped",
    "The rows that do not fill a whole batch are lost. An epoch is every row once: the rest is a last, shorter batch.",
)
NOT_SHUFFLED = ("not shuffled", "The rows come in the order they are stored in. Draw a random order from rng first.")
SAME_ORDER = (
    "same order each epoch",
    "This order does not come from rng. np.random, or a generator made inside, knows nothing of it; with a seed of its own it "
    "gives every epoch the same order. Use the rng that is passed.",
)
OTHER_ORDER = ("own generator", OWN_GENERATOR)
OUT_OF_STEP = (
    "X and y out of step",
    "X and y are shuffled apart, so rows meet answers of other rows. Draw one order and use it for both.",
)
WITH_REPLACEMENT = (
    "rows drawn with replacement",
    "Some rows come twice and others never: rows are drawn afresh each time. Shuffle all row numbers once, then cut.",
)
SAME_GROUPS = (
    "rows of a batch stay together",
    "Each batch holds neighbours of the stored table, in every epoch the same ones. Shuffle the rows, not the batches or "
    "the order within them.",
)


FIRST_ONLY = (
    "only the first batch",
    "`return` ends the function at the first batch; `yield` hands it out and goes on.",
)
Y_FIRST = ("y before X", "The pair is in the wrong order: rows of X first, then their answers, `X_batch, y_batch`.")
EMPTY_BATCH = (
    "an empty batch at the end",
    "When batch_size divides n there is no rest, and no further batch: count the starts with range(0, n, batch_size).",
)
AS_A_COUNT = (
    "batch_size as the number of batches",
    "There are batch_size batches; asked for are batches of batch_size rows each. (np.array_split takes a number of parts.)",
)
EVEN_BATCHES = (
    "rows spread evenly",
    "The rows are spread evenly, as np.array_split does. Every batch but the last has batch_size rows; the last has what is left.",
)


def one_epoch(case: Case, expected: Any, got: Any) -> Finding | None:
    """Judge the batches of one epoch by what they must be; any shuffle drawn from rng is right."""
    X, y, batch_size, _ = case.args
    if (finding := not_batches(X, y, got)) is not None:
        return finding
    sizes, due = [len(batch) for batch, _ in got], [len(batch) for batch, _ in expected]
    if sizes != due:
        return wrong_sizes(sizes, due)
    table = X.reshape(len(X), -1)
    parts = np.concatenate([batch.reshape(len(batch), -1) for batch, _ in got])
    match = (table[None] == parts[:, None]).all(axis=2)  # (rows given, rows of X)
    if not match.any(axis=1).all():
        where = int(np.flatnonzero(~match.any(axis=1))[0])
        return Finding(
            "values",
            f"gave a row (number {where} of the epoch) that is not in X.",
            "Hand out the rows of X as they are.",
        )
    order = match.argmax(axis=1)
    if len(set(order.tolist())) < len(X):
        missing = len(X) - len(set(order.tolist()))
        return Finding(
            "values",
            f"left out {missing} of {len(X)} rows and gave others more than once.",
            WITH_REPLACEMENT[1],
            WITH_REPLACEMENT[0],
        )
    answers = np.concatenate([batch for _, batch in got])
    if not np.array_equal(answers, y[order]):
        wrong = int((answers != y[order]).reshape(len(y), -1).any(axis=1).sum())
        return Finding(
            "values", f"gave {wrong} of {len(y)} rows an answer of another row.", OUT_OF_STEP[1], OUT_OF_STEP[0]
        )
    return not_random(order, batch_size)


def not_batches(X: np.ndarray, y: np.ndarray, got: Any) -> Finding | None:
    """Return the finding for anything that is no sequence of (rows of X, rows of y)."""
    if got is None:
        return returned_none("")
    if not isinstance(got, list | tuple) or len(got) == 0:
        return Finding(
            "type",
            "gave no batches.",
            "`yield X_batch, y_batch` once for each batch makes a generator of pairs.",
        )
    if isinstance(got, tuple) and len(got) == 2 and all(isinstance(p, np.ndarray) for p in got):
        return Finding("type", "returned a single pair instead of batch after batch.", FIRST_ONLY[1], FIRST_ONLY[0])
    for number, pair in enumerate(got):
        is_pair = isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(p, np.ndarray) for p in pair)
        if not is_pair:
            return no_pair(pair, number)
        if pair[0].shape[1:] == y.shape[1:] != X.shape[1:] == pair[1].shape[1:]:
            return Finding("values", f"gave rows of y before those of X as batch {number}.", Y_FIRST[1], Y_FIRST[0])
        for part, whole, name in ((pair[0], X, "X_batch"), (pair[1], y, "y_batch")):
            if part.ndim != whole.ndim or part.shape[1:] != whole.shape[1:]:
                due = ", ".join(["m", *map(str, whole.shape[1:])])
                return Finding(
                    "shape",
                    f"gave an {name} of shape {part.shape} as batch {number}; expected ({due}) with m rows.",
                    "A batch has the axes of the whole array, only fewer rows: index the first axis with an array of row numbers.",
                )
        if len(pair[0]) != len(pair[1]):
            return Finding(
                "shape",
                f"gave {len(pair[0])} rows of X with {len(pair[1])} of y in batch {number}.",
                "Use the same row numbers for X and for y.",
            )
    return None


def no_pair(batch: Any, number: int) -> Finding:
    """Return the finding for a batch that is not two arrays."""
    if isinstance(batch, np.ndarray) and batch.ndim == 1 and batch.dtype.kind in "iu":
        advice = "These look like row numbers. Hand out the rows themselves: X and y, indexed with those numbers."
    elif isinstance(batch, np.ndarray):
        advice = "One array is not enough: each batch is a pair, rows of X and the answers that belong to them, `yield X_batch, y_batch`."
    else:
        advice = "Yield `X_batch, y_batch` for each batch."
    return Finding("type", f"gave something other than a pair of arrays as batch {number}.", advice)


def wrong_sizes(sizes: list[int], due: list[int]) -> Finding:
    """Return the finding for batches of wrong sizes; without the rest at the end it has a name."""
    sentence = f"gave batches of {_listed(sizes)} rows; expected {_listed(due)}."
    if sizes == due[:-1]:
        return Finding("values", sentence, DROPS_REST[1], DROPS_REST[0])
    if sizes == [*due, 0]:
        return Finding("values", sentence, EMPTY_BATCH[1], EMPTY_BATCH[0])
    if len(sizes) == max(due) != len(due) and max(sizes) - min(sizes) <= 1:
        return Finding("values", sentence, AS_A_COUNT[1], AS_A_COUNT[0])
    if len(sizes) == len(due) and sum(sizes) == sum(due):
        return Finding("values", sentence, EVEN_BATCHES[1], EVEN_BATCHES[0])
    if sum(sizes) < sum(due):
        return Finding("values", sentence, "There are fewer rows than X has: every row belongs to the epoch.")
    if sum(sizes) > sum(due):
        return Finding("values", sentence, "There are more rows than X has: one call is one epoch, each row once.")
    return Finding(
        "values", sentence, "Each batch starts batch_size rows after the one before; only the last may be shorter."
    )


def _listed(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes[:8])) + (", …" if len(sizes) > 8 else "")


def not_random(order: np.ndarray, batch_size: int) -> Finding | None:
    """Return the finding for an order that no draw from rng would give; short epochs prove nothing."""
    n = len(order)
    if n < 12:
        return None
    if np.array_equal(order, np.arange(n)) or np.array_equal(order, np.arange(n)[::-1]):
        return Finding(
            "values", "gave the rows in the order in which they are stored.", NOT_SHUFFLED[1], NOT_SHUFFLED[0]
        )
    groups = [order[i : i + batch_size] for i in range(0, n, batch_size)]
    if 1 < batch_size < n and all(np.ptp(group) == len(group) - 1 for group in groups):
        return Finding("values", "gave only batches of neighbouring rows.", SAME_GROUPS[1], SAME_GROUPS[0])
    if n >= 20 and tuple(order.tolist()) in orders_without_rng(n):
        return Finding("values", "gave an order that rng did not draw.", SAME_ORDER[1], SAME_ORDER[0])
    return None


def cut(X: Any, y: Any, order: Any, batch_size: int) -> Any:
    """Yield X and y in this order, cut into batches: for wrong answers whose order is what is wrong."""
    if len(X) != len(y):
        raise ValueError("lengths")
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


def own_seed(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    return cut(X, y, np.random.default_rng(0).permutation(len(X)), batch_size)


def own_generator(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    return cut(X, y, np.random.default_rng().permutation(len(X)), batch_size)


def two_orders(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    return cut(rng.permutation(X), rng.permutation(y), np.arange(len(X)), batch_size)


def drawn_afresh(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    return cut(X, y, rng.integers(0, len(X), len(X)), batch_size)


def order_of_batches(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    if len(X) != len(y):
        raise ValueError("lengths")
    for start in rng.permutation(np.arange(0, len(X), batch_size)):
        yield X[start : start + batch_size], y[start : start + batch_size]


def shuffles_the_table(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    if len(X) != len(y):
        raise ValueError("lengths")
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return cut(X.copy(), y.copy(), np.arange(len(X)), batch_size)


def returns_in_the_loop(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    return next(cut(X, y, rng.permutation(len(X)), batch_size))


def batch_size_parts(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    for rows in np.array_split(rng.permutation(len(X)), batch_size):
        yield X[rows], y[rows]


def even_parts(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
    for rows in np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size)):
        yield X[rows], y[rows]


MINIBATCH = Exercise(
    id="minibatches",
    notebook=NOTEBOOK,
    reference="labkit.reference.minibatches:minibatches",
    title="An epoch in small pieces",
    points=2,
    cases=minibatch_cases,
    judge=one_epoch,
    mistakes=(
        Mistake(
            DROPS_REST[0], Edit("range(0, n, batch_size)", "range(0, n - batch_size + 1, batch_size)"), DROPS_REST[1]
        ),
        Mistake(NOT_SHUFFLED[0], Edit("rng.permutation(n)", "list(range(n))"), NOT_SHUFFLED[1]),
        Mistake(SAME_ORDER[0], own_seed, SAME_ORDER[1]),
        Mistake(OTHER_ORDER[0], own_generator, OTHER_ORDER[1]),
        Mistake(OUT_OF_STEP[0], two_orders, OUT_OF_STEP[1]),
        Mistake(WITH_REPLACEMENT[0], drawn_afresh, WITH_REPLACEMENT[1]),
        Mistake(SAME_GROUPS[0], order_of_batches, SAME_GROUPS[1]),
        Mistake(
            "X and y changed in place",
            shuffles_the_table,
            "The batches are right, but the caller's table is now shuffled, too: leave X and y as they are, and shuffle row numbers.",
        ),
        Mistake(FIRST_ONLY[0], returns_in_the_loop, FIRST_ONLY[1]),
        Mistake(
            "stops after the first batch",
            Edit("yield X[rows], y[rows]", "return [(X[rows], y[rows])]"),
            "It ends after the first batch: is there a `return` or a `break` inside of the loop?",
        ),
        Mistake(Y_FIRST[0], Edit("yield X[rows], y[rows]", "yield y[rows], X[rows]"), Y_FIRST[1]),
        Mistake(EMPTY_BATCH[0], Edit("range(0, n, batch_size)", "range(0, n + 1, batch_size)"), EMPTY_BATCH[1]),
        Mistake(AS_A_COUNT[0], batch_size_parts, AS_A_COUNT[1]),
        Mistake(EVEN_BATCHES[0], even_parts, EVEN_BATCHES[1]),
        Mistake(
            "lengths not compared",
            Edit(
                "if len(y) != n:",
                "if False:",
                (("order[start : start + batch_size]", "order[start : start + batch_size] % len(y)"),),
            ),
            "X has 9 rows and y has 8: without a check, some rows silently get an answer of others. Raise ValueError.",
        ),
    ),
    hints=(
        "Shuffle row numbers, not rows: order = rng.permutation(n). The same order then serves X and y.",
        "range(0, n, batch_size) gives the start of each batch, that of a short last one included.",
        "order[start : start + batch_size] are the rows of one batch (a slice may reach past the end). `yield X[rows], y[rows]`.",
    ),
)
