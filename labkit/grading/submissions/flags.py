"""Signs that a person should look at, shown beside points and never instead of them.

An honest answer can carry a flag, so nothing here decides anything.  The fingerprint follows Schleimer, Wilkerson and Aiken
(2003), winnowing: hashes of short runs of tokens, thinned out evenly, so that renamed variables and moved lines still match.
"""

from __future__ import annotations

import ast
import functools
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from labkit.exercises import CATALOG
from labkit.grading.submissions.reader import Cell, Submission, defined
from labkit.source import is_stub, parsed, reference_source

RUN = 6  # tokens hashed together
WINDOW = 4  # of so many hashes in a row the smallest is kept
MIN_TOKENS = 70  # shorter answers are alike without anybody having copied
NEAR = 0.8  # share of fingerprints in common: one small edit in an answer of ten lines leaves 0.88, another author 0.1 to 0.6
LIBRARIES = {"scipy", "sklearn", "torch", "torchvision", "tensorflow", "keras", "jax", "labkit"}
OTHER_NAMES = {  # a library's name for what an exercise asks
    "expit": "sigmoid",
    "logloss": "crossentropy",
    "bceloss": "binarycrossentropy",
    "mseloss": "mse",
    "meansquarederror": "mse",
    "perceptron": "fitperceptron",
    "logsumexp": "logsumexp",
    "clipgradnorm": "clipgradients",
}
MASKED = {  # what of labkit no answer needs
    "labkit.reference": "where the course's answers are",
    "labkit.exercises": "where the course's checks are",
    "labkit.grading": "which is the grader's own",
}

Flag = tuple[str, str]  # (exercise or "", sentence)


def look(submission: Submission) -> tuple[tuple[Flag, ...], dict[str, list[int]]]:
    """Return the flags that one submission carries by itself, and exercise -> fingerprint to compare it with others.

    Answers that are short, or nearly the course's own, have no fingerprint: they are alike without anybody having copied.
    """
    imported = dict(pair for cell in submission.cells for pair in _imports(cell.source))
    flags: list[Flag] = [
        ("", f"It imports {name}, {what}.")
        for name in sorted(set(imported.values()))
        for masked, what in MASKED.items()
        if name.startswith(masked)
    ]
    prints = {}
    for exercise in (e.id for e in CATALOG.values() if e.notebook == submission.notebook):
        node = answer(submission.cells, exercise)
        if node is None:
            if answer(submission.demo, exercise) is not None:
                flags.append((exercise, "It is answered only in a demo cell, which is not graded."))
            continue
        flags += [(exercise, f"It calls {n}, which does the whole exercise.") for n in _whole(node, exercise, imported)]
        own = fingerprint(node)
        if alike(own, _of_the_course(exercise)):
            flags.append((exercise, "It is nearly the course's own answer, which the last hint shows."))
        elif own:
            prints[exercise] = own
    return tuple(dict.fromkeys(flags)), prints


def near_equal(prints: Iterable[tuple[str, Mapping[str, Sequence[int]]]]) -> list[tuple[str, tuple[str, ...]]]:
    """Return (exercise, students) for each group of students whose answers are nearly equal.

    prints: (student, exercise -> fingerprint) for each submission
    """
    equal: dict[str, dict[frozenset[int], list[str]]] = defaultdict(lambda: defaultdict(list))
    for student, answers in prints:
        for exercise, marks in answers.items():
            equal[exercise][frozenset(marks)].append(student)
    groups = []
    for exercise, by_marks in sorted(equal.items()):
        for members in _clusters(list(by_marks)):
            students = sorted({student for marks in members for student in by_marks[marks]})
            if len(students) > 1:
                groups.append((exercise, tuple(students)))
    return groups


def alike(a: Iterable[int], b: Iterable[int]) -> bool:
    """Whether two fingerprints share at least NEAR of their hashes; empty ones are like nothing."""
    x, y = set(a), set(b)
    return bool(x and y) and len(x & y) >= NEAR * len(x | y)


def fingerprint(node: ast.AST) -> list[int]:
    """Return the fingerprint of a definition, [] when it is short: without docstrings, local names made equal.

    >>> a = ast.parse("def f(x):\\n    total = x + 1\\n    return total").body[0]
    >>> fingerprint(a)
    []
    """
    tokens = _tokens(node)
    if len(tokens) < MIN_TOKENS:
        return []
    hashes = [zlib.crc32(" ".join(tokens[i : i + RUN]).encode()) for i in range(len(tokens) - RUN + 1)]
    return sorted({min(hashes[i : i + WINDOW]) for i in range(len(hashes) - WINDOW + 1)})


