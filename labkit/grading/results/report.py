"""The pages in a folder: one for each student, and one for the class, made from the journal alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labkit.grading.results.classpage import class_page
from labkit.grading.results.markup import MARK
from labkit.grading.results.studentpage import page_name, student_page
from labkit.grading.run.gradebook import replace_file, write_gradebook
from labkit.grading.run.journal import Journal


def write_pages(out: Path, *, show_inputs: bool = False) -> None:
    """Write OUT/class.html, OUT/pages/STUDENT.html, and the gradebook, all from OUT's journal.

    ``show_inputs``: students' pages show the calls with the hidden inputs.  Pages of an earlier run that nobody has any more
    are removed.  Raises: GradingError when there is no journal or the disk does not take the pages.
    """
    with Journal(out) as journal:
        write_gradebook(journal)
        rows, about, unreadable, runs = journal.rows(), journal.about(), journal.unreadable(), journal.runs()
    folder = Path(out) / "pages"
    students = sorted({a.student for a in about} | {u.student for u in unreadable})
    own_rows, own, bad = _by_student(rows), _by_student(about), _by_student(unreadable)
    for student in students:
        mine = student_page(student, own_rows[student], own[student], bad[student], show_inputs=show_inputs)
        replace_file(folder / page_name(student), mine)
    kept = {page_name(student) for student in students}
    for old in folder.glob("*.html"):
        if old.name not in kept and MARK in old.read_text(encoding="utf-8", errors="replace")[:1000]:
            old.unlink()
    replace_file(Path(out) / "class.html", class_page(rows, about, unreadable, runs))


def _by_student(table: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for one in table:
        found[one.student].append(one)
    return found
