"""Pictures of 03_activations: a curve with its slope, comparisons by name, and what layers do to a distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from labkit.plotting.curves import band
from labkit.plotting.style import COLORS, GRAY, LINES, label

FLOOR = 1e-12  # what is smaller is drawn here on a log axis, where 0 has no place


def curve_and_slope(ax: Axes, z: np.ndarray, y: np.ndarray, dy: np.ndarray, *, name: str) -> list:
    """Draw a curve y(z) and its slope dy/dz, both (n,), in one Axes; return both lines."""
    artists = list(ax.plot(z, y, color=COLORS[0], linestyle="-", label=name))
    artists += ax.plot(z, dy, color=COLORS[1], linestyle="--", label="its slope")
    ax.axhline(0, color=GRAY, linewidth=0.8, linestyle="-", zorder=0)
    label(ax, "$z$", "value", name)
    return artists


def curves(ax: Axes, z: np.ndarray, named: Mapping[str, np.ndarray], *, y: str, title: str = "") -> list:
    """Draw several curves over the same z: (n,), told apart by colour and line style; return the lines."""
    artists = []
    for index, (name, values) in enumerate(named.items()):
        artists += ax.plot(z, values, color=COLORS[index % 7], linestyle=LINES[index % 7], label=name)
    label(ax, "$z$", y, title)
    ax.legend()
    return artists


def flat_parts(ax: Axes, z: np.ndarray, dy: np.ndarray, *, below: float) -> Any:
    """Shade where the slope dy: (n,) is smaller than ``below`` in size; return the shade."""
    flat = np.abs(np.asarray(dy)) < below
    return ax.fill_between(
        z,
        0,
        1,
        where=flat,
        transform=ax.get_xaxis_transform(),
        color=GRAY,
        alpha=0.18,
        linewidth=0,
        label=f"slope below {below:g}",
    )


def dots(
    ax: Axes, names: Sequence[str], runs: Sequence[np.ndarray], *, x: str, title: str = "", left: float | None = None
) -> list:
    """Draw each name's runs as a row: every run a small dot, the mean a large one, a line over the range.

    runs: one array (n_seeds,) a name.  A row with a number that is not finite says "never" instead.  The axis starts at
    ``left``, and a row that lies wholly below it says its mean.  Returns the large dots.
    """
    means = []
    for row, values in enumerate(runs):
        values = np.asarray(values, dtype=float)
        if not np.isfinite(values).all():
            ax.text(0.02, row, "never", transform=ax.get_yaxis_transform(), va="center", color=GRAY)
            continue
        if left is not None and values.max() < left:
            text = f"← {values.mean():.2f}, off the scale"
            ax.text(0.02, row, text, transform=ax.get_yaxis_transform(), va="center", color=GRAY)
            continue
        ax.plot([values.min(), values.max()], [row, row], color=COLORS[0], linestyle="-", linewidth=2.5, alpha=0.35)
        ax.plot(values, np.full(len(values), row), linestyle="none", marker=".", color=COLORS[0], markersize=5)
        means += ax.plot([values.mean()], [row], linestyle="none", marker="D", color=COLORS[1], markersize=6, zorder=4)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)  # the first name on top
    if left is not None:
        ax.set_xlim(left=left)
    label(ax, x, "", title)
    return means


def learning_panels(axes: np.ndarray, runs: Mapping[str, np.ndarray], *, compare: str, y: str = "accuracy") -> list:
    """Draw each name's runs (n_seeds, n_epochs) as a band in a panel of its own, beside the mean of ``compare`` in grey."""
    artists: list = []
    for ax, (name, values) in zip(axes.flat, runs.items(), strict=False):
        epochs = np.arange(np.shape(values)[1])
        if name != compare:
            ax.plot(epochs, np.mean(runs[compare], axis=0), color=GRAY, linestyle=":", linewidth=1.4, label=compare)
        artists += band(ax, epochs, values, name=name)
        label(ax, "epoch", y, name)
    return artists


def cost_bars(ax: Axes, named: Mapping[str, np.ndarray]) -> Any:
    """Draw the median of each name's measurements as a bar, with a line from the lowest to the highest quartile."""
    names = list(named)
    quartiles = np.array([np.percentile(named[name], [25, 50, 75]) for name in names])
    middle = quartiles[:, 1]
    bars = ax.barh(
        range(len(names)),
        middle,
        xerr=[middle - quartiles[:, 0], quartiles[:, 2] - middle],
        color=COLORS[0],
        ecolor="black",
        capsize=3,
    )
    ax.bar_label(bars, [f"{m:.1f}" for m in middle], padding=6, fontsize=9)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)  # the first name on top
    ax.margins(x=0.12)
    ax.grid(visible=False, axis="y")
    label(ax, "nanoseconds an element (median, quartiles)", "")
    return bars


def probabilities(ax: Axes, scores: np.ndarray, p: np.ndarray, *, title: str) -> Any:
    """Draw softmax's p: (c,) as bars with their numbers, one a score; return the bars."""
    bars = ax.bar(range(len(p)), p, color=COLORS[0])
    ax.bar_label(bars, [f"{q:.2f}" for q in p], padding=2, fontsize=9)
    ax.set_xticks(range(len(p)), [f"{score:g}" for score in scores])
    ax.set_ylim(0, 1.1)
    ax.grid(visible=False, axis="x")
    label(ax, "score", "probability", title)
    return bars


def spread_by_depth(ax: Axes, std: np.ndarray, across: np.ndarray) -> list:
    """Draw, on a log axis, the outputs' standard deviation by layer (0: the inputs) and how far a unit follows its input."""
    depth = np.arange(len(std))
    artists = list(ax.plot(depth, np.maximum(std, FLOOR), color=COLORS[0], linestyle="-", label="of all outputs"))
    artists += ax.plot(depth, np.maximum(across, FLOOR), color=COLORS[1], linestyle="--", label="across inputs")
    ax.set_yscale("log")
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, 0.1), max(high, 10.0))
    _layers(ax, len(std) - 1)
    label(ax, "layer", "standard deviation", "how wide, by depth")
    ax.legend(fontsize=8)
    return artists


def _layers(ax: Axes, depth: int) -> None:
    ax.set_xlim(-0.03 * depth, 1.03 * depth)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))


def share_by_depth(ax: Axes, share: np.ndarray, *, title: str) -> list:
    """Draw a share between 0 and 1 of each layer from the first on."""
    artists = ax.plot(np.arange(1, len(share) + 1), share, color=COLORS[2], linestyle="-", marker=".")
    ax.set_ylim(-0.04, 1.04)
    _layers(ax, len(share))
    label(ax, "layer", "share of outputs", title)
    return artists


def histogram(ax: Axes, values: np.ndarray, *, title: str) -> Any:
    """Draw how often each value occurs among all outputs of one layer; values that are all alike become one bar."""
    values = np.ravel(values)
    low, high = float(values.min()), float(values.max())
    room = max(0.05 * (high - low), 1e-6 * max(abs(low), abs(high), 1e-12))  # a bin needs a width that floats can tell
    counts, edges = np.histogram(values, bins=np.linspace(low - room, high + room, 41))
    bars = ax.stairs(counts, edges, fill=True, color=COLORS[0])  # one artist: an explorer draws this while one drags
    ax.set_yticks([])
    ax.locator_params(axis="x", nbins=5)
    ax.ticklabel_format(axis="x", style="sci", scilimits=(-2, 3), useOffset=False)
    label(ax, "output", "how often", title)
    return bars
