"""The three outcomes of a check, side by side and clearly marked as examples: nothing of them enters the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from labkit import cards
from labkit.exercises import CATALOG
from labkit.grading.judge import load_reference
from labkit.lesson import examine
from labkit.source import stub


@dataclass(frozen=True)
class Examples:
    """Cards that show themselves, each under a line that says what it is an example of."""

    parts: tuple[tuple[str, cards.Card], ...]

    def _repr_html_(self) -> str:
        return "".join(f'<div style="margin-top:.8em">{what}</div>{card.html()}' for what, card in self.parts)

    def __repr__(self) -> str:
        rows = [f"{what}\n{card.text()}" for what, card in self.parts]
        return "Examples of the three cards (not yours, and not recorded)\n\n" + "\n\n".join(rows)


def three_cards(name: str, wrong: Callable[..., Any]) -> Examples:
    """Return the cards of an exercise for its unwritten stub, for a wrong answer and for the course's own.

    The checks are real ones; only the student's record is left alone.
    """
    exercise = CATALOG[name]
    space: dict[str, Any] = {"np": np}
    exec(stub(exercise.reference), space)
    answers = (
        ("An example: nothing is written yet.", space[name]),
        ("An example: something is written, and it is not right yet.", wrong),
        ("An example: the answer is right.", load_reference(exercise.reference)),
    )
    return Examples(
        tuple(
            (what, cards.of_verdict(exercise, examine(exercise, answer), hints_left=len(exercise.hints)))
            for what, answer in answers
        )
    )
