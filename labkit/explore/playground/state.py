"""All settings of the playground in one value, and that value as a short string that can be sent to a friend.

The string names the data set first and then the settings that differ from one playground to the next, in any order:
``spiral n=0.1 h=8,8 f=relu lr=0.03``.  What it leaves out has its default.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from labkit.reference.activations import ACTIVATIONS

DATA = ("circle", "xor", "gaussians", "spiral", "plane", "hills")  # the last two are regressions
FEATURES = ("x1", "x2", "x1^2", "x2^2", "x1x2", "sinx1", "sinx2")
PENALTIES = ("none", "L1", "L2")
OPTIMIZERS = ("SGD", "Momentum", "Adam")
LEARNING_RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PENALTY_RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
BATCH_SIZES = (1, 2, 5, 10, 30, 100, 0)  # 0: all at once
MOST_LAYERS, MOST_UNITS, MOST_NOISE, LARGEST_SEED = 6, 8, 0.5, 9999


@dataclass(frozen=True)
class State:
    """One playground: data, inputs, network and learning.  Together with the seed it fixes every number shown.

    noise in [0, 0.5] in steps of 0.05; share in [0.1, 0.9] in steps of 0.1, of the points to train on; hidden: units of each hidden layer.
    """

    data: str = "circle"
    noise: float = 0.1
    share: float = 0.5
    features: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[int, ...] = (4,)
    activation: str = "tanh"
    optimizer: str = "SGD"
    lr: float = 0.03
    batch: int = 10
    penalty: str = "none"
    rate: float = 0.001
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what the playground cannot show.  Raises: ValueError with a sentence."""
        _among("data set", self.data, DATA)
        _among("activation f", self.activation, tuple(ACTIVATIONS))
        _among("optimizer o", self.optimizer, OPTIMIZERS)
        _among("penalty p", self.penalty, PENALTIES)
        _among("learning rate lr", self.lr, LEARNING_RATES)
        _among("penalty's rate r", self.rate, PENALTY_RATES)
        _among("batch size b", self.batch, BATCH_SIZES)
        for name in self.features:
            _among("input x", name, FEATURES)
        if not self.features or len(set(self.features)) < len(self.features):
            raise ValueError("inputs x: expected at least one, and none twice")
        _grid("noise n", self.noise, 0, MOST_NOISE, 0.05)
        _grid("share of training points t", self.share, 0.1, 0.9, 0.1)
        if len(self.hidden) > MOST_LAYERS or not all(1 <= units <= MOST_UNITS for units in self.hidden):
            raise ValueError(
                f"hidden layers h = {_short(_written(self.hidden))}: expected at most {MOST_LAYERS} layers of 1 to {MOST_UNITS} units"
            )
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ValueError(f"seed s = {self.seed}: expected a whole number from 0 to {LARGEST_SEED}")

    @property
    def is_regression(self) -> bool:
        """Whether numbers are predicted, not classes."""
        return self.data in ("plane", "hills")

    def __str__(self) -> str:
        """Return the short string, which ``parse`` reads."""
        settings = {letter: _written(getattr(self, name)) for letter, name in LETTERS.items()}
        return " ".join([self.data, *(f"{letter}={text}" for letter, text in settings.items())])


LETTERS = {
    "n": "noise",
    "t": "share",
    "x": "features",
    "h": "hidden",
    "f": "activation",
    "o": "optimizer",
    "lr": "lr",
    "b": "batch",
    "p": "penalty",
    "r": "rate",
    "s": "seed",
}
DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(State)}


def parse(text: str) -> State:
    """Return the state that a short string describes.

    Raises: ValueError whose text is a sentence for the reader: what is wrong, where, and what was expected.

    >>> parse("spiral h=8,8 f=relu").hidden
    (8, 8)
    >>> parse(str(State(data="xor", hidden=()))) == State(data="xor", hidden=())
    True
    """
    data, *settings = text.split() or [""]
    values: dict[str, Any] = {"data": data}
    for setting in settings:
        letter, equals, written = setting.partition("=")
        if not equals or letter not in LETTERS:
            raise ValueError(f"{_short(setting)}: expected one of {', '.join(f'{known}=…' for known in LETTERS)}")
        name = LETTERS[letter]
        if name in values:
            raise ValueError(f"{letter}= stands there twice")
        values[name] = _read(letter, written, DEFAULTS[name], "h" if name == "hidden" else "")
    return State(**values)


def _read(letter: str, written: str, like: Any, empty_is: str) -> Any:
    """Return a setting's text as a value of the kind of ``like``."""
    if isinstance(like, str):
        return written
    try:
        if isinstance(like, float):
            return float(written)
        if isinstance(like, int):
            return 0 if letter == "b" and written == "all" else int(written)
        if empty_is:
            return () if written == "0" else tuple(int(part) for part in written.split(","))
    except ValueError:
        raise ValueError(f"{letter}={_short(written)}: expected a number there") from None
    return tuple(written.split(","))


def _written(value: Any) -> str:
    """Return a setting as text."""
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "0"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _among(what: str, value: Any, choices: tuple) -> None:
    if value not in choices:
        raise ValueError(
            f"{what} = {_short(value) or 'nothing'}: expected one of {', '.join(f'{c:g}' if isinstance(c, float) else str(c) for c in choices)}"
        )


def _grid(what: str, value: float, low: float, high: float, step: float) -> None:
    if not (low <= value <= high and abs(value / step - round(value / step)) < 1e-6):
        raise ValueError(f"{what} = {value:g}: expected {low:g} to {high:g} in steps of {step:g}")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 30 else text[:27] + "…"
