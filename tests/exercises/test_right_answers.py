"""Right answers written in other ways pass, with full points: tests/answers holds at least two for every exercise."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from labkit.exercises import CATALOG
from labkit.grading.model import PASSED
from labkit.lesson import examine

FOLDER = Path(__file__).parent.parent / "answers"


def load(path):
    """Return {"exercise__how": answer} of one file."""
    spec = importlib.util.spec_from_file_location(f"answers_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: value for name, value in vars(module).items() if name.split("__")[0] in CATALOG and "__" in name}


ANSWERS = {name: answer for path in sorted(FOLDER.glob("ex*.py")) for name, answer in load(path).items()}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_right_answer_passes_on_any_seed(name):
    exercise = CATALOG[name.split("__")[0]]
    for seed in range(4):
        result = examine(exercise, ANSWERS[name], seed)
        assert (result.status, result.points) == (PASSED, exercise.points), f"{result.message} {result.advice}"


@pytest.mark.parametrize("exercise", CATALOG)
def test_there_are_at_least_two(exercise):
    ways = [name for name in ANSWERS if name.split("__")[0] == exercise]
    assert len(ways) >= 2, f"{exercise} has {ways}"
