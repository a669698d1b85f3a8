"""Results as Gradescope's autograder reads them: a results.json for each student.

https://gradescope-autograders.readthedocs.io, "Autograder specifications", output format.  No hidden inputs are in them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labkit.grading.model import ERROR, PASSED
from labkit.grading.results.exports.roster import Export
from labkit.grading.results.studentpage import page_name, without_inputs
from labkit.grading.run.gradebook import replace_file
from labkit.grading.run.journal import About, GradingError, Journal, Row
from labkit.grading.submissions.reader import Unreadable


def gradescope(out: Path, target: Path) -> Export:
    """Write TARGET/STUDENT/results.json for each student of OUT; with one student, TARGET may be the .json file itself.

    A student with an answer that could not be graded gets no file: Gradescope then says that the autograder failed.
    Raises: GradingError when TARGET is one file and there are several students.
    """
    with Journal(out) as journal:
        rows, about, bad = journal.rows(), journal.about(), journal.unreadable()
    students = sorted({a.student for a in about} | {u.student for u in bad})
    if target.suffix == ".json" and len(students) > 1:
        raise GradingError(f"{target} is one file, and {out} holds {len(students)} students: give a folder")
    own: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        own[row.student].append(row)
    held, filled = [], 0
    for student in students:
        failed = [row for row in own[student] if row.status in (ERROR, None)]
        if failed:
            held.append((student, f"{failed[0].exercise}: {failed[0].message or 'not graded yet'}"))
            continue
        mine = [u for u in bad if u.student == student]
        notes = [a for a in about if a.student == student and a.note]
        text = json.dumps(results(own[student], mine, notes), indent=1, ensure_ascii=False) + "\n"
        folder = target / page_name(student).removesuffix(".html")
        place = target if target.suffix == ".json" else folder / "results.json"
        replace_file(place, text)
        filled += 1
    return Export(target, filled, (), tuple(held))


def results(rows: Sequence[Row], unreadable: Sequence[Unreadable], about: Sequence[About]) -> dict[str, Any]:
    """Return the contents of one results.json: a score, a line of text, and a test for each exercise."""
    said = [f"{one.path}: {one.reason}." for one in unreadable] + [a.note for a in about]
    if any(row.isolation == "none" for row in rows):
        said.append("Graded without isolation.")
    return {
        "score": round(sum(row.points for row in rows), 2),
        "output": " ".join(said),
        "output_format": "text",
        "tests": [_test(row) for row in rows],
    }


def _test(row: Row) -> dict[str, Any]:
    return {
        "name": f"{row.notebook}: {row.title or row.exercise}",
        "score": row.points,
        "max_score": row.maximum,
        "status": "passed" if row.status == PASSED else "failed",
        "output": " ".join(text for text in (without_inputs(row), row.advice) if text),
        "output_format": "text",
    }
