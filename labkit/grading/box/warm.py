"""The warm process in the box: has imported everything once, forks a child for each submission, and tidies up after it.

It reads nothing but the grader's own short lines on the control socket (``start`` with the child's socket, ``stop``); the
child talks frames on a socket of its own, which this process never reads.  So no student can say anything to it.

    grader -> box   {"do": "start"} + a socket     {"do": "stop"}
    box -> grader   {"is": "ready"} once           {"is": "ended", "how": …} once for each start

It knows no answer: labkit is here without its references, exercises and judge.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

from labkit.grading.box import cells, inside, pages, processes
from labkit.grading.box.lockdown import LINUX, MIB, deny_system_calls, die_with_parent, limit, posture

TICK = 50  # milliseconds between two looks at memory and processes
MAX_FILES = 20_000  # in the scratch folder; each takes kernel memory, however empty
PRELOAD = ("numpy.random", "matplotlib.pyplot", "labkit.datasets", "labkit.plotting")
PRELOAD_TORCH = ("torch", "torch._dynamo", "torch.nn.functional", "torch.utils.data")


def main(config: dict[str, Any]) -> NoReturn:
    """Import, get ready, then fork a child for each ``start`` until the grader hangs up."""
    control = socket.socket(fileno=config["control"])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # process 1 is deaf to what it does not handle
    limit({"CORE": 0})
    inside.mask()
    if config["preload"]:
        for name in PRELOAD:  # what is not installed, or not in the box, is missing there too
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    if config["torch"]:
        for name in PRELOAD_TORCH:
            importlib.import_module(name)
    cells.rehearse()
    box = Box(control, config)
    box.tidy()  # matplotlib has left its list of fonts
    gc.collect()
    gc.freeze()  # what is here now is shared with the children: looking through it would copy it
    pages.collapse()
    _say(control, {"is": "ready", "filtered": deny_system_calls()})
    box.run()


class Box:
    """The loop of the warm process, and what it needs to know."""

    def __init__(self, control: socket.socket, config: dict[str, Any]) -> None:
        self.control = control
        self.config = config
        self.limits = config["limits"]
        self.scratch = [Path(folder) for folder in config["scratch"]]
        self.child = 0  # the submission's first process, until it has been reaped
        self.posture = posture()
        own = processes.numbers("self")
        self.memory = own.get("RssAnon", 0) + self.limits["memory_mib"] * MIB
        self.address_space = own.get("VmSize", 0) + (self.limits["memory_mib"] + 1024) * MIB

    def run(self) -> NoReturn:
        """Serve the grader for as long as it is there; end when nothing can be promised any more."""
        while True:
            line, sockets = _hear(self.control)
            if line is None:
                self.end_all()
                os._exit(0)
            if line["do"] != "start":  # a stop that crossed the child's own end
                continue
            link = sockets[0]
            self.child = os.fork()
            if self.child == 0:
                self.become_child(link)
            link.close()
            how = self.watch()
            self.end_all()
            self.tidy()
            if posture() != self.posture:  # somebody has changed our limits, which the next child would inherit
                os._exit(3)
            _say(self.control, {"is": "ended", "how": how})

    def become_child(self, link: socket.socket) -> NoReturn:
        """Turn this fresh copy into a submission's process: nothing open but its socket, limits set, one thread."""
        try:
            os.setsid()
            die_with_parent()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            nothing = os.open(os.devnull, os.O_RDWR)
            for fd in (0, 1, 2):
                os.dup2(nothing, fd)
            self.control.detach()  # closed with all the others; the object must not close the number's next user
            os.closerange(3, link.fileno())
            os.closerange(link.fileno() + 1, 1 << 16)
            sys.stdin, sys.stdout, sys.stderr = _text(0, "r"), _text(1, "w"), _text(2, "w")
            sys.argv[:] = [""]
            limit(self.child_limits())
            if "torch" in sys.modules:
                sys.modules["torch"].set_num_threads(1)
            cells.serve(link, inside.lend)
        finally:  # serve never returns; whatever went wrong, a child must not go on as a second warm process
            os._exit(71)

    def child_limits(self) -> dict[str, int]:
        """Return the resource limits of a submission's process."""
        seconds = int(self.limits["session_seconds"]) + 5
        limits = {"CPU": seconds, "CORE": 0, "NOFILE": 256, "FSIZE": self.limits["file_mib"] * MIB, "MEMLOCK": 0}
        if LINUX:
            limits["AS"] = self.address_space
        if self.config["count_processes"]:
            limits["NPROC"] = self.limits["processes"]
        return limits

    def watch(self) -> str:
        """Wait until the child ends, the grader says stop or a limit is passed; return which."""
        poller = select.poll()
        poller.register(self.control, select.POLLIN)
        pidfd = -1  # without one (no Linux, or one before 5.3) an end is seen at the next tick
        with contextlib.suppress(AttributeError, OSError):
            pidfd = os.pidfd_open(self.child)
            poller.register(pidfd, select.POLLIN)
        try:
            while True:
                events = poller.poll(TICK)
                status = _reap(self.child)
                if status is not None:
                    self.child = 0
                    return _how(status)
                if any(fd == self.control.fileno() for fd, _ in events):
                    line, _ = _hear(self.control)
                    if line is None:
                        self.end_all()
                        os._exit(0)
                    return "stopped by the grader"  # launch.STOPPED
                if not events and (broken := self.broken_limit()):
                    return broken
        finally:
            if pidfd >= 0:
                os.close(pidfd)

    def broken_limit(self) -> str:
        """Return which limit the submission's processes together have passed, "" for none."""
        memory = tasks = 0
        for status in processes.descendants():
            memory += status.get("RssAnon", 0) + status.get("RssShmem", 0)
            tasks += status.get("Threads", 1)
        if memory > self.memory:
            return f"stopped for using more than {self.limits['memory_mib']} MiB of memory"
        if tasks > self.limits["processes"]:
            return f"stopped for more than {self.limits['processes']} processes and threads"
        if self.config["alone"]:
            for folder in self.scratch:
                stat = os.statvfs(folder)
                if stat.f_files - stat.f_ffree > MAX_FILES:
                    return f"stopped for making more than {MAX_FILES} files"
        return ""

    def end_all(self) -> None:
        """Kill and reap every process that a submission has left, the disowned ones too."""
        while True:
            if self.config["alone"]:  # process 1 of its own namespace: -1 is everybody else, at one moment
                victims = [-1]
            else:
                victims = [*([self.child] if self.child else []), *(one["Pid"] for one in processes.descendants())]
            for pid in victims:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            try:
                ended, _ = os.waitpid(-1, 0)
            except ChildProcessError:
                self.child = 0
                return
            if ended == self.child:  # its number may be another's from now on
                self.child = 0

    def tidy(self) -> None:
        """Empty the folders that can be written to."""
        for folder in self.scratch:
            empty(folder)


