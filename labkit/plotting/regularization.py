"""Pictures of 08_regularization: digits with wrong labels, curves that part, sweeps, and the table of cures as dots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from labkit.plotting.curves import band
from labkit.plotting.style import COLORS, GRAY, LINES, label


def images(
    axes: Sequence[Axes],
    pictures: np.ndarray,
    captions: Sequence[str],
    marked: Sequence[bool] = (),
    *,
    outlined: bool = False,
) -> list:
    """Draw one 8x8 picture an Axes with a caption each; marked ones get a frame, the others a thin line where ``outlined``.

    0 is white and 1 black in all of them; what lies beyond is drawn as these.
    """
    artists = []
    for i, ax in enumerate(axes):
        artists.append(
            ax.imshow(np.reshape(pictures[i], (8, 8)), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
        )
        loud = i < len(marked) and bool(marked[i])
        ax.set_title(captions[i], fontsize=9, color=COLORS[1] if loud else "black", fontweight="bold" if loud else None)
        ax.set(xticks=[], yticks=[])
        ax.grid(visible=False)
        for spine in ax.spines.values():
            spine.set(visible=loud or outlined, color=COLORS[1] if loud else GRAY, linewidth=2.5 if loud else 0.6)
    return artists


def parting(ax: Axes, training: np.ndarray, validation: np.ndarray, *, what: str = "loss") -> list:
    """Draw training and validation curves, (n_seeds, epochs) each, as means with bands."""
    epochs = np.arange(1, training.shape[1] + 1)
    artists = [
        *band(ax, epochs, training, name="training", index=0),
        *band(ax, epochs, validation, name="validation", index=1),
    ]
    label(ax, "epoch", what)
    ax.legend()
    return artists


def by_strength(
    ax: Axes, values: Sequence[float], runs: Mapping[str, np.ndarray], name: str, *, what: str = "accuracy"
) -> list:
    """Draw runs {name: (n_seeds, n_values)} over a few values at equal distances, so that 0 has a place too."""
    artists: list[Any] = []
    for index, (text, numbers) in enumerate(runs.items()):
        artists += band(ax, np.arange(len(values)), numbers, name=text, index=index, marker="o^sD"[index % 4])
    ax.set_xticks(range(len(values)), [f"{v:g}" for v in values])
    label(ax, name, what)
    ax.legend()
    return artists


def weight_sizes(ax: Axes, sizes: Mapping[str, np.ndarray]) -> list:
    """Draw the sizes of all weights, sorted from the largest, one curve each, on a logarithmic axis."""
    artists: list[Any] = []
    for index, (text, values) in enumerate(sizes.items()):
        share = np.linspace(0, 100, len(values))
        artists += ax.plot(share, np.maximum(values, 1e-7), color=COLORS[index], linestyle=LINES[index], label=text)
    ax.set_yscale("log")
    label(ax, "weights, the largest first (%)", "size of the weight")
    ax.legend()
    return artists


def batch_sizes(
    ax: Axes, sizes: Sequence[int], shuffled: np.ndarray, in_order: np.ndarray, running: np.ndarray
) -> list:
    """Draw accuracy against the batch size at inference: (n_seeds, n_sizes) twice, and (n_seeds,) that do not depend on it."""
    flat = np.repeat(np.asarray(running)[:, None], len(sizes), axis=1)
    runs = {
        "running statistics": flat,
        "the batch's own, rows shuffled": np.asarray(shuffled),
        "the batch's own, rows sorted by class": np.asarray(in_order),
    }
    return by_strength(ax, sizes, runs, "rows in a batch at inference", what="validation accuracy")


def stopping(ax: Axes, training: Sequence[float], validation: Sequence[float], best: int, later: np.ndarray) -> list:
    """Draw one training that stopped: both losses, the best epoch (from 1), and how the validation loss would have gone on.

    later: (m,) validation losses of the epochs after the last one of ``validation``.
    """
    n = len(validation)
    epochs = np.arange(1, n + 1)
    artists = [
        *ax.plot(epochs, training, color=COLORS[0], linestyle=LINES[0], label="training"),
        *ax.plot(epochs, validation, color=COLORS[1], linestyle=LINES[1], label="validation"),
        *ax.plot(
            np.arange(n, n + 1 + len(later)),
            [validation[-1], *later],
            color=GRAY,
            linestyle=":",
            label="had it gone on",
        ),
        *ax.plot([best], [validation[best - 1]], "*", color="black", ms=14, label=f"best: epoch {best}", zorder=4),
        ax.axvline(n, color=GRAY, lw=1, label=f"stopped: epoch {n}"),
    ]
    label(ax, "epoch", "cross-entropy loss")
    ax.legend(fontsize=8)
    return artists


def cures(ax: Axes, table: Mapping[str, np.ndarray], *, first: str = "nothing", together: Sequence[str] = ()) -> list:
    """Draw values {cure: (n_seeds,)} as dots (those in ``together`` as triangles), one row a cure, means as bars.

    A line marks the mean of ``first``.
    """
    rows = list(table)[::-1]
    artists: list[Any] = [
        ax.axvline(float(np.mean(table[first])), color=GRAY, linestyle="--", lw=1.2, label=f"mean of “{first}”")
    ]
    for height, name in enumerate(rows):
        values = np.asarray(table[name])
        color, marker = (COLORS[1], "^") if name in together else (COLORS[0], "o")
        artists += ax.plot(values, np.full(len(values), height), marker, color=color, ms=5, alpha=0.6)
        artists += ax.plot([values.mean()] * 2, [height - 0.33, height + 0.33], "-", color="black", lw=2)
    ax.set_yticks(range(len(rows)), rows)
    label(ax, "validation accuracy", "what was done")
    ax.legend(loc="lower left", fontsize=8)
    return artists


def fit(ax: Axes, x: np.ndarray, y: np.ndarray, grid: np.ndarray, curve: np.ndarray, truth: np.ndarray) -> list:
    """Draw training points, the fitted curve and the law behind the points, all one-dimensional."""
    artists: list[Any] = [
        ax.scatter(x, y, s=30, color=COLORS[0], edgecolors="white", linewidths=0.6, zorder=3, label="training points"),
        *ax.plot(grid, truth, color=GRAY, linestyle=":", label="the law behind them"),
        *ax.plot(grid, curve, color=COLORS[1], linestyle="-", label="the network"),
    ]
    label(ax, "$x$", "$y$")
    ax.legend(fontsize=8, loc="upper left")
    return artists
