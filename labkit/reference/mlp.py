"""A network of any depth as three small functions: make it, run it, score it.

Parameters are a list of pairs (w, b), one for each layer, from the input to the output.

Sources: K. He et al., "Delving deep into rectifiers" (2015), for the first weights.
"""

import numpy as np


def init_params(layer_sizes, rng):
    """Return the first weights and biases of a fully connected ReLU network.

    layer_sizes: [d_0, d_1, ..., d_L], inputs first, outputs last
    ->  params: list of L pairs (w, b), w: (d_in, d_out), b: (d_out,)

    Each w is drawn from rng by He's rule: normal with mean 0 and standard deviation sqrt(2 / d_in).
    Draw the weights layer by layer, from the input to the output, so that the same rng state gives the
    same network. Biases are zeros and draw nothing. Were the weights of a layer all equal, its units
    would stay equal for ever.

    Raises ValueError when there are fewer than two sizes.

    Source: K. He et al. (2015), equation 10.

    >>> [(w.shape, b.shape) for w, b in init_params([2, 8, 3], np.random.default_rng(0))]
    [((2, 8), (8,)), ((8, 3), (3,))]
    """
    if len(layer_sizes) < 2:
        raise ValueError(f"a network needs an input size and an output size, got {layer_sizes}")
    params = []
    for i in range(len(layer_sizes) - 1):
        d_in, d_out = layer_sizes[i], layer_sizes[i + 1]
        w = rng.normal(0.0, np.sqrt(2 / d_in), (d_in, d_out))
        params.append((w, np.zeros(d_out)))
    return params


def mlp_forward(params, X):
    """Return the logits of a fully connected ReLU network for a batch.

    params: list of pairs (w, b), w: (d_in, d_out), b: (d_out,)  X: (n, d_0)  ->  logits: (n, d_L)

    ReLU follows every layer but the last: the output is the plain weighted sum, which may be negative,
    and there is no softmax, which belongs to the loss. X is not changed.

    >>> params = [(np.array([[1.0, -1.0]]), np.zeros(2)), (np.array([[1.0], [10.0]]), np.array([-5.0]))]
    >>> mlp_forward(params, np.array([[2.0], [-3.0]])).tolist()
    [[-3.0], [25.0]]
    """
    h = X
    for w, b in params[:-1]:
        h = np.maximum(h @ w + b, 0)
    w, b = params[-1]
    return h @ w + b


def accuracy(logits, y):
    """Return the share of rows whose largest logit is at the right class.

    logits: (n, k)  y: (n,) integers in 0 .. k - 1  ->  share: (), in [0, 1]

    Where two logits of a row are equal and largest, the first of them counts as the prediction.

    >>> float(accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1])))
    0.5
    """
    return np.mean(np.argmax(logits, axis=1) == y)