def empty(folder: Path) -> None:
    """Remove everything in a folder, whatever its modes; raises, and so ends the box, when something will not go."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            entry.chmod(0o700)
            empty(entry)
            entry.rmdir()
        else:
            entry.unlink()


def _reap(child: int) -> int | None:
    """Collect whoever has ended; return the child's wait status if it is among them."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid in (0, child):
            return status if pid == child else None


def _how(status: int) -> str:
    if not os.WIFSIGNALED(status):
        return f"ended its process with exit code {os.waitstatus_to_exitcode(status)}"
    number = os.WTERMSIG(status)
    names = {n.value: n.name for n in signal.Signals}
    return f"its process was killed by signal {number} ({names.get(number, 'unknown')})"


def _text(fd: int, mode: str) -> Any:
    return open(fd, mode, buffering=1 << 16, encoding="utf-8", errors="replace", closefd=False)


def _say(control: socket.socket, line: dict[str, Any]) -> None:
    control.sendall(json.dumps(line).encode() + b"\n")


def _hear(control: socket.socket) -> tuple[dict[str, Any] | None, list[socket.socket]]:
    """Return the grader's next line and the sockets that came with it; None when it has hung up.

    A line fits in one message, and the grader waits for an answer between two starts, so lines never run together
    but for a stop before a start.
    """
    data, ancillary, _, _ = control.recvmsg(4096, socket.CMSG_SPACE(16))
    sockets = []
    for level, kind, raw in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            sockets += [socket.socket(fileno=fd) for fd in memoryview(raw[: len(raw) // 4 * 4]).cast("i")]
    if not data:
        return None, sockets
    return json.loads(data.splitlines()[-1]), sockets
