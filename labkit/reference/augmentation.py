"""Augmentation: the same image a little further left is still the same thing, and costs nothing to collect.

Only shifts here. A mirrored 2 is no 2, so digits are never flipped; clothes may be. Turning and scaling need
interpolation, for which there is torchvision.

Sources: P. Simard, D. Steinkraus and J. Platt, "Best practices for convolutional neural networks applied to visual
document analysis" (2003).
"""

import numpy as np


def shift(x, down, right):
    """Return the images moved by whole pixels, with zeros where nothing moved in.

    x: (n, c, h, w)  down, right: int, or (n,) ints, one an image  ->  shifted: (n, c, h, w)

    Negative numbers move up and to the left. What moves over the edge is lost; a shift by the whole image
    or more leaves zeros. x is not changed.

    >>> shift(np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), 1, -1).tolist()
    [[[[0.0, 0.0], [2.0, 0.0]]]]
    """
    n, _, h, w = x.shape
    down, right = np.broadcast_to(down, n), np.broadcast_to(right, n)
    margin = int(max(np.abs(down).max(initial=0), np.abs(right).max(initial=0)))
    padded = np.pad(x, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w), axis=(2, 3))
    return windows[np.arange(n), :, margin - down, margin - right]  # a window further up shows the image further down


def random_shifts(x, max_shift, rng):
    """Return the images, each moved by its own random number of pixels down and to the right.

    x: (n, c, h, w)  ->  shifted: (n, c, h, w)

    Both numbers are drawn uniformly from -max_shift .. max_shift, first all n down, then all n right. The
    background must be 0, because that is what moves in. For training batches only: validation and test
    images stay as they are.

    max_shift >= 0, in pixels.  rng: np.random.Generator.

    >>> random_shifts(np.ones((2, 1, 3, 3)), 1, np.random.default_rng(4)).sum(axis=(1, 2, 3)).tolist()
    [4.0, 6.0]
    """
    down, right = rng.integers(-max_shift, max_shift + 1, (2, len(x)))
    return shift(x, down, right)
