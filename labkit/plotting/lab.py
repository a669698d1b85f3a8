"""Pictures of 12_lab_regression: losses, scores by seed, predictions, residuals, the ceiling, and where a rule stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from labkit.plotting.curves import band
from labkit.plotting.style import CLASS_MARKERS, COLORS, GRAY, LINES, label


def losses(
    ax: Axes, curves: Mapping[str, np.ndarray], *, what: str = "training loss (MSE)", floor: float | None = None
) -> list:
    """Draw losses {name: (n_seeds, epochs)} as means with bands on a logarithmic axis; a dotted line marks a floor."""
    artists: list[Any] = []
    for index, (name, runs) in enumerate(curves.items()):
        artists += band(ax, np.arange(1, np.shape(runs)[1] + 1), runs, name=name, index=index)
    if floor is not None:
        artists.append(ax.axhline(floor, color=GRAY, linestyle=":", lw=1.4, label=f"{floor:.2g}"))
    ax.set_yscale("log")
    label(ax, "epoch", what)
    ax.legend(fontsize=8)
    return artists


def by_seed(
    ax: Axes, table: Mapping[str, np.ndarray], *, what: str = "$R^2$ on test rows", lowest: float | None = None
) -> list:
    """Draw scores {name: (n_seeds,)} as dots, one row a name, the first on top, with means as bars.

    lowest: what is below is drawn at the left edge as a triangle that points there.
    """
    artists: list[Any] = []
    rows = list(table)[::-1]
    for height, name in enumerate(rows):
        values = np.asarray(table[name], dtype=float)
        shown = values if lowest is None else np.maximum(np.nan_to_num(values, nan=lowest), lowest)
        inside = shown == values
        color = COLORS[(len(rows) - 1 - height) % len(COLORS)]
        artists += ax.plot(shown[inside], np.full(inside.sum(), height), "o", color=color, ms=6, alpha=0.65)
        artists += ax.plot(shown[~inside], np.full((~inside).sum(), height), "<", color=color, ms=8, alpha=0.65)
        if inside.all():
            artists += ax.plot([values.mean()] * 2, [height - 0.3, height + 0.3], "-", color="black", lw=2)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    label(ax, what, "")
    return artists


def predictions(ax: Axes, pairs: Mapping[str, tuple[np.ndarray, np.ndarray]], *, unit: str = "") -> list:
    """Draw pairs {name: (y, y_hat)} as points, and the diagonal on which a perfect prediction lies."""
    artists: list[Any] = []
    pairs = {name: (np.ravel(np.asarray(y)), np.ravel(np.asarray(y_hat))) for name, (y, y_hat) in pairs.items()}
    for index, (name, (y, y_hat)) in enumerate(pairs.items()):
        artists += ax.plot(y, y_hat, CLASS_MARKERS[index], color=COLORS[index], ms=5, alpha=0.7, label=name)
    ends = [
        min(np.min(a) for pair in pairs.values() for a in pair),
        max(np.max(a) for pair in pairs.values() for a in pair),
    ]
    artists += ax.plot(ends, ends, color=GRAY, linestyle=":", label="perfect", zorder=0)
    label(ax, f"measured $y${unit}", f"predicted{unit}")
    ax.legend(fontsize=8)
    return artists


def residuals(ax: Axes, pairs: Mapping[str, tuple[np.ndarray, np.ndarray]], sigma: float) -> list:
    """Draw y - y_hat over y_hat for pairs {name: (y, y_hat)}, and the band of ±2 sigma that the noise alone would fill."""
    artists: list[Any] = [
        ax.axhspan(-2 * sigma, 2 * sigma, color=GRAY, alpha=0.15, lw=0, label="±2σ of the noise"),
        ax.axhline(0, color=GRAY, lw=1),
    ]
    for index, (name, (y, y_hat)) in enumerate(pairs.items()):
        y_hat = np.ravel(np.asarray(y_hat))
        artists += ax.plot(
            y_hat,
            np.ravel(np.asarray(y)) - y_hat,
            CLASS_MARKERS[index],
            color=COLORS[index],
            ms=5,
            alpha=0.7,
            label=name,
        )
    label(ax, "predicted", "residual: measured minus predicted")
    ax.legend(fontsize=8)
    return artists


def sweep(
    ax: Axes,
    values: Sequence[float],
    runs: Mapping[str, np.ndarray],
    name: str,
    *,
    ceiling: np.ndarray | None = None,
    what: str = "$R^2$",
) -> list:
    """Draw runs {text: (n_seeds, n_values)} over a few values at equal distances, and a ceiling in black, with bands."""
    at = np.arange(len(values))
    artists: list[Any] = []
    for index, (text, numbers) in enumerate(runs.items()):
        artists += band(ax, at, numbers, name=text, index=index, marker=CLASS_MARKERS[index])
    if ceiling is not None:
        artists += band(ax, at, ceiling, name="ceiling", index=6, lw=2.4)
    ax.set_xticks(at, [f"{value:g}" for value in values])
    label(ax, name, what)
    ax.legend(fontsize=8, loc="lower left")
    return artists


def stops(ax: Axes, curves: Mapping[str, np.ndarray], epochs: Mapping[str, int | None]) -> list:
    """Draw losses {name: (epochs,)} of single runs, each with a star where a rule stops it (an epoch from 1, or None)."""
    artists: list[Any] = []
    for index, (name, loss) in enumerate(curves.items()):
        stop = epochs[name]
        text = f"{name}: stops after epoch {stop}" if stop is not None else f"{name}: goes on to the end"
        color = COLORS[index % len(COLORS)]
        artists += ax.plot(
            np.arange(1, len(loss) + 1), loss, color=color, linestyle=LINES[index % len(LINES)], label=text
        )
        if stop is not None:
            artists += ax.plot([stop], [loss[stop - 1]], "*", ms=15, color=color, markeredgecolor="black", zorder=4)
    ax.set_yscale("log")
    label(ax, "epoch", "training loss (MSE)")
    ax.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.16))
    return artists


def intervals(ax: Axes, y: np.ndarray, y_hat: np.ndarray, half: float, *, unit: str) -> list:
    """Draw predictions with their interval y_hat ± half in order of size, and what was measured; misses are marked."""
    y, y_hat = np.ravel(y), np.ravel(y_hat)
    order = np.argsort(y_hat)
    at, y, y_hat = np.arange(len(y)), y[order], y_hat[order]
    missed = np.abs(y - y_hat) > half
    artists: list[Any] = [
        ax.errorbar(at, y_hat, yerr=half, fmt="none", ecolor=COLORS[0], elinewidth=1.6, alpha=0.6, label="interval"),
        *ax.plot(at[~missed], y[~missed], "o", color="black", ms=5, label="measured, inside"),
        *ax.plot(at[missed], y[missed], "^", color=COLORS[1], ms=8, label="measured, outside"),
    ]
    label(ax, "test rows, by their prediction", unit)
    ax.legend(fontsize=8, loc="upper left")
    return artists
