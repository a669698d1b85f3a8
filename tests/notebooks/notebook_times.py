"""A pytest plugin (`-p notebook_times`): how many seconds each notebook took, whichever way it was run."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath

SECONDS: dict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report):
    """Add up the phases of a notebook's cells (nbval) or of its one test (solved edition)."""
    path, _, test = report.nodeid.partition("::")
    function, _, notebook = test.removesuffix("]").partition("[")
    if path.endswith(".ipynb"):
        SECONDS[PurePosixPath(path).stem] += report.duration
    elif notebook:
        SECONDS[f"{notebook}  ({function.removeprefix('test_').replace('_', ' ')})"] += report.duration


def pytest_terminal_summary(terminalreporter):
    """Print a line a notebook."""
    if SECONDS:
        terminalreporter.section("seconds a notebook")
        for name, seconds in sorted(SECONDS.items()):
            terminalreporter.write_line(f"{seconds:7.1f} s  {name}")
