r"""The probes: how an answer is touched.

All of them get the same things: the student's object, positional and named inputs, and ``steps``, what to do with an object
once it is made.  They run the student's code and raise what it raises.

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

import inspect
from collections.abc import Callable
from typing import Any

from labkit.grading.values import plain


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
