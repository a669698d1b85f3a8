"""The page of one student: each exercise with what happened, what to look at, and its points.

It shows no hidden inputs unless asked.  The words of an exception and the values returned are the student's own and are shown:
a seed is for one round of handing in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import groupby

from labkit.grading.model import ERROR, NOT_ATTEMPTED, NOT_YET, PASSED
from labkit.grading.results.markup import Html, page, tag, text
from labkit.grading.run.gradebook import UNGRADED
from labkit.grading.run.journal import About, Row
from labkit.grading.submissions.reader import Unreadable

PART = "partly right"
SYMBOL = {PASSED: "✓", PART: "◐", NOT_YET: "✗", NOT_ATTEMPTED: "○", ERROR: "!", UNGRADED: "?"}
KIND = {PASSED: "passed", PART: "part", NOT_YET: "not-yet", NOT_ATTEMPTED: "not-attempted", ERROR: "error"}
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)$")  # names that Windows keeps for itself


def student_page(
    student: str, rows: Sequence[Row], about: Sequence[About], unreadable: Sequence[Unreadable], *, show_inputs: bool
) -> str:
    """Return the page of one student."""
    earned, most = sum(row.points for row in rows), sum(row.maximum for row in rows)
    body = [tag("h1", text(student))]
    if rows:
        body.append(tag("p", text(f"{earned:g} of {most:g} points"), class_="lead points"))
    if any(row.isolation == "none" for row in rows):
        body.append(tag("p", "Graded without isolation.", class_="warning"))
    for notebook, group in groupby(rows, key=lambda row: row.notebook):
        own = list(group)
        body.append(tag("h2", text(heading(notebook))))
        body += [tag("p", text(a.note), class_="warning") for a in about if a.notebook == notebook and a.note]
        body += [_verdict(row, show_inputs) for row in own]
        stopped = [s for a in about if a.notebook == notebook for s in a.stopped]
        if stopped:
            items = "".join(tag("li", text(f"{label} {status}: {message}")) for label, status, message in stopped)
            body.append(tag("details", tag("summary", "Cells that did not run to their end"), tag("ul", items)))
    for one in unreadable:
        body.append(tag("h2", text(heading(one.notebook) if one.notebook else "A file that could not be graded")))
        body.append(tag("p", text(f"{one.path}: {one.reason}."), class_="warning"))
    if not rows and not unreadable:
        body.append(tag("p", "Nothing was graded."))
    body.append(
        tag("footer", "Points come from calls on inputs that were drawn anew; parts of an answer that are right count.")
    )
    return page(f"{student}: results", *body)


def _verdict(row: Row, show_inputs: bool) -> Html:
    word = outcome(row)
    head = tag(
        "header",
        tag("h3", text(f"{SYMBOL[word]} {row.title or row.exercise} "), tag("code", text(row.exercise))),
        tag("span", text(f"{word}, {row.points:g} of {row.maximum:g}"), class_="points"),
    )
    if row.status is None:
        parts = [tag("p", "Not graded yet: the run ended before this one.")]
    else:
        parts = [tag("p", text(row.message if show_inputs else without_inputs(row)))]
    if row.advice:
        parts.append(tag("p", text(row.advice), class_="advice"))
    if row.status == NOT_YET and len(row.aspects) > 1:
        items = [tag("li", text(f"{'✓' if a.ok else '✗'} {a.name}: {a.passed} of {a.cases}")) for a in row.aspects]
        if not all(a.counted for a in row.aspects):
            items.append(tag("li", "(the other parts earn points once the first one is right)", class_="soft"))
        parts.append(tag("ul", *items, class_="tally"))
    return tag("article", head, *parts, class_=KIND.get(word, ""))


def heading(notebook: str) -> str:
    """Return a notebook's name as a heading.

    >>> heading("02_perceptron")
    '02 Perceptron'
    """
    number, _, words = notebook.partition("_")
    return f"{number} {words.replace('_', ' ').capitalize()}" if words else notebook


def page_name(student: str) -> str:
    """Return the name of a student's page: the student's own where that is safe everywhere, else one with a hash.

    >>> page_name("ada")
    'ada.html'
    """
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", student) and not RESERVED.match(student):
        return f"{student}.html"
    plain = re.sub(r"[^A-Za-z0-9]+", "-", student).strip("-").lower()[:40]
    return f"{plain or 'student'}-{hashlib.sha256(student.encode()).hexdigest()[:8]}.html"


def outcome(row: Row) -> str:
    """Return one of the judge's words, or "partly right" for a failed answer that earned points."""
    if row.status == NOT_YET and row.points > 0:
        return PART
    return row.status or UNGRADED


def without_inputs(row: Row) -> str:
    """Return the row's message without the call that shows hidden inputs."""
    if not row.call or not row.message.startswith(row.call):
        return row.message
    return f"{row.exercise}, for {row.label}, {row.message[len(row.call) :].strip()}"
