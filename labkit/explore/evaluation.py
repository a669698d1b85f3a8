"""Move the threshold of a test: the table of who is called what, precision, recall, F1, and the point on both curves."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from scipy.special import ndtr

from labkit.explore.live import Latest
from labkit.explore.stage import Stage, as_img, fixed, renew, title
from labkit.plotting.evaluation import curve_with_point, two_populations
from labkit.plotting.matrix import confusion
from labkit.plotting.style import GRAY, figure, label

PEOPLE = 10_000
PREVALENCES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5)
LOWEST, HIGHEST = -3.0, 7.0  # of the threshold
HEIGHT = 0.42  # of the bell of a group that is everybody, and a little more
PLACES = ((0.08, 0.58, 0.465, 0.37), (0.68, 0.58, 0.3, 0.37), (0.08, 0.085, 0.42, 0.37), (0.585, 0.085, 0.395, 0.37))
GRID = np.linspace(LOWEST - 1, HIGHEST + 1, 401)


@dataclass(frozen=True, eq=False)
class State:
    """What a threshold does to PEOPLE people, and both curves; counts[i, j] are truly i (1 = ill) and called j."""

    threshold: float
    prevalence: float
    separation: float
    counts: np.ndarray
    fpr: np.ndarray
    tpr: np.ndarray
    precision: np.ndarray


def compute(threshold: float, prevalence: float, separation: float) -> State:
    """Return the expected counts, rounded to people, when scores are N(0, 1) for the healthy and N(separation, 1) for the ill."""
    ill = round(PEOPLE * prevalence)
    false_alarms = round((PEOPLE - ill) * ndtr(-threshold))
    hits = round(ill * ndtr(separation - threshold))
    fpr, tpr = ndtr(-GRID), ndtr(separation - GRID)
    precision = prevalence * tpr / (prevalence * tpr + (1 - prevalence) * fpr)
    counts = np.array([[PEOPLE - ill - false_alarms, false_alarms], [ill - hits, hits]])
    return State(threshold, prevalence, separation, counts, fpr, tpr, precision)


def rates(state: State) -> tuple[float, float, float, float, float]:
    """Return precision (nan when nobody is called ill), recall, F1, false positive rate and accuracy."""
    (right_no, false_alarms), (misses, hits) = state.counts.tolist()
    called = hits + false_alarms
    return (
        hits / called if called else float("nan"),
        hits / (hits + misses),
        2 * hits / (2 * hits + false_alarms + misses),
        false_alarms / (false_alarms + right_no),
        (hits + right_no) / PEOPLE,
    )


def describe(state: State) -> str:
    """Return two or three sentences with the numbers."""
    (_, false_alarms), (misses, hits) = state.counts.tolist()
    ill, called = hits + misses, hits + false_alarms
    precision, recall, f1, fpr, accuracy = rates(state)
    text = f"Of {PEOPLE:,} people {ill:,} {'is' if ill == 1 else 'are'} ill. With the threshold {state.threshold:.1f} "
    if not called:
        text += "nobody is called ill: recall is 0, and precision has no value (0 / 0). "
    else:
        text += (
            f"{called:,} are called ill, {hits:,} of them rightly: precision {precision:.0%}, recall {recall:.0%}, F1 {f1:.2f}, "
            f"false positive rate {fpr:.1%}. "
        )
    never = 1 - ill / PEOPLE
    verdict = "worse than" if accuracy < never else "no better than" if accuracy == never else "better than"
    text += f"Accuracy is {accuracy:.1%}; saying “nobody is ill” would have {never:.1%}, so the test is {verdict} that."
    if state.separation == 0:
        text += " The scores of both groups are alike: the curve is the diagonal, and the test says nothing."
    return text


class Canvas:
    """The picture: the two groups, the table, and a point on the ROC and on the precision-recall curve."""

    def __init__(self) -> None:
        self.figure, axes = figure(2, 2, width=9.2, height=6.2)
        self.populations, self.table, self.roc, self.pr = axes.ravel()
        self.figure.set_layout_engine(None)
        for ax, place in zip(axes.ravel(), PLACES, strict=True):
            ax.set_position(place)
        self.moving: dict[Axes, list[Artist]] = {ax: [] for ax in axes.ravel()}
        self.coin = self.pr.axhline(0.5, color=GRAY, lw=1, linestyle=":")
        self.roc.plot([0, 1], [0, 1], color=GRAY, lw=1, linestyle=":")
        self._move(compute(1.0, 0.1, 2.0))
        self.populations.legend(
            handles=[self.moving[self.populations][i] for i in (0, 2, 4)], loc="upper right", fontsize=8
        )
        label(self.roc, "false positive rate", "recall")
        label(self.pr, "recall", "precision")
        titles = ("called ill: right of the line", f"{PEOPLE:,} people", "ROC", "precision and recall")
        for ax, text in zip(axes.ravel(), titles, strict=True):
            title(ax, text)
            if ax is not self.table:
                fixed(ax)
        renew([], [self.coin])
        self.stage = Stage(self.figure)

    def draw(self, state: State) -> bytes:
        """Return the picture of a state as JPEG data."""
        self._move(state)
        return self.stage.frame()

    def _move(self, state: State) -> None:
        """Let the artists of a state stand in the place of those before."""
        bell = np.exp(-0.5 * GRID**2) / np.sqrt(2 * np.pi)
        shifted = np.exp(-0.5 * (GRID - state.separation) ** 2) / np.sqrt(2 * np.pi)
        healthy, ill = (1 - state.prevalence) * bell, state.prevalence * shifted
        precision, recall, _, fpr, _ = rates(state)
        point = None if np.isnan(precision) else (recall, precision)
        new = {
            self.populations: two_populations(self.populations, GRID, healthy, ill, state.threshold),
            self.roc: curve_with_point(self.roc, state.fpr, state.tpr, (fpr, recall)),
            self.pr: curve_with_point(self.pr, state.tpr, state.precision, point),
        }
        self.populations.set(xlim=(GRID[0], GRID[-1]), ylim=(0, HEIGHT))
        self.coin.set_ydata([state.prevalence] * 2)
        for ax, artists in new.items():
            self.moving[ax] = renew(self.moving[ax], artists)
        for artist in self.moving[self.table]:
            artist.remove()
        image = confusion(self.table, state.counts, ("healthy", "ill"))
        self.moving[self.table] = renew([], [image, *self.table.texts])


def explorer() -> widgets.VBox:
    """Return the explorer: sliders for threshold, prevalence and separation, a button for the threshold with the best F1."""
    style = {"description_width": "12.5em"}
    wide = widgets.Layout(width="34.5em")
    threshold = widgets.FloatSlider(
        1.0, min=LOWEST, max=HIGHEST, step=0.1, description="threshold", style=style, layout=wide
    )
    prevalence = widgets.SelectionSlider(
        options=[(f"{100 * p:g} %", p) for p in PREVALENCES],
        value=0.1,
        description="share of ill people",
        style=style,
        layout=wide,
    )
    separation = widgets.FloatSlider(
        2.0, min=0.0, max=4.0, step=0.25, description="distance of the groups", style=style, layout=wide
    )
    best = widgets.Button(description="best F1", icon="bullseye", tooltip="Go to the threshold with the highest F1")
    picture, sentence = widgets.HTML(), widgets.HTML()
    canvas, shown = Canvas(), None

    def redraw() -> None:
        nonlocal shown
        state = (round(threshold.value, 3), prevalence.value, separation.value)
        if state == shown:
            return
        shown = state
        result = compute(*state)
        text = describe(result)
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_img(canvas.draw(result), text)

    latest = Latest(redraw)

    def go_to_best(_: object) -> None:
        steps = np.round(np.arange(LOWEST, HIGHEST + 0.05, 0.1), 3)
        f1 = [rates(compute(float(t), prevalence.value, separation.value))[2] for t in steps]
        threshold.value = float(steps[int(np.argmax(f1))])

    redraw()
    for control in (threshold, prevalence, separation):
        control.observe(latest.request, "value")
    best.on_click(go_to_best)
    return widgets.VBox([threshold, prevalence, separation, best, picture, sentence])
