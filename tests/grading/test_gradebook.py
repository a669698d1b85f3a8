"""The gradebook says what the journal says, harms no spreadsheet, and is never half a file."""

from __future__ import annotations

import csv
import json
import os

import pytest

from labkit.grading.model import NOT_ATTEMPTED, NOT_YET, PASSED
from labkit.grading.run import gradebook
from labkit.grading.run.grade import grade
from labkit.grading.run.gradebook import COLUMNS, UNGRADED, UNREADABLE, harmless, replace_file, write_gradebook
from labkit.grading.run.journal import Check, GradingError, Journal, Run
from tests.grading.submissions import EXERCISES, MAXIMA, NOTEBOOK, STRICT, answer, hand_in, honest, notebook, unwritten
from tests.grading.test_journal import about, submission


def lines(out):
    with (out / "gradebook.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out")
    hand_in(folder, "ada", honest(perceptron_predict=STRICT))
    hand_in(folder, "=1+1", notebook(answer("xor_weights"), *map(unwritten, list(EXERCISES)[:3])))
    hand_in(folder, "broken", "{")
    hand_in(folder, "lost", notebook(), "holiday")
    raises = 'def xor_weights():\n    raise ValueError(\'=HYPERLINK("http://x")\\n,"second line"\')'
    hand_in(folder, "raises", honest(xor_weights=raises))
    grade(folder, out, workers=1, seed=1)
    return out


def test_a_line_a_student_and_exercise_in_the_courses_order(out):
    book = lines(out)
    assert list(book[0]) == list(COLUMNS)
    own = [line for line in book if line["student"] == "ada"]
    assert [line["exercise"] for line in own] == list(EXERCISES)
    assert [float(line["maximum"]) for line in own] == list(MAXIMA.values())
    assert (own[0]["points"], own[0]["status"], own[0]["mistake"]) == ("0.87", NOT_YET, "strict threshold")
    assert (own[3]["points"], own[3]["status"]) == ("1", PASSED)
    students = [line["student"] for line in book]
    assert students == sorted(students, key=lambda s: s.removeprefix("'"))


def test_what_is_not_attempted_and_unreadable_is_there_with_its_reason(out):
    book = lines(out)
    stubs = [line for line in book if line["student"] == "'=1+1"]
    assert [line["status"] for line in stubs] == [NOT_ATTEMPTED] * 3 + [PASSED]
    broken = [line for line in book if line["student"] == "broken"]
    assert [(line["exercise"], line["points"], line["status"]) for line in broken] == [
        (n, "0", UNREADABLE) for n in EXERCISES
    ]
    assert "cut off" in broken[0]["message"]
    (lost,) = [line for line in book if line["student"] == "lost"]
    assert (lost["exercise"], lost["maximum"], lost["status"]) == ("", "0", UNREADABLE)


def test_no_cell_is_a_formula(out):
    for line in lines(out):
        for value in line.values():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r")), value
            assert "\n" not in value


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n-1", "＝1"])
def test_formulas_are_neutralised(text):
    assert harmless(text)[0] in "'＝"


@pytest.mark.parametrize("text", ["plain", "a=b", "1-2", "ada's"])
def test_other_text_stays_as_it_is(text):
    assert harmless(text) == text


def test_results_hold_the_same_for_a_program(out):
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    book = results["students"]["ada"][NOTEBOOK]
    assert (book["points"], book["maximum"]) == (
        pytest.approx(sum(float(x["points"]) for x in lines(out) if x["student"] == "ada")),
        5,
    )
    assert [e["exercise"] for e in book["exercises"]] == list(EXERCISES)
    assert results["seed"] == 1
    assert results["isolation"] == ["bubblewrap"]
    assert "=1+1" in results["students"], "a program gets the name as it is"


def test_an_interrupted_run_is_said(tmp_path):
    run = Run("t", "v", 1, "none", "", "in")
    with Journal(tmp_path, write=True) as journal:
        journal.begin(run, [Check("xor_weights", NOTEBOOK, 0, "", 1.0, "a")], [])

        journal.write(submission(), (), {}, about(submission()))
        write_gradebook(journal)
    (line,) = lines(tmp_path)
    assert (line["status"], line["points"]) == (UNGRADED, "0")
    assert "run labkit grade again" in line["message"]


def test_a_file_is_replaced_in_one_step_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "book.csv"
    replace_file(path, "old")

    class Full:
        def __init__(self, handle, *args, **kwargs):
            os.close(handle)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def write(self, text):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(gradebook.os, "fdopen", Full)
    with pytest.raises(GradingError, match=r"No space left on device\. The journal is safe"):
        replace_file(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["book.csv"], "nothing half-written is left"
    replace_file(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o644
