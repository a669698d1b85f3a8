"""Experiments of 07_deep_networks: signals and gradients through many layers, and deep networks on handwritten digits.

A chain is the plainest deep network: one width, no biases, the activation after every layer.  Networks that learn are the course's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from labkit.datasets import load_digits
from labkit.reference.activations import ACTIVATIONS
from labkit.reference.clipping import clip_by_value
from labkit.reference.initialization import he_normal
from labkit.reference.layered_network import Network
from labkit.reference.layers import Activation, BatchNorm, Dense, Layer, LayerNorm, ReLU, Residual
from labkit.reference.minibatches import minibatches
from labkit.reference.objectives import softmax_cross_entropy
from labkit.reference.optim import OPTIMIZERS, Optimizer
from labkit.reference.schedules import warmup_schedule

Init = Callable[[int, int, np.random.Generator], np.ndarray]
Clip = Callable[[list[np.ndarray], float], tuple[list[np.ndarray], float]]
HELPS = ("none", "layer norm", "way around")


def scaled_normal(gain: float) -> Init:
    """Return the rule that draws from a normal distribution with standard deviation gain / sqrt(n_in)."""
    return lambda n_in, n_out, rng: rng.normal(0.0, gain / np.sqrt(n_in), (n_in, n_out))


# ------------------------------------------------------------------------------------------------------------- chains


def chain(
    init: Init, depth: int, rng: np.random.Generator, *, width: int = 64, n: int = 64
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Return (weights, x, dy) of a chain: weights (width, width), x standard normal, dy a random unit vector.

    dy has the length 1, so a gradient norm says how many times as long the gradient has become on its way.
    """
    weights = [init(width, width, rng) for _ in range(depth)]
    x, dy = rng.normal(size=(n, width)), rng.normal(size=(n, width))
    return weights, x, dy / np.linalg.norm(dy)


def spreads(weights: Sequence[np.ndarray], x: np.ndarray, activation: str) -> np.ndarray:
    """Return the root mean square of the signal before the first layer and after each: (depth + 1,)."""
    f, _ = ACTIVATIONS[activation]
    sizes = [np.sqrt(np.mean(x**2))]
    for w in weights:
        x = f(x @ w)
        sizes.append(np.sqrt(np.mean(x**2)))
    return np.array(sizes)


def probe(
    activation: str,
    init: Init,
    depth: int,
    rng: np.random.Generator,
    *,
    help_: str = "none",
    width: int = 64,
    n: int = 64,
) -> tuple[np.ndarray, np.ndarray]:
    """Return (root mean square of the signal after each layer, gradient norm in each layer's weights): (depth,), (depth,).

    The chain's layers, with layer normalisation before each activation, or with a way around each layer, where help_ says so.
    """
    weights, x, dy = chain(init, depth, rng, width=width, n=n)
    layers: list[Layer] = []
    for w in weights:
        dense = Dense(width, width, rng, init=lambda *_, w=w: w)
        inside: list[Layer] = [dense, LayerNorm(width)] if help_ == "layer norm" else [dense]
        inside.append(Activation(activation))
        layers += [Residual(*inside)] if help_ == "way around" else inside
    network = Network(layers)
    h, sizes = x, []
    for layer in network.layers:
        h = layer.forward(h, training=True)
        if isinstance(layer, Activation | Residual):
            sizes.append(np.sqrt(np.mean(h**2)))
    network.backward(dy)
    return np.array(sizes), layer_gradient_norms(network)


def layer_gradient_norms(network: Network) -> np.ndarray:
    """Return the norm of the last gradient in each dense layer's weights, first layer first."""
    return np.array([np.linalg.norm(part.grads[0]) for part in network.parts if isinstance(part, Dense)])


def norms_by_seed(
    norms_of: Callable[..., np.ndarray], activation: str, init: Init, depth: int, seeds: Sequence[int]
) -> np.ndarray:
    """Return norms_of(weights, x, dy, f, f_grad) for one chain a seed: (n_seeds, depth)."""
    f, f_grad = ACTIVATIONS[activation]
    return np.array([norms_of(*chain(init, depth, np.random.default_rng(seed)), f, f_grad) for seed in seeds])


def factor_of_a_layer(gain: float, depth: int, rng: np.random.Generator, activation: str = "relu") -> float:
    """Return by what one layer multiplies the signal's size, on geometric average over a chain; weights of std gain / sqrt(n_in)."""
    weights, x, _ = chain(scaled_normal(gain), depth, rng)
    sizes = spreads(weights, x, activation)
    return float((sizes[-1] / sizes[0]) ** (1 / depth))


def gradient_at_blocks(
    forward: Callable[..., np.ndarray],
    backward: Callable[..., tuple],
    depth: int,
    rng: np.random.Generator,
    *,
    around: bool,
    scale: float = 0.1,
    d: int = 16,
    m: int = 32,
    n: int = 32,
) -> np.ndarray:
    """Return the length of the gradient in the input of each residual block, first block first: (depth,).

    w2 of every block is ``scale`` times He's.  around=False takes the way around away: y = F(x), dx from F alone.
    """
    blocks = [(he_normal(d, m, rng), np.zeros(m), scale * he_normal(m, d, rng), np.zeros(d)) for _ in range(depth)]
    inputs = [rng.normal(size=(n, d))]
    for block in blocks[:-1]:
        y = forward(inputs[-1], *block)
        inputs.append(y if around else y - inputs[-1])
    dy = rng.normal(size=(n, d))
    dy /= np.linalg.norm(dy)
    lengths = np.zeros(depth)
    for k in reversed(range(depth)):
        dx = backward(dy, inputs[k], *blocks[k])[0]
        dy = dx if around else dx - dy
        lengths[k] = np.linalg.norm(dy)
    return lengths


