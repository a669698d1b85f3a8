"""The course's notebooks in nbgrader: the source that is written, and stock nbgrader taking it in from end to end.

nbgrader has requirements of its own, so it lives in an environment of its own, build/nbgrader-VERSION, made once.
"""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pytest

from labkit.exercises import CATALOG, in_notebook
from labkit.grading.results.exports.nbgrader import BEGIN, END, edition, marked, write_nbgrader
from labkit.nbgrader import points
from labkit.notebooks import exercise_of, read, write
from labkit.source import is_stub, reference_source, stub

ROOT = Path(__file__).resolve().parents[2]
NAME = "02_perceptron"
COURSE = ROOT / "notebooks" / f"{NAME}.ipynb"
EXERCISES = [e.id for e in in_notebook(NAME)]
VERSION = "0.9.6"


def cleared(source):
    """Return what nbgrader hands out: its own stub in place of what is between the marks."""
    kept, inside = [], False
    for line in source.split("\n"):
        if BEGIN in line:
            inside = True
            indent = re.match(r"\s*", line)[0]
            kept += [indent + "# YOUR CODE HERE", indent + "raise NotImplementedError"]
        elif END in line:
            inside = False
        elif not inside:
            kept.append(line)
    assert not inside
    return "\n".join(kept)


@pytest.mark.parametrize("name", CATALOG)
def test_the_marks_leave_the_course_s_stub_and_keep_the_course_s_answer(name):
    source = reference_source(CATALOG[name].reference)
    made = marked(source)
    assert ast.dump(ast.parse(cleared(made))) == ast.dump(ast.parse(stub(CATALOG[name].reference)))
    assert is_stub(cleared(made), name)
    whole, parts = ast.parse(source).body[0], ast.parse(made).body[0]
    if isinstance(whole, ast.FunctionDef):
        assert ast.dump(whole) == ast.dump(parts)
    else:  # the order of a class's members may change, and nothing else
        assert sorted(map(ast.dump, whole.body)) == sorted(map(ast.dump, parts.body))


def test_private_parts_of_a_class_are_hidden():
    source = '''class A:
    """Say what."""

    size = 3

    @staticmethod
    def _help(x):
        return x

    def __init__(self):
        """Start."""
        # from nothing
        self.x = 0

    def go(self, x):
        return self._help(x) + self.size'''
    made = marked(source)
    assert "_help" not in cleared(made)
    assert "size" not in cleared(made)
    assert cleared(made).count("raise NotImplementedError") == 2
    space = {}
    exec(made, space)
    assert space["A"]().go(1) == 4


def test_cells_carry_what_nbgrader_reads():
    made = edition(read(COURSE), seed=11)
    graded = [cell for cell in made.cells if "nbgrader" in cell.metadata]
    ids = [cell.metadata["nbgrader"]["grade_id"] for cell in graded]
    assert ids == [one for name in EXERCISES for one in (name, f"{name}-test")]
    assert all(cell.metadata["nbgrader"]["schema_version"] == 3 for cell in graded)
    tests = [cell for cell in graded if cell.metadata["nbgrader"]["grade"]]
    assert {c.metadata["nbgrader"]["points"] for c in tests} == {1, 2}
    assert all(c.metadata["nbgrader"]["locked"] and not c.metadata["nbgrader"]["solution"] for c in tests)
    assert all("seed=11" in c.source.partition("BEGIN HIDDEN")[2] for c in tests)
    assert all("seed" not in c.source.partition("BEGIN HIDDEN")[0] for c in tests)
    assert "NBGRADER_EXECUTION" in next(c.source for c in made.cells if "parameters" in c.metadata.get("tags", []))


def test_nothing_is_overwritten_and_notebooks_without_exercises_are_left_out(tmp_path):
    plain = read(COURSE)
    plain.cells = [cell for cell in plain.cells if not exercise_of(cell)]
    write(plain, tmp_path / "plain" / "99_prose.ipynb")
    paths = [COURSE, tmp_path / "plain" / "99_prose.ipynb"]
    made = write_nbgrader(paths, tmp_path / "course", 1)
    assert made == [tmp_path / "course" / "source" / NAME / f"{NAME}.ipynb"]
    before = made[0].read_bytes()
    with pytest.raises(FileExistsError):
        write_nbgrader(paths, tmp_path / "course", 2)
    assert made[0].read_bytes() == before


def test_the_command_writes_a_source_folder(tmp_path):
    done = labkit("export", "nbgrader", tmp_path, "02", "--seed", "3")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "source" / NAME / f"{NAME}.ipynb").is_file()
    again = labkit("export", "nbgrader", tmp_path, "02")
    assert again.returncode == 2
    assert "there already" in again.stderr


