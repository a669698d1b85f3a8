"""What the tests of the command line share: running it in this process, and a course of tiny notebooks."""

from __future__ import annotations

from dataclasses import dataclass

import nbformat
import pytest

from labkit.cli import main
from labkit.exercises import CATALOG
from labkit.notebooks import with_stubs, write


@dataclass(frozen=True)
class Result:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(capsys):
    """Return a function that runs ``labkit …`` and returns its Result."""

    def run(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(a) for a in arguments])
        printed = capsys.readouterr()
        return Result(left.value.code or 0, printed.out, printed.err)

    return run


def notebook_of(exercises):
    """Return a student's notebook that holds these exercises and a check of each."""
    cells = [nbformat.v4.new_code_cell("import labkit as lk\nimport numpy as np")]
    for exercise in exercises:
        cells.append(nbformat.v4.new_code_cell("", metadata={"labkit": {"exercise": exercise.id}}))
        cells.append(nbformat.v4.new_code_cell(f"lk.check({exercise.id})"))
    return with_stubs(nbformat.v4.new_notebook(cells=cells))


@pytest.fixture
def course_folder(tmp_path, monkeypatch):
    """Return a folder with a tiny notebook for each notebook of the catalogue; labkit takes it for the course's."""
    folder = tmp_path / "course" / "notebooks"
    for name in dict.fromkeys(e.notebook for e in CATALOG.values()):
        write(notebook_of([e for e in CATALOG.values() if e.notebook == name]), folder / f"{name}.ipynb")
    monkeypatch.setattr("labkit.notebooks.folder", lambda: folder)
    return folder
