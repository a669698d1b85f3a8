"""Write a kernel and watch it walk: the window on the image, the nine products, their sum in the output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labkit.datasets import load_digits, load_fashion
from labkit.explore.live import Latest
from labkit.explore.stage import Stage, as_img, renew
from labkit.plotting.convolution import walk
from labkit.plotting.style import figure

SIZE = 3  # of the kernel, both ways
OWN = "(my own)"
LIMIT = 99.0  # of a number in the kernel

KERNELS: Mapping[str, np.ndarray] = {
    "vertical edges (Sobel)": np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "horizontal edges (Sobel)": np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]),
    "all edges (Laplace)": np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "diagonal (emboss)": np.array([[-2.0, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    "blur (mean)": np.full((SIZE, SIZE), 1 / 9),
    "blur (Gauss)": np.array([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "move by a pixel": np.array([[0.0, 0, 0], [1, 0, 0], [0, 0, 0]]),
    "nothing changes": np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "numbers 1 to 9": np.arange(1.0, 10).reshape(SIZE, SIZE),
}


def images() -> dict[str, np.ndarray]:
    """Return the pictures to choose from, {name: (h, w)}, values in [0, 1]."""
    edge = np.zeros((10, 10))
    edge[:, 5:] = 1.0
    dot = np.zeros((9, 9))
    dot[4, 4] = 1.0
    stairs = np.tri(10)
    shoe = load_fashion(0)
    return {
        "a handwritten digit": load_digits(0).X_train[5],
        "a garment": shoe.X_train[int(np.flatnonzero(shoe.y_train == 9)[0])].astype(float),
        "a vertical edge": edge,
        "stairs": stairs,
        "a single dot": dot,
    }


@dataclass(frozen=True, eq=False)
class Step:
    """One position of a kernel, and all it makes."""

    padded: np.ndarray  # (h + 2 padding, w + 2 padding)
    kernel: np.ndarray  # as it is laid on the image: turned by 180 degrees for a true convolution
    window: np.ndarray  # what lies under it
    output: np.ndarray  # (h_out, w_out)
    at: tuple[int, int]  # the output cell
    stride: int
    padding: int
    dilation: int


def compute(
    image: np.ndarray,
    kernel: np.ndarray,
    stride: int,
    padding: int,
    dilation: int,
    flip: bool,
    row: int,
    column: int,
) -> Step:
    """Return the cross-correlation of image: (h, w) with kernel: (k, k), and its parts at one output cell.

    flip: turn the kernel by 180 degrees first, which makes it a convolution. row, column are brought into the output's range.
    """
    laid = kernel[::-1, ::-1] if flip else kernel
    padded = np.pad(image, padding)
    reach = dilation * (len(kernel) - 1) + 1
    views = np.lib.stride_tricks.sliding_window_view(padded, (reach, reach))
    views = views[::stride, ::stride, ::dilation, ::dilation]
    output = np.einsum("ijuv,uv->ij", views, laid)
    at = min(max(row, 0), output.shape[0] - 1), min(max(column, 0), output.shape[1] - 1)
    return Step(padded, laid, views[at], output, at, stride, padding, dilation)


def describe(step: Step, flip: bool) -> str:
    """Return the story in words: the output's size by its formula, the sum at this place, and what the output holds."""
    k, d, s, p = len(step.kernel), step.dilation, step.stride, step.padding
    size = step.padded.shape[0] - 2 * p
    gap = f" − {d} · {k - 1} − 1" if d > 1 else f" − {k}"
    i, j = step.at
    name = "Convolution (the kernel is turned by 180°)" if flip else "Cross-correlation"
    text = (
        f"{name}: output size ⌊({size} + 2 · {p}{gap}) / {s}⌋ + 1 = {step.output.shape[0]}. "
        f"At row {i}, column {j} the {k * k} products add up to {step.output[i, j]:.2f}; "
        f"the output goes from {step.output.min():.2f} to {step.output.max():.2f}."
    )
    if not step.kernel.any():
        return text + " With a kernel of zeros nothing comes through."
    if step.output.size == 1:
        return text + " There is only one place left for the kernel."
    if np.ptp(step.output) < 1e-12:
        return text + " It is the same everywhere: this kernel finds nothing in this picture."
    return text


def draw(step: Step) -> Figure:
    """Return the picture: input, kernel, products, output."""
    fig, axes = figure(1, 4, width=10.4, height=3.1, width_ratios=[1.25, 0.85, 0.85, 1.25])
    _walk(axes, step)
    return fig


