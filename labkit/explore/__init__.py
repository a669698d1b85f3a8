"""Explorers: a picture with controls for one topic, reached as ``lk.explore.perceptron.explorer()``.

Each is three functions: ``compute`` (pure), a drawing one of ``labkit.plotting``, and ``explorer``, which binds ipywidgets to both.
"""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    """Import a topic's explorer when it is first asked for."""
    if name.startswith("_") or importlib.util.find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"labkit.explore has no {name!r}")
    return importlib.import_module(f"{__name__}.{name}")
