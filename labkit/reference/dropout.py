"""Dropout: in training each unit may be missing, so no unit can rely on one other.

Sources: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2014), whose p is the
probability of *keeping* a unit; ours, as in PyTorch and Keras, is the probability of dropping it.
"""

import numpy as np


def dropout_forward(x, p, rng, *, training):
    """Return x with elements dropped at random and the rest enlarged, and the mask that did it.

    x: any shape  ->  (y, mask): both as x;  y = x * mask

    In training each element of the mask is 0 with probability p, and otherwise 1 / (1 - p), which keeps
    the mean of y at x (inverted dropout). Every element has its own number from rng, whatever the others
    do; this course draws ``rng.random(x.shape)`` and drops where the number is below p. Out of training
    nothing is dropped or enlarged: the mask is ones, y equals x, and nothing is drawn from rng. x is not
    changed. The mask has the dtype of x if that is a float.

    p in [0, 1): probability of *dropping* an element.  training: True or False.
    Raises ValueError when p is outside [0, 1).

    Source: Srivastava et al. (2014), section 10 for the scaling in training; p is 1 minus theirs.

    >>> y, mask = dropout_forward(np.ones(8), 0.75, np.random.default_rng(1), training=True)
    >>> y.tolist()
    [0.0, 4.0, 0.0, 4.0, 0.0, 0.0, 4.0, 0.0]
    """
    if not 0 <= p < 1:
        raise ValueError(f"p is the probability of dropping and must be in [0, 1), got {p}")
    mask = np.ones_like(x, dtype=np.result_type(x, np.float32))
    if training:
        mask[rng.random(x.shape) < p] = 0
        mask = mask / (1 - p)
    return x * mask, mask


def dropout_backward(dy, mask):
    """Return the gradient of the loss in the input of a dropout layer.

    dy: any shape  mask: as dy, from dropout_forward  ->  dx: as dy

    The same mask as in the forward pass: what was dropped gets no gradient, the rest is enlarged alike.

    >>> dropout_backward(np.array([5.0, 5.0]), np.array([0.0, 4.0])).tolist()
    [0.0, 20.0]
    """
    return dy * mask
