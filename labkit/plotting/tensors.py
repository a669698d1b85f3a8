"""Arrays made visible: their cells, what broadcasting repeats, what a matrix does to a circle, where digits lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from labkit.plotting.curves import band
from labkit.plotting.style import CLASS_MARKERS, COLORS, GRAY, LINES, label


def cells(
    ax: Axes,
    A: np.ndarray,
    title: str = "",
    *,
    numbers: bool = True,
    signed: bool = False,
    digits: int = 0,
    x: str = "column",
    y: str = "row",
) -> AxesImage:
    """Draw a matrix as shaded cells, with its numbers in them where asked; return the image.

    signed: blue below 0, red above; otherwise white (smallest) to dark.
    """
    A = np.asarray(A, dtype=float)
    top = float(np.abs(A).max()) or 1.0
    limits = (-top, top) if signed else (float(A.min()), max(float(A.max()), float(A.min()) + 1e-12))
    image = ax.imshow(A, cmap="RdBu_r" if signed else "Blues", vmin=limits[0], vmax=limits[1])
    if numbers:
        dark = np.abs(A) > 0.6 * top if signed else limits[0] + 0.6 * (limits[1] - limits[0]) < A
        for (i, j), value in np.ndenumerate(A):
            ax.text(
                j,
                i,
                f"{value:.{digits}f}",
                ha="center",
                va="center",
                fontsize=8,
                color="white" if dark[i, j] else "black",
            )
    ax.grid(visible=False)
    whole_ticks(ax)
    label(ax, x, y, title)
    return image


def whole_ticks(ax: Axes) -> None:
    """Let the ticks of both axes be whole numbers: they count rows and columns."""
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))


def stretched(ax: Axes, a: np.ndarray, shape: tuple[int, int], title: str = "") -> list[Rectangle]:
    """Draw an array as broadcasting sees it in ``shape``: its own cells filled, the repeated ones pale and dashed.

    a: (d,), (n, 1), (1, d) or (n, d), anything that broadcasts to shape.  Returns the cells, row by row.
    """
    a = np.asarray(a)
    seen = np.broadcast_to(a, shape)
    own = np.ones((1,) * (2 - a.ndim) + a.shape, dtype=bool) if a.ndim < 2 else np.ones(a.shape, dtype=bool)
    patches: list[Rectangle] = []
    for i in range(shape[0]):
        for j in range(shape[1]):
            mine = i < own.shape[0] and j < own.shape[1]
            patch = Rectangle(
                (j - 0.46, i - 0.46),
                0.92,
                0.92,
                facecolor=COLORS[4] if mine else "white",
                edgecolor="black" if mine else GRAY,
                linestyle="-" if mine else "--",
            )
            ax.add_patch(patch)
            patches.append(patch)
            ax.text(j, i, f"{seen[i, j]:g}", ha="center", va="center", fontsize=10, color="black" if mine else GRAY)
    ax.set_xlim(-0.6, shape[1] - 0.4)
    ax.set_ylim(shape[0] - 0.4, -0.6)
    ax.set_aspect("equal")
    ax.grid(visible=False)
    ax.set_xticks(range(shape[1]))
    ax.set_yticks(range(shape[0]))
    label(ax, "axis 1 (columns)", "axis 0 (rows)", title)
    return patches


def unit_circle(ax: Axes, A: np.ndarray, title: str = "", *, reach: float = 2.0) -> dict[str, Any]:
    """Draw the unit circle, what the 2×2 matrix A makes of it, and the directions that A only stretches.

    reach: both axes go from -reach to reach.  Returns {"circle", "image": Line2D, "spokes": LineCollection, "eigenvectors": list of (λ, v) that are real}.
    """
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    image = A @ circle
    (before,) = ax.plot(*circle, color=GRAY, linestyle="--", label="unit circle")
    (after,) = ax.plot(*image, color=COLORS[0], label="its image")
    every = slice(0, 180, 15)
    ends = np.stack([circle[:, every], image[:, every]], axis=0).transpose(2, 0, 1)
    spokes = ax.add_collection(LineCollection(list(ends), colors=COLORS[4], linewidths=1.0))
    found = real_eigenvectors(A)
    for index, (value, v) in enumerate(found):
        color, marker = COLORS[1 + index], CLASS_MARKERS[index]
        ax.plot(*np.stack([-3 * reach * v, 3 * reach * v], axis=1), color=color, linewidth=1, linestyle=LINES[3])
        ax.plot(*(value * v), color=color, marker=marker, linestyle="", label=f"eigenvector, λ = {value:.3g}")
        ax.plot(*v, color=color, marker=marker, markerfacecolor="white", linestyle="")
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    label(ax, "$x_1$", "$x_2$", title)
    return {"circle": before, "image": after, "spokes": spokes, "eigenvectors": found}


def real_eigenvectors(A: np.ndarray) -> list[tuple[float, np.ndarray]]:
    """Return the pairs (λ, v) of a matrix that are real, one for each direction, the largest |λ| first."""
    values, vectors = np.linalg.eig(A)
    pairs: list[tuple[float, np.ndarray]] = []
    for i in np.argsort(-np.abs(values)):
        v = vectors[:, i]
        repeated = any(abs(abs(np.vdot(v, known)) - 1) < 1e-6 for _, known in pairs)
        if abs(values[i].imag) < 1e-12 and not repeated:
            pairs.append((float(values[i].real), v.real))
    return pairs


def times(ax: Axes, sizes: np.ndarray, seconds: Mapping[str, np.ndarray], peak: float) -> dict[str, Line2D]:
    """Draw seconds against n on log-log axes: medians, a band from fastest to slowest run, and the machine's limit.

    sizes: (s,)  seconds[name]: (runs, s), nan where a method was not run; peak: operations a second.
    """
    lines: dict[str, Line2D] = {}
    for index, (name, runs) in enumerate(seconds.items()):
        here = np.isfinite(runs).all(axis=0)
        n, part = sizes[here], runs[:, here]
        color, marker = COLORS[index % len(COLORS)], CLASS_MARKERS[index % len(CLASS_MARKERS)]
        ax.fill_between(n, part.min(axis=0), part.max(axis=0), color=color, alpha=0.2, linewidth=0)
        (lines[name],) = ax.plot(
            n,
            np.median(part, axis=0),
            color=color,
            marker=marker,
            markersize=4,
            linestyle=LINES[index % len(LINES)],
            label=name,
        )
    n = np.array([sizes[0], sizes[-1]], dtype=float)
    (lines["limit"],) = ax.plot(
        n, 2 * n**3 / peak, color=GRAY, linewidth=1, linestyle="-", label=f"2n³ at {peak / 1e9:.3g} GFLOP/s"
    )
    size_axes(ax, sizes)
    label(ax, "size n (two n×n matrices)", "time (s)")
    return lines


def size_axes(ax: Axes, sizes: np.ndarray) -> None:
    """Make both axes logarithmic, with the sizes themselves as ticks."""
    ax.set_xscale("log", base=2)
    ax.set_xticks(sizes, [str(n) for n in sizes])
    ax.minorticks_off()
    ax.set_yscale("log")


def rates(ax: Axes, sizes: np.ndarray, seconds: Mapping[str, np.ndarray], peak: float) -> dict[str, Line2D]:
    """Draw operations a second, 2n³ over the median time, against n on log-log axes, with the machine's measured peak."""
    lines: dict[str, Line2D] = {}
    for index, (name, runs) in enumerate(seconds.items()):
        here = np.isfinite(runs).all(axis=0)
        n = sizes[here].astype(float)
        color, marker = COLORS[index % len(COLORS)], CLASS_MARKERS[index % len(CLASS_MARKERS)]
        (lines[name],) = ax.plot(
            n,
            2 * n**3 / np.median(runs[:, here], axis=0),
            color=color,
            marker=marker,
            markersize=4,
            linestyle=LINES[index % len(LINES)],
            label=name,
        )
    lines["peak"] = ax.axhline(peak, color=GRAY, linewidth=1, linestyle="-", label="measured peak")
    size_axes(ax, sizes)
    label(ax, "size n (two n×n matrices)", "operations a second")
    return lines


