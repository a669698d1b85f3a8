"""The student's own record: what passed, how many hints were read.  One small local JSON file, nothing leaves the machine."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from labkit.grading.model import PASSED, Verdict


def location() -> Path:
    """Return the file of the record: ``progress.json`` in LABKIT_HOME, else in ``~/.labkit``."""
    return Path(os.environ.get("LABKIT_HOME") or Path.home() / ".labkit") / "progress.json"


def record() -> dict[str, dict[str, Any]]:
    """Return exercise id -> {"status", "points", "hints"}; empty when there is none or it cannot be read."""
    try:
        stored = json.loads(location().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stored, dict):
        return {}
    return {str(k): v for k, v in stored.items() if isinstance(v, dict)}


def remember(result: Verdict) -> None:
    """Write a verdict down; what passed once stays passed in the record."""
    entry = record().get(result.exercise, {})
    if entry.get("status") != PASSED:
        _update(result.exercise, status=result.status, points=result.points)


def hints_seen(exercise: str) -> int:
    """Return how many hints of an exercise have been shown."""
    seen = record().get(exercise, {}).get("hints", 0)
    return seen if isinstance(seen, int) and seen >= 0 else 0


def count_hint(exercise: str) -> None:
    """Write down that one more hint was shown."""
    _update(exercise, hints=hints_seen(exercise) + 1)


def _update(exercise: str, **fields: Any) -> None:
    """Replace the file by one with these fields, atomically.  A record that cannot be written never stops a lesson."""
    everything = record()
    everything[exercise] = {**everything.get(exercise, {}), **fields}
    path = location()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _readable(path):
            path.replace(path.with_suffix(".damaged.json"))  # kept, so that nothing is lost
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".progress-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1)
        Path(name).replace(path)


def _readable(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_text(encoding="utf-8")), dict)
    except ValueError:
        return False