class Canvas:
    """The picture, drawn anew for each position: only the empty Axes stand still."""

    def __init__(self) -> None:
        self.figure = draw(compute(np.eye(9), np.eye(SIZE), 1, 0, 1, False, 0, 0))
        self.figure.draw_without_rendering()  # finds the places of the Axes, which stay: all pictures are square
        self.figure.set_layout_engine("none")
        for ax in self.figure.axes:
            renew([], [ax.title, *ax.spines.values(), *_drawn(ax)])
        self.stage = Stage(self.figure)

    def draw(self, step: Step) -> bytes:
        """Return the picture of a position as JPEG data."""
        for ax in self.figure.axes:
            renew(_drawn(ax), [])
        _walk(self.figure.axes, step)
        for ax in self.figure.axes:
            renew([], _drawn(ax))
            left, right, bottom, top = ax.images[0].get_extent()
            ax.set(xlim=(left, right), ylim=(bottom, top))  # an Axes remembers the pictures it has held
        return self.stage.frame()


def _drawn(ax: Axes) -> list[Artist]:
    """Return what a position of the kernel has put into an Axes."""
    return [*ax.images, *ax.lines, *ax.patches, *ax.texts]


def _walk(axes: Sequence[Axes], step: Step) -> None:
    """Draw a position into four Axes."""
    walk(axes, step.padded, step.padding, step.kernel, step.window, step.output, step.at, step.stride, step.dilation)


def explorer() -> widgets.VBox:
    """Return the explorer: a picture and a kernel to choose, nine numbers to write, and where the kernel stands."""
    pool = images()
    wide = {"style": {"description_width": "7.5em"}, "layout": widgets.Layout(width="26em")}
    image = widgets.Dropdown(options=list(pool), description="picture", **wide)
    preset = widgets.Dropdown(options=[*KERNELS, OWN], description="kernel", **wide)
    flip = widgets.Checkbox(False, description="turn the kernel (true convolution)", indent=False)
    cells = [
        widgets.FloatText(
            0.0,
            step=0.5,
            description=f"{row},{column}",
            layout=widgets.Layout(width="8em"),
            style={"description_width": "2em"},
            tooltip=f"kernel, row {row}, column {column}",
        )
        for row in range(SIZE)
        for column in range(SIZE)
    ]
    stride = widgets.IntSlider(1, 1, 4, description="stride", **wide)
    padding = widgets.IntSlider(0, 0, 3, description="padding", **wide)
    dilation = widgets.IntSlider(1, 1, 3, description="dilation", **wide)
    row = widgets.IntSlider(2, 0, 5, description="output row", **wide)
    column = widgets.IntSlider(2, 0, 5, description="output column", **wide)
    shown, sentence = widgets.HTML(), widgets.HTML()
    canvas, filling, last = Canvas(), False, None

    def kernel() -> np.ndarray:
        written = np.nan_to_num([cell.value for cell in cells], nan=0.0, posinf=LIMIT, neginf=-LIMIT)
        return np.clip(written, -LIMIT, LIMIT).reshape(SIZE, SIZE)

    def redraw() -> None:
        nonlocal last
        state = (
            image.value,
            kernel().tobytes(),
            stride.value,
            padding.value,
            dilation.value,
            flip.value,
            row.value,
            column.value,
        )
        if state == last:
            return
        last = state
        step = compute(pool[image.value], kernel(), *state[2:])
        row.max, column.max = step.output.shape[0] - 1, step.output.shape[1] - 1
        row.disabled, column.disabled = row.max == 0, column.max == 0
        text = describe(step, flip.value)
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        shown.value = as_img(canvas.draw(step), text)

    latest = Latest(redraw)

    def fill(_: object = None) -> None:
        nonlocal filling
        if preset.value == OWN:
            return
        filling = True  # nine cells change one after the other: draw once, at the end
        for cell, value in zip(cells, KERNELS[preset.value].ravel(), strict=True):
            cell.value = round(float(value), 4)
        filling = False
        latest.request()

    def written(_: object) -> None:
        if filling:
            return
        preset.value = OWN
        latest.request()

    fill()
    redraw()
    for cell in cells:
        cell.observe(written, "value")
    preset.observe(fill, "value")
    for control in (image, flip, stride, padding, dilation, row, column):
        control.observe(latest.request, "value")
    grid = widgets.GridBox(cells, layout=widgets.Layout(grid_template_columns="repeat(3, 8.5em)"))
    left, right = widgets.VBox([image, preset, flip, grid]), widgets.VBox([stride, padding, dilation, row, column])
    side_by_side = widgets.HBox([left, right], layout=widgets.Layout(flex_flow="row wrap"))
    return widgets.VBox([side_by_side, shown, sentence])
