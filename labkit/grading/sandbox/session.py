"""Keep a submission in a box: start it, run its cells there, ask about its answers, and never be harmed by it.

``Sandbox`` keeps one warm box; ``open`` gives a ``Session``, one submission in a child of its own.  What comes back is a
claim in plain values.  Whatever a student's code does shows as a fault of that submission; the grader's own trouble is a
:class:`SandboxError`.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from labkit.grading import wire
from labkit.grading.box import channel
from labkit.grading.observe import MAX_TEXT, Fault, Observation
from labkit.grading.sandbox.launch import ISOLATIONS, STOPPED, Box, BoxGone, Child, Limits, SandboxError

__all__ = ["Cell", "CellEvent", "Limits", "Sandbox", "SandboxError", "Session", "available"]
WEARING = {"OSError", "BlockingIOError", "MemoryError"}  # faults that say that the process has run short of something
ATTEMPTS = 3  # runs of a submission's cells, each without the cells that ended the ones before


@dataclass(frozen=True)
class Cell:
    """One code cell of a submission; the label, as "cell 7", is for messages."""

    source: str
    label: str


@dataclass(frozen=True)
class CellEvent:
    """How one cell went: ran, raised, died, timed out or skipped, and one sentence about it."""

    label: str
    status: str
    message: str


class End(Exception):
    """A submission's process has ended, or was ended: the fault to report, of kind Died, Timeout or NoAnswer."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def available() -> dict[str, str]:
    """Return for each kind of isolation "" when it works here, else why not; found out by starting a small box."""
    reasons = {}
    for name in ISOLATIONS:
        try:
            with Sandbox(isolation=name, preload=False) as sandbox, sandbox.open([Cell("x = 1", "cell 1")]) as session:
                ran = session.events[0].status == "ran"
            reasons[name] = "" if ran else f"a small box did not run its cell: {session.events[0].message}"
        except SandboxError as error:
            reasons[name] = str(error)
    return reasons


class Sandbox:
    """One warm box for one submission after another.  Not thread-safe: a worker has its own, and a box ends with its thread.

    ``isolation``: "bubblewrap", "none", or "auto", which takes the strongest that works and never "none".  ``torch``: load
    torch before any submission does.  ``data_folder``: shown read-only.  ``preload=False`` starts faster and runs slower.
    """

    def __init__(
        self,
        *,
        isolation: str = "auto",
        torch: bool = False,
        limits: Limits | None = None,
        data_folder: Path | None = None,
        preload: bool = True,
    ) -> None:
        if isolation not in (*ISOLATIONS, "auto"):
            raise SandboxError(f"isolation is one of auto, {', '.join(ISOLATIONS)}; got {isolation!r}")
        if data_folder is not None and not Path(data_folder).is_dir():
            raise SandboxError(f"the data folder {data_folder} is not there")
        self.isolation = "bubblewrap" if isolation == "auto" else isolation
        self.torch = torch
        self.limits = limits or Limits()
        self.data_folder = None if data_folder is None else Path(data_folder)
        self.preload = preload
        self._box: Box | None = None
        self._session: Session | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self, cells: Sequence[Cell]) -> Session:
        """Run a submission's cells in a fresh child of the box and return the session that asks about their names."""
        if self._session is not None:
            raise SandboxError("one submission at a time: close the session before the next one")
        self._session = Session(self, cells)
        session = self._session
        try:
            with contextlib.suppress(End):  # the events say it
                session._start()
        except BaseException:
            session.close()
            raise
        return session

    def close(self) -> None:
        """End the box and everything in it."""
        if self._session is not None:
            self._session.close()
        if self._box is not None:
            self._box.end()
        self._box = None

    def _child(self) -> Child:
        """Return a new child of the warm box, which is started when there is none or the last one is gone."""
        if self._box is not None:
            with contextlib.suppress(BoxGone):
                return self._box.child()
            self._box.end()
            self._box = None
        self._box = Box(self.isolation, self.limits, self.data_folder, torch=self.torch, preload=self.preload)
        try:
            return self._box.child()
        except BoxGone as gone:
            raise SandboxError(
                f"the box ended as soon as it was started ({self._box.last_words() or 'it said nothing'})"
            ) from gone


