"""Which inputs a call changed, by the names that the student gave them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from labkit.grading.wire import Tensor


def changed_inputs(
    answer: Any, given: Sequence, named: Mapping[str, Any], live: Sequence, live_named: Mapping[str, Any]
) -> list[str]:
    """Return the names of the inputs that are no longer what was given; ``live`` and ``live_named``: what the call got."""
    pairs = zip([*given, *named.values()], [*live, *live_named.values()], strict=True)
    marks = [_changed(before, after) for before, after in pairs]
    if not any(marks):
        return []
    names = [*_parameter_names(answer, len(given)), *named]
    return [name for name, mark in zip(names, marks, strict=True) if mark]


def changed_in_steps(answer: Any, steps: Sequence, live_steps: Sequence) -> list[str]:
    """Return the names of the methods' inputs that were changed; what a step sets belongs to the object from then on."""
    found = []
    for (verb, *given), (_, *live) in zip(steps, live_steps, strict=True):
        marks = [_changed(before, after) for before, after in zip(given, live, strict=True)]
        if verb in ("get", "set") or not any(marks):
            continue
        method = inspect.getattr_static(answer, verb, None)  # no code of the student's runs for a look
        names = _parameter_names(method, len(given) + 1)[1:]  # the first one is the object itself
        found += [name for name, mark in zip(names, marks, strict=True) if mark]
    return list(dict.fromkeys(found))


def _changed(before: Any, after: Any) -> bool:
    try:
        return _differs(before, after)
    except KeyboardInterrupt:
        raise
    except BaseException:  # an input with something in it that can no longer be compared is no longer the input
        return True


def _differs(before: Any, after: Any) -> bool:
    if isinstance(before, Tensor):
        return not np.array_equal(before.array, after.detach().cpu().numpy(), equal_nan=before.array.dtype.kind in "fc")
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or before.shape != after.shape or before.dtype != after.dtype:
            return True
        if before.tobytes() == after.tobytes():  # nearly always, and in a tenth of the time
            return False
        return not np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
    if isinstance(before, list | tuple):
        return len(before) != len(after) or any(map(_differs, before, after))
    if isinstance(before, dict):
        return before.keys() != after.keys() or any(_differs(before[key], after[key]) for key in before)
    if isinstance(before, bool | int | float | complex | str):
        return type(before) is not type(after) or (before != after and before == before)
    return False


def _parameter_names(answer: Any, count: int) -> list[str]:
    try:
        names = [p.name for p in inspect.signature(answer).parameters.values()][:count]
    except KeyboardInterrupt:
        raise
    except BaseException:  # no signature, or one of the student's own that raises, SystemExit too
        names = []
    return names + [f"input {i + 1}" for i in range(len(names), count)]
