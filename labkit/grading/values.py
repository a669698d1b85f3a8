"""Values in and out: live objects made of a case's plain inputs, and plain values of whatever an answer gives back.

What goes in is the student's own, a fresh copy; what comes out shares no memory and has a size, whatever it was.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from labkit.grading.surroundings import seed_all
from labkit.grading.wire import DTYPES, MAX_NDIM, Code, Opaque, Rng, Tensor, dtype_name

MAX_ARRAY_BYTES = 32 << 20
MAX_ITEMS = 20_000  # elements in all of one result's tuples, lists and dicts
MAX_NESTING = 8
MAX_DRAWN = 2_000  # elements taken from a generator that may have no end
MAX_TEXT = 300


def revive(value: Any) -> Any:
    """Return a fresh live object for a plain input: arrays copied, Rng, Code and Tensor made real."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple | list):
        return type(value)(revive(item) for item in value)
    if isinstance(value, dict):
        return {key: revive(item) for key, item in value.items()}
    if isinstance(value, Rng):
        return np.random.default_rng(value.seed)
    if isinstance(value, Tensor):
        import torch

        return torch.tensor(value.array, requires_grad=value.requires_grad)
    if isinstance(value, Code):
        namespace: dict[str, Any] = {"np": np, "__name__": "case"}
        seed_all(0)  # should it draw
        exec(compile(value.source, f"<{value.name}>", "exec"), namespace)
        return namespace[value.name]
    return value


class _TooMuch(Exception):
    """A result holds more elements, or more levels, than a result may hold."""


def plain(value: Any) -> Any:
    """Return the plain value of whatever came back, an :class:`Opaque` for what has none; never shares memory."""
    try:
        return _plain(value, [MAX_ITEMS], 0)
    except _TooMuch:
        return Opaque("too much", "more elements than a result may hold")


def _plain(value: Any, budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_NESTING:
        raise _TooMuch
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)[:10_000]  # the text itself, whatever a subclass says
    if isinstance(value, np.ndarray | np.generic):
        return _plain_array(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, complex):
        return complex(value)
    if isinstance(value, dict):
        return {str(key): _plain(value[key], budget, depth + 1) for key in itertools.islice(value, MAX_ITEMS)}
    if isinstance(value, tuple | list):
        items = [_plain(item, budget, depth + 1) for item in value]
        return items if isinstance(value, list) else tuple(items)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _plain_tensor(value)
    if type(value) is Tensor:  # a step's result, plain already
        return Tensor(_plain_array(value.array), bool(value.requires_grad))
    if type(value) is Opaque:
        return Opaque(str(value.kind), str(value.text))
    if isinstance(value, Iterator):
        drawn = list(itertools.islice(value, MAX_DRAWN + 1))
        items = [_plain(item, budget, depth + 1) for item in drawn[:MAX_DRAWN]]
        return [*items, Opaque("too much", "an iterator without end")] if len(drawn) > MAX_DRAWN else items
    return Opaque(type(value).__name__, safe_text(value))


def _plain_tensor(value: Any) -> Any:
    try:
        array = _plain_array(value.detach().cpu().numpy())
    except (TypeError, RuntimeError):  # sparse, or of a kind that NumPy does not know
        return Opaque("tensor", f"a tensor of dtype {value.dtype} and shape {tuple(value.shape)}")
    return Tensor(array, bool(value.requires_grad)) if isinstance(array, np.ndarray) else array


def _plain_array(value: Any) -> Any:
    array = np.asarray(value)
    if dtype_name(array) not in DTYPES or array.ndim > MAX_NDIM:
        return Opaque("array", f"a NumPy array of dtype {array.dtype} and shape {array.shape}")
    if array.size * array.itemsize > MAX_ARRAY_BYTES:  # .nbytes of a broadcast view counts what a copy would take too
        return Opaque("array", f"an array too large to compare, shape {array.shape}")
    return np.array(array, copy=True, order="C", subok=False)


def safe_text(value: Any) -> str:
    """Return a short text of anything, even of an object whose own text raises."""
    try:
        text = str(value) if isinstance(value, BaseException | Warning) else repr(value)
    except KeyboardInterrupt:
        raise
    except BaseException:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
