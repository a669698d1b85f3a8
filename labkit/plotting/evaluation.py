"""Pictures of 10_evaluation: curves by threshold, reliability, intervals, which rows a fold holds out, and the cost of leaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgba

from labkit.plotting.curves import band
from labkit.plotting.style import CLASS_MARKERS, COLORS, GRAY, LINES, label


def accuracy_trap(ax: Axes, prevalences: Sequence[float], table: np.ndarray) -> list:
    """Draw accuracy over prevalence, (n_seeds, n_prevalences, 2): of a test, and of never calling anybody ill."""
    artists: list[Any] = []
    for index, name in enumerate(("the test", "“nobody is ill”")):
        artists += band(ax, np.asarray(prevalences), table[..., index], name=name, index=index, marker="o^"[index])
    ax.set_xscale("log")
    ax.set_xticks(prevalences, [f"{p:.0%}" for p in prevalences])
    ax.minorticks_off()
    label(ax, "share of ill people", "accuracy")
    ax.legend()
    return artists


def per_class(ax: Axes, names: Sequence[str], scores: Mapping[str, np.ndarray]) -> list:
    """Draw scores {name: (n_seeds, n_classes)} as a marker for each class at the mean, with a bar from lowest to highest."""
    artists: list[Any] = []
    x = np.arange(len(names))
    for index, (text, runs) in enumerate(scores.items()):
        shift = 0.18 * (index - (len(scores) - 1) / 2)
        mean = runs.mean(axis=0)
        spread = np.abs([mean - runs.min(axis=0), runs.max(axis=0) - mean])
        artists.append(
            ax.errorbar(
                x + shift,
                mean,
                spread,
                fmt=CLASS_MARKERS[index],
                color=COLORS[index],
                ecolor=COLORS[index],
                lw=1.2,
                label=text,
            )
        )
    ax.set_xticks(x, names)
    ax.set_ylim(-0.04, 1.04)
    label(ax, "class", "score")
    ax.legend(loc="lower left")
    return artists


def roc_and_pr(axes: Sequence[Axes], curves: Mapping[str, Mapping[str, np.ndarray]]) -> list:
    """Draw ROC curves on the first Axes and precision-recall curves on the second, one band for each name.

    curves: {name: {"x": (m,), "roc": (n_seeds, m), "pr": (n_seeds, m)}}
    """
    artists: list[Any] = [axes[0].plot([0, 1], [0, 1], color=GRAY, lw=1, linestyle=":", label="a coin")[0]]
    for index, (name, found) in enumerate(curves.items()):
        artists += band(axes[0], found["x"], found["roc"], name=name, index=index)
        artists += band(
            axes[1], found["x"][1:], found["pr"][:, 1:], name=name, index=index
        )  # at recall 0 nothing is called
    label(axes[0], "false positive rate", "true positive rate (recall)", "ROC")
    label(axes[1], "recall", "precision", "precision and recall")
    for ax in axes:
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))
    axes[0].legend(loc="lower right", fontsize=8)
    return artists


def reliability(ax: Axes, curves: Mapping[str, tuple[np.ndarray, np.ndarray]], *, marker_size: float = 6) -> list:
    """Draw reliability curves {name: (forecast, share)} and the diagonal of a calibrated forecast."""
    artists: list[Any] = [ax.plot([0, 1], [0, 1], color=GRAY, lw=1, linestyle=":", label="calibrated")[0]]
    for index, (name, (forecast, share)) in enumerate(curves.items()):
        artists += ax.plot(
            forecast,
            share,
            color=COLORS[index],
            linestyle=LINES[index],
            marker=CLASS_MARKERS[index],
            ms=marker_size,
            label=name,
        )
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    label(ax, "forecast probability", "share of class 1 among these rows")
    ax.legend(fontsize=8)
    return artists


def dots(
    ax: Axes, table: Mapping[str, np.ndarray], what: str, *, line: float | None = None, line_name: str = ""
) -> list:
    """Draw values {name: (n_seeds,)} as dots, one row a name, the first on top, with a bar at the mean."""
    rows = list(table)[::-1]
    artists: list[Any] = []
    if line is not None:
        artists.append(ax.axvline(line, color=GRAY, linestyle="--", lw=1.2, label=line_name or None))
    if line_name:
        ax.legend(fontsize=8)
    for height, name in enumerate(rows):
        values = np.sort(np.asarray(table[name]))
        first = np.searchsorted(values, values - 1e-9)  # of those that are equal: they are piled up
        pile = np.minimum(0.04 * (np.arange(len(values)) - first), 0.4)
        artists += ax.plot(values, height + pile, "o", color=COLORS[0], ms=6, alpha=0.6)
        artists += ax.plot([values.mean()] * 2, [height - 0.28, height + 0.28], "-", color="black", lw=2)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    label(ax, what, "")
    return artists


def predictions(ax: Axes, y_true: np.ndarray, y_pred: np.ndarray, *, title: str = "", unit: str = "") -> list:
    """Draw predictions over targets, with the line where both agree and the line of the targets' mean."""
    ends = [float(np.min(y_true)), float(np.max(y_true))]
    mean = float(np.mean(y_true))
    artists: list[Any] = [
        ax.scatter(y_true, y_pred, s=14, color=COLORS[0], alpha=0.5, edgecolors="none", label="rows"),
        *ax.plot(ends, ends, color="black", lw=1.2, label="perfect"),
        *ax.plot(ends, [mean, mean], color=COLORS[1], linestyle="--", label="the mean"),
    ]
    label(ax, f"true value{unit}", f"prediction{unit}", title)
    return artists


