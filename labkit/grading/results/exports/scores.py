"""What each student earned, ready to be sent elsewhere: one score a student, over the notebooks that are asked for.

An answer that the grader could not judge holds the whole score back: another system shows a number only, and that number
would look like a judgment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from labkit.grading.model import ERROR
from labkit.grading.run.gradebook import UNGRADED, UNREADABLE, Entry, entries
from labkit.grading.run.journal import GradingError, Journal


@dataclass(frozen=True)
class Score:
    """The points of one student; ``held`` says why they are not to be sent, ``places`` where the files were."""

    student: str
    points: float
    maximum: float
    places: tuple[str, ...] = ()
    held: str = ""


def notebooks(out: Path) -> list[str]:
    """Return the notebooks that OUT's journal knows, in the course's order."""
    with Journal(out) as journal:
        return list(dict.fromkeys(check.notebook for check in journal.checks()))


def scores(out: Path, wanted: Iterable[str]) -> list[Score]:
    """Return a score for each student who handed in one of these notebooks, sorted by name; all are summed.

    A notebook not handed in counts as 0 of its maximum; one that cannot be read does too, as in the gradebook.
    Raises: GradingError when OUT holds no journal, or nothing of a notebook.
    """
    chosen = list(dict.fromkeys(wanted))
    with Journal(out) as journal:
        lines = [line for line in entries(journal) if line.notebook in chosen]
        maximum = {n: sum(c.maximum for c in journal.checks() if c.notebook == n) for n in chosen}
        places: dict[str, list[str]] = defaultdict(list)
        for student, place in [(a.student, a.path) for a in journal.about()]:
            places[student].append(place)
        for bad in journal.unreadable():
            places[bad.student].append(bad.path)
    for notebook in chosen:
        if not maximum[notebook]:
            raise GradingError(f"{out} holds no grades of {notebook}: grade it first")
    own: dict[str, list[Entry]] = defaultdict(list)
    for line in lines:
        own[line.student].append(line)
    most = sum(maximum.values())
    return [
        Score(student, round(sum(e.points for e in mine), 2), most, tuple(places[student]), _held(mine))
        for student, mine in sorted(own.items())
    ]


def _held(mine: Sequence[Entry]) -> str:
    bad = [line for line in mine if line.status in (ERROR, UNGRADED)]
    return f"{bad[0].exercise}: {bad[0].message}" if bad else ""


def unreadable(out: Path) -> list[tuple[str, str]]:
    """Return (student, reason) for each file that counts as 0 because it cannot be read."""
    with Journal(out) as journal:
        found = [(line.student, line.message) for line in entries(journal) if line.status == UNREADABLE]
    return list(dict.fromkeys(found))
