"""The course's notebooks as nbgrader's source: answers between its marks, and a test cell behind each of them.

From this folder stock nbgrader makes the version for students, and grades what they hand in with `labkit.nbgrader.points`, first on
the cases seen in class, then on hidden ones.  https://nbgrader.readthedocs.io, "Creating and grading assignments".
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import nbformat

from labkit.exercises import CATALOG
from labkit.notebooks import Notebook, exercise_of, read, with_stubs, write
from labkit.source import reference_source

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
SCHEMA = 3  # of nbgrader's metadata, since 0.6
CHECK = """
from labkit.nbgrader import points

points("{name}", {name})
### BEGIN HIDDEN TESTS
points("{name}", {name}, seed={seed})
### END HIDDEN TESTS
""".strip()
FAST = '\nimport os\n\nFAST = FAST or "NBGRADER_EXECUTION" in os.environ  # nbgrader waits 30 s for a cell'


def write_nbgrader(paths: Iterable[Path], course: Path, seed: int) -> list[Path]:
    """Write COURSE/source/NOTEBOOK/NOTEBOOK.ipynb for each notebook that holds exercises, and return the files.

    ``seed``: of the hidden tests' cases.
    Raises: FileExistsError when a file is there already, so that no work of an instructor's is overwritten.
    """
    made = [(course / "source" / path.stem / path.name, edition(read(path), seed)) for path in paths]
    graded = [(target, notebook) for target, notebook in made if any(map(exercise_of, notebook.cells))]
    for target, _ in graded:
        if target.exists():
            raise FileExistsError(17, "is there already, and nothing is overwritten", str(target))
    for target, notebook in graded:
        write(notebook, target)
    return [target for target, _ in graded]


def edition(notebook: Notebook, seed: int) -> Notebook:
    """Return nbgrader's source version of a notebook: solutions marked, and a test cell behind each."""
    notebook, cells = with_stubs(notebook), []
    for cell in notebook.cells:
        cells.append(cell)
        if "parameters" in cell.metadata.get("tags", []):
            cell.source += "\n" + FAST
        if name := exercise_of(cell):
            cell.source = marked(reference_source(CATALOG[name].reference))
            cell.metadata["nbgrader"] = _about(name, solution=True)
            test = nbformat.v4.new_code_cell(CHECK.format(name=name, seed=seed))
            test.metadata["nbgrader"] = _about(f"{name}-test", points=CATALOG[name].points)
            cells.append(test)
    notebook.cells = cells
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number:03d}"
    return notebook


def _about(name: str, *, solution: bool = False, points: float | None = None) -> dict[str, object]:
    """Return nbgrader's metadata of a cell: one that students fill in, or one that grades and is locked."""
    graded = {} if points is None else {"points": points}
    kind = {"solution": solution, "grade": not solution, "locked": not solution, "task": False}
    return {"grade_id": name, "cell_type": "code", "schema_version": SCHEMA, **kind, **graded}


def marked(source: str) -> str:
    """Return a definition with each body between nbgrader's marks, so that signature and docstring stay.

    What of a class no stub shows, private methods and attributes, goes between the marks of the method before it.
    """
    node = ast.parse(source).body[0]
    lines = source.splitlines()
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    if isinstance(node, ast.FunctionDef):
        return "\n".join(_regions(lines, node, []))
    private = [item for item in node.body[_head(node) :] if not _is_shown(item)]
    hidden = [line for item in private for line in ["", *lines[_first_line(item) - 1 : item.end_lineno]]]
    kept = lines[: _last_line(node, 0)]
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and _is_shown(item):
            kept += ["", *_regions(lines, item, hidden)]
            hidden = []
    return "\n".join(kept)


def _regions(lines: list[str], node: ast.FunctionDef, more: list[str]) -> list[str]:
    """Return a function's lines with marks around its body and around what else is to be hidden."""
    first, start = _first_line(node), _last_line(node, node.lineno)
    indent = " " * node.body[0].col_offset
    body = lines[start : node.end_lineno]
    return [*lines[first - 1 : start], indent + BEGIN, *body, *more, indent + END]


def _is_shown(item: ast.stmt) -> bool:
    return isinstance(item, ast.FunctionDef) and (item.name == "__init__" or not item.name.startswith("_"))


def _head(node: ast.FunctionDef | ast.ClassDef) -> int:
    """Return how many statements at the start of a body are its docstring: 0 or 1."""
    return int(ast.get_docstring(node, clean=False) is not None)


def _last_line(node: ast.FunctionDef | ast.ClassDef, least: int) -> int:
    """Return the last line of a definition's head, its docstring included."""
    if _head(node):
        return max(least, node.body[0].end_lineno or 0)
    return max(least, _first_line(node.body[0]) - 1)


def _first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
