"""Notebooks in and out: write the stubs, make the solved edition, find the exercise a cell holds.

``notebooks/NN_topic.ipynb`` is the student edition and the one truth for prose.  The cells that hold an exercise carry
``{"labkit": {"exercise": id}}``, and their source is generated: the stub here, the reference's source in the solved edition.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from labkit.exercises import CATALOG
from labkit.source import reference_source, stub

Notebook = nbformat.NotebookNode
KEEP_OUTPUT = "nbval-check-output"  # the only tag whose outputs are committed


class NotebookError(RuntimeError):
    """A notebook that cannot be read, or that does not fit the catalogue; says which and what to do."""


def folder() -> Path:
    """Return the course's notebooks folder: the one beside the package, else the one in the current directory."""
    beside = Path(__file__).resolve().parent.parent / "notebooks"
    return beside if beside.is_dir() else Path.cwd() / "notebooks"


def course(where: Path | None = None) -> list[Path]:
    """Return the course's notebooks in order."""
    return sorted((where or folder()).glob("[0-9][0-9]_*.ipynb"))


def read(path: Path) -> Notebook:
    """Return a course notebook, format 4."""
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise NotebookError(f"{path}: there is no such file") from None
    except Exception as error:  # nbformat raises whatever its parts raise
        raise NotebookError(f"{path}: not a readable notebook ({type(error).__name__}: {error})") from error


def write(notebook: Notebook, path: Path) -> None:
    """Write a notebook as one writes it by hand: sorted keys, one final newline, valid format 4.5."""
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook, version=4) + "\n", encoding="utf-8")


def exercise_of(cell: Any) -> str:
    """Return the id of the exercise that a cell holds, or ""."""
    found = cell.get("metadata", {}).get("labkit", {})
    return str(found.get("exercise", "")) if isinstance(found, dict) and cell.get("cell_type") == "code" else ""


def answer_cells(notebook: Notebook) -> Iterator[tuple[str, Any]]:
    """Yield (exercise id, cell) for every cell that holds an exercise of the catalogue."""
    for cell in notebook.cells:
        if key := exercise_of(cell):
            if key not in CATALOG:
                raise NotebookError(f"a cell names the exercise {key!r}, which the catalogue does not hold")
            yield key, cell


def with_stubs(notebook: Notebook) -> Notebook:
    """Return the student edition, a copy: each exercise's stub in its cell, no outputs, stable cell ids."""
    notebook = copy.deepcopy(notebook)
    for key, cell in answer_cells(notebook):
        cell.source = stub(CATALOG[key].reference)
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index:03d}"
        if cell.cell_type == "code":
            if KEEP_OUTPUT not in cell.metadata.get("tags", []):
                cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("execution", None)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return notebook


def solved(notebook: Notebook) -> Notebook:
    """Return the solved edition, a copy: the reference's source in each exercise's cell."""
    notebook = copy.deepcopy(notebook)
    for key, cell in answer_cells(notebook):
        cell.source = reference_source(CATALOG[key].reference)
    return notebook


def missing_exercises(paths: list[Path]) -> list[str]:
    """Return a sentence for each exercise of the catalogue that its notebook does not hold exactly once."""
    held: dict[str, list[str]] = {}
    for path in paths:
        for key, _ in answer_cells(read(path)):
            held.setdefault(key, []).append(path.stem)
    return [
        f"{e.id} belongs once into {e.notebook}, and is in {held.get(e.id, ['no notebook'])}"
        for e in CATALOG.values()
        if held.get(e.id) != [e.notebook]
    ]
