"""The maintainer's commands: stubs, their drift, the solved edition, a folder to hand out."""

from __future__ import annotations

import json

import nbformat
import pytest

from labkit.exercises import CATALOG
from labkit.notebooks import answer_cells, read, write
from labkit.source import reference_source, stub

FIRST = next(iter(CATALOG.values()))


@pytest.fixture
def first(course_folder):
    """Return the path of the notebook that holds the first exercise."""
    return course_folder / f"{FIRST.notebook}.ipynb"


def change(path, source):
    """Write something into the first exercise's cell."""
    notebook = read(path)
    next(cell for key, cell in answer_cells(notebook) if key == FIRST.id).source = source
    write(notebook, path)


def test_stubs_check_passes_on_what_stubs_wrote(cli, course_folder):
    result = cli("stubs", "--check")
    assert result.code == 0, result.out


def test_stubs_check_names_the_notebook_that_drifted_and_changes_nothing(cli, course_folder, first):
    change(first, "def mine(): ...")
    before = first.read_bytes()
    result = cli("stubs", "--check", "--json")
    told = json.loads(result.out)
    assert (result.code, told["changed"], told["missing"]) == (1, [str(first)], [])
    assert first.read_bytes() == before


def test_stubs_writes_the_stub_and_drops_outputs(cli, course_folder, first):
    notebook = read(first)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="old")]
    notebook.cells[0].execution_count = 3
    write(notebook, first)
    change(first, "def mine(): ...")
    assert cli("stubs").code == 0
    cells = dict(answer_cells(read(first)))
    assert cells[FIRST.id].source == stub(FIRST.reference)
    assert read(first).cells[0].outputs == []
    assert cli("stubs", "--check").code == 0


def test_stubs_says_which_exercise_no_notebook_holds(cli, course_folder, first):
    notebook = read(first)
    notebook.cells = [c for c in notebook.cells if c.metadata.get("labkit", {}).get("exercise") != FIRST.id]
    write(notebook, first)
    result = cli("stubs")
    assert result.code == 1
    assert f"missing: {FIRST.id} belongs once into {FIRST.notebook}" in result.out


def test_solve_fills_every_exercise_and_leaves_the_student_edition(cli, course_folder, tmp_path):
    before = {path.name: path.read_bytes() for path in course_folder.iterdir()}
    assert cli("solve", "--out", tmp_path / "solved").code == 0
    answers = {}
    for name in before:
        answers |= {key: cell.source for key, cell in answer_cells(read(tmp_path / "solved" / name))}
    assert answers == {e.id: reference_source(e.reference) for e in CATALOG.values()}
    assert {path.name: path.read_bytes() for path in course_folder.iterdir()} == before


def test_release_writes_stubs_and_data_and_overwrites_nothing(cli, course_folder, first, tmp_path):
    change(first, reference_source(FIRST.reference))
    out = tmp_path / "for students"
    result = cli("release", FIRST.notebook.partition("_")[0], "--out", out)
    assert result.code == 0, result.err
    assert [path.name for path in (out / "notebooks").iterdir()] == [first.name]
    assert dict(answer_cells(read(out / "notebooks" / first.name)))[FIRST.id].source == stub(FIRST.reference)
    assert (out / "data" / "manifest.json").is_file()
    assert not [p.name for p in (out / "data").iterdir() if p.suffix == ".py" or p.name.startswith(".")]
    again = cli("release", "--out", out)
    assert again.code == 2
    assert "is there already" in again.err
