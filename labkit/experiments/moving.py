"""What happens when the image moves: experiments of 09_convolution on equivariance, accuracy and augmentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from labkit.experiments.convolution import DENSE, LENET, VARIANTS, accuracy, load, through, train
from labkit.reference.conv_layers import Conv2d, MaxPool2d
from labkit.reference.layers import ReLU


def moved(X: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Return images: (..., h, w) moved down and to the right by whole pixels (negative: up, left); the gap is 0."""
    out = np.zeros_like(X)
    h, w = X.shape[-2:]
    to = (slice(max(rows, 0), h + min(rows, 0)), slice(max(columns, 0), w + min(columns, 0)))
    of = (slice(max(-rows, 0), h + min(-rows, 0)), slice(max(-columns, 0), w + min(-columns, 0)))
    out[(..., *to)] = X[(..., *of)]
    return out


def augment(padding: int = 3) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function that moves each image by a chance of up to ``padding`` pixels, with torchvision's RandomCrop.

    It draws from torch's global generator: seed that with torch.manual_seed.
    """
    import torch

    from labkit.vision import torchvision

    torchvision()  # cures the import where torch and torchvision come from different builds
    from torchvision.transforms import v2

    transform = v2.RandomCrop(28, padding=padding)

    def change(X: np.ndarray) -> np.ndarray:
        return torch.stack([transform(image) for image in torch.tensor(X)]).numpy()

    return change


def accuracy_by_shift(
    seeds: Iterable[int], shifts: Sequence[int], *, n: int, epochs: int, data: str = "digits", bar: Callable = iter
) -> dict[str, np.ndarray]:
    """Return {network: (n_seeds, n_shifts)}: accuracy on validation images moved to the right, then to the left, by so many pixels.

    The networks learn from n images that were never moved, but the last one, which meets them moved by chance.
    """
    import torch

    changes: dict[str, tuple[str, Any]] = {
        DENSE: (DENSE, None),
        "LeNet-5": (LENET, None),
        "LeNet-5, augmented": (LENET, augment()),
    }
    table: dict[str, list] = {name: [] for name in changes}
    for seed in bar(list(seeds)):
        d = load(data, seed)
        for name, (variant, change) in changes.items():
            torch.manual_seed(seed)
            rng = np.random.default_rng([seed, 7])
            run = train(VARIANTS[variant](rng), d.X_train[:n], d.y_train[:n], rng, epochs, change=change)
            X, y, net = d.X_validation, d.y_validation, run.network
            both = [[accuracy(net, moved(X, 0, side * shift), y) for side in (1, -1)] for shift in shifts]
            table[name].append(np.mean(both, axis=1))
    return {name: np.array(rows) for name, rows in table.items()}


def equivariance_errors(x: np.ndarray, shifts: Sequence[int], seed: int) -> dict[str, np.ndarray]:
    """Return {part of a network: (n_shifts,)}: how far "move, then compute" is from "compute, then move".

    x: (n, 1, h, w), with a margin of zeros wide enough for the shifts.  The parts have total strides of 1, 2 and 4; their
    maps are moved by shift / stride, rounded.  The error is the largest difference, relative to the largest number in the maps.
    """
    rng = np.random.default_rng(seed)
    stage = [Conv2d(1, 6, 5, rng, padding=2), ReLU()]
    second = [MaxPool2d(2), Conv2d(6, 16, 5, rng, padding=2), ReLU()]
    parts = {
        "convolution, stride 1": (stage, 1),
        "convolution and pooling": ([*stage, MaxPool2d(2)], 2),
        "twice convolution and pooling": ([*stage, *second, MaxPool2d(2)], 4),
    }
    errors = {}
    for name, (layers, stride) in parts.items():
        still = through(layers, x)
        row = []
        for shift in shifts:
            there = through(layers, moved(x, 0, shift))
            here = moved(still, 0, round(shift / stride))
            row.append(float(np.abs(there - here).max() / np.abs(still).max()))
        errors[name] = np.array(row)
    return errors
