"""What one output of a convolutional network sees: the side of its square of input pixels, computed and measured.

W. Luo et al., "Understanding the effective receptive field in deep convolutional neural networks" (2016), take gradients too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labkit.experiments.convolution import through
from labkit.reference.conv_size import conv_output_size
from labkit.reference.lenet5 import lenet5

STAGES = {"conv 1": 2, "pool 1": 3, "conv 2": 5, "pool 2": 6}  # how many layers of LeNet-5 end there, ReLU included
KERNELS_AND_STRIDES = ((5, 1), (2, 2), (5, 1), (2, 2))  # of those four


def field_sizes(kernels_and_strides: Sequence[tuple[int, int]]) -> list[int]:
    """Return the side of the square of input pixels that one output sees, after each layer of (kernel size, stride).

    Each layer adds kernel size - 1 steps, and a step is as long as all strides before it multiplied.
    """
    sizes, side, step = [], 1, 1
    for kernel, stride in kernels_and_strides:
        side += (kernel - 1) * step
        step *= stride
        sizes.append(side)
    return sizes


def field_gradient(stage: str, row: int, column: int, *, n: int = 200, seed: int = 0) -> np.ndarray:
    """Return the mean size of the gradient of one output of LeNet-5's first maps in each input pixel: (28, 28).

    Over n images of noise and untrained weights: a maximum lets one pixel of a window through, in each image another.
    """
    rng = np.random.default_rng(seed)
    layers = lenet5(0, rng, dtype=np.float64, input_gradient=True).layers[: STAGES[stage]]
    y = through(layers, rng.normal(size=(n, 1, 28, 28)))
    dy = np.zeros(y.shape)
    dy[:, :, row, column] = 1.0
    for layer in reversed(layers):
        dy = layer.backward(dy)
    return np.abs(dy).mean(axis=(0, 1))


def output_sides(kernels_and_strides: Sequence[tuple[int, int]], side: int = 28) -> list[int]:
    """Return the side of the maps after each layer of (kernel size, stride), by conv_output_size."""
    sides = []
    for kernel, stride in kernels_and_strides:
        side = conv_output_size(side, kernel, stride)
        sides.append(side)
    return sides
