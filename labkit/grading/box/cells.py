"""A submission's cells, run in one namespace in a process of their own, and the questions asked about what they define.

This file runs inside the box.  Whatever happens here concerns one submission: the process ends with it.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import math
import os
import re
import socket
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np

from labkit.grading import wire
from labkit.grading.box import channel
from labkit.grading.observe import MAX_TEXT, Fault, Observation, fault_of, observe

PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")  # what follows these is Python; after others it is not
ASSIGNED = re.compile(r"^(\s*[\w, ]+=)\s*[!%]")  # "files = !ls"


class Answers:
    """One submission's namespace: runs cells, answers questions, and notices when it has become another process."""

    def __init__(self, module: types.ModuleType) -> None:
        self.namespace = vars(module)
        self.process = os.getpid()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to one request of the grader."""
        if request["do"] == "cell":
            reply = self.run(request["source"], request["label"])
        else:
            reply = self.ask(request).to_wire()
        # A cell that forks comes back twice.  The copy has no business with the grader.
        if os.getpid() != self.process:
            os._exit(0)
        return {"id": request["id"], **reply}

    def run(self, source: str, label: str) -> dict[str, Any]:
        """Run one cell; a cell that raises costs itself only."""
        name = f"<{label}>"
        try:
            code, source = compiled(source, name)
            linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
            if code.co_flags & inspect.CO_COROUTINE:  # "await" outside of functions, as a notebook allows it
                import asyncio

                asyncio.run(eval(code, self.namespace))
            else:
                exec(code, self.namespace)
        except NotPython as magic:
            return {"status": "skipped", "message": str(magic)}
        except BaseException as error:  # SystemExit and KeyboardInterrupt too
            return {"status": "raised", "message": sentence(_own_line(fault_of(error), error, name))}
        return {"status": "ran", "message": ""}

    def ask(self, request: dict[str, Any]) -> Observation:
        """Call what a name stands for, as the probe says."""
        name = request["name"]
        if name not in self.namespace:
            return Observation(fault=Fault("Missing", f"no cell that ran defines {name}"))
        try:
            how = request["probe"], request["args"], request["kwargs"], request["steps"]
            return observe(self.namespace[name], *how, restore=False)  # nobody here draws on after the last cell
        except BaseException as error:  # KeyboardInterrupt: raised by the student's code, as nobody else is here
            return Observation(fault=fault_of(error))


def serve(link: socket.socket, prepare: Callable[[types.ModuleType], None]) -> NoReturn:
    """Answer the grader's requests until it hangs up, then end without any of the student's clean-up code."""
    module = types.ModuleType("__main__")
    module.__dict__.update(__builtins__=builtins, display=ignore, get_ipython=Shell)
    sys.modules["__main__"] = module
    prepare(module)
    answers = Answers(module)
    try:
        while True:
            reply = answers.answer(channel.receive(link, math.inf))
            channel.send(link, _encode(reply), math.inf)
    except channel.Closed:
        os._exit(0)
    except BaseException:
        os._exit(70)


REHEARSALS = 40  # Python makes faster code of what it has run some ten times
REHEARSED = """
import numpy as np

def rehearsed(x, n=1, **others):
    return np.asarray(x) * n, [float(n)], {"n": n}
"""


def rehearse() -> None:
    """Go through what every submission goes through, so that children start with code that has been run before.

    For the warm process, before anybody else's code is near it.  No matrix product and no tensor: they may start threads.
    """
    answers = Answers(types.ModuleType("rehearsal"))
    request = {"do": "ask", "id": "", "name": "rehearsed", "probe": "call", "steps": []}
    inputs = {"args": [np.ones((2, 3)), 2], "kwargs": {"others": [1.0, "x"]}}
    for _ in range(REHEARSALS):
        answers.answer({"do": "cell", "id": "", "source": REHEARSED, "label": "rehearsal"})
        frame = wire.encode({**request, **inputs})
        header, _ = wire.lengths(frame[: wire.PREFIX.size])
        body = frame[wire.PREFIX.size :]
        _encode(answers.answer(wire.decode(body[:header], body[header:])))
    linecache.cache.pop("<rehearsal>", None)


def _encode(reply: dict[str, Any]) -> bytes:
    try:
        return wire.encode(reply)
    except (wire.WireError, RecursionError, MemoryError):
        what = wire.Opaque("too much", "a result too large to be sent to the grader")
        return wire.encode({"id": reply["id"], "value": what, "fault": None})


class NotPython(Exception):
    """Why a cell is not run: its first line gives it to another program than Python."""


def compiled(source: str, name: str) -> tuple[types.CodeType, str]:
    """Return a cell's code and the source it was made from, IPython's own syntax blanked where it is in the way."""
    try:
        return _code(source, name), source
    except SyntaxError:
        plain = without_magics(source)
        return _code(plain, name), plain


def _code(source: str, name: str) -> types.CodeType:
    return compile(source, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def without_magics(source: str) -> str:
    """Return a cell without ``%magic``, ``!command`` and ``help?`` lines, each replaced so that lines keep their numbers.

    Raises: NotPython for a cell that a magic such as ``%%writefile`` hands to something else.
    """
    lines = source.split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[start].startswith("%%"):
        if not lines[start].startswith(PYTHON_MAGICS):
            raise NotPython(f"{lines[start].split()[0][:40]} on its first line keeps it from being run as Python")
        lines[start] = ""
    for i, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith(("%", "!", "?")) or (bare.endswith("?") and not bare.startswith("#")):
            lines[i] = line[: len(line) - len(line.lstrip())] + "pass"
        else:
            lines[i] = ASSIGNED.sub(r"\1 None  #", line)
    return "\n".join(lines)


def _own_line(fault: Fault, error: BaseException, name: str) -> Fault:
    """Return the fault with the line that does not parse, when it is one of this cell's own."""
    if not isinstance(error, SyntaxError) or error.filename != name or not isinstance(error.lineno, int):
        return fault
    return replace(fault, message=str(error.msg), line=error.lineno, text=str(error.text or "").strip()[:MAX_TEXT])


def sentence(fault: Fault) -> str:
    """Return what a cell raised, as one line."""
    said = f"{fault.kind}: {fault.message}" if fault.message else fault.kind
    where = f" (line {fault.line}: {fault.text})" if fault.text else f" (line {fault.line})" if fault.line else ""
    return said + where


def ignore(*args: Any, **kwargs: Any) -> None:
    """Do nothing, whatever is given: what stands for everything that shows something."""


class Shell:
    """What ``get_ipython()`` gives in the box: anything may be called on it, and nothing happens."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return ignore
