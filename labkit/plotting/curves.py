"""Curves over several seeds: the mean with the band from the lowest to the highest run."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from labkit.plotting.style import COLORS, LINES


def band(ax: Axes, x: np.ndarray, runs: np.ndarray, *, name: str, index: int = 0, **options: Any) -> tuple[Any, Any]:
    """Draw the mean of runs: (n_seeds, n) over x: (n,) and shade its full range; return (line, band).

    index picks colour and line style, so that curves differ in both.
    """
    runs = np.asarray(runs, dtype=float)
    color, style = COLORS[index % len(COLORS)], LINES[index % len(LINES)]
    (line,) = ax.plot(x, runs.mean(axis=0), color=color, linestyle=style, label=name, **options)
    shade = ax.fill_between(x, runs.min(axis=0), runs.max(axis=0), color=color, alpha=0.15, linewidth=0)
    return line, shade
