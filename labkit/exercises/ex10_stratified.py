"""The exercise stratified_kfold_indices of 10_evaluation: folds in which every class is spread evenly."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.ex10_folds import NOTEBOOK, REFUSES
from labkit.exercises.ex10_splits import (
    HABITS,
    K_NOT_CHECKED,
    SAYS,
    Folds,
    checked,
    even_sizes,
    generator,
    held_out_once,
    mistake,
    named,
    pairs,
    partition,
    read_folds,
)
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Rng


def labels(rng: np.random.Generator, *sizes: int) -> np.ndarray:
    """Return labels in random order, sizes[c] of class c, such that no cut of the stored order is stratified by chance."""
    return rng.permutation(np.repeat(np.arange(len(sizes)), sizes))


def stratified_cases(rng: np.random.Generator) -> list[Case]:
    def drawn() -> Rng:
        return generator(rng)

    ordered = np.repeat([0, 1, 2], [20, 16, 12])
    return [
        Case("24 rows of one class and 12 of another", (labels(rng, 24, 12), 4, drawn()), again=True),
        Case("three classes, sorted", (ordered, 4, drawn())),
        Case("a rare class", (labels(rng, 45, 5), 5, drawn())),
        Case("three classes of 7 rows in 5 folds", (labels(rng, 7, 7, 7), 5, drawn()), aspect="sizes"),
        Case("four classes of 5 rows in 3 folds", (labels(rng, 5, 5, 5, 5), 3, drawn()), aspect="sizes"),
        Case("a class with fewer rows than folds", (labels(rng, 13, 2), 5, drawn()), aspect="extremes"),
        Case("as many folds as rows", (labels(rng, 3, 3), 6, drawn()), aspect="extremes"),
        Case("labels -1 and 7", (np.array([-1, 7])[labels(rng, 9, 6)], 3, drawn()), aspect="other labels"),
        Case("1 fold", (labels(rng, 6, 6), 1, drawn()), aspect=REFUSES),
        Case("8 folds of 7 rows", (labels(rng, 4, 3), 8, drawn()), aspect=REFUSES),
    ]


STORED = "not shuffled within the classes"


def are_stratified(case: Case, expected: Any, got: Any) -> Finding | None:
    """Judge stratified folds by what they must be; which rows of a class come together is chance."""
    y, k, _ = case.args
    n = len(y)
    folds = read_folds(got, n, k)
    if isinstance(folds, Finding):
        return folds
    if finding := _other_rows(folds, y) or held_out_once(folds, n) or _uneven_class(folds, y):
        return finding
    if finding := even_sizes(folds, n):
        return named("each class starts at the first fold", finding.sentence)
    fold = np.empty(n, dtype=int)
    for number, (_, validation) in enumerate(folds):
        fold[validation] = number
    if n < 30:  # few rows: chance itself may look like an order
        return None
    if all(_in_order(fold[y == c], k) for c in np.unique(y)):
        return named(STORED, "dealt the rows of each class in the order in which they are stored.")
    if partition([validation.tolist() for _, validation in folds]) in without_rng(tuple(y.tolist()), k):
        return named("same folds every time", "gave folds that rng did not draw.")
    return None


def _other_rows(folds: Folds, y: np.ndarray) -> Finding | None:
    """Return the finding for rows held out by their positions in a class, and for classes that nobody looked at."""
    held = np.concatenate([validation for _, validation in folds])
    sizes = np.unique(y, return_counts=True)[1]
    if sorted(held.tolist()) == sorted(i for size in sizes for i in range(size)) and len(sizes) > 1:
        return named("positions for row numbers", f"held out no row from number {max(sizes)} on.")
    never = set(np.unique(y).tolist()) - set(y[held[(held >= 0) & (held < len(y))]].tolist())
    if never and len(held) == len(y) - sum(int((y == c).sum()) for c in never):
        return named("class left out", f"held out no row of class {min(never)}.")
    return None


def _uneven_class(folds: Folds, y: np.ndarray) -> Finding | None:
    for c in np.unique(y):
        counts = [int((y[validation] == c).sum()) for _, validation in folds]
        if max(counts) - min(counts) > 1:
            per_fold = ", ".join(map(str, counts))
            return named(
                "not stratified", f"put {per_fold} rows of class {c} into the folds; they may differ by one at most."
            )
    return None


def _in_order(fold: np.ndarray, k: int) -> bool:
    """Whether the folds of a class's rows, as stored, go round like cards or come in blocks."""
    dealt = np.array_equal(fold[k:], fold[:-k]) and len(np.unique(fold[:k])) == min(
        k, len(fold)
    )  # whatever the folds are called
    return bool(dealt or np.count_nonzero(np.diff(fold)) < k)


Permute = Callable[[Any], np.ndarray]


@functools.cache
def without_rng(y: tuple[int, ...], k: int) -> frozenset[frozenset[frozenset[int]]]:
    """Return the stratified folds that come from a generator of one's own, for seeds that people write."""
    labels = np.array(y)
    found = set()
    for seed in HABITS:
        for make in (np.random.default_rng, np.random.RandomState):
            for way in (labels_of_folds, dealt_in_order, piece_by_piece):
                found.add(partition(way(labels, k, make(seed).permutation)))
                found.add(partition(way(labels, k, functools.partial(anew, make, seed))))
    return frozenset(found)


def anew(make: Callable[[int], Any], seed: int, what: Any) -> np.ndarray:
    """Return a permutation from a generator made for this call."""
    return make(seed).permutation(what)


