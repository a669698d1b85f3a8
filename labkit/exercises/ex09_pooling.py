"""Pooling in 09_convolution: what the three exercises on it share, pixels without ties and slips of stride and order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.grading.model import Edit, Mistake

NOTEBOOK = "09_convolution"
POOLING = "labkit.reference.pooling:"
STRIDES = "[:, :, ::stride, ::stride]"
INF = "constant_values=-np.inf"
DEFAULT = "stride = size if stride is None else stride"
KEPT_REST = (
    "rest_h, rest_w = (-(x.shape[2] - size)) % stride, (-(x.shape[3] - size)) % stride\n"
    "    {x} = np.pad({x}, ((0, 0), (0, 0), (0, rest_h), (0, rest_w)), {how})\n    "
)


def distinct(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return pixels of both signs of which no two are equal, so that no window has a tie."""
    return (rng.permutation(np.prod(shape)).reshape(shape) - np.prod(shape) / 2 + 0.25) / 10


def in_the_order_of_memory(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """Return the pooling that cuts the pixels into windows by one reshape, without a transpose."""

    def wrong(x: Any, size: int, stride: int | None = None, padding: int = 0) -> Any:
        n, c, height, width = x.shape
        h_out, w_out = height // size, width // size
        cut = x[:, :, : h_out * size, : w_out * size].reshape(n, c, h_out, w_out, size, size)
        return reduce(cut, axis=(4, 5))

    return wrong


SAYS_ORDER = (
    "Reshaping to (…, h_out, w_out, size, size) takes the pixels as they lie in memory, along whole rows of the image, so they do not form squares. "
    "Split rows and columns each in two: (…, h_out, size, w_out, size)."
)
STRIDE_SLIPS = (  # of both poolings
    Mistake(
        "windows slide by one pixel",
        Edit(DEFAULT, "stride = 1 if stride is None else stride"),
        "Without a stride the windows lie side by side: stride None means stride = size.",
    ),
    Mistake(
        "stride always 2 by default",
        Edit(DEFAULT, "stride = 2 if stride is None else stride"),
        "Without a stride the windows are always 2 pixels apart: that is right for windows of 2 by 2 only. stride None means stride = size.",
    ),
    Mistake(
        "stride in the size only",
        Edit(STRIDES, "[:, :, : (windows.shape[2] - 1) // stride + 1, : (windows.shape[3] - 1) // stride + 1]"),
        "The output has the right size, but the windows move on by one pixel: window (i, j) begins at row i · stride and column j · stride.",
    ),
    Mistake(
        "stride ignored",
        Edit(DEFAULT, "stride = size"),
        "The windows always lie side by side; a stride that is given must be used.",
    ),
    Mistake(
        "stride on rows only",
        Edit(STRIDES, "[:, :, ::stride]"),
        "The stride acts on the rows only; it holds for both axes.",
    ),
)
