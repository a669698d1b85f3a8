"""Read what students hand in, however battered the file is, and keep only what they wrote.

Outputs are dropped; duplicate ids, deleted and added cells, lost metadata and old formats are survived.  What cannot be read
comes back as :class:`Unreadable` with the reason, because a run over a class must not stop at one file.
"""

from __future__ import annotations

import ast
import functools
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from labkit.exercises import CATALOG
from labkit.grading.submissions.handins import HandIn, clean, hand_ins
from labkit.grading.submissions.rawfile import Problem, load
from labkit.source import parsed

FOREIGN = "there is no exercise of the course in it"
NOTEBOOKS = tuple(dict.fromkeys(exercise.notebook for exercise in CATALOG.values()))


@dataclass(frozen=True)
class Cell:
    """A code cell: its source, what messages call it, the exercise it answers or "", and its place among the code cells."""

    source: str
    label: str
    exercise: str = ""
    number: int = 0


@dataclass(frozen=True)
class Submission:
    """One student's notebook, ready for the box.  ``demo``: the cells that only show something, which are not run."""

    student: str
    notebook: str
    path: str
    sha256: str
    cells: tuple[Cell, ...]
    demo: tuple[Cell, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Unreadable:
    """A file that cannot be graded, and why; ``notebook`` is "" where nothing says which one it is."""

    student: str
    notebook: str
    path: str
    reason: str


def submissions(directory: Path, notebook: str | None = None) -> list[Submission | Unreadable]:
    """Return what was handed in below a folder, or in one zip file: one entry a student and notebook, sorted.

    ``notebook``: only this one, and what cannot be told.  Two people with one name get a number and a note; of two files of one
    person for one notebook the one with the course's own name counts, and its note says so.
    """
    with tempfile.TemporaryDirectory(prefix="labkit-reader-") as scratch:
        # each is read before the next one is unpacked
        found = [(hand_in, _read(hand_in)) for hand_in in hand_ins(Path(directory), Path(scratch), NOTEBOOKS)]
    found.sort(key=lambda pair: (pair[0].place, pair[0].student))
    each = _without_strays(list(_one_each(_told_apart(found))))
    read = [one for one in each if notebook in (None, one.notebook) or not one.notebook]
    return sorted(read, key=lambda one: (one.student, one.notebook, one.path))


def read_submission(path: Path, student: str = "") -> Submission | Unreadable:
    """Return one notebook file as a submission; the student is the folder's name unless given."""
    path = Path(path)
    found = next(hand_ins(path, path.parent, NOTEBOOKS))
    return _read(replace(found, student=student or found.student, place=str(path)))


def _read(hand_in: HandIn) -> Submission | Unreadable:
    try:
        if hand_in.problem:
            raise Problem(hand_in.problem)
        raw, sha256 = load(hand_in.path)
        cells = list(_cells(raw))
        notebook, note = _notebook(hand_in.notebook, cells)
    except Problem as problem:
        return Unreadable(hand_in.student, hand_in.notebook, hand_in.place, str(problem))
    except Exception as error:  # the reader's own fault on one file, which must not cost the class its run
        reason = f"the grader failed to read it ({type(error).__name__}: {error}); please report this"
        return Unreadable(hand_in.student, hand_in.notebook, hand_in.place, reason)
    graded = tuple(_answering(cell, notebook) for cell, demo in cells if not demo)
    shown = tuple(_answering(cell, notebook) for cell, demo in cells if demo)
    note = f"{note} {_elsewhere(raw, notebook, (*graded, *shown))}".strip()
    return Submission(hand_in.student, notebook, hand_in.place, sha256, graded, shown, note)


# --------------------------------------------------------------------------------------------- notebook -> cells


def _cells(raw_cells: list[Any]) -> Iterator[tuple[Cell, bool]]:
    """Yield each code cell and whether it is a demo; a cell of parameters is followed by one that sets FAST."""
    number = 0
    for raw in raw_cells:
        if not isinstance(raw, dict) or raw.get("cell_type") != "code":
            continue
        number += 1
        metadata = _mapping(raw.get("metadata"))
        about = _mapping(metadata.get("labkit"))
        source = _text(raw.get("source", raw.get("input", "")))
        exercise = str(about.get("exercise", ""))
        yield (
            Cell(source, f"code cell {number}", exercise if exercise in CATALOG else "", number),
            about.get("role") == "demo" and exercise not in CATALOG,
        )
        tags = metadata.get("tags")
        if isinstance(tags, list) and "parameters" in tags:
            yield Cell("FAST = True", "the grader's parameters", number=number), False


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair can be neither stored nor sent


def _answering(cell: Cell, notebook: str) -> Cell:
    """Return a cell with the exercise it answers, found by the name it defines when its metadata are lost."""
    if cell.exercise and CATALOG[cell.exercise].notebook == notebook:
        return cell
    own = [name for name in defined(cell.source) if name in CATALOG and CATALOG[name].notebook == notebook]
    return replace(cell, exercise=own[-1] if own else "")


def _elsewhere(raw_cells: list[Any], notebook: str, cells: Sequence[Cell]) -> str:
    """Return a note on the exercises that no code cell answers and that stand in a text cell; "" when there are none."""
    missing = {e.id for e in CATALOG.values() if e.notebook == notebook} - {cell.exercise for cell in cells}
    if missing:
        missing -= {name for cell in cells for name in defined(cell.source)}
    others = [raw for raw in raw_cells if isinstance(raw, dict) and raw.get("cell_type") != "code"] if missing else []
    texts = "\n".join(_text(raw.get("source", "")) for raw in others)
    found = [name for name in re.findall(r"^[ >]*(?:def|class)[ ]+(\w+)", texts, re.MULTILINE) if name in missing]
    names = ", ".join(dict.fromkeys(found))
    return f"Written into a text cell, which is not run, instead of a code cell: {names}." if names else ""


def _notebook(said: str, cells: Iterable[tuple[Cell, bool]]) -> tuple[str, str]:
    """Return which course notebook this is, and a note: by the file's name, else by the exercises it defines."""
    votes: Counter[str] = Counter()
    for cell, _ in cells:
        names = {cell.exercise} if cell.exercise else set(defined(cell.source)) & CATALOG.keys()
        votes.update(CATALOG[name].notebook for name in names)
    if said:
        other = [name for name in votes if name != said]
        note = f"This file is named {said} but holds exercises of {other[0]}." if other and not votes[said] else ""
        return said, note
    if not votes:
        raise Problem(FOREIGN)
    most = max(votes.values())
    return next(name for name in NOTEBOOKS if votes[name] == most), ""


@functools.lru_cache(maxsize=2048)  # most cells are the course's own, the same in every submission
def defined(source: str) -> tuple[str, ...]:
    """Return the names that a cell binds at its top level, in order; of a cell that does not parse, those that it shows.

    >>> defined("def f():\\n    g = 1\\nx, y = 1, 2")
    ('f', 'x', 'y')
    """
    tree = parsed(source)
    if tree is None:
        return tuple(a or b for a, b in re.findall(r"^(?:def|class)\s+(\w+)|^(\w+)\s*=(?!=)", source, re.MULTILINE))
    return tuple(_bound(tree))


def _bound(tree: ast.Module) -> Iterator[str]:
    waiting: list[ast.AST] = [tree]  # a list and no recursion: a sum of a thousand terms is a thousand levels deep
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                yield node.id
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting += reversed(list(ast.iter_child_nodes(node)))


# ------------------------------------------------------------------------------------------- one entry a student

Found = tuple[HandIn, Submission | Unreadable]


def _told_apart(found: Sequence[Found]) -> list[Found]:
    """Return the same with a number behind the name where two sources hold one student's name and notebook."""
    sources: dict[str, list[str]] = {}
    clash: dict[str, list[str]] = {}
    seen: dict[tuple[str, str], str] = {}
    for hand_in, one in found:
        known = sources.setdefault(one.student, [])
        if hand_in.source not in known:
            known.append(hand_in.source)
        if seen.setdefault((one.student, one.notebook), hand_in.source) != hand_in.source:
            clash[one.student] = known
    result: list[Found] = []
    for hand_in, one in found:
        if one.student in clash:
            number = clash[one.student].index(hand_in.source) + 1
            text = f"Handed in under the name {one.student} by {len(clash[one.student])} sources; this is {one.path}."
            one = _noted(replace(one, student=f"{one.student} ({number})"), text)
        result.append((hand_in, one))
    return result


def _one_each(found: Sequence[Found]) -> Iterator[Submission | Unreadable]:
    """Yield one submission a student and notebook; what was left aside is said in its note."""
    groups: dict[tuple[str, str], list[Found]] = {}
    for hand_in, one in found:
        key = (one.student, one.notebook if isinstance(one, Submission) or one.notebook else one.path)
        groups.setdefault(key, []).append((hand_in, one))
    for group in groups.values():
        first, *others = (one for _, one in sorted(group, key=_rank))
        left = ", ".join(other.path for other in others)
        yield (
            _noted(first, f"Several files for one notebook: graded is {first.path}; left aside: {left}.")
            if left
            else first
        )


def _without_strays(each: Sequence[Submission | Unreadable]) -> Iterator[Submission | Unreadable]:
    """Yield the same without other notebooks of students who have handed in the course's too; a note names them."""
    handed_in = {one.student for one in each if isinstance(one, Submission)}
    strays: dict[str, list[str]] = {}
    for one in each:
        if isinstance(one, Unreadable) and one.reason.startswith(FOREIGN) and one.student in handed_in:
            strays.setdefault(one.student, []).append(one.path)
    noted = set()
    for one in each:
        others = strays.get(one.student, [])
        if isinstance(one, Submission) and others and one.student not in noted:
            noted.add(one.student)
            yield _noted(one, f"Left aside, as {FOREIGN}: {', '.join(others)}.")
        elif one.path not in others:
            yield one


def _rank(found: Found) -> tuple[bool, bool, int, str]:
    """Return how a file is placed among several: readable, with the course's own name, near the top, by name."""
    hand_in, one = found
    name = Path(hand_in.place).name.lower()
    return (
        isinstance(one, Unreadable),
        not name.endswith(f"{one.notebook}.ipynb".lower()),
        one.path.count("/"),
        one.path,
    )


def _noted(one: Submission | Unreadable, text: str) -> Submission | Unreadable:
    if isinstance(one, Unreadable):
        return replace(one, reason=f"{one.reason}. {text}")
    return replace(one, note=clean(f"{one.note} {text}" if one.note else text, 1000))
