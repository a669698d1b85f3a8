"""Experiments of 09_convolution: networks that look at images, trained on parts of the digits and the clothes.

All of them are the course's NumPy layers; torch comes in where the lesson compares with it.  What such networks make of an
image that moves is in ``moving``, what one of their outputs sees in ``receptive_field``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from labkit.datasets import Dataset, load_fashion, load_mnist
from labkit.reference.bootstrap import bootstrap_interval
from labkit.reference.conv_layers import AvgPool2d, Conv2d, Flatten, MaxPool2d
from labkit.reference.layered_network import Network
from labkit.reference.layers import Dense, Layer, ReLU
from labkit.reference.lenet5 import lenet5
from labkit.reference.minibatches import minibatches
from labkit.reference.optim import Adam
from labkit.reference.training import train_step

BATCH_SIZE, LR = 64, 2e-3
LOADERS: Mapping[str, Callable[..., Dataset]] = {"digits": load_mnist, "clothes": load_fashion}


def load(name: str, seed: int) -> Dataset:
    """Return "digits" or "clothes" as images of one channel: (n, 1, 28, 28), float32."""
    return LOADERS[name](seed, channel=True)


# -------------------------------------------------------------------------------------------------------- networks


class Strided(Conv2d):
    """A convolution that takes every second position, in place of a pooling after it."""

    def __init__(self, c_in: int, c_out: int, kernel_size: int, rng: np.random.Generator, **options: Any) -> None:
        super().__init__(c_in, c_out, kernel_size, rng, stride=2, **options)


POOLINGS: Mapping[str, Callable[[], list[Layer]]] = {
    "max": lambda: [MaxPool2d(2)],
    "average": lambda: [AvgPool2d(2)],
    "stride 2": list,  # the convolution itself leaves out every second position
}


def dense_only(rng: np.random.Generator, *, width: int = 56) -> Network:
    """Return 784 -> width -> 10, for which a pixel's neighbors are as far away as any others."""
    layers = [Flatten(), Dense(784, width, rng), ReLU(), Dense(width, 10, rng)]
    return Network(layers, dtype=np.float32)


def one_convolution(rng: np.random.Generator, *, width: int = 50) -> Network:
    """Return a network with the first convolution of LeNet-5 only, and about as many parameters."""
    layers = [Conv2d(1, 6, 5, rng, input_gradient=False), ReLU(), MaxPool2d(2), Flatten()]
    return Network([*layers, Dense(6 * 12 * 12, width, rng), ReLU(), Dense(width, 10, rng)], dtype=np.float32)


def three_convolutions(rng: np.random.Generator, *, width: int = 110) -> Network:
    """Return a network with a third convolution, and about as many parameters as LeNet-5."""
    layers = [Conv2d(1, 6, 5, rng, padding=2, input_gradient=False), ReLU(), MaxPool2d(2)]
    layers += [Conv2d(6, 16, 5, rng), ReLU(), MaxPool2d(2), Conv2d(16, 32, 3, rng), ReLU(), Flatten()]
    return Network([*layers, Dense(32 * 3 * 3, width, rng), ReLU(), Dense(width, 10, rng)], dtype=np.float32)


def pooled_by(kind: str, rng: np.random.Generator) -> Network:
    """Return LeNet-5 without padding, pooled in one of the ways of POOLINGS; all have 44,426 parameters."""
    convolution = Strided if kind == "stride 2" else Conv2d
    layers: list[Layer] = [convolution(1, 6, 5, rng, input_gradient=False), ReLU(), *POOLINGS[kind]()]
    layers += [convolution(6, 16, 5, rng), ReLU(), *POOLINGS[kind](), Flatten()]
    layers += [Dense(256, 120, rng), ReLU(), Dense(120, 84, rng), ReLU(), Dense(84, 10, rng)]
    return Network(layers, dtype=np.float32)


LENET, DENSE = "2 convolutions (LeNet-5)", "dense layers only"
VARIANTS: Mapping[str, Callable[[np.random.Generator], Network]] = {
    DENSE: dense_only,
    "1 convolution": one_convolution,
    LENET: lambda rng: lenet5(0, rng),
    "3 convolutions": three_convolutions,
    "LeNet-5, padding 2": lambda rng: lenet5(2, rng),
    "LeNet-5, average pooling": lambda rng: pooled_by("average", rng),
    "LeNet-5, stride for pooling": lambda rng: pooled_by("stride 2", rng),
}


# -------------------------------------------------------------------------------------------------------- training


@dataclass(frozen=True, eq=False)
class Run:
    """A trained network, its mean training loss in each epoch, and its validation accuracy after each."""

    network: Network
    loss: np.ndarray
    validation: np.ndarray


def through(layers: Sequence[Any], x: np.ndarray) -> np.ndarray:
    """Return what the layers make of x, one after the other."""
    for layer in layers:
        x = layer.forward(x)
    return x


def logits_of(network: Network, X: np.ndarray) -> np.ndarray:
    """Return the network's outputs, computed in pieces that fit the processor's cache: (n, 10)."""
    parts = [network.forward(X[i : i + 250]) for i in range(0, len(X), 250)]
    return np.concatenate(parts) if parts else np.empty((0, 10), np.float32)


def predict(network: Network, X: np.ndarray) -> np.ndarray:
    """Return the class of each image: (n,)."""
    return logits_of(network, X).argmax(axis=1)


