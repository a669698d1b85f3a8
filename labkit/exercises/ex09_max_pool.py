"""The largest of a window, in 09_convolution."""

from __future__ import annotations

import numpy as np

from labkit.exercises.ex09_cache import CACHE, first_of_two
from labkit.exercises.ex09_pooling import (
    INF,
    KEPT_REST,
    NOTEBOOK,
    POOLING,
    SAYS_ORDER,
    STRIDE_SLIPS,
    STRIDES,
    distinct,
    in_the_order_of_memory,
)
from labkit.grading.model import Case, Edit, Exercise, Mistake

LARGEST = "np.max(windows[:, :, ::stride, ::stride], axis=(4, 5))"
PADDED = "(padding, padding), (padding, padding)"


def max_cases(rng: np.random.Generator) -> list[Case]:
    below = -1 - rng.random((2, 2, 4, 6))
    return [
        Case("windows of 2 by 2", (distinct(rng, 2, 3, 4, 6), 2)),
        Case("windows of 3 by 3", (distinct(rng, 1, 3, 9, 6), 3)),
        Case("images that are all negative", (below, 2)),
        Case("windows of 2 by 2, rows and columns left over", (distinct(rng, 2, 2, 5, 7), 2), aspect="a rest"),
        Case("windows of 3 by 3, a stride of 2", (distinct(rng, 2, 2, 7, 5), 3, 2), aspect="stride"),
        Case("windows of 2 by 2, a stride of 1", (distinct(rng, 1, 3, 4, 5), 2), {"stride": 1}, aspect="stride"),
        Case("windows of 2 by 2, a stride of 3", (distinct(rng, 1, 2, 8, 6), 2), {"stride": 3}, aspect="stride"),
        Case(
            "windows of 3 by 3 with a padding of 1, all pixels negative",
            (below, 3),
            {"stride": 2, "padding": 1},
            aspect="padding",
        ),
        Case("windows of 2 by 2 with a padding of 1", (distinct(rng, 2, 2, 4, 6), 2), {"padding": 1}, aspect="padding"),
        Case("a padding of 2 for windows of 2", (below, 2), {"padding": 2}, aspect="padding too large"),
        Case("a padding of 2 for windows of 3", (below, 3), {"padding": 2}, aspect="padding too large"),
        Case("windows as large as the image", (distinct(rng, 2, 3, 4, 4), 4), aspect="shapes"),
        Case("windows of a single pixel", (distinct(rng, 1, 2, 3, 4), 1), aspect="shapes"),
        Case("float32 pixels", (distinct(rng, 2, 2, 4, 6).astype(np.float32), 2), aspect="dtypes"),
        Case("its cache, with stride = None", (distinct(rng, 2, 2, 6, 9), 3), {"padding": 1}, aspect=CACHE),
    ]