def answer(cells: Sequence[Cell], exercise: str) -> ast.stmt | None:
    """Return the last written definition of an exercise, None when there is only the stub or nothing."""
    for cell in reversed(cells):
        tree = parsed(cell.source) if exercise in defined(cell.source) else None
        for node in reversed(tree.body if tree is not None else []):
            if exercise in defined_by(node) and not is_stub(cell.source, exercise):
                return node
    return None


def defined_by(node: ast.stmt) -> list[str]:
    """Return the names that one statement defines as a function, class or variable."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


@functools.cache
def _of_the_course(exercise: str) -> tuple[int, ...]:
    tree = parsed(reference_source(CATALOG[exercise].reference))
    return tuple(fingerprint(tree.body[0])) if tree is not None else ()


def _tokens(node: ast.AST) -> list[str]:
    """Return the tree's kinds, names and values in reading order, with every local name the same and no docstrings."""
    parts = _reading(node)
    local = {n.id for n in parts if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    local |= {n.arg for n in parts if isinstance(n, ast.arg)}
    found: list[str] = []
    for part in parts:
        if isinstance(part, ast.Name):
            found.append("local" if part.id in local else part.id)
        elif not isinstance(part, ast.arg):
            found.append(type(part).__name__)
            if isinstance(part, ast.Attribute):
                found.append(part.attr)
            elif isinstance(part, ast.Constant):
                found.append(repr(part.value)[:40])
    return found


@functools.lru_cache(maxsize=1)  # two questions about each answer, one after the other
def _reading(node: ast.AST) -> tuple[ast.AST, ...]:
    """Return the nodes of a tree in reading order, without docstrings and what says nothing."""
    found, waiting = [], [node]
    while waiting:
        part = waiting.pop()
        found.append(part)
        if not isinstance(part, ast.Name | ast.arg):  # below them is only how they are used
            below = [n for n in ast.iter_child_nodes(part) if not isinstance(n, ast.expr_context) and not _is_text(n)]
            waiting += reversed(below)
    return tuple(found)


def _is_text(node: ast.AST) -> bool:
    """Whether a statement is nothing but a text: a docstring, or a comment written as one."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@functools.lru_cache(maxsize=1024)  # most cells are the course's own, the same in every submission
def _imports(source: str) -> tuple[tuple[str, str], ...]:
    """Return (local name, dotted name) for everything that a cell imports."""
    if "import" not in source or (tree := parsed(source)) is None:
        return ()
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [(alias.asname or alias.name, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names += [(alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names]
    return tuple(names)


def _whole(node: ast.AST, exercise: str, imported: Mapping[str, str]) -> Iterator[str]:
    """Yield the dotted names of library calls that bear the exercise's name, or a library's own name for it."""
    wanted = _bare(exercise.removesuffix("_forward"))
    for call in (n for n in _reading(node) if isinstance(n, ast.Call)):
        dotted = _dotted(call.func)
        root, _, rest = dotted.partition(".")
        full = dotted if root not in imported else imported[root] + (f".{rest}" if rest else "")
        last = _bare(full.rsplit(".", 1)[-1])
        if full.split(".")[0] in LIBRARIES and "." in full and wanted in (last, OTHER_NAMES.get(last)):
            yield full


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _clusters(marks: Sequence[frozenset[int]]) -> Iterator[list[frozenset[int]]]:
    """Yield groups of fingerprints that are alike, directly or by way of others; single ones too."""
    holders: dict[int, list[int]] = defaultdict(list)
    leader = list(range(len(marks)))

    def lead(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for i, own in enumerate(marks):
        shared: dict[int, int] = defaultdict(int)
        for mark in own:
            for j in holders[mark]:
                shared[j] += 1
            holders[mark].append(i)
        for j, count in shared.items():
            if count >= NEAR * (len(own) + len(marks[j]) - count):
                leader[lead(i)] = lead(j)
    groups: dict[int, list[frozenset[int]]] = defaultdict(list)
    for i, own in enumerate(marks):
        groups[lead(i)].append(own)
    yield from groups.values()
