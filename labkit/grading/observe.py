r"""Call a student's answer and write down what happened, as plain values.

This file runs where the student's code runs: in the notebook for ``lk.check``, in the box for ``labkit grade``.  It knows
no answer, imports nothing of labkit but the value language, and never raises for anything the student's code does.

A *probe* says how an answer is touched.  All of them get the same things: the student's object, positional and named
inputs, and ``steps``, what to do with an object once it is made.

=========== =================================================================================================
call        a function: ``f(*args, **kwargs)``
loop        a function that trains: as ``call``, with every global generator seeded first
predict     ``f(X_train, y_train, X)`` or a class with ``fit`` and ``predict``: predictions, scored by the judge
layer       a class: ``obj = C(*args, **kwargs)``, then the steps: ("method", *inputs), ("get", name), ("set", name, value)
optimizer   a class: ``opt = C(**kwargs)``, then ``opt.step(params, grads)`` for each step's grads; params = args
module      a torch module (class or factory), then ("weights", arrays), ("forward", x), ("gradients", x), ("parameters",)
=========== =================================================================================================
"""

from __future__ import annotations

import contextlib
import inspect
import io
import itertools
import linecache
import random
import sys
import sysconfig
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labkit.grading.wire import DTYPES, MAX_NDIM, Code, Opaque, Rng, Tensor, dtype_name

