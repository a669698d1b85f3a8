"""What a test cell of nbgrader calls: the points of an answer, as the course's own judge gives them.

nbgrader runs the check and the student's code in one process: whoever wants points more than understanding can replace
this function there.  `labkit grade` keeps the two apart.
"""

from __future__ import annotations

from typing import Any

from labkit.exercises import CATALOG
from labkit.grading.judge import SEED_IN_CLASS
from labkit.grading.model import ERROR
from labkit.lesson import examine


def points(name: str, answer: Any, *, seed: int = SEED_IN_CLASS) -> float:
    """Return the points that an answer earns on the cases of a seed, in (0, the exercise's maximum].

    As the last value of a test cell nbgrader takes it for partial credit.
    Raises: AssertionError with what is wrong when it earns nothing; RuntimeError when the check itself broke.
    """
    found = examine(CATALOG[name], answer, seed)
    if found.status == ERROR:
        raise RuntimeError(found.message)
    if found.points <= 0:
        raise AssertionError(f"{found.message} {found.advice}".strip())
    return float(found.points)
