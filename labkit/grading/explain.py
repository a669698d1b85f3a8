"""Say what is wrong with a result, as a patient assistant would: what came back, what was expected, what to look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from labkit.grading.advice import FATAL_ADVICE, FAULT_ADVICE, MESSAGE_ADVICE
from labkit.grading.model import Case, Exercise, Finding
from labkit.grading.observe import Fault
from labkit.grading.wire import Code, Opaque, Rng, Tensor

# ---------------------------------------------------------------------------------------------- the call itself


def call_text(exercise: Exercise, case: Case) -> str:
    """Return the call as a reader would write it, and what it was called on: "softmax(z) for two rows of logits"."""
    parts = [_argument(a) for a in case.args] + [f"{k}={_argument(v)}" for k, v in case.kwargs.items()]
    return f"{exercise.id}({', '.join(parts)}), for {case.label},"


def _argument(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"tensor{_argument(value.array)}"
    if isinstance(value, np.ndarray):
        if value.size <= 4 and value.ndim <= 1:
            return np.array2string(value, separator=", ", precision=4)
        return f"⟨{_size(value)}⟩"
    if isinstance(value, Rng):
        return "rng"
    if isinstance(value, Code):
        return value.name
    if isinstance(value, list | tuple) and len(value) > 4:
        return f"⟨{type(value).__name__} of {len(value)}⟩"
    if isinstance(value, list | tuple):
        inner = ", ".join(_argument(v) for v in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return f"{value:.4g}" if isinstance(value, float) else repr(value)


def _size(a: np.ndarray) -> str:
    return "×".join(map(str, a.shape)) + (f" {a.dtype}" if a.dtype != np.float64 else "")


def fault_sentence(exercise: Exercise, fault: Fault) -> Finding:
    """Return the finding for a call that raised, died or did not come back."""
    if fault.kind in ("Timeout", "Died", "Missing", "NoAnswer"):
        return Finding("ran", f"gave no answer: {fault.message}.", FATAL_ADVICE[fault.kind])
    if fault.unwritten:
        sentence = f"stopped in {fault.place}, which is not written yet."
        own_method = fault.owner == exercise.reference.split(":")[1]
        advice = (
            "Write this method, too."
            if own_method
            else f"Do the exercise {fault.owner or fault.function} first, then come back."
        )
        return Finding("ran", sentence, advice)
    if fault.kind == "AttributeError" and not fault.function:  # raised by the check's own look at the object
        if fault.message.startswith("'NoneType'"):
            advice = "Something that should come back is None: does a method lack its `return`?"
        else:
            advice = "The check uses it under exactly this name, as the statement does."
        return Finding("ran", f"has something missing: {fault.message}.", advice)
    place = f" in the line `{fault.text}`" if fault.text else ""
    said = next((advice for words, advice in MESSAGE_ADVICE if words in fault.message), "")
    if not said and (fault.text.startswith("raise ") or ": raise " in fault.text):
        said = "Your own `raise` refused this input, which is a right one: look at the condition above it, at < against <= above all."
    advice = said or FAULT_ADVICE.get(fault.kind, "Call it on this input in a cell of its own to see where it stops.")
    what = f"{fault.kind}: {fault.message}" if fault.message else fault.kind
    return Finding("ran", f"raised {what}{place}.", advice)


OWN_GENERATOR = (
    "The numbers come from a generator made inside, whose seed is another one each time: nobody could repeat the run. Draw "
    "from the rng that is passed."
)

# ------------------------------------------------------------------------------------------------ kinds and shapes


def returned_none(where: str) -> Finding:
    """Return the finding for a missing result."""
    if where:
        return Finding("type", f"returned None as {where}.", "Compute that part, too, and return it.")
    return Finding("type", "returned None.", "Is the `return` line missing? A function without one returns None.")


def not_plain(expected: Any, got: Opaque, where: str) -> Finding:
    """Return the finding for something that is no array, number, list, tuple or dictionary."""
    what = got.text if got.kind in ("array", "too much") else f"a {got.kind} object"
    if got.kind in ("function", "method", "builtin_function_or_method", "type"):
        advice = "Did you forget the parentheses that call it?"
    elif "object" in got.text or "<U" in got.text or "str" in got.text:
        advice = "Every entry must be a number: rows of unequal length or text give an array of objects."
    else:
        advice = "Return NumPy arrays, numbers, or tuples and lists of them."
    return Finding("type", f"returned {what}{_as(where)}; expected {kind_of(expected)}.", advice)


def wrong_type(expected: Any, got: Any, where: str, names: Sequence[str] = ()) -> Finding:
    """Return the finding for a result of another kind."""
    if names:
        return Finding(
            "type",
            f"returned {kind_of(got)}; expected {len(expected)} results.",
            f"End with `return {', '.join(names)}`, in this order.",
        )
    advice = f"Return {kind_of(expected)}; look at what stands after the `return`."
    if isinstance(got, tuple) and any(isinstance(part, type(expected)) for part in got):
        advice = "One result is asked for; more than one stands after the `return`, or a comma behind it."
    elif isinstance(expected, np.ndarray) and isinstance(got, list | tuple):
        advice = (
            "Turn the result into an array: `np.array(...)`."
            if expected.ndim
            else "One number is asked for, by itself."
        )
    elif isinstance(got, Tensor) and isinstance(expected, int | float):
        advice = "One plain number is asked for: `.item()` takes it out of a tensor."
    elif isinstance(got, Tensor):
        advice = "This exercise is in NumPy: `.numpy()`, or compute with arrays from the start."
    elif isinstance(expected, Tensor):
        advice = "This exercise is in PyTorch: keep tensors throughout, without `.numpy()` or `.item()`."
    elif isinstance(got, str):
        advice = "Return the number itself, not a text; printing is separate from returning."
    return Finding("type", f"returned {kind_of(got)}{_as(where)}; expected {kind_of(expected)}.", advice)


def other_order(order: Sequence[int], names: Sequence[str]) -> Finding:
    """Return the finding for a tuple that holds the right parts in another order."""
    came = ", ".join(names[i] for i in order)
    return Finding(
        "values",
        f"returned the right parts in the order {came}.",
        f"End with `return {', '.join(names)}`, in this order.",
    )


def wrong_length(expected: Sequence, got: Sequence, where: str, names: Sequence[str]) -> Finding:
    """Return the finding for too many or too few parts."""
    if names:
        return wrong_type(expected, got, where, names)
    longer = "more" if len(got) > len(expected) else "fewer"
    return Finding(
        "shape",
        f"returned {len(got)} items{_as(where)}; expected {len(expected)}.",
        f"There are {longer} than there should be: when does it stop?",
    )


def wrong_shape(e: np.ndarray, g: np.ndarray, where: str) -> Finding:
    """Return the finding for another shape, with the usual reason for that pair of shapes."""
    sentence = f"returned shape {g.shape}{_as(where)}; expected {e.shape}."
    if g.ndim == 0:
        advice = "A whole axis was summed away: say which one with `axis=`."
    elif e.ndim == 0 and g.size == 1:
        advice = "One number was asked for, by itself: `.item()` or an index takes it out."
    elif e.ndim == 0:
        advice = "One number was asked for: is a sum or a mean missing?"
    elif g.size == 0 and e.size > 0:
        advice = "Nothing is left along an axis: a slice such as [p:-p] is empty for p = 0, and so is one that begins behind its end."
    elif g.size == e.size and g.shape == e.shape[::-1]:
        advice = "It is transposed: swap the factors or use `.T`."
    elif g.size == e.size and [n for n in g.shape if n != 1] == [n for n in e.shape if n != 1]:
        advice = "There is an axis of length 1 too many or too few: see `keepdims`, `reshape`, `[:, None]`."
    elif g.ndim == 2 and g.shape == (e.size, e.size):
        advice = "Broadcasting (n,) against (n, 1) makes n×n: give both the same shape first."
    elif g.ndim == e.ndim + 1 and e.shape in (g.shape[1:], g.shape[:-1]):
        axis = 0 if g.shape[1:] == e.shape else -1
        advice = f"One axis is too many: is a sum or a mean over it missing, with axis={axis}, or an index?"
    elif g.ndim > e.ndim:
        advice = "There are more axes than were asked for: is a sum or an index missing, or did two shapes broadcast that should match?"
    elif g.ndim < e.ndim:
        advice = "An axis is gone: check the `axis=` of the last sum, mean or index."
    else:
        advice = "Write down the shape of each intermediate result and compare."
    return Finding("shape", sentence, advice)


def wrong_kind(e: np.ndarray, g: np.ndarray, where: str) -> Finding:
    """Return the finding for booleans where numbers are asked, and their like."""
    if g.dtype.kind == "b":
        return Finding(
            "dtype",
            f"returned True and False{_as(where)}; expected numbers.",
            "Turn them into numbers: `.astype(int)` or `.astype(float)`.",
        )
    if g.dtype.kind == "c":
        return Finding(
            "dtype",
            f"returned complex numbers{_as(where)}; expected real ones.",
            "A root of a negative number, or eig where eigh belongs?",
        )
    return Finding(
        "dtype",
        f"returned {g.dtype} numbers{_as(where)}; expected True and False.",
        "A comparison such as `a > b` gives True and False.",
    )


def not_finite(e: np.ndarray, g: np.ndarray, where: str) -> Finding:
    """Return the finding for nan or inf where the answer is finite."""
    bad = np.argwhere(~np.isfinite(np.atleast_1d(g)))[0]
    at = tuple(int(i) for i in bad)
    value, right = np.atleast_1d(g)[at], np.atleast_1d(e)[at]
    index = f" at index {list(at)}" if g.ndim else ""
    advice = {
        True: "nan comes from 0/0, inf − inf or inf/inf: which intermediate result overflows or becomes 0?",
        False: "inf comes from exp of a large number, a division by 0 or log(0): rewrite the formula so that it cannot occur.",
    }[bool(np.isnan(value))]
    return Finding("finite", f"returned {value}{_as(where)}{index}; expected {_number(right)}.", advice)


# ------------------------------------------------------------------------------------------------------- values


def wrong_values(e: np.ndarray, g: np.ndarray, where: str) -> Finding:
    """Return the finding for wrong numbers: the worst one, how many, and any simple relation to the right ones."""
    with np.errstate(all="ignore"):
        gap = np.abs(np.asarray(g, dtype=complex) - np.asarray(e, dtype=complex))
    gap = np.where(np.isnan(gap), np.inf, gap)
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
    wrong = int((gap > 1e-6 * np.maximum(np.abs(e), 1e-12)).sum())
    index = f" at index {list(at)}" if e.ndim else ""
    count = f" ({wrong} of {e.size} values differ)" if e.size > 1 else ""
    digits = 6 if _number(g[at]) != _number(e[at]) else 12  # numbers that look alike are shown in full
    sentence = f"gave {_number(g[at], digits)}{_as(where)}{index}; expected {_number(e[at], digits)}{count}."
    return Finding("values", sentence, relation(e, g))


def other_value(expected: Any, got: Any, where: str) -> Finding:
    """Return the finding for two unequal texts and the like."""
    return Finding("values", f"returned {got!r}{_as(where)}; expected {expected!r}.")


def relation(e: np.ndarray, g: np.ndarray) -> str:
    """Return the advice for the first simple relation that holds between wrong and right values, else a general one."""
    x, y = np.asarray(e, dtype=float), np.asarray(g, dtype=float)
    finite = bool(np.isfinite(x).all() and np.isfinite(y).all())
    if finite:
        with np.errstate(all="ignore"):
            for holds, advice in RELATIONS:
                if text := (advice(x, y) if holds(x, y) else ""):
                    return text
    return "Take this input, compute the first entry by hand, and print your intermediate results beside it."


def _close(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-5, atol=1e-9 * (np.abs(a).max(initial=0) + 1e-300)))


def _factor(x: np.ndarray, y: np.ndarray) -> float | None:
    """Return c with y = c·x, when there is one other than 0, 1 and −1."""
    k = int(np.argmax(np.abs(x)))
    c = float(y.ravel()[k] / x.ravel()[k]) if x.size > 1 and x.ravel()[k] != 0 else 0.0
    return c if c != 0 and abs(c - 1) > 1e-3 and _close(c * x, y) else None


def _factor_advice(x: np.ndarray, y: np.ndarray) -> str:
    c = _factor(x, y)
    share = f" (1/{1 / c:.4g})" if c is not None and 0 < abs(c) < 1 else ""
    return f"Every value is {c:.4g}{share} times the right one: is a factor missing or too much (n, ½, 2, the learning rate)?"


def _moved(x: np.ndarray, y: np.ndarray) -> bool:
    return x.size > 1 and _close(np.sort(x, axis=None), np.sort(y, axis=None))


Check = Callable[[np.ndarray, np.ndarray], bool]
Advice = Callable[[np.ndarray, np.ndarray], str]
NEARLY = "It is nearly right: a rounded constant, a lower precision (float16?), or an approximation where the exact form is asked."
RELATIONS: tuple[tuple[Check, Advice], ...] = (
    (_close, lambda x, y: NEARLY),
    (lambda x, y: _close(-x, y), lambda x, y: "Every value has the opposite sign."),
    (
        lambda x, y: x.ndim == 2 and x.shape[0] == x.shape[1] and _close(x.T, y),
        lambda x, y: "It is the transpose of the right answer.",
    ),
    (lambda x, y: _factor(x, y) is not None, _factor_advice),
    (
        lambda x, y: x.size == 1 and bool(x.any()) and any(_close(c * x, y) for c in (2.0, 0.5)),
        lambda x, y: (
            f"It is exactly {'twice' if abs(y).sum() > abs(x).sum() else 'half'} the right number: is a factor missing or too much?"
        ),
    ),
    (
        lambda x, y: _moved(x, y),
        lambda x, y: "The values are right but stand in other places: check the order or the axis.",
    ),
    (
        lambda x, y: x.size > 1 and _close(x + (y - x).ravel()[0], y),
        lambda x, y: (
            f"Every value is off by the same {float((y - x).ravel()[0]):.4g}: is a term missing, such as the bias?"
        ),
    ),
    (
        lambda x, y: not y.any(),
        lambda x, y: "Nothing but 0 came back: was the result never written into it, or were its decimals cut off?",
    ),
    (
        lambda x, y: x.size > 1 and np.ptp(x) > 0 and float(np.ptp(y)) == 0,
        lambda x, y: "All entries are the same number: was one value spread over the whole result?",
    ),
    (
        lambda x, y: _close(np.trunc(x), y),
        lambda x, y: "The decimals are cut off: compute with floats (integer arrays drop the fraction on assignment).",
    ),
    (lambda x, y: bool(np.allclose(x, y, rtol=2e-3)), lambda x, y: NEARLY),
)


def kind_of(value: Any) -> str:
    """Return what a plain value is, in words."""
    if isinstance(value, Tensor):
        return f"a torch tensor of shape {value.array.shape}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a number"
    if isinstance(value, bool):
        return "True or False"
    if isinstance(value, int | float | complex):
        return "a number"
    if isinstance(value, Opaque):
        return f"a {value.kind}"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value)}"
    return "nothing (None)" if value is None else f"a {type(value).__name__}"


def _number(value: Any, digits: int = 6) -> str:
    return f"{value + 0:.{digits}g}" if isinstance(value, float | np.floating | int | np.integer) else str(value)


def _as(where: str) -> str:
    return f" as {where}" if where and not where.startswith("[") else (f" in result{where}" if where else "")
