"""Turn the knobs against overfitting: a network fits a few noisy points of a sine, and shows what it would cost elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from labkit.datasets import sine_1d
from labkit.explore.live import Latest
from labkit.figures import as_html
from labkit.plotting.regularization import fit
from labkit.plotting.style import COLORS, LINES, figure, label
from labkit.reference.layered_network import Network
from labkit.reference.layers import Dense, Dropout, ReLU
from labkit.reference.optim import Adam
from labkit.reference.training import evaluate, train_step

N_POINTS, N_VALIDATION = 20, 200
EPOCHS, EVERY, LR = 600, 10, 0.01
LAMBDAS = (0.0, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128)
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


def draw(result: Fit) -> Figure:
    """Return the picture: points and fit on the left, both errors on the right."""
    fig, (plane, curve) = figure(1, 2, width=9.4, height=3.6, width_ratios=[1.15, 1])
    fit(plane, result.X[:, 0], result.y, result.grid, result.curve, np.sin(result.grid))
    plane.set_ylim(-LIMIT, LIMIT)
    curve.plot(
        result.epochs,
        np.maximum(result.training, LOSS_LIMITS[0]),
        color=COLORS[0],
        linestyle=LINES[0],
        label="training",
    )
    curve.plot(
        result.epochs,
        np.maximum(result.validation, LOSS_LIMITS[0]),
        color=COLORS[1],
        linestyle=LINES[1],
        label="validation",
    )
    curve.set(yscale="log", ylim=LOSS_LIMITS)
    label(curve, "epoch", "mean squared error")
    curve.legend(fontsize=8)
    return fig


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
    seed, shown = 1, None

    def redraw() -> None:
        nonlocal shown
        state = (lam.value, round(p.value, 3), width.value, round(noise.value, 3), seed)
        if state == shown:
            return
        shown = state
        result = compute(*state)
        text = describe(result, *state[:4])
        sentence.value = f'<div role="status" style="max-width:60em">{text}</div>'
        picture.value = as_html(draw(result), text, dpi=90)

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
