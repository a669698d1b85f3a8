"""What /proc says of the processes that a submission has started, for the warm process that watches over them.

proc_pid_status(5).  Elsewhere than on Linux there is nothing to read, and nothing is found.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def descendants() -> Iterator[dict[str, int]]:
    """Yield the numbers of every process that comes from this one."""
    everybody = {}
    if PROC.is_dir():
        for folder in PROC.iterdir():
            if folder.name.isdigit() and (found := numbers(folder.name)):
                everybody[found["Pid"]] = found
    family = {os.getpid()}
    more = True
    while more:
        more = False
        for pid, found in list(everybody.items()):
            if found["PPid"] in family:
                family.add(pid)
                more = True
                del everybody[pid]
                yield found


def numbers(process: str) -> dict[str, int]:
    """Return the numbers in /proc/PROCESS/status by their names, sizes in bytes; empty when there is no such process."""
    try:
        lines = (PROC / process / "status").read_text("ascii", "replace").splitlines()
    except OSError:
        return {}
    found = {}
    for line in lines:
        name, _, value = line.partition(":")
        words = value.split()
        if words and words[0].isdigit():
            found[name] = int(words[0]) * (1024 if words[-1] == "kB" else 1)
    return found
