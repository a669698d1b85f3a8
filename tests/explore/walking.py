"""What the tests of all explorers share: the explorers, their controls, the ends of a control, and what must hold after a change."""

from __future__ import annotations

import base64
import html
import importlib
import io
import itertools
import pkgutil
import re
from typing import Any

import ipywidgets as widgets
import numpy as np
from PIL import Image

from labkit import explore

ABSURD = ("", " ", "<b>&lt;no</b> sense", "∞ ☃ " * 200, "nan", "-1e999", "'); drop table --")
SHOWN = (widgets.HTML, widgets.Image, widgets.Output, widgets.Label)


def topics() -> list[str]:
    """Return the topics that have an explorer."""
    names = (module.name for module in pkgutil.iter_modules(explore.__path__))
    return [name for name in names if hasattr(importlib.import_module(f"labkit.explore.{name}"), "explorer")]


def inside(widget: Any) -> list:
    """Return a widget and all widgets in it."""
    return [widget, *(part for child in getattr(widget, "children", ()) for part in inside(child))]


def controls(box: Any) -> list:
    """Return what a reader can move, choose, write or press."""
    kinds = (widgets.ValueWidget, widgets.Button, widgets.Play)
    return [part for part in inside(box) if isinstance(part, kinds) and not isinstance(part, SHOWN)]


def values(control: Any) -> list:
    """Return the ends of a control: every option, lowest and highest and one between two steps, empty and absurd texts."""
    if isinstance(control, widgets.Button):
        return ["pressed"]
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    if isinstance(control, widgets.Checkbox | widgets.ToggleButton):
        return [True, False]
    if isinstance(control, widgets.FloatLogSlider):
        return [control.base**power for power in (control.min, 0.37 * control.min + 0.63 * control.max, control.max)]
    if hasattr(control, "min") and hasattr(control, "max"):
        between = 0.37 * control.min + 0.63 * control.max  # the number beside a slider can be typed
        whole = isinstance(control, widgets.IntSlider | widgets.BoundedIntText | widgets.Play)
        return [control.min, round(between) if whole else between, control.max]
    if isinstance(control, widgets.FloatText):
        return [0.0, -1e-300, 1e300, -123456.789]
    if isinstance(control, widgets.IntText):
        return [0, -1, 10**9]
    assert isinstance(control, widgets.Text | widgets.Textarea), f"no ends are known of a {type(control).__name__}"
    return list(ABSURD)


def ends(control: Any) -> list:
    """Return two values for combinations: the first and the last."""
    found = values(control)
    return [found[0], found[-1]]


def put(control: Any, value: Any) -> None:
    """Move a control as a reader does, which is not possible where it is disabled."""
    if control.disabled:
        return
    if isinstance(control, widgets.Button):
        control.click()
    else:
        control.value = value


def seen(box: Any) -> tuple:
    """Return all that a reader sees change: pictures, sentences, and texts that follow."""
    kinds = (widgets.HTML, widgets.Image, widgets.Text)
    return tuple(part.value for part in inside(box) if isinstance(part, kinds))


def sentences(box: Any) -> list[str]:
    """Return the live sentences, without their markup."""
    texts = " ".join(part.value for part in inside(box) if isinstance(part, widgets.HTML))
    found = re.findall(r'<div role="status"[^>]*>(.*?)</div>', texts, flags=re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", text)) for text in found]


def pictures(box: Any) -> list[tuple[bytes, str]]:
    """Return each picture's data with the text that stands for it."""
    found = []
    for part in inside(box):
        if isinstance(part, widgets.Image):
            found.append((bytes(part.value), part.tooltip or ""))
        elif isinstance(part, widgets.HTML):
            for tag in re.findall(r"<img [^>]*>", part.value):
                data = re.search(r'src="data:image/\w+;base64,([^"]*)"', tag)
                alt = re.search(r'alt="([^"]*)"', tag)
                found.append((base64.b64decode(data[1] if data else ""), html.unescape(alt[1] if alt else "")))
    return found


def assert_well(box: Any, where: str) -> None:
    """Assert what must hold after any change: a picture that is not empty, with its text; a sentence; no error shown."""
    drawn = pictures(box)
    assert drawn, where
    for data, text in drawn:
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=float)
        assert pixels.std() > 5, f"{where}: the picture is empty"
        assert len(text) > 20, f"{where}: the picture says nothing to those who do not see it"
    said = sentences(box)
    assert any(len(text) > 20 for text in said), f"{where}: {said}"
    for text in said:
        assert not re.search(r"Traceback|Error\b", text), f"{where}: {text}"
        assert "cannot be loaded" in text or not re.search(r"\b(nan|None)\b", text), f"{where}: {text}"
    for part in inside(box):
        if isinstance(part, widgets.Output):
            assert not any(output["output_type"] == "error" for output in part.outputs), where


def rows_of_pairs(moved: list, rng: np.random.Generator) -> list[list]:
    """Return rows, each a value for every control, in which any two controls meet with all four pairs of their ends."""
    choices = [ends(control) for control in moved]
    n = len(moved)
    missing = {(a, i, b, j) for a, b in itertools.combinations(range(n), 2) for i in (0, 1) for j in (0, 1)}
    rows = []
    while missing:
        best = max(
            rng.integers(0, 2, (20, n)).tolist(),
            key=lambda row: sum(row[a] == i and row[b] == j for a, i, b, j in missing),
        )
        met = {(a, i, b, j) for a, i, b, j in missing if best[a] == i and best[b] == j}
        if met:
            missing -= met
            rows.append([choices[k][end] for k, end in enumerate(best)])
    return rows
