"""Pictures of 11_tuning that people read a finished search by: parallel coordinates, slices, importance, proposals, costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import LogLocator, NullFormatter

from labkit.plotting.style import CLASS_MARKERS, COLORS, GRAY, label


def parallel(
    ax: Axes,
    configs: Sequence[Mapping[str, float]],
    scores: Sequence[float],
    space: Mapping[str, tuple[float, float]],
    log: Sequence[str],
    best: int = 5,
) -> LineCollection:
    """Draw each trial as a line through one axis a setting, its score as the last axis; the best ones stand out.

    space: {name: (low, high)}.  log: names of the settings whose axis is logarithmic.
    """

    def place(name: str, value: float) -> float:
        low, high = space[name]
        if name in log:
            low, high, value = np.log(low), np.log(high), np.log(value)
        return (value - low) / (high - low)

    reached = np.asarray(scores, dtype=float)
    heights = np.array([[place(name, config[name]) for name in space] for config in configs])
    heights = np.column_stack([heights, reached])
    x = np.arange(heights.shape[1])
    top = np.argsort(-reached, kind="stable")[:best]
    chosen = np.isin(np.arange(len(reached)), top)
    lines = LineCollection(
        [np.column_stack([x, row]) for row in heights],
        colors=[COLORS[1] if wins else GRAY for wins in chosen],
        linewidths=np.where(chosen, 2.2, 0.7),
        linestyles=["-" if wins else "--" for wins in chosen],
        alpha=np.where(chosen, 1.0, 0.45),
    )
    ax.add_collection(lines)
    ax.plot([], [], "-", color=COLORS[1], lw=2.2, label=f"the best {best}")
    ax.plot([], [], "--", color=GRAY, lw=0.9, label="the others")
    for i, name in enumerate([*space, ""]):
        ax.axvline(i, color="black", lw=1)
        low, high = space[name] if name else (0, 1)
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}  # the axis does not run through its numbers
        ax.text(i, -0.04, f"{low:g}", ha="center", va="top", fontsize=8, bbox=paper)
        ax.text(i, 1.04, f"{high:g}", ha="center", va="bottom", fontsize=8, bbox=paper)
    ax.set(xlim=(-0.2, len(x) - 0.8), ylim=(-0.12, 1.12), yticks=[])
    ax.set_xticks(x, [*space, "accuracy"])
    ax.grid(visible=False)
    label(ax, "setting", "from the lower bound to the upper")
    ax.legend(fontsize=8, loc="center", bbox_to_anchor=(0.5, 1.1), ncols=2)
    return lines


def slices(
    axes: Sequence[Axes],
    configs: Sequence[Mapping[str, float]],
    scores: Sequence[float],
    names: Sequence[str],
    log: Sequence[str],
) -> list:
    """Draw the scores of all trials over each setting, an Axes a setting."""
    artists = []
    for ax, name in zip(axes, names, strict=True):
        artists += ax.plot([c[name] for c in configs], scores, "o", color=COLORS[0], ms=4, alpha=0.5)
        if name in log:
            values = [c[name] for c in configs]
            base = 10 if max(values) > 100 * min(values) else 2  # so that a short axis has ticks, too
            ax.set_xscale("log", base=base)
            ax.xaxis.set_major_locator(LogLocator(base=base, numticks=5))
            ax.xaxis.set_minor_formatter(NullFormatter())
        label(ax, name, "validation accuracy" if ax is axes[0] else "")
    return artists


def importances(ax: Axes, shares: Mapping[str, np.ndarray]) -> list:
    """Draw {setting: (n_seeds,)} shares of importance as dots, a row a setting, means as bars."""
    names = list(shares)[::-1]
    artists: list[Any] = []
    for height, name in enumerate(names):
        artists += ax.plot(shares[name], np.full(len(shares[name]), height), "o", color=COLORS[0], alpha=0.6)
        artists += ax.plot([np.mean(shares[name])] * 2, [height - 0.3, height + 0.3], "-", color="black", lw=2)
    ax.set_yticks(range(len(names)), names)
    ax.set_xlim(-0.02, 1.02)
    label(ax, "share of the scores' variance", "setting")
    return artists


def proposals(ax: Axes, tried: Mapping[str, Sequence[float]], name: str) -> list:
    """Draw the value of a setting in each trial, in order, {search: values}: where a search looks as it goes on."""
    artists: list[Any] = []
    for i, (search, values) in enumerate(tried.items()):
        number = np.arange(1, len(values) + 1)
        artists += ax.plot(number, values, CLASS_MARKERS[i], color=COLORS[i], ms=6, alpha=0.8, label=search)
    ax.set_yscale("log")
    label(ax, "trial", name)
    ax.legend(fontsize=8)
    return artists


def costs(ax: Axes, spent: Mapping[str, Sequence[int]], rungs: Sequence[int]) -> list:
    """Draw how many trainings were given as many epochs as each rung, {search: epochs of each training}."""
    artists: list[Any] = []
    width = 0.8 / len(spent)
    for i, (name, epochs) in enumerate(spent.items()):
        counts = [int(np.sum(np.asarray(epochs) == rung)) for rung in rungs]
        x = np.arange(len(rungs)) + (i - (len(spent) - 1) / 2) * width
        bars = ax.bar(
            x, counts, width, color=COLORS[i], hatch=("", "//", "..", "xx")[i % 4], edgecolor="white", label=name
        )
        ax.bar_label(bars, fontsize=8)
        artists.append(bars)
    ax.set_xticks(range(len(rungs)), [str(r) for r in rungs])
    label(ax, "epochs a training was given", "trainings")
    ax.legend(fontsize=8)
    return artists


def choices(ax: Axes, table: Mapping[str, np.ndarray]) -> list:
    """Draw {way of choosing: (n_seeds, 2)}: the winner's score as triangles, its accuracy on other rows as dots; bars are means."""
    artists: list[Any] = []
    names = list(table)[::-1]
    for column, shift, marker, color, text in (
        (0, 0.17, "^", COLORS[1], "score of the winner"),
        (1, -0.17, "o", COLORS[0], "accuracy on other rows"),
    ):
        for height, name in enumerate(names):
            values, y = table[name][:, column], height + shift
            first = text if height == 0 else None
            artists += ax.plot(values, np.full(len(values), y), marker, color=color, alpha=0.6, ms=6, label=first)
            artists += ax.plot([values.mean()] * 2, [y - 0.14, y + 0.14], "-", color="black", lw=2)
    ax.set_yticks(range(len(names)), names)
    label(ax, "accuracy", "way of choosing")
    ax.legend(fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return artists
