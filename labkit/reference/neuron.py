"""A neuron weighs its inputs, adds them up and shifts the sum: everything later is built from this.

McCulloch and Pitts (1943) drew the summing unit with fixed weights; Rosenblatt (1958) let the
weights be learned.
"""

import numpy as np


def weighted_sum(w, x, b):
    """Return the weighted sum z of one neuron, for one input or for a batch of inputs.

    w: (d,)  x: (d,)    b: scalar  ->  z: scalar
    w: (d,)  x: (n, d)  b: scalar  ->  z: (n,), one z for each row of x

    z = w_1 x_1 + w_2 x_2 + ... + w_d x_d + b, the bias added once to every z.
    Source: Rosenblatt (1958), without the threshold.

    >>> w = np.array([2.0, -1.0])
    >>> float(weighted_sum(w, np.array([3.0, 4.0]), 0.5))
    2.5
    >>> weighted_sum(w, np.array([[3.0, 4.0], [0.0, 0.0]]), 0.5)
    array([2.5, 0.5])
    """
    return np.asarray(x) @ np.asarray(w) + b
