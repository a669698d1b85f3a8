"""Walk downhill: step against the gradient until the steps become too small to matter.

Sources: A. Cauchy (1847), the method; Goodfellow, Bengio, Courville, Deep Learning
(2016), section 4.3.
"""

import numpy as np


def gradient_descent(grad, x0, lr, *, tol=1e-6, max_steps=1000):
    r"""Return the path of gradient descent: every point visited, x0 first.

    x0: () or (d,)  ->  path: (k + 1,) or (k + 1, d) after k steps

    One step is ``x_new = x - lr * grad(x)``. ``grad`` is a function that takes a point and returns
    the gradient there, in the shape of the point. Stop after the first step whose length
    ``|x_new - x|`` (the Euclidean norm for a vector) is below ``tol``, and in any case after
    ``max_steps`` steps. The last point computed belongs to the path. The path is float64, also for
    an integer x0.

    On f(x) = x**2 + 4 x + 4 each step multiplies the distance to the minimum by 1 - 2 lr, so the
    path converges exactly for 0 < lr < 1.

    lr > 0: learning rate.  tol > 0: length of a step, in the units of x.

    Source: A. Cauchy (1847). We stop on the step, not on the change of f: f is flat near its
    minimum.

    >>> path = gradient_descent(lambda x: 2 * x + 4, 0.0, 0.25, max_steps=3)
    >>> path.tolist()
    [0.0, -1.0, -1.5, -1.75]
    """
    x = np.array(x0, dtype=float)
    path = [x]
    for _ in range(max_steps):
        x_new = x - lr * np.asarray(grad(x))
        path.append(x_new)
        if np.sqrt(np.sum((x_new - x) ** 2)) < tol:
            break
        x = x_new
    return np.array(path)
