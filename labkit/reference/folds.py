"""Every row gets its turn to be held out: cross-validation, and which rows may not be parted.

Sources: M. Stone (1974), cross-validation; R. Kohavi (1995), stratified folds. The grouped folds are scikit-learn's.
"""

import numpy as np


def kfold_indices(n, k, rng):
    """Return k pairs of row numbers, (train, validation), in which each row is held out exactly once.

    n, k  ->  list of k pairs (train, validation), two integer arrays whose union is 0 .. n - 1

    The n row numbers are shuffled by rng, then cut into k folds, whose sizes differ by at most one. Each
    fold is validation once; train holds all other rows. The same state of rng gives the same folds. The
    order of the folds, and of the rows in a part, does not matter.

    rng: np.random.Generator, the only source of chance.
    Raises ValueError unless 2 <= k <= n.

    Source: Stone (1974).

    >>> folds = kfold_indices(7, 3, np.random.default_rng(0))
    >>> [(len(train), len(validation)) for train, validation in folds]
    [(4, 3), (5, 2), (5, 2)]
    """
    if not 2 <= k <= n:
        raise ValueError(f"k = {k}: expected 2 to {n}, the number of rows")
    order = rng.permutation(n)
    folds = []
    for part in np.array_split(order, k):  # the first n % k parts get one row more
        train = np.setdiff1d(np.arange(n), part)
        folds.append((train, np.sort(part)))
    return folds


def stratified_kfold_indices(y, k, rng):
    """Return k pairs of row numbers, (train, validation), with each class spread evenly over the folds.

    y: (n,) class of each row, integers  ->  list of k pairs (train, validation), as from kfold_indices

    Each row is held out exactly once. Of each class, the numbers of rows that two folds hold differ by at
    most one; and so do the sizes of whole folds. Which rows of a class come into which fold is
    drawn from rng: the same state of rng gives the same folds. A class with fewer than k rows is missing
    from some folds. The order of the folds, and of the rows in a part, does not matter.

    rng: np.random.Generator, the only source of chance.
    Raises ValueError unless 2 <= k <= n.

    Source: Kohavi (1995); dealt like cards, class after class, as in scikit-learn, which refuses a k larger
    than every class and warns of one larger than the smallest.

    >>> y = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1])
    >>> [y[validation].tolist() for _, validation in stratified_kfold_indices(y, 3, np.random.default_rng(0))]
    [[0, 0, 1], [0, 0, 1], [0, 0, 1]]
    """
    n = len(y)
    if not 2 <= k <= n:
        raise ValueError(f"k = {k}: expected 2 to {n}, the number of rows")
    dealt = np.arange(n) % k  # the folds, dealt in turn to all rows sorted by class
    fold, start = np.empty(n, dtype=int), 0
    for c in np.unique(y):
        rows = np.flatnonzero(y == c)
        fold[rows] = rng.permutation(np.sort(dealt[start : start + len(rows)]))
        start += len(rows)
    return [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]


def grouped_kfold_indices(groups, k):
    """Return k pairs of row numbers, (train, validation), that never part the rows of a group.

    groups: (n,) which patient, writer or day a row belongs to  ->  list of k pairs (train, validation)

    The groups are taken from the largest to the smallest, each into the fold that has the fewest rows so
    far. Sizes therefore come out about equal, and chance has no part in it.

    Raises ValueError unless 2 <= k <= number of groups.

    Source: as GroupKFold of scikit-learn.

    >>> groups = np.array([7, 7, 8, 8, 8, 9])
    >>> [validation.tolist() for _, validation in grouped_kfold_indices(groups, 2)]
    [[2, 3, 4], [0, 1, 5]]
    """
    names, group, size = np.unique(groups, return_inverse=True, return_counts=True)
    if not 2 <= k <= len(names):
        raise ValueError(f"k = {k}: expected 2 to {len(names)}, the number of groups")
    rows_in, fold_of = np.zeros(k, dtype=int), np.empty(len(names), dtype=int)
    for g in np.argsort(size, kind="stable")[::-1]:
        fold_of[g] = np.argmin(rows_in)
        rows_in[fold_of[g]] += size[g]
    fold = fold_of[group]
    return [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]
