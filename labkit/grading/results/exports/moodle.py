"""Moodle's offline grading worksheet with OUT's points in its column Grade.

The worksheet is downloaded from the assignment ("Download grading worksheet") and uploaded again.  Moodle knows a person by
Identifier, which the names of the files it hands out hold too.  https://docs.moodle.org, "Assignment settings", offline grading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from labkit.grading.results.exports.roster import Export, match, read_table, write_table
from labkit.grading.results.exports.scores import scores
from labkit.grading.run.journal import GradingError
from labkit.grading.submissions.handins import MOODLE

NUMBERS = ("Number", "ID number", "Email address", "Username")
PARTICIPANT = re.compile(r"\D*(\d+)")  # "Participant 1815", in the words of any language


def moodle(out: Path, worksheet: Path, target: Path, notebooks: Iterable[str], *, scale: bool = False) -> Export:
    """Write a grading worksheet for Moodle's upload: the one given, with the points of these notebooks, summed, as Grade.

    ``scale``: the points are brought to the worksheet's "Maximum Grade" instead of being given as they are.
    Raises: GradingError when the file is no grading worksheet.
    """
    table = read_table(worksheet)
    if "Identifier" not in table.columns or "Grade" not in table.columns:
        raise GradingError(
            f"{worksheet} has no columns Identifier and Grade: in the assignment choose 'Download grading worksheet', "
            "with Moodle's language set to English"
        )
    own = scores(out, notebooks)
    for row in table.rows:
        found_number = PARTICIPANT.fullmatch(row["Identifier"].strip())
        row["Number"] = found_number[1] if found_number else ""
    numbers = {score.student: _number(score.places) for score in own}
    found, lost = match(own, table, numbers=NUMBERS, names=("Full name",), number_of=numbers)
    held, notes, filled = [], set(), 0
    for number, score in found.items():
        row = table.rows[number]
        possible = _possible(row)
        if score.held:
            held.append((score.student, score.held))
            continue
        if possible not in (None, score.maximum) and not scale:
            notes.add(f"{score.maximum:g} points here, {possible:g} possible in Moodle; --scale converts")
        factor = possible / score.maximum if scale and possible else 1.0
        row["Grade"] = f"{round(score.points * factor, 2):g}"
        filled += 1
    write_table(target, table.columns, table.rows)
    return Export(target, filled, tuple(lost), tuple(sorted(held)), tuple(sorted(notes)))


def _possible(row: dict[str, str]) -> float | None:
    try:
        return float(row.get("Maximum Grade", "").replace(",", "."))
    except ValueError:
        return None


def _number(places: tuple[str, ...]) -> str:
    """Return the participant's number in the name of a folder or file that Moodle handed out, if there is only one."""
    found = {m["id"] for place in places for part in re.split(r"[/!]", place) if (m := MOODLE.match(part))}
    return found.pop() if len(found) == 1 else ""
