"""A picture that is drawn anew while a slider is dragged: what stays is drawn once, what moves is drawn over it.

Matplotlib needs a tenth of a second and more for axes, ticks and labels, and a few milliseconds for the curves between
them.  An explorer makes its figure once and marks what moves as ``animated``, which matplotlib leaves out of a drawing;
a Stage keeps the rest as pixels.  Only an Axes whose limits or labels have changed is drawn anew, alone.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import LogLocator
from matplotlib.transforms import Bbox, BboxBase
from PIL import Image

DPI = 90
QUALITY = 90
ROOM, ROOM_RIGHT = 4.0, 12.0  # pixels round an Axes and its labels, where the labels of other limits may reach
MOST_KEPT = 60  # drawings of an Axes that are kept
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LADDER = (1.0, 2.0, 5.0, 10.0)


class Stage:
    """Draws the frames of one figure, whose layout must not depend on what is in it."""

    def __init__(self, figure: Figure) -> None:
        figure.set_dpi(DPI)
        self.figure = figure
        self.canvas = FigureCanvasAgg(figure)
        self.canvas.draw()
        self.still = self._pixels().copy()
        self.cells = {ax: self._cell(ax) for ax in figure.axes}
        legends = {ax: ax.get_legend() for ax in figure.axes}
        self.legends = {ax: self._slices(legend.get_window_extent()) for ax, legend in legends.items() if legend}
        self.shown: dict[Axes, tuple] = {ax: looks(ax) for ax in figure.axes}
        self.drawn: dict[tuple, np.ndarray] = {}  # an Axes and its looks -> its cell's pixels

    def frame(self) -> bytes:
        """Return the figure as it is now, as JPEG data."""
        self._stand_still()
        pixels = self._pixels()
        pixels[...] = self.still
        for ax in self.figure.axes:
            if ax.get_visible():
                for artist in sorted(moving(ax), key=Artist.get_zorder):
                    ax.draw_artist(artist)
                if ax in self.legends:
                    there = self.legends[ax]
                    pixels[there] = self.still[there]  # curves pass below it
        return jpeg(pixels)

    def _pixels(self) -> np.ndarray:
        """Return the renderer's own pixels, to be written into."""
        return np.asarray(self.canvas.buffer_rgba())

    def _stand_still(self) -> None:
        """Bring the still part up to date, Axes by Axes."""
        for ax in self.figure.axes:
            key = looks(ax)
            if key == self.shown[ax]:
                continue
            if (ax, key) not in self.drawn:
                if len(self.drawn) >= MOST_KEPT:
                    self.drawn.clear()
                self.drawn[ax, key] = self._draw_alone(ax)
            self.still[self.cells[ax]] = self.drawn[ax, key]
            self.shown[ax] = key

    def _draw_alone(self, ax: Axes) -> np.ndarray:
        """Return the pixels of an Axes' cell with its still part on white."""
        cell = self.cells[ax]
        pixels = self._pixels()
        pixels[cell] = 255
        ax.draw(self.canvas.get_renderer())
        return pixels[cell].copy()

    def _cell(self, ax: Axes) -> tuple[slice, slice]:
        """Return the pixels that belong to an Axes and its labels, with some room for wider ones."""
        box = ax.get_tightbbox(self.canvas.get_renderer()) or ax.bbox
        return self._slices(Bbox.from_extents(box.x0 - ROOM, box.y0 - ROOM, box.x1 + ROOM_RIGHT, box.y1 + ROOM))

    def _slices(self, box: BboxBase) -> tuple[slice, slice]:
        """Return the pixels that a box in matplotlib's coordinates, from the bottom left, touches."""
        height, width = self._pixels().shape[:2]
        left, right = (int(np.clip(x, 0, width)) for x in (np.floor(box.x0) - 1, np.ceil(box.x1) + 1))
        top, bottom = (int(np.clip(height - y, 0, height)) for y in (np.ceil(box.y1) + 1, np.floor(box.y0) - 1))
        return slice(top, bottom), slice(left, right)


def moving(ax: Axes) -> list[Artist]:
    """Return what moves in an Axes."""
    return [artist for artist in ax.get_children() if artist.get_animated() and artist.get_visible()]


def renew(old: Sequence[Artist], new: Sequence[Artist]) -> list[Artist]:
    """Take artists out of their Axes and let others, already there, move in their stead; return those."""
    for artist in old:
        artist.remove()
    for artist in new:
        artist.set_animated(True)
    return list(new)


def looks(ax: Axes) -> tuple:
    """Return all that the still part of an Axes of an explorer depends on: visible or not, limits, texts."""
    texts = [part.get_text() for part in ax.get_children() if isinstance(part, Text) and not part.get_animated()]
    return ax.get_visible(), ax.get_xlim(), ax.get_ylim(), ax.get_xlabel(), ax.get_ylabel(), *texts


def fixed(ax: Axes, *, left: float = 38.0, below: float = 24.0) -> None:
    """Put an Axes' labels at fixed distances in points: matplotlib measures every tick's label to place them."""
    points = ax.figure.dpi / 72
    ax.yaxis.set_label_coords(-left * points / ax.bbox.width, 0.5)
    ax.xaxis.set_label_coords(0.5, -below * points / ax.bbox.height)


def powers(ax: Axes, most: int = 7) -> None:
    """Mark powers of ten on a logarithmic vertical axis in plain text, which is set ten times as fast as a formula."""
    ax.minorticks_off()
    ax.yaxis.set_major_locator(LogLocator(numticks=most))
    ax.yaxis.set_major_formatter(lambda value, _: "10" + f"{np.log10(value):.0f}".translate(RAISED))


def title(ax: Axes, text: str = "", *, moves: bool = False) -> Text:
    """Give an Axes a title in its place above, which need not be searched for each time it is drawn; return it."""
    made = ax.set_title(text or ax.get_title(loc="left"), loc="left", fontsize=11, y=1.0)
    made.set_animated(moves)
    return made


def up_to(value: float, *, at_least: float = 1e-12) -> float:
    """Return the next of …, 1, 2, 5, 10, 20, … that is not below ``value``: a limit that seldom changes.

    >>> up_to(0.3), up_to(5), up_to(51)
    (0.5, 5.0, 100.0)
    """
    value = max(value, at_least)
    power = 10.0 ** np.floor(np.log10(value))
    return float(next((step * power for step in LADDER if step * power >= value * (1 - 1e-9)), 10 * power))


def jpeg(pixels: np.ndarray) -> bytes:
    """Return a renderer's pixels, (height, width, 4), as JPEG data: a tenth of the time of a PNG."""
    height, width = pixels.shape[:2]
    buffer = io.BytesIO()
    picture = Image.frombuffer("RGBX", (width, height), np.ascontiguousarray(pixels), "raw", "RGBX", 0, 1)
    picture.save(
        buffer, "JPEG", quality=QUALITY, subsampling=0
    )  # full colour resolution: thin coloured lines stay sharp
    return buffer.getvalue()


def as_img(data: bytes, alt: str) -> str:
    """Return an ``<img>`` that holds JPEG data and its alt text, as wide as it was drawn and never wider than the page."""
    text = base64.b64encode(data).decode()
    return f'<img alt="{html.escape(alt)}" style="max-width:100%" src="data:image/jpeg;base64,{text}">'
