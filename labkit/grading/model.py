"""The records everything else is made of: what an exercise is, and what a verdict says.

All of them are frozen and hold no behaviour beyond their own invariants; tables of them are literals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

PASSED = "passed"
NOT_YET = "not yet"
NOT_ATTEMPTED = "not attempted"
ERROR = "error"  # the grader's own fault: never a silent zero, never silent full points

UNCHANGED = "inputs unchanged"  # the aspect that every exercise with array inputs ends with
BASE_SHARE = 0.6  # of the points, earned by the first aspect; the others share the rest equally


@dataclass(frozen=True)
class Case:
    """One way of calling an answer.

    ``label`` completes the sentence "for …"; ``aspect`` groups cases that earn points together.  ``quiet``: a
    floating-point overflow counts against the answer when it left a mark on the values.  ``again``: where any draw is right,
    a right answer is asked a second time, and must give the same for an equal generator.  ``secret`` stays with the judge
    and never reaches the student's code (labels to score against).
    """

    label: str
    args: tuple = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple = ()
    aspect: str = "values"
    quiet: bool = False
    again: bool = False
    secret: Any = None


@dataclass(frozen=True)
class Edit:
    """A wrong answer made from the reference: its source with ``old`` replaced by ``new`` (each pair must occur)."""

    old: str
    new: str
    more: tuple[tuple[str, str], ...] = ()

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return all (old, new) pairs in the order in which they are applied."""
        return ((self.old, self.new), *self.more)


@dataclass(frozen=True)
class Mistake:
    """A runnable wrong answer, and what a good teacher says to the student who wrote it.

    ``wrong`` is a function or class, or an :class:`Edit` of the reference; ``name`` is short, for the class's statistics.
    """

    name: str
    wrong: Callable[..., Any] | Edit
    sentence: str


@dataclass(frozen=True)
class Finding:
    """The first thing that is wrong with one result.

    ``stage`` is the judge's question that failed: ran, type, shape, dtype, finite, values, warning, unchanged.
    ``sentence`` starts with what the call did ("returned shape (2,) …"); ``advice`` says what to look at; ``mistake``
    names a mistake that the judge itself recognised.
    """

    stage: str
    sentence: str
    advice: str = ""
    mistake: str = ""


Judge = Callable[[Case, Any, Any], "Finding | None"]  # (case, expected plain value, got plain value)


@dataclass(frozen=True)
class Exercise:
    """One thing a student writes.  Statement, stub and solution are cut from ``reference``, "module:name"."""

    id: str
    notebook: str
    reference: str
    cases: Callable[[np.random.Generator], Sequence[Case]]
    judge: Judge
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    probe: str = "call"
    points: float = 1.0
    title: str = ""
    in_place: bool = False  # inputs may be changed (an optimizer's step)

    @property
    def needs_torch(self) -> bool:
        """Whether the reference is a torch one, by its file's name."""
        return self.reference.split(":")[0].endswith("_torch")


@dataclass(frozen=True)
class AspectResult:
    """How the cases of one aspect went."""

    name: str
    passed: int
    cases: int
    counted: bool  # False when an earlier base aspect failed, so that its points are not given

    @property
    def ok(self) -> bool:
        """Whether all of its cases passed."""
        return self.passed == self.cases


@dataclass(frozen=True)
class Verdict:
    """What the judge says of one answer.  ``status`` is one of the four words above."""

    exercise: str
    status: str
    points: float
    max_points: float
    message: str  # one sentence: what was called, what came back, what was expected
    advice: str = ""  # what to look at
    mistake: str = ""  # the name of the mistake it was diagnosed as
    call: str = ""  # the call that showed it, as one would write it
    label: str = ""  # the label of the case that showed it
    aspects: tuple[AspectResult, ...] = ()
    seed: int = 0


@dataclass(frozen=True)
class Report:
    """A verdict with what a card needs around it."""

    verdict: Verdict
    title: str
    hints_left: int = 0
