"""Counting before computing: how large a convolution's output is, and how few numbers it has to learn.

Sources: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """Return how many output positions a convolution has along one axis.

    size, kernel_size, stride, padding, dilation: int  ->  size_out: int

    The kernel starts at the first position and moves by stride as long as it lies wholly on the padded
    axis. A rest that is too short for another position is left out (the division is rounded down).
    The same count holds for pooling.

    size >= 1: pixels along the axis.  kernel_size >= 1.  stride >= 1: pixels from one position to the next.
    padding >= 0: pixels added at *each* of the two ends.  dilation >= 1: pixels from one element of the
    kernel to the next, so that the kernel reaches over dilation (kernel_size - 1) + 1 pixels.
    Raises ValueError, with a sentence, when the kernel reaches over more pixels than there are.

    Source: Dumoulin and Visin (2016), relationship 15; torch.nn.Conv2d uses the same.

    >>> conv_output_size(28, 5), conv_output_size(28, 5, padding=2), conv_output_size(7, 3, stride=2, dilation=2)
    (24, 28, 2)
    """
    reach = dilation * (kernel_size - 1) + 1
    padded = size + 2 * padding
    if reach > padded:
        raise ValueError(f"the kernel reaches over {reach} pixels, and with its padding the axis has only {padded}")
    return (padded - reach) // stride + 1


def conv_parameter_count(c_in, c_out, kernel_size, *, bias=True):
    """Return how many numbers a convolution learns.

    c_in, c_out: int  kernel_size: int, or a pair (k_h, k_w)  ->  count: int

    Each of the c_out filters has a weight for every channel and every element of its kernel, and one
    bias, unless bias is False. An int kernel_size means a square. The size of the image plays no part.

    >>> conv_parameter_count(1, 6, 5), conv_parameter_count(6, 16, (5, 3), bias=False)
    (156, 1440)
    """
    k_h, k_w = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    return c_out * (c_in * k_h * k_w + int(bias))
