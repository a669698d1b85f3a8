"""Cards: what ``check``, ``hint`` and ``progress`` show, as HTML in a notebook and as plain text everywhere else.

The order and the words are fixed, and a symbol says the same as the colour.  All text that may hold a student's words is escaped.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labkit.grading.model import ERROR, NOT_ATTEMPTED, NOT_YET, PASSED, Exercise, Verdict

SYMBOL = {PASSED: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "○", ERROR: "!"}
COLOR = {PASSED: "#1b7f5c", NOT_YET: "#b3410e", NOT_ATTEMPTED: "#5b6770", ERROR: "#8a2be2"}
NEUTRAL = "#2b6cb0"


@dataclass(frozen=True)
class Card:
    """A headline and paragraphs; ``kind`` "p" is a sentence, "code" source text, "rows" a table of texts."""

    headline: str
    color: str = NEUTRAL
    parts: tuple[tuple[str, Any], ...] = ()

    def text(self) -> str:
        """Return the card for a terminal, a log or a screen reader."""
        lines = [self.headline]
        for kind, content in self.parts:
            if kind == "p":
                lines.append(f"  {content}")
            elif kind == "code":
                lines += ["", *(f"    {row}" for row in content.splitlines()), ""]
            else:
                widths = [max(len(str(cell)) for cell in column) for column in zip(*content, strict=True)]
                lines += [
                    "  " + "  ".join(str(c).ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
                    for row in content
                ]
        return "\n".join(lines)

    def html(self) -> str:
        """Return the card as HTML that follows JupyterLab's light and dark themes."""
        inner = "".join(_part(kind, content) for kind, content in self.parts)
        return (
            f'<div role="status" style="border-left:5px solid {self.color};padding:.45em .9em;margin:.3em 0;'
            'max-width:52em;background:var(--jp-layout-color1,#fff);color:var(--jp-content-font-color1,#222);line-height:1.45">'
            f'<div style="font-weight:600">{html.escape(self.headline)}</div>{inner}</div>'
        )


def _part(kind: str, content: Any) -> str:
    if kind == "p":
        return f'<div style="margin-top:.25em">{html.escape(content)}</div>'
    if kind == "code":
        return f'<pre style="margin:.5em 0;padding:.5em;background:var(--jp-layout-color2,#f4f4f4)">{html.escape(content)}</pre>'
    head, *rows = content
    cells = "".join(
        f'<th scope="col" style="text-align:left;padding:.1em 1em .1em 0">{html.escape(str(c))}</th>' for c in head
    )
    body = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:left;padding:.1em 1em .1em 0">{html.escape(str(c))}</td>' for c in row)
        + "</tr>"
        for row in rows
    )
    return f'<table style="margin:.4em 0"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'


def show(card: Card) -> None:
    """Display a card in a notebook, print its text elsewhere."""
    shell = sys.modules.get("IPython")
    if shell is not None and shell.get_ipython() is not None:
        from IPython.display import display

        display({"text/html": card.html(), "text/plain": card.text()}, raw=True)
    else:
        print(card.text())


def of_verdict(exercise: Exercise, result: Verdict, hints_left: int = 0) -> Card:
    """Return the card of one check: outcome, what happened, what to look at, parts, hints left."""
    points = f" — {result.points:g} of {result.max_points:g} points" if result.points or result.status == PASSED else ""
    parts: list[tuple[str, Any]] = [("p", result.message)]
    if result.advice:
        parts.append(("p", f"→ {result.advice}"))
    if result.status == NOT_YET and len(result.aspects) > 1:
        parts.append(
            ("p", "   ".join(f"{'✓' if a.ok else '✗'} {a.name} ({a.passed} of {a.cases})" for a in result.aspects))
        )
    if result.status in (NOT_YET, NOT_ATTEMPTED):
        parts.append(("p", _hint_line(exercise, hints_left)))
    return Card(f"{SYMBOL[result.status]} {exercise.id}: {result.status}{points}", COLOR[result.status], tuple(parts))


def _hint_line(exercise: Exercise, left: int) -> str:
    return (
        f'Hints left: {left}. Ask for one with lk.hint("{exercise.id}").'
        if left > 0
        else f'All hints are read; lk.hint("{exercise.id}") shows the answer.'
    )


def of_hint(exercise: Exercise, index: int) -> Card:
    """Return the card of hint ``index``, counted from 0."""
    more = len(exercise.hints) - index - 1
    after = f"{more} more." if more else "That was the last one; the next call shows the answer."
    return Card(
        f"Hint {index + 1} of {len(exercise.hints)}: {exercise.id}", parts=(("p", exercise.hints[index]), ("p", after))
    )


def of_answer(exercise: Exercise, source: str) -> Card:
    """Return the card that shows the course's answer."""
    return Card(
        f"The course's answer: {exercise.id}",
        parts=(
            ("code", source),
            ("p", "Close this, wait a minute, and write it again from memory: that is when it becomes yours."),
        ),
    )


def of_progress(catalog: Mapping[str, Exercise], record: Mapping[str, Mapping[str, Any]], where: Any) -> Card:
    """Return the table of all exercises with their state."""
    rows: list[tuple[str, ...]] = [("notebook", "exercise", "state", "points")]
    for exercise in catalog.values():
        entry = record.get(exercise.id, {})
        status = str(entry.get("status", NOT_ATTEMPTED))
        rows.append(
            (
                exercise.notebook,
                exercise.id,
                f"{SYMBOL.get(status, '○')} {status}",
                f"{entry.get('points', 0):g} of {exercise.points:g}",
            )
        )
    done = sum(1 for e in catalog if record.get(e, {}).get("status") == PASSED)
    return Card(
        f"Progress: {done} of {len(catalog)} exercises passed",
        parts=(("rows", rows), ("p", f"Kept in {where}, on this machine only.")),
    )


def note(headline: str, sentence: str) -> Card:
    """Return a card with one sentence."""
    return Card(headline, parts=(("p", sentence),))


def line(sentence: str) -> Card:
    """Return a card that is a headline only."""
    return Card(sentence)
