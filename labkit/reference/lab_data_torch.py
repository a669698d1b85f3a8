"""Data whose truth is known: a line in several dimensions plus noise, and an honest split of it.

Sources: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning (2009), sections 2.3 and 7.10.2.
"""

import torch


def make_regression_data(n=100, n_features=3, noise=0.1, *, generator):
    """Return made data (X, y, w) in which y depends on X by a straight line, but for Gaussian noise.

    generator: torch.Generator  ->  X: (n, n_features)  y: (n, 1)  w: (n_features, 1), all float32

        y = X @ w + noise * e

    The entries of X, of w and of e, which has the shape of y, are standard normal numbers. They come from
    ``generator`` by three calls of ``torch.randn``, in this order: X, w, e. y is a column: (n, 1), not (n,).
    noise >= 0 is the standard deviation of what is added to y.

    >>> X, y, w = make_regression_data(5, 2, noise=0.0, generator=torch.Generator().manual_seed(1))
    >>> tuple(X.shape), tuple(y.shape), tuple(w.shape), bool(torch.allclose(y, X @ w))
    ((5, 2), (5, 1), (2, 1), True)
    """
    X = torch.randn(n, n_features, generator=generator)
    w = torch.randn(n_features, 1, generator=generator)
    e = torch.randn(n, 1, generator=generator)
    return X, X @ w + noise * e, w


def split_and_scale(X, y, n_test, *, generator):
    """Return a random split (X_train, X_test, y_train, y_test), its features scaled by what the training rows say.

    X: (n, d)  y: (n, 1)  ->  X_train: (n - n_test, d)  X_test: (n_test, d)  y_train: (n - n_test, 1)  y_test: (n_test, 1)

    One call of ``torch.randperm(n, generator=generator)`` gives an order of the rows: its first n_test entries are the
    test rows, the others the training rows, both in this order. Then, column by column,

        x -> (x - mean) / std        std: divided by the number of rows (correction=0)

    with the mean and std of the *training* rows for both parts, as a test row must not say anything about itself
    before it is predicted. y is not scaled. No column of the training rows is constant.

    >>> X, y = torch.tensor([[1.0], [2.0], [3.0], [4.0]]), torch.zeros(4, 1)
    >>> X_train, X_test, y_train, y_test = split_and_scale(X, y, 1, generator=torch.Generator().manual_seed(0))
    >>> tuple(X_train.shape), tuple(X_test.shape), abs(round(X_train.mean().item(), 4))
    ((3, 1), (1, 1), 0.0)
    """
    order = torch.randperm(len(X), generator=generator)
    test, train = order[:n_test], order[n_test:]
    mean = X[train].mean(dim=0)
    std = X[train].std(dim=0, correction=0)
    return (X[train] - mean) / std, (X[test] - mean) / std, y[train], y[test]
