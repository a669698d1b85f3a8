"""What a notebook calls: check an answer, ask for a hint, use what is there, see the progress.

None of these raises, whatever it is given: a notebook always runs to its end.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

from labkit import cards, memory
from labkit.exercises import CATALOG
from labkit.grading.judge import SEED_IN_CLASS, Ask, ask_directly, load_reference, verdict
from labkit.grading.model import ERROR, NOT_ATTEMPTED, NOT_YET, PASSED, Case, Exercise, Verdict
from labkit.grading.observe import Observation
from labkit.source import reference_source


def _never_raises(function: Callable[..., None]) -> Callable[..., None]:
    """Turn whatever goes wrong in a call from a notebook into a card."""

    @functools.wraps(function)
    def safe(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except Exception as error:  # the last line of defence: a notebook always runs to its end
            name = function.__name__
            cards.show(
                cards.note(f"{name} could not do this", f"{type(error).__name__}: {error}. See help(lk.{name}).")
            )

    return safe


@_never_raises
def check(answer: Any = None, answer_too: Any = None) -> None:
    """Show a card that says how an answer does: ``check(softmax)`` or ``check("softmax", my_function)``.

    The exercise is found by the function's name, or by the text given first.  Three outcomes: passed, not yet, not attempted.
    Never raises; an interrupted check says which call it was in.
    """
    found = _find(answer, answer_too, sys._getframe(2).f_globals)  # 1 is _never_raises, 2 the caller
    if isinstance(found, str):
        cards.show(cards.note("Nothing to check", found))
        return
    exercise, candidate = found
    result = examine(exercise, candidate)
    memory.remember(result)
    cards.show(cards.of_verdict(exercise, result, hints_left=len(exercise.hints) - memory.hints_seen(exercise.id)))


def examine(exercise: Exercise, answer: Any, seed: int = SEED_IN_CLASS) -> Verdict:
    """Return the verdict on an object in this process, as ``check`` shows it."""
    if answer is None:
        return _quick(
            exercise, NOT_YET, f"{exercise.id} is None.", "Run the cell that defines it, and pass the function itself."
        )
    if not callable(answer):
        kind = type(answer).__name__
        return _quick(
            exercise,
            NOT_YET,
            f"{exercise.id} is a {kind}; a function or class is asked for.",
            f"Pass the function itself: check({exercise.id}).",
        )
    current: list[Case] = []
    try:
        return verdict(exercise, _noting(ask_directly(exercise, answer), current), seed)
    except KeyboardInterrupt:
        where = f" in the call for {current[-1].label}" if current else ""
        return _quick(
            exercise,
            NOT_YET,
            f"The check of {exercise.id} was interrupted{where}.",
            "A loop there may never end: follow what changes its condition.",
        )


def _noting(ask: Ask, current: list[Case]) -> Ask:
    def noted(case: Case) -> Observation:
        current.append(case)
        return ask(case)

    return noted


def _quick(exercise: Exercise, status: str, message: str, advice: str) -> Verdict:
    return Verdict(exercise.id, status, 0.0, exercise.points, message, advice, seed=SEED_IN_CLASS)


@_never_raises
def hint(name: Any = None) -> None:
    """Show the next hint of an exercise, one more at each call; after the last one, the course's answer.

    An instructor turns the answers off with the environment variable ``LABKIT_ANSWERS=off``.
    """
    exercise = CATALOG.get(_name_of(name))
    if exercise is None:
        cards.show(cards.note("No hint", _unknown(_name_of(name))))
        return
    seen = memory.hints_seen(exercise.id)
    if seen < len(exercise.hints):
        memory.count_hint(exercise.id)
        cards.show(cards.of_hint(exercise, seen))
    elif os.environ.get("LABKIT_ANSWERS", "on").lower() in ("off", "0", "no"):
        cards.show(
            cards.note(
                "That was the last hint",
                "Your instructor keeps the answers back. Bring the card of your last check to the next lesson.",
            )
        )
    else:
        cards.show(cards.of_answer(exercise, reference_source(exercise.reference)))


def use(name: Any) -> Callable[..., Any]:
    """Return the student's answer if it passes, else the course's, and say which: later cells always run."""
    key = _name_of(name)
    exercise = CATALOG.get(key)
    if exercise is None:
        cards.show(cards.note("Nothing to use", _unknown(key)))
        return _missing(key)
    own = name if callable(name) else sys._getframe(1).f_globals.get(key)
    result = examine(exercise, own) if callable(own) else None
    if callable(own) and result is not None and result.status == PASSED:
        cards.show(cards.line(f"{key}: yours."))
        return own
    why = {None: "not there", NOT_ATTEMPTED: "not written yet", NOT_YET: "not right yet", ERROR: "not checked"}
    cards.show(cards.line(f"{key}: the course's, as yours is {why[result.status if result else None]}."))
    return load_reference(exercise.reference)


@_never_raises
def progress() -> None:
    """Show what is done in each notebook.  The record is a local file; nothing leaves the machine."""
    cards.show(cards.of_progress(CATALOG, memory.record(), memory.location()))


# ------------------------------------------------------------------------------------------------ what was meant


def _find(answer: Any, answer_too: Any, namespace: dict[str, Any]) -> tuple[Exercise, Any] | str:
    """Return the exercise and the object to check, or a sentence that says why there is none."""
    key = _name_of(answer)
    if key not in CATALOG:
        return _unknown(key)
    if answer_too is not None:
        return CATALOG[key], answer_too
    if not isinstance(answer, str):
        return CATALOG[key], answer
    if key not in namespace:
        return f"There is no {key} here yet: run the cell that defines it, then check again."
    return CATALOG[key], namespace[key]


def _name_of(answer: Any) -> str:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, functools.partial):
        answer = answer.func
    name = getattr(answer, "__name__", None)
    return name if isinstance(name, str) else ""


def _unknown(key: str) -> str:
    import difflib

    near = difflib.get_close_matches(key, CATALOG, n=2, cutoff=0.5)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    if not key:
        return 'Pass the function itself, as in check(weighted_sum), or its name and the function: check("weighted_sum", f).'
    return f"There is no exercise called {key!r}.{meant} lk.progress() lists them all."


def _missing(key: str) -> Callable[..., Any]:
    def missing(*args: Any, **kwargs: Any) -> Any:
        raise LookupError(f"there is no exercise called {key!r}")

    return missing
