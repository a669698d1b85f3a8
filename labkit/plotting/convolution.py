"""Pictures of 09_convolution: images and what kernels make of them, windows that slide, filters, fields and mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from labkit.plotting.curves import band
from labkit.plotting.style import COLORS, GRAY, label

SIGNED = "RdBu_r"  # red above 0, blue below, white at 0: for whatever has a sign
PIXELS = "gray_r"  # ink on paper: for images in [0, 1]


def _bare(ax: Axes) -> None:
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set(visible=True, color="#c8c8c8", linewidth=0.8)


def _signed_norm(values: np.ndarray) -> TwoSlopeNorm:
    """Return the norm that puts 0 at white, with the same scale on both sides."""
    limit = float(np.abs(values).max(initial=0)) or 1.0
    return TwoSlopeNorm(0.0, -limit, limit)


def picture(ax: Axes, values: np.ndarray, caption: str = "", *, signed: bool = False) -> Any:
    """Draw values: (h, w) as an image without axes, ink on paper, or red and blue around 0 where signed; return the image."""
    values = np.asarray(values, dtype=float)
    options: dict[str, Any] = {"cmap": SIGNED, "norm": _signed_norm(values)} if signed else {"cmap": PIXELS}
    image = ax.imshow(values, interpolation="nearest", **options)
    ax.set_title(caption, fontsize=9)
    _bare(ax)
    return image


def pictures(
    axes: Any, values: Sequence[np.ndarray], captions: Sequence[str] = (), *, signed: bool = False, same: bool = False
) -> list:
    """Draw one image an Axes, left to right and top to bottom; same: on one scale. Axes left over are taken away."""
    axes = list(np.ravel(np.asarray(axes, dtype=object)))
    images = [
        picture(ax, value, captions[i] if i < len(captions) else "", signed=signed)
        for i, (ax, value) in enumerate(zip(axes, values, strict=False))
    ]
    for ax in axes[len(images) :]:
        ax.set_axis_off()
    if same and images:
        everything = np.concatenate([np.ravel(v) for v in values])
        norm = _signed_norm(everything) if signed else None
        for image in images:
            if norm is not None:
                image.set_norm(norm)
            else:
                image.set_clim(float(everything.min()), float(everything.max()))
    return images


def numbers(ax: Axes, values: np.ndarray, caption: str = "", *, form: str = "{:.2g}", signed: bool = True) -> Any:
    """Draw a small array as an image with each number written into its cell; return the image."""
    image = picture(ax, values, caption, signed=signed)
    size = 11 if max(np.shape(values)) <= 3 else 8
    for (i, j), value in np.ndenumerate(np.asarray(values, dtype=float)):
        red, green, blue, _ = image.cmap(image.norm(value))
        dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5
        ax.text(
            j, i, form.format(value + 0.0), ha="center", va="center", fontsize=size, color="white" if dark else "black"
        )
    return image


def frame(ax: Axes, top: float, left: float, height: float, width: float, *, text: str = "", index: int = 1) -> Any:
    """Draw a frame around the cells [top, top + height) x [left, left + width) of an image; return it."""
    box = Rectangle(
        (left - 0.5, top - 0.5), width, height, fill=False, edgecolor=COLORS[index], linewidth=2.4, label=text
    )
    box.set_path_effects([withStroke(linewidth=4.4, foreground="white")])  # to be seen on light and on dark cells
    ax.add_patch(box)
    return box


def walk(
    axes: Sequence[Axes],
    padded: np.ndarray,
    padding: int,
    kernel: np.ndarray,
    window: np.ndarray,
    output: np.ndarray,
    at: tuple[int, int],
    stride: int,
    dilation: int = 1,
) -> list:
    """Draw one position of a kernel on its way: the padded image, the kernel, the products, and the output.

    padded: (h, w)  kernel, window: (k, k)  output: (h_out, w_out)  at: the output cell that is being made
    """
    image_ax, kernel_ax, product_ax, output_ax = axes
    (i, j), k = at, len(kernel)
    images = [picture(image_ax, padded, "input, with its padding" if padding else "input")]
    if padding:
        h, w = padded.shape
        frame(image_ax, padding, padding, h - 2 * padding, w - 2 * padding, index=4).set(linestyle=":", linewidth=1.6)
    reach = dilation * (k - 1) + 1
    frame(image_ax, i * stride, j * stride, reach, reach)
    if dilation > 1:
        grid = dilation * np.arange(k)
        rows, columns = np.meshgrid(i * stride + grid, j * stride + grid, indexing="ij")
        image_ax.plot(columns.ravel(), rows.ravel(), "o", color=COLORS[1], ms=3.5)
    images.append(numbers(kernel_ax, kernel, "kernel"))
    images.append(numbers(product_ax, kernel * window, f"products, sum {np.sum(kernel * window):.2f}"))
    images.append(picture(output_ax, output, f"output, {output.shape[0]} × {output.shape[1]}", signed=True))
    frame(output_ax, i, j, 1, 1)
    return images


def mosaic(ax: Axes, tiles: np.ndarray, columns: int, caption: str = "", *, signed: bool = True) -> Any:
    """Draw tiles: (n, h, w) as one image, ``columns`` a row, each tile on a scale of its own; return the image.

    signed: each tile is divided by its largest size, so that 0 is white in all of them.
    """
    tiles = np.asarray(tiles, dtype=float)
    n, h, w = tiles.shape
    rows = -(-n // columns)
    sheet = np.full((rows * (h + 1) - 1, columns * (w + 1) - 1), np.nan)
    for index, tile in enumerate(tiles):
        top, left = (index // columns) * (h + 1), (index % columns) * (w + 1)
        limit = float(np.abs(tile).max()) or 1.0
        sheet[top : top + h, left : left + w] = tile / limit
    image = ax.imshow(
        sheet, interpolation="nearest", cmap=SIGNED if signed else PIXELS, vmin=-1 if signed else 0, vmax=1
    )
    ax.set_title(caption, fontsize=10)
    _bare(ax)
    ax.set_facecolor("#9a9a9a" if signed else "#f2c14e")  # shows between the tiles
    for spine in ax.spines.values():
        spine.set_visible(False)
    return image


def field(ax: Axes, gradient: np.ndarray, box: tuple[int, int, int, int], caption: str = "") -> list:
    """Draw the sizes of one output's gradients in the input pixels: (h, w), and a frame (top, left, height, width) around a field."""
    shares = np.abs(gradient) / (np.abs(gradient).max() or 1.0)
    image = ax.imshow(shares**0.5, cmap="magma_r", interpolation="nearest", vmin=0, vmax=1)
    edge = frame(ax, *box, index=4)
    label(ax, "column", "row", caption)
    ax.grid(visible=False)
    return [image, edge]


