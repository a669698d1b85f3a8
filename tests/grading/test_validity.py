"""The grader says of every known answer what the check in the notebook says: the references, the stubs, and every mistake."""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.exercises import in_notebook
from labkit.grading.box.cells import compiled
from labkit.grading.judge import load_reference
from labkit.grading.model import NOT_ATTEMPTED, PASSED, Edit
from labkit.grading.run.worker import Job, close_boxes, grade_one, to_run
from labkit.grading.sandbox.session import Limits
from labkit.grading.submissions.reader import NOTEBOOKS, read_submission
from labkit.lesson import examine
from labkit.notebooks import folder
from labkit.source import reference_source, stub
from tests.grading.submissions import cell, notebook, save

SEED = 20261121
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def boxes_end():
    yield
    close_boxes()


def setup(name):
    """Return the sources of the cells before the first exercise that a student runs: imports and parameters."""
    import nbformat

    cells = nbformat.read(folder() / f"{name}.ipynb", as_version=4).cells
    return [c.source for c in cells if c.cell_type == "code" and not c.metadata.get("labkit")]


@functools.cache
def tree(path):
    return ast.parse(Path(path).read_text(encoding="utf-8"))


def source_of(exercise, mistake):
    """Return a mistake as a student would have written it, "" where it has no source of its own (a ufunc)."""
    if isinstance(mistake.wrong, Edit):
        text = textwrap.dedent(inspect.getsource(load_reference(exercise.reference)))
        for old, new in mistake.wrong.pairs():
            text = text.replace(old, new)
        return text
    code = getattr(mistake.wrong, "__code__", None)
    if code is None:
        return ""
    for node in ast.walk(tree(code.co_filename)):
        if isinstance(node, ast.Lambda | ast.FunctionDef) and node.lineno == code.co_firstlineno:
            if isinstance(node, ast.Lambda):
                return f"{exercise.id} = {ast.unparse(node)}"
            node.name = exercise.id
            return "from typing import Any\n" + ast.unparse(node)
    return ""


def judged(name, answers, tmp_path):
    """Return (what the checks in class say, what the grader says) of a notebook with these answers."""
    cells = [cell(text) for text in setup(name)] + [
        cell(text, {"labkit": {"exercise": e}}) for e, text in answers.items()
    ]
    submission = read_submission(save(notebook(*cells), tmp_path / f"{name}.ipynb"))
    space = {"__name__": "__main__"}
    for one in to_run(submission):
        label = f"<{one.label}>"
        code, text = compiled(one.source, label)
        linecache.cache[label] = (len(text), None, text.splitlines(keepends=True), label)
        exec(code, space)
    in_class = [examine(e, space[e.id], SEED) for e in in_notebook(name)]
    job = Job(submission, tuple(answers), SEED, "bubblewrap", Limits(), None)
    first, again, in_class = (
        [comparable(v, answers) for v in vs] for vs in (*(grade_one(job).verdicts for _ in "12"), in_class)
    )
    assert first == again, "the same seed gives the same verdicts"
    return in_class, first


def comparable(verdict, answers):
    """Return a verdict without what may differ: where to begin, and the numbers of a generator that nobody can repeat."""
    advice = verdict.advice.rpartition("begin there. ")[2]
    return replace(
        verdict, advice=advice, message="" if "default_rng()" in answers[verdict.exercise] else verdict.message
    )


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_grader_and_the_notebook_agree(name, tmp_path):
    exercises = in_notebook(name)
    right = {e.id: reference_source(e.reference) for e in exercises}
    in_class, graded = judged(name, right, tmp_path)
    assert in_class == graded
    assert {v.status for v in graded} == {PASSED}
    in_class, graded = judged(name, {e.id: stub(e.reference) for e in exercises}, tmp_path)
    assert in_class == graded
    assert {v.status for v in graded} == {NOT_ATTEMPTED}
    for k in range(max(len(e.mistakes) for e in exercises)):
        wrong = {e.id: source_of(e, e.mistakes[k]) for e in exercises if k < len(e.mistakes)}
        in_class, graded = judged(name, {**right, **{e: text for e, text in wrong.items() if text}}, tmp_path)
        differing = [(a, b) for a, b in zip(in_class, graded, strict=True) if a != b]
        assert not differing, f"mistake {k}"
