"""A reference's text without importing it: its source, its docstring, and the stub a student starts from.

Reading the file keeps torch asleep, and keeps one truth: the statement of an exercise is its reference's docstring.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
from pathlib import Path

STUB = "raise NotImplementedError"


@functools.cache
def _module(name: str) -> tuple[str, ast.Module]:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise LookupError(f"there is no module {name}")
    text = Path(spec.origin).read_text(encoding="utf-8")
    return text, ast.parse(text)


def _definition(reference: str) -> tuple[str, ast.FunctionDef | ast.ClassDef]:
    module, _, name = reference.partition(":")
    text, tree = _module(module)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return text, node
    raise LookupError(f"{module} defines no function or class {name!r} at its top level")


def reference_source(reference: str) -> str:
    """Return the source text of "module:name", decorators included, without a final newline."""
    text, node = _definition(reference)
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def statement(reference: str) -> str:
    """Return the docstring of "module:name", which is the exercise's statement."""
    _, node = _definition(reference)
    return ast.get_docstring(node) or ""


def stub(reference: str) -> str:
    """Return the student's start: signature and docstring as written, every body ``raise NotImplementedError``."""
    text, node = _definition(reference)
    lines = text.splitlines()
    kept: list[str] = []
    for part in _parts(node):
        kept += lines[part[0] - 1 : part[1]]
        kept += part[2]
    return "\n".join(kept).rstrip()


def _parts(node: ast.FunctionDef | ast.ClassDef) -> list[tuple[int, int, list[str]]]:
    """Return (first line, last line, lines to add) for each stretch of the source that a stub keeps."""
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    if isinstance(node, ast.FunctionDef):
        indent = " " * (node.col_offset + 4)
        return [(first, _head_end(node), [indent + STUB])]
    parts: list[tuple[int, int, list[str]]] = [(first, _head_end(node), [""])]
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and (item.name == "__init__" or not item.name.startswith("_")):
            start, stop, added = _parts(item)[0]
            parts.append((start, stop, [*added, ""]))
    return parts


def _head_end(node: ast.FunctionDef | ast.ClassDef) -> int:
    """Return the last line of the signature and docstring."""
    head = node.body[0]
    documented = (
        isinstance(head, ast.Expr) and isinstance(head.value, ast.Constant) and isinstance(head.value.value, str)
    )
    return (head.end_lineno or head.lineno) if documented else head.lineno - 1


@functools.lru_cache(maxsize=64)  # a grader asks several questions about each cell of the submission before it
def parsed(source: str) -> ast.Module | None:
    """Return a cell's tree, not to be changed; None when it does not parse."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_stub(source: str, name: str) -> bool:
    """Whether ``source`` defines ``name`` with nothing but docstrings and ``raise NotImplementedError`` in it."""
    tree = parsed(source)
    if tree is None:
        return False
    found = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == name]
    return bool(found) and _empty(found[-1])


def _empty(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return all(_empty(child) for child in node.body)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    raised = node.exc if isinstance(node, ast.Raise) else None
    target = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(target, ast.Name) and target.id == "NotImplementedError"
