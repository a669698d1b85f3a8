"""Pictures of going backwards: a graph with values and gradients, what it costs, and how far to trust a difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from labkit.plotting.curves import band
from labkit.plotting.style import COLORS, GRAY, label

FORWARD, BACKWARD = COLORS[0], COLORS[1]

# The worked example of 05: y_pred = w2 * sigmoid(w1 * x), loss = (y_pred - y)^2
TWO_WEIGHTS = {
    "x": (0, 0),
    "w1": (0, -2),
    "z": (2.6, 0),
    "h": (5.2, 0),
    "w2": (5.2, -2),
    "y_pred": (7.8, 0),
    "y": (7.8, -2),
    "loss": (10.7, 0),
}
NAMES = {
    "x": "$x$",
    "w1": "$w_1$",
    "z": "$z = w_1 x$",
    "h": r"$h = \sigma(z)$",
    "w2": "$w_2$",
    "y_pred": r"$\hat y = w_2 h$",
    "y": "$y$",
    "loss": r"$L = (\hat y - y)^2$",
}
EDGES = (("x", "z"), ("w1", "z"), ("z", "h"), ("h", "y_pred"), ("w2", "y_pred"), ("y_pred", "loss"), ("y", "loss"))


def graph(
    ax: Axes,
    places: Mapping[str, tuple[float, float]],
    edges: Sequence[tuple[str, str]],
    *,
    names: Mapping[str, str],
    values: Mapping[str, float],
    gradients: Mapping[str, str],
    slopes: Mapping[tuple[str, str], str] | None = None,
) -> list:
    """Draw a computation: each node with its name and value, below it the loss's derivative in it, arrows along the edges.

    gradients: node -> what is written below it. slopes: (from, to) -> the local derivative, written at the arrow.
    The axes are hidden: a place here is no number.
    """
    artists: list[Any] = []
    for start, stop in edges:
        style = {"arrowstyle": "-|>", "color": GRAY, "lw": 1.4, "shrinkA": 30, "shrinkB": 36}
        artists.append(ax.annotate("", xy=places[stop], xytext=places[start], arrowprops=style, zorder=1))
        if slopes and (start, stop) in slopes:
            level = places[start][1] == places[stop][1]
            (x0, y0), (x1, y1) = places[start], places[stop]
            at = ((x0 + x1) / 2, y0 + 0.18) if level else (x0 + 0.5 * (x1 - x0) + 0.12, y0 + 0.5 * (y1 - y0) - 0.12)
            where: dict[str, Any] = {"ha": "center", "va": "bottom"} if level else {"ha": "left", "va": "top"}
            artists.append(ax.text(*at, slopes[start, stop], color=BACKWARD, fontsize=9, **where))
    for node, (x, y) in places.items():
        box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": FORWARD, "linewidth": 1.5}
        text = f"{names[node]}\n{values[node]:.4g}"
        artists.append(ax.text(x, y, text, ha="center", va="center", bbox=box, zorder=3))
        if node in gradients:
            artists.append(
                ax.text(x - 0.2, y - 0.5, gradients[node], ha="left", va="top", color=BACKWARD, fontsize=11, zorder=3)
            )
    across, down = zip(*places.values(), strict=True)
    ax.set(xlim=(min(across) - 1.0, max(across) + 1.2), ylim=(min(down) - 1.0, max(down) + 0.6))
    ax.set_axis_off()
    return artists


def losses_and_slopes(
    left: Axes, right: Axes, error: np.ndarray, curves: Mapping[str, tuple[np.ndarray, np.ndarray]]
) -> list:
    """Draw each loss over the error on the left and its slope on the right; curves: name -> (loss, slope), each as error."""
    artists: list[Any] = []
    for name, (loss, slope) in curves.items():
        artists += left.plot(error, loss, label=name)
        artists += right.plot(error, slope, label=name)
    label(left, r"error $\hat y - y$", "loss of one prediction")
    label(right, r"error $\hat y - y$", "slope of the loss")
    left.legend()
    return artists


def operations(ax: Axes, parameters: np.ndarray, counts: Mapping[str, np.ndarray]) -> list:
    """Draw multiplications for one gradient over the number of parameters, log-log; counts: name -> as parameters."""
    markers = ("o", "s", "^", "D")
    artists: list[Any] = []
    for marker, (name, count) in zip(markers, counts.items(), strict=False):
        artists += ax.plot(parameters, count, marker=marker, label=name)
    ax.set(xscale="log", yscale="log")
    label(ax, "number of weights", "multiplications for one gradient")
    ax.legend()
    return artists


def error_against_step(ax: Axes, h: np.ndarray, errors: Mapping[str, np.ndarray]) -> list:
    """Draw the relative error of differences over the step h, log-log with bands; errors: name -> (n_seeds, len(h))."""
    artists: list[Any] = []
    for index, (name, runs) in enumerate(errors.items()):
        artists += band(ax, h, runs, name=name, index=index)
    ax.set(xscale="log", yscale="log")
    label(ax, "step $h$", "relative error of the gradient")
    ax.legend()
    return artists


def lines_through_points(
    ax: Axes, x: np.ndarray, y: np.ndarray, fits: Mapping[str, tuple[np.ndarray, np.ndarray]]
) -> list:
    """Draw the points and fitted curves over them; fits: name -> (x, y_pred), both one-dimensional."""
    artists: list[Any] = [
        ax.scatter(x, y, s=22, color=GRAY, edgecolors="white", linewidths=0.5, label="data", zorder=1)
    ]
    for name, (u, v) in fits.items():
        artists += ax.plot(u, v, label=name, zorder=2)
    label(ax, "$x$", "$y$")
    ax.legend()
    return artists
