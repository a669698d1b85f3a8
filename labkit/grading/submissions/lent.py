"""What answers use of the cells that only show something: their imports, functions and classes, without the rest of them.

A demonstration is not run, since it may take minutes.  A student's helper that was written into one works in the notebook all
the same, and so do the lesson's own ``predict = lk.use("perceptron_predict")``.
"""

from __future__ import annotations

import ast
import functools
import re

from labkit.exercises import CATALOG
from labkit.grading.submissions.reader import Cell, Submission, defined
from labkit.source import parsed

WORD = re.compile(r"[^\W\d]\w*")


def lent(submission: Submission) -> list[Cell]:
    """Return a cell for each demonstration that defines what a graded cell names: those definitions only, in their order."""
    if not submission.demo:
        return []
    words = frozenset(WORD.findall("\n".join(cell.source for cell in submission.cells)))
    known = {name for cell in submission.cells for name in defined(cell.source)} | CATALOG.keys()
    found = []
    for cell in submission.demo:
        kept = [source for names, source in definitions(cell.source) if _used(names & words - known, submission)]
        if kept:
            found.append(Cell("\n".join(dict.fromkeys(kept)), cell.label, number=cell.number))
    return found


@functools.lru_cache(maxsize=2048)  # most cells are the course's own, the same in every submission
def definitions(source: str) -> tuple[tuple[frozenset[str], str], ...]:
    """Return (names, source) for each import, function, class and lent answer at a cell's top level; none do any work.

    >>> definitions("import math\\ny = math.pi\\nf = lambda x: 2 * x")
    ((frozenset({'math'}), 'import math'), (frozenset({'f'}), 'f = lambda x: 2 * x'))
    """
    tree = parsed(source)
    nodes = [node for node in tree.body if _is_definition(node)] if tree is not None else []
    return tuple((frozenset(defined(text)), text) for text in map(ast.unparse, nodes))


def _is_definition(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        value = node.value
        return isinstance(value, ast.Lambda) or (isinstance(value, ast.Call) and ast.unparse(value.func) == "lk.use")
    return isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _used(names: frozenset[str], submission: Submission) -> bool:
    """Return whether code that is graded has one of these names, and not only a docstring, which may speak of "torch"."""
    sources = [cell.source for cell in submission.cells if any(name in cell.source for name in names)]
    trees = [tree for tree in map(parsed, sources) if tree is not None]
    return any(isinstance(n, ast.Name) and n.id in names for tree in trees for n in ast.walk(tree))
