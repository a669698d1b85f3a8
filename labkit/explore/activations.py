"""Choose a bend and stack it 1 to 50 times: does the signal fade, explode, saturate, or come through?"""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib.patches import StepPatch
from matplotlib.ticker import MaxNLocator

from labkit.explore.live import Latest
from labkit.explore.stage import Stage, as_img, fixed, powers, title, up_to
from labkit.plotting.activations import FLOOR, curve_and_slope, histogram, share_by_depth, spread_by_depth
from labkit.plotting.style import figure
from labkit.reference.activations import ACTIVATIONS

N_INPUTS, WIDTH = 100, 100
FLAT = 0.05  # a slope below this hardly passes anything back
LOWEST, HIGHEST = (0.1, 1e-3, 1e-6, FLOOR), (10.0, 1e3, 1e6, 1e12, 1e24, 1e48)  # ends of the axis of spreads
BELOW, ABOVE = (-0.3, -1.2, -5.3), (1.2, 5.3)  # ends of the axis of the curve
N_BINS = 60


@dataclass(frozen=True, eq=False)
class Stack:
    """What came out of every layer: outputs[k] (N_INPUTS, WIDTH) after k layers, outputs[0] the inputs, and its summary."""

    activation: str
    scale: float
    outputs: tuple[np.ndarray, ...]
    std: np.ndarray  # (depth + 1,) of all outputs of a layer
    across: np.ndarray  # (depth + 1,) a unit's standard deviation over the inputs, averaged over units
    flat: np.ndarray  # (depth,) share of slopes below FLAT

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.outputs) - 1


def compute(activation: str, depth: int, scale: float, seed: int = 0) -> Stack:
    """Return what ``depth`` layers make of standard normal inputs: h -> f(h @ W), W normal with std scale / sqrt(WIDTH)."""
    f, slope = ACTIVATIONS[activation]
    rng = np.random.default_rng(seed)
    outputs, flat = [rng.normal(size=(N_INPUTS, WIDTH))], []
    for _ in range(depth):
        z = outputs[-1] @ rng.normal(0.0, scale / WIDTH**0.5, (WIDTH, WIDTH))
        outputs.append(f(z))
        flat.append((np.abs(slope(z)) < FLAT).mean())
    std = np.array([h.std() for h in outputs])
    across = np.array([h.std(axis=0).mean() for h in outputs])
    return Stack(activation, scale, tuple(outputs), std, across, np.array(flat))


def describe(stack: Stack) -> str:
    """Return two sentences: the numbers of the last layer, and what they mean."""
    last, std, across, flat = stack.outputs[-1], stack.std[-1], stack.across[-1], stack.flat[-1]
    numbers = (
        f"After {stack.depth} {stack.activation} layer{'s' * (stack.depth > 1)} with weight scale {stack.scale:.2f}: mean {_short(last.mean())}, "
        f"standard deviation {_short(std)}; across inputs a unit varies by {_short(across)}; {flat:.0%} of the slopes are below {FLAT}."
    )
    return f"{numbers} {_meaning(stack.activation, std, across, flat)}"


def _meaning(activation: str, std: float, across: float, flat: float) -> str:
    if across > 100:
        return "The signal explodes."
    if across < 0.01:
        return "The signal has faded: whatever goes in, nearly the same comes out."
    if activation in ("sigmoid", "tanh") and flat > 0.5:
        return "Most units are saturated: hardly any gradient would come back."
    if across < 0.3 * std:
        return "Units differ among themselves more than from input to input: part of the signal is lost."
    return "The signal comes through."


def _short(value: float) -> str:
    return f"{value:.2f}" if value == 0 or 0.01 <= abs(value) < 1000 else f"{value:.1e}"


