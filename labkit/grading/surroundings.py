"""What is around a call and not in it: prints swallowed, random generators seeded and set back, NumPy's warnings as they were.

A notebook goes on after a check as if there had been none, and an answer that draws gives the same twice.
"""

from __future__ import annotations

import contextlib
import io
import random
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

# NumPy's own settings, whatever np.seterr was told elsewhere: an overflow is seen, and no underflow ends a right answer.
FLOATS: dict[str, Any] = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


@contextlib.contextmanager
def surroundings(*, restore: bool) -> Iterator[list[warnings.WarningMessage]]:
    """Give a call its surroundings, and the list that takes the warnings of what runs in them.

    ``restore``: leave the global random generators as they were.
    """
    with (
        warnings.catch_warnings(record=True) as caught,
        _quiet(),
        generators_set_back(restore=restore),
        np.errstate(**FLOATS),
    ):
        warnings.simplefilter("always")
        yield caught


def seed_all(seed: int) -> None:
    """Seed every global generator, so that an answer which draws from one gives the same twice."""
    torch = sys.modules.get("torch")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  (the generator that an answer may use, whatever we advise)
    if torch is not None:
        torch.default_generator.manual_seed(seed)  # torch.manual_seed looks for other devices each time: 100 × slower


@contextlib.contextmanager
def generators_set_back(*, restore: bool = True) -> Iterator[None]:
    """Let answers draw from the global generators; then set them back, if asked to."""
    torch = sys.modules.get("torch")
    before = _generators(torch) if restore else ()
    try:
        yield
    finally:
        if before:
            random.setstate(before[0])
            np.random.set_state(before[1])  # noqa: NPY002
            if torch is not None:
                torch.set_rng_state(before[2])


def _generators(torch: Any) -> tuple[Any, ...]:
    return random.getstate(), np.random.get_state(), torch.get_rng_state() if torch is not None else None  # noqa: NPY002


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the student's code prints out of the check: a text of 100 MB is cut, not stored."""
    out, err = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = _Sink()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


class _Sink(io.TextIOBase):
    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)
