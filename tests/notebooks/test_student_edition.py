"""The committed notebooks, without running them: stubs as generated, no outputs, FAST, links and hygiene."""

from __future__ import annotations

import re

import nbformat
import pytest

from labkit.editions import stub_drift
from labkit.grading.results.exports.nbgrader import edition as nbgrader_edition
from labkit.notebooks import (
    KEEP_OUTPUT,
    answer_cells,
    course,
    exercise_of,
    missing_exercises,
    read,
    solved,
    with_stubs,
)

NOTEBOOKS = [pytest.param(path, id=path.stem) for path in course()]


def run_once(path):
    """Return a notebook as it is after a student has been at it: an output, a count, no stub, metadata of a front end."""
    notebook = read(path)
    cell = next(cell for cell in notebook.cells if exercise_of(cell))
    cell.source, cell.execution_count, cell.metadata["execution"] = "x = 1", 7, {"took": 1}
    cell.outputs = [nbformat.v4.new_output("stream", text="1")]
    notebook.metadata["title"] = "a notebook"
    return notebook


def test_there_are_notebooks_and_they_hold_every_exercise_once():
    assert course()
    assert missing_exercises(course()) == []


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_the_stubs_are_those_of_the_references(path):
    assert stub_drift([path]) == [], "run `labkit stubs` and commit the notebook"


@pytest.mark.parametrize("edition_of", [solved, with_stubs, lambda notebook: nbgrader_edition(notebook, 0)])
def test_an_edition_is_a_copy(edition_of):
    before, untouched = run_once(course()[0]), run_once(course()[0])
    edition = edition_of(before)
    assert before == untouched
    assert edition != before
    edition.cells[0].source = edition.metadata.title = "mine"
    assert before == untouched


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_only_cells_whose_output_is_compared_keep_it(path):
    kept = [c for c in read(path).cells if c.get("outputs") and KEEP_OUTPUT not in c.metadata.get("tags", [])]
    assert [cell.id for cell in kept] == []


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_one_cell_takes_the_parameter_fast(path):
    tagged = [c for c in read(path).cells if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    assert re.search(r"^FAST = False\b", tagged[0].source, re.MULTILINE)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_every_exercise_is_checked_after_its_cell(path):
    notebook = read(path)
    for key, cell in answer_cells(notebook):
        later = notebook.cells[notebook.cells.index(cell) + 1 :]
        assert any(re.search(rf"lk\.check\(\"?{key}\b", c.source) for c in later if c.cell_type == "code"), key


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_cells_neither_install_nor_download_nor_name_this_machine(path):
    code = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "code")
    assert not re.search(r"^\s*[!%]\s*(pip|conda|apt|wget|curl)", code, re.MULTILINE)
    assert not re.search(r"urllib|requests\.get|urlopen|download_full\(", code)
    assert not re.search(r"[\"'](/home/|/Users/|/root/|/tmp/|[A-Z]:\\\\)", code)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_the_text_is_found_where_links_point(path):
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\((?!https?:|#|mailto:|attachment:)([^)\s]+)\)", text):
        assert (path.parent / target.partition("#")[0]).exists(), target