def bars(ax: Axes, values: Mapping[str, float], what: str, *, form: str = "{:,.0f}") -> Any:
    """Draw {name: value} as horizontal bars on a logarithmic axis, the first on top, each with its number; return the bars."""
    names = list(values)[::-1]
    heights = [values[name] for name in names]
    colors = [COLORS[k % len(COLORS)] for k in range(len(names))][::-1]
    artists = ax.barh(names, heights, color=colors, height=0.6)
    ax.bar_label(artists, [form.format(v) for v in heights], padding=4, fontsize=9)
    ax.set_xscale("log")
    ax.set_xlim(min(heights) / 3, max(heights) * 8)
    label(ax, what, "")
    ax.grid(visible=False, axis="y")
    return artists


def learning(ax: Axes, curves: Mapping[str, np.ndarray], *, what: str = "validation accuracy") -> list:
    """Draw curves {name: (n_seeds, epochs)} over the epochs, with their bands and markers."""
    artists: list[Any] = []
    for index, (name, runs) in enumerate(curves.items()):
        epochs = np.arange(1, runs.shape[1] + 1)
        artists += band(ax, epochs, runs, name=name, index=index, marker="o^sDv"[index % 5])
        ax.set_xticks(epochs)
    label(ax, "epoch", what)
    ax.legend(fontsize=8)
    return artists


def over_shift(ax: Axes, shifts: Sequence[int], curves: Mapping[str, np.ndarray], chance: float) -> list:
    """Draw accuracy {name: (n_seeds, n_shifts)} against how far the images were moved, and the level of guessing."""
    artists: list[Any] = [ax.axhline(chance, color=GRAY, linestyle=":", lw=1.2, label="guessing")]
    for index, (name, runs) in enumerate(curves.items()):
        artists += band(ax, np.asarray(shifts), runs, name=name, index=index, marker="o^sDv"[index % 5])
    ax.set_xticks(list(shifts))
    ax.set_ylim(0, 1.02)
    label(ax, "moved by (pixels)", "accuracy")
    ax.legend(fontsize=8)
    return artists


def mistaken(axes: Any, images: np.ndarray, said: Sequence[str], true: Sequence[str], sure: Sequence[float]) -> list:
    """Draw images with what the network said, how sure it was, and what they are."""
    captions = [f"{a} ({p:.0%})\nis {b}" for a, b, p in zip(said, true, sure, strict=True)]
    return pictures(axes, list(images), captions)
