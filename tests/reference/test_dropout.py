"""Dropout drops a share p, keeps the mean, uses one mask both ways, and rests at inference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.reference.dropout import dropout_backward, dropout_forward


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_a_share_p_is_dropped_and_the_mean_stays(p):
    x = np.ones(200_000)
    y, mask = dropout_forward(x, p, np.random.default_rng(0), training=True)
    # five standard errors of a share of 200,000 draws
    assert np.mean(y == 0) == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / x.size))
    assert set(np.unique(mask)) == {0.0, 1 / (1 - p)}
    assert y.mean() == pytest.approx(1.0, abs=5 * np.sqrt(p / (1 - p) / x.size))


@given(p=st.floats(0, 0.99), seed=st.integers(0, 99))
def test_the_generator_decides_what_is_dropped(p, seed):
    x = np.arange(1.0, 31.0).reshape(5, 6)
    y, mask = dropout_forward(x, p, np.random.default_rng(seed), training=True)
    dropped = np.random.default_rng(seed).random((5, 6)) < p
    np.testing.assert_array_equal(y == 0, dropped)
    np.testing.assert_allclose(y[~dropped], x[~dropped] / (1 - p), rtol=1e-12)
    np.testing.assert_array_equal(dropout_backward(np.ones((5, 6)), mask), mask)


def test_inference_changes_nothing_and_draws_nothing():
    rng, x = np.random.default_rng(3), np.arange(4.0)
    y, mask = dropout_forward(x, 0.9, rng, training=False)
    assert y.tolist() == x.tolist()
    assert mask.tolist() == [1, 1, 1, 1]
    assert rng.random() == np.random.default_rng(3).random()


@pytest.mark.parametrize("p", [-0.1, 1.0, 1.5])
def test_impossible_probabilities_are_refused(p):
    with pytest.raises(ValueError, match="probability of dropping"):
        dropout_forward(np.ones(3), p, np.random.default_rng(0), training=True)


@pytest.mark.parametrize(("dtype", "result"), [(np.float32, np.float32), (np.float64, np.float64), (int, np.float64)])
def test_dtypes_and_inputs_stay(dtype, result):
    x = np.ones(5, dtype)
    y, mask = dropout_forward(x, 0.5, np.random.default_rng(0), training=True)
    assert y.dtype == mask.dtype == result
    assert x.tolist() == [1] * 5
