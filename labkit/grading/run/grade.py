"""Grade a class: read the submissions, hand them to workers, write each verdict down as soon as it is known.

Run again after whatever happened, it goes on where it was.  One bad submission costs itself only.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from labkit import __version__
from labkit.exercises import CATALOG, in_notebook
from labkit.grading.judge import SEED_IN_CLASS
from labkit.grading.model import ERROR, Verdict
from labkit.grading.run.checkhash import check_hash
from labkit.grading.run.gradebook import write_gradebook
from labkit.grading.run.journal import About, Check, GradingError, Journal, Run
from labkit.grading.run.pool import end_workers, processes
from labkit.grading.run.worker import Job, Outcome, close_boxes, failed, grade_one, needs_box, prove
from labkit.grading.sandbox.session import Limits, Sandbox, SandboxError
from labkit.grading.submissions.flags import look
from labkit.grading.submissions.reader import NOTEBOOKS, Submission, Unreadable, read_submission, submissions

AHEAD = 2  # jobs a worker that are handed out before they are needed

Progress = Callable[[int, int], None]  # (done, total)


@dataclass(frozen=True)
class Summary:
    """What a run did.  ``graded`` and ``resumed``: submissions graded now, and before; ``errors``: those that could not be."""

    submissions: int
    graded: int
    resumed: int
    unreadable: int
    errors: int
    isolation: str
    seed: int
    seconds: float


def grade(
    directory: Path,
    out: Path,
    *,
    notebook: str | None = None,
    workers: int | None = None,
    seed: int | None = None,
    limits: Limits | None = None,
    isolation: str = "auto",
    regrade: bool = False,
    progress: Progress | None = None,
    executor: Callable[[int], Executor] | None = None,
    look: Callable[[Job], None] | None = None,
) -> Summary:
    """Return the summary of grading every submission below ``directory``; journal and gradebook go to ``out``.

    ``notebook``: only this one.  ``seed``: of the hidden cases; that of OUT when it has one, else a fresh one.  ``workers``:
    processes, one a core unless said.  ``executor``: makes the executor for so many workers, such as a cluster's; functions
    and arguments that go to it are picklable; ``look`` then raises when there is no box where it grades.
    ``progress(done, total)`` is called after each submission.

    Raises: GradingError when the run cannot start or go on, SandboxError when there is no box; both say what to do.
    """
    started = time.monotonic()
    limits = limits or Limits()
    count = workers or _cores()
    _refuse_wrong_use(Path(directory), notebook, count)
    with Journal(Path(out), write=True) as journal:
        read = submissions(Path(directory), notebook)
        bad = [one for one in read if isinstance(one, Unreadable)]
        good = [one for one in read if isinstance(one, Submission)]
        automatic = isolation == "auto"
        isolation = Sandbox(isolation=isolation).isolation  # its name; nothing is started
        seed = seed if seed is not None else journal.seed()
        seed = secrets.randbits(31) if seed is None else seed
        checks = {check.exercise: check for check in _checks(one.notebook for one in read)}
        now = datetime.now(UTC).isoformat(timespec="seconds")
        run = Run(now, __version__, seed, isolation, str(limits), str(directory))
        jobs, resumed = _jobs(journal, good, checks, run, limits, regrade)
        if first := next(filter(needs_box, jobs), None):
            if look is None:
                isolation = _proven(first, automatic=automatic, warm=count == 1)
                run = replace(run, isolation=isolation)
                jobs = [replace(job, isolation=isolation) for job in jobs]
            else:
                look(first)
        journal.begin(run, checks.values(), bad)
        for one in resumed:
            journal.write(one, (), {}, replace(_about(one, ()), stopped=journal.stopped(one)))
        errors, done = 0, len(read) - len(jobs)
        _tell(progress, done, len(read))
        hashes = {name: check.check_hash for name, check in checks.items()}
        try:
            for job, outcome in _outcomes(jobs, count, executor or processes):
                about = _about(job.submission, outcome.stopped)
                journal.write(job.submission, outcome.verdicts, hashes, about, outcome.isolation)
                errors += any(v.status == ERROR for v in outcome.verdicts)
                done += 1
                _tell(progress, done, len(read))
        finally:
            close_boxes()
        write_gradebook(journal)
    seconds = round(time.monotonic() - started, 2)
    return Summary(len(good), len(jobs), len(resumed), len(bad), errors, isolation, seed, seconds)


def check_notebook(path: Path, *, isolation: str = "auto", seed: int = SEED_IN_CLASS) -> list[Verdict]:
    """Return a verdict for each exercise of a notebook file, as the grader gives it, on the cases seen in class.

    A student's own machine need not have a strong box: with "auto", a plain process will do.
    Raises: GradingError when the file cannot be read.
    """
    one = read_submission(Path(path))
    if isinstance(one, Unreadable):
        raise GradingError(f"{path} cannot be checked: {one.reason}")
    names = tuple(e.id for e in in_notebook(one.notebook))
    job = Job(one, names, seed, Sandbox(isolation=isolation).isolation, Limits(), data_folder())
    try:
        try:
            if needs_box(job):
                prove(job)
        except SandboxError:
            if isolation != "auto":
                raise
            job = replace(job, isolation="none")
        return list(grade_one(job).verdicts)
    finally:
        close_boxes()


# ------------------------------------------------------------------------------------------------- what is to do


def _refuse_wrong_use(directory: Path, notebook: str | None, workers: int) -> None:
    if not directory.exists():
        raise GradingError(f"{directory}: there is no such folder of submissions")
    if notebook is not None and notebook not in NOTEBOOKS:
        raise GradingError(f"there are no exercises in a notebook {notebook!r}; there are in {', '.join(NOTEBOOKS)}")
    if workers < 1:
        raise GradingError(f"workers: at least 1 is needed, got {workers}")


def _jobs(
    journal: Journal, good: Sequence[Submission], checks: dict[str, Check], run: Run, limits: Limits, regrade: bool
) -> tuple[list[Job], list[Submission]]:
    """Return what is left to grade, and the submissions that are graded already."""
    jobs, resumed, data = [], [], data_folder()
    for one in sorted(good, key=lambda s: (s.notebook, s.student)):
        names = tuple(e.id for e in in_notebook(one.notebook))
        there = set() if regrade else journal.graded(one, run.seed)
        if all((name, checks[name].check_hash) in there for name in names):
            resumed.append(one)
        else:
            jobs.append(Job(one, names, run.seed, run.isolation, limits, data))
    return jobs, resumed


def _proven(job: Job, *, automatic: bool, warm: bool) -> str:
    """Return the isolation in which a job's box has been started: the one it names, and automatically else Docker's."""
    try:
        prove(job, warm=warm)
    except SandboxError:
        if not automatic:
            raise
        other = replace(job, isolation="docker")
        with contextlib.suppress(SandboxError):
            prove(other, warm=warm)
            return other.isolation
        raise  # the first reason: it is the better box
    return job.isolation


def _about(one: Submission, stopped: Iterable[tuple[str, str, str]]) -> About:
    flags, prints = look(one)
    return About(one.student, one.notebook, one.path, one.note, tuple(stopped), flags, prints)


def _checks(notebooks: Iterable[str]) -> Iterator[Check]:
    wanted = set(notebooks)
    for position, exercise in enumerate(CATALOG.values()):
        if exercise.notebook in wanted:
            yield Check(exercise.id, exercise.notebook, position, exercise.title, exercise.points, check_hash(exercise))


def data_folder() -> Path | None:
    """Return the folder of the bundled data on this machine, None when it is not here."""
    from labkit.datasets import DataError
    from labkit.datasets import data_folder as bundled

    try:
        return bundled()
    except DataError:
        return None  # an answer that needs data will say that they are not there


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total)


# ------------------------------------------------------------------------------------------------------ workers


def _outcomes(jobs: Sequence[Job], workers: int, make: Callable[[int], Executor]) -> Iterator[tuple[Job, Outcome]]:
    """Yield every job with its outcome, in the order in which they are done.

    When a worker dies, all that was under way is tried once more, each alone; who brings it down again is an error.
    """
    waiting = deque(jobs)
    again: list[Job] = []
    ahead = 1 if workers == 1 else AHEAD * workers
    with make(min(workers, max(1, len(jobs)))) as pool:
        running: dict[Future, Job] = {}
        while waiting or running:
            try:
                while waiting and len(running) < ahead:
                    running[pool.submit(grade_one, waiting[0])] = waiting[0]
                    waiting.popleft()
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    outcome = _outcome(future, running[future])
                    yield running.pop(future), outcome
            except BrokenExecutor:
                again = [*running.values(), *waiting]
                break
            except BaseException:
                end_workers(pool)  # what they were at is graded by the next run
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    suspects = min(len(again), ahead)  # the others had not started
    for job in again[:suspects]:
        with make(1 if make is not processes else 2) as pool:
            try:
                outcome = _outcome(pool.submit(grade_one, job), job)
            except BrokenExecutor:
                outcome = _lost(job, "the worker that graded it ended twice; is there enough memory?")
        yield job, outcome
    if again[suspects:]:
        yield from _outcomes(again[suspects:], workers, make)


def _outcome(future: Future, job: Job) -> Outcome:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:
        return _lost(job, f"{type(error).__name__}: {error}")


def _lost(job: Job, why: str) -> Outcome:
    return Outcome(tuple(failed(CATALOG[name], why, job.seed) for name in job.exercises), (), job.isolation)