def probabilities(network: Network, X: np.ndarray) -> np.ndarray:
    """Return the softmax of the logits: (n, 10)."""
    logits = logits_of(network, X)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def accuracy(network: Network, X: np.ndarray, y: np.ndarray) -> float:
    """Return the share of images that the network gives their class."""
    return float(np.mean(predict(network, X) == y))


def train(
    network: Network,
    X: np.ndarray,
    y: np.ndarray,
    rng: np.random.Generator,
    epochs: int,
    *,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    change: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Run:
    """Return the run of Adam on mini-batches; ``change`` makes each epoch's images of the given ones.

    validation: images and labels to measure by after each epoch; without them the run's validation is empty.
    """
    optimizer = Adam(LR)
    losses, scores = [], []
    for _ in range(epochs):
        images = X if change is None else change(X)
        batches = minibatches(images, y, BATCH_SIZE, rng)
        sums = [train_step(network, optimizer, batch, labels) * len(labels) for batch, labels in batches]
        losses.append(np.sum(sums) / len(X))
        if validation is not None:
            scores.append(accuracy(network, *validation))
    return Run(network, np.array(losses), np.array(scores))


def train_on(data: Dataset, seed: int, epochs: int, n: int | None = None, *, variant: str = LENET) -> Run:
    """Return a variant trained on the first n images (None: all), watched on the validation set."""
    rng = np.random.default_rng([seed, 5])
    valid = data.X_validation, data.y_validation
    return train(VARIANTS[variant](rng), data.X_train[:n], data.y_train[:n], rng, epochs, validation=valid)


def compare(
    names: Iterable[str], seeds: Iterable[int], epochs: int, n: int, *, data: str = "digits", bar: Callable = iter
) -> dict[str, np.ndarray]:
    """Return {variant: (n_seeds,) validation accuracy}; a seed stands for n images and for first weights.

    bar: a function that wraps the names, such as tqdm.
    """
    sets = {seed: load(data, seed) for seed in seeds}
    return {name: np.array([_score(name, s, d, epochs, n) for s, d in sets.items()]) for name in bar(list(names))}


def _score(name: str, seed: int, data: Dataset, epochs: int, n: int) -> float:
    rng = np.random.default_rng([seed, 6])
    run = train(VARIANTS[name](rng), data.X_train[:n], data.y_train[:n], rng, epochs)
    return accuracy(run.network, data.X_validation, data.y_validation)


# ------------------------------------------------------------------------------------------------- the sealed test set


def which_are_right(y: np.ndarray, y_hat: np.ndarray) -> np.ndarray:
    """Return a truth value an image: a metric that keeps the rows apart, so that they can be drawn again."""
    return y == y_hat


def sealed_scores(runs: Sequence[Run], sets: Sequence[Dataset]) -> np.ndarray:
    """Return (n_test, n_seeds): which test images each run gets right. Opens each Dataset's sealed test set once."""
    scores = [d.final_score(partial(predict, r.network), which_are_right) for r, d in zip(runs, sets, strict=True)]
    return np.column_stack(scores)


def interval(right: np.ndarray, seed: int = 0) -> tuple[float, float, float]:
    """Return (mean, low, high) of the accuracy over images and seeds; 95 %, by drawing images again.

    right: (n_test, n_seeds).  An image is drawn with what all networks say of it.
    """
    by_image = right.mean(axis=1)
    low, high = bootstrap_interval(np.mean, by_image, np.random.default_rng(seed))
    return float(by_image.mean()), low, high


# -------------------------------------------------------------------------------------------------- three ways, timed


def seconds(functions: Mapping[str, Callable[[], Any]], repeats: int = 3) -> dict[str, float]:
    """Return {name: seconds of the fastest call}; the functions take turns, so that a busy moment hits all of them."""
    best = dict.fromkeys(functions, np.inf)
    for _ in range(repeats):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            best[name] = min(best[name], time.perf_counter() - start)
    return {name: float(value) for name, value in best.items()}


# ------------------------------------------------------------------------------------------------------ beside torch


def same_weights(model: Any, network: Network) -> Any:
    """Return the torch model with the NumPy network's parameters, matched by their shapes, in whatever order it keeps them."""
    import torch

    arrays = [p.T if p.ndim == 2 else p for p in network.params]
    with torch.no_grad():
        for mine in model.parameters():
            found = [k for k, a in enumerate(arrays) if a.shape == tuple(mine.shape)]
            if not found:
                raise ValueError(f"the network has no parameter of the shape {tuple(mine.shape)}")
            mine.copy_(torch.tensor(np.ascontiguousarray(arrays.pop(found[0]))))
    return model


def side_by_side(model: Any, data: Dataset, steps: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses of NumPy's LeNet-5 and of a torch one over the same steps from the same weights: (steps,) each."""
    import torch

    rng = np.random.default_rng(seed)
    network, optimizer = lenet5(0, rng), Adam(LR)
    model = same_weights(model, network)
    theirs = torch.optim.Adam(model.parameters(), lr=LR)
    losses = []
    for X, y in minibatches(data.X_train[: steps * BATCH_SIZE], data.y_train[: steps * BATCH_SIZE], BATCH_SIZE, rng):
        theirs.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(torch.tensor(X)), torch.tensor(y))
        loss.backward()
        theirs.step()
        losses.append((float(train_step(network, optimizer, X, y)), loss.item()))
    ours, torchs = np.array(losses).T
    return ours, torchs
