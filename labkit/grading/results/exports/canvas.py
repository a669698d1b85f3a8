"""A gradebook that Canvas imports, made from the one that Canvas exported: its students, its columns, new points.

Canvas's import wants the columns that say who somebody is and any assignments; assignments that are not in the file
stay as they are.  https://community.canvaslms.com, "How do I import grades in the Gradebook?"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from labkit.grading.results.exports.roster import Export, Table, joined, match, read_table, write_table
from labkit.grading.results.exports.scores import scores
from labkit.grading.run.journal import GradingError
from labkit.grading.submissions.handins import CANVAS

PERSON = ("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
NUMBERS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
ASSIGNMENT = re.compile(r"(?P<title>.+) \((?P<id>\d+)\)")
POSSIBLE = "points possible"


def canvas(out: Path, roster: Path, target: Path, columns: Mapping[str, str], *, scale: bool = False) -> Export:
    """Write a CSV file for Canvas's import: the roster's students, and the columns of the notebooks with OUT's points.

    ``columns``: notebook -> column of the roster; of notebooks with one column the points are summed.  ``scale``: the points
    are brought to Canvas's "Points Possible" instead of being given as they are.
    Raises: GradingError when the roster is no gradebook of Canvas or a column is not in it.
    """
    table = read_table(roster)
    if "Student" not in table.columns or "ID" not in table.columns:
        raise GradingError(f"{roster} has no columns Student and ID: export the gradebook in Canvas and give that file")
    kept = [name for name in PERSON if name in table.columns]
    people = Table(table.columns, tuple(row for row in table.rows if row["ID"].strip()))
    head = [row for row in table.rows if not row["ID"].strip()]  # "Points Possible", and sometimes "Manual Posting"
    rows = [dict(row) for row in people.rows]
    lost: dict[str, str] = {}
    held: dict[str, str] = {}
    notes: list[str] = []
    filled: set[int] = set()
    for column in dict.fromkeys(columns.values()):
        if column not in table.columns or column in PERSON:
            raise GradingError(f"{roster} has no column {column!r}; {_offered(table)}")
        own = scores(out, [notebook for notebook, its in columns.items() if its == column])
        numbers = {score.student: _number(score.places) for score in own}
        found, missing = match(own, people, numbers=NUMBERS, names=("Student",), number_of=numbers)
        lost.update(missing)
        possible = _possible(head, column)
        factor = possible / own[0].maximum if scale and possible and own else 1.0
        if own and possible not in (None, own[0].maximum) and not scale:
            notes.append(f"{column}: {own[0].maximum:g} points here, {possible:g} possible in Canvas; --scale converts")
        for number, score in found.items():
            if score.held:
                held[score.student] = score.held
                continue
            rows[number][column] = f"{round(score.points * factor, 2):g}"
            filled.add(number)
    write_table(target, [*kept, *dict.fromkeys(columns.values())], [*head, *rows])
    return Export(target, len(filled), tuple(sorted(lost.items())), tuple(sorted(held.items())), tuple(notes))


def find_columns(roster: Path, notebooks: list[str]) -> dict[str, str]:
    """Return notebook -> column for the notebooks whose name is the title of one assignment of the roster.

    "02_perceptron", "02 Perceptron" and "Perceptron" are names of 02_perceptron.
    Raises: GradingError when there is none, with the assignments that there are.
    """
    table = read_table(roster)
    titles = {name: joined(found["title"]) for name in table.columns if (found := ASSIGNMENT.fullmatch(name))}
    fitting = {}
    for notebook in notebooks:
        names = {joined(notebook), joined(notebook.partition("_")[2])} - {""}
        own = [name for name, title in titles.items() if title in names]
        if len(own) == 1:
            fitting[notebook] = own[0]
    if not fitting:
        raise GradingError(f"no assignment in {roster} has the name of a notebook here; {_offered(table)}")
    return fitting


def _offered(table: Table) -> str:
    names = [name for name in table.columns if ASSIGNMENT.fullmatch(name)]
    if not names:
        return "it has no assignment: make one in Canvas first, then export again"
    return f"say which one it is, as in --column '02_perceptron={names[0]}'; there are {', '.join(map(repr, names))}"


def _possible(head: list[dict[str, str]], column: str) -> float | None:
    for row in head:
        if row["Student"].strip().lower() == POSSIBLE:
            try:
                return float(row[column])
            except ValueError:
                return None
    return None


def _number(places: tuple[str, ...]) -> str:
    """Return the number that Canvas has put into a downloaded file's name, if there is one and only one."""
    found = {m["id"] for place in places for part in re.split(r"[/!]", place) if (m := CANVAS.match(part))}
    return found.pop() if len(found) == 1 else ""
