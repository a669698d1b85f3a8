"""Asking a network about many rows, a few at a time: what its layers remember grows with the rows they see at once.

Sources: none; it is a loop.
"""

import numpy as np


def predict_labels(network, X, *, batch_size=256):
    """Return the class with the largest logit for each row of X.

    network: with forward(X) -> logits (n, k)  X: (n, ...)  ->  labels: (n,) integers

    The network is at rest (training=False), so that each row's answer depends on that row alone, and the
    size of the pieces has no influence.

    batch_size >= 1: rows asked about at once.

    >>> from labkit.reference.layered_network import fully_connected
    >>> predict_labels(fully_connected([2, 3], np.random.default_rng(0)), np.zeros((5, 2)), batch_size=2).tolist()
    [0, 0, 0, 0, 0]
    """
    pieces = [X[start : start + batch_size] for start in range(0, len(X), batch_size)]
    labels = [np.argmax(network.forward(piece), axis=1) for piece in pieces]
    return np.concatenate(labels) if labels else np.zeros(0, dtype=np.intp)
