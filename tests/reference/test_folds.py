"""Folds part the rows as they promise, and are scikit-learn's for the same draws."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from labkit.reference.folds import grouped_kfold_indices, kfold_indices, stratified_kfold_indices


def assert_parts(folds, n, k):
    """Fail unless each row is held out once, and trained on in all other folds."""
    assert len(folds) == k
    assert sorted(np.concatenate([validation for _, validation in folds]).tolist()) == list(range(n))
    for train, validation in folds:
        assert sorted([*train.tolist(), *validation.tolist()]) == list(range(n))


def assert_same(ours, theirs):
    for (train, validation), (their_train, their_validation) in zip(ours, theirs, strict=True):
        assert_array_equal(train, their_train)
        assert_array_equal(validation, their_validation)


@given(n=st.integers(2, 60), k=st.integers(2, 9), seed=st.integers(0, 999))
def test_folds_are_scikit_learns_for_the_same_draws(n, k, seed):
    k = min(k, n)
    ours = kfold_indices(n, k, np.random.RandomState(seed))  # scikit-learn draws from a RandomState
    assert_same(ours, KFold(k, shuffle=True, random_state=seed).split(np.zeros(n)))
    assert_parts(ours, n, k)


@given(n=st.integers(2, 60), k=st.integers(2, 9), seed=st.integers(0, 999))
def test_sizes_differ_by_at_most_one(n, k, seed):
    sizes = [len(validation) for _, validation in kfold_indices(n, min(k, n), np.random.default_rng(seed))]
    assert max(sizes) - min(sizes) <= 1


@given(sizes=st.lists(st.integers(1, 20), min_size=1, max_size=5), k=st.integers(2, 6), seed=st.integers(0, 999))
def test_stratified_folds_are_scikit_learns_for_the_same_draws(sizes, k, seed):
    y = np.repeat(np.arange(len(sizes)), sizes)
    first = np.arange(len(sizes))  # it numbers classes as they appear: let them appear in order
    y = np.concatenate([first, np.random.default_rng(seed).permutation(np.repeat(first, np.array(sizes) - 1))])
    if k > max(sizes):
        return  # refused there
    ours = stratified_kfold_indices(y, k, np.random.RandomState(seed))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")
        assert_same(ours, StratifiedKFold(k, shuffle=True, random_state=seed).split(y, y))


@given(sizes=st.lists(st.integers(1, 15), min_size=1, max_size=5), k=st.integers(2, 6), seed=st.integers(0, 999))
def test_stratified_folds_spread_each_class_and_the_rows(sizes, k, seed):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(len(sizes)) * 3 - 2, sizes))
    if k > len(y):
        return
    folds = stratified_kfold_indices(y, k, rng)
    assert_parts(folds, len(y), k)
    for c in np.unique(y):
        counts = [(y[validation] == c).sum() for _, validation in folds]
        assert max(counts) - min(counts) <= 1
    counts = [len(validation) for _, validation in folds]
    assert max(counts) - min(counts) <= 1


@given(n=st.integers(4, 60), n_groups=st.integers(2, 12), k=st.integers(2, 5), seed=st.integers(0, 999))
def test_grouped_folds_are_scikit_learns_and_keep_groups_whole(n, n_groups, k, seed):
    groups = np.random.default_rng(seed).integers(0, n_groups, n) * 7
    if k > len(np.unique(groups)):
        return
    ours = grouped_kfold_indices(groups, k)
    assert_same(ours, GroupKFold(k).split(groups, groups=groups))
    assert_parts(ours, n, k)
    for train, validation in ours:
        assert not set(groups[train]) & set(groups[validation])


@pytest.mark.parametrize(
    "fold", [lambda rng: kfold_indices(20, 4, rng), lambda rng: stratified_kfold_indices(np.arange(20) % 2, 4, rng)]
)
def test_chance_comes_from_the_generator_alone(fold):
    assert_same(fold(np.random.default_rng(1)), fold(np.random.default_rng(1)))
    first, second = (fold(np.random.default_rng(seed))[0][1].tolist() for seed in (1, 2))
    assert first != second


@pytest.mark.parametrize("k", [-1, 0, 1, 7])
def test_an_impossible_k_is_refused(k):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=f"k = {k}: expected 2 to 6"):
        kfold_indices(6, k, rng)
    with pytest.raises(ValueError, match="number of rows"):
        stratified_kfold_indices(np.zeros(6, int), k, rng)
    with pytest.raises(ValueError, match="number of groups"):
        grouped_kfold_indices(np.arange(6), k)
