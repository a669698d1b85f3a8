"""Drawing: arrays and an Axes in, artists out.  One file a topic, reached as ``lk.plotting.perceptron`` and so on.

Every function labels both axes, returns what it drew, and never shows anything: ``lk.show(fig, alt)`` does.
"""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from labkit.plotting.style import CLASS_MARKERS, COLORS, GRAY, LINES, figure, label

__all__ = ["CLASS_MARKERS", "COLORS", "GRAY", "LINES", "figure", "label"]


def __getattr__(name: str) -> ModuleType:
    """Import a topic's file when it is first asked for."""
    if name.startswith("_") or importlib.util.find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"labkit.plotting has no {name!r}")
    return importlib.import_module(f"{__name__}.{name}")
