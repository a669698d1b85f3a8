"""What a training minimises: each function gives the loss and its gradient in one go, for the training loop.

Sources: as in losses.py and label_smoothing.py, whose functions these join.
"""

import numpy as np

from labkit.reference.label_smoothing import soft_cross_entropy, soft_cross_entropy_backward
from labkit.reference.losses import mae_grad, mae_loss, mse_grad, mse_loss


def softmax_cross_entropy(logits, y):
    """Return the mean cross-entropy of softmax(logits) against labels or distributions, and its gradient.

    logits: (n, k)  y: (n,) integer labels, or (n, k) target distributions  ->  (loss, dlogits): (), (n, k)

    The same numbers as cross_entropy and softmax_cross_entropy_backward, with the exponentials shared:
    half the work, which counts in a small network.

    >>> loss, dlogits = softmax_cross_entropy(np.zeros((1, 4)), np.array([2]))
    >>> round(float(loss), 4), dlogits.tolist()
    (1.3863, [[0.25, 0.25, -0.75, 0.25]])
    """
    if y.ndim == 2:
        return soft_cross_entropy(logits, y), soft_cross_entropy_backward(logits, y)
    n = len(y)
    at_label = np.arange(n), y
    shifted = logits - logits.max(axis=1, keepdims=True)
    dlogits = np.exp(shifted)
    sums = dlogits.sum(axis=1, keepdims=True)
    loss = (np.log(sums).sum() - shifted[at_label].sum()) / n
    dlogits /= sums
    dlogits[at_label] -= 1
    dlogits /= n
    return loss, dlogits


def squared_error(y_pred, y):
    """Return the mean squared error and its gradient in the predictions.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements  ->  (loss, dy_pred): (), as y_pred

    >>> loss, dy_pred = squared_error(np.array([1.0, 4.0]), np.array([1.0, 2.0]))
    >>> float(loss), dy_pred.tolist()
    (2.0, [0.0, 2.0])
    """
    return mse_loss(y_pred, y), mse_grad(y_pred, y)


def absolute_error(y_pred, y):
    """Return the mean absolute error and its gradient in the predictions.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements  ->  (loss, dy_pred): (), as y_pred

    >>> loss, dy_pred = absolute_error(np.array([1.0, 4.0]), np.array([1.0, 2.0]))
    >>> float(loss), dy_pred.tolist()
    (1.0, [0.0, 0.5])
    """
    return mae_loss(y_pred, y), mae_grad(y_pred, y)


LOSSES = {"cross_entropy": softmax_cross_entropy, "mse": squared_error, "mae": absolute_error}
