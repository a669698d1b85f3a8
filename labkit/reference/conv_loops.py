"""Convolution as it is drawn on paper: the kernel is laid on the image, multiplied, summed, and moved on.

Sources: Y. LeCun et al., "Gradient-based learning applied to document recognition" (1998); conventions of
torch.nn.functional.conv2d.
"""

import numpy as np


def conv2d_loops(x, w, b, stride=1, padding=0):
    """Return the feature maps of a convolution layer for a batch of images, computed one number at a time.

    x: (n, c_in, h, w)  w: (c_out, c_in, k_h, k_w)  b: (c_out,)  ->  y: (n, c_out, h_out, w_out)

    y[m, o, i, j] is the sum, over all channels and all elements of the kernel, of the products of filter
    w[o] with the patch of image m whose top left corner lies i stride rows down and j stride columns to
    the right; plus b[o]. The image is first surrounded by padding rows and columns of zeros on each side.
    h_out and w_out are as in conv_output_size.

    The kernel is *not* flipped: what deep learning calls a convolution is, in mathematics, a
    cross-correlation. Loop over images, filters, rows and columns. x, w and b are not changed.
    x may hold whole numbers; y holds floats all the same.

    stride >= 1 and padding >= 0 are ints and hold for both axes. Images and kernels need not be square.

    Source: LeCun et al. (1998), section II.A.

    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> w = np.array([[[[1.0, 0.0], [0.0, 10.0]]]])
    >>> conv2d_loops(x, w, np.zeros(1)).tolist()
    [[[[40.0, 51.0], [73.0, 84.0]]]]
    """
    n, _, height, width = x.shape
    c_out, _, k_h, k_w = w.shape
    h_out = (height + 2 * padding - k_h) // stride + 1
    w_out = (width + 2 * padding - k_w) // stride + 1
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((n, c_out, h_out, w_out), np.result_type(x, w, b))
    for m in range(n):
        for o in range(c_out):
            for i in range(h_out):
                for j in range(w_out):
                    top, left = i * stride, j * stride
                    patch = x_padded[m, :, top : top + k_h, left : left + k_w]
                    y[m, o, i, j] = np.sum(patch * w[o]) + b[o]
    return y
