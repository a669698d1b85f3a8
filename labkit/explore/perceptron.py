"""Step through the perceptron rule one mistake at a time, and see what the margin and wrong labels do to it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from labkit.datasets import separable
from labkit.explore.live import Latest
from labkit.figures import as_html
from labkit.plotting.perceptron import state
from labkit.plotting.style import COLORS, figure, label
from labkit.reference.perceptron import PerceptronMistake, perceptron_predict, perceptron_trace

N_POINTS = 40
MOST_MISTAKES = 150  # noisy data never settle: the story is told by then


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


def draw(lesson: Lesson, k: int) -> Figure:
    """Return the picture of the state after k mistakes: the plane on the left, all errors so far on the right."""
    fig, (plane, curve) = figure(1, 2, width=9.2, height=3.7, width_ratios=[1.15, 1])
    now = lesson.states[k]
    state(plane, lesson.X, lesson.y, now.w, now.b, row=now.row if k else None, title=f"after {k} mistakes")
    plane.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
    curve.step(range(len(lesson.errors)), lesson.errors, where="post", color=COLORS[0])
    curve.plot([k], [lesson.errors[k]], "o", color=COLORS[1], ms=9, zorder=4)
    curve.set_ylim(bottom=-0.8)
    for axis in (curve.xaxis, curve.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    label(curve, "mistakes learned from", f"points wrong (of {N_POINTS})", "more mistakes, fewer errors?")
    return fig


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
    seed, lesson = 1, compute(margin.value, noise.value, 1)

    def redraw() -> None:
        text = describe(lesson, k.value)
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_html(draw(lesson, k.value), text, dpi=90)
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
