"""What decides about an answer, as a hash: when it changes, a submission is graded again."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import labkit.exercises
from labkit.grading import changes, compare, judge, model, observation, observe, probes, surroundings, values, wire
from labkit.grading.model import Exercise

DECIDES = (judge, compare, model, observe, probes, changes, observation, values, surroundings, wire)


@functools.cache
def check_hash(exercise: Exercise) -> str:
    """Return a hash of all that decides: the judge, the files of its notebook's exercises, and the reference with what it imports."""
    package = Path(str(labkit.exercises.__file__)).parent
    of_notebook = sorted(package.glob(f"ex{exercise.notebook[:2]}_*.py"))
    of_reference = sorted(_closure(exercise.reference.partition(":")[0]))
    whole = hashlib.sha256(exercise.id.encode())
    for path in (*of_notebook, *of_reference, *(Path(str(module.__file__)) for module in DECIDES)):
        whole.update(_digest(path))
    return whole.hexdigest()[:16]


def _closure(module: str) -> set[Path]:
    """Return the files of a reference and of all references that it is built on."""
    found: dict[str, Path] = {}
    todo = [module]
    while todo:
        name = todo.pop()
        spec = importlib.util.find_spec(name)
        if name not in found and spec is not None and spec.origin is not None:
            found[name] = Path(spec.origin)
            todo += _references(found[name])
    return set(found.values())


def _references(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("labkit.reference."):
            yield str(node.module)


@functools.cache
def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()
