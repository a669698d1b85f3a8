"""One submission, graded: its cells in the box, its answers asked for, a verdict for each exercise.

What is here runs in a worker process, on this machine or on another.  The judge is here too, outside of the box.
"""

from __future__ import annotations

import ast
import atexit
import functools
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labkit.exercises import CATALOG
from labkit.grading.judge import verdict
from labkit.grading.model import ERROR, NOT_ATTEMPTED, NOT_YET, PASSED, Case, Exercise, Verdict
from labkit.grading.observe import Observation
from labkit.grading.sandbox.session import Cell as BoxCell
from labkit.grading.sandbox.session import CellEvent, Limits, Sandbox, SandboxError, Session
from labkit.grading.submissions.flags import answer
from labkit.grading.submissions.lent import lent
from labkit.grading.submissions.reader import Cell, Submission, defined
from labkit.source import is_stub

DYNAMIC = re.compile(r"\b(?:exec|eval|globals|locals|setattr|vars|__dict__|import\s*\*)")  # may define names unseen
HOW = {
    "raised": "stopped with {}",
    "died": "failed: {}",
    "timed out": "did not end: {}",
    "skipped": "was not run: {}",
}


@dataclass(frozen=True)
class Job:
    """A submission to grade, for which exercises, and how.  Plain data: it may travel to another machine."""

    submission: Submission
    exercises: tuple[str, ...]
    seed: int
    isolation: str
    limits: Limits
    data_folder: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """The verdicts of a job, in its order; the cells that did not run to their end; the isolation there was."""

    verdicts: tuple[Verdict, ...]
    stopped: tuple[tuple[str, str, str], ...] = ()
    isolation: str = ""


def grade_one(job: Job) -> Outcome:
    """Return the outcome of a job.  Trouble of the box's own is tried once more in a new box, then said as an error."""
    exercises = [CATALOG[name] for name in job.exercises]
    if not needs_box(job):
        return Outcome(tuple(_not_written(e, job.seed) for e in exercises), (), job.isolation)
    trouble = ""
    for _ in range(2):
        try:
            return _in_the_box(job, exercises)
        except SandboxError as error:
            trouble = str(error)
            close_boxes()
    return Outcome(tuple(failed(e, trouble, job.seed) for e in exercises), (), job.isolation)


def needs_box(job: Job) -> bool:
    """Whether there is anything to run: a notebook of stubs is judged by reading it."""
    return not all(unwritten(job.submission.cells, name) for name in job.exercises)


def failed(exercise: Exercise, why: str, seed: int) -> Verdict:
    """Return the verdict for work that could not be graded, through no fault of its author's."""
    text = f"{exercise.id} could not be graded: {why}"
    return Verdict(exercise.id, ERROR, 0.0, exercise.points, text, "Run the same command again.", seed=seed)


def unwritten(cells: Sequence[Cell], exercise: str) -> bool:
    """Whether the exercise's stub is there and nothing that could be an answer: then no box is needed to know."""
    binding = [cell for cell in cells if exercise in defined(cell.source)]
    if not binding or any(DYNAMIC.search(cell.source) for cell in cells):
        return False
    return all(defined(cell.source).count(exercise) == 1 and is_stub(cell.source, exercise) for cell in binding)


def _not_written(exercise: Exercise, seed: int) -> Verdict:
    text = f"{exercise.id} is not written yet."
    advice = "Replace the line `raise NotImplementedError` with your answer, run the cell, then check again."
    return Verdict(exercise.id, NOT_ATTEMPTED, 0.0, exercise.points, text, advice, seed=seed)


def _in_the_box(job: Job, exercises: Sequence[Exercise]) -> Outcome:
    box = _box(job.isolation, any(e.needs_torch for e in exercises), job.limits, job.data_folder)
    cells = job.submission.cells
    with box.open([BoxCell(cell.source, cell.label) for cell in to_run(job.submission)]) as session:
        verdicts = [_verdict(exercise, session, cells, job.seed) for exercise in exercises]
        events = {event.label: event for event in session.events}
    answers = {cell.label for cell in cells if cell.exercise}
    stopped = [
        (e.label, e.status, e.message)
        for e in events.values()
        if e.status in ("died", "timed out") or (e.status != "ran" and e.label in answers)
    ]
    return Outcome(tuple(_with_what_they_call(v, verdicts, cells) for v in verdicts), tuple(stopped), box.isolation)


def to_run(submission: Submission) -> list[Cell]:
    """Return the cells to run, in order: the graded ones, and what these use of demonstrations.

    A stub is left out where its exercise is written elsewhere: who adds a cell above the stub has answered nonetheless.
    """
    by_name: dict[str, list[Cell]] = {}
    for cell in submission.cells:
        for name in defined(cell.source):
            by_name.setdefault(name, []).append(cell)
    spare = []
    for name, own in by_name.items():
        if len(own) > 1 and name in CATALOG:
            stubs = [cell for cell in own if defined(cell.source) == (name,) and is_stub(cell.source, name)]
            spare += stubs if len(stubs) < len(own) else []
    kept = [cell for cell in submission.cells if not any(cell is one for one in spare)]
    return sorted([*lent(submission), *kept], key=lambda cell: cell.number)