MAX_ARRAY_BYTES = 32 << 20
MAX_ITEMS = 20_000  # elements in all of one result's tuples, lists and dicts
MAX_NESTING = 8
MAX_DRAWN = 2_000  # elements taken from a generator that may have no end
MAX_TEXT = 300
# NumPy's own settings, whatever np.seterr was told elsewhere: an overflow is seen, and no underflow ends a right answer.
FLOATS: dict[str, Any] = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
GRADER = __file__.removesuffix("observe.py")  # lines of the grader's own are no place in an answer
INSTALLED = tuple({sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")} | {"<frozen"})


@dataclass(frozen=True)
class Fault:
    """An exception the student's code raised: its type and text, and the innermost line of theirs.

    ``function`` is where that line is; ``owner`` the class it is a method of, or "".
    """

    kind: str
    message: str
    function: str = ""
    line: int = 0
    text: str = ""
    owner: str = ""

    @property
    def unwritten(self) -> bool:
        """Whether it is a stub's: libraries raise NotImplementedError too, from lines that do not, and with a message."""
        return self.kind == "NotImplementedError" and (not self.message or self.kind in self.text)

    @property
    def place(self) -> str:
        """Where the line is, as one says it: "relu", "EarlyStopping.update", and "EarlyStopping" for its __init__."""
        parts = (self.owner, "" if self.owner and self.function == "__init__" else self.function)
        return ".".join(part for part in parts if part)


@dataclass(frozen=True)
class Observation:
    """What one call did: the plain value it returned or its fault, inputs it changed, floating-point warnings."""

    value: Any = None
    fault: Fault | None = None
    changed: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """Return the plain dict that carries this over the wire."""
        fault = None if self.fault is None else dict(vars(self.fault))
        return {"value": self.value, "fault": fault, "changed": self.changed, "warned": self.warned}

    @classmethod
    def from_wire(cls, frame: Any) -> Observation:
        """Return the observation in a decoded frame; a frame of any other form is no answer, and says so."""
        if not isinstance(frame, dict) or "value" not in frame:
            return cls(fault=Fault("NoAnswer", "nothing readable came back from the call"))
        fault = frame.get("fault")
        if fault is not None:
            fields = fault if isinstance(fault, dict) else {}
            line = fields.get("line", 0)
            kind, message, function, text, owner = (
                str(fields.get(key, ""))[:MAX_TEXT] for key in ("kind", "message", "function", "text", "owner")
            )
            fault = Fault(kind, message, function, line if isinstance(line, int) else 0, text, owner)
        return cls(frame["value"], fault, _texts(frame.get("changed")), _texts(frame.get("warned")))


def observe(
    answer: Any,
    probe: str,
    args: Sequence = (),
    kwargs: dict | None = None,
    steps: Sequence = (),
    *,
    restore: bool = True,
) -> Observation:
    """Return what happens when ``answer`` is touched by ``probe`` with these plain inputs.

    ``restore``: leave the global random generators as they were, as a notebook needs it; it costs more than most calls.
    Only ``KeyboardInterrupt`` passes through, so that a student can stop a call that does not end.
    """
    named = dict(kwargs or {})
    with warnings.catch_warnings(record=True) as caught, _quiet(), _drawing(restore), np.errstate(**FLOATS):
        warnings.simplefilter("always")
        try:
            live_args = [revive(a) for a in args]
            live_named = {key: revive(value) for key, value in named.items()}
            live_steps = revive(list(steps))
        except Exception as error:  # a case's own Code that does not run: the course's fault, said as such
            return Observation(fault=Fault("CaseError", _safe_text(error)))
        caught.clear()
        _seed(0)  # only now: the inputs' tensors may have imported torch
        try:
            value = plain(PROBES[probe](answer, live_args, live_named, live_steps))
            fault = None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit and RecursionError too: nothing a student writes may end a check
            value, fault = None, fault_of(error)
    pairs = zip([*args, *named.values()], [*live_args, *live_named.values()], strict=True)
    marks = [_changed(before, after) for before, after in pairs]
    names = [*_parameter_names(answer, len(args)), *named] if any(marks) else []
    changed = tuple(name for name, mark in zip(names, marks, strict=bool(names)) if mark)
    if probe == "layer":
        changed += tuple(name for name in _changed_in_steps(answer, steps, live_steps) if name not in changed)
    warned = tuple(sorted({_safe_text(w.message) for w in caught if issubclass(w.category, RuntimeWarning)}))
    return Observation(value, fault, changed, warned[:8])


# ---------------------------------------------------------------------------------------------------- probes


def _call(answer: Any, args: list, kwargs: dict, steps: list) -> Any:
    return answer(*args, **kwargs)


def _predict(answer: Any, args: list, kwargs: dict, steps: list) -> Any:
    X_train, y_train, X = args
    if not inspect.isclass(answer):
        return answer(X_train, y_train, X, **kwargs)
    model: Any = answer(**kwargs)
    model.fit(X_train, y_train)
    return model.predict(X)


def _layer(answer: Any, args: list, kwargs: dict, steps: list) -> tuple:
    made = answer(*args, **kwargs)
    results = []
    for verb, *inputs in steps:
        if verb == "get":
            result = getattr(made, inputs[0])
        elif verb == "set":
            setattr(made, inputs[0], inputs[1])
            result = None
        else:
            result = getattr(made, verb)(*inputs)
        results.append(plain(result))  # a copy now: later steps may change the array
    return tuple(results)


def _optimizer(answer: Any, args: list, kwargs: dict, steps: list) -> tuple:
    made = answer(**kwargs)
    params, history = list(args), []
    for grads in steps:
        returned = made.step(params, grads)
        if returned is not None:  # written to return new arrays rather than to change them in place
            params = list(returned)
        history.append(plain(params))
    return tuple(history)


def _module(answer: Any, args: list, kwargs: dict, steps: list) -> tuple:
    import torch  # only torch exercises use this probe

    module = answer(*args, **kwargs)
    if not isinstance(module, torch.nn.Module):
        return module  # a class, a function, a list of layers: the judge says what it is
    results: list[Any] = []
    for verb, *inputs in steps:
        _has_method(module, "forward" if verb in ("__call__", "gradients") else verb, torch)
        parameters = list(module.parameters())
        if verb == "parameters":
            results.append([tuple(int(n) for n in p.shape) for p in parameters])
        elif verb == "weights":
            results.append(_load_weights(parameters, inputs[0], torch))
        elif verb == "forward":
            module.eval()
            with torch.no_grad():
                results.append(plain(module(inputs[0])))
        elif verb == "gradients":
            module.train()
            module.zero_grad()
            module(inputs[0]).pow(2).mean().backward()
            results.append([p.grad is not None and bool(p.grad.abs().sum() > 0) for p in parameters])
        else:
            results.append(plain(getattr(module, verb)(*inputs)))
    return tuple(results)


def _has_method(module: Any, verb: str, torch: Any) -> None:
    """Raise AttributeError in plain words for a method that the class does not define; torch's own text is longer."""
    defined = getattr(type(module), verb, None)
    if verb not in ("parameters", "weights") and defined in (None, torch.nn.Module.forward):
        raise AttributeError(f"the class {type(module).__name__} has no method {verb!r}")


def _load_weights(parameters: list, arrays: list, torch: Any) -> bool:
    """Fill parameters with the given arrays, in order of definition where shapes agree, else by shape alone."""
    left = list(parameters)
    for array in arrays:
        match = next((p for p in left if tuple(p.shape) == array.shape), None)
        if match is None:
            return False
        left = [p for p in left if p is not match]
        with torch.no_grad():
            match.copy_(torch.as_tensor(array, dtype=match.dtype))
    return not left


PROBES: dict[str, Callable[[Any, list, dict, list], Any]] = {
    "call": _call,
    "loop": _call,
    "predict": _predict,
    "layer": _layer,
    "optimizer": _optimizer,
    "module": _module,
}


# ----------------------------------------------------------------------------------------- values in and out


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
        _seed(0)  # should it draw
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
    return Opaque(type(value).__name__, _safe_text(value))


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


def _changed(before: Any, after: Any) -> bool:
    try:
        return _differs(before, after)
    except KeyboardInterrupt:
        raise
    except BaseException:  # an input with something in it that can no longer be compared is no longer the input
        return True


def _changed_in_steps(answer: Any, steps: Sequence, live_steps: Sequence) -> list[str]:
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


# ------------------------------------------------------------------------------------------------- surroundings


@contextlib.contextmanager
def _drawing(restore: bool) -> Iterator[None]:
    """Let an answer draw from the global generators; then set them back, if asked to."""
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


def _seed(seed: int) -> None:
    """Seed every global generator, so that an answer which draws from one gives the same twice."""
    torch = sys.modules.get("torch")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  (the generator that an answer may use, whatever we advise)
    if torch is not None:
        torch.default_generator.manual_seed(seed)  # torch.manual_seed looks for other devices each time: 100 × slower


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


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item)[:MAX_TEXT] for item in value[:16]) if isinstance(value, list | tuple) else ()


