"""How far off is a prediction of numbers: in the target's unit, in its square, or against the simplest guess?

Sources: the conventions for a constant target are scikit-learn's.
"""

import numpy as np


def mse(y_true, y_pred):
    """Return the mean squared error, in the square of the target's unit.

    y_true: (n,)  y_pred: (n,)  ->  float, mean of (y_true - y_pred)^2

    >>> mse(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    2.0
    """
    return float(np.mean((y_true - y_pred) ** 2))


def rmse(y_true, y_pred):
    """Return the root of the mean squared error, in the target's unit.

    y_true: (n,)  y_pred: (n,)  ->  float

    >>> rmse(np.array([1.0, 2.0]), np.array([4.0, -1.0]))
    3.0
    """
    return float(np.sqrt(np.mean((y_true - y_pred) ** 2)))


def mae(y_true, y_pred):
    """Return the mean absolute error, in the target's unit.

    y_true: (n,)  y_pred: (n,)  ->  float, mean of |y_true - y_pred|

    One large error counts once here, and as its square in mse.

    >>> mae(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    1.0
    """
    return float(np.mean(np.abs(y_true - y_pred)))


def r2_score(y_true, y_pred):
    """Return R², the share of the squared deviations from the targets' mean that the prediction explains.

    y_true: (n,)  y_pred: (n,)  ->  float, at most 1

    1 - sum((y_true - y_pred)^2) / sum((y_true - m)^2), where m is the mean of y_true, the targets that are
    being scored. 1 is perfect, 0 is as good as saying m every time, and there is no lower end: worse than m
    is negative. When all targets are equal, the fraction has no meaning: R² is then 1.0 for a perfect
    prediction and 0.0 for any other.

    n >= 2.  Raises ValueError when the shapes of y_true and y_pred differ: (n,) against (n, 1) would
    broadcast to n x n differences without a word.

    Source: the convention for equal targets is scikit-learn's.

    >>> r2_score(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0]))
    0.5
    >>> r2_score(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0]))
    -3.0
    """
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError(f"y_true has shape {np.shape(y_true)} and y_pred {np.shape(y_pred)}: they must agree")
    left_over = np.sum((y_true - y_pred) ** 2)
    total = np.sum((y_true - np.mean(y_true)) ** 2)
    if total == 0:
        return 1.0 if left_over == 0 else 0.0
    return float(1 - left_over / total)
