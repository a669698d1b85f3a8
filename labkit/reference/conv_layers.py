"""Layers for images, fast: convolution as one batched matrix product over a view in which patches overlap.

Images are seen as (n, c, h, w), as everywhere. In memory these layers keep them as (h, c, w, n): what lies
side by side is the same pixel of all images, so everything runs along whole batches, and a row of an image
with all its channels is one block. NumPy keeps that order by itself through ReLU and the like.

The trick: copy each row of pixels once for each *column* of the kernel, as columns[h, (c, j), (w, n)]. Then
the patch matrix of output row i is columns[i : i + k_h] read as one block: rows of patches that follow each
other overlap in memory, and nothing is copied for the rows of the kernel. conv.py copies each pixel k_h k_w
times; here it is k_w times.

Sources: conv.py and pooling.py for what is computed; M. Cho and D. Brand, "MEC: memory-efficient convolution for
deep neural network" (2017), for the overlapping matrices.
"""

import numpy as np

from labkit.reference.conv_size import conv_output_size
from labkit.reference.initialization import he_normal
from labkit.reference.layers import Layer


def by_rows(x):
    """Return a view of images in the order in which these layers keep them.

    x: (n, c, h, w)  ->  (h, c, w, n)

    >>> by_rows(np.zeros((64, 6, 14, 15))).shape
    (14, 6, 15, 64)
    """
    return x.transpose(2, 1, 3, 0)


def by_images(rows):
    """Return a view of images in the order in which everyone sees them, the inverse of by_rows.

    rows: (h, c, w, n)  ->  (n, c, h, w)

    >>> by_images(np.zeros((14, 6, 15, 64))).shape
    (64, 6, 14, 15)
    """
    return rows.transpose(3, 1, 0, 2)


class Conv2d(Layer):
    """Convolution, as conv2d_forward and conv2d_backward: zeros around the image, kernels not flipped.

    params: w (c_out, c_in, k, k), b (c_out,), as in torch. First weights by init(fan_in, c_out, rng), He's rule
    unless another is given. The first layer of a network may save the work of the gradient in the images
    with input_gradient=False; its backward then returns None.

    >>> Conv2d(3, 8, 5, np.random.default_rng(0), padding=2).forward(np.ones((4, 3, 28, 20))).shape
    (4, 8, 28, 20)
    """

    n_decayed = 1

    def __init__(self, c_in, c_out, kernel_size, rng, *, stride=1, padding=0, init=he_normal, input_gradient=True):
        fan_in = c_in * kernel_size**2
        w = init(fan_in, c_out, rng).T.reshape(c_out, c_in, kernel_size, kernel_size)
        super().__init__([w, np.zeros(c_out)])
        self.stride, self.padding, self.input_gradient = stride, padding, input_gradient

    def filters(self):
        """Return the weights as one matrix, an output channel a row, in the order of the patches: (c_out, (k, c, k))."""
        w, _ = self.params
        return w.transpose(0, 2, 1, 3).reshape(len(w), -1)

    def forward(self, x, *, training=False):
        (w, b), s, p = self.params, self.stride, self.padding
        (n, c, height, width), (c_out, _, k, _) = x.shape, w.shape
        h_out, w_out = conv_output_size(height, k, s, p), conv_output_size(width, k, s, p)

        padded = np.zeros((height + 2 * p, c, width + 2 * p, n), w.dtype)
        padded[p : p + height, :, p : p + width] = by_rows(x)
        columns = np.empty((height + 2 * p, c, k, w_out, n), w.dtype)
        for j in range(k):
            columns[:, :, j] = padded[:, :, j : j + s * w_out : s]

        # patches[i] is columns[i s : i s + k] as one matrix ((k, c, k), (w_out, n)): k rows, read where they lie
        row, _, column, _, number = columns.strides
        shape, strides = (h_out, k * c * k, w_out * n), (s * row, column, number)
        self.patches = np.lib.stride_tricks.as_strided(columns, shape, strides, writeable=False)
        self.x_shape = x.shape
        y = self.filters() @ self.patches
        y += b[:, np.newaxis]
        return by_images(y.reshape(h_out, c_out, w_out, n))

    def backward(self, dy):
        (w, _), (dw, db), s, p = self.params, self.grads, self.stride, self.padding
        (n, c, height, width), (c_out, _, k, _), (h_out, w_out) = self.x_shape, w.shape, dy.shape[2:]
        dy = by_rows(dy).reshape(h_out, c_out, w_out * n)
        dw[...] = (dy @ self.patches.transpose(0, 2, 1)).sum(axis=0).reshape(c_out, k, c, k).transpose(0, 2, 1, 3)
        db[...] = dy.sum(axis=(0, 2))
        if not self.input_gradient:
            return None

        # the same two steps backwards: rows that share a block of columns add up, then columns that share a pixel
        dpatches = (self.filters().T @ dy).reshape(h_out, k, c, k, w_out, n)
        dcolumns = np.zeros((height + 2 * p, c, k, w_out, n), w.dtype)
        for i in range(k):
            dcolumns[i : i + s * h_out : s] += dpatches[:, i]
        dpadded = np.zeros((height + 2 * p, c, width + 2 * p, n), w.dtype)
        for j in range(k):
            dpadded[:, :, j : j + s * w_out : s] += dcolumns[:, :, j]
        return by_images(dpadded[p : p + height, :, p : p + width])


