"""The one place that imports torchvision, so that the course runs beside either build of torch.

torchvision's wheels bring compiled operators that fit the torch they were built with.  Beside another build (on
Linux: a CPU-only torch and the registry's torchvision, which is built for CUDA) the library with these operators does
not load, and the import stops at "operator torchvision::nms does not exist".  Transforms, data sets, models and
utils never call them, so we declare the operators when they are missing and import again.
"""

from __future__ import annotations

import functools
import importlib
import sys
import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import Any

OPERATORS = ("nms", "qnms")
SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"

_declared: list[Any] = []  # torch.library.Library objects: the operators live as long as these do


@dataclass(frozen=True)
class VisionStatus:
    """How torchvision loaded: mode is "compiled", "declared" (our cure) or "missing"; sentence says it in words."""

    mode: str
    torch: str
    torchvision: str
    sentence: str


@functools.cache
def torchvision() -> ModuleType:
    """Return the module torchvision, its missing operators declared where the compiled ones do not fit.

    With declared operators everything works but what needs them: nms, the detection models and io.read_image.

    Raises: ImportError, saying what to install, when torch or torchvision is not there or does not load.
    """
    try:
        return _import()
    except ImportError as error:
        raise ImportError(
            f"torchvision cannot be imported ({error}). Install it beside torch: python -m pip install torchvision"
        ) from error
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise ImportError(f"torchvision does not fit the installed torch: {error}") from error
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]  # half-loaded modules of the first attempt
    _declare()
    try:
        return _import()
    except RuntimeError as error:
        raise ImportError(f"torchvision does not fit the installed torch: {error}") from error


def status() -> VisionStatus:
    """Return how torchvision loads here; loads it, and never raises ImportError."""
    try:
        module = torchvision()
    except ImportError as error:
        return VisionStatus("missing", _version("torch"), "", str(error))
    versions = _version("torch"), module.__version__
    if _declared:
        sentence = (
            f"torchvision {versions[1]} was built for another torch than {versions[0]}: its compiled operators are "
            "missing, labkit declared them. The course needs none of them."
        )
        return VisionStatus("declared", *versions, sentence)
    return VisionStatus("compiled", *versions, f"torchvision {versions[1]} fits torch {versions[0]}.")


def _import() -> ModuleType:
    with warnings.catch_warnings():
        # torchvision calls torch.jit at import, which newer torch reports as deprecated: nothing a reader can mend
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        return importlib.import_module("torchvision")


def _declare() -> None:
    import torch

    # a fragment adds to a namespace that a half-loaded extension may have opened already
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in OPERATORS:
        if not hasattr(torch.ops.torchvision, name):
            library.define(name + SCHEMA)
    _declared.append(library)


def _version(name: str) -> str:
    return getattr(sys.modules.get(name), "__version__", "")
