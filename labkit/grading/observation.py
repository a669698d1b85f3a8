"""What one call of an answer did, as plain values: its result or its fault, inputs it changed, floating-point warnings."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from dataclasses import dataclass
from typing import Any

from labkit.grading.values import MAX_TEXT, safe_text

GRADER = __file__.removesuffix("observation.py")  # lines of the grader's own are no place in an answer
INSTALLED = tuple({sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")} | {"<frozen"})


@dataclass(frozen=True)
class Fault:
    """An exception the student's code raised: its type and text, and the innermost line of theirs.

    ``function`` is where that line is; ``owner`` the class it is a method of, or "".
    """

    kind: str
    message: str
    function: str = ""
    line: int = 0
    text: str = ""
    owner: str = ""

    @property
    def unwritten(self) -> bool:
        """Whether it is a stub's: libraries raise NotImplementedError too, from lines that do not, and with a message."""
        return self.kind == "NotImplementedError" and (not self.message or self.kind in self.text)

    @property
    def place(self) -> str:
        """Where the line is, as one says it: "relu", "EarlyStopping.update", and "EarlyStopping" for its __init__."""
        parts = (self.owner, "" if self.owner and self.function == "__init__" else self.function)
        return ".".join(part for part in parts if part)


@dataclass(frozen=True)
class Observation:
    """What one call did: the plain value it returned or its fault, inputs it changed, floating-point warnings."""

    value: Any = None
    fault: Fault | None = None
    changed: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """Return the plain dict that carries this over the wire."""
        fault = None if self.fault is None else dict(vars(self.fault))
        return {"value": self.value, "fault": fault, "changed": self.changed, "warned": self.warned}

    @classmethod
    def from_wire(cls, frame: Any) -> Observation:
        """Return the observation in a decoded frame; a frame of any other form is no answer, and says so."""
        if not isinstance(frame, dict) or "value" not in frame:
            return cls(fault=Fault("NoAnswer", "nothing readable came back from the call"))
        fault = frame.get("fault")
        if fault is not None:
            fields = fault if isinstance(fault, dict) else {}
            line = fields.get("line", 0)
            kind, message, function, text, owner = (
                str(fields.get(key, ""))[:MAX_TEXT] for key in ("kind", "message", "function", "text", "owner")
            )
            fault = Fault(kind, message, function, line if isinstance(line, int) else 0, text, owner)
        return cls(frame["value"], fault, _texts(frame.get("changed")), _texts(frame.get("warned")))


def fault_of(error: BaseException) -> Fault:
    """Return the record of an exception: its type, its text and the innermost line of the student's."""
    places = [(f.f_code, line or 0) for f, line in traceback.walk_tb(error.__traceback__)]
    places = [place for place in places if not place[0].co_filename.startswith(GRADER)]
    # The student's own lines come from cells ("<ipython-input…>", ".../ipykernel_…", "<cell 3>"), not from installed files.
    own = [place for place in places if not place[0].co_filename.startswith(INSTALLED)]
    kind = type(error).__name__
    if not places:
        return Fault(kind, safe_text(error))
    code, line = (own or places)[-1]
    owner = code.co_qualname.rpartition("<locals>.")[2].rpartition(".")[0]  # "f.<locals>.C.update" is C's
    text = linecache.getline(code.co_filename, line)
    return Fault(kind, safe_text(error), code.co_name, line, text.strip()[:MAX_TEXT], owner[:MAX_TEXT])


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item)[:MAX_TEXT] for item in value[:16]) if isinstance(value, list | tuple) else ()
