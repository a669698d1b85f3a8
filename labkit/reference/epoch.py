"""One epoch of learning: every row once, in a new order, and the mean loss on the way.

Sources: L. Bottou, "Stochastic gradient descent tricks" (2012).
"""


def train_epoch(step, X, y, batch_size, rng):
    """Return the mean loss over all rows, while each batch of the shuffled rows takes one step.

    X: (n, ...)  y: (n, ...)  ->  loss: float

    ``step(X_batch, y_batch)`` does the learning: it changes the network and returns the mean loss of its
    batch as a number. Call it once for each batch, in the order of one draw of ``rng.permutation(n)``:
    the first batch holds the rows that the permutation names first, the last batch may be shorter.
    The result is the mean over *rows*: a batch counts by its size, so a short last batch counts less.

    batch_size >= 1.  rng: np.random.Generator.

    >>> import numpy as np
    >>> X = np.array([0.0, 0.0, 0.0, 0.0, 9.0])
    >>> train_epoch(lambda X_batch, y_batch: X_batch.mean(), X, X, 4, np.random.default_rng(0))
    1.8
    """
    n = len(X)
    order = rng.permutation(n)
    total = 0.0
    for start in range(0, n, batch_size):
        rows = order[start : start + batch_size]
        total += float(step(X[rows], y[rows])) * len(rows)
    return total / n
