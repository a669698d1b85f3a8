"""Send a signal through many layers and its gradient back: activation, first weights and depth decide what arrives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ipywidgets as widgets
import numpy as np

from labkit.experiments.depth import HELPS, Init, probe, scaled_normal
from labkit.explore.live import Latest
from labkit.explore.stage import Stage, as_img, fixed, powers, renew, title, up_to
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
N_INPUTS = 32
MOST_LAYERS = 60
MOST_POWER = 40  # of ten: what is larger, or smaller, is drawn at the edge


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
    spreads, norms = _probes(activation, init, depth, help_)
    return Flow(activation, init, help_, spreads, norms, single=_single(activation, init, help_))


def _probes(activation: str, init: str, depth: int, help_: str) -> tuple[np.ndarray, np.ndarray]:
    """Return (spreads, norms) of N_SEEDS chains, (n_seeds, depth) each."""
    with np.errstate(all="ignore"):
        rngs = map(np.random.default_rng, range(N_SEEDS))
        runs = [probe(activation, INITS[init], depth, rng, help_=help_, n=N_INPUTS) for rng in rngs]
    spreads, norms = zip(*runs, strict=True)
    return np.array(spreads), np.array(norms)


@cache  # the depth does not matter: while that slider moves, this stays
def _single(activation: str, init: str, help_: str) -> np.ndarray:
    """Return the gradient's norms in networks of one layer.  -> (n_seeds, 1)"""
    return _probes(activation, init, 1, help_)[1]


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


class Canvas:
    """The picture: the signal's size on the left, the gradient's on the right, layer by layer."""

    def __init__(self) -> None:
        self.figure, axes = figure(1, 2, width=9.2, height=3.5)
        self.figure.set_layout_engine(None)
        self.figure.subplots_adjust(left=0.085, right=0.975, top=0.91, bottom=0.15, wspace=0.3)
        label(axes[0], "layer", "root mean square", "the signal, on its way forward")
        label(axes[1], "layer", "norm of the gradient in the weights", "the gradient, on its way back")
        self.parts = []
        for index, ax in enumerate(axes):
            line, shade = by_layer(ax, np.ones((1, 2)), name=f"mean and range of {N_SEEDS} draws", index=index)
            line.set(marker=".")  # a network of one layer is a point
            renew([], [line, shade])
            self.parts.append((ax, line, shade))
            ax.legend(loc="upper left", fontsize=8)
            powers(ax)
            title(ax)
            fixed(ax)
        self.stage = Stage(self.figure)

    def draw(self, flow: Flow) -> bytes:
        """Return the picture of a flow as JPEG data."""
        for (ax, line, shade), runs in zip(self.parts, (flow.spreads, flow.norms), strict=True):
            runs = np.where(np.isfinite(runs), np.clip(runs, 10.0**-MOST_POWER, 10.0**MOST_POWER), 10.0**MOST_POWER)
            layers = np.arange(1, runs.shape[1] + 1)
            low, high = runs.min(axis=0), runs.max(axis=0)
            line.set_data(layers, typical(runs))
            shade.set_verts([np.column_stack([[*layers, *layers[::-1]], [*low, *high[::-1]]])])
            ax.set_ylim(10.0 ** -_power(1 / low.min()), 10.0 ** _power(high.max()))
            reach = min(up_to(len(layers), at_least=5), MOST_LAYERS)
            ax.set_xlim(1 - 0.03 * reach, 1.03 * reach)
        return self.stage.frame()


def _power(size: float) -> int:
    """Return the end of a logarithmic axis for a size, as a power of ten: one that seldom changes."""
    return next((power for power in (3, 6, 12, 24) if size <= 10.0**power), MOST_POWER)


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
    picture, sentence, canvas = widgets.HTML(), widgets.HTML(), Canvas()

    def redraw() -> None:
        flow = compute(activation.value, init.value, depth.value, help_.value)
        text = describe(flow)
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_img(canvas.draw(flow), text.replace("<sup>", "^").replace("</sup>", ""))

    latest = Latest(redraw)
    redraw()
    for control in (activation, init, help_, depth):
        control.observe(latest.request, "value")
    return widgets.VBox([activation, init, help_, depth, picture, sentence])
