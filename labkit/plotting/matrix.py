"""Numbers in a grid: a heatmap with each value written in its cell, and the confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes

from labkit.plotting.style import label


def heatmap(
    ax: Axes,
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    texts: np.ndarray | None = None,
    form: str = "{:g}",
    cmap: str = "Blues",
    vmin: float | None = None,
    vmax: float | None = None,
) -> Any:
    """Draw values: (n_rows, n_columns) as colours with each number written in its cell; return the image.

    texts: what is written instead of the numbers; form: how a number is written. The ink is black or white, whichever stands out more.
    """
    values = np.asarray(values, dtype=float)
    colors = colormaps[cmap]
    image = ax.imshow(values, cmap=colors, vmin=vmin, vmax=vmax, aspect="auto", interpolation="nearest")
    ax.grid(visible=False)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    for (i, j), value in np.ndenumerate(values):
        red, green, blue, _ = colors(image.norm(value))
        dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5
        text = form.format(value) if texts is None else str(texts[i, j])
        ax.text(j, i, text, ha="center", va="center", color="white" if dark else "black")
    return image


def confusion(ax: Axes, counts: np.ndarray, names: Sequence[str], *, title: str = "") -> Any:
    """Draw a confusion matrix, counts: (k, k) with the true class down and the predicted class across; return the image.

    The colour is the share of the true class, so that a rare class shows as clearly as a common one.
    """
    counts = np.asarray(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    image = heatmap(ax, shares, names, names, texts=counts.astype(str), vmin=0, vmax=1)
    label(ax, "predicted class", "true class", title)
    return image
