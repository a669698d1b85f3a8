"""An epoch is every row once, in a new order, with its own answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.reference.minibatches import minibatches


@given(n=st.integers(1, 40), batch_size=st.integers(1, 50), seed=st.integers(0, 99))
def test_every_row_comes_once_with_its_answer(n, batch_size, seed):
    X, y = np.arange(2 * n).reshape(n, 2), np.arange(n) * 10
    batches = list(minibatches(X, y, batch_size, np.random.default_rng(seed)))
    rows = np.concatenate([X_batch[:, 0] // 2 for X_batch, _ in batches])
    answers = np.concatenate([y_batch for _, y_batch in batches])
    assert sorted(rows.tolist()) == list(range(n))
    assert answers.tolist() == (rows * 10).tolist()
    assert [len(X_batch) for X_batch, _ in batches[:-1]] == [batch_size] * (len(batches) - 1)
    assert 1 <= len(batches[-1][0]) <= batch_size


def test_the_order_is_the_permutation_of_the_generator():
    X = np.arange(10.0)
    batches = [b.tolist() for b, _ in minibatches(X, X, 4, np.random.default_rng(5))]
    order = np.random.default_rng(5).permutation(10).tolist()
    assert batches == [order[:4], order[4:8], order[8:]]


def test_each_epoch_has_a_new_order_and_the_arrays_stay():
    rng, X = np.random.default_rng(0), np.arange(50)
    first, second = (np.concatenate([b for b, _ in minibatches(X, X, 8, rng)]).tolist() for _ in range(2))
    assert first != second
    assert X.tolist() == list(range(50))


def test_rows_without_an_answer_are_refused():
    with pytest.raises(ValueError, match="5 rows and y has 4"):
        next(minibatches(np.zeros(5), np.zeros(4), 2, np.random.default_rng(0)))
