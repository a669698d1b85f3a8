"""Playgrounds worth meeting, each named after what it teaches, with what to look for."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.explore.playground.state import State, parse


@dataclass(frozen=True)
class Preset:
    """A state, after how many epochs it has made its point, and the sentence that says what to look for."""

    state: State
    epochs: int
    look: str


PRESETS = {
    "a hidden layer bends the line": Preset(
        parse("circle n=0.1 h=4 f=tanh lr=0.1"),
        60,
        "Four tanh units are four soft lines; together they close a ring around the inner points. How many are needed at least?",
    ),
    "a line is not enough": Preset(
        parse("circle n=0.1 h=0 lr=0.1"),
        60,
        "Without a hidden layer the border is a line, and no line has the inner points on one side: training cannot help. "
        "Tick x1² and x2².",
    ),
    "the right inputs need no layer": Preset(
        parse("circle n=0.1 h=0 x=x1^2,x2^2 lr=0.1"),
        60,
        "In the squares of the coordinates a circle is a line: one weighted sum does it. Try the same inputs on the spiral.",
    ),
    "depth for the spiral: one layer": Preset(
        parse("spiral n=0.05 t=0.7 h=6 f=tanh o=Adam lr=0.01"),
        300,
        "One layer of six units makes too few bends for the arms. Load the next preset for three such layers.",
    ),
    "depth for the spiral: three layers": Preset(
        parse("spiral n=0.05 t=0.7 h=6,6,6 f=tanh o=Adam lr=0.01"),
        300,
        "Lines in layer 1, corners and stripes in layer 2, arms in layer 3: each layer bends what the one before it drew.",
    ),
    "too big a step": Preset(
        parse("plane n=0.1 h=0 b=all lr=3"),
        5,
        "Step a few times and watch the loss: each step overshoots further than the last. Which rate is the largest that learns?",
    ),
    "memorising noise": Preset(
        parse("gaussians n=0.5 t=0.1 h=8,8,8 f=tanh o=Adam lr=0.01"),
        300,
        "The clouds overlap, and 40 points are few: the training loss falls towards 0 while the test loss grows.",
    ),
    "weight decay helps": Preset(
        parse("gaussians n=0.5 t=0.1 h=8,8,8 f=tanh o=Adam lr=0.01 p=L2 r=0.03"),
        300,
        "The same network and points with a price on weights: a smooth border, a higher training loss, a lower test loss.",
    ),
    "dying units": Preset(
        parse("circle n=0.1 h=8,8 f=relu lr=3"),
        30,
        "A white picture is a unit that says 0 everywhere: large steps pushed it there, and no gradient brings it back. "
        "Choose a rate of 0.03 and reset.",
    ),
}
START = "a hidden layer bends the line"
