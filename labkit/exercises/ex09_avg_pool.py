"""The mean of a window, in 09_convolution."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex09_pooling import (
    KEPT_REST,
    NOTEBOOK,
    POOLING,
    SAYS_ORDER,
    STRIDE_SLIPS,
    STRIDES,
    in_the_order_of_memory,
)
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

MEAN = "np.mean(windows[:, :, ::stride, ::stride], axis=(4, 5))"


def average_cases(rng: np.random.Generator) -> list[Case]:
    whole = rng.integers(0, 9, (2, 2, 4, 6)) * 4 + rng.integers(0, 2, (2, 2, 4, 6))
    return [
        Case("windows of 2 by 2", (rng.normal(size=(2, 3, 4, 6)), 2)),
        Case("windows of 3 by 3", (rng.normal(size=(1, 3, 9, 6)), 3)),
        Case("rows and columns left over", (rng.normal(size=(2, 2, 5, 7)), 2), aspect="a rest"),
        Case("windows of 3 by 3, a stride of 2", (rng.normal(size=(2, 2, 7, 5)), 3, 2), aspect="stride"),
        Case("windows of 2 by 2, a stride of 1", (rng.normal(size=(1, 3, 4, 5)), 2), {"stride": 1}, aspect="stride"),
        Case("windows as large as the image", (rng.normal(size=(2, 3, 4, 4)), 4), aspect="shapes"),
        Case("windows of a single pixel", (rng.normal(size=(1, 2, 3, 4)), 1), aspect="shapes"),
        Case("float32 pixels", (rng.normal(size=(2, 2, 4, 6)).astype(np.float32), 2), aspect="dtypes"),
        Case("whole numbers", (whole, 2), aspect="dtypes"),
    ]


def rest_averaged(x: Any, size: int, stride: int | None = None) -> Any:
    stride = size if stride is None else stride
    tops, lefts = (range(0, min(side, side - size + stride), stride) for side in x.shape[2:])
    rows = [[x[:, :, i : i + size, j : j + size].mean(axis=(2, 3)) for j in lefts] for i in tops]
    return np.array(rows).transpose(2, 3, 0, 1)


AVERAGE = Exercise(
    id="avg_pool",
    notebook=NOTEBOOK,
    reference=POOLING + "avg_pool",
    title="The mean of a window",
    cases=average_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "sum", Edit("np.mean(", "np.sum("), "These are sums; the mean divides by the number of pixels in a window."
        ),
        Mistake(
            "largest", Edit("np.mean(", "np.max("), "These are the largest pixels; average pooling takes the mean."
        ),
        Mistake(
            "divided by the side",
            Edit(MEAN, MEAN.replace("np.mean(", "np.sum(") + " / size"),
            "The sum is divided by size. A window has size · size pixels.",
        ),
        *STRIDE_SLIPS,
        Mistake(
            "always divided by 4",
            Edit(MEAN, MEAN.replace("np.mean(", "np.sum(") + " / 4"),
            "The sum is divided by 4, whatever the size: that is right for windows of 2 by 2 only.",
        ),
        Mistake(
            "whole-number division",
            Edit(MEAN, MEAN.replace("np.mean(", "np.sum(") + " // size**2"),
            "// rounds the means down to whole numbers; divide with /.",
        ),
        Mistake(
            "mean over columns only",
            Edit(MEAN, MEAN.replace("(4, 5)", "5")),
            "The mean is taken over one axis of the window only: there is one number for each of its rows. Average over both of its axes.",
        ),
        Mistake("pixels in the order of memory", in_the_order_of_memory(np.mean), SAYS_ORDER),
        Mistake(
            "channels last",
            Edit("axis=(2, 3)", "axis=(1, 2)", ((STRIDES, "[:, ::stride, ::stride]"),)),
            "The windows are laid over channels and rows: the axes are read as (image, row, column, channel). Here they are (image, channel, row, column).",
        ),
        Mistake(
            "one map for all channels",
            Edit(MEAN, f"{MEAN}.mean(axis=1, keepdims=True)"),
            "Only one map comes out: the mean over all channels. Each channel is pooled by itself.",
        ),
        Mistake(
            "rows and columns swapped",
            Edit(MEAN, f"{MEAN}.swapaxes(2, 3)"),
            "Each map comes out transposed: rows and columns have changed places.",
        ),
        Mistake(
            "channels averaged, too",
            Edit(MEAN, f"np.repeat({MEAN}.mean(axis=1, keepdims=True), x.shape[1], axis=1)"),
            "All channels come out alike: each channel is pooled by itself.",
        ),
        Mistake(
            "last position missing",
            Edit(
                MEAN,
                "np.mean(windows[:, :, : (x.shape[2] - size) // stride * stride or None : stride, : (x.shape[3] - size) // stride * stride or None : stride], axis=(4, 5))",
            ),
            "The last row and the last column of the output are missing: the first position counts, too (+ 1).",
        ),
        Mistake(
            "mean of what is left at the edge",
            rest_averaged,
            "A rest too short for a window is averaged, too. It is left out: round down.",
        ),
        Mistake(
            "rest kept",
            Edit("windows = np", KEPT_REST.format(x="x", how='mode="constant"') + "windows = np"),
            "A rest too short for a window makes another one here. It is left out: round down.",
        ),
        Mistake(
            "decimals cut off",
            Edit(MEAN, MEAN + ".astype(x.dtype)"),
            "The decimals are cut off: the mean of whole numbers is stored as a whole number.",
        ),
    ),
    hints=(
        "The same windows as for max pooling, with another question to each of them.",
        "stride None means stride = size. A rest too short for a window is left out.",
        "np.mean over the two axes of the window, for each image, channel and position.",
    ),
)
