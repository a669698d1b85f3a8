"""One look for all figures: a palette that colour-blind readers can tell apart, markers and line styles beside it.

Palette: Okabe and Ito (2008), reordered so that neighbours differ in lightness too; the yellow is left out, too faint on white.
"""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
CLASS_MARKERS = ("o", "^", "s", "D", "v", "P", "X")
GRAY = "#6b6b6b"

_STYLE: dict[Any, Any] = {
    "figure.dpi": 110,
    "figure.facecolor": "white",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "#dddddd",
    "axes.prop_cycle": cycler(color=COLORS, linestyle=LINES),
}


def figure(
    rows: int = 1, columns: int = 1, *, width: float = 7.0, height: float = 3.6, **options: Any
) -> tuple[Figure, Any]:
    """Return (figure, axes) in the course's look; axes is one Axes, or an array of them as ``plt.subplots`` gives.

    width, height: inches of the whole figure.  The figure is not pyplot's: it shows only where ``lk.show`` says so, and
    is freed with its last reference.  ``options`` go to ``Figure.subplots``.
    """
    with mpl.rc_context(_STYLE):
        fig = Figure(figsize=(width, height), layout="constrained")
        return fig, fig.subplots(rows, columns, **options)


def label(ax: Axes, x: str, y: str, title: str = "") -> Axes:
    """Write both axis labels, with units where there are any, and a title; return the Axes."""
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    if title:
        ax.set_title(title, loc="left", fontsize=11)
    return ax
