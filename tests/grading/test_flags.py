"""Flags point at what a person should look at, and leave alone what is merely alike."""

from __future__ import annotations

import ast

import pytest

from labkit.grading.submissions.flags import alike, fingerprint, look, near_equal
from labkit.grading.submissions.reader import read_submission
from labkit.source import reference_source
from tests.grading.submissions import (
    DIFFERENT,
    EXERCISES,
    NOTEBOOK,
    answer,
    cell,
    demo,
    honest,
    notebook,
    save,
    untouched,
)

RENAMED = (
    DIFFERENT["fit_perceptron"]
    .replace("rows", "points").replace("history", "log").replace("count", "k").replace("error", "delta")
)  # fmt: skip


def read(tree, tmp_path):
    return read_submission(save(tree, tmp_path / f"{NOTEBOOK}.ipynb"))


def flags(tree, tmp_path):
    return list(look(read(tree, tmp_path))[0])


def prints(source):
    return fingerprint(ast.parse(source).body[-1])


def test_own_work_carries_no_flag(tmp_path):
    assert flags(honest(**DIFFERENT), tmp_path) == []
    assert flags(untouched(), tmp_path) == []


def test_importing_the_answers_is_flagged(tmp_path):
    for line in ("from labkit.reference.perceptron import fit_perceptron as f", "import labkit.grading.judge"):
        ((where, sentence),) = flags(notebook(cell(line)), tmp_path)
        assert where == ""
        assert sentence.startswith("It imports labkit.")


@pytest.mark.parametrize(
    "source",
    [
        "from sklearn.linear_model import Perceptron\ndef fit_perceptron(X, y):\n    return Perceptron().fit(X, y)",
        "import sklearn.linear_model as m\ndef fit_perceptron(X, y):\n    return m.Perceptron().fit(X, y)",
        "import sklearn\ndef fit_perceptron(X, y):\n    return sklearn.linear_model.Perceptron().fit(X, y)",
        "from labkit import fit_perceptron as f\nfit_perceptron = lambda X, y: f(X, y)",
    ],
)
def test_a_library_that_does_the_whole_exercise_is_flagged(tmp_path, source):
    ((where, sentence),) = flags(notebook(answer("fit_perceptron", source)), tmp_path)
    assert where == "fit_perceptron"
    assert "does the whole exercise" in sentence


def test_a_library_that_helps_is_not(tmp_path):
    source = "from scipy.special import expit\ndef fit_perceptron(X, y):\n    return np.linalg.norm(expit(X))"
    assert flags(notebook(answer("fit_perceptron", source)), tmp_path) == []
    own = "def perceptron_predict(X, w, b):\n    return 1\ndef fit_perceptron(X, y):\n    return perceptron_predict(X, 0, 0)"
    assert flags(notebook(answer("fit_perceptron", own)), tmp_path) == []


def test_an_answer_only_in_a_demo_is_flagged(tmp_path):
    source = reference_source(EXERCISES["xor_weights"].reference)
    assert flags(notebook(demo(source)), tmp_path) == [
        ("xor_weights", "It is answered only in a demo cell, which is not graded.")
    ]
    assert flags(notebook(demo("xor_weights()"), answer("xor_weights", DIFFERENT["xor_weights"])), tmp_path) == []


def test_the_courses_own_answer_is_flagged_and_not_compared(tmp_path):
    found, kept = look(read(honest(), tmp_path))
    assert found == (("fit_perceptron", "It is nearly the course's own answer, which the last hint shows."),)
    assert kept == {}


def test_renaming_and_comments_change_nothing():
    commented = DIFFERENT["fit_perceptron"].replace("        count = 0\n", "        count = 0  # mistakes\n\n")
    documented = DIFFERENT["fit_perceptron"].replace(":\n    rows", ':\n    """My own work."""\n    rows', 1)
    assert prints(RENAMED) == prints(commented) == prints(documented) == prints(DIFFERENT["fit_perceptron"]) != []


def test_another_way_is_not_alike_and_a_small_edit_is():
    reference = reference_source(EXERCISES["fit_perceptron"].reference)
    assert not alike(prints(reference), prints(DIFFERENT["fit_perceptron"]))
    assert alike(prints(reference), prints(reference.replace("wrong += 1", "wrong += 2")))
    assert not alike([], [])


def test_groups_are_found_across_small_edits():
    a, b = prints(DIFFERENT["fit_perceptron"]), prints(RENAMED)
    edited = prints(RENAMED.replace("k = 0", "k = 1"))
    assert edited != a
    reference = prints(reference_source(EXERCISES["fit_perceptron"].reference))
    handed_in = [("ada", a), ("ben", b), ("cleo", edited), ("dan", reference), ("eve", [])]
    groups = near_equal((student, {"fit_perceptron": marks} if marks else {}) for student, marks in handed_in)
    assert groups == [("fit_perceptron", ("ada", "ben", "cleo"))]


def test_one_student_is_no_group():
    marks = prints(DIFFERENT["fit_perceptron"])
    assert near_equal([("ada", {"fit_perceptron": marks}), ("ada", {"fit_perceptron": marks})]) == []


@pytest.mark.parametrize("source", ["def xor_weights(:", "\0", "(" * 500, "xor_weights = " + "-" * 3000 + "1"])
def test_what_does_not_parse_is_survived(tmp_path, source):
    assert flags(notebook(cell(source, {"labkit": {"exercise": "xor_weights"}})), tmp_path) == []