class Session:
    """One submission in the box.  ``events`` says how its cells went; ``ask`` calls what they define."""

    def __init__(self, sandbox: Sandbox, cells: Sequence[Cell]) -> None:
        self._sandbox = sandbox
        self._limits = sandbox.limits
        self._cells = list(cells)
        self._left_out: set[int] = set()
        self._failed_starts = 0
        self._worn_by = ""  # whose call has left the process short of files, memory or threads
        self._child: Child | None = None
        self._ends = time.monotonic() + self._limits.session_seconds
        self.events = [CellEvent(cell.label, "skipped", "not reached") for cell in self._cells]

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything of this submission; the box is then ready for the next one."""
        self._drop()
        if self._sandbox._session is self:
            self._sandbox._session = None

    def ask(
        self, name: str, probe: str, args: Sequence = (), kwargs: Mapping | None = None, steps: Sequence = ()
    ) -> Observation:
        """Return what happens when the submission's ``name`` is touched by ``probe``; never raises for what a student does.

        Faults of the box's own have the kinds Missing, Died, Timeout, NoAnswer (and CaseError, the course's fault).
        """
        if self._sandbox._session is not self:
            raise SandboxError("this session is closed")
        question = {
            "name": name,
            "probe": probe,
            "args": list(args),
            "kwargs": dict(kwargs or {}),
            "steps": list(steps),
        }
        try:
            worn = self._worn_by not in ("", name)
            if self._child is not None and (worn or self._child.has_ended()):  # no fault of this call
                self._drop()
            self._start()
            if self._child is None:
                raise End("Died", "its cells end the process whenever they are run")
            seen = Observation.from_wire(self._exchange({"do": "ask", **question}))
            if seen.fault and (seen.fault.kind in WEARING or "can't start new thread" in seen.fault.message):
                self._worn_by = name
            return seen
        except End as end:
            return Observation(fault=Fault(end.kind, end.message))
        except wire.WireError as error:
            return Observation(fault=Fault("CaseError", f"the case cannot be sent: {error}"))

    def _start(self) -> None:
        """See to it that a child is there that has run the cells, all but those that ended earlier children."""
        while self._child is None and self._failed_starts <= ATTEMPTS:
            if time.monotonic() > self._ends:
                raise self._out_of_time()
            self._child = self._sandbox._child()
            failed = self._run_cells()
            if failed is None:
                return
            self._failed_starts += 1
            self._left_out.add(failed)
            if self._failed_starts == ATTEMPTS:  # from now on only what is known to run
                self._left_out |= {i for i, e in enumerate(self.events) if e.status not in ("ran", "raised")}

    def _run_cells(self) -> int | None:
        """Run the cells in order; return the number of the one that ended the child, None when all went through."""
        for i, cell in enumerate(self._cells):
            if i in self._left_out:
                continue
            try:
                reply = self._exchange({"do": "cell", "source": cell.source, "label": cell.label})
                status, message = reply.get("status"), str(reply.get("message", ""))[: 2 * MAX_TEXT]
                if status not in ("ran", "raised", "skipped"):
                    raise self._broken("sent something that is no answer")
            except End as end:
                status, message = "timed out" if end.kind == "Timeout" else "died", end.message
            except wire.WireError:
                status, message = "skipped", "the cell is too long to be run"
                self._left_out.add(i)
            self.events[i] = CellEvent(cell.label, status, message)
            if self._child is None:
                return i
        return None

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return the reply; ``End`` when there is none, and then the child is gone too."""
        child = self._child
        assert child is not None
        number = secrets.token_hex(8)  # a reply that was written before the question does not know it
        frame = wire.encode({**request, "id": number})
        now = time.monotonic()
        deadline = min(now + self._limits.seconds, self._ends)
        try:
            channel.send(child.link, frame, deadline, bell=child.bell)
            reply = channel.receive(child.link, deadline, bell=child.bell)
        except TimeoutError:
            late = self._out_of_time() if deadline == self._ends else None
            raise late or self._broken(f"did not return within {self._limits.seconds:g} s", "Timeout") from None
        except channel.Closed:
            raise self._ended() from None
        except wire.WireError:
            raise self._broken("sent something that is no answer") from None
        if not isinstance(reply, dict) or reply.get("id") != number:
            raise self._broken("sent something that is no answer")
        return reply

    def _ended(self) -> End:
        """Return how the child ended that has hung up."""
        how = self._drop(patience=0.5)
        return End("Died", "it closed its line to the grader" if how == STOPPED else how)

    def _broken(self, message: str, kind: str = "NoAnswer") -> End:
        self._drop()
        return End(kind, message)

    def _out_of_time(self) -> End:
        self._drop()
        return End("Timeout", f"its submission took more than {self._limits.session_seconds:g} s in all")

    def _drop(self, patience: float = 0) -> str:
        """End the child; the next question will get another one."""
        child, self._child, self._worn_by = self._child, None, ""
        return "" if child is None else child.end(patience=patience)
