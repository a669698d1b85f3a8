"""`labkit check`: a student's own run of the grader on one notebook."""

from __future__ import annotations

import json

import pytest

from labkit.exercises import CATALOG, in_notebook
from labkit.notebooks import answer_cells, read, solved, write

NAME = "02_perceptron"


@pytest.fixture
def notebook(course_folder):
    """Return the path of the perceptron's tiny notebook."""
    return course_folder / f"{NAME}.ipynb"


def test_a_solved_notebook_ends_with_0(cli, notebook):
    write(solved(read(notebook)), notebook)
    result = cli("check", notebook)
    count = len(in_notebook(NAME))
    assert result.code == 0, result.out
    assert result.out.count("✓") == count
    assert f"{count} of {count} exercises of {NAME}.ipynb pass." in result.out


def test_an_untouched_notebook_is_not_attempted_and_falls_short(cli, notebook):
    result = cli("check", notebook, "--json")
    told = json.loads(result.out)
    assert (result.code, told["passed"]) == (1, 0)
    assert {v["status"] for v in told["verdicts"]} == {"not attempted"}


def test_a_mistake_is_named(cli, notebook):
    changed = read(notebook)
    cell = next(cell for key, cell in answer_cells(changed) if key == "perceptron_predict")
    cell.source = "def perceptron_predict(X, w, b):\n    return (X @ w + b > 0).astype(int)"
    write(changed, notebook)
    result = cli("check", notebook)
    mistake = next(m for m in CATALOG["perceptron_predict"].mistakes if m.name == "strict threshold")
    assert result.code == 1
    assert "✗ perceptron_predict: not yet" in result.out
    assert mistake.sentence in result.out


def test_a_notebook_of_something_else_is_a_sentence(cli, tmp_path):
    path = tmp_path / "holiday.ipynb"
    path.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "utf-8")
    result = cli("check", path)
    assert result.code == 1
    assert str(path) in result.err.replace("\n", "")
    assert "Traceback" not in result.err
