"""One picture of a training, fast: what stays is drawn once, what moves goes straight into the pixels.

Axes, labels and frames are drawn once for a network and kept.  For each frame they are copied back, the connections and
the loss curves are drawn by matplotlib's renderer, and the small pictures of the units and the surface are written into the
renderer's buffer as they are.  The result is a JPEG, which takes a tenth of the time of a PNG.
"""

from __future__ import annotations

import io

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from PIL import Image

from labkit.explore.playground.data import LIMIT, Points
from labkit.explore.playground.layout import (
    HEIGHT,
    LOSS_H,
    LOSS_W,
    LOSS_X,
    LOSS_Y,
    SURFACE,
    SURFACE_X,
    SURFACE_Y,
    UNIT,
    WIDTH,
    column_x,
    unit_y,
)
from labkit.explore.playground.model import RESOLUTION, Numbers, Training, View
from labkit.explore.playground.state import State
from labkit.explore.stage import powers
from labkit.plotting.style import COLORS, GRAY, LINES

DPI = 100
LOWEST, HIGHEST = 1e-4, 10.0  # losses shown; what lies outside is drawn at the edge
DASHES = (0, (4, 1.5))
MOST_CURVE = 500  # points of a curve: more than its pixels are no use
FEATURE_TEXT = {  # plain text is set ten times as fast as formulas
    "x1": "x₁",
    "x2": "x₂",
    "x1^2": "x₁²",
    "x2^2": "x₂²",
    "x1x2": "x₁ x₂",
    "sinx1": "sin x₁",
    "sinx2": "sin x₂",
}


def _shades(pale: float) -> np.ndarray:
    """Return 256 colours from class 0's over white to class 1's; pale in [0, 1] mixes white in.  -> (256, 3) uint8"""
    t = np.linspace(-1, 1, 256)[:, None]
    ends = np.where(t < 0, np.array(to_rgb(COLORS[0])), np.array(to_rgb(COLORS[1])))
    return np.round(255 * (1 - np.abs(t) * (1 - pale) * (1 - ends))).astype(np.uint8)


STRONG, PALE = _shades(0.0), _shades(0.45)


def colored(values: np.ndarray, shades: np.ndarray) -> np.ndarray:
    """Return values as colours: -1 and less class 0's, 0 white, 1 and more class 1's, nan white.  (...) -> (..., 3)"""
    index = np.nan_to_num(np.clip(values, -1, 1)) * 127.5 + 127.5
    return shades[np.round(index).astype(np.uint8)]


def _stretch() -> np.ndarray:
    """Return the matrix that interpolates RESOLUTION values, at the middles of cells, to SURFACE pixels."""
    at = np.clip((np.arange(SURFACE) + 0.5) * RESOLUTION / SURFACE - 0.5, 0, RESOLUTION - 1)
    low = np.minimum(at.astype(int), RESOLUTION - 2)
    matrix = np.zeros((SURFACE, RESOLUTION))
    matrix[np.arange(SURFACE), low] = 1 - (at - low)
    matrix[np.arange(SURFACE), low + 1] = at - low
    return matrix


STRETCH = _stretch()


def surface(output: np.ndarray) -> np.ndarray:
    """Return the picture of the output over the square, with a dark line where its sign changes.  (RESOLUTION²,) -> (SURFACE, SURFACE, 3)"""
    field = np.nan_to_num(output, posinf=1e9, neginf=-1e9).reshape(RESOLUTION, RESOLUTION)
    fine = STRETCH @ field @ STRETCH.T
    pixels = colored(fine, PALE)
    positive = fine > 0
    edge = np.zeros_like(positive)
    edge[1:] |= positive[1:] != positive[:-1]
    edge[:, 1:] |= positive[:, 1:] != positive[:, :-1]
    edge[:-1] |= edge[1:]  # two pixels wide
    edge[:, :-1] |= edge[:, 1:]
    pixels[edge] = 60
    return pixels