class Canvas:
    """The picture: curve and slope, spread and flat slopes by depth above; the outputs of three layers below."""

    def __init__(self) -> None:
        self.figure, axes = figure(2, 3, width=9.4, height=5.2)
        self.figure.set_layout_engine(None)
        self.figure.subplots_adjust(left=0.075, right=0.98, top=0.94, bottom=0.1, wspace=0.42, hspace=0.5)
        (self.curve, self.spread, self.share), self.histograms = axes
        z, none = np.linspace(-5, 5, 401), np.ones(2)
        self.z, self.lines = z, curve_and_slope(self.curve, z, z, z, name="")
        self.lines += spread_by_depth(self.spread, none, none)
        self.lines += share_by_depth(self.share, none, title=f"slopes below {FLAT}")
        for line in self.lines[2:]:
            line.set(marker=".", markevery=1)
        self.lines[0].set_label("f(z)")
        self.curve.legend(loc="upper left", fontsize=8)
        self.titles = [title(self.curve, moves=True), *(title(ax, moves=True) for ax in self.histograms)]
        title(self.spread)
        title(self.share)
        self.bars = [histogram(ax, none, title="") for ax in self.histograms]
        for artist in (*self.lines, *self.bars):
            artist.set_animated(True)
        for ax in self.histograms[1:]:
            ax.set_ylabel("")
        for ax in self.histograms:
            ax.set_ylim(0, 1.05)
            ax.xaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10]))
        powers(self.spread, 6)
        for ax in axes[0]:
            fixed(ax)
        for ax in self.histograms:
            fixed(ax, left=6)
        self.stage = Stage(self.figure)

    def draw(self, stack: Stack) -> bytes:
        """Return the picture of a stack as JPEG data."""
        self._curve(stack.activation)
        self._by_depth(stack)
        layers = sorted({1, (stack.depth + 1) // 2, stack.depth})
        for k, ax in enumerate(self.histograms):
            ax.set_visible(k < len(layers))
            if k < len(layers):
                self.titles[1 + k].set_text(f"outputs of layer {layers[k]}")
                ax.set_xlim(*self._count(self.bars[k], stack.outputs[layers[k]]))
        return self.stage.frame()

    def _curve(self, activation: str) -> None:
        f, slope = ACTIVATIONS[activation]
        y, dy = f(self.z), slope(self.z)
        self.lines[0].set_data(self.z, y)
        self.lines[1].set_data(self.z, dy)
        self.titles[0].set_text(activation)
        low, high = min(y.min(), dy.min()), max(y.max(), dy.max())
        self.curve.set_ylim(next(v for v in BELOW if v < low), next(v for v in ABOVE if v > high))

    def _by_depth(self, stack: Stack) -> None:
        layers = np.arange(stack.depth + 1)
        for line, values in zip(self.lines[2:4], (stack.std, stack.across), strict=True):
            line.set_data(layers, np.maximum(values, FLOOR))
        self.lines[4].set_data(layers[1:], stack.flat)
        reach = up_to(stack.depth, at_least=5)
        self.spread.set_xlim(-0.03 * reach, 1.03 * reach)
        self.share.set_xlim(-0.03 * reach, 1.03 * reach)
        low, high = max(stack.across.min(), FLOOR), stack.std.max()
        self.spread.set_ylim(next(v for v in LOWEST if v <= low), next(v for v in HIGHEST if v >= high))

    def _count(self, bars: StepPatch, values: np.ndarray) -> tuple[float, float]:
        """Set the bars to how often each value occurs; return limits, which seldom change."""
        low = -up_to(-values.min()) if values.min() < 0 else 0.0
        high = up_to(values.max()) if values.max() > 0 or low == 0 else 0.0
        counts, edges = np.histogram(values, bins=np.linspace(low, high, N_BINS + 1))
        bars.set_data(counts / counts.max(), edges)
        return low - 0.04 * (high - low), high + 0.04 * (high - low)


def explorer() -> widgets.VBox:
    """Return the explorer: activation, depth, weight scale, other weights."""
    style = {"description_width": "8em"}
    wide = widgets.Layout(width="30em")
    activation = widgets.Dropdown(
        options=list(ACTIVATIONS), value="tanh", description="activation", style=style, layout=wide
    )
    depth = widgets.IntSlider(20, min=1, max=50, description="layers", style=style, layout=wide)
    scale = widgets.FloatSlider(1.0, min=0.1, max=3.0, step=0.05, description="weight scale", style=style, layout=wide)
    again = widgets.Button(description="other weights", icon="refresh", tooltip="Draw other random weights and inputs")
    picture, sentence = widgets.HTML(), widgets.HTML()
    canvas, seed = Canvas(), 0

    def redraw() -> None:
        stack = compute(activation.value, depth.value, scale.value, seed)
        text = describe(stack)
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_img(canvas.draw(stack), text)

    latest = Latest(redraw)

    def other_weights(_: object) -> None:
        nonlocal seed
        seed += 1
        latest.request()

    redraw()
    for control in (activation, depth, scale):
        control.observe(latest.request, "value")
    again.on_click(other_weights)
    return widgets.VBox([activation, depth, scale, again, picture, sentence])
