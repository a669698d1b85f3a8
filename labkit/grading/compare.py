"""Compare plain values: the judges that exercises name, and the tolerances, which are here and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.grading import explain
from labkit.grading.model import Case, Finding, Judge
from labkit.grading.wire import Opaque, Tensor, dtype_name

# Relative tolerance by the coarser dtype of the two; a wrong answer is off by far more, a reordered sum by far less.
# float16 is not listed: three digits are no answer to a question asked in float64.
RTOL = {"float32": 1e-4, "complex64": 1e-4}
RTOL_DEFAULT = 1e-6
ATOL_SHARE = 1e-2  # absolute tolerance = rtol × this share × the largest expected magnitude


def close(*names: str, rtol: float | None = None, exact_integers: bool = True) -> Judge:
    """Return a judge for numbers: type, shape, dtype kind, finite, values, in that order.

    ``names`` name the parts of a tuple result, for messages.  ``rtol`` replaces the dtype's tolerance where the
    method itself is approximate; say why where it is given.
    """

    def judge(case: Case, expected: Any, got: Any) -> Finding | None:
        return difference(expected, got, names=names, rtol=rtol)

    return judge


def difference(
    expected: Any, got: Any, *, names: Sequence[str] = (), where: str = "", rtol: float | None = None
) -> Finding | None:
    """Return the first difference between two plain values, or None."""
    if got is None and expected is not None:
        return explain.returned_none(where)
    if isinstance(got, Opaque):
        return explain.not_plain(expected, got, where)
    if isinstance(expected, Tensor):
        if not isinstance(got, Tensor):
            return explain.wrong_type(expected, got, where)
        return difference(expected.array, got.array, where=where, rtol=rtol)
    if isinstance(got, Tensor):
        return explain.wrong_type(expected, got, where)
    if isinstance(expected, dict):
        return _dict_difference(expected, got, where, rtol)
    if isinstance(expected, tuple | list):
        return _sequence_difference(expected, got, names, where, rtol)
    if isinstance(expected, bool | int | float | complex | np.ndarray):
        return _number_difference(expected, got, where, rtol)
    if type(expected) is not type(got):
        return explain.wrong_type(expected, got, where)
    return None if expected == got else explain.other_value(expected, got, where)


def _dict_difference(expected: dict, got: Any, where: str, rtol: float | None) -> Finding | None:
    if not isinstance(got, dict):
        return explain.wrong_type(expected, got, where)
    if missing := [k for k in expected if k not in got]:
        return Finding(
            "type", f"returned a dictionary without the key {missing[0]!r}.", f"Keys asked for: {', '.join(expected)}."
        )
    parts = ((k, expected[k], got[k]) for k in expected)
    return next((f for k, e, g in parts if (f := difference(e, g, where=f"{where}[{k!r}]", rtol=rtol))), None)


def _sequence_difference(
    expected: Sequence, got: Any, names: Sequence[str], where: str, rtol: float | None
) -> Finding | None:
    if not names and isinstance(got, np.ndarray) and _all_numbers(expected):  # a list of numbers came as an array
        got = got.tolist() if got.ndim else got
    if not isinstance(got, tuple | list):
        return explain.wrong_type(expected, got, where, names)
    if len(got) != len(expected):
        return explain.wrong_length(expected, got, where, names)
    for i, (e, g) in enumerate(zip(expected, got, strict=True)):
        part = f"{names[i]}" if i < len(names) else f"{where}[{i}]"
        if finding := difference(e, g, where=part, rtol=rtol):
            order = _order(expected, got, rtol) if len(names) == len(got) else None
            return explain.other_order(order, names) if order else finding
    return None


def _order(expected: Sequence, got: Sequence, rtol: float | None) -> list[int] | None:
    """Return which of the expected parts came at each place, when got holds all of them in another order."""
    left = list(range(len(expected)))
    order = []
    for g in got:
        at = next((i for i in left if difference(expected[i], g, rtol=rtol) is None), None)
        if at is None:
            return None
        left.remove(at)
        order.append(at)
    return order


def _all_numbers(values: Sequence) -> bool:
    return all(isinstance(v, bool | int | float) for v in values)


def _number_difference(expected: Any, got: Any, where: str, rtol: float | None) -> Finding | None:
    if not isinstance(got, bool | int | float | complex | np.ndarray):
        return explain.wrong_type(expected, got, where)
    e, g = np.asarray(expected), np.asarray(got)
    if e.shape != g.shape:
        return explain.wrong_shape(e, g, where)
    if (e.dtype.kind == "b") != (g.dtype.kind == "b") or (g.dtype.kind == "c" and e.dtype.kind != "c"):
        return explain.wrong_kind(e, g, where)
    if np.isfinite(e).all() and not np.isfinite(g).all():
        return explain.not_finite(e, g, where)
    if _values_close(e, g, rtol):
        return None
    return explain.wrong_values(e, g, where)


def tolerance(e: np.ndarray, g: np.ndarray) -> float:
    """Return the relative tolerance for two arrays: that of the coarser dtype."""
    return max(RTOL.get(dtype_name(e), RTOL_DEFAULT), RTOL.get(dtype_name(g), RTOL_DEFAULT))


def _values_close(e: np.ndarray, g: np.ndarray, rtol: float | None, relative_only: bool = False) -> bool:
    if e.dtype == g.dtype and e.tobytes() == g.tobytes():  # most right answers, in a twentieth of the time
        return True
    r = tolerance(e, g) if rtol is None else rtol
    finite = np.abs(e[np.isfinite(e)]) if e.dtype.kind in "fc" else np.abs(e).ravel()
    scale = float(finite.max()) if finite.size and not relative_only else 0.0
    with np.errstate(all="ignore"):  # inf - inf inside isclose is the comparison's, not the student's
        return bool(np.isclose(g, e, rtol=r, atol=r * ATOL_SHARE * scale, equal_nan=True).all())


def same(a: Any, b: Any, *, relative_only: bool = False) -> bool:
    """Whether two plain values are the same answer; ``relative_only`` holds tiny values to relative precision too."""
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return same(a.array, b.array, relative_only=relative_only)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(same(x, y, relative_only=relative_only) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k], relative_only=relative_only) for k in a)
    numeric = bool | int | float | complex | np.ndarray
    if isinstance(a, numeric) and isinstance(b, numeric):
        x, y = np.asarray(a), np.asarray(b)
        if x.shape != y.shape or (x.dtype.kind == "b") != (y.dtype.kind == "b"):
            return False
        # Subnormal numbers have few digits: there, "relative precision" is the order of magnitude.
        return _values_close(x, y, 1e-2 if relative_only else None, relative_only)
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b):
        return True
    return type(a) is type(b) and bool(a == b)