def _verdict(exercise: Exercise, session: Session, cells: Sequence[Cell], seed: int) -> Verdict:
    trouble: list[SandboxError] = []
    missing: list[bool] = []

    def ask(case: Case) -> Observation:
        try:
            seen = session.ask(exercise.id, exercise.probe, case.args, dict(case.kwargs), case.steps)
        except SandboxError as error:
            trouble.append(error)
            raise
        missing.append(seen.fault is not None and seen.fault.kind == "Missing")
        return seen

    result = verdict(exercise, ask, seed)
    if trouble:  # the judge has made an error of it; here is who can do something about it
        raise trouble[0]
    return _with_the_reason(result, exercise, cells, session.events, any(missing))


def _with_the_reason(
    result: Verdict, exercise: Exercise, cells: Sequence[Cell], events: Sequence[CellEvent], missing: bool
) -> Verdict:
    """Return the verdict with what really happened, when the answer is not there because its cell did not run."""
    if result.status == PASSED or not (missing or result.status == NOT_ATTEMPTED):
        return result
    holding = [cell for cell in cells if cell.exercise == exercise.id or exercise.id in defined(cell.source)]
    own = [cell.label for cell in holding]
    event = next((e for e in events if own and e.label == own[-1]), None)
    if event is not None and event.status in HOW:
        text = (
            f"{exercise.id} is not there, because {event.label} {HOW[event.status].format(event.message).rstrip('.')}."
        )
        return replace(
            result,
            status=NOT_YET,
            message=text,
            advice="Run this cell by itself, and mend what stops it.",
            call="",
            aspects=(),
        )
    if missing and not own:
        text = f"{exercise.id} is not in this notebook."
        advice = "Define it under exactly this name, at the top level of a cell."
        return replace(result, status=NOT_ATTEMPTED, message=text, advice=advice, call="", aspects=())
    others = [name for cell in holding for name in defined(cell.source)]
    if missing and others and exercise.id not in others:
        text = f"{exercise.id} is not there: {own[-1]}, which is for it, defines {', '.join(others[:5])}."
        advice = f"Call it {exercise.id}, exactly so, and run the cell."
        return replace(result, message=text, advice=advice, call="", aspects=())
    return result


def _with_what_they_call(one: Verdict, verdicts: Sequence[Verdict], cells: Sequence[Cell]) -> Verdict:
    """Return the verdict with advice to begin elsewhere, when the answer is built on another one that is not right."""
    if one.status != NOT_YET or "not written yet" in one.message:
        return one
    others = {v.exercise for v in verdicts if v.status != PASSED and v.exercise != one.exercise}
    node = answer(cells, one.exercise) if others else None
    calls = (
        [n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)] if node else []
    )
    names = [name for name in dict.fromkeys(calls) if name in others]
    if not names:
        return one
    which = f"{names[0]}, which is" if len(names) == 1 else f"{' and '.join(names)}, which are"
    return replace(one, advice=f"It calls {which} not right yet: begin there. {one.advice}".strip())


# --------------------------------------------------------------------------------------------------- warm boxes

_own = threading.local()  # a box answers one thread only


@functools.cache
def _close_at_exit() -> None:
    from multiprocessing.util import Finalize

    atexit.register(close_boxes)
    Finalize(None, close_boxes, exitpriority=10)  # workers of a pool do not run atexit's functions


def _box(isolation: str, torch: bool, limits: Limits, data_folder: Path | None) -> Sandbox:
    """Return this thread's warm box of that kind, made when it is first needed."""
    _close_at_exit()
    boxes: dict[tuple, Sandbox] = _own.__dict__.setdefault("boxes", {})
    kind = (isolation, torch, limits, data_folder)
    if kind not in boxes:
        boxes[kind] = Sandbox(isolation=isolation, torch=torch, limits=limits, data_folder=data_folder)
    return boxes[kind]


def prove(job: Job, *, warm: bool = True) -> None:
    """Start a box for a job, so that a SandboxError comes before a class of errors; ``warm``: the one that jobs here will use."""
    if warm:
        torch = any(CATALOG[name].needs_torch for name in job.exercises)
        _box(job.isolation, torch, job.limits, job.data_folder).open([]).close()
        return
    with Sandbox(isolation=job.isolation, limits=job.limits, preload=False) as box:
        box.open([]).close()


def close_boxes() -> None:
    """End this thread's boxes; the next job starts new ones."""
    boxes: Mapping[tuple, Sandbox] = _own.__dict__.pop("boxes", {})
    for box in boxes.values():
        box.close()
