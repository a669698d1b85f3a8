"""Recognising a gradient of 09_convolution in which overlapping windows overwrite each other, in whatever order they come.

The last window, the first, or the last filter may win: no list of wrong answers holds all orders.  What they share is that each
pixel has the share of one window, where it should have the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from labkit.grading.model import Case, Finding, Judge

NAME = "not accumulated on overlaps"
Shares = Callable[[Case], Iterator[np.ndarray]]


def overwritten(judge: Judge, shares: Shares, sentence: str) -> Judge:
    """Return a judge that also knows a dx in which every pixel holds one window's share; ``shares`` of a case yields them."""

    def judge_too(case: Case, expected: Any, got: Any) -> Finding | None:
        finding = judge(case, expected, got)
        if finding is None or finding.stage != "values":
            return finding
        right, dx = (value if isinstance(value, np.ndarray) else value[0] for value in (expected, got))
        if one_share_each(dx, shares(case)) and not np.allclose(dx, right):
            return Finding(finding.stage, finding.sentence, sentence, NAME)
        return finding

    return judge_too


def one_share_each(dx: np.ndarray, shares: Iterator[np.ndarray]) -> bool:
    """Whether each pixel equals one of the shares, which are nan where there is none; without any it must be 0."""
    if not np.any(dx):
        return False
    explained, reached = np.zeros(dx.shape, bool), np.zeros(dx.shape, bool)
    for share in shares:
        explained |= np.isclose(dx, share, rtol=1e-4, atol=1e-9)
        reached |= ~np.isnan(share)
    return bool(np.all(explained | (~reached & (dx == 0))))


def placed(share: np.ndarray, case: Case, i: int, j: int) -> np.ndarray:
    """Return what the windows give to their element (i, j), (n, c, h_out, w_out), as an image without padding, nan elsewhere."""
    x, _, stride, padding = case.args[1]
    (height, width), (h_out, w_out) = x.shape[2:], share.shape[2:]
    image = np.full((*share.shape[:2], height + 2 * padding, width + 2 * padding), np.nan)
    image[:, :, i : i + stride * h_out : stride, j : j + stride * w_out : stride] = share
    return image[:, :, padding : padding + height, padding : padding + width]


def of_filters(case: Case) -> Iterator[np.ndarray]:
    """Yield the shares of a convolution: of all filters together, and of each alone."""
    dy, (_, w, _, _) = case.args
    for i, j in np.ndindex(*w.shape[2:]):
        yield placed(np.einsum("nohw,oc->nchw", dy, w[:, :, i, j]), case, i, j)
        for o in range(len(w)):
            yield placed(dy[:, o, None] * w[o, :, i, j][:, None, None], case, i, j)


def of_maxima(case: Case) -> Iterator[np.ndarray]:
    """Yield the shares of a max pooling: dy for the first largest pixel of a window, and 0 for the others."""
    dy, (x, size, stride, padding) = case.args
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(x.astype(float), around, constant_values=-np.inf), (size, size), axis=(2, 3)
    )[:, :, ::stride, ::stride]
    winner = np.argmax(windows.reshape(*windows.shape[:4], -1), axis=4)
    for i, j in np.ndindex(size, size):
        yield placed(dy * (winner == i * size + j), case, i, j)
