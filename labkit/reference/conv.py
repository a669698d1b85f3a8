"""Convolution as one matrix product: every patch becomes a row, every filter a column (im2col).

The price is memory, as a pixel is copied into each patch it belongs to; the gain is that one large
product is what processors do best. Backwards, a pixel gathers the gradients of all its copies (col2im).

Sources: K. Chellapilla, S. Puri and P. Simard, "High performance convolutional neural networks for
document processing" (2006); conventions of torch.nn.functional.conv2d.
"""

import numpy as np


def conv2d_forward(x, w, b, stride=1, padding=0):
    """Return the feature maps of a convolution layer for a batch of images, and what backward needs.

    x: (n, c_in, h, w)  w: (c_out, c_in, k_h, k_w)  b: (c_out,)
    ->  (y, cache): (n, c_out, h_out, w_out), the tuple (x, w, stride, padding)

    y is that of conv2d_loops: cross-correlation (the kernel is not flipped), zeros around the image, and
    sizes rounded down. This time without loops over images or positions: gather the patches as the rows
    of one matrix, (n h_out w_out, c_in k_h k_w), and multiply it once with the filters, one a column.
    np.lib.stride_tricks.sliding_window_view gathers the patches. The inputs are not changed.
    x may hold whole numbers; y holds floats all the same.

    stride >= 1 and padding >= 0 are ints and hold for both axes.

    Source: Chellapilla et al. (2006).

    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> w = np.array([[[[1.0, 0.0], [0.0, 10.0]]]])
    >>> y, cache = conv2d_forward(x, w, np.zeros(1))
    >>> y.tolist(), cache[2:]
    ([[[[40.0, 51.0], [73.0, 84.0]]]], (1, 0))
    """
    n = x.shape[0]
    c_out, c_in, k_h, k_w = w.shape
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x_padded, (k_h, k_w), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]  # (n, c_in, h_out, w_out, k_h, k_w)
    h_out, w_out = windows.shape[2:4]
    columns = windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * h_out * w_out, c_in * k_h * k_w)
    y = columns @ w.reshape(c_out, -1).T + b
    y = y.reshape(n, h_out, w_out, c_out).transpose(0, 3, 1, 2)
    return y, (x, w, stride, padding)


def conv2d_backward(dy, cache):
    """Return the gradients of the loss in the images, the filters and the bias of a convolution layer.

    dy: (n, c_out, h_out, w_out)  cache: (x, w, stride, padding), from conv2d_forward
    ->  (dx, dw, db): (n, c_in, h, w), (c_out, c_in, k_h, k_w), (c_out,)

    dy is the gradient of the loss in y. Each gradient has the shape of what it belongs to, without the
    padding, and they come in the order (dx, dw, db). A pixel belongs to several patches when these
    overlap: dx *adds up* what comes back from all of them. A filter is used at every position of every
    image, so dw and db sum over them. The 1/n of a mean loss is already in dy. The inputs are not changed.

    >>> x, w = np.array([[[[1.0, 2.0, 3.0]]]]), np.array([[[[4.0, 5.0]]]])
    >>> y, cache = conv2d_forward(x, w, np.zeros(1))
    >>> dx, dw, db = conv2d_backward(np.array([[[[1.0, 10.0]]]]), cache)
    >>> dx.tolist(), dw.tolist(), db.tolist()
    ([[[[4.0, 45.0, 50.0]]]], [[[[21.0, 32.0]]]], [11.0])
    """
    x, w, stride, padding = cache
    n, c_in, height, width = x.shape
    c_out, _, k_h, k_w = w.shape
    h_out, w_out = dy.shape[2:]
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x_padded, (k_h, k_w), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    columns = windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * h_out * w_out, c_in * k_h * k_w)

    dy_rows = dy.transpose(0, 2, 3, 1).reshape(n * h_out * w_out, c_out)
    db = np.sum(dy_rows, axis=0)
    dw = (dy_rows.T @ columns).reshape(w.shape)

    dcolumns = (dy_rows @ w.reshape(c_out, -1)).reshape(n, h_out, w_out, c_in, k_h, k_w)
    dx_padded = np.zeros(x_padded.shape, dcolumns.dtype)
    for i in range(k_h):
        for j in range(k_w):  # element (i, j) of all kernels touches each pixel once: these may be added together
            rows = slice(i, i + stride * h_out, stride)
            cols = slice(j, j + stride * w_out, stride)
            dx_padded[:, :, rows, cols] += dcolumns[:, :, :, :, i, j].transpose(0, 3, 1, 2)
    dx = dx_padded[:, :, padding : padding + height, padding : padding + width]
    return dx, dw, db