MAX_FORWARD: Exercise = Exercise(
    id="max_pool_forward",
    notebook=NOTEBOOK,
    reference=POOLING + "max_pool_forward",
    title="The largest of a window",
    cases=max_cases,
    judge=first_of_two(lambda: MAX_FORWARD, "x", "size", "stride", "padding"),
    mistakes=(
        Mistake(
            "padded with zeros",
            Edit(INF, "constant_values=0"),
            "The padding wins: it is 0, and the pixels beside it are negative. Pad with a value that is smaller than any pixel.",
        ),
        Mistake(
            "padding forgotten",
            Edit(PADDED, "(0, 0), (0, 0)"),
            "The padding is not used: the windows at the edges reach over them.",
        ),
        Mistake(
            "padding on one side",
            Edit(PADDED, "(padding, 0), (padding, 0)"),
            "Padding is added on two sides only; each axis gets it at both ends.",
        ),
        Mistake(
            "padding too large is not refused",
            Edit("if padding > size // 2:", "if padding > size:"),
            "With that much padding some windows hold no real pixel: raise ValueError.",
        ),
        Mistake(
            "mean for the largest",
            Edit("np.max(", "np.mean("),
            "These are the means of the windows; max pooling takes the largest pixel.",
        ),
        Mistake(
            "None in the cache",
            Edit(
                "stride = size if stride is None else stride",
                "given = stride\n    stride = size if stride is None else stride",
                (("return y, (x, size, stride,", "return y, (x, size, given,"),),
            ),
            "Without a stride the cache holds None, which the way back cannot count with: keep the stride that was used.",
        ),
        Mistake(
            "refused only from the windows' size on",
            Edit("if padding > size // 2:", "if padding >= size:"),
            "Too much padding is refused too late: with more than half a window of it, some windows hold no real pixel. Compare with size // 2.",
        ),
        Mistake(
            "padded with a number that may win",
            Edit(INF, "constant_values=-1"),
            "The padding wins: -1 is more than the pixels beside it. No fixed number is safe but the smallest there is.",
        ),
        Mistake(
            "position for the value",
            Edit(LARGEST, "np.argmax(windows.reshape(*windows.shape[:4], -1)[:, :, ::stride, ::stride], axis=4)"),
            "This tells where in its window the largest pixel stands; y is the pixel itself.",
        ),
        Mistake(
            "pixels in the order of memory",
            lambda x, size, stride=None, padding=0: (in_the_order_of_memory(np.max)(x, size), None),
            SAYS_ORDER,
        ),
        Mistake(
            "channels last",
            Edit(
                "axis=(2, 3)",
                "axis=(1, 2)",
                (
                    (STRIDES, "[:, ::stride, ::stride]"),
                    (
                        "(0, 0), (0, 0), (padding, padding), (padding, padding)",
                        "(0, 0), (padding, padding), (padding, padding), (0, 0)",
                    ),
                ),
            ),
            "The windows are laid over channels and rows: the axes are read as (image, row, column, channel). Here they are (image, channel, row, column).",
        ),
        Mistake(
            "one map for all channels",
            Edit(LARGEST, f"{LARGEST}.max(axis=1, keepdims=True)"),
            "Only one map comes out: the largest of all channels. Each channel is pooled by itself.",
        ),
        Mistake("smallest", Edit("np.max(", "np.min("), "These are the smallest pixels of the windows."),
        Mistake(
            "largest in size",
            Edit(
                LARGEST,
                "np.max(np.abs(windows[:, :, ::stride, ::stride]), axis=(4, 5), where=np.isfinite(windows[:, :, ::stride, ::stride]), initial=0.0)",
            ),
            "The largest *absolute* value is taken; -5 is less than 1.",
        ),
        Mistake(
            "never below zero",
            Edit(LARGEST, f"np.maximum({LARGEST}, 0)"),
            "Nothing comes out below 0: does the search for the largest begin at 0? Where all pixels are negative, the largest is negative, too.",
        ),
        *STRIDE_SLIPS,
        Mistake(
            "stride on rows, size on columns",
            Edit(STRIDES, "[:, :, ::stride, ::size]"),
            "The windows move on by stride along the rows and by size along the columns; the stride holds for both axes.",
        ),
        Mistake(
            "rest kept",
            Edit("windows = np", KEPT_REST.format(x="x_padded", how=INF) + "windows = np"),
            "A rest too short for a window makes another one here. It is left out: round down.",
        ),
        Mistake(
            "last position missing",
            Edit(
                LARGEST,
                "np.max(windows[:, :, : (x_padded.shape[2] - size) // stride * stride or None : stride, : (x_padded.shape[3] - size) // stride * stride or None : stride], axis=(4, 5))",
            ),
            "The last row and the last column of the output are missing: the first position counts, too (+ 1).",
        ),
        Mistake(
            "largest over all channels",
            Edit(LARGEST, f"np.repeat({LARGEST}.max(axis=1, keepdims=True), x.shape[1], axis=1)"),
            "All channels come out alike: each channel is pooled by itself.",
        ),
    ),
    hints=(
        "As for a convolution, but without weights, without a sum, and channel by channel.",
        "np.pad takes constant_values=; -np.inf loses against every pixel. stride None becomes size before anything else happens.",
        "sliding_window_view(x_padded, (size, size), axis=(2, 3)), every stride-th of it, and the maximum over its last two axes. Two plain loops are as right.",
        "Return (y, (x, size, stride, padding)), with the stride that was used.",
    ),
)
