"""The gradebook: gradebook.csv for a spreadsheet and results.json for a program, both made from the journal alone."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.grading.run.journal import GradingError, Journal, Row
from labkit.grading.submissions.reader import Unreadable

UNREADABLE = "unreadable"
UNGRADED = "not graded"
COLUMNS = ("student", "notebook", "exercise", "points", "maximum", "status", "mistake", "message")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet compute instead of show


@dataclass(frozen=True)
class Entry:
    """One line of the gradebook."""

    student: str
    notebook: str
    exercise: str
    points: float
    maximum: float
    status: str
    mistake: str
    message: str


def entries(journal: Journal) -> list[Entry]:
    """Return the gradebook's lines, sorted: every exercise of every submission, and the files that cannot be read."""
    rows = journal.rows()
    lines = [_entry(row) for row in rows]
    there = {(row.student, row.notebook) for row in rows}
    for one in journal.unreadable():
        if (one.student, one.notebook) not in there:
            lines += _unreadable(one, journal)
    return sorted(lines, key=lambda line: (line.student, line.notebook))  # stable: exercises keep the course's order


def _entry(row: Row) -> Entry:
    message = row.message if row.status else "The run ended before this one; run labkit grade again."
    status = row.status or UNGRADED
    return Entry(row.student, row.notebook, row.exercise, row.points, row.maximum, status, row.mistake, message)


def _unreadable(one: Unreadable, journal: Journal) -> list[Entry]:
    text = f"{one.path}: {one.reason}"
    exercises = [c for c in journal.checks() if c.notebook == one.notebook]
    if not exercises:
        return [Entry(one.student, one.notebook, "", 0.0, 0.0, UNREADABLE, "", text)]
    return [Entry(one.student, c.notebook, c.exercise, 0.0, c.maximum, UNREADABLE, "", text) for c in exercises]


def write_gradebook(journal: Journal) -> None:
    """Write gradebook.csv and results.json into the journal's folder, each replaced in one step."""
    lines = entries(journal)
    replace_file(journal.out / "gradebook.csv", _csv(lines))
    replace_file(
        journal.out / "results.json", json.dumps(_results(journal, lines), indent=1, ensure_ascii=False) + "\n"
    )


def _csv(lines: Sequence[Entry]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        values = [getattr(line, column) for column in COLUMNS]
        writer.writerow([harmless(v) if isinstance(v, str) else f"{v:g}" for v in values])
    return text.getvalue()


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: on one line, and quoted when it starts like one.

    >>> harmless('=HYPERLINK("http://x")')
    '\\'=HYPERLINK("http://x")'
    """
    shown = "'" + text if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text
    return " ".join(shown.split())


def _results(journal: Journal, lines: Sequence[Entry]) -> dict[str, Any]:
    runs = journal.runs()
    students: dict[str, dict[str, Any]] = {}
    for line in lines:
        notebooks = students.setdefault(line.student, {})
        book = notebooks.setdefault(line.notebook, {"points": 0.0, "maximum": 0.0, "exercises": []})
        book["points"] = round(book["points"] + line.points, 2)
        book["maximum"] = round(book["maximum"] + line.maximum, 2)
        own = {k: getattr(line, k) for k in COLUMNS if k not in ("student", "notebook")}
        book["exercises"].append(own)
    return {
        "seed": runs[-1].seed if runs else None,
        "labkit": runs[-1].version if runs else "",
        "isolation": sorted({row.isolation for row in journal.rows() if row.isolation}),
        "students": students,
        "flags": [[a.student, a.notebook, *flag] for a in journal.about() for flag in a.flags],
        "notes": [[a.student, a.notebook, a.note] for a in journal.about() if a.note],
    }


def replace_file(path: Path, text: str) -> None:
    """Write a file so that at every moment the old one or the whole new one is there.

    Raises: GradingError when the disk does not take it; the old file is then untouched.
    """
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(name).unlink(missing_ok=True)
        raise GradingError(
            f"{path} cannot be written: {error.strerror}. The journal is safe: make room, then run labkit report {path.parent}"
        ) from error
