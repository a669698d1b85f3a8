"""labkit as a submission finds it in the box: data sets and plots work, nothing shows a card, and no answer is there."""

from __future__ import annotations

import importlib.abc
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from labkit.grading.box.cells import ignore

# What of labkit is in the box.  The folders stand for all they hold; of the package itself and of grading, only these.
FOLDERS = ("datasets", "plotting")
MODULES = ("__init__", "figures", "gradients", "vision")
GRADING = ("__init__", "box", "observe", "probes", "changes", "observation", "values", "surroundings", "wire")
ABSENT = ("labkit.explore", "labkit.experiments")
SILENT = ("check", "hint", "progress", "show")


class Mask(importlib.abc.MetaPathFinder):
    """Refuses to import what of labkit is not open, saying why."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None) -> None:
        """Raise for a closed module; leave every other one to the finders after this one."""
        package, _, rest = name.partition(".")
        first, _, second = rest.partition(".")
        is_open = first in FOLDERS + MODULES or (first == "grading" and (not second or second in GRADING))
        if package == "labkit" and rest and not is_open:
            raise ImportError(f"labkit's answers are not in the box (import of {name})", name=name)


class Absent(types.ModuleType):
    """Stands for a folder of the lesson's own: explorers and experiments need the references, and no answer needs them."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return ignore


def mask() -> None:
    """Close everything of labkit that is not open, in this process."""
    sys.meta_path.insert(0, Mask())
    for name in ABSENT:
        sys.modules[name] = Absent(name)


def lend(module: types.ModuleType) -> None:
    """Give a submission's main module its labkit: nothing shows anything, and ``use`` gives back the student's own."""
    import labkit

    namespace = vars(module)

    def use(name: Any) -> Any:
        key = name if isinstance(name, str) else getattr(name, "__name__", "")

        def later(*args: Any, **kwargs: Any) -> Any:
            if key not in namespace:
                raise NotImplementedError(f"{key} is not written yet")
            return namespace[key](*args, **kwargs)

        return namespace.get(key, later)

    vars(labkit).update(dict.fromkeys(SILENT, ignore), use=use, explore=sys.modules["labkit.explore"])
