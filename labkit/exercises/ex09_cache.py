"""Judging results of which only the first part is asked for: what a forward pass keeps for later is its author's business."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.grading.compare import difference, same
from labkit.grading.explain import kind_of
from labkit.grading.judge import load_mistake
from labkit.grading.model import Case, Exercise, Finding, Judge
from labkit.grading.observe import revive


def first_of_two(exercise: Callable[[], Exercise]) -> Judge:
    """Return a judge that compares the y of (y, cache) and looks no further.

    A mistake is recognised by its y alone, here, because the general diagnosis compares whole results, and caches differ.
    """

    def judge(case: Case, expected: Any, got: Any) -> Finding | None:
        if not isinstance(got, tuple | list) or len(got) != 2:
            advice = "End with `return y, cache`: the feature maps, then what the backward pass will need."
            return Finding("type", f"returned {kind_of(got)}; expected two results, y and the cache.", advice)
        finding = difference(expected[0], got[0], where="y")
        if finding is None or not isinstance(got[0], np.ndarray):
            return finding
        for mistake in exercise().mistakes:
            if _gives(load_mistake(exercise(), mistake), case, got[0]):
                return Finding(finding.stage, finding.sentence, mistake.sentence, mistake.name)
        return finding

    return judge


def _gives(wrong: Callable[..., Any], case: Case, y: np.ndarray) -> bool:
    """Whether this wrong answer, too, returns this y; one that raises here returns none."""
    try:
        with np.errstate(all="ignore"):
            return same(wrong(*revive(case.args), **revive(dict(case.kwargs)))[0], y)
    except (ValueError, IndexError, TypeError):
        return False
