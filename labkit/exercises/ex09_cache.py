"""Judging a forward pass that returns (y, cache): y above all.

What it keeps for later is its author's business; but where a cache has the statement's form, its numbers must be those of the statement.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.grading.compare import difference, same
from labkit.grading.explain import kind_of
from labkit.grading.judge import load_mistake
from labkit.grading.model import Case, Exercise, Finding, Judge, Mistake
from labkit.grading.observe import revive

CACHE = "cache"  # the aspect of cases in which the cache is looked at, too


def first_of_two(exercise: Callable[[], Exercise], *items: str) -> Judge:
    """Return a judge that compares the y of (y, cache); ``items`` are the names of what the statement puts into the cache.

    A mistake is recognised by its y alone, here, because the general diagnosis compares whole results, and caches differ.
    """

    @functools.cache
    def wrong_answers() -> list[tuple[Mistake, Callable[..., Any]]]:
        return [(mistake, load_mistake(exercise(), mistake)) for mistake in exercise().mistakes]

    def judge(case: Case, expected: Any, got: Any) -> Finding | None:
        if not isinstance(got, tuple | list) or len(got) != 2:
            advice = "End with `return y, cache`: the feature maps, then what the backward pass will need."
            return Finding("type", f"returned {kind_of(got)}; expected two results, y and the cache.", advice)
        finding = difference(expected[0], got[0], where="y")
        if finding is None and case.aspect == CACHE:
            return _cache_differs(expected[1], got[1], items)
        if finding is None or not isinstance(got[0], np.ndarray):
            return finding
        for mistake, wrong in wrong_answers():
            if _gives(wrong, case, got[0]):
                return Finding(finding.stage, finding.sentence, mistake.sentence, mistake.name)
        return finding

    return judge


def _cache_differs(expected: tuple, got: Any, names: tuple[str, ...]) -> Finding | None:
    """Return which number is wrong in a cache that looks like the statement's; how it keeps the images is its author's business."""
    if not isinstance(got, tuple | list) or len(got) != len(names):
        return None
    numbers = [(name, e, g) for name, e, g in zip(names, expected, got, strict=True) if not isinstance(e, np.ndarray)]
    if not all(g is None or isinstance(g, int | float) for _, _, g in numbers):
        return None
    for name, e, g in numbers:
        if g != e:
            sentence = f"has the right y, but in its cache, ({', '.join(names)}), {g} stands for {name}."
            return Finding(
                "values", sentence, "The way back unpacks the cache: keep what the statement names, in its order."
            )
    return None


def _gives(wrong: Callable[..., Any], case: Case, y: np.ndarray) -> bool:
    """Whether this wrong answer, too, returns this y; one that raises here returns none."""
    try:
        with np.errstate(all="ignore"):
            return same(wrong(*revive(case.args), **revive(dict(case.kwargs)))[0], y)
    except (ValueError, IndexError, TypeError):
        return False
