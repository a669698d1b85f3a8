"""Pictures of deep networks: sizes layer by layer, what clipping does to a gradient, and the price of remembering less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from labkit.plotting.style import COLORS, GRAY, LINES, label

FLOOR = 1e-40  # what a log axis shows of a gradient that is gone


def by_layer(
    ax: Axes, runs: np.ndarray, *, name: str, index: int = 0, x: Sequence[float] | None = None, start: int = 1
) -> tuple[Any, Any]:
    """Draw runs: (n_seeds, L) on a log axis: the geometric mean with the band of all runs; return (line, band).

    x: (L,) defaults to the layers' numbers from ``start``.
    """
    logs = np.log10(np.maximum(np.asarray(runs, dtype=float), FLOOR))
    where = np.arange(start, start + logs.shape[1]) if x is None else np.asarray(x)
    color, style = COLORS[index % len(COLORS)], LINES[index % len(LINES)]
    (line,) = ax.plot(where, 10 ** logs.mean(axis=0), color=color, linestyle=style, label=name)
    shade = ax.fill_between(where, 10 ** logs.min(axis=0), 10 ** logs.max(axis=0), color=color, alpha=0.15, linewidth=0)
    ax.set_yscale("log")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return line, shade


def heat(ax: Axes, logs: np.ndarray, rows: Sequence[str], columns: Sequence[str], *, limit: float = 12.0) -> Any:
    """Draw logs: (rows, columns), powers of ten, as a table that is pale where all is well; return the image."""
    image = ax.imshow(logs, cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto")
    for i, line in enumerate(np.asarray(logs)):
        for j, value in enumerate(line):
            color = "white" if abs(value) > 0.6 * limit else "black"
            ax.text(j, i, f"{value:+.1f}", ha="center", va="center", color=color, fontsize=9)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.grid(visible=False)
    label(ax, "first weights", "activation")
    return image


def lengths_after_clipping(ax: Axes, before: np.ndarray, after: Mapping[str, np.ndarray], max_norm: float) -> list:
    """Draw the gradient's length after clipping against that before, a line for each way, and the length asked for."""
    artists = []
    for k, (name, lengths) in enumerate(after.items()):
        artists += ax.plot(before, lengths, color=COLORS[k], linestyle=LINES[k], label=name)
    artists.append(ax.axhline(max_norm, color=GRAY, linewidth=1.0, linestyle=":"))
    ax.set_xscale("log")
    ax.set_yscale("log")
    label(ax, r"length before, $\Vert g \Vert$", "length after")
    ax.annotate("c", (before[0], max_norm), xytext=(2, 4), textcoords="offset points", color=GRAY)
    ax.legend()
    return artists


def seeds_and_median(ax: Axes, names: Sequence[str], runs: np.ndarray, *, ceiling: float) -> list:
    """Draw runs: (len(names), n_seeds) as one row of dots a name with a bar at the median; what is above ``ceiling`` sits on it."""
    runs = np.asarray(runs, dtype=float)
    artists = []
    for k, values in enumerate(runs):
        shown = np.where(np.isfinite(values), np.minimum(values, ceiling), ceiling)
        gone = ~(values < ceiling)
        height = k + 0.25 * np.linspace(-1, 1, len(values))
        color = COLORS[k % len(COLORS)]
        artists += ax.plot(shown[~gone], height[~gone], "o", color=color, alpha=0.75)
        artists += ax.plot(shown[gone], height[gone], "X", color=color, alpha=0.75)
        if np.median(shown) < ceiling:
            artists += ax.plot(
                [np.median(shown)] * 2, [k - 0.35, k + 0.35], color="black", linestyle="-", linewidth=1.6
            )
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xscale("log")
    return artists


def memory_and_work(
    left: Axes, right: Axes, every: Sequence[int], kept: Sequence[int], peaks: Sequence[int], run: Sequence[int]
) -> list:
    """Draw what a pass with checkpoints holds (counted, and measured in MB) and how many layers it runs, against their distance."""
    artists = list(left.plot(every, kept, "o-", color=COLORS[0], label="activations alive (counted)"))
    twin = left.twinx()
    artists += twin.plot(every, np.asarray(peaks) / 1e6, "^--", color=COLORS[1], label="memory at most (measured)")
    twin.set_ylabel("MB")
    twin.set_ylim(bottom=0)
    twin.grid(visible=False)
    left.set_ylim(bottom=0)
    left.legend(handles=artists, loc="upper center", fontsize=8)
    label(left, "layers from one checkpoint to the next", "activations", "what is held")
    artists += right.plot(every, run, "s-.", color=COLORS[2])
    right.set_ylim(bottom=0)
    label(right, "layers from one checkpoint to the next", "layers computed forwards", "what is computed")
    for ax in (left, right):
        ax.set_xscale("log", base=2)
        ax.set_xticks(list(every), [str(k) for k in every])
    return artists
