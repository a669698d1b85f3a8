"""The exercise kfold_indices of 10_evaluation, judged by what folds must be: any shuffle drawn from rng is right."""

from __future__ import annotations

import functools
import itertools
import random
from typing import Any

import numpy as np

from labkit.exercises.ex10_splits import (
    HABITS,
    K_NOT_CHECKED,
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

NOTEBOOK = "10_evaluation"
SIZES, REFUSES = "uneven sizes", "refuses"


def kfold_cases(rng: np.random.Generator) -> list[Case]:
    def drawn() -> Rng:
        return generator(rng)

    return [
        Case("20 rows in 4 folds", (20, 4, drawn()), again=True),
        Case("24 rows in 3 folds, with another rng", (24, 3, drawn())),
        Case("23 rows in 5 folds", (23, 5, drawn()), aspect=SIZES),
        Case("19 rows in 10 folds", (19, 10, drawn()), aspect=SIZES),
        Case("7 rows in 7 folds", (7, 7, drawn()), aspect="extremes"),
        Case("5 rows in 2 folds", (5, 2, drawn()), aspect="extremes"),
        Case("1 fold", (20, 1, drawn()), aspect=REFUSES),
        Case("8 folds of 7 rows", (7, 8, drawn()), aspect=REFUSES),
    ]


# ------------------------------------------------------------------------------------------ what folds must be


@functools.cache
def orders_without_rng(n: int) -> tuple[tuple[int, ...], ...]:
    """Return the orders of n rows that come from a generator of one's own, for seeds that people write."""
    found: list[Any] = [range(n)]
    for seed in HABITS:
        found += [np.random.RandomState(seed).permutation(n), np.random.default_rng(seed).permutation(n)]
        for shuffle in (np.random.default_rng(seed).shuffle, random.Random(seed).shuffle):
            found.append(list(range(n)))
            shuffle(found[-1])
    return tuple(tuple(int(i) for i in order) for order in found)


@functools.cache
def partitions_without_rng(n: int, k: int) -> frozenset[frozenset[frozenset[int]]]:
    """Return the folds that such orders lead to, cut into pieces or dealt like cards; those of the stored order come too."""
    cuts: list[Any] = [[order[i::k] for i in range(k)] for order in orders_without_rng(n)]
    cuts += [np.array_split(order, k) for order in orders_without_rng(n)]
    return frozenset(partition(cut) for cut in cuts)


def are_folds(case: Case, expected: Any, got: Any) -> Finding | None:
    """Judge folds by what they must be; which rows come together is chance."""
    n, k, _ = case.args
    folds = read_folds(got, n, k)
    if isinstance(folds, Finding):
        return folds
    if finding := held_out_once(folds, n) or even_sizes(folds, n):
        return finding
    if n < 12 or k > n // 2:  # few rows or tiny folds: chance itself may look like an order
        return None
    stored = (
        [np.arange(n)[i::k] for i in range(k)],
        np.array_split(np.arange(n), k),
        np.array_split(np.arange(n)[::-1], k),
    )
    mine = partition([validation.tolist() for _, validation in folds])
    if mine in [partition(cut) for cut in stored]:
        return named("not shuffled", "cut the rows in the order in which they are stored.")
    if mine in partitions_without_rng(n, k):
        return named("same folds every time", "gave folds that rng did not draw.")
    return None


# ---------------------------------------------------------------------------------------------------- mistakes


def new_split_each_time(n: int, k: int, rng: Any) -> Any:
    checked(n, k)
    return pairs([rng.permutation(n)[: n // k + (i < n % k)] for i in range(k)], n)


def rest_left_out(n: int, k: int, rng: Any) -> Any:
    checked(n, k)
    order = rng.permutation(n)
    return pairs([order[i * (n // k) : (i + 1) * (n // k)] for i in range(k)], n)


def rest_in_last(n: int, k: int, rng: Any) -> Any:
    checked(n, k)
    order, m = rng.permutation(n), n // k
    return pairs([*(order[i * m : (i + 1) * m] for i in range(k - 1)), order[(k - 1) * m :]], n)


def one_row_too_far(n: int, k: int, rng: Any) -> Any:
    checked(n, k)
    order, ends = rng.permutation(n), np.cumsum([0, *(n // k + (i < n % k) for i in range(k))])
    return pairs([order[a : b + 1] for a, b in itertools.pairwise(ends)], n)


def fold_of_each_row(n: int, k: int, rng: Any) -> Any:
    checked(n, k)
    fold = rng.integers(0, k, n)
    return pairs([np.flatnonzero(fold == i) for i in range(k)], n)


def any_k(n: int, k: int, rng: Any) -> Any:
    return pairs(np.array_split(rng.permutation(n), k), n)


def any_k_from_2(n: int, k: int, rng: Any) -> Any:
    checked(max(n, k), k)
    return any_k(n, k, rng)


def any_k_to_n(n: int, k: int, rng: Any) -> Any:
    checked(n, max(k, 2))
    return any_k(n, k, rng)


def only_shuffled_inside(n: int, k: int, rng: Any) -> Any:
    checked(n, k)
    return pairs([rng.permutation(part) for part in np.array_split(np.arange(n), k)], n)


APPEND = "folds.append((train, np.sort(part)))"
TRAIN = "train = np.setdiff1d(np.arange(n), part)"

KFOLD = Exercise(
    id="kfold_indices",
    notebook=NOTEBOOK,
    reference="labkit.reference.folds:kfold_indices",
    title="Every row has its turn",
    points=2,
    cases=kfold_cases,
    judge=are_folds,
    mistakes=(
        mistake("not shuffled", only_shuffled_inside),
        mistake("same folds every time", Edit("rng.permutation(n)", "np.random.default_rng(0).permutation(n)")),
        mistake("own generator", Edit("rng.permutation(n)", "np.random.default_rng().permutation(n)")),
        mistake("a new split each time", new_split_each_time),
        mistake("rest left out", rest_left_out),
        mistake("rest in one fold", rest_in_last),
        mistake("trains on held-out rows", Edit(TRAIN, "train = np.arange(n)")),
        mistake("train is too small", Edit(TRAIN, "train = np.setdiff1d(np.arange(n), part)[: n // 2]")),
        mistake("parts swapped", Edit(APPEND, "folds.append((np.sort(part), train))")),
        mistake("counted from 1", Edit(APPEND, "folds.append((train + 1, np.sort(part) + 1))")),
        mistake("masks", Edit(APPEND, "folds.append((~np.isin(np.arange(n), part), np.isin(np.arange(n), part)))")),
        mistake("drawn with replacement", Edit("rng.permutation(n)", "rng.choice(n, n)")),
        mistake("pieces overlap", one_row_too_far),
        mistake("sizes by chance", fold_of_each_row),
        K_NOT_CHECKED,
        Mistake("k not checked, rows as shuffled", any_k, K_NOT_CHECKED.sentence),
        Mistake(
            "k > n not refused",
            any_k_from_2,
            "k > n leaves empty folds: refuse it, too. raise ValueError unless 2 <= k <= n.",
        ),
        Mistake(
            "k = 1 not refused",
            any_k_to_n,
            "k = 1 leaves nothing to train on: refuse it, too. raise ValueError unless 2 <= k <= n.",
        ),
    ),
    hints=(
        "Shuffle once, then cut: order = rng.permutation(n) holds every row number once.",
        "np.array_split(order, k) cuts it into k parts whose sizes differ by at most one; each part is the validation of one fold.",
        "All other rows: np.setdiff1d(np.arange(n), part), or the parts before and after it, joined.",
        "First line: `if not 2 <= k <= n: raise ValueError(...)`. Last line: return the list of k pairs (train, part).",
    ),
)
