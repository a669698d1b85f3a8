"""Experiments of 07_deep_networks: measure a sick network, name what it has, treat it, and see whether that helped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from labkit.experiments.depth import deep_network, fit, layer_gradient_norms, mean_loss, scaled_normal
from labkit.reference.initialization import xavier_uniform
from labkit.reference.layered_network import Network
from labkit.reference.layers import Activation, Dense, ReLU
from labkit.reference.objectives import softmax_cross_entropy
from labkit.reference.optim import SGD, Adam, Optimizer


@dataclass(frozen=True)
class Symptoms:
    """What can be measured before and in the first steps of a training."""

    growth: float  # root mean square of the signal in the last hidden layer, divided by that in the first
    flow: float  # gradient norm in the first layer's weights, divided by that in the last hidden layer's
    off: float  # share of hidden units that give 0 for every row
    saturated: float  # share of hidden outputs at the flat ends of the activation
    alike: float  # mean cosine between different rows' last hidden outputs
    step: float  # length of the first step, divided by the length of all parameters
    early: float  # mean batch loss in steps 11-20, divided by that of the first step


@dataclass(frozen=True)
class Patient:
    """A training that goes wrong, and the same one with one thing changed."""

    illness: str
    network: Callable[[np.random.Generator], Network]
    optimizer: Callable[[], Optimizer]
    cure: str
    cured_network: Callable[[np.random.Generator], Network]
    cured_optimizer: Callable[[], Optimizer]


def hidden_outputs(network: Network, X: np.ndarray) -> list[np.ndarray]:
    """Return what comes out of every activation (the input of every residual block and of the last layer, in a network of those)."""
    h, outputs = X, []
    for layer in network.layers:
        h = layer.forward(h, training=True)
        if isinstance(layer, ReLU | Activation):
            outputs.append(h)
    return outputs


def flat_ends(h: np.ndarray, network: Network) -> float:
    """Return the share of h within 2 % of the ends of its range, for activations whose range has two ends."""
    names = [layer.f.__name__ for layer in network.layers if isinstance(layer, Activation)]
    if not names or names[0] not in ("tanh", "sigmoid"):
        return 0.0
    low, high = (-1, 1) if names[0] == "tanh" else (0, 1)
    margin = 0.02 * (high - low)
    return float(np.mean((h < low + margin) | (h > high - margin)))


def measure(network: Network, optimizer: Optimizer, X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> Symptoms:
    """Return the symptoms of a network that is about to be trained; it is trained for 20 steps on the way."""
    with np.errstate(all="ignore"):
        hidden = hidden_outputs(network, X)
        logits = network.forward(X, training=True)
        network.backward(softmax_cross_entropy(logits, y)[1])
        norms = layer_gradient_norms(network)
        before = network.theta.copy()
        last = hidden[-1] / np.maximum(np.linalg.norm(hidden[-1], axis=1, keepdims=True), 1e-30)
        cosines = (np.linalg.norm(last.sum(axis=0)) ** 2 - len(X)) / (len(X) * (len(X) - 1))
        first = fit(network, optimizer, X, y, rng, steps=1)
        moved = np.linalg.norm(network.theta - before) / np.linalg.norm(before)
        losses = np.concatenate([first, fit(network, optimizer, X, y, rng, steps=19)])
        early = np.mean(losses[10:20]) / losses[0]
    return Symptoms(
        growth=float(np.sqrt(np.mean(hidden[-1] ** 2) / np.mean(hidden[0] ** 2))),
        flow=float(norms[0] / max(norms[-2], 1e-30)),
        off=float(np.mean([(h == 0).all(axis=0).mean() for h in hidden])),
        saturated=float(np.mean([flat_ends(h, network) for h in hidden])),
        alike=float(cosines),
        step=float(moved),
        early=float(early) if np.isfinite(early) else float("inf"),
    )


# What each illness looks like; the first line that fits names it.
SIGNS: tuple[tuple[str, str, Callable[[Symptoms], bool]], ...] = (
    ("dead units", "off > 0.5", lambda s: s.off > 0.5),
    ("saturation", "saturated > 0.5", lambda s: s.saturated > 0.5),
    ("exploding signal", "growth > 20", lambda s: s.growth > 20),
    ("vanishing signal", "growth < 0.002", lambda s: s.growth < 0.002),
    ("vanishing gradient", "flow < 0.01", lambda s: s.flow < 0.01),
    ("rows alike", "alike > 0.98", lambda s: s.alike > 0.98),
    ("learning rate too high", "early > 1.2", lambda s: s.early > 1.2),
    ("learning rate too low", "step < 1e-4", lambda s: s.step < 1e-4),
)


def diagnose(symptoms: Symptoms) -> str:
    """Return the name of the first illness whose sign is there, or "healthy"."""
    return next((name for name, _, shows in SIGNS if shows(symptoms)), "healthy")


def biased(network: Network, value: float) -> Network:
    """Return the network with this bias in every unit of its hidden layers."""
    dense = [part for part in network.parts if isinstance(part, Dense)]
    for part in dense[:-1]:
        part.params[1][...] = value
    return network


def plain(depth: int, **options) -> Callable[[np.random.Generator], Network]:
    """Return the maker of a deep network from a generator."""
    return lambda rng: deep_network(depth, rng, **options)


WARD = (
    Patient(
        "vanishing gradient",
        plain(9, activation="sigmoid", init=xavier_uniform),
        lambda: Adam(1e-3),
        "ReLU with He's weights",
        plain(9),
        lambda: Adam(1e-3),
    ),
    Patient(
        "vanishing signal",
        plain(9, init=scaled_normal(0.5)),
        lambda: SGD(0.05),
        "He's weights",
        plain(9),
        lambda: SGD(0.05),
    ),
    Patient(
        "exploding signal",
        plain(9, init=scaled_normal(3.0)),
        lambda: SGD(0.05),
        "He's weights",
        plain(9),
        lambda: SGD(0.05),
    ),
    Patient(
        "saturation",
        plain(9, activation="tanh", init=scaled_normal(8.0)),
        lambda: SGD(0.05),
        "Xavier's weights",
        plain(9, activation="tanh", init=xavier_uniform),
        lambda: SGD(0.05),
    ),
    Patient(
        "dead units",
        lambda rng: biased(deep_network(5, rng), -3.0),
        lambda: Adam(1e-3),
        "biases of zero",
        plain(5),
        lambda: Adam(1e-3),
    ),
    Patient("rows alike", plain(61), lambda: Adam(1e-3), "residual blocks", plain(61, skip=True), lambda: Adam(1e-3)),
    Patient("learning rate too high", plain(5), lambda: SGD(5.0), "a 100th of the rate", plain(5), lambda: SGD(0.05)),
    Patient("learning rate too low", plain(5), lambda: Adam(1e-6), "1000 times the rate", plain(5), lambda: Adam(1e-3)),
)


def treat(
    patient: Patient, X: np.ndarray, y: np.ndarray, seed: int, steps: int
) -> tuple[Symptoms, Symptoms, float, float]:
    """Return (symptoms before, after the cure, loss after ``steps`` steps without, with the cure), same seed for both."""
    found, losses = [], []
    for network_of, optimizer_of in (
        (patient.network, patient.optimizer),
        (patient.cured_network, patient.cured_optimizer),
    ):
        rng = np.random.default_rng(seed)
        network, optimizer = network_of(rng), optimizer_of()
        found.append(measure(network, optimizer, X, y, rng))
        ended = not np.isfinite(fit(network, optimizer, X, y, rng, steps=steps - 20)).all()
        losses.append(float("inf") if ended else mean_loss(network, X, y))
    return found[0], found[1], losses[0], losses[1]
