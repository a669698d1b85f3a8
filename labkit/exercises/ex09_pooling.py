"""Pooling in 09_convolution: the largest of a window, its gradient, and the mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.exercises.ex09_cache import CACHE, first_of_two
from labkit.exercises.ex09_overlaps import NAME, of_maxima, overwritten
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "09_convolution"
POOLING = "labkit.reference.pooling:"

# ------------------------------------------------------------------------------------------------------- the largest


def distinct(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return pixels of both signs of which no two are equal, so that no window has a tie."""
    return (rng.permutation(np.prod(shape)).reshape(shape) - np.prod(shape) / 2 + 0.25) / 10


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


LARGEST = "np.max(windows[:, :, ::stride, ::stride], axis=(4, 5))"
STRIDES = "[:, :, ::stride, ::stride]"
DEFAULT = "stride = size if stride is None else stride"
PADDED = "(padding, padding), (padding, padding)"
INF = "constant_values=-np.inf"
PAD = "x_padded = np.pad("
KEPT_REST = (
    "rest_h, rest_w = (-(x.shape[2] - size)) % stride, (-(x.shape[3] - size)) % stride\n"
    "    {x} = np.pad({x}, ((0, 0), (0, 0), (0, rest_h), (0, rest_w)), {how})\n    "
)


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

# --------------------------------------------------------------------------------------------------- and its gradient


