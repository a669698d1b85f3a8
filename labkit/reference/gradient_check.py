"""The gradient without any calculus: move each number a little to both sides and look at the loss.

Sources: W. Press et al., Numerical Recipes (2007), section 5.7, on the size of the step.
"""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    """Return the gradient of f at x by central differences, one element of x at a time.

    x: any shape  ->  gradient: as x, float64

    f takes an array of the shape of x and returns one number. Element i of the gradient is

    (f(x with x[i] + h) - f(x with x[i] - h)) / (2 h)

    Its error shrinks with h**2, that of a one-sided
    difference only with h. x is not changed, and may hold integers.

    h > 0, in the units of x.

    Source: Press et al. (2007), section 5.7.

    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([[1.0, -2.0]])).round(6).tolist()
    [[2.0, -4.0]]
    """
    x = np.array(x, dtype=np.float64)  # a copy: the caller's x stays as it is
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + h
        above = f(x)
        x[index] = value - h
        below = f(x)
        x[index] = value
        gradient[index] = (above - below) / (2 * h)
    return gradient
