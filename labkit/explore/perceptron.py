"""Step through the perceptron rule one mistake at a time, and see what the margin and wrong labels do to it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.ticker import MaxNLocator

from labkit.datasets import separable
from labkit.explore.live import Latest
from labkit.explore.stage import Stage, as_img, fixed, renew, title, up_to
from labkit.plotting.perceptron import decision_line
from labkit.plotting.points import regions, scatter
from labkit.plotting.style import COLORS, figure, label
from labkit.reference.perceptron import PerceptronMistake, perceptron_predict, perceptron_trace

N_POINTS = 40
MOST_MISTAKES = 150  # noisy data never settle: the story is told by then
REACH = 1.15  # of the plane shown; the points lie in the unit disc
N_CELLS = 200  # shaded squares a side


@dataclass(frozen=True, eq=False)
class Lesson:
    """A data set and everything the rule did on it: states[k] is the line after k mistakes."""

    X: np.ndarray
    y: np.ndarray
    states: tuple[PerceptronMistake, ...]
    errors: tuple[int, ...]  # of the line after k mistakes, on all points
    settled: bool


def compute(margin: float, noise: float, seed: int) -> Lesson:
    """Return the rule's whole way on N_POINTS points with this margin, of which the share ``noise`` has the wrong label."""
    rng = np.random.default_rng(seed)
    X, y, _, _ = separable(N_POINTS, margin, rng)
    flipped = rng.permutation(N_POINTS)[: round(noise * N_POINTS)]
    y = y.copy()
    y[flipped] = 1 - y[flipped]
    start = PerceptronMistake(0, -1, np.zeros(2), 0.0)
    steps = (start, *islice(perceptron_trace(X, y, max_epochs=10_000), MOST_MISTAKES))
    errors = tuple(int((perceptron_predict(X, s.w, s.b) != y).sum()) for s in steps)
    return Lesson(X, y, steps, errors, settled=errors[-1] == 0)


def describe(lesson: Lesson, k: int) -> str:
    """Return one or two sentences on the state after k mistakes."""
    if k == 0:
        text = f"Start: w = 0 and b = 0, so every point is called class 1; {lesson.errors[0]} of {N_POINTS} points are wrong."
    else:
        now = lesson.states[k]
        text = (
            f"After {k} mistake{'s' * (k > 1)} (epoch {now.epoch + 1}, the ringed point): w = ({now.w[0]:.2f}, {now.w[1]:.2f}), b = {now.b:.2f}; "
            f"{lesson.errors[k]} of {N_POINTS} points are wrong."
        )
    if k == len(lesson.states) - 1:
        text += (
            " No point is wrong any more: the rule has ended."
            if lesson.settled
            else f" No end in sight: wrong labels leave no line that fits, so this shows the first {k} mistakes."
        )
    return text


