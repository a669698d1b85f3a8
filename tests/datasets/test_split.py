"""Splits take every row once, keep class shares, and follow the seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.datasets import split_dataset, split_rows, stratified_rows

LABELS = st.lists(st.integers(0, 3), min_size=1, max_size=60).map(np.array)


@given(LABELS, st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_stratified_rows_keep_each_class_within_one_row_of_its_share(y, share, seed):
    n = int(share * len(y))
    rows = stratified_rows(y, n, np.random.default_rng(seed))
    assert len(rows) == len(set(rows.tolist())) == n
    wanted = np.bincount(y, minlength=4) * n / len(y)
    assert np.all(np.abs(np.bincount(y[rows], minlength=4) - wanted) < 1)


# shares of 5, 3 and 2 in ten: n = 1 gives 0.5, 0.3, 0.2; n = 4 gives 2.0, 1.2, 0.8; n = 7 gives 3.5, 2.1, 1.4
@pytest.mark.parametrize(("n", "taken"), [(1, [1, 0, 0]), (4, [2, 1, 1]), (7, [4, 2, 1])])
def test_left_over_rows_go_to_the_largest_remainders(n, taken):
    y = np.repeat([0, 1, 2], [5, 3, 2])
    assert np.bincount(y[stratified_rows(y, n, np.random.default_rng(0))], minlength=3).tolist() == taken


@given(LABELS, st.floats(0, 0.99), st.booleans(), st.integers(0, 2**32 - 1))
def test_kept_and_held_out_rows_are_all_rows_once(y, share, stratified, seed):
    if round(share * len(y)) == len(y):
        return
    kept, held = split_rows(y, share, np.random.default_rng(seed), stratified=stratified)
    assert sorted([*kept, *held]) == list(range(len(y)))
    assert len(held) == round(share * len(y))


def test_a_seed_names_a_split():
    y = np.repeat([0, 1, 2], 20)
    one, same, other = (split_rows(y, 0.3, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one[0], same[0])
    assert np.array_equal(one[1], same[1])
    assert not np.array_equal(one[1], other[1])


def test_rows_come_in_random_order():
    kept, held = split_rows(np.repeat([0, 1], 50), 0.5, np.random.default_rng(0))
    assert not np.array_equal(kept, np.sort(kept))
    assert not np.array_equal(held, np.sort(held))


@pytest.mark.parametrize("held_out", [-0.1, 1.0, 10, 11, -1])
def test_a_split_that_leaves_nothing_to_learn_from_is_refused(held_out):
    with pytest.raises(ValueError, match="held out"):
        split_rows(np.zeros(10, dtype=int), held_out, np.random.default_rng(0))


@pytest.mark.parametrize("n", [-1, 4])
def test_more_rows_than_there_are_is_refused(n):
    with pytest.raises(ValueError, match="expected 0 to 3"):
        stratified_rows([0, 0, 1], n, np.random.default_rng(0))


def test_a_data_set_is_cut_in_three_disjoint_parts():
    X = np.arange(100)[:, None]
    data = split_dataset("d", X, np.repeat([0, 1], 50), np.random.default_rng(0), validation=0.1, test=0.2)
    seen = []
    data.final_score(lambda X: seen.append(X) or np.zeros(len(X)))
    parts = [data.X_train[:, 0], data.X_validation[:, 0], seen[0][:, 0]]
    assert [len(part) for part in parts] == [70, 10, 20]
    assert sorted(np.concatenate(parts)) == list(range(100))
    assert [np.mean(part >= 50) for part in parts] == [0.5, 0.5, 0.5]
