"""The pictures of networks of any depth: surfaces with their border, gradients layer by layer, settings compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm

from labkit.plotting.points import scatter
from labkit.plotting.style import COLORS, GRAY, LINES, label

BETWEEN = LinearSegmentedColormap.from_list("between", [COLORS[0], "#ffffff", COLORS[1]])  # class 0, undecided, class 1


def surface(
    ax: Axes,
    probability: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    *,
    title: str = "",
    size: float = 12,
    resolution: int = 120,
) -> Any:
    """Draw the probability of class 1 over the plane, (n, 2) -> (n,), its border at 1/2, and the points; return the image."""
    X = np.asarray(X)
    reach = np.abs(X).max() * 1.05
    u = np.linspace(-reach, reach, resolution)
    points = np.column_stack([part.ravel() for part in np.meshgrid(u, u)])
    p = np.asarray(probability(points)).reshape(resolution, resolution)
    image = ax.imshow(
        p, origin="lower", extent=(-reach, reach, -reach, reach), cmap=BETWEEN, vmin=0, vmax=1, alpha=0.55, zorder=0
    )
    if p.min() < 0.5 < p.max():
        ax.contour(u, u, p, levels=[0.5], colors="black", linewidths=1.4, zorder=4)
    scatter(ax, X, y, size=size)
    ax.grid(visible=False)
    label(ax, "$x_1$", "$x_2$", title)
    return image


def gradient_heatmap(ax: Axes, at: np.ndarray, gradients: np.ndarray) -> Any:
    """Draw gradients: (layers, len(at)), positive, on a logarithmic scale, first layer on top; return the image."""
    gradients = np.asarray(gradients)
    layers = np.arange(1, len(gradients) + 1)
    lowest, highest = gradients[gradients > 0].min(), gradients.max()
    image = ax.pcolormesh(at, layers, gradients, norm=LogNorm(lowest, highest), cmap="cividis", shading="nearest")
    ax.invert_yaxis()
    ax.set_yticks(layers)
    ax.grid(visible=False)
    label(ax, "epoch", "layer (1 = next to the input)")
    return image


def settings_map(ax: Axes, table: np.ndarray, rows: Sequence[Any], columns: Sequence[Any], title: str = "") -> Any:
    """Draw accuracies: (rows, columns) as a heatmap with its numbers in it; return the image."""
    table = np.asarray(table)
    image = ax.imshow(table, cmap="cividis", vmin=0.5, vmax=1.0, aspect="auto")
    for i, j in np.ndindex(table.shape):
        dark = table[i, j] < 0.78
        ax.text(j, i, f"{table[i, j]:.2f}", ha="center", va="center", fontsize=9, color="white" if dark else "black")
    ax.set_xticks(range(len(columns)), [str(c) for c in columns])
    ax.set_yticks(range(len(rows)), [f"{r:g}" for r in rows])
    ax.grid(visible=False)
    label(ax, "rows a batch", "learning rate", title)
    return image


def runs(ax: Axes, names: Sequence[str], values: np.ndarray) -> list:
    """Draw every run of values: (choices, seeds) as a dot above its choice, with a bar at the mean; return the artists."""
    artists: list[Any] = []
    spread = np.linspace(-0.14, 0.14, np.shape(values)[1])
    for i, row in enumerate(np.asarray(values, dtype=float)):
        dot, bar = ("one seed", "mean") if i == 0 else ("", "")
        artists += ax.plot(i + spread, row, "o", color=COLORS[0], linestyle="none", alpha=0.75, markersize=5, label=dot)
        artists.append(ax.hlines(row.mean(), i - 0.25, i + 0.25, color=COLORS[1], label=bar, zorder=3))
    ax.set_xticks(range(len(names)), list(names))
    ax.set_xlim(-0.5, len(names) - 0.5)
    return artists


def fits(ax: Axes, x: np.ndarray, target: np.ndarray, curves: dict[str, np.ndarray]) -> list:
    """Draw a curve that is to be learned, broad and gray, and what networks make of it, by name; return the lines."""
    lines = list(ax.plot(x, target, color=GRAY, linestyle="-", linewidth=5, alpha=0.35, label="target"))
    for k, (name, values) in enumerate(curves.items()):
        lines += ax.plot(x, values, color=COLORS[k], linestyle=LINES[k], linewidth=1.6, label=name)
    label(ax, "$x$", "output")
    return lines
