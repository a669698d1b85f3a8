"""Pooling: a window of pixels becomes one, the largest or the mean, and a small shift of the image matters less.

Sources: Y. LeCun et al., "Gradient-based learning applied to document recognition" (1998), on averages;
M. Ranzato et al., "Unsupervised learning of invariant feature hierarchies" (2007), on the maximum;
conventions of torch.nn.functional.max_pool2d.
"""

import numpy as np


def max_pool_forward(x, size, stride=None, padding=0):
    """Return the largest pixel of each window, channel by channel, and what backward needs.

    x: (n, c, h, w), floats  ->  (y, cache): (n, c, h_out, w_out), the tuple (x, size, stride, padding)

    The windows are squares of size by size pixels, stride apart; stride None means stride = size, so that
    they lie side by side, and then the cache holds that number. h_out and w_out are as in conv_output_size:
    a rest too short for a window is left out. Padding must never win: a window that reaches over the edge
    returns the largest of its real pixels, also when all of them are negative. x is not changed.

    size, stride >= 1 and padding are ints and hold for both axes.
    Raises ValueError when padding is greater than size // 2: some windows would hold no real pixel.

    >>> x = np.array([[[[1.0, 2.0, 0.0, -1.0], [3.0, 4.0, -5.0, -2.0]]]])
    >>> y, cache = max_pool_forward(x, 2)
    >>> y.tolist(), cache[1:]
    ([[[[4.0, 0.0]]]], (2, 2, 0))
    """
    if padding > size // 2:
        raise ValueError(f"padding is {padding}; for windows of {size} it can be at most {size // 2}")
    stride = size if stride is None else stride
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    x_padded = np.pad(x, around, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x_padded, (size, size), axis=(2, 3))
    y = np.max(windows[:, :, ::stride, ::stride], axis=(4, 5))
    return y, (x, size, stride, padding)


def max_pool_backward(dy, cache):
    """Return the gradient of the loss in the images that went into a max pooling.

    dy: (n, c, h_out, w_out)  cache: (x, size, stride, padding), from max_pool_forward  ->  dx: (n, c, h, w)

    Only the largest pixel of a window had a say in the output, so it gets the window's whole gradient and
    the others get none. Where several pixels of a window are equal and largest, the first of them gets it,
    row by row from the top left, as in torch. Where windows overlap (stride < size), a pixel adds up what
    it gets from each. dx has no padding. The inputs are not changed.

    >>> x = np.array([[[[7.0, 7.0], [1.0, 7.0]]]])
    >>> y, cache = max_pool_forward(x, 2)
    >>> max_pool_backward(np.array([[[[5.0]]]]), cache).tolist()
    [[[[5.0, 0.0], [0.0, 0.0]]]]
    """
    x, size, stride, padding = cache
    n, c, height, width = x.shape
    h_out, w_out = dy.shape[2:]
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    x_padded = np.pad(x, around, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x_padded, (size, size), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    winner = np.argmax(windows.reshape(n, c, h_out, w_out, size * size), axis=4)  # the first one of a tie
    dx_padded = np.zeros(x_padded.shape, dy.dtype)
    for i in range(size):
        for j in range(size):
            rows = slice(i, i + stride * h_out, stride)
            cols = slice(j, j + stride * w_out, stride)
            dx_padded[:, :, rows, cols] += dy * (winner == i * size + j)
    return dx_padded[:, :, padding : padding + height, padding : padding + width]


def avg_pool(x, size, stride=None):
    """Return the mean of each window, channel by channel.

    x: (n, c, h, w)  ->  y: (n, c, h_out, w_out)

    The windows are squares of size by size pixels, stride apart; stride None means stride = size, so that
    they lie side by side. h_out and w_out are as in conv_output_size: a rest too short for a window is
    left out. There is no padding. x is not changed; it may hold whole numbers, and y holds floats all the same.

    size, stride >= 1: ints, for both axes.

    Source: LeCun et al. (1998) also scaled and shifted the mean by two learned numbers; nobody does now.

    >>> x = np.array([[[[1.0, 2.0, 0.0], [3.0, 4.0, 0.0]]]])
    >>> avg_pool(x, 2).tolist(), avg_pool(x, 2, stride=1).tolist()
    ([[[[2.5]]]], [[[[2.5, 1.5]]]])
    """
    stride = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return np.mean(windows[:, :, ::stride, ::stride], axis=(4, 5))