def back(
    rng: np.random.Generator, x: np.ndarray, size: int, stride: int | None = None, padding: int = 0
) -> tuple[np.ndarray, tuple]:
    """Return generic dy, none of it near 0, and the cache that belongs to it."""
    stride = size if stride is None else stride
    h_out, w_out = ((side + 2 * padding - size) // stride + 1 for side in x.shape[2:])
    dy = rng.uniform(0.5, 2.0, (*x.shape[:2], h_out, w_out)) * rng.choice([-1.0, 1.0], (*x.shape[:2], h_out, w_out))
    return dy.astype(x.dtype), (x, size, stride, padding)


def max_backward_cases(rng: np.random.Generator) -> list[Case]:
    below = -1 - rng.random((2, 2, 4, 6))
    blank = np.maximum(distinct(rng, 2, 2, 4, 6), 0)
    blank[:, :, :2, :2] = 0.0  # after a ReLU whole windows are 0
    crossed = np.array([[1.0, 9, 2, 3], [9, 4, 8, 8], [5, 6, 7, 1], [6, 0, 3, 7]])[None, None]
    return [
        Case("windows of 2 by 2", back(rng, distinct(rng, 2, 3, 4, 6), 2)),
        Case("windows of 3 by 3", back(rng, distinct(rng, 1, 2, 9, 6), 3)),
        Case("rows and columns left over", back(rng, distinct(rng, 2, 2, 5, 7), 2), aspect="a rest"),
        Case("windows of 3 by 3, a stride of 2", back(rng, distinct(rng, 2, 2, 9, 7), 3, 2), aspect="overlaps"),
        Case("windows of 2 by 2, a stride of 1", back(rng, distinct(rng, 2, 3, 4, 5), 2, 1), aspect="overlaps"),
        Case(
            "an image of one gray, where every window is a tie", back(rng, np.full((1, 2, 4, 6), 0.5), 2), aspect="ties"
        ),
        Case("images after a ReLU, with windows of zeros", back(rng, blank, 2), aspect="ties"),
        Case("ties across a diagonal", back(rng, crossed, 2), aspect="ties"),
        Case("a tie in overlapping windows", back(rng, np.zeros((1, 1, 5, 5)), 3, 2), aspect="ties"),
        Case("a padding of 1, all pixels negative", back(rng, below, 3, 2, 1), aspect="padding"),
        Case("windows as large as the image", back(rng, distinct(rng, 2, 3, 4, 4), 4), aspect="shapes"),
        Case("float32 pixels", back(rng, distinct(rng, 2, 2, 4, 6).astype(np.float32), 2), aspect="dtypes"),
    ]


WINNER = "winner = np.argmax(windows.reshape(n, c, h_out, w_out, size * size), axis=4)"
OVERLAPS = (
    "A pixel that is the largest of several overlapping windows keeps the gradient of one only. It gets the sum: +=."
)
GIVES = "dy * (winner == i * size + j)"
ADD = "dx_padded[:, :, rows, cols] += "
CUT = "dx_padded[:, :, padding : padding + height, padding : padding + width]"
FLAT = "windows.reshape(n, c, h_out, w_out, size * size)"


def without_padding(dy: Any, cache: Any) -> Any:
    x, size, stride, _ = cache
    dx = np.zeros(x.shape, dy.dtype)
    for m, c, i, j in np.ndindex(*dy.shape):
        window = x[m, c, i * stride : i * stride + size, j * stride : j * stride + size]
        if window.size:
            row, column = np.unravel_index(np.argmax(window), window.shape)
            dx[m, c, i * stride + row, j * stride + column] += dy[m, c, i, j]
    return dx


MAX_BACKWARD = Exercise(
    id="max_pool_backward",
    notebook=NOTEBOOK,
    reference=POOLING + "max_pool_backward",
    title="Who was the largest?",
    points=2,
    cases=max_backward_cases,
    judge=overwritten(close(), of_maxima, OVERLAPS),
    mistakes=(
        Mistake(
            "all of a tie get it",
            Edit(GIVES, "dy * (windows[:, :, :, :, i, j] == windows.max(axis=(4, 5)))"),
            "In a tie all equal pixels get the whole gradient, so it comes out several times. Only the first of them gets it: np.argmax finds it.",
        ),
        Mistake(
            "a tie is shared",
            Edit(
                GIVES,
                "dy * (windows[:, :, :, :, i, j] == windows.max(axis=(4, 5))) / (windows == windows.max(axis=(4, 5), keepdims=True)).sum(axis=(4, 5))",
            ),
            "In a tie the gradient is shared out among the equal pixels. That would be a choice, too; here, as in torch, the first of them gets all of it.",
        ),
        Mistake(
            "last of a tie",
            Edit(WINNER, f"winner = size * size - 1 - np.argmax({FLAT}[..., ::-1], axis=4)"),
            "In a tie the last of the equal pixels gets the gradient; the first one should, row by row from the top left.",
        ),
        Mistake(
            "first of a tie by columns",
            Edit(
                WINNER,
                f"winner = np.argmax({FLAT.replace('windows.', 'windows.swapaxes(4, 5).')}, axis=4)\n    winner = winner % size * size + winner // size",
            ),
            "In a tie the first pixel is searched for column by column; go row by row.",
        ),
        Mistake(
            NAME,
            Edit(
                ADD + GIVES,
                "hit = winner == i * size + j\n            dx_padded[:, :, rows, cols] = np.where(hit, dy, dx_padded[:, :, rows, cols])",
            ),
            OVERLAPS,
        ),
        Mistake(
            "gradient for all pixels",
            Edit(GIVES, "dy"),
            "Every pixel of a window gets the gradient. Only the largest had a say in the output.",
        ),
        Mistake(
            "shared as by a mean",
            Edit(GIVES, "dy / size**2"),
            "Every pixel of a window gets an equal share: this is the gradient of average pooling. Here the largest pixel gets all, the others nothing.",
        ),
        Mistake(
            "gradient for the corner",
            Edit(GIVES, "dy * (i == j == 0)"),
            "The gradient goes to the top left pixel of each window. It goes to the largest: look into x.",
        ),
        Mistake(
            "smallest gets it",
            Edit("np.argmax(", "np.argmin("),
            "The smallest pixel of each window gets the gradient.",
        ),
        Mistake(
            "times the pixel",
            Edit(GIVES, "dy * (winner == i * size + j) * windows[:, :, :, :, i, j]"),
            "The gradient is multiplied by the largest pixel. y *is* that pixel, so the derivative is 1: it gets dy as it is.",
        ),
        Mistake(
            "padded with zeros",
            Edit(INF, "constant_values=0"),
            "The padding wins here, so the gradient is lost: where all real pixels are negative, a padding of 0 is the largest. Pad with a smaller value.",
        ),
        Mistake(
            "padding forgotten",
            without_padding,
            "The windows are laid on x without its padding, so each lies padding rows and columns too far down and to the right.",
        ),
        Mistake(
            "search begins at 0",
            Edit(WINNER, WINNER.replace("windows.reshape", "np.maximum(windows, 0).reshape")),
            "The search for the largest begins at 0, so where all pixels are negative none of them is found. Begin with the first pixel, or with -np.inf.",
        ),
        Mistake(
            "row and column of the winner swapped",
            Edit(GIVES, "dy * (winner == j * size + i)"),
            "The gradient lands on the mirror image of the largest pixel: argmax counts row by row, so k // size is the row and k % size the column.",
        ),
        Mistake(
            "one for every window",
            Edit(GIVES, "(winner == i * size + j)"),
            "The largest pixels get 1. That is their derivative; by the chain rule it is multiplied by the window's dy.",
        ),
        Mistake(
            "pixel for its gradient",
            Edit(
                GIVES,
                "windows[:, :, :, :, i, j] * (winner == i * size + j)",
                (("np.pad(x, around, constant_values=-np.inf)", "np.pad(x, around, constant_values=-1e30)"),),
            ),
            "The largest pixels come back themselves. What comes back to them is the gradient: the window's dy.",
        ),
        Mistake(
            "cut from padding to -padding",
            Edit(CUT, "dx_padded[:, :, padding:-padding, padding:-padding]"),
            "Without padding nothing is left of dx: [0:-0] is empty. Cut from padding to padding + height.",
        ),
        Mistake(
            "padding cut from one side",
            Edit(CUT, "dx_padded[:, :, :height, :width]"),
            "dx has the right shape, but stands in the wrong place: the image begins after padding rows and columns.",
        ),
        Mistake(
            "padding left on",
            Edit(CUT, "dx_padded"),
            "dx still has its padding: cut it off, so that dx has the shape of x.",
        ),
        Mistake(
            "rest cut off",
            Edit(
                "return " + CUT,
                "dx = " + CUT + "\n    return dx[:, :, : stride * (h_out - 1) + size, : stride * (w_out - 1) + size]",
            ),
            "dx is too small: rows and columns that no window reached are part of x, and their gradient is 0.",
        ),
    ),
    hints=(
        "Start with zeros of the shape of x (with its padding). Each window then gives its dy to one pixel.",
        "np.argmax of a window, flattened, counts row by row and names the first of a tie: row = k // size, column = k % size.",
        "Windows may overlap, so add: dx[m, c, i * stride + row, j * stride + column] += dy[m, c, i, j]. Four loops are fine.",
        "Without the loops over positions: for each of the size · size places in a window, add dy where the winner stands there.",
    ),
)

# ----------------------------------------------------------------------------------------------------------- the mean


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


MEAN = "np.mean(windows[:, :, ::stride, ::stride], axis=(4, 5))"


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

EXERCISES = (MAX_FORWARD, MAX_BACKWARD, AVERAGE)