def resampled(
    ax: Axes, values: np.ndarray, low: float, high: float, observed: float, *, what: str = "accuracy"
) -> list:
    """Draw the resampled values of a statistic as a histogram, with the interval and the value of the data themselves."""
    steps = np.unique(np.round(values, 9))
    if 1 < len(steps) <= 60:  # a statistic of few values: one bar each
        half = np.diff(steps).min() / 2
        bins: Any = np.append(steps - half, steps[-1] + half)
    else:
        bins = 40
    bars: Any = ax.hist(values, bins=bins, color=COLORS[4], edgecolor="white", linewidth=0.4)[2]
    artists: list[Any] = [
        *bars,
        ax.axvspan(low, high, color=COLORS[0], alpha=0.12, label=f"interval {low:.3f} to {high:.3f}"),
        ax.axvline(observed, color="black", lw=1.5, label=f"observed {observed:.3f}"),
    ]
    label(ax, f"{what} of a resample", "resamples")
    ax.legend(fontsize=8)
    return artists


def coverage(ax: Axes, sizes: Sequence[int], shares: np.ndarray, repetitions: int, *, level: float = 0.95) -> list:
    """Draw how often an interval held the truth, by the number of rows, with two standard errors of the counting."""
    shares = np.asarray(shares)
    error = 2 * np.sqrt(shares * (1 - shares) / repetitions)
    artists: list[Any] = [
        ax.axhline(level, color=GRAY, linestyle="--", lw=1.2, label=f"what it says: {level:.0%}"),
        ax.errorbar(
            sizes, shares, error, fmt="o-", color=COLORS[0], capsize=3, label="what it does, ± 2 standard errors"
        ),
    ]
    ax.set_xscale("log")
    ax.set_xticks(sizes, [str(n) for n in sizes])
    ax.minorticks_off()
    label(ax, "rows in the test set", "share of intervals that hold the truth")
    ax.legend(loc="lower right", fontsize=8)
    return artists


def folds(
    ax: Axes,
    splits: Sequence[tuple[np.ndarray, np.ndarray]],
    of_row: np.ndarray,
    *,
    title: str = "",
    names: str = "class",
) -> Any:
    """Draw which rows each fold holds out, one line a fold, over a strip with the class or group of each row; return the image."""
    n = len(of_row)
    _, strip = np.unique(of_row, return_inverse=True)
    picture = np.zeros((len(splits) + 1, n), dtype=int)
    for number, (_, validation) in enumerate(splits):
        picture[number, validation] = 1
    picture[-1] = 2 + strip % 4
    shades = [
        to_rgba(GRAY, 0.16),
        to_rgba(COLORS[0]),
        *(to_rgba(c, 0.75) for c in (COLORS[1], COLORS[2], COLORS[3], COLORS[5])),
    ]
    image = ax.imshow(picture, cmap=ListedColormap(shades), vmin=-0.5, vmax=5.5, aspect="auto", interpolation="nearest")
    ax.grid(visible=False)
    ax.set_yticks(range(len(splits) + 1), [*(f"fold {i + 1}" for i in range(len(splits))), names])
    ax.axhline(len(splits) - 0.5, color="white", lw=3)
    label(ax, "row of the table", "", title)
    return image


def costs(ax: Axes, table: Mapping[str, np.ndarray]) -> list:
    """Draw {leak: (n_seeds, 2)}, the score reported and the honest one: a marker for each seed and a line between the means."""
    rows = list(table)[::-1]
    artists: list[Any] = []
    for height, name in enumerate(rows):
        reported, honest = np.asarray(table[name]).T
        artists += ax.plot([honest.mean(), reported.mean()], [height, height], "-", color=GRAY, lw=1.5, zorder=1)
        for values, color, marker, text, up in (
            (reported, COLORS[1], "^", "reported", 0.14),
            (honest, COLORS[0], "o", "honest", -0.14),
        ):
            artists += ax.plot(
                values,
                np.full(len(values), height + up),
                marker,
                color=color,
                ms=7,
                alpha=0.65,
                label=text if height == 0 else None,
            )
    ax.set_yticks(range(len(rows)), rows)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    label(ax, "score (%)", "")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, fontsize=8)
    return artists


def two_populations(ax: Axes, x: np.ndarray, healthy: np.ndarray, ill: np.ndarray, threshold: float) -> list:
    """Draw the densities of two scores, each times its share of the people, with what is called ill to the right of a line."""
    called = x >= threshold
    artists: list[Any] = []
    for index, (density, name, hatch) in enumerate(((healthy, "healthy", "//"), (ill, "ill", "\\\\"))):
        artists += ax.plot(x, density, color=COLORS[index], linestyle=LINES[index], label=name)
        artists.append(
            ax.fill_between(x, density, where=called, color=COLORS[index], alpha=0.25, hatch=hatch, linewidth=0)
        )
    artists.append(ax.axvline(threshold, color="black", lw=1.5, label="threshold"))
    label(ax, "score", "density × share of people")
    return artists


def curve_with_point(ax: Axes, x: np.ndarray, y: np.ndarray, point: tuple[float, float] | None) -> list:
    """Draw a curve in the unit square and, where there is one, the point of the present threshold on it."""
    artists: list[Any] = [*ax.plot(x, y, "-", color=COLORS[2])]
    if point is not None:
        artists += ax.plot([point[0]], [point[1]], "o", color="black", ms=9, zorder=4)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))
    return artists
