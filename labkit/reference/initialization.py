"""First weights: wide enough that signals do not fade with depth, narrow enough that they do not explode.

Sources: X. Glorot and Y. Bengio (2010); K. He et al. (2015).
"""

import numpy as np


def xavier_uniform(n_in, n_out, rng):
    """Return a weight matrix drawn by Glorot's (Xavier's) uniform rule.

    n_in, n_out: numbers of inputs and outputs of the layer  ->  w: (n_in, n_out)

    Uniform on [-a, a] with a = sqrt(6 / (n_in + n_out)), which gives the variance 2 / (n_in + n_out):
    a compromise between keeping the size of signals going forward and of gradients going backward.
    One draw from rng of the whole matrix.

    Source: X. Glorot and Y. Bengio (2010), equation 16. (torch stores w the other way round.)

    >>> w = xavier_uniform(2, 4, np.random.default_rng(0))
    >>> w.shape, bool(np.abs(w).max() <= 1.0)
    ((2, 4), True)
    """
    a = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


def he_normal(n_in, n_out, rng):
    """Return a weight matrix drawn by He's normal rule, made for ReLU.

    n_in, n_out: numbers of inputs and outputs of the layer  ->  w: (n_in, n_out)

    Normal with mean 0 and standard deviation sqrt(2 / n_in): ReLU stops half of the signal, so the
    weights carry twice the variance 1 / n_in that would keep it. One draw from rng of the whole matrix.

    Source: K. He et al. (2015), equation 10. (torch.nn.init.kaiming_normal_, mode "fan_in".)

    >>> he_normal(3, 2, np.random.default_rng(0)).shape
    (3, 2)
    """
    return rng.normal(0.0, np.sqrt(2 / n_in), (n_in, n_out))
