"""The judge: statuses, points by aspects, diagnosis, and what happens when the course itself is at fault."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from labkit.exercises import CATALOG
from labkit.grading.compare import close
from labkit.grading.judge import ask_directly, key, load_mistake, verdict
from labkit.grading.model import (
    ERROR,
    NOT_ATTEMPTED,
    NOT_YET,
    PASSED,
    UNCHANGED,
    Case,
    Edit,
    Exercise,
    Finding,
    Mistake,
)
from labkit.grading.observe import Fault, Observation
from labkit.grading.wire import Rng


def doubled(x):
    """Return twice x."""
    return 2.0 * np.asarray(x)


def squared(x):
    return np.asarray(x, dtype=float) ** 2


def refuses(x):
    raise ValueError("negative")


def cases(rng):
    return [
        Case("a row", (rng.normal(size=3) + 5,)),
        Case("a table", (rng.normal(size=(2, 3)),), aspect="shapes"),
        Case("one number", (3.0,), aspect="scalars"),
    ]


EXERCISE = Exercise(
    id="doubled",
    notebook="none",
    reference=f"{__name__}:doubled",
    cases=cases,
    judge=close(),
    mistakes=(Mistake("squares", squared, "That squares."), Mistake("added", Edit("2.0 *", "2.0 +"), "That adds.")),
    hints=("a", "b", "c"),
    points=10,
)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """Make this file's functions importable as a reference, however the test was collected."""
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or type(sys)(__name__))
    for name, value in list(globals().items()):
        monkeypatch.setattr(sys.modules[__name__], name, value, raising=False)


def judged(answer, exercise=EXERCISE, seed=0):
    return verdict(exercise, ask_directly(exercise, answer), seed)


def test_all_right_is_passed():
    result = judged(lambda x: x + x)
    assert (result.status, result.points, result.advice) == (PASSED, 10, "")


def test_other_aspects_count_only_when_the_first_passes():
    only_rows = judged(lambda x: 2.0 * x if np.ndim(x) == 1 else np.zeros_like(x))
    only_others = judged(lambda x: 2.0 * x if np.ndim(x) != 1 else np.zeros_like(x))
    # 60 % for the first aspect; shapes, scalars and unchanged inputs share the rest
    assert only_rows.points == pytest.approx(10 * (0.6 + 0.4 / 3), abs=0.01)
    assert only_others.points == 0
    assert [a.counted for a in only_others.aspects] == [True, False, False, False]


def test_a_constant_earns_nothing():
    assert judged(lambda x: 0.0).points == 0


def test_changing_the_input_costs_its_aspect_only():
    def in_place(x):
        if isinstance(x, np.ndarray):
            x *= 2
            return x
        return 2.0 * x

    result = judged(in_place)
    assert result.status == NOT_YET
    assert "in place" in result.message
    assert "x" in result.message
    assert [a.name for a in result.aspects if not a.ok] == [UNCHANGED]
    assert 8 < result.points < 10


def test_a_mistake_is_named_with_its_sentence():
    result = judged(squared)
    assert (result.mistake, result.advice) == ("squares", "That squares.")
    assert judged(load_mistake(EXERCISE, EXERCISE.mistakes[1])).mistake == "added"


def test_two_answers_that_merely_raise_alike_are_not_the_same_mistake():
    exercise = dataclasses.replace(EXERCISE, mistakes=(Mistake("refuses", refuses, "no"),))
    assert judged(refuses, exercise).mistake == ""


def test_an_edit_that_does_not_fit_is_the_courses_fault():
    exercise = dataclasses.replace(EXERCISE, mistakes=(Mistake("gone", Edit("no such text", ""), "x"),))
    result = judged(squared, exercise)
    assert result.status == ERROR
    assert "not your fault" in result.message


def test_a_judge_that_breaks_is_never_a_silent_zero():
    def broken(case, expected, got):
        raise KeyError("judge")

    result = judged(doubled, dataclasses.replace(EXERCISE, judge=broken))
    assert result.status == ERROR
    assert "KeyError" in result.message


def test_a_judge_that_stumbles_over_the_form_of_a_result_names_the_form():
    def wants_two_rows(case, expected, got):
        return None if got.shape == expected.shape and (got == expected).all() else 1 / 0

    exercise = dataclasses.replace(EXERCISE, judge=wants_two_rows)
    for odd in (None, "text", [1.0, 2.0], {"a": 1}, object()):
        result = judged(lambda x, odd=odd: odd, exercise)
        assert result.status == NOT_YET
        assert "expected" in result.message or "None" in result.message


def test_a_dead_answer_is_not_asked_again():
    asked = []

    def ask(case):
        asked.append(case)
        return Observation(fault=Fault("Timeout", "did not return within 10 s"))

    result = verdict(EXERCISE, ask)
    assert len(asked) == 1
    assert result.status == NOT_YET
    assert result.points == 0
    assert "10 s" in result.message
    assert sum(a.cases for a in result.aspects if a.name != UNCHANGED) == 3


def test_the_same_seed_gives_the_same_verdict_and_other_seeds_other_inputs():
    assert judged(squared, seed=5) == judged(squared, seed=5)
    assert judged(squared, seed=5).message != judged(squared, seed=6).message


def test_overflow_counts_only_when_it_leaves_a_mark():
    def clipped(z):
        with np.errstate(all="ignore"):
            pass
        return 1 / (1 + np.exp(-z))

    sigmoid = CATALOG.get("sigmoid")
    if sigmoid is None:
        pytest.skip("the activations are not in the catalogue")
    result = verdict(sigmoid, ask_directly(sigmoid, clipped))
    assert result.status == NOT_YET
    assert "overflow" in (result.message + result.advice).lower()


