"""What folds must be, whoever draws them: read them, and find the first thing that is wrong.  Shared by both fold exercises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.grading.explain import OWN_GENERATOR, kind_of, returned_none
from labkit.grading.model import Edit, Finding, Mistake
from labkit.grading.wire import Rng

Folds = list[tuple[np.ndarray, np.ndarray]]


def generator(rng: np.random.Generator) -> Rng:
    """Return a generator with a seed that nobody writes by hand."""
    return Rng(int(rng.integers(10**6, 2**31)))


SAYS = {
    "masks": "These are masks of True and False; row numbers are asked for. np.flatnonzero turns a mask into them.",
    "counted from 1": "The row numbers start at 1. Rows are counted from 0 to n - 1, as NumPy counts.",
    "parts swapped": "The parts are the wrong way round: each pair is (train, validation), and the small part, the fold itself, is the validation.",
    "trains on held-out rows": "A row that is held out is also trained on. Such a score says how well the model remembers: train holds the rows "
    "that are *not* in the fold.",
    "a new split each time": "Some rows are held out several times, others never: the rows are drawn anew for each fold, or with replacement. Shuffle "
    "once, before the loop (rng.permutation holds each row once), then cut.",
    "drawn with replacement": "A row comes twice in the same fold: the rows are drawn with replacement. A shuffle holds each row number once: see "
    "rng.permutation.",
    "pieces overlap": "Some rows are held out twice, though none is left out: the pieces overlap. The end of a slice is not part of it, so that [a:b] and "
    "[b:c] meet as they are.",
    "sizes by chance": "The sizes come out by chance: a fold is drawn for each row by itself. They may differ by one at most: shuffle, then cut.",
    "rest left out": "The rows that do not fill a whole fold are never held out. Hand the rest out: one row more for some of the folds "
    "(np.array_split does so).",
    "rest in one fold": "The rest all goes into one fold. Sizes may differ by one at most: hand it out, one row more for some of the folds "
    "(np.array_split does so).",
    "train is too small": "Some rows that are not held out are not trained on either. Train holds *all* other rows.",
    "not shuffled": "The rows are cut in the order in which they are stored. Tables are often sorted by class, by day or by clinic, and then a fold is "
    "a class: shuffle with rng first.",
    "same folds every time": "These folds do not come from rng: np.random, or a generator made inside with a seed of its own, does not ask it. "
    "Use the rng that is passed.",
    "own generator": OWN_GENERATOR,
    # of stratified folds alone
    "positions for row numbers": "These are positions within a class, not row numbers: rows of other classes are meant by the same numbers. "
    "np.flatnonzero(y == c) holds the row numbers of class c; shuffle those.",
    "class left out": "A whole class is never held out. Labels need not be 0, 1, 2, …: np.unique(y) names those that occur.",
    "not stratified": "The classes are not spread evenly over the folds. Deal out the rows of each class by themselves. (If you sorted the labels: "
    "positions in the sorted list must be turned back into row numbers.)",
    "each class starts at the first fold": "Each class is spread evenly, but all of them give their odd rows to the same folds, so that the folds "
    "differ by more than one row. Let each class go on where the one before it stopped.",
    "not shuffled within the classes": "Within each class the rows are dealt in the order in which they are stored, so every run has the same folds. "
    "Shuffle the rows of each class with rng.",
}


def named(name: str, sentence: str) -> Finding:
    """Return the finding for a slip of SAYS."""
    return Finding("values", sentence, SAYS[name], name)


def mistake(name: str, wrong: Any) -> Mistake:
    """Return the record of a slip of SAYS."""
    return Mistake(name, wrong, SAYS[name])


K_NOT_CHECKED = Mistake(
    "k not checked",
    Edit("if not 2 <= k <= n:", "if k < 1:"),
    "k = 1 leaves nothing to train on, and k > n leaves empty folds: raise ValueError unless 2 <= k <= n.",
)


def read_folds(got: Any, n: int, k: int) -> Folds | Finding:
    """Return the pairs of integer arrays in a result, or the first thing that keeps it from being k such pairs."""
    if got is None:
        return returned_none("")
    if not isinstance(got, list | tuple):
        return Finding(
            "type",
            f"returned {kind_of(got)}; expected a list of {k} pairs (train, validation).",
            "Start with an empty list and append a pair for each fold.",
        )
    if len(got) != k:
        return _other_number(got, k)
    folds: Folds = []
    for number, pair in enumerate(got):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return Finding(
                "type",
                f"returned {kind_of(pair)} as item {number}; expected a pair (train, validation).",
                "Append both parts for each fold: `folds.append((train, validation))`.",
            )
        parts = [_row_numbers(part, name, number, n) for part, name in zip(pair, ("train", "validation"), strict=True)]
        if finding := next((part for part in parts if isinstance(part, Finding)), None):
            return finding
        folds.append((parts[0], parts[1]))  # type: ignore[arg-type]  # no Finding among them
    return folds


def _other_number(got: list | tuple, k: int) -> Finding:
    """Return the finding for a result that has not k items, with what two of them, or one, usually are."""
    if len(got) == 2 and all(isinstance(part, np.ndarray) for part in got):
        advice = "This is the pair of a single fold. Append each pair to a list, and return the list after the loop."
    elif len(got) == 2 and all(isinstance(part, list | tuple) and len(part) == k for part in got):
        advice = "These are two lists, all train parts and all validation parts. Put them together fold by fold: append((train, validation))."
    elif len(got) == 1:
        advice = "Only one fold is there: does the `return` stand inside the loop, or is the list made anew in it?"
    else:
        advice = "There is one pair for each of the k folds."
    return Finding("shape", f"returned {len(got)} item{'s' * (len(got) != 1)}; expected {k} pairs.", advice)


def _row_numbers(part: Any, name: str, number: int, n: int) -> np.ndarray | Finding:
    if isinstance(part, list | tuple) and all(
        np.asarray(i).shape == () and np.asarray(i).dtype.kind in "iu" for i in part
    ):
        part = np.array(part, dtype=int)  # a list of row numbers is as good
    what = f"{name} part of fold {number}"
    if not isinstance(part, np.ndarray) or part.ndim != 1:
        return Finding(
            "type",
            f"returned {kind_of(part)} as the {what}; expected an array of row numbers.",
            "Each part is a one-dimensional array of integers.",
        )
    if part.dtype.kind == "b":
        return named("masks", f"returned True and False as the {what}.")
    if part.dtype.kind not in "iu":
        return Finding("dtype", f"returned {part.dtype} numbers as the {what}.", "Row numbers are integers.")
    return part


def held_out_once(folds: Folds, n: int) -> Finding | None:
    """Return the first thing wrong with which rows are held out and which are trained on."""
    held = np.concatenate([validation for _, validation in folds])
    every = np.concatenate([held, *(train for train, _ in folds)])
    if every.size and (every.min() < 0 or every.max() >= n):
        worst = int(every.min() if every.min() < 0 else every.max())
        sentence = f"gave the row number {worst}; the {n} rows are 0 to {n - 1}."
        if sorted(held.tolist()) == list(range(1, n + 1)):
            return named("counted from 1", sentence)
        return Finding("values", sentence, "Only the numbers 0 to n - 1 may occur.")
    times = np.bincount(held, minlength=n)
    if (np.bincount(held, minlength=n) == len(folds) - 1).all() and len(folds) > 2:
        return named("parts swapped", f"held out each row {len(folds) - 1} times.")
    for number, (train, validation) in enumerate(folds):
        both = np.intersect1d(train, validation)
        if both.size:
            return named("trains on held-out rows", f"gave fold {number} the row {both[0]} in both parts.")
    if any(len(np.unique(validation)) < len(validation) for _, validation in folds):
        return named("drawn with replacement", f"held out {int((times > 1).sum())} of {n} rows more than once.")
    if (times > 1).any() and (times > 0).all():
        return named(
            "pieces overlap", f"held out {int((times > 1).sum())} of {n} rows more than once, and each at least once."
        )
    if (times > 1).any():
        return named(
            "a new split each time",
            f"held out {int((times > 1).sum())} of {n} rows more than once, and {int((times == 0).sum())} never.",
        )
    if (times == 0).any():
        return named("rest left out", f"never held out {int((times == 0).sum())} of {n} rows.")
    for number, (train, validation) in enumerate(folds):
        if len(np.unique(train)) != len(train):
            return Finding(
                "values",
                f"gave fold {number} a row to train on twice.",
                "Each row comes once, in one of the two parts.",
            )
        if len(train) + len(validation) != n:
            lost = n - len(train) - len(validation)
            return named("train is too small", f"left {lost} of {n} rows out of both parts of fold {number}.")
    return None


def even_sizes(folds: Folds, n: int) -> Finding | None:
    """Return the finding for folds whose sizes differ by more than one."""
    sizes = [len(validation) for _, validation in folds]
    if max(sizes) - min(sizes) <= 1:
        return None
    sentence = f"held out {', '.join(map(str, sizes))} rows; expected {n // len(sizes)} or one more."
    if len(set(sizes[:-1])) == 1:
        return named("rest in one fold", sentence)
    return named("sizes by chance", sentence)


def partition(folds: Sequence[Any]) -> frozenset[frozenset[int]]:
    """Return the folds as sets, so that orders do not matter."""
    return frozenset(frozenset(int(i) for i in fold) for fold in folds)


HABITS = (*range(11), 42, 99, 100, 123, 1234, 12345, 2024, 2025, 2026)  # seeds that people write


# --------------------------------------------------------------------------------------- what wrong answers are made of


def checked(n: int, k: int) -> None:
    """Refuse what kfold_indices refuses, so that a mistake shows only its own slip."""
    if not 2 <= k <= n:
        raise ValueError("k")


def pairs(parts: Sequence[np.ndarray], n: int) -> Folds:
    """Return each part with all other rows."""
    return [(np.setdiff1d(np.arange(n), part), np.asarray(part)) for part in parts]
