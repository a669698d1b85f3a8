"""One epoch in small pieces: shuffle the rows, then hand them out a batch at a time.

Sources: L. Bottou, "Stochastic gradient descent tricks" (2012), on shuffling each epoch.
"""


def minibatches(X, y, batch_size, rng):
    """Return an iterator over one epoch: pairs (X_batch, y_batch) that hold all rows in a random order.

    X: (n, ...)  y: (n, ...)  ->  pairs of (m, ...) and (m, ...) with m = batch_size; the last m may
    be smaller

    It is written as a generator, which yields one pair after another. The order is drawn from rng,
    so that each call (each epoch) has a new order and the same rng state gives the same batches.
    Row i of X stays with row i of y. Every row comes exactly once: when batch_size does not divide
    n, the short rest is the last batch. X and y are not changed.

    batch_size >= 1.  rng: np.random.Generator.
    Raises ValueError, when the first batch is asked for, if X and y have different numbers of rows.

    Source: L. Bottou (2012).

    >>> import numpy as np
    >>> X = np.arange(5)
    >>> [len(X_batch) for X_batch, y_batch in minibatches(X, X, 2, np.random.default_rng(0))]
    [2, 2, 1]
    """
    n = len(X)
    if len(y) != n:
        raise ValueError(f"X has {n} rows and y has {len(y)}: each row needs its answer")
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]