class Canvas:
    """The picture: the plane with points, line and arrow on the left, all errors so far on the right."""

    def __init__(self) -> None:
        self.figure, (self.plane, self.curve) = figure(1, 2, width=9.2, height=3.7)
        self.figure.set_layout_engine(None)
        self.plane.set_position((0.075, 0.15, 0.31, 0.77))
        self.curve.set_position((0.59, 0.15, 0.39, 0.77))
        self.lesson: Lesson | None = None
        self.plane.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
        self.sides = regions(self.plane, lambda points: points[:, 0])
        self.plane.set_aspect("equal")  # so that w stands upright on its line
        corners = np.array([[0.0, 0.0], [1.0, 1.0]])
        self.grid = np.column_stack([part.ravel() for part in np.meshgrid(*[np.linspace(-REACH, REACH, N_CELLS)] * 2)])
        self.points = renew([], scatter(self.plane, corners, np.array([0, 1])))
        self.plane.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
        label(self.plane, "$x_1$", "$x_2$")
        (self.ring,) = self.plane.plot([], [], "o", ms=15, mfc="none", mec="black", mew=1.8, zorder=5)
        (self.steps,) = self.curve.step([0], [0], where="post", color=COLORS[0])
        (self.now,) = self.curve.plot([], [], "o", color=COLORS[1], ms=9, zorder=4)
        label(self.curve, "mistakes learned from", f"points wrong (of {N_POINTS})", "more mistakes, fewer errors?")
        for axis in (self.curve.xaxis, self.curve.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True))
        renew([], [self.sides, self.ring, self.steps, self.now])
        self.line: list[Artist] = []
        self.title = title(self.plane, moves=True)
        title(self.curve)
        for ax in self.figure.axes:
            fixed(ax)
        self.stage = Stage(self.figure)

    def draw(self, lesson: Lesson, k: int) -> bytes:
        """Return the picture of the state after k mistakes as JPEG data."""
        if lesson is not self.lesson:
            self.lesson = lesson
            self.points = renew(self.points, scatter(self.plane, lesson.X, lesson.y))
            self.steps.set_data(range(len(lesson.errors)), lesson.errors)
            most = min(up_to(len(lesson.errors) - 1, at_least=5), MOST_MISTAKES)
            self.curve.set_xlim(-0.04 * most, 1.04 * most)
            self.curve.set_ylim(-0.8, 10 * np.ceil(max(lesson.errors) / 10) + 0.8)
        now = lesson.states[k]
        self.sides.set_data((self.grid @ now.w + now.b >= 0).reshape(N_CELLS, N_CELLS))
        self.line = renew(self.line, decision_line(self.plane, now.w, now.b))
        self.ring.set_data(lesson.X[[now.row] if k else []].T)
        self.now.set_data([k], [lesson.errors[k]])
        self.title.set_text(f"after {k} mistake{'s' * (k != 1)}")
        return self.stage.frame()


def explorer() -> widgets.VBox:
    """Return the explorer: sliders for margin, wrong labels and mistake, a button for new points."""
    style = {"description_width": "12em"}
    wide = widgets.Layout(width="33em")
    margin = widgets.FloatSlider(0.1, min=0.02, max=0.5, step=0.02, description="margin", style=style, layout=wide)
    noise = widgets.FloatSlider(
        0.0, min=0.0, max=0.3, step=0.05, description="share of wrong labels", style=style, layout=wide
    )
    k = widgets.IntSlider(0, min=0, max=1, description="after … mistakes", style=style, layout=wide)
    back = widgets.Button(description="one back", icon="step-backward", tooltip="Go back by one mistake")
    forth = widgets.Button(description="next mistake", icon="step-forward", tooltip="Go on to the next mistake")
    again = widgets.Button(description="new points", icon="refresh", tooltip="Draw another data set")
    picture = widgets.HTML()
    sentence = widgets.HTML()
    canvas, seed, lesson = Canvas(), 1, compute(margin.value, noise.value, 1)

    def redraw() -> None:
        text = describe(lesson, k.value)
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_img(canvas.draw(lesson, k.value), text)
        back.disabled, forth.disabled = k.value == 0, k.value == k.max

    latest = Latest(redraw)

    def recompute(*_: object) -> None:
        nonlocal lesson
        lesson = compute(margin.value, noise.value, seed)
        k.max = len(lesson.states) - 1
        k.value = min(k.value, k.max)
        latest.request()

    def other_points(_: object) -> None:
        nonlocal seed
        seed += 1
        recompute()

    recompute()
    k.value = min(3, k.max)  # a state worth seeing
    redraw()
    for control in (margin, noise):
        control.observe(recompute, "value")
    k.observe(latest.request, "value")
    back.on_click(lambda _: setattr(k, "value", max(0, k.value - 1)))
    forth.on_click(lambda _: setattr(k, "value", min(k.max, k.value + 1)))
    again.on_click(other_points)
    return widgets.VBox([margin, noise, k, widgets.HBox([back, forth, again]), picture, sentence])
