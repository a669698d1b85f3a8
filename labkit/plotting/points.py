"""Points in the plane, by class: what every two-dimensional lesson draws first."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgba

from labkit.plotting.style import CLASS_MARKERS, COLORS


def scatter(
    ax: Axes, X: np.ndarray, y: np.ndarray, *, names: tuple[str, ...] = (), size: float = 34, **options: Any
) -> list:
    """Draw the rows of X: (n, 2), each class of y: (n,) with a colour and a marker of its own; return the artists."""
    X, y = np.asarray(X), np.asarray(y)
    artists = []
    for k, value in enumerate(np.unique(y)):
        rows = y == value
        text = names[k] if k < len(names) else f"class {value}"
        marker, color = CLASS_MARKERS[k % len(CLASS_MARKERS)], COLORS[k % len(COLORS)]
        artists.append(
            ax.scatter(
                X[rows, 0],
                X[rows, 1],
                s=size,
                c=color,
                marker=marker,
                edgecolors="white",
                linewidths=0.6,
                label=text,
                zorder=3,
                **options,
            )
        )
    ax.set_xlabel("$x_1$")
    ax.set_ylabel("$x_2$")
    return artists


def regions(ax: Axes, predict: Any, *, classes: int = 2, resolution: int = 200) -> Any:
    """Shade the plane by ``predict``: (n, 2) -> labels, within the Axes' present limits; return the image."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    u, v = np.meshgrid(np.linspace(left, right, resolution), np.linspace(bottom, top, resolution))
    labels = np.asarray(predict(np.column_stack([u.ravel(), v.ravel()]))).reshape(u.shape)
    pale = ListedColormap([to_rgba(c, 0.16) for c in COLORS[:classes]])
    image = ax.imshow(
        labels,
        origin="lower",
        extent=(left, right, bottom, top),
        aspect="auto",
        cmap=pale,
        vmin=-0.5,
        vmax=classes - 0.5,
        zorder=0,
        interpolation="nearest",
    )
    ax.grid(visible=False)
    return image
