"""Send a signal through many layers and its gradient back: activation, first weights and depth decide what arrives."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from labkit.experiments.depth import HELPS, Init, probe, scaled_normal
from labkit.explore.live import Latest
from labkit.figures import as_html
from labkit.plotting.depth import by_layer
from labkit.plotting.style import figure, label
from labkit.reference.activations import ACTIVATIONS
from labkit.reference.initialization import he_normal, xavier_uniform

INITS: dict[str, Init] = {
    "half of Xavier": scaled_normal(0.5),
    "Xavier": xavier_uniform,
    "He": he_normal,
    "twice He": scaled_normal(2 * 2**0.5),
}
WITH = {"none": "", "layer norm": ", with layer normalisation", "way around": ", with a way around each layer"}
N_SEEDS = 5
MOST_LAYERS = 60


@dataclass(frozen=True)
class Flow:
    """Sizes of the signal and of the gradient by layer, one row a seed."""

    activation: str
    init: str
    help_: str
    spreads: np.ndarray  # (n_seeds, depth): root mean square of each layer's output
    norms: np.ndarray  # (n_seeds, depth): gradient norm in each layer's weights
    single: np.ndarray  # (n_seeds, 1): the same in a network of one such layer


def compute(activation: str, init: str, depth: int, help_: str = "none") -> Flow:
    """Return what arrives at each layer, for N_SEEDS draws of the first weights."""
    with np.errstate(all="ignore"):
        runs = [probe(activation, INITS[init], depth, np.random.default_rng(s), help_=help_) for s in range(N_SEEDS)]
        single = [probe(activation, INITS[init], 1, np.random.default_rng(s), help_=help_)[1] for s in range(N_SEEDS)]
    return Flow(
        activation, init, help_, np.array([r[0] for r in runs]), np.array([r[1] for r in runs]), np.array(single)
    )


def typical(runs: np.ndarray) -> np.ndarray:
    """Return the geometric mean over the seeds: (n_seeds, L) -> (L,)."""
    return np.exp(np.log(np.clip(runs, 1e-300, 1e300)).mean(axis=0))


def times(ratio: float) -> str:
    """Return a ratio as a reader says it."""
    return f"{ratio:.3g} times" if 1e-3 < ratio < 1e4 else f"10<sup>{np.log10(ratio):.0f}</sup> times"


def describe(flow: Flow) -> str:
    """Return the sentence that says what arrives, with its numbers."""
    depth = flow.norms.shape[1]
    norms, single = typical(flow.norms), float(typical(flow.single)[0])
    size = float(typical(flow.spreads)[-1])
    layers = "1 layer" if depth == 1 else f"{depth} layers"
    text = (
        f"{flow.activation}, {flow.init}, {layers}{WITH[flow.help_]}: the last output has {times(size)} the size of the input. "
        f"The gradient in the first layer's weights is {times(norms[0] / single)} as long as in a network of one layer, that in the "
        f"last layer's {times(norms[-1] / single)}. "
    )
    if depth == 1:
        return text + "A single layer has nowhere to lose it."
    if norms.max() > 100 * single:
        return text + "It explodes."
    return text + ("It vanishes." if norms.min() < 0.01 * single else "Every layer can learn.")


def draw(flow: Flow) -> Figure:
    """Return the picture: the signal's size on the left, the gradient's on the right, layer by layer."""
    fig, (left, right) = figure(1, 2, width=9.2, height=3.5)
    for ax, runs, index in ((left, flow.spreads, 0), (right, flow.norms, 1)):
        runs = np.where(np.isfinite(runs), np.clip(runs, 1e-40, 1e40), 1e40)
        by_layer(ax, runs, name=f"mean and range of {N_SEEDS} draws", index=index)
        low, high = ax.get_ylim()
        ax.set_ylim(min(low, 1e-3), max(high, 1e3))
        ax.legend(fontsize=8)
    label(left, "layer", "root mean square", "the signal, on its way forward")
    label(right, "layer", "norm of the gradient in the weights", "the gradient, on its way back")
    return fig


def explorer() -> widgets.VBox:
    """Return the explorer: activation, first weights, depth, and what may help."""
    style = {"description_width": "9.5em"}
    wide = widgets.Layout(width="30em")
    activation = widgets.Dropdown(
        options=list(ACTIVATIONS), value="sigmoid", description="activation", style=style, layout=wide
    )
    init = widgets.Dropdown(options=list(INITS), value="Xavier", description="first weights", style=style, layout=wide)
    help_ = widgets.Dropdown(options=list(HELPS), value="none", description="help", style=style, layout=wide)
    depth = widgets.IntSlider(12, min=1, max=MOST_LAYERS, description="layers", style=style, layout=wide)
    picture, sentence = widgets.HTML(), widgets.HTML()

    def redraw() -> None:
        flow = compute(activation.value, init.value, depth.value, help_.value)
        text = describe(flow)
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_html(draw(flow), text.replace("<sup>", "^").replace("</sup>", ""), dpi=90)

    latest = Latest(redraw)
    redraw()
    for control in (activation, init, help_, depth):
        control.observe(latest.request, "value")
    return widgets.VBox([activation, init, help_, depth, picture, sentence])
