"""labkit: the package behind the course's notebooks.  ``import labkit as lk`` is all a notebook needs.

Names are resolved when they are first used (PEP 562), so importing labkit loads the standard library only.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# name -> module that defines it; a name that is its module's own last part is the module itself
_NAMES = {
    "check": "labkit.lesson",
    "hint": "labkit.lesson",
    "use": "labkit.lesson",
    "progress": "labkit.lesson",
    "show": "labkit.figures",
    "datasets": "labkit.datasets",
    "plotting": "labkit.plotting",
    "explore": "labkit.explore",
    "gradients": "labkit.gradients",
}
__all__ = sorted(_NAMES)


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"labkit has no {name!r}; it has {', '.join(__all__)}")
    module = importlib.import_module(_NAMES[name])
    return module if _NAMES[name].endswith(f".{name}") else getattr(module, name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
