"""Wrong answers that are on nobody's list: the reference, spoiled in a general way, is refused with advice."""

from __future__ import annotations

import copy
import inspect

import numpy as np
import pytest

from labkit.exercises import CATALOG
from labkit.grading.judge import key, load_reference
from labkit.grading.model import NOT_YET
from labkit.lesson import examine

FUNCTIONS = [e for e in CATALOG.values() if e.probe in ("call", "loop") and not e.needs_torch]


def changed(value, change):
    """Return a result with ``change`` applied to every number or array in it."""
    if isinstance(value, tuple | list):
        return type(value)(changed(v, change) for v in value)
    if isinstance(value, dict):
        return {k: changed(v, change) for k, v in value.items()}
    return change(value) if isinstance(value, int | float | np.ndarray | np.generic) else value


def spoiled(exercise, change):
    """Return the exercise's reference with its results changed."""
    reference = load_reference(exercise.reference)

    def answer(*args, **kwargs):
        result = reference(*args, **kwargs)
        return changed(list(result) if inspect.isgenerator(result) else result, change)

    return answer


def one_percent_more(a):
    return a * 1.01 + (0.01 if np.all(np.asarray(a) == 0) else 0)


def plus_one(a):
    return a + 1


def zeros(a):
    return np.zeros_like(a)


def as_text(a):
    return str(a)


def as_object(a):
    return np.asarray(a).astype(object)


def extra_axis(a):
    return np.asarray(a)[None]


def not_a_number(a):
    return np.asarray(a) * np.nan


def as_complex(a):
    return np.asarray(a) + 1j


# Where a changed number is still a right answer, with the reason.
STILL_RIGHT = {("xor_weights", "one_percent_more"): "any weights that compute XOR are right"}
SPOILS = [one_percent_more, plus_one, zeros, as_text, as_object, extra_axis, not_a_number, as_complex]


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
@pytest.mark.parametrize("change", SPOILS, ids=lambda f: f.__name__)
def test_a_spoiled_answer_is_refused_with_a_sentence(exercise, change):
    if reason := STILL_RIGHT.get((exercise.id, change.__name__)):
        pytest.skip(reason)
    for seed in (0, 7):
        result = examine(exercise, spoiled(exercise, change), seed)
        assert result.status == NOT_YET
        assert result.points == 0, result.message
        assert result.advice


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
def test_an_answer_that_changes_its_inputs_loses_points_and_is_told_which(exercise):
    arrays = [a for case in key(exercise, 0).cases for a in case.args if isinstance(a, np.ndarray)]
    if not arrays or exercise.in_place:
        pytest.skip("takes no arrays, or is meant to change them")
    reference = load_reference(exercise.reference)

    def answer(*args, **kwargs):
        result = reference(*args, **kwargs)
        result = copy.deepcopy(
            list(result) if inspect.isgenerator(result) else result
        )  # it may share memory with an input
        for a in args:
            if isinstance(a, np.ndarray):
                a += 1
        return result

    result = examine(exercise, answer)
    assert result.status == NOT_YET
    assert result.points < exercise.points
    assert "in place" in result.message
