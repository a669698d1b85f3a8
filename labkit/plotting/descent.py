"""Pictures of descent: a walk on a curve, walks on a map and in relief, the noise of small batches, what rates do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from labkit.plotting.style import COLORS, GRAY, LINES, label

MARKERS = ("o", "s", "^", "D", "v", "P", "X")
FAINTEST = 1e-12  # what log axes show of 0

Function = Callable[[np.ndarray], np.ndarray]
View = tuple[float, float, float, float]  # left, right, bottom, top


def on_curve(ax: Axes, f: Function, path: np.ndarray, *, view: tuple[float, float], title: str = "") -> list:
    """Draw y = f(x) over view = (left, right), and the points of a walk path: (k + 1,) on it, joined in their order."""
    x = np.linspace(*view, 400)
    artists = list(ax.plot(x, f(x), color=GRAY, linestyle="-", linewidth=1.4, label="f"))
    seen = path[(path >= view[0]) & (path <= view[1])]
    artists += ax.plot(seen, f(seen), color=COLORS[1], linestyle="--", marker="o", ms=5, lw=1.0, label="the walk")
    artists += ax.plot(path[:1], f(path[:1]), "s", color=COLORS[0], ms=9, linestyle="none", label="start")
    label(ax, "$x$", "$f(x)$", title)
    return artists


def grid(f: Function, view: View, resolution: int = 120) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (x, y, f) on a grid over a view: f takes points (..., 2); each (resolution, resolution)."""
    x, y = np.meshgrid(np.linspace(view[0], view[1], resolution), np.linspace(view[2], view[3], resolution))
    return x, y, f(np.stack([x, y], axis=-1))


def contours(ax: Axes, above: Function, view: View, *, minima: Any = (), title: str = "", resolution: int = 120) -> Any:
    """Draw height above the minimum as shaded contours, ten times higher every second line; a star on each minimum.

    above: (..., 2) -> (...), not negative.  Returns the filled contours.
    """
    x, y, height = grid(above, view, resolution)
    top = np.log10(height.max())
    levels = 10.0 ** np.arange(np.floor(top) - 4, top + 0.5, 0.5)
    filled = ax.contourf(
        x,
        y,
        np.maximum(height, levels[0]),
        levels,
        cmap=colormaps["Blues"],
        norm=LogNorm(levels[0], levels[-1] * 300),
        extend="min",
    )
    ax.contour(x, y, height, levels, colors="white", linewidths=0.5)
    for spot in minima:
        ax.plot(*spot, marker="*", ms=13, mfc="#FFD54A", mec="black", mew=0.8, linestyle="none", zorder=5)
    ax.set(xlim=view[:2], ylim=view[2:])
    ax.grid(visible=False)
    label(ax, "$x$", "$y$", title)
    return filled


def path(ax: Axes, points: np.ndarray, *, name: str = "", index: int = 1, every: int = 1, **options: Any) -> list:
    """Draw a walk points: (k + 1, 2) on a map: a line, a mark every so many steps, a square where it starts.

    Parts outside the map are cut off, so that a walk that diverges does not stretch it.
    """
    limits = ax.get_xlim(), ax.get_ylim()
    span = max(np.ptp(limits[0]), np.ptp(limits[1]))
    shown = np.clip(points, -20 * span, 20 * span)  # very far points only confuse the renderer
    color, style, marker = (table[index % len(table)] for table in (COLORS, LINES, MARKERS))
    style_ = {"color": color, "linestyle": style, "marker": marker, "ms": 4, "lw": 1.5, "mec": "white", "mew": 0.4}
    artists = ax.plot(shown[:, 0], shown[:, 1], markevery=every, label=name or None, zorder=4, **(style_ | options))
    artists += ax.plot(*shown[0], marker="s", ms=8, color=color, mec="black", linestyle="none", zorder=5)
    ax.set_xlim(limits[0])
    ax.set_ylim(limits[1])
    return artists


def relief(
    ax: Any,
    above: Function,
    view: View,
    points: np.ndarray,
    *,
    title: str = "",
    index: int = 1,
    logarithmic: bool = False,
) -> list:
    """Draw the height above the minimum as a surface in 3-D, with a walk points: (k + 1, 2) on it; return [surface, walk].

    logarithmic: draw log10(1 + height), for landscapes with walls far higher than their valley.
    """

    def seen(height: np.ndarray) -> np.ndarray:
        return np.log10(1 + height) if logarithmic else height

    x, y, height = grid(above, view, 60)
    surface = ax.plot_surface(
        x, y, seen(height), cmap=colormaps["Blues"], alpha=0.75, linewidth=0, rcount=60, ccount=60
    )
    inside = (
        (points[:, 0] >= view[0]) & (points[:, 0] <= view[1]) & (points[:, 1] >= view[2]) & (points[:, 1] <= view[3])
    )
    walk = points[inside]
    z = seen(above(walk))
    (line,) = ax.plot(
        walk[:, 0],
        walk[:, 1],
        z + 0.01 * np.ptp(seen(height)),
        color=COLORS[index % len(COLORS)],
        marker="o",
        ms=3,
        zorder=10,
    )
    label(ax, "$x$", "$y$", title)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_major_locator(MaxNLocator(4))
    ax.view_init(elev=42, azim=-70)
    ax.set_zlabel("$\\log_{10}(1 + f)$" if logarithmic else "height above the minimum")
    return [surface, line]