def test_an_expected_error_is_asked_for():
    def half(x):
        """Return half of x; Raises ValueError below 0."""
        if np.min(x) < 0:
            raise ValueError("x is negative")
        return x / 2

    globals()["half"] = half
    import sys

    sys.modules[__name__].half = half
    exercise = dataclasses.replace(
        EXERCISE,
        id="half",
        reference=f"{__name__}:half",
        mistakes=(),
        cases=lambda rng: [Case("two", (2.0,)), Case("minus one", (-1.0,), aspect="errors")],
    )
    assert judged(half, exercise).status == PASSED
    result = judged(lambda x: x / 2, exercise)
    assert result.status == NOT_YET
    assert "should raise ValueError" in result.message
    assert result.points == pytest.approx(6)


# ---------------------------------------------------------------------------- generators, and other people's stubs


def one_draw(n, rng):
    """Return n numbers drawn from rng."""
    return rng.random(n)


def of_that_length(case, expected, got):
    return None if np.shape(got) == np.shape(expected) else Finding("shape", "has another length.", "Count.")


DRAWN = Exercise(
    id="one_draw",
    notebook="none",
    reference=f"{__name__}:one_draw",
    cases=lambda rng: [Case("five numbers", (5, Rng(1)), again=True)],
    judge=of_that_length,
    mistakes=(),
    hints=(),
)


def test_any_draw_from_the_generator_given_is_right():
    assert judged(lambda n, rng: rng.normal(size=n), DRAWN).status == PASSED


def test_a_generator_of_ones_own_without_a_seed_is_named():
    result = judged(lambda n, rng: np.random.default_rng().random(n), DRAWN)
    assert (result.status, result.points, result.mistake) == (NOT_YET, 0, "own generator")
    assert "again with an equal rng" in result.message
    assert "the rng that is passed" in result.advice


def test_an_answer_that_fails_when_asked_again_is_refused():
    calls = []

    def once(n, rng):
        calls.append(n)
        if len(calls) > 1:
            raise RuntimeError("spent")
        return rng.normal(size=n)

    assert judged(once, DRAWN).status == NOT_YET


class Unwritten:
    def __init__(self, patience):
        raise NotImplementedError

    def update(self, loss):
        raise NotImplementedError


class Half:
    def __init__(self, patience):
        self.patience = patience

    def update(self, loss):
        raise NotImplementedError


@pytest.mark.parametrize(("used", "place"), [(Unwritten, "Unwritten"), (Half, "Half.update")])
def test_another_exercise_that_is_not_written_is_said_by_its_name(used, place):
    def doubled(x):
        used(3).update(1.0)
        return 2.0 * x

    result = judged(doubled)
    assert result.status == NOT_YET
    assert f"stopped in {place}, which is not written yet" in result.message
    assert f"the exercise {used.__name__} first" in result.advice


@pytest.mark.parametrize("missing", ["__init__", "forward"])
def test_a_class_whose_first_method_is_unwritten_is_not_attempted(missing):
    result = judged(layer_without(missing), LAYER)
    assert (result.status, result.points) == (NOT_ATTEMPTED, 0)


def test_a_later_method_that_is_unwritten_is_named():
    result = judged(layer_without("backward"), LAYER)
    assert result.status == NOT_YET
    assert "stopped in Twice.backward" in result.message
    assert result.advice == "Write this method, too."


def test_a_layer_that_uses_an_unwritten_class_is_told_which():
    class TwiceWithHelp(Twice):
        def forward(self, x):
            return Unwritten(3)

    result = judged(TwiceWithHelp, LAYER)
    assert result.status == NOT_YET
    assert "the exercise Unwritten first" in result.advice


class Twice:
    def __init__(self):
        self.x = None

    def forward(self, x):
        self.x = x
        return 2.0 * x

    def backward(self, dy):
        return 2.0 * dy


def layer_without(name):
    """Return the class Twice as a notebook holds it, one of its methods unwritten."""

    def unwritten(self, *inputs):
        raise NotImplementedError

    unwritten.__code__ = unwritten.__code__.replace(co_name=name, co_qualname=f"Twice.{name}")
    return type("Twice", (Twice,), {name: unwritten})


LAYER = Exercise(
    id="Twice",
    notebook="none",
    reference=f"{__name__}:Twice",
    cases=lambda rng: [Case("a row", steps=(("forward", rng.normal(size=3)), ("backward", rng.normal(size=3))))],
    judge=close(),
    mistakes=(),
    hints=(),
    probe="layer",
)


def test_a_layer_that_changes_a_methods_input_loses_that_aspect():
    class InPlace(Twice):
        def backward(self, dy):
            dy *= 2
            return dy

    result = judged(InPlace, LAYER)
    assert result.status == NOT_YET
    assert 0 < result.points < LAYER.points
    assert "changed its input dy in place" in result.message
    assert judged(Twice, LAYER).points == LAYER.points


@pytest.mark.parametrize("name", ["train_classifier", "regression_scores"])  # whose cases build on the ones before them
def test_in_one_session_each_wrong_answer_is_named_after_others_were(name):
    exercise = CATALOG[name]
    key.cache_clear()
    wrong = [(mistake.name, load_mistake(exercise, mistake)) for mistake in exercise.mistakes[::-1]]
    named = [verdict(exercise, ask_directly(exercise, answer)).mistake for _, answer in wrong]
    assert named == [mistake for mistake, _ in wrong]