def shares(ax: Axes, ratios: np.ndarray) -> Line2D:
    """Draw the running total of the variance shares, its mean over splits and the band around it; return the line.

    ratios: (splits, components), each row falling.
    """
    totals = np.cumsum(ratios, axis=1)
    line, _ = band(ax, np.arange(1, totals.shape[1] + 1), totals, name="share kept: mean and range of the splits")
    ax.set_ylim(0, 1.03)
    label(ax, "components kept", "share of the variance")
    return line


def digit_map(ax: Axes, scores: np.ndarray, y: np.ndarray) -> list[Line2D]:
    """Draw each image at its first two scores, as the digit it shows; return one artist a digit.

    scores: (n, 2 or more)  y: (n,) whole numbers 0..9
    """
    artists = []
    for digit in np.unique(y):
        rows = y == digit
        color = COLORS[digit % len(COLORS)]
        artists += ax.plot(
            scores[rows, 0], scores[rows, 1], linestyle="", marker=f"${digit}$", markersize=5.5, color=color
        )
    label(ax, "score on component 1", "score on component 2")
    ax.set_aspect("equal")
    return artists


def pictures(
    axes: Sequence[Axes], images: np.ndarray, titles: Sequence[str], *, signed: bool = False
) -> list[AxesImage]:
    """Draw images side by side on one scale: dark is ink, or with ``signed`` red above 0 and blue below."""
    top = float(np.abs(images).max())
    shown = []
    for ax, image, title in zip(axes, images, titles, strict=True):
        picture = ax.imshow(image, cmap="RdBu_r" if signed else "Greys", vmin=-top if signed else 0, vmax=top)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.grid(visible=False)
        label(ax, "column", "row", title)
        shown.append(picture)
    return shown


def runs_by_condition(ax: Axes, names: Sequence[str], values: np.ndarray, y: str) -> list[Line2D]:
    """Draw the runs of a few conditions as points, with their mean and range; return one artist a condition.

    values: (conditions, runs)
    """
    artists: list[Line2D] = []
    for index, row in enumerate(np.asarray(values)):
        spread = np.linspace(-0.2, 0.2, len(row))
        color, marker = COLORS[index % len(COLORS)], CLASS_MARKERS[index % len(CLASS_MARKERS)]
        ax.fill_between([index - 0.28, index + 0.28], row.min(), row.max(), color=color, alpha=0.15, linewidth=0)
        ax.hlines(row.mean(), index - 0.28, index + 0.28, color=color)
        artists += ax.plot(index + spread, row, linestyle="", marker=marker, markersize=4, color=color)
    ax.set_xticks(range(len(names)), names)
    ax.set_xlim(-0.6, len(names) - 0.4)
    label(ax, "condition", y)
    return artists
