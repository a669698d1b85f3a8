"""Choosing rows: which to learn from, which to choose by; stratified, so that no class is short by chance."""

from __future__ import annotations

import numpy as np


def stratified_rows(y, n, rng):
    """Return n different row numbers, in random order, in which each class has the share it has in y.

    y: (rows,) classes  n: how many  ->  rows: (n,)

    A class with the share s gets floor(n*s) rows; the rows that are left over go to the largest remainders, so
    that every class is within one row of its share.

    Raises: ValueError unless 0 <= n <= len(y).

    >>> y = np.array([0, 0, 0, 0, 1, 1])
    >>> np.bincount(y[stratified_rows(y, 3, np.random.default_rng(0))])
    array([2, 1])
    """
    y = np.asarray(y)
    if not 0 <= n <= len(y):
        raise ValueError(f"n = {n}: expected 0 to {len(y)}, the number of rows")
    classes, counts = np.unique(y, return_counts=True)
    share = n * counts / max(len(y), 1)
    take = np.floor(share).astype(int)
    short = n - take.sum()
    take[np.argsort(take - share, kind="stable")[:short]] += 1
    chosen = [rng.permutation(np.flatnonzero(y == c))[:k] for c, k in zip(classes, take, strict=True)]
    return rng.permutation(np.concatenate([np.empty(0, dtype=int), *chosen]))


def split_rows(y, held_out, rng, *, stratified=True):
    """Return two arrays of row numbers, kept and held out, that together are all rows of y once, in random order.

    y: (rows,)  ->  kept: (rows - n,)  held: (n,)

    held_out: a share in [0, 1) as a float (n is rounded), or the number of rows n as an int. stratified: each
    class in both parts by its share; turn it off for regression targets.

    Raises: ValueError when held_out is out of range or would leave nothing to keep.

    >>> kept, held = split_rows(np.repeat([0, 1], 10), 0.2, np.random.default_rng(0))
    >>> len(kept), len(held)
    (16, 4)
    """
    y = np.asarray(y)
    whole = isinstance(held_out, int | np.integer)
    n = int(held_out) if whole else round(held_out * len(y))
    if not 0 <= n < max(len(y), 1):
        raise ValueError(f"held out {held_out!r}: expected a share in [0, 1) or a number of rows below {len(y)}")
    held = stratified_rows(y, n, rng) if stratified else rng.permutation(len(y))[:n]
    kept = np.setdiff1d(np.arange(len(y)), held)
    return rng.permutation(kept), held
