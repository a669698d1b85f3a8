"""Pictures of 11_tuning, before and during a search: what a setting does, where trials lie, how tournaments and searches go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from labkit.plotting.curves import band
from labkit.plotting.matrix import heatmap
from labkit.plotting.style import CLASS_MARKERS, COLORS, GRAY, LINES, label


def setting(ax: Axes, values: Sequence[float], accuracies: np.ndarray, name: str, *, log: bool = True) -> list:
    """Draw training and validation accuracy, (n_seeds, n_values, 2), over the values of one setting, with bands.

    On a logarithmic axis a value of 0 cannot stand: pass log=False, which puts the values at equal distances.
    """
    x = np.asarray(values, dtype=float) if log else np.arange(len(values))
    artists = [
        *band(ax, x, accuracies[..., 0], name="training", index=0, marker="o", markersize=4),
        *band(ax, x, accuracies[..., 1], name="validation", index=1, marker="^", markersize=5),
    ]
    if log:
        ax.set_xscale("log")
    else:
        ax.set_xticks(x, [f"{v:g}" for v in values])
    ax.set_ylim(0, 1.05)
    label(ax, name, "accuracy")
    return artists


def pairs(ax: Axes, rates: Sequence[float], batches: Sequence[int], accuracies: np.ndarray) -> Any:
    """Draw accuracies (n_batches, n_rates) as a table of colours with their numbers; the best rate of each row is framed."""
    rows, columns = [str(b) for b in batches], [f"{r:.2g}" for r in rates]
    image = heatmap(ax, accuracies, rows, columns, form="{:.2f}", vmin=0, vmax=1)
    for i, j in enumerate(np.argmax(accuracies, axis=1)):
        ax.add_patch(Rectangle((int(j) - 0.47, i - 0.45), 0.94, 0.9, fill=False, edgecolor=COLORS[1], linewidth=2.5))
    label(ax, "learning rate", "batch size")
    return image


def range_tests(ax: Axes, tests: Sequence[tuple[np.ndarray, np.ndarray, float]]) -> list:
    """Draw the loss over the growing rate, one line a test (rates, losses, suggestion), and each suggestion as a tick."""
    artists: list[Any] = []
    for i, (rates, losses, suggestion) in enumerate(tests):
        color, style = COLORS[i % len(COLORS)], LINES[i % len(LINES)]
        artists += ax.plot(rates, losses, color=color, linestyle=style, lw=1.4, label=f"seed {i}")
        artists.append(ax.axvline(suggestion, ymax=0.1, color=color, lw=2.5))
    ax.set_xscale("log")
    label(ax, "learning rate of the step", "loss on all training rows")
    ax.legend(fontsize=8, ncols=2)
    return artists


def draws(ax: Axes, samples: Mapping[str, np.ndarray], low: float, high: float) -> list:
    """Draw how many of the numbers fall into each tenth of the logarithmic range, one staircase a way of drawing."""
    edges = np.geomspace(low, high, 13)
    artists: list[Any] = []
    for i, (name, x) in enumerate(samples.items()):
        counts = np.histogram(np.clip(x, low, high), edges)[0] / len(x) * 100
        artists.append(ax.stairs(counts, edges, color=COLORS[i], linestyle=LINES[i], lw=2, label=name))
    ax.set_xscale("log")
    label(ax, "learning rate drawn", "share of the draws (%)")
    ax.legend()
    return artists


def projection(ax: Axes, points: np.ndarray, peak: Sequence[float], importance: Sequence[float], title: str) -> list:
    """Draw trials (n, 2) over a score with one peak, and on the lower edge what they say about the first setting."""
    grid = np.linspace(0, 1, 121)
    first, second = np.meshgrid(grid, grid)
    distance = (importance[0] * (first - peak[0])) ** 2 + (importance[1] * (second - peak[1])) ** 2
    artists: list[Any] = [ax.contourf(first, second, np.exp(-distance / 0.03), levels=8, cmap="Blues", alpha=0.7)]
    artists += ax.plot(points[:, 0], points[:, 1], "o", color=COLORS[1], mec="white", ms=8, label="trials")
    artists += ax.plot(
        points[:, 0], np.full(len(points), -0.06), "^", color="black", ms=8, clip_on=False, label="values of $x$ tried"
    )
    ax.set(xlim=(0, 1), ylim=(-0.12, 1))
    ax.grid(visible=False)
    n = len(np.unique(points[:, 0].round(9)))
    label(ax, "setting $x$, which matters", "setting $z$, which hardly does", f"{title}: {n} values of $x$")
    return artists


def found(ax: Axes, x: Sequence[float], best: Mapping[str, np.ndarray], name: str) -> list:
    """Draw the best score found, {search: (n_seeds, n_x)}, over how much a setting matters or how many there are."""
    artists: list[Any] = []
    for i, (search, runs) in enumerate(best.items()):
        artists += band(ax, np.asarray(x, dtype=float), runs, name=search, index=i, marker=CLASS_MARKERS[i])
    ax.set_ylim(0, 1.05)
    label(ax, name, "best score found")
    ax.legend()
    return artists


def tournament(ax: Axes, rungs: Sequence[tuple[int, Mapping[int, float]]]) -> list:
    """Draw each config of a tournament from rung to rung, rungs: (budget, {position: score}); the winner is the thick line."""
    artists: list[Any] = []
    (winner,) = rungs[-1][1]
    budgets = [budget for budget, _ in rungs]
    for i in rungs[0][1]:
        scores = [scores[i] for _, scores in rungs if i in scores]
        wins = i == winner
        artists += ax.plot(
            budgets[: len(scores)],
            scores,
            marker="*" if wins else "o",
            linestyle="-" if wins else "--",
            color=COLORS[1] if wins else GRAY,
            lw=2.6 if wins else 1,
            ms=9 if wins else 4,
            zorder=3 if wins else 2,
            label="the winner" if wins else ("goes out" if len(artists) == (1 if winner == 0 else 0) else None),
        )
    ax.set_xscale("log")
    ax.set_xticks(budgets, [str(b) for b in budgets])
    ax.set_xticks([], minor=True)
    label(ax, "epochs trained", "validation accuracy")
    ax.legend(loc="lower right")
    return artists


def contest(ax: Axes, spent: np.ndarray, curves: Mapping[str, np.ndarray]) -> list:
    """Draw the best validation accuracy so far, {search: (n_seeds, n_points)}, over the epochs spent."""
    artists: list[Any] = []
    for i, (name, runs) in enumerate(curves.items()):
        artists += band(ax, spent, runs, name=name, index=i)
        artists[-1].set_alpha(0.08)  # five bands lie over each other
    label(ax, "epochs spent", "best validation accuracy so far")
    ax.legend(loc="lower right")
    return artists


def outcomes(ax: Axes, validation: Mapping[str, np.ndarray], referee: Mapping[str, np.ndarray]) -> list:
    """Draw for each search and seed the accuracy it was chosen by and that on rows which had no say; means as bars."""
    artists: list[Any] = []
    names = list(validation)[::-1]
    kinds = (
        (validation, 0.17, "^", COLORS[1], "validation: chosen by it"),
        (referee, -0.17, "o", COLORS[0], "referee: had no say"),
    )
    for values, shift, marker, color, text in kinds:
        for height, name in enumerate(names):
            y = height + shift
            last = height == len(names) - 1
            artists += ax.plot(
                values[name],
                np.full(len(values[name]), y),
                marker,
                color=color,
                alpha=0.6,
                ms=5,
                label=text if last else None,
            )
            artists += ax.plot([np.mean(values[name])] * 2, [y - 0.14, y + 0.14], "-", color="black", lw=2)
    ax.set_yticks(range(len(names)), names)
    label(ax, "accuracy of the network that was chosen", "search")
    ax.legend(fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return artists