# ------------------------------------------------------------------------------------------------ networks that learn


def digits(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return (X, y, X_validation, y_validation) of the 8x8 digits in float32, standardised with the training rows as a whole."""
    data = load_digits(seed, flatten=True, dtype=np.float32)
    mean, std = data.X_train.mean(), data.X_train.std()
    return (data.X_train - mean) / std, data.y_train, (data.X_validation - mean) / std, data.y_validation


def zeros(n_in: int, n_out: int, rng: np.random.Generator) -> np.ndarray:
    """Return weights of zero: the last layer of a block that starts as the identity."""
    return np.zeros((n_in, n_out))


def deep_network(
    depth: int,
    rng: np.random.Generator,
    *,
    activation: str = "relu",
    init: Init = he_normal,
    norm: str = "",
    skip: bool = False,
    width: int = 32,
) -> Network:
    """Return a network for the digits with ``depth`` hidden layers, in blocks of two after the first; depth is odd.

    norm: "", "layer" or "batch", before each activation.  skip: each block of two is a residual block whose second layer
    starts at zero; without it, the block has as many weights and an activation after its second layer.
    """
    if depth % 2 == 0:
        raise ValueError(f"depth = {depth}: one layer and then blocks of two make an odd number")

    def bend() -> Layer:
        return ReLU() if activation == "relu" else Activation(activation)

    def dense(n_in: int, rule: Init = init) -> list[Layer]:
        made: list[Layer] = [Dense(n_in, width, rng, init=rule)]
        if norm:
            made.append(LayerNorm(width) if norm == "layer" else BatchNorm(width))
        return made

    layers = [*dense(64), bend()]
    for _ in range((depth - 1) // 2):
        if skip:
            layers.append(Residual(*dense(width), bend(), Dense(width, width, rng, init=zeros)))
        else:
            layers += [*dense(width), bend(), *dense(width), bend()]
    return Network([*layers, Dense(width, 10, rng, init=init)], dtype=np.float32)


def fit(
    network: Network,
    optimizer: Optimizer,
    X: np.ndarray,
    y: np.ndarray,
    rng: np.random.Generator,
    *,
    steps: int,
    batch_size: int = 64,
    schedule: Callable[[int], float] | None = None,
    clip: Clip | None = None,
    max_norm: float = 1.0,
) -> np.ndarray:
    """Return the loss of the batch met at each step: (steps,); nan from the step on at which it was no longer finite.

    schedule(t) is the learning rate of step t = 0, 1, ...; clip(grads, max_norm) shortens the gradients before each step.
    """
    losses = np.full(steps, np.nan)
    batches: list = []
    with np.errstate(all="ignore"):  # a network that explodes is what some of these experiments are about
        for t in range(steps):
            if not batches:
                batches = list(minibatches(X, y, batch_size, rng))
            X_batch, y_batch = batches.pop()
            loss, dlogits = softmax_cross_entropy(network.forward(X_batch, training=True), y_batch)
            network.backward(dlogits)
            if not np.isfinite(loss) or not np.isfinite(network.dtheta).all():
                break
            losses[t] = loss
            grads = network.dtheta if clip is None else clip([network.dtheta], max_norm)[0][0]
            if schedule is not None:
                optimizer.lr = schedule(t)
            optimizer.step([network.theta], [grads])
    return losses


def final_loss(
    options: Mapping[str, Any],
    optimizer: tuple[str, float],
    rows: tuple[np.ndarray, np.ndarray],
    seed: int,
    *,
    steps: int,
    n_warmup: int = 1,
    clip: Clip | None = None,
    max_norm: float = 1.0,
) -> float:
    """Return the loss on all rows after a training, inf when it broke off.

    options: of deep_network.  optimizer: a name in OPTIMIZERS and its rate.  One generator of this seed draws weights and batches.
    """
    rng = np.random.default_rng(seed)
    network = deep_network(rng=rng, **options)
    name, lr = optimizer
    losses = fit(
        network,
        OPTIMIZERS[name](lr=lr),
        *rows,
        rng,
        steps=steps,
        schedule=lambda t: warmup_schedule(t, lr, n_warmup=n_warmup),
        clip=clip,
        max_norm=max_norm,
    )
    return mean_loss(network, *rows) if np.isfinite(losses[-1]) else float("inf")


def final_losses(
    networks: Sequence[Mapping[str, Any]],
    optimizer: tuple[str, float],
    rows: tuple[np.ndarray, np.ndarray],
    seeds: Sequence[int],
    **training: Any,
) -> np.ndarray:
    """Return final_loss for each network's options and each seed: (n_networks, n_seeds)."""
    return np.array(
        [[final_loss(options, optimizer, rows, seed, **training) for seed in seeds] for options in networks]
    )


def clip_by_square(grads: list[np.ndarray], max_norm: float) -> tuple[list[np.ndarray], float]:
    """Return gradients scaled by min(1, max_norm / norm**2), a formula that is copied a lot and wrong, and their norm."""
    norm = float(np.sqrt(sum(np.sum(g**2) for g in grads)))
    return [g * min(1.0, max_norm / norm**2) for g in grads], norm


def clip_each_value(grads: list[np.ndarray], limit: float) -> tuple[list[np.ndarray], float]:
    """Return gradients with each number held within -limit and limit, and the norm they had."""
    return clip_by_value(grads, limit), float(np.sqrt(sum(np.sum(g**2) for g in grads)))


def mean_loss(network: Network, X: np.ndarray, y: np.ndarray) -> float:
    """Return the network's mean loss on all rows, inf when it is not a number any more."""
    with np.errstate(all="ignore"):
        loss, _ = softmax_cross_entropy(network.forward(X), y)
    return float(loss) if np.isfinite(loss) else float("inf")
