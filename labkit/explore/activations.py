"""Choose a bend and stack it 1 to 50 times: does the signal fade, explode, saturate, or come through?"""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from labkit.explore.live import Latest
from labkit.figures import as_html
from labkit.plotting.activations import curve_and_slope, histogram, share_by_depth, spread_by_depth
from labkit.plotting.style import figure
from labkit.reference.activations import ACTIVATIONS

N_INPUTS, WIDTH = 100, 100
FLAT = 0.05  # a slope below this hardly passes anything back


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


def draw(stack: Stack) -> Figure:
    """Return the picture: curve and slope, spread and flat slopes by depth above; three layers' outputs below."""
    fig, axes = figure(2, 3, width=9.4, height=5.2)
    fig.set_layout_engine(None)  # fixed margins: measuring every label for a layout takes half the time of a frame
    fig.subplots_adjust(left=0.07, right=0.985, top=0.94, bottom=0.1, wspace=0.34, hspace=0.5)
    f, slope = ACTIVATIONS[stack.activation]
    z = np.linspace(-5, 5, 401)
    curve_and_slope(axes[0, 0], z, f(z), slope(z), name=stack.activation)
    axes[0, 0].legend(fontsize=8)
    spread_by_depth(axes[0, 1], stack.std, stack.across)
    share_by_depth(axes[0, 2], stack.flat, title=f"slopes below {FLAT}")
    layers = sorted({1, (stack.depth + 1) // 2, stack.depth})
    for k, ax in enumerate(axes[1]):
        if k < len(layers):
            histogram(ax, stack.outputs[layers[k]], title=f"outputs of layer {layers[k]}")
        else:
            ax.set_axis_off()
    return fig


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
    seed = 0

    def redraw() -> None:
        stack = compute(activation.value, depth.value, scale.value, seed)
        text = describe(stack)
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_html(draw(stack), text, dpi=90)

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