def labels_of_folds(y: np.ndarray, k: int, permute: Permute) -> list:
    """Return folds by shuffling fold numbers within each class, as the reference does."""
    dealt, fold, start = np.arange(len(y)) % k, np.empty(len(y), dtype=int), 0
    for c in np.unique(y):
        rows = np.flatnonzero(y == c)
        fold[rows] = permute(np.sort(dealt[start : start + len(rows)]))
        start += len(rows)
    return [np.flatnonzero(fold == f).tolist() for f in range(k)]


def dealt_in_order(y: np.ndarray, k: int, permute: Permute) -> list:
    """Return folds by shuffling all rows, sorting them by class, and dealing."""
    order = permute(len(y))
    order = order[np.argsort(y[order], kind="stable")]
    return [order[f::k].tolist() for f in range(k)]


def piece_by_piece(y: np.ndarray, k: int, permute: Permute) -> list:
    """Return folds by shuffling each class's rows and dealing on from class to class."""
    order = np.concatenate([permute(np.flatnonzero(y == c)) for c in np.unique(y)])
    return [order[f::k].tolist() for f in range(k)]


# ---------------------------------------------------------------------------------------------------- mistakes


def plain_folds(y: Any, k: int, rng: Any) -> Any:
    checked(len(y), k)
    return pairs(np.array_split(rng.permutation(len(y)), k), len(y))


def each_class_from_the_start(y: Any, k: int, rng: Any) -> Any:
    checked(len(y), k)
    cut = [np.array_split(rng.permutation(np.flatnonzero(y == c)), k) for c in np.unique(y)]
    return pairs([np.concatenate(parts) for parts in zip(*cut, strict=True)], len(y))


def new_split_each_time(y: Any, k: int, rng: Any) -> Any:
    checked(len(y), k)
    return pairs([np.array(dealt_in_order(y, k, rng.permutation)[0]) for _ in range(k)], len(y))


def rest_left_out(y: Any, k: int, rng: Any) -> Any:
    checked(len(y), k)
    shuffled = [rng.permutation(np.flatnonzero(y == c)) for c in np.unique(y)]
    parts = [
        np.concatenate([rows[f * (len(rows) // k) : (f + 1) * (len(rows) // k)] for rows in shuffled]) for f in range(k)
    ]
    return pairs(parts, len(y))


def sorts_the_labels(y: Any, k: int, rng: Any) -> Any:
    checked(len(y), k)
    y.sort()
    return pairs([np.array(rows) for rows in dealt_in_order(y, k, rng.permutation)], len(y))


def positions_in_class(y: Any, k: int, rng: Any) -> Any:
    checked(len(y), k)
    order = np.concatenate([rng.permutation(int(np.sum(y == c))) for c in np.unique(y)])
    return pairs([order[f::k] for f in range(k)], len(y))


def classes_from_0(y: Any, k: int, rng: Any) -> Any:
    checked(len(y), k)
    order = np.concatenate([rng.permutation(np.flatnonzero(y == c)) for c in range(len(np.unique(y)))])
    return pairs([order[f::k] for f in range(k)], len(y))


def folds_shuffled(y: Any, k: int, rng: Any) -> Any:
    checked(len(y), k)
    folds = pairs([np.argsort(y, kind="stable")[f::k] for f in range(k)], len(y))
    return [folds[f] for f in rng.permutation(k)]


SHUFFLE = "rng.permutation(np.sort(dealt[start : start + len(rows)]))"
RETURN = "(np.flatnonzero(fold != f), np.flatnonzero(fold == f))"

STRATIFIED = Exercise(
    id="stratified_kfold_indices",
    notebook=NOTEBOOK,
    reference="labkit.reference.folds:stratified_kfold_indices",
    title="Every class in every fold",
    points=2,
    cases=stratified_cases,
    judge=are_stratified,
    mistakes=(
        mistake("not stratified", plain_folds),
        mistake(STORED, Edit(SHUFFLE, "dealt[start : start + len(rows)]")),
        mistake("each class starts at the first fold", each_class_from_the_start),
        mistake("same folds every time", Edit("n = len(y)", "n, rng = len(y), np.random.default_rng(0)")),
        mistake("own generator", Edit("n = len(y)", "n, rng = len(y), np.random.default_rng()")),
        mistake("a new split each time", new_split_each_time),
        mistake("rest left out", rest_left_out),
        mistake("trains on held-out rows", Edit(RETURN, "(np.arange(n), np.flatnonzero(fold == f))")),
        mistake("parts swapped", Edit(RETURN, "(np.flatnonzero(fold == f), np.flatnonzero(fold != f))")),
        mistake("positions for row numbers", positions_in_class),
        mistake("class left out", classes_from_0),
        Mistake(
            "only the folds shuffled",
            folds_shuffled,
            SAYS[STORED],
        ),
        mistake("masks", Edit(RETURN, "(fold != f, fold == f)")),
        Mistake(
            "labels sorted in place",
            sorts_the_labels,
            'y itself is sorted, so its labels have left their rows, in the caller\'s data, too. Sort row numbers: np.argsort(y, kind="stable").',
        ),
        K_NOT_CHECKED,
    ),
    hints=(
        "Think of cards: sort the rows by class, then deal them to k players in turn. No player gets two more of a class than another.",
        "Shuffle first, so that chance decides which rows of a class go where: order = rng.permutation(n), then sort order by y[order].",
        'np.argsort(y[order], kind="stable") sorts by class and keeps the shuffled order within a class. order = order[that].',
        "order[f::k] is what player f gets: the validation rows of fold f. Train holds all others: np.setdiff1d(np.arange(n), order[f::k]).",
    ),
)
