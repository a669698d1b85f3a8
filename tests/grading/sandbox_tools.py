"""What the tests of the box share: small submissions, and the question whether the next one is unharmed."""

from __future__ import annotations

import os
import sys
import textwrap

import numpy as np
import pytest

from labkit.grading import bubblewrap, launch
from labkit.grading.sandbox import Cell, Limits, Sandbox

X = np.arange(6.0).reshape(2, 3)
RIGHT = "import numpy as np\ndef double(x):\n    return np.multiply(x, 2)"
TIGHT = Limits(seconds=1.5, memory_mib=256, processes=12, file_mib=4, scratch_mib=8, session_seconds=30)
KINDS = ["bubblewrap", "user namespace"] if os.geteuid() == 0 else ["bubblewrap"]

if not sys.platform.startswith("linux"):
    pytest.skip("these boxes are made of Linux namespaces", allow_module_level=True)


def box(kind="bubblewrap", limits=TIGHT, **options):
    """Return a sandbox; "user namespace" is the kind that an ordinary user gets, here for root too."""
    if kind == "user namespace":
        launch.ISOLATIONS["user namespace"] = lambda limits, data: bubblewrap.command(
            limits.scratch_mib, data, user_namespace=True
        )
    return Sandbox(isolation=kind, limits=limits, **options)


def cells(*sources):
    """Return cells "cell 1", "cell 2", … from indented source texts."""
    return [Cell(textwrap.dedent(source), f"cell {i + 1}") for i, source in enumerate(sources)]


def warm_process(sandbox):
    """Return something that changes when the sandbox has had to start a new box."""
    return sandbox._box


def assert_unharmed(sandbox):
    """Assert that the next submission runs as if nothing had been, with the same limits and an empty scratch folder."""
    probe = """
        import os, resource, signal, sys

        def surroundings():
            left = [sorted(os.listdir(folder)) for folder in (os.environ["HOME"], "/dev/shm")]
            others = [int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, os.getpid())]
            limits = [resource.getrlimit(getattr(resource, n))[0] for n in ("RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CPU")]
            return left, others, limits, os.getpriority(os.PRIO_PROCESS, 0), len(sys.modules) > 50
    """
    with sandbox.open(cells(RIGHT, probe)) as session:
        assert [event.status for event in session.events] == ["ran", "ran"]
        seen = session.ask("double", "call", [X])
        assert seen.fault is None
        assert np.array_equal(seen.value, 2 * X)
        left, others, limits, priority, warm = session.ask("surroundings", "call").value
    assert left == [[], []]
    assert others == []
    assert limits == [256, sandbox.limits.file_mib << 20, int(sandbox.limits.session_seconds) + 5]
    assert (priority, warm) == (os.getpriority(os.PRIO_PROCESS, 0), True)
