"""check, hint, use and progress: they never raise, they say what happened, and they remember."""

from __future__ import annotations

import functools
import json

import numpy as np
import pytest

import labkit as lk
from labkit import memory
from labkit.exercises import CATALOG
from labkit.grading.judge import SEED_IN_CLASS, key, load_reference
from labkit.grading.model import NOT_YET, PASSED
from labkit.lesson import examine
from labkit.source import reference_source, stub

PREDICT = CATALOG["perceptron_predict"]
reference = load_reference(PREDICT.reference)


def perceptron_predict(X, w, b):
    raise NotImplementedError


def test_the_three_outcomes(capsys):
    lk.check(perceptron_predict)
    lk.check("perceptron_predict", lambda X, w, b: X @ w + b > 0)
    lk.check("perceptron_predict", reference)
    text = capsys.readouterr().out
    assert "○ perceptron_predict: not attempted" in text
    assert "✗ perceptron_predict: not yet" in text
    assert "✓ perceptron_predict: passed — 1 of 1 points" in text


def test_a_name_alone_finds_the_callers_function(capsys):
    lk.check("perceptron_predict")
    assert "not attempted" in capsys.readouterr().out


@pytest.mark.parametrize("nonsense", [None, 3, "", "perceptron_predikt", [], object(), lambda: None, type, np.zeros(3)])
def test_nonsense_gets_a_card(nonsense, capsys):
    lk.check(nonsense)
    assert "Nothing to check" in capsys.readouterr().out


class Evasive:
    """An object that meets every look at it with an exception."""

    def __getattribute__(self, name):
        raise RuntimeError("no")

    def __call__(self):
        return 1


def test_an_evasive_object_gets_a_card(capsys):
    lk.check(Evasive())
    lk.check("perceptron_predict", Evasive())
    lk.hint(Evasive())
    out = capsys.readouterr().out
    assert "could not do this" in out
    assert "not yet" in out


def test_a_check_leaves_the_students_random_numbers_alone(capsys):
    np.random.seed(7)  # noqa: NPY002
    first = np.random.rand()  # noqa: NPY002
    np.random.seed(7)  # noqa: NPY002
    lk.check("perceptron_predict", reference)
    assert np.random.rand() == first  # noqa: NPY002


def test_a_typing_slip_is_guessed(capsys):
    lk.check("perceptron_predikt")
    assert "Did you mean perceptron_predict" in capsys.readouterr().out


def test_a_partial_is_found_by_its_functions_name(capsys):
    lk.check(functools.partial(reference))
    assert "passed" in capsys.readouterr().out


def test_interrupting_says_which_call_it_was_in():
    def endless(X, w, b):
        raise KeyboardInterrupt

    result = examine(PREDICT, endless)
    label = key(PREDICT, SEED_IN_CLASS).cases[0].label
    assert f"interrupted in the call for {label}" in result.message


def test_a_loop_whose_watcher_is_unwritten_is_told_to_write_that_first():
    space = {"np": np}
    for name, write in (("EarlyStopping", stub), ("train_with_early_stopping", reference_source)):
        exec(write(CATALOG[name].reference), space)
    result = examine(CATALOG["train_with_early_stopping"], space["train_with_early_stopping"])
    assert result.status == NOT_YET
    assert "stopped in EarlyStopping, which is not written yet" in result.message
    assert result.advice == "Do the exercise EarlyStopping first, then come back."


def test_what_passed_once_stays_passed(capsys):
    lk.check("perceptron_predict", reference)
    lk.check(perceptron_predict)
    assert memory.record()["perceptron_predict"]["status"] == PASSED


def test_hints_come_one_by_one_then_the_answer(capsys, monkeypatch):
    for i, hint in enumerate(PREDICT.hints):
        lk.hint("perceptron_predict")
        out = capsys.readouterr().out
        assert hint in out
        assert f"Hint {i + 1} of {len(PREDICT.hints)}" in out
    lk.hint(perceptron_predict)
    assert "def perceptron_predict" in capsys.readouterr().out
    monkeypatch.setenv("LABKIT_ANSWERS", "off")
    lk.hint("perceptron_predict")
    out = capsys.readouterr().out
    assert "def perceptron_predict" not in out
    assert "instructor" in out


def test_a_hint_for_nothing(capsys):
    lk.hint("nonsense")
    lk.hint(None)
    assert capsys.readouterr().out.count("No hint") == 2


def test_use_gives_the_courses_until_yours_passes(capsys):
    assert lk.use("perceptron_predict") is reference
    assert "not written yet" in capsys.readouterr().out

    def right(X, w, b):
        return (X @ w + b >= 0).astype(int)

    globals()["perceptron_predict"], before = right, perceptron_predict
    try:
        assert lk.use("perceptron_predict") is right
        assert "yours" in capsys.readouterr().out
    finally:
        globals()["perceptron_predict"] = before


def test_use_of_an_unknown_name_shows_a_card_and_fails_when_called(capsys):
    missing = lk.use("nonsense")
    assert "no exercise called 'nonsense'" in capsys.readouterr().out
    with pytest.raises(LookupError, match="nonsense"):
        missing()


def test_progress_lists_every_exercise(capsys):
    lk.check("perceptron_predict", reference)
    capsys.readouterr()
    lk.progress()
    out = capsys.readouterr().out
    assert f"1 of {len(CATALOG)} exercises passed" in out
    assert all(e in out for e in CATALOG)


@pytest.mark.parametrize("damage", ["{", "[]", '{"perceptron_predict": 3}', ""])
def test_a_damaged_record_is_kept_aside_and_a_new_one_begun(damage, capsys):
    memory.location().parent.mkdir(parents=True)
    memory.location().write_text(damage)
    lk.check("perceptron_predict", reference)
    assert memory.record()["perceptron_predict"]["status"] == PASSED
    if damage in ("{", "[]", ""):
        assert memory.location().with_suffix(".damaged.json").read_text() == damage


def test_a_record_that_cannot_be_written_stops_nothing(capsys, monkeypatch, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setenv("LABKIT_HOME", str(blocker / "below"))
    lk.check("perceptron_predict", reference)
    lk.progress()
    assert "passed" in capsys.readouterr().out


def test_the_record_is_plain_json(labkit_home, capsys):
    lk.check("perceptron_predict", reference)
    assert set(json.loads((labkit_home / "progress.json").read_text())) == {"perceptron_predict"}