def labkit(*arguments):
    command = [sys.executable, "-m", "labkit", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


# ---------------------------------------------------------------------------------------------- points of a cell

STRICT = "def perceptron_predict(X, w, b):\n    return (np.asarray(X) @ w + b > 0).astype(int)"


def defined(source, name):
    space = {"np": np}
    exec(source, space)
    return space[name]


@pytest.mark.parametrize("seed", [0, 5])
def test_points_are_those_of_the_judge(seed):
    name = "perceptron_predict"
    assert points(name, defined(reference_source(CATALOG[name].reference), name), seed=seed) == 1.0
    assert points(name, defined(STRICT, name), seed=seed) == 0.87
    with pytest.raises(AssertionError, match="bias"):
        points(name, defined("def perceptron_predict(X, w, b):\n    return (X @ w >= 0).astype(int)", name), seed=seed)
    with pytest.raises(AssertionError, match="not written yet"):
        points(name, defined(stub(CATALOG[name].reference), name), seed=seed)


def test_a_broken_check_is_an_error_and_no_zero(monkeypatch):
    broken = CATALOG["xor_weights"].__class__(**{**vars(CATALOG["xor_weights"]), "judge": lambda *a: 1 / 0})
    monkeypatch.setitem(CATALOG, "xor_weights", broken)
    with pytest.raises(RuntimeError, match="not your fault"):
        points("xor_weights", defined(reference_source(broken.reference), "xor_weights"))


def test_a_check_writes_nothing_that_nbgrader_takes_for_a_failure(capsys):
    """Anything on the error stream is zero points to nbgrader."""
    loud = "import sys, warnings\ndef perceptron_predict(X, w, b):\n    print('x', file=sys.stderr); warnings.warn('y')\n    return (np.asarray(X) @ w + b >= 0).astype(int)"
    assert points("perceptron_predict", defined(loud, "perceptron_predict")) == 1.0
    assert capsys.readouterr() == ("", "")


# ---------------------------------------------------------------------------------------------- stock nbgrader


@pytest.fixture(scope="session")
def stock():
    """Return the folder of stock nbgrader's programs, installed once into an environment of its own."""
    home = ROOT / "build" / f"nbgrader-{VERSION}"
    whole = home / "installed"
    if not whole.exists():
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True, symlinks=os.name != "nt")
        command = [home / "bin" / "python", "-m", "pip", "install", "--quiet", f"nbgrader=={VERSION}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            pytest.skip(f"pip cannot install nbgrader here: {last}")
        whole.touch()
    return home / "bin"


@pytest.fixture
def nbgrader(stock, tmp_path):
    """Return a function that runs ``nbgrader …`` in the folder of a course, with this environment's kernel."""
    kernel = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    start = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": start, "display_name": "Python 3", "language": "python"}))
    environment = {
        **os.environ,
        "PATH": f"{stock}{os.pathsep}{os.environ['PATH']}",  # nbgrader calls alembic by its bare name
        "JUPYTER_PATH": str(tmp_path / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "LABKIT_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("PYTHONWARNINGS", None)

    def run(*arguments):
        command = [str(stock / "nbgrader"), *map(str, arguments)]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=250, check=False
        )

    return run


def lean(folder):
    """Return the perceptron notebook without its experiments, which only show something and take their time."""
    notebook = read(COURSE)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("labkit", {}).get("role") != "demo" or cell.source.startswith("lk.check(")
    ]
    write(notebook, folder / COURSE.name)
    return folder / COURSE.name


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_stock_nbgrader_takes_it_from_source_to_grades(nbgrader, tmp_path):
    [source] = write_nbgrader([lean(tmp_path / "lean")], tmp_path, seed=20261121)
    done = nbgrader("generate_assignment", NAME, "--create")
    assert done.returncode == 0, done.stderr[-2000:]
    release = tmp_path / "release" / NAME / source.name
    handed_out = release.read_text("utf-8")
    assert "SOLUTION" not in handed_out
    assert "HIDDEN" not in handed_out
    assert "20261121" not in handed_out
    sources = {exercise_of(cell): cell.source for cell in read(release).cells if exercise_of(cell)}
    assert all(is_stub(text, name) for name, text in sources.items())
    assert list(sources) == EXERCISES

    partly = read(release)
    for cell in partly.cells:
        if exercise_of(cell) == "perceptron_predict":
            cell.source = STRICT
    for student, path in {"ada": source, "bob": release}.items():
        target = tmp_path / "submitted" / student / NAME / source.name
        target.parent.mkdir(parents=True)
        shutil.copyfile(path, target)
    write(partly, tmp_path / "submitted" / "cleo" / NAME / source.name)

    graded = nbgrader("autograde", NAME)
    assert graded.returncode == 0, graded.stderr[-2000:]
    assert nbgrader("export").returncode == 0
    with (tmp_path / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: (float(row["raw_score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert rows == {"ada": (5, 5), "bob": (0, 5), "cleo": (0.87, 5)}

    solved = nbgrader("validate", tmp_path / "submitted" / "ada" / NAME / source.name)
    assert "Success" in solved.stdout, solved.stdout + solved.stderr
    empty = nbgrader("validate", tmp_path / "submitted" / "bob" / NAME / source.name)
    assert "VALIDATION FAILED ON 4 CELL(S)" in empty.stdout, empty.stdout
    assert "not written yet" in empty.stdout
