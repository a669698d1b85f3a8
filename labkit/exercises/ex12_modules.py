"""How networks of the laboratory are looked at: their parameters, then what they give with weights that are put in.

Names, order and style of the layers are the student's own; what is compared is behaviour.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Finding
from labkit.grading.wire import Opaque, Tensor

NO_LAYERS = (
    "parameters() finds nothing, so an optimizer made from it would train nothing. Make every layer in __init__ and store each one in "
    "an attribute of self (layers in a plain Python list stay hidden: nn.Sequential or nn.ModuleList shows them)."
)
FEWER = (
    "Print [tuple(p.shape) for p in model.parameters()]. A layer missing there is hidden in a plain list, made only in forward, "
    "or not made at all; each linear layer has a weight, of shape (outputs, inputs), and a bias."
)
MORE = "Print [tuple(p.shape) for p in model.parameters()]: which layer is not asked for, or is wider than asked?"
NO_GRAPH = (
    "The result knows nothing of the way it was computed, so backward could not reach the weights: no detach(), .data, .numpy() or "
    "torch.no_grad() inside forward."
)
NOT_MOVED = "A layer is made but not used in forward, or its result is cut off (detach), or everything behind it is 0."


ORDER = (
    "The layers are right in number and size, so look at forward: each layer once, in order, and after each what the statement asks for, "
    "no more."
)
IN_TRAINING = "It is right in eval mode and differs in training mode: there is dropout, batch norm or noise that nobody asked for."
FLOATS = "Labels are the floats 0.0 and 1.0: .float() makes them of True and False."


def weights(rng: np.random.Generator, widths: Sequence[int], X: np.ndarray | None = None) -> list[np.ndarray]:
    """Return float32 weights and biases for linear layers of these widths, as torch holds them: (d_out, d_in), (d_out,).

    With X, the last bias is such that a ReLU network gives values on both sides of 0 for these rows.
    """
    arrays: list[np.ndarray] = []
    h = None if X is None else np.asarray(X, dtype=float)
    for i, (d_in, d_out) in enumerate(itertools.pairwise(widths)):
        w, b = rng.normal(0, math.sqrt(2 / d_in), (d_out, d_in)), rng.normal(0, 0.5, d_out)
        if h is not None:
            z = h @ w.T
            if i == len(widths) - 2:
                b = -np.median(z, axis=0) + 0.1 * np.ptp(z, axis=0)
            h = np.maximum(z + b, 0)
        arrays += [w.astype(np.float32), b.astype(np.float32)]
    return arrays


def tensor(rng: np.random.Generator, n: int, d: int) -> Tensor:
    """Return n generic float32 rows of d features."""
    return Tensor(rng.normal(size=(n, d)).astype(np.float32))


def module_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare what a module showed at each step; the first difference speaks, parameters before values."""
    if not isinstance(got, tuple) or len(got) != len(case.steps):
        return _no_module(got)
    for i, (verb, *_) in enumerate(case.steps):
        finding = _step_difference(verb, expected[i], got[i])
        if finding is not None:
            return _in_training_only(case, i, expected, got, finding)
    return None


FUNCTION = (
    "That is a function, such as torch.relu: it cannot stand in an nn.Sequential. A network and each of its layers is an nn.Module, made by "
    "a class: nn.ReLU() is the module, torch.relu the function."
)


def _no_module(got: Any) -> Finding:
    """Return the finding for something else than a module: a class, a function, a list of layers."""
    kind = got.kind if isinstance(got, Opaque) else type(got).__name__
    advice = {
        "type": "That is the class itself: the parentheses that make a module of it are missing.",
        "list": "A list of layers is no network yet: nn.Sequential(*layers) joins them, with the star.",
        "NoneType": "Is the `return` line missing? A function without one returns None.",
        "function": FUNCTION,
        "builtin_function_or_method": FUNCTION,
        "method": FUNCTION,
        "ModuleList": "An nn.ModuleList only keeps layers and does not say in which order data pass through them: nn.Sequential(*layers) does.",
    }.get(
        kind,
        "A network is an nn.Module: a class that begins with `class Name(nn.Module):`, an nn.Sequential, or a layer such as nn.ReLU().",
    )
    what = {"type": "a class", "NoneType": "None"}.get(kind, f"an object of type {kind}")
    return Finding("type", f"returned {what}; expected a torch module.", advice)


def _in_training_only(case: Case, i: int, expected: Any, got: Any, finding: Finding) -> Finding:
    """Return the finding of step i, with the reason when the same rows come out right in eval mode."""
    after = [k for k in range(i + 1, len(case.steps)) if case.steps[k][0] == "forward"]
    if case.steps[i][0] != "__call__" or finding.stage != "values" or not after:
        return finding
    if _step_difference("forward", expected[after[0]], got[after[0]]) is not None:
        return finding
    return Finding(finding.stage, finding.sentence, IN_TRAINING)


def _step_difference(verb: str, expected: Any, got: Any) -> Finding | None:
    if verb == "parameters":
        return _parameters_difference(expected, got)
    if verb == "weights":
        return None if got else Finding("shape", "has layers that the given weights do not fit.", FEWER)
    if verb == "gradients":
        return None if len(got) and all(got) else Finding("values", "gets no gradient in some parameters.", NOT_MOVED)
    runs = verb in ("forward", "__call__")
    name = "model(X)" if runs else f"model.{verb}(X)"
    finding = difference(expected, got, where=name)
    if finding is None:
        cut = verb == "__call__" and isinstance(got, Tensor) and expected.requires_grad > got.requires_grad
        return Finding("type", f"returned a tensor without its graph as {name}.", NO_GRAPH) if cut else None
    if finding.stage == "dtype":
        return Finding(finding.stage, finding.sentence, FLOATS)
    if got is None:
        return Finding(
            finding.stage, finding.sentence, f"Is the `return` line missing in {'forward' if runs else verb}?"
        )
    if finding.stage == "values" and runs and finding.advice.startswith("Take this input"):
        return Finding(finding.stage, finding.sentence, ORDER)
    return finding


def _parameters_difference(expected: Any, got: Any) -> Finding | None:
    if isinstance(got, Opaque) or not isinstance(got, list):
        return difference(expected, got, where="the shapes of model.parameters()")
    if sorted(got) == sorted(expected):
        return None
    e, g = (sum(math.prod(shape) for shape in shapes) for shapes in (expected, got))
    missing = [shape for shape in dict.fromkeys(expected) if expected.count(shape) > got.count(shape)]
    extra = [shape for shape in dict.fromkeys(got) if got.count(shape) > expected.count(shape)]
    which = f" (none of shape {missing[0]})" if missing else f" (one of shape {extra[0]} too many)"
    advice = NO_LAYERS if not got else (FEWER if g < e or missing else MORE)
    return Finding("shape", f"has {g} numbers to learn; expected {e}{which}.", advice)