def _parameter_names(answer: Any, count: int) -> list[str]:
    try:
        names = [p.name for p in inspect.signature(answer).parameters.values()][:count]
    except KeyboardInterrupt:
        raise
    except BaseException:  # no signature, or one of the student's own that raises, SystemExit too
        names = []
    return names + [f"input {i + 1}" for i in range(len(names), count)]


def fault_of(error: BaseException) -> Fault:
    """Return the record of an exception: its type, its text and the innermost line of the student's."""
    places = [(f.f_code, line or 0) for f, line in traceback.walk_tb(error.__traceback__)]
    places = [place for place in places if not place[0].co_filename.startswith(GRADER)]
    # The student's own lines come from cells ("<ipython-input…>", ".../ipykernel_…", "<cell 3>"), not from installed files.
    own = [place for place in places if not place[0].co_filename.startswith(INSTALLED)]
    kind = type(error).__name__
    if not places:
        return Fault(kind, _safe_text(error))
    code, line = (own or places)[-1]
    owner = code.co_qualname.rpartition("<locals>.")[2].rpartition(".")[0]  # "f.<locals>.C.update" is C's
    text = linecache.getline(code.co_filename, line)
    return Fault(kind, _safe_text(error), code.co_name, line, text.strip()[:MAX_TEXT], owner[:MAX_TEXT])


def _safe_text(value: Any) -> str:
    """Return a short text of anything, even of an object whose own text raises."""
    try:
        text = str(value) if isinstance(value, BaseException | Warning) else repr(value)
    except KeyboardInterrupt:
        raise
    except BaseException:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
