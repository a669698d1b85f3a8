"""The benchmarks run and measure something.  How fast anything is, is for people to read: nothing here asserts a time."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
SMALL = {
    "bench_explorers.py": ("--frames", "2"),
    "bench_grading.py": ("--only", "memory", "--crowd", "20"),
    "bench_lenet.py": ("--batch", "8", "--turns", "3"),
    "bench_playground.py": ("--frames", "3"),
    "bench_two_circles.py": ("--epochs", "2", "--blocks", "3"),
}


def numbers(value):
    """Yield every number in nested dictionaries and lists."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers(part)
    elif not isinstance(value, str):
        yield value


def test_every_benchmark_is_tried():
    assert {path.name for path in BENCHMARKS.glob("*.py")} == set(SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_runs_and_measures(name):
    command = [sys.executable, str(BENCHMARKS / name), *SMALL[name], "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = list(numbers(json.loads(done.stdout.splitlines()[-1])))
    assert found
    assert all(math.isfinite(number) and number > 0 for number in found)