class Pool2d(Layer):
    """What the two poolings share: square windows of size by size, stride apart (None: side by side)."""

    def __init__(self, size, stride=None):
        super().__init__()
        self.size, self.stride = size, size if stride is None else stride

    def corners(self, x):
        """Return views of x, each holding one place of the window for all windows, row by row from the top left."""
        s, size = self.stride, self.size
        h_out, w_out = conv_output_size(x.shape[2], size, s), conv_output_size(x.shape[3], size, s)
        return [x[:, :, i : i + s * h_out : s, j : j + s * w_out : s] for i in range(size) for j in range(size)]


class MaxPool2d(Pool2d):
    """The largest of each window, as max_pool_forward and max_pool_backward: the first of a tie gets the gradient.

    >>> MaxPool2d(2).forward(np.ones((4, 3, 28, 21))).shape
    (4, 3, 14, 10)
    """

    def forward(self, x, *, training=False):
        first, *others = self.corners(x)
        y = first.copy(order="K")
        for corner in others:
            np.maximum(y, corner, out=y)
        self.x, self.y = x, y
        return y

    def backward(self, dy):
        dx = np.zeros_like(self.x)
        waiting = np.ones_like(self.y, dtype=bool)  # windows whose maximum was not met yet
        for corner, dcorner in zip(self.corners(self.x), self.corners(dx), strict=True):
            hit = (corner == self.y) & waiting
            waiting ^= hit
            dcorner += dy * hit
        return dx


class AvgPool2d(Pool2d):
    """The mean of each window, as avg_pool; backwards, each pixel of a window gets the same share.

    >>> AvgPool2d(2).forward(np.ones((4, 3, 28, 21))).shape
    (4, 3, 14, 10)
    """

    def forward(self, x, *, training=False):
        self.x = x
        return sum(self.corners(x)) / self.size**2

    def backward(self, dy):
        dx = np.zeros_like(self.x)
        share = dy / self.size**2
        for dcorner in self.corners(dx):
            dcorner += share
        return dx


class Flatten(Layer):
    """Images as rows of numbers in torch's order (channel, row, column), in memory column by column as in Dense.

    >>> Flatten().forward(np.ones((4, 3, 5, 6))).shape
    (4, 90)
    """

    def forward(self, x, *, training=False):
        self.shape = x.shape
        return x.transpose(1, 2, 3, 0).reshape(-1, len(x)).T

    def backward(self, dy):
        n, c, h, w = self.shape
        return dy.T.reshape(c, h, w, n).transpose(3, 0, 1, 2)
