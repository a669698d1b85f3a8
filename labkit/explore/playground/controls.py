"""The playground's controls: one widget for each setting of a state, and both ways between them and the state."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import ipywidgets as widgets

from labkit.explore.playground.state import (
    BATCH_SIZES,
    DATA,
    FEATURES,
    LARGEST_SEED,
    LEARNING_RATES,
    MOST_LAYERS,
    MOST_NOISE,
    MOST_UNITS,
    OPTIMIZERS,
    PENALTIES,
    PENALTY_RATES,
    State,
)
from labkit.reference.activations import ACTIVATIONS

NAME_OF = {"x1^2": "x1²", "x2^2": "x2²", "x1x2": "x1 x2", "sinx1": "sin x1", "sinx2": "sin x2"}
STYLE = {"description_width": "7em"}
WIDE = widgets.Layout(width="21em")


def _choice(description: str, options: Iterable) -> widgets.Dropdown:
    return widgets.Dropdown(options=list(options), description=description, style=STYLE, layout=WIDE)


def _rates(values: tuple[float, ...]) -> list[tuple[str, float]]:
    return [(f"{value:g}", value) for value in values]


def _on_grid(slider: widgets.FloatSlider) -> float:
    """Return a slider's value at the nearest step: its number can be typed, too."""
    return round(round(slider.value / slider.step) * slider.step, 2)


class Controls:
    """The widgets; ``state`` is what they say, ``show`` sets them.  ``changed`` is called after any change by the reader."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.changed = changed
        self.showing = False
        self.data = _choice("data", DATA)
        self.noise = widgets.FloatSlider(
            min=0, max=MOST_NOISE, step=0.05, description="noise", readout_format=".2f", style=STYLE, layout=WIDE
        )
        self.share = widgets.FloatSlider(
            min=0.1, max=0.9, step=0.1, description="train share", readout_format=".0%", style=STYLE, layout=WIDE
        )
        self.seed = widgets.BoundedIntText(
            min=0, max=LARGEST_SEED, description="seed", style=STYLE, layout=widgets.Layout(width="14em")
        )
        self.features = {
            name: widgets.Checkbox(
                description=NAME_OF.get(name, name), indent=False, layout=widgets.Layout(width="7em")
            )
            for name in FEATURES
        }
        self.layers = widgets.IntSlider(min=0, max=MOST_LAYERS, description="hidden layers", style=STYLE, layout=WIDE)
        small = {"style": {"description_width": "4.5em"}, "layout": widgets.Layout(width="9em")}
        self.units = [
            widgets.BoundedIntText(value=4, min=1, max=MOST_UNITS, description=f"layer {k + 1}", **small)
            for k in range(MOST_LAYERS)
        ]
        self.activation = _choice("activation", ACTIVATIONS)
        self.optimizer = _choice("optimizer", OPTIMIZERS)
        self.lr = _choice("learning rate", _rates(LEARNING_RATES))
        self.batch = _choice("batch size", [(str(size) if size else "all", size) for size in BATCH_SIZES])
        self.penalty = _choice("penalty", PENALTIES)
        self.rate = _choice("penalty rate", _rates(PENALTY_RATES))
        for control in self.all:
            control.observe(self._changed, "value")

    @property
    def all(self) -> list[widgets.Widget]:
        """Every control of a setting."""
        data = [self.data, self.noise, self.share, self.seed]
        network = [*self.features.values(), self.layers, *self.units, self.activation]
        return [*data, *network, self.optimizer, self.lr, self.batch, self.penalty, self.rate]

    @property
    def state(self) -> State:
        """The settings as they stand."""
        return State(
            data=self.data.value,
            noise=_on_grid(self.noise),
            share=_on_grid(self.share),
            features=tuple(name for name, box in self.features.items() if box.value),
            hidden=tuple(number.value for number in self.units[: self.layers.value]),
            activation=self.activation.value,
            optimizer=self.optimizer.value,
            lr=self.lr.value,
            batch=self.batch.value,
            penalty=self.penalty.value,
            rate=self.rate.value,
            seed=self.seed.value,
        )

    def show(self, state: State) -> None:
        """Set every control to a state, without calling ``changed``."""
        self.showing = True
        try:
            for name in ("data", "noise", "share", "seed", "activation", "optimizer", "lr", "batch", "penalty", "rate"):
                getattr(self, name).value = getattr(state, name)
            for name, box in self.features.items():
                box.value = name in state.features
            self.layers.value = len(state.hidden)
            for number, units in zip(self.units, state.hidden, strict=False):
                number.value = units
        finally:
            self.showing = False
        self.disable()

    def disable(self) -> None:
        """Disable what does not apply: units of layers that are not there, a rate of no penalty, the last input."""
        for k, number in enumerate(self.units):
            number.disabled = k >= self.layers.value
        self.activation.disabled = self.layers.value == 0
        self.rate.disabled = self.penalty.value == "none"
        ticked = [box for box in self.features.values() if box.value]
        for box in self.features.values():
            box.disabled = ticked == [box]  # a network needs an input

    def box(self) -> widgets.Widget:
        """Return the controls in groups that stand side by side where there is room."""
        groups = {
            "Data": [self.data, self.noise, self.share, self.seed],
            "Learning": [self.optimizer, self.lr, self.batch, self.penalty, self.rate],
            "Network": [self.layers, self.activation, widgets.HTML("<b>Inputs</b>"), _wrapped(self.features.values(), "20em")],
            "Units": self.units,
        }  # fmt: skip
        return _wrapped([widgets.VBox([widgets.HTML(f"<b>{name}</b>"), *group]) for name, group in groups.items()])

    def _changed(self, _: object) -> None:
        if not self.showing:
            if not any(box.value for box in self.features.values()):  # two boxes unticked in one breath
                self.features["x1"].value = True
                return
            self.disable()
            self.changed()


def _wrapped(children: Iterable[widgets.Widget], width: str = "100%") -> widgets.HBox:
    return widgets.HBox(list(children), layout=widgets.Layout(flex_flow="row wrap", width=width))
