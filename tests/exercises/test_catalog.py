"""Every exercise keeps the promises of its record: references pass, mistakes are named, stubs are not attempted."""

from __future__ import annotations

import numpy as np
import pytest

from labkit.exercises import CATALOG
from labkit.grading.judge import ask_directly, key, load_mistake, load_reference, verdict
from labkit.grading.model import NOT_ATTEMPTED, NOT_YET, PASSED
from labkit.lesson import examine
from labkit.source import statement, stub

SEEDS = (0, 1, 2, 3, 4, 1_000_003)
EXERCISES = [pytest.param(e, id=e.id) for e in CATALOG.values()]
MISTAKES = [pytest.param(e, m, id=f"{e.id}-{m.name}") for e in CATALOG.values() for m in e.mistakes]


def namespace_of(exercise):
    """Return what a notebook has before the exercise's cell runs: the imports and the course's other answers."""
    space = {"np": np}
    if exercise.needs_torch:
        import torch
        from torch import nn

        space |= {"torch": torch, "nn": nn}
    return space


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_gets_full_points_on_any_seed(exercise):
    for seed in SEEDS:
        result = examine(exercise, load_reference(exercise.reference), seed)
        assert (result.status, result.points) == (PASSED, exercise.points), result.message


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_stub_is_not_attempted(exercise):
    space = namespace_of(exercise)
    exec(stub(exercise.reference), space)
    result = examine(exercise, space[exercise.id])
    assert (result.status, result.points) == (NOT_ATTEMPTED, 0.0), result.message


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_a_mistake_is_refused_and_named_on_any_seed(exercise, mistake):
    wrong = load_mistake(exercise, mistake)
    for seed in SEEDS:
        result = verdict(exercise, ask_directly(exercise, wrong), seed)
        assert result.status == NOT_YET, f"seed {seed}: {result.message}"
        assert result.points < exercise.points
        assert (result.mistake, result.advice) == (mistake.name, mistake.sentence), f"seed {seed}: {result.message}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_record_is_complete(exercise):
    assert exercise.id == exercise.reference.split(":")[1], "the student's name is the reference's name"
    assert len(exercise.mistakes) >= 3
    assert len({m.name for m in exercise.mistakes}) == len(exercise.mistakes)
    assert len(exercise.hints) >= 3
    assert exercise.title
    assert statement(exercise.reference).startswith("Return")
    for seed in SEEDS:
        labels = [case.label for case in key(exercise, seed).cases]
        assert len(set(labels)) == len(labels), "labels tell cases apart"


def constant_zero(*args, **kwargs):
    return 0.0


def nothing(*args, **kwargs):
    return None


def endless(*args, **kwargs):
    while True:
        yield 1.0


def recursion(*args, **kwargs):
    return recursion(*args, **kwargs)


def leaves(*args, **kwargs):
    raise SystemExit(0)


def huge(*args, **kwargs):
    return np.broadcast_to(np.float64(1.0), (10**6, 10**6))


def text(*args, **kwargs):
    return "0.7"


def itself(*args, **kwargs):
    return itself


def first_input(*args, **kwargs):
    return args[0] if args else None


class Nasty:
    """An object that answers every question with an exception."""

    def __init__(self, *args, **kwargs):
        raise ValueError("no")

    def __repr__(self):
        raise ValueError("no repr")


def nasty(*args, **kwargs):
    return object.__new__(Nasty)


def object_array(*args, **kwargs):
    return np.array([object.__new__(Nasty), None], dtype=object)


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize(
    "answer",
    [
        None,
        3,
        "text",
        Nasty,
        int,
        constant_zero,
        nothing,
        endless,
        recursion,
        leaves,
        huge,
        text,
        itself,
        first_input,
        nasty,
        object_array,
    ],
)
def test_no_check_raises_or_passes_whatever_it_is_given(exercise, answer):
    result = examine(exercise, answer)
    assert result.status == NOT_YET
    assert result.points == 0
    assert result.message
    assert result.advice
