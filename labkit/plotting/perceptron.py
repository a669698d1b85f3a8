"""The perceptron's pictures: a line with its arrow, the line as it learns, and every line that fails on XOR."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm

from labkit.plotting.points import regions, scatter
from labkit.plotting.style import COLORS, label


def line_ends(w: np.ndarray, b: float, reach: float) -> np.ndarray:
    """Return two points (2, 2) of the line w.x + b = 0, ``reach`` away from its point nearest the origin."""
    w = np.asarray(w, dtype=float)
    nearest = -b * w / (w @ w)
    along = np.array([-w[1], w[0]]) / np.linalg.norm(w)
    return np.array([nearest - reach * along, nearest + reach * along])


def decision_line(
    ax: Axes, w: np.ndarray, b: float, *, name: str = "", arrow: bool = True, reach: float = 10.0, **options: Any
) -> list:
    """Draw w.x + b = 0 and the unit arrow of w, which points to class 1; return the artists (none when w is 0)."""
    w = np.asarray(w, dtype=float)
    if not np.any(w):
        return []
    limits = ax.get_xlim(), ax.get_ylim()
    ends = line_ends(w, b, reach)
    style = {"color": "black", "linestyle": "-", **options}
    artists: list[Any] = list(ax.plot(ends[:, 0], ends[:, 1], label=name or None, **style))
    if arrow:
        foot, tip = ends.mean(axis=0), ends.mean(axis=0) + 0.35 * w / np.linalg.norm(w)
        artists.append(
            ax.annotate(
                "",
                xy=tip,
                xytext=foot,
                arrowprops={"arrowstyle": "-|>", "color": style["color"], "lw": 1.8, "shrinkA": 0, "shrinkB": 0},
                zorder=4,
            )
        )
    ax.set_xlim(limits[0])
    ax.set_ylim(limits[1])
    return artists


def state(
    ax: Axes, X: np.ndarray, y: np.ndarray, w: np.ndarray, b: float, *, row: int | None = None, title: str = ""
) -> list:
    """Draw the points, the shaded sides of the line, and a ring round the point ``row`` it has just learned from."""
    X = np.asarray(X)
    reach = np.abs(X).max() + 0.2
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")  # equal, so that w stands upright on its line
    regions(ax, lambda points: (points @ np.asarray(w) + b >= 0).astype(int))
    artists = scatter(ax, X, y)
    artists += decision_line(ax, w, b)
    if row is not None:
        artists += ax.plot(*X[row], "o", ms=15, mfc="none", mec="black", mew=1.8, zorder=5)
    label(ax, "$x_1$", "$x_2$", title)
    return artists


def mistakes_against_bound(ax: Axes, bounds: np.ndarray, mistakes: np.ndarray) -> list:
    """Draw mistakes made against the bound (R/γ)² on log axes, with the diagonal that none may cross."""
    lowest = max(1.0, min(np.min(bounds), np.min(mistakes)) / 2)
    ends = np.array([lowest, np.max(bounds) * 2])
    artists = list(ax.plot(ends, ends, color="black", linestyle="--", label="mistakes = bound"))
    artists += ax.plot(bounds, mistakes, linestyle="none", marker="o", color=COLORS[0], alpha=0.7, label="one data set")
    ax.set_xscale("log")
    ax.set_yscale("log")
    label(ax, r"bound $(R/\gamma)^2$", "mistakes until none is left")
    ax.legend(loc="upper left")
    return artists


def xor_search(ax: Axes, angles: np.ndarray, biases: np.ndarray, right: np.ndarray) -> Any:
    """Draw how many of XOR's four corners each line gets right: right (n_biases, n_angles); return the image."""
    levels = np.arange(-0.5, 5.5)
    extent = (np.degrees(angles[0]), np.degrees(angles[-1]), biases[0], biases[-1])
    image = ax.imshow(
        right,
        origin="lower",
        aspect="auto",
        extent=extent,
        cmap=colormaps["cividis"].resampled(5),
        norm=BoundaryNorm(levels, 5),
        interpolation="nearest",
    )
    ax.grid(visible=False)
    label(ax, "direction of $w$ (degrees)", "bias $b$")
    return image


def corners(ax: Axes, points: np.ndarray, y: Sequence[int], *, names: Sequence[str] = ()) -> list:
    """Draw a few labelled points large, with their names beside them."""
    points = np.asarray(points, dtype=float)
    ax.set_xlim(-0.45, 1.85)  # room for names on the right and above
    ax.set_ylim(-0.45, 1.55)
    artists = scatter(ax, points, np.asarray(y), size=130)
    for point, name in zip(points, names, strict=False):
        artists.append(ax.annotate(name, point, xytext=(9, 8), textcoords="offset points", fontsize=9))
    return artists


def hidden_corners(ax: Axes, hidden: np.ndarray, y: Sequence[int], names: Sequence[str]) -> list:
    """Draw corners as the hidden units report them; names of corners that meet in one point are joined."""
    spots = {
        tuple(h): (label_, [n for g, n in zip(hidden, names, strict=True) if tuple(g) == tuple(h)])
        for h, label_ in zip(hidden, y, strict=True)
    }
    artists = corners(
        ax, np.array(list(spots)), [v for v, _ in spots.values()], names=[" and ".join(n) for _, n in spots.values()]
    )
    ax.set_xlabel("hidden unit 0 says")
    ax.set_ylabel("hidden unit 1 says")
    return artists
