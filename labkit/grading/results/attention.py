"""What of a run needs a person: everything that the points alone do not say.  Made from the journal alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from labkit.grading.explain import FATAL_ADVICE
from labkit.grading.model import ERROR, NOT_YET
from labkit.grading.run.gradebook import UNGRADED, UNREADABLE, entries
from labkit.grading.run.journal import About, Journal, Row
from labkit.grading.submissions.flags import near_equal

NOT_GRADED, STOPPED, FLAGGED, NOTED = "not graded", "timed out or died", "flagged", "noted"
ENDS = {FATAL_ADVICE["Timeout"], FATAL_ADVICE["Died"]}


@dataclass(frozen=True)
class Matter:
    """One thing to look at: its kind, whose it is, in which exercise, notebook or cell, and why."""

    kind: str
    student: str
    where: str
    why: str


def matters(out: Path) -> list[Matter]:
    """Return what needs a person after a run, most pressing first; a file that could not be read once.

    Flags say that something is worth a look, never that somebody did wrong.
    """
    with Journal(out) as journal:
        lines, rows, about = entries(journal), journal.rows(), journal.about()
    found = [Matter(NOT_GRADED, e.student, e.notebook or "a file", e.message) for e in lines if e.status == UNREADABLE]
    found += [Matter(NOT_GRADED, e.student, e.exercise, e.message) for e in lines if e.status in (ERROR, UNGRADED)]
    found += _stopped(rows, about)
    found += _flagged(about)
    found += [Matter(NOTED, a.student, a.notebook, a.note) for a in about if a.note]
    return list(dict.fromkeys(found))


def _stopped(rows: Iterable[Row], about: Iterable[About]) -> Iterator[Matter]:
    for row in rows:
        if row.status == NOT_YET and row.advice in ENDS:
            why = row.message[len(row.call) :].strip() if row.message.startswith(row.call) else row.message
            yield Matter(STOPPED, row.student, row.exercise, why)
    for a in about:
        for label, status, message in a.stopped:
            if status in ("died", "timed out"):
                yield Matter(STOPPED, a.student, f"{a.notebook}, {label}", message)


def _flagged(about: list[About]) -> Iterator[Matter]:
    for a in about:
        for exercise, sentence in a.flags:
            yield Matter(FLAGGED, a.student, exercise or a.notebook, sentence)
    for exercise, students in near_equal((a.student, a.prints) for a in about):
        yield Matter(FLAGGED, ", ".join(students), exercise, "These answers are nearly the same text.")
