"""Workers on this machine: processes that end with the grader, however either of them ends, and leave nothing behind."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from types import TracebackType


class Here(Executor):
    """Runs what is submitted at once, in this process: for one worker, and for the student's own check."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        """Return a future that is done already."""
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def processes(workers: int) -> Executor:
    """Return an executor of so many processes on this machine; started anew, never forked, so that no lock is copied."""
    if workers == 1:
        return Here()
    return Processes(workers)


class Processes(ProcessPoolExecutor):
    """Processes with one temporary folder for all of their boxes: who is killed cannot tidy up, so the others do."""

    def __init__(self, workers: int) -> None:
        self.folder = tempfile.mkdtemp(prefix="labkit-run-")
        super().__init__(workers, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(self.folder,))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            super().__exit__(kind, error, trace)
        finally:
            _remove(self.folder)


def _remove(folder: str) -> None:
    """Remove a folder in which a box whose worker has been killed may still be writing, until it notices."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        time.sleep(0.1)


def end_workers(pool: Executor) -> None:
    """Kill a pool's processes, which would else go on until the submissions they are at are done; their boxes go too.

    To be called before the pool is shut down, which then no longer knows them.
    """
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.kill()


def _begin(folder: str) -> None:
    """Have this worker keep its boxes' files in a folder, and end when the grader is killed: it would wait for work for ever.

    A Ctrl-C in the terminal is the grader's affair, who ends the workers then.
    """
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            _remove(folder)
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
