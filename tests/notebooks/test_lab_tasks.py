"""Each task of the laboratory runs alone: the cells before the first section, then this task's, and nothing else.

An instructor may set the tasks one at a time, so a task must not lean on another's cells, whether its exercises are
solved or not.
"""

from __future__ import annotations

import re

import pytest

from labkit.exercises import in_notebook
from labkit.grading.model import PASSED
from labkit.notebooks import course, read, solved

(PATH,) = (path for path in course() if path.stem == "12_lab_regression")
TASK = re.compile(r"## (?:(Task \d)|(Extra)|Before you begin|Summary)\b")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def parts(notebook):
    """Return {heading: code cells} of a notebook, what comes before the first section under ``""``."""
    found, heading = {"": []}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (match := TASK.match(cell.source)):
            heading = match.group(1) or match.group(2) or match.group(0).removeprefix("## ")
            found[heading] = []
        elif cell.cell_type == "code":
            found[heading].append(cell.source)
    return found


TASKS = [f"Task {k}" for k in range(1, 9)] + ["Extra"]


def run(cells, name):
    """Run code cells in one namespace, as a notebook does."""
    namespace = {"__name__": "__main__"}
    for k, source in enumerate(cells):
        source = re.sub(r"^FAST = False", "FAST = True", source, flags=re.MULTILINE)
        exec(compile(source, f"<{name}, cell {k}>", "exec"), namespace)


def test_there_are_eight_tasks_and_each_has_an_exercise():
    found = parts(read(PATH))
    assert list(found) == ["", "Before you begin", *TASKS, "Summary"]
    for task in TASKS:
        assert [source for source in found[task] if source.startswith("lk.check(")], task
    assert found["Summary"] == []


def test_each_task_has_one_place_for_the_students_conclusion_and_ours_folded_below_it():
    texts = [cell.source for cell in read(PATH).cells if cell.cell_type == "markdown"]
    places = [k for k, text in enumerate(texts) if text.startswith("> **Your conclusion.**")]
    assert len(places) == 8
    assert all(texts[k + 1].startswith("<details><summary>Our conclusion</summary>") for k in places)


@pytest.mark.parametrize("task", ["Before you begin", *TASKS])
@pytest.mark.parametrize("edition", ["student", "solved"])
def test_a_task_runs_without_the_others(edition, task, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LABKIT_HOME", str(tmp_path))
    found = parts(solved(read(PATH)) if edition == "solved" else read(PATH))
    run(found[""] + found[task], task)
    shown = capsys.readouterr().out
    names = [e.id for e in in_notebook(PATH.stem) if f"lk.check({e.id})" in found[task]]
    assert names
    for name in names:
        assert (f"✓ {name}: {PASSED}" in shown) == (edition == "solved"), name