def heights(ax: Axes, above: np.ndarray, *, name: str, index: int = 1, y: str = "height above the minimum") -> Any:
    """Draw above: (k + 1,) against the step, on a log axis; return the line."""
    shown = np.where(np.isfinite(above), np.maximum(above, FAINTEST), np.nan)
    (line,) = ax.plot(
        np.arange(len(shown)), shown, color=COLORS[index % len(COLORS)], linestyle=LINES[index % len(LINES)], label=name
    )
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(numticks=8))
    label(ax, "step", y)
    return line


def contraction(ax: Axes, rates: np.ndarray, measured: np.ndarray) -> list:
    """Draw the measured factor a step, (n_starts, n_rates), over |1 - 2 lr|, and the line at 1 where descent stops converging."""
    fine = np.linspace(min(0.0, rates.min()), rates.max(), 300)
    artists: list[Any] = list(ax.plot(fine, np.abs(1 - 2 * fine), color=GRAY, linestyle="-", label=r"$|1 - 2\eta|$"))
    artists += ax.plot(rates, measured.mean(axis=0), "o", color=COLORS[0], linestyle="none", label="measured")
    artists.append(
        ax.axhspan(1.0, 1.0 + np.abs(1 - 2 * fine).max() - 0.9, color=COLORS[1], alpha=0.12, lw=0, label="diverges")
    )
    ax.set_ylim(-0.05, np.abs(1 - 2 * fine).max() + 0.05)
    label(ax, r"learning rate $\eta$", "distance to the minimum,\nfactor a step")
    return artists


def noise(ax: Axes, batch_sizes: np.ndarray, measured: np.ndarray, predicted: np.ndarray) -> list:
    """Draw the noise of the gradient, measured: (n_seeds, n_sizes) with its range, over what theory says: (n_sizes,)."""
    mean = measured.mean(axis=0)
    spread = np.abs(np.stack([mean - measured.min(axis=0), measured.max(axis=0) - mean]))
    artists = list(ax.plot(batch_sizes, predicted, color=GRAY, linestyle="-", label="predicted"))
    bars = ax.errorbar(
        batch_sizes,
        mean,
        spread,
        color=COLORS[0],
        linestyle="none",
        marker="o",
        capsize=3,
        label="measured: mean and range",
    )
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.set_xticks(batch_sizes, [str(size) for size in batch_sizes])
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 4)))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")  # 0.4 rather than a power of ten
    ax.yaxis.set_minor_formatter(NullFormatter())
    label(ax, "batch size $B$ (rows)", "noise of the gradient (RMS)")
    return [*artists, bars]


def rates(ax: Axes, steps: np.ndarray, schedules: dict[str, np.ndarray]) -> list:
    """Draw learning rates over the steps, one line a schedule, each with its own colour and style; return the lines."""
    lines = []
    for index, (name, values) in enumerate(schedules.items()):
        lines += ax.plot(
            steps, values, color=COLORS[index % len(COLORS)], linestyle=LINES[index % len(LINES)], label=name
        )
    label(ax, "step", r"learning rate $\eta$")
    return lines


def race(ax: Axes, names: list[str], groups: dict[str, np.ndarray]) -> list:
    """Draw steps to the goal as dots, one row a name and one colour a group: groups[name]: (n_names, n_starts), inf if never."""
    artists = []
    offsets = np.linspace(0.16, -0.16, len(groups))
    for index, (group, steps) in enumerate(groups.items()):
        rows = np.arange(len(names))[::-1, None] + offsets[index] + np.zeros(steps.shape)
        reached = np.isfinite(steps)
        artists += ax.plot(
            steps[reached],
            rows[reached],
            marker=MARKERS[index],
            color=COLORS[index],
            linestyle="none",
            ms=6,
            alpha=0.75,
            label=group,
        )
    ax.set_xscale("log")
    ax.set_yticks(np.arange(len(names))[::-1], names)
    ax.set_ylim(-0.5, len(names) - 0.5)
    label(ax, "steps until the height is below 0.001 (one dot a start)", "rule")
    return artists
