"""Grade on several machines: submissions go to the workers of a Dask cluster, and every verdict comes back to this journal.

Only `--scheduler` needs the package distributed.  The workers need labkit in the same version, which is looked at, and a box
of their own.  https://distributed.dask.org, Client.get_executor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import replace
from typing import Any

from labkit.exercises import CATALOG
from labkit.grading.run.checkhash import check_hash
from labkit.grading.run.grade import data_folder
from labkit.grading.run.journal import GradingError
from labkit.grading.run.worker import Job, Outcome, grade_one, prove
from labkit.grading.sandbox.session import SandboxError

PATIENCE = 30  # seconds to wait for the scheduler, and for a first worker
_alone = threading.Lock()  # numpy's and Python's global generators are one a process: a worker judges one at a time


class Cluster:
    """A connection to a Dask scheduler.  Called with a number it makes an executor, as ``grade`` wants one.

    Raises: GradingError when nobody answers, nobody works there, or the package is missing; the message says what to do.
    """

    def __init__(self, address: str, *, patience: float = PATIENCE) -> None:
        self.address = address
        self._patience = patience
        self._client = self._connect()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, workers: int) -> Executor:
        """Return an executor for jobs; when the scheduler was lost, it is looked for again."""
        if self._client.status != "running":
            self.close()
            self._client = self._connect()
        return _Sent(self._client)

    @property
    def workers(self) -> int:
        """How many jobs the cluster takes at a time."""
        return max(1, sum(self._client.nthreads().values()))

    def close(self) -> None:
        """Hang up; the cluster stays."""
        self._client.close(timeout=5)

    def look(self, job: Job) -> None:
        """Have every worker start a box for a job, so that what is wrong there is known before a class of errors.

        Raises: SandboxError that names a worker and what is wrong there.
        """
        hashes = _hashes(job)
        asked = {
            name: self._client.submit(_look, job, hashes, workers=[name], pure=False)
            for name in self._client.nthreads()
        }
        for name, answer in asked.items():
            try:
                wrong = answer.result()
            except Exception as error:  # whatever there is at the other end, or is not
                wrong = f"{type(error).__name__}: {error}; is labkit installed there?"
            if wrong:
                raise SandboxError(f"the worker {name} cannot grade: {wrong}")

    def _connect(self) -> Any:
        try:
            from distributed import Client
        except ImportError:
            raise GradingError("--scheduler needs the package distributed: pip install 'labkit[cluster]'") from None
        try:
            client = Client(self.address, timeout=self._patience, set_as_default=False)
        except (OSError, ValueError) as error:
            raise GradingError(
                f"no scheduler answers at {self.address} ({error}): start one with `dask scheduler`, and give its address, "
                "as in --scheduler tcp://host:8786"
            ) from error
        try:
            client.wait_for_workers(1, timeout=self._patience)
        except TimeoutError:
            client.close(timeout=5)
            raise GradingError(
                f"the scheduler at {self.address} has no workers: start some with `dask worker {self.address} --nthreads 1`"
            ) from None
        return client


class _Sent(Executor):
    """Sends jobs to the cluster.  A scheduler that is lost is a broken executor, as a pool whose worker died is."""

    def __init__(self, client: Any) -> None:
        self._pool = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        """Return a future of a job's outcome; dask itself sends it to another worker when one dies."""
        (job,) = args
        ours: Future = Future()
        try:
            theirs = self._pool.submit(grade_there, job, _hashes(job))
        except Exception as error:
            raise BrokenExecutor(f"the scheduler is gone: {error}") from error
        theirs.add_done_callback(lambda done: _pass_on(done, ours))
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what is under way, or give it up."""
        self._pool.shutdown(wait=wait and not cancel_futures)


def _pass_on(theirs: Future, ours: Future) -> None:
    try:
        ours.set_result(theirs.result())
    except CancelledError:
        ours.set_exception(BrokenExecutor("the scheduler has given up the job"))
    except Exception as error:
        ours.set_exception(error)


def _hashes(job: Job) -> tuple[str, ...]:
    return tuple(check_hash(CATALOG[name]) for name in job.exercises)


# ---------------------------------------------------------------------------------------------- on a worker


def grade_there(job: Job, hashes: tuple[str, ...]) -> Outcome:
    """Return the outcome of a job on the machine that this runs on, with its own copy of the data.

    ``hashes``: of the job's checks where the journal is.  Raises: GradingError when this machine would judge by others.
    """
    if wrong := _other_course(job, hashes):
        raise GradingError(wrong)
    with _alone:
        return grade_one(replace(job, data_folder=data_folder()))


def _look(job: Job, hashes: tuple[str, ...]) -> str:
    if wrong := _other_course(job, hashes):
        return wrong
    try:
        with _alone:
            prove(replace(job, data_folder=data_folder()), warm=False)
    except SandboxError as error:
        return str(error)
    return ""


def _other_course(job: Job, hashes: tuple[str, ...]) -> str:
    known = set(job.exercises) <= CATALOG.keys()
    return "" if known and _hashes(job) == hashes else "its labkit is another version than the one that asks"
