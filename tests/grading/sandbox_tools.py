"""What the tests of the box share: small submissions, and the question whether the next one is unharmed."""

from __future__ import annotations

import dataclasses
import os
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from labkit.grading.sandbox import bubblewrap, launch
from labkit.grading.sandbox.session import Cell, Limits, Sandbox

X = np.arange(6.0).reshape(2, 3)
RIGHT = "import numpy as np\ndef double(x):\n    return np.multiply(x, 2)"
TIGHT = Limits(seconds=1.5, memory_mib=256, processes=12, file_mib=4, scratch_mib=8, session_seconds=30)
KINDS = ["bubblewrap", "ordinary user"] if os.geteuid() == 0 else ["bubblewrap"]

if not sys.platform.startswith("linux"):
    pytest.skip("these boxes are made of Linux namespaces", allow_module_level=True)


def box(kind="bubblewrap", limits=TIGHT, **options):
    """Return a sandbox; "ordinary user" is the kind that a grader other than root gets, here for root too."""
    if kind == "ordinary user":
        launch.ISOLATIONS[kind] = ordinary
    return Sandbox(isolation=kind, limits=limits, **options)


def ordinary(limits, data_folder):
    """Return how nobody would start a box: root starts bwrap as nobody, who sees Python wherever root keeps it."""
    command = bubblewrap.command(limits.scratch_mib, data_folder, user_namespace=True)
    places = {Path(p) for p in (sys.prefix, sys.base_prefix, bubblewrap.PACKAGE.parent)}
    closed = {up for place in places for up in place.parents if not up.stat().st_mode & 0o001}
    opened = [argument for up in sorted(closed) for argument in ("--perms", "0755", "--tmpfs", str(up))]
    between = {
        up for place in places for up in place.parents if any(up.is_relative_to(c) for c in closed) and up not in closed
    }
    opened += [argument for up in sorted(between) for argument in ("--perms", "0755", "--dir", str(up))]
    opened += [argument for place in places for argument in ("--ro-bind", str(place), str(place))]
    become = "import os, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534); os.execv(sys.argv[1], sys.argv[1:])"
    outer = [
        bubblewrap.program(),
        "--die-with-parent",
        "--dev-bind",
        "/",
        "/",
        *opened,
        "--",
        sys.executable,
        "-c",
        become,
    ]
    return dataclasses.replace(command, argv=[*outer, *command.argv])


def cells(*sources):
    """Return cells "cell 1", "cell 2", … from indented source texts."""
    return [Cell(textwrap.dedent(source), f"cell {i + 1}") for i, source in enumerate(sources)]


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
