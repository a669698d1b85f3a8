"""Losses: how wrong a batch of predictions is, as one number, and which way each should move.

Every loss is a mean over the batch, and its gradient keeps the 1/n that comes from it. Functions
called cross_entropy take logits, the numbers before softmax; binary_cross_entropy takes
probabilities.

Sources: Goodfellow, Bengio, Courville, Deep Learning (2016), sections 5.5 and 6.2.
"""

import numpy as np


def mse_loss(y_pred, y):
    r"""Return the mean squared error, the mean of (y_pred - y)**2 over all elements.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements, in the same order  ->  loss: ()

    There is no factor 1/2. A column (n, 1) and a vector (n,) hold the same n numbers, so they are
    compared element by element: broadcasting them to an n x n table would compare each prediction
    with every answer.

    Raises ValueError when y_pred and y have different numbers of elements.

    Source: C. F. Gauss (1809), least squares.

    >>> float(mse_loss(np.array([1.0, 4.0]), np.array([1.0, 2.0])))
    2.0
    """
    if np.size(y_pred) != np.size(y):
        raise ValueError(f"y_pred has {np.size(y_pred)} elements and y has {np.size(y)}")
    return np.mean((y_pred - np.reshape(y, np.shape(y_pred))) ** 2)


def mse_grad(y_pred, y):
    r"""Return the gradient of the mean squared error in the predictions.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements, in the same order  ->  dy_pred: as y_pred

    Element i is the derivative of mse_loss(y_pred, y) in y_pred[i]: the 1/n of the mean stays in
    it. A column (n, 1) and a vector (n,) are compared element by element, as in mse_loss.

    Raises ValueError when y_pred and y have different numbers of elements.

    >>> mse_grad(np.array([1.0, 4.0]), np.array([1.0, 2.0])).tolist()
    [0.0, 2.0]
    """
    if np.size(y_pred) != np.size(y):
        raise ValueError(f"y_pred has {np.size(y_pred)} elements and y has {np.size(y)}")
    return 2 * (y_pred - np.reshape(y, np.shape(y_pred))) / np.size(y_pred)


def mae_loss(y_pred, y):
    r"""Return the mean absolute error, the mean of |y_pred - y| over all elements.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements, in the same order  ->  loss: ()

    A column (n, 1) and a vector (n,) are compared element by element, as in mse_loss.

    Raises ValueError when y_pred and y have different numbers of elements.

    Source: R. J. Boscovich (1757), least absolute deviations.

    >>> float(mae_loss(np.array([1.0, 4.0]), np.array([1.0, 2.0])))
    1.0
    """
    if np.size(y_pred) != np.size(y):
        raise ValueError(f"y_pred has {np.size(y_pred)} elements and y has {np.size(y)}")
    return np.mean(np.abs(y_pred - np.reshape(y, np.shape(y_pred))))


def mae_grad(y_pred, y):
    r"""Return the gradient of the mean absolute error in the predictions.

    y_pred: (n,) or (n, 1) or (n, k)  y: as many elements, in the same order  ->  dy_pred: as y_pred

    sign(y_pred - y) / n, and 0 where both are equal: there the loss has a corner.

    Raises ValueError when y_pred and y have different numbers of elements.

    >>> mae_grad(np.array([1.0, 4.0]), np.array([1.0, 2.0])).tolist()
    [0.0, 0.5]
    """
    if np.size(y_pred) != np.size(y):
        raise ValueError(f"y_pred has {np.size(y_pred)} elements and y has {np.size(y)}")
    return np.sign(y_pred - np.reshape(y, np.shape(y_pred))) / np.size(y_pred)


def binary_cross_entropy(p, y):
    r"""Return the mean of -(y log p + (1 - y) log(1 - p)) over all elements.

    p: (n,) or (n, 1), probabilities of class 1  y: as many elements, 0 or 1  ->  loss: ()

    log(0) is minus infinity, and 0 times it is not a number: a logarithm below -100 counts as -100,
    so that a certain and wrong prediction costs 100 and a certain and right one costs 0. No warning
    is given. A column (n, 1) and a vector (n,) are compared element by element, as in mse_loss.

    p in [0, 1], ends included.
    Raises ValueError when p and y have different numbers of elements.

    Source: the bound of -100 is that of torch.nn.BCELoss.

    >>> p, y = np.array([0.5, 1.0, 0.0]), np.array([1, 1, 1])
    >>> round(float(binary_cross_entropy(p, y)), 4)
    33.5644
    """
    if np.size(p) != np.size(y):
        raise ValueError(f"p has {np.size(p)} elements and y has {np.size(y)}")
    y = np.reshape(y, np.shape(p))
    with np.errstate(divide="ignore"):
        log_p = np.maximum(np.log(p), -100)
        log_q = np.maximum(np.log1p(-p), -100)
    return -np.mean(y * log_p + (1 - y) * log_q)


def cross_entropy(logits, y):
    r"""Return the mean cross-entropy of softmax(logits) against the class labels.

    logits: (n, k), numbers before softmax  y: (n,) integers in 0 .. k - 1  ->  loss: ()

    The mean over rows of -log softmax(logits[i])[y[i]], with the natural logarithm. The softmax is
    part of this loss: the caller must not apply it before. Logits of +-1000 give finite values
    without a warning.

    Source: Goodfellow et al. (2016), section 6.2.2.3.

    >>> round(float(cross_entropy(np.zeros((4, 3)), np.array([0, 1, 2, 0]))), 4)  # log(3)
    1.0986
    """
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), y])


def softmax_cross_entropy_backward(logits, y):
    r"""Return the gradient of cross_entropy(logits, y) in the logits.

    logits: (n, k), numbers before softmax  y: (n,) integers in 0 .. k - 1  ->  dlogits: (n, k)

    The derivative of the mean over the batch, so the 1/n stays in it; each row sums to 0. Logits of
    +-1000 give finite values. logits is not changed.

    Source: J. Bridle (1990).

    >>> softmax_cross_entropy_backward(np.zeros((1, 4)), np.array([2])).tolist()
    [[0.25, 0.25, -0.75, 0.25]]
    """
    exps = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    dlogits = exps / np.sum(exps, axis=1, keepdims=True)
    dlogits[np.arange(len(y)), y] -= 1
    return dlogits / len(y)
