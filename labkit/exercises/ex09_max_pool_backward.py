"""The gradient of the largest of a window, in 09_convolution."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex09_overlaps import NAME, of_maxima, overwritten
from labkit.exercises.ex09_pooling import INF, NOTEBOOK, POOLING, distinct
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

WINNER = "winner = np.argmax(windows.reshape(n, c, h_out, w_out, size * size), axis=4)"
OVERLAPS = (
    "A pixel that is the largest of several overlapping windows keeps the gradient of one only. It gets the sum: +=."
)
GIVES = "dy * (winner == i * size + j)"
ADD = "dx_padded[:, :, rows, cols] += "
CUT = "dx_padded[:, :, padding : padding + height, padding : padding + width]"
FLAT = "windows.reshape(n, c, h_out, w_out, size * size)"


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
