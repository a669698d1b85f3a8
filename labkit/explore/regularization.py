"""Turn the knobs against overfitting: a network fits a few noisy points of a sine, and shows what it would cost elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np

from labkit.datasets import sine_1d
from labkit.explore.live import Latest
from labkit.explore.stage import Stage, as_img, fixed, powers, renew
from labkit.plotting.regularization import fit
from labkit.plotting.style import COLORS, LINES, figure, label
from labkit.reference.layered_network import Network
from labkit.reference.layers import Dense, Dropout, ReLU
from labkit.reference.optim import Adam
from labkit.reference.training import evaluate, train_step

N_POINTS, N_VALIDATION = 20, 200
EPOCHS, EVERY, LR = 300, 5, 0.02
LAMBDAS = (0.0, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
WIDTHS = (1, 2, 4, 8, 16, 32, 64)
LIMIT = 3.0  # of the vertical axis, in units of the sine
LOSS_LIMITS = (1e-3, 5.0)


@dataclass(frozen=True, eq=False)
class Fit:
    """The points, the curve after training, and the mean squared errors on the way."""

    X: np.ndarray  # (n, 1)
    y: np.ndarray
    grid: np.ndarray
    curve: np.ndarray
    epochs: np.ndarray
    training: np.ndarray
    validation: np.ndarray


def compute(lam: float, p: float, width: int, noise: float, seed: int) -> Fit:
    """Return a fit of N_POINTS noisy points: two hidden layers, L2 of strength lam, dropout p after each of them."""
    rng = np.random.default_rng(seed)
    X, y = sine_1d(N_POINTS, rng, noise=noise)
    valid = sine_1d(N_VALIDATION, rng, noise=noise)
    layers: list = []
    for d_in in (1, width):
        layers += [Dense(d_in, width, rng), ReLU(), Dropout(p, rng)]
    network, optimizer = Network([*layers, Dense(width, 1, rng)]), Adam(LR)
    epochs, training, validation = [], [], []
    for epoch in range(1, EPOCHS + 1):
        train_step(network, optimizer, X, y, loss="mse", l2=lam)
        if epoch % EVERY == 0:
            epochs.append(epoch)
            training.append(evaluate(network, X, y, loss="mse")["validation_loss"])
            validation.append(evaluate(network, *valid, loss="mse")["validation_loss"])
    grid = np.linspace(-np.pi, np.pi, 300)
    curve = network.forward(grid[:, None])[:, 0]
    return Fit(X, y, grid, curve, np.array(epochs), np.array(training), np.array(validation))


def describe(result: Fit, lam: float, p: float, width: int, noise: float) -> str:
    """Return two sentences: the settings with both errors, and what they mean."""
    train, valid = result.training[-1], result.validation[-1]
    k = int(result.validation.argmin())
    lowest = float(result.validation[k])
    text = (
        f"λ = {lam:g}, p = {p:g}, width {width}, noise {noise:g}: after {EPOCHS} epochs the mean squared error is {train:.3f} on the "
        f"training points and {valid:.3f} on validation points (the noise alone costs {noise**2:.3f})."
    )
    if train > 1.5 * noise**2 + 0.05:
        return text + " The network misses the training points, too: it is held too short, or too small."
    if valid > 1.2 * lowest + 0.005:
        return (
            text
            + f" It was {lowest:.3f} at epoch {result.epochs[k]}: since then the network has learned its points by heart."
        )
    return text + " The validation error has hardly risen since its lowest point."


class Canvas:
    """The picture: points and fit on the left, both errors on the right."""

    def __init__(self) -> None:
        self.figure, (self.plane, self.errors) = figure(1, 2, width=9.4, height=3.6, width_ratios=[1.15, 1])
        self.figure.set_layout_engine(None)
        self.figure.subplots_adjust(left=0.075, right=0.98, top=0.96, bottom=0.15, wspace=0.25)
        grid = np.linspace(-np.pi, np.pi, 300)
        self.points, _, self.curve = fit(self.plane, grid[:1], grid[:1], grid, grid, np.sin(grid))
        self.plane.set(xlim=(-1.05 * np.pi, 1.05 * np.pi), ylim=(-LIMIT, LIMIT))
        self.lines = [
            self.errors.plot([], [], color=COLORS[k], linestyle=LINES[k], label=name)[0]
            for k, name in enumerate(("training", "validation"))
        ]
        self.errors.set(yscale="log", xlim=(-0.03 * EPOCHS, 1.03 * EPOCHS), ylim=LOSS_LIMITS)
        label(self.errors, "epoch", "mean squared error")
        powers(self.errors)
        self.errors.legend(loc="upper right", fontsize=8)
        renew([], [self.points, self.curve, *self.lines])
        for ax in self.figure.axes:
            fixed(ax)
        self.stage = Stage(self.figure)

    def draw(self, result: Fit) -> bytes:
        """Return the picture of a fit as JPEG data."""
        self.points.set_offsets(np.column_stack([result.X[:, 0], result.y]))
        self.curve.set_data(result.grid, result.curve)
        for line, errors in zip(self.lines, (result.training, result.validation), strict=True):
            line.set_data(result.epochs, np.clip(errors, *LOSS_LIMITS))
        return self.stage.frame()


def explorer() -> widgets.VBox:
    """Return the explorer: sliders for λ, p, width and noise, a button for new points."""
    style = {"description_width": "9.5em"}
    wide = widgets.Layout(width="30em")
    options = {"style": style, "layout": wide, "continuous_update": False}  # a training for each value takes a moment
    lam = widgets.SelectionSlider(
        options=[(f"{v:g}", v) for v in LAMBDAS], value=0.0, description="L2 strength λ", **options
    )
    p = widgets.FloatSlider(0.0, min=0.0, max=0.8, step=0.1, description="dropout p", **options)
    width = widgets.SelectionSlider(options=WIDTHS, value=64, description="units in a layer", **options)
    noise = widgets.FloatSlider(0.4, min=0.0, max=1.0, step=0.1, description="noise", **options)
    again = widgets.Button(description="new points", icon="refresh", tooltip="Draw another data set and first weights")
    picture, sentence = widgets.HTML(), widgets.HTML()
    canvas, seed, shown = Canvas(), 1, None

    def redraw() -> None:
        nonlocal shown
        state = (lam.value, round(p.value, 3), width.value, round(noise.value, 3), seed)
        if state == shown:
            return
        shown = state
        result = compute(*state)
        text = describe(result, *state[:4])
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_img(canvas.draw(result), text)

    latest = Latest(redraw)

    def other_points(_: object) -> None:
        nonlocal seed
        seed += 1
        latest.request()

    redraw()
    for control in (lam, p, width, noise):
        control.observe(latest.request, "value")
    again.on_click(other_points)
    return widgets.VBox([lam, p, width, noise, again, picture, sentence])
