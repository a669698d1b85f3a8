"""Let a rule walk over a landscape: choose both, and the learning rate, and watch it step by step."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist

from labkit.experiments.landscapes import FAR, RULES, SURFACES, Surface, walk
from labkit.explore.live import Latest
from labkit.explore.stage import Stage, as_img, fixed, powers, renew, title
from labkit.plotting.descent import FAINTEST, contours, heights, path
from labkit.plotting.style import COLORS, figure

N_STEPS = 200
ARRIVED = 1e-6  # height above the minimum that counts as there
LOWEST, HIGHEST = 1e-13, 1e7  # ends of the axis of heights
RULE_OF = {rule.name: key for key, rule in RULES.items()}


@dataclass(frozen=True, eq=False)
class Walk:
    """Where a rule went: points (k + 1, 2), their height above the minimum, and what became of it."""

    surface: Surface
    rule: str
    lr: float
    points: np.ndarray
    above: np.ndarray
    diverged: bool
    arrived: int | None  # the first step from which it stays within ARRIVED of the lowest value


def compute(surface: str, rule: str, lr: float, start: int = 0, mu: float = 0.9) -> Walk:
    """Return the walk of N_STEPS steps (fewer when it diverges) of a rule, by its name, from a start of the surface.

    mu counts for momentum only.
    """
    landscape = SURFACES[surface]
    options = {"mu": mu} if rule == "momentum" else {}
    w0 = np.array(landscape.starts[start % len(landscape.starts)])
    points = walk(RULES[RULE_OF[rule]], landscape.grad, w0, N_STEPS, lr, **options)
    diverged = len(points) <= N_STEPS or not np.all(np.abs(points[-1]) < FAR)
    above = landscape.above(points)
    outside = np.flatnonzero(~(above < ARRIVED))
    arrived = 0 if outside.size == 0 else int(outside[-1]) + 1
    return Walk(
        landscape, rule, lr, points, above, diverged, arrived if arrived < len(points) and not diverged else None
    )


def limit(surface: Surface, rule: str, mu: float) -> float | None:
    """Return the rate above which the walk cannot settle in the minimum, for the two rules that have such a limit."""
    share = {"plain descent": 1.0, "momentum": 1.0 + mu}.get(rule)
    return None if share is None else 2 * share / surface.curvature


def describe(now: Walk, k: int, mu: float = 0.9) -> str:
    """Return two or three sentences on the state after k steps."""
    last = len(now.points) - 1
    k = min(k, last)
    x, y = now.points[k]
    head = f"{now.rule} on the {now.surface.name}, learning rate {now.lr:.3g}"
    if k == 0:
        text = f"{head}. Start: ({x:.3g}, {y:.3g}), {now.above[0]:.3g} above the minimum."
    elif now.diverged and k == last:
        text = f"{head}. It diverges: after {k} step{'s' * (k > 1)} it is more than a million away."
    else:
        slope = float(np.linalg.norm(now.surface.grad(now.points[k])))
        text = (
            f"{head}. After {k} of {last} steps: ({x:.3g}, {y:.3g}), {now.above[k]:.3g} above the minimum, "
            f"and the gradient there has length {slope:.2g}."
        )
    if k == last:
        text += _outcome(now)
    bound = limit(now.surface, now.rule, mu)
    if bound is not None:
        side = "above" if now.lr > bound else "below"
        text += f" It can settle in the minimum for rates below {bound:.3g}; this one is {side}."
    return text


def _outcome(now: Walk) -> str:
    """Return how the walk ended."""
    if now.diverged:
        return ""
    if now.arrived is not None:
        return f" It has been within {ARRIVED:g} of the minimum since step {now.arrived}."
    slope = float(np.linalg.norm(now.surface.grad(now.points[-1])))
    if slope < 1e-3 and now.above[-1] > 0.1:
        return " It rests on the saddle: the gradient is all but 0, yet this is no minimum."
    if now.above[-1] > now.above[0]:
        return " It ends higher than it began."
    if now.above[-1] > 3 * now.above.min():
        return " It does not come to rest: it has been lower before."
    return " It is still on its way."


class Canvas:
    """The picture: the map with the walk so far, and its height at every step."""

    def __init__(self) -> None:
        self.figure, (self.chart, self.curve) = figure(1, 2, width=9.4, height=3.8, width_ratios=[1.25, 1])
        self.figure.set_layout_engine(None)
        self.figure.subplots_adjust(left=0.08, right=0.975, bottom=0.14, top=0.9, wspace=0.3)
        self.surface: Surface | None = None
        self.walk: list[Artist] = []
        self.line = heights(self.curve, np.ones(2), name="whole walk", index=0)
        (self.now,) = self.curve.plot([], [], "o", color=COLORS[1], ms=9, zorder=4, label="now")
        renew([], [self.line, self.now])
        self.curve.set(xlim=(-4, N_STEPS + 4), ylim=(LOWEST, HIGHEST))
        self.curve.legend(loc="upper right", fontsize=8)
        powers(self.curve, 8)
        title(self.curve, "one step after another")
        fixed(self.curve)
        self._chart(SURFACES["bowl"])
        self.stage = Stage(self.figure)

    def draw(self, now: Walk, k: int) -> bytes:
        """Return the picture after k steps as JPEG data."""
        k = min(k, len(now.points) - 1)
        if now.surface is not self.surface:
            self._chart(now.surface)
        steps = path(self.chart, now.points[: k + 1], every=max(1, k // 40), linestyle="-", lw=1.2)
        self.walk = renew(self.walk, steps)
        above = np.where(np.isfinite(now.above), np.clip(now.above, FAINTEST, 2 * HIGHEST), np.nan)
        self.line.set_data(np.arange(len(above)), above)
        self.now.set_data([k], [min(above[k], HIGHEST)])  # nan, where it is out of all sight, is not drawn
        return self.stage.frame()

    def _chart(self, surface: Surface) -> None:
        """Draw the map of another landscape."""
        self.surface, self.walk = surface, []
        self.chart.clear()
        contours(self.chart, surface.above, surface.view, minima=surface.minima, resolution=70)
        self.chart.spines[["top", "right"]].set_visible(False)
        title(self.chart, surface.formula)
        fixed(self.chart)


def explorer() -> widgets.VBox:
    """Return the explorer: landscape, rule, learning rate, mu and start; a step slider with a player; picture and text."""
    style = {"description_width": "8em"}
    wide = widgets.Layout(width="30em")
    surface = widgets.Dropdown(
        options=list(SURFACES), value="ravine", description="landscape", style=style, layout=wide
    )
    rule = widgets.Dropdown(options=list(RULE_OF), value="momentum", description="rule", style=style, layout=wide)
    lr = widgets.FloatLogSlider(
        0.01, min=-4, max=1, step=0.05, description="learning rate", readout_format=".2g", style=style, layout=wide
    )
    mu = widgets.FloatSlider(0.9, min=0.0, max=0.98, step=0.02, description="momentum mu", style=style, layout=wide)
    start = widgets.ToggleButtons(
        options=[("start 1", 0), ("start 2", 1), ("start 3", 2)],
        description="from",
        style={**style, "button_width": "6em"},
        layout=widgets.Layout(width="32em", max_width="100%"),
    )
    start.add_class("widget-inline-hbox")  # else its description has a line of its own
    k = widgets.IntSlider(40, min=0, max=N_STEPS, description="after … steps", style=style, layout=wide)
    play = widgets.Play(value=40, min=0, max=N_STEPS, step=2, interval=150, description="play", show_repeat=False)
    sentence, picture = widgets.HTML(), widgets.HTML()
    canvas, now = Canvas(), compute(surface.value, rule.value, lr.value, start.value, mu.value)

    def redraw() -> None:
        text = describe(now, k.value, mu.value)
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_img(canvas.draw(now, k.value), text)

    latest = Latest(redraw)

    def recompute(*_: object) -> None:
        nonlocal now
        now = compute(surface.value, rule.value, lr.value, start.value, mu.value)
        mu.disabled = rule.value != "momentum"
        k.max = play.max = len(now.points) - 1  # a walk that diverges is short
        latest.request()

    recompute()
    redraw()
    widgets.jslink((play, "value"), (k, "value"))  # in the page, so that playing needs no answer from here
    for control in (surface, rule, lr, mu, start):
        control.observe(recompute, "value")
    k.observe(latest.request, "value")
    return widgets.VBox([surface, rule, lr, mu, start, widgets.HBox([k, play]), picture, sentence])