class Canvas:
    """The picture of one network on a set of points; ``draw`` returns it as JPEG data."""

    def __init__(self, state: State, points: Points) -> None:
        self.state = state
        self.lefts = column_x(1 + len(state.hidden))
        self.tops = [unit_y(n) for n in (len(state.features), *state.hidden)]
        self.paths = [Path(segment) for k in range(len(self.tops)) for segment in self._segments(k)]
        self.show_points(state, points)
        self.span = 0
        with mpl.rc_context({"axes.grid": False, "font.size": 9}):
            self.figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
            self.canvas = FigureCanvasAgg(self.figure)
            self.plate, self.loss_axes = self._plate(), self._loss_axes()
            self._surface_axes()
        self.lines = [PathCollection([], facecolors="none", linestyle=style, animated=True) for style in ("-", DASHES)]
        for line in self.lines:
            self.plate.add_collection(line)
        self.curves = [
            self.loss_axes.plot([], [], color=COLORS[k], ls=LINES[k], lw=1.6, label=name, animated=True)[0]
            for k, name in ((0, "training"), (1, "test"))
        ]
        self.loss_axes.legend(
            loc="lower right", bbox_to_anchor=(1.02, 0.95), ncols=2, fontsize=8.5, frameon=False, borderpad=0.2, handlelength=2.6
        )  # fmt: skip
        self.title = self.plate.text(SURFACE_X, SURFACE_Y - 9, "", fontsize=10, animated=True)

    def fits(self, state: State) -> bool:
        """Return whether networks of a state have this picture's columns: then it can be kept, for it took a while to draw."""
        return (state.features, state.hidden) == (self.state.features, self.state.hidden)

    def show_points(self, state: State, points: Points) -> None:
        """Take other points."""
        self.dots, self.cover = _dots(points, is_regression=state.is_regression)

    def draw(self, training: Training) -> bytes:
        """Return the picture of the training as it is now."""
        self._fit_epochs(training.epoch)
        self.canvas.restore_region(self.background)
        view = training.view()
        self._connections(view.weights)
        self._losses(training.history)
        self.title.set_text(f"epoch {training.epoch}" + (": diverged" if training.diverged else ""))
        self.plate.draw_artist(self.title)
        pixels = np.asarray(self.canvas.buffer_rgba())
        self._paste(pixels, view)
        buffer = io.BytesIO()
        picture = Image.frombuffer("RGBX", (WIDTH, HEIGHT), pixels, "raw", "RGBX", 0, 1)  # no copy
        picture.save(buffer, "JPEG", quality=85, subsampling=0)
        return buffer.getvalue()

    # What stays.

    def _plate(self) -> Axes:
        """Return the Axes in pixels that covers everything, with headings, inputs' names and a frame round each unit."""
        ax = self.figure.add_axes((0, 0, 1, 1))
        ax.set_xlim(0, WIDTH)
        ax.set_ylim(HEIGHT, 0)
        ax.axis("off")
        heads = ["inputs", *(f"layer {k + 1}" for k in range(len(self.state.hidden)))]
        for left, tops, head in zip(self.lefts, self.tops, heads, strict=True):
            ax.text(left + UNIT / 2, tops[0] - 9, head, ha="center", fontsize=9, color=GRAY)
            for top in tops:
                ax.add_patch(Rectangle((left - 1, top - 1), UNIT + 2, UNIT + 2, fill=False, ec="#999999", lw=1))
        for name, top in zip(self.state.features, self.tops[0], strict=True):
            ax.text(self.lefts[0] - 7, top + UNIT / 2, FEATURE_TEXT[name], ha="right", va="center", fontsize=11)
        return ax

    def _axes(self, x: int, y: int, w: int, h: int) -> Axes:
        return self.figure.add_axes((x / WIDTH, 1 - (y + h) / HEIGHT, w / WIDTH, h / HEIGHT))

    def _surface_axes(self) -> None:
        ax = self._axes(SURFACE_X, SURFACE_Y, SURFACE, SURFACE)
        ax.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), xlabel="x₁", ylabel="x₂")
        ax.yaxis.tick_right()
        ax.yaxis.set_label_position("right")
        ax.xaxis.labelpad = ax.yaxis.labelpad = 0

    def _loss_axes(self) -> Axes:
        ax = self._axes(LOSS_X, LOSS_Y, LOSS_W, LOSS_H)
        ax.set_yscale("log")
        ax.set(ylim=(LOWEST, HIGHEST), xlabel="epoch")
        ax.set_title("loss", loc="left", fontsize=10, pad=5)
        ax.yaxis.tick_right()
        powers(ax)
        ax.set_yticks([1e-4, 1e-2, 1])
        ax.grid(visible=True, color="#e4e4e4")
        return ax

    def _segments(self, k: int) -> np.ndarray:
        """Return the lines from column k to the next, in the order of weights[k].ravel().  -> (lines, 2, 2)"""
        starts = [(self.lefts[k] + UNIT, top + UNIT / 2) for top in self.tops[k]]
        if k + 1 < len(self.tops):
            ends = [(self.lefts[k + 1], top + UNIT / 2) for top in self.tops[k + 1]]
        else:
            ends = [(SURFACE_X, SURFACE_Y + SURFACE / 2)]
        return np.array([(start, end) for start in starts for end in ends], float)

    def _fit_epochs(self, epoch: int) -> None:
        """Make as much room as the epochs need, a factor at a time, and draw what stays anew when that was needed."""
        span = 100
        while span <= epoch:
            span *= 2
        if span == self.span:
            return
        self.span = span
        self.loss_axes.set_xlim(0, span)
        self.canvas.draw()
        self.background = self.canvas.copy_from_bbox(self.figure.bbox)

    # What moves.

    def _connections(self, weights: tuple[np.ndarray, ...]) -> None:
        """Draw each weight as a line: width by size, class 1's colour when positive, class 0's and dashed when negative."""
        values = np.nan_to_num(np.concatenate([w.ravel() for w in weights]), posinf=1e3, neginf=-1e3)
        size = np.minimum(np.abs(values) / 1.5, 1)
        signs = ((values >= 0, COLORS[1]), (values < 0, COLORS[0]))
        for line, (chosen, color) in zip(self.lines, signs, strict=True):
            line.set_paths([self.paths[i] for i in np.flatnonzero(chosen)])
            line.set_linewidth(0.4 + 3.2 * size[chosen])
            rgba = np.tile([*to_rgb(color), 1.0], (int(chosen.sum()), 1))
            rgba[:, 3] = 0.25 + 0.65 * size[chosen]
            line.set_edgecolor(rgba)  # type: ignore[arg-type]  # rows are colours
            self.plate.draw_artist(line)

    def _losses(self, history: list[Numbers]) -> None:
        """Draw both curves, thinned to what can be seen."""
        step = max(1, len(history) // MOST_CURVE)
        shown = history[:-1:step] + history[-1:]
        epochs = [numbers.epoch for numbers in shown]
        for curve, name in zip(self.curves, ("train_loss", "test_loss"), strict=True):
            losses = np.nan_to_num([getattr(numbers, name) for numbers in shown], nan=HIGHEST)
            curve.set_data(epochs, np.clip(losses, LOWEST, HIGHEST))
            self.loss_axes.draw_artist(curve)

    def _paste(self, pixels: np.ndarray, view: View) -> None:
        """Write the units' pictures and the surface with its points into the buffer."""
        for left, tops, outputs in zip(self.lefts, self.tops, view.units, strict=True):
            pictures = colored(outputs.T.reshape(-1, RESOLUTION, RESOLUTION), STRONG)
            for top, picture in zip(tops, pictures, strict=True):
                pixels[top : top + UNIT, left : left + UNIT, :3] = picture
        there = pixels[SURFACE_Y : SURFACE_Y + SURFACE, SURFACE_X : SURFACE_X + SURFACE, :3]
        there[...] = (surface(view.output) * (1 - self.cover) + self.dots).astype(np.uint8)


def _dots(points: Points, *, is_regression: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the points as a layer over the surface: their colours times how much they cover, and how much.  -> (S, S, 3), (S, S, 1)

    Circles are of class 0 and triangles of class 1 (of negative and positive targets); points for testing are smaller and rimmed in black.
    """
    layer = Figure(figsize=(SURFACE / DPI, SURFACE / DPI), dpi=DPI, facecolor="none")
    canvas = FigureCanvasAgg(layer)
    ax = layer.add_axes((0, 0, 1, 1))
    ax.axis("off")
    ax.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT))
    values = points.y if is_regression else 2.0 * points.y - 1
    colors = colored(values, STRONG) / 255
    trains = np.arange(len(values)) < points.n_train
    rim_of_train = "#777777" if is_regression else "white"  # a target near 0 is a white point
    for positive, marker in ((False, "o"), (True, "^")):
        for train, area, rim in ((False, 11, "#111111"), (True, 17, rim_of_train)):
            rows = ((values > 0) == positive) & (trains == train)
            ax.scatter(
                points.X[rows, 0],
                points.X[rows, 1],
                s=area,
                c=colors[rows],
                marker=marker,
                edgecolors=rim,
                linewidths=0.5,
            )
    canvas.draw()
    rgba = np.asarray(canvas.buffer_rgba()).astype(float)
    cover = rgba[..., 3:] / 255
    return rgba[..., :3] * cover, cover
