"""The scores of regressions are scikit-learn's, for constant targets too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn import metrics

from labkit.reference.regression_scores import mae, mse, r2_score, rmse

PAIRS = [
    (mse, metrics.mean_squared_error),
    (rmse, metrics.root_mean_squared_error),
    (mae, metrics.mean_absolute_error),
    (r2_score, metrics.r2_score),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=[ours.__name__ for ours, _ in PAIRS])
@given(n=st.integers(2, 40), scale=st.sampled_from([1e-3, 1.0, 1e4]), seed=st.integers(0, 999))
def test_they_are_scikit_learns(ours, theirs, n, scale, seed):
    rng = np.random.default_rng(seed)
    y_true, y_pred = scale * (5 + rng.normal(size=(2, n)))
    assert_allclose(ours(y_true, y_pred), theirs(y_true, y_pred), rtol=1e-10)


@pytest.mark.parametrize("y_pred", [np.full(4, 3.0), np.arange(4.0)])
def test_equal_targets_are_scored_as_in_scikit_learn(y_pred):
    y_true = np.full(4, 3.0)
    assert r2_score(y_true, y_pred) == metrics.r2_score(y_true, y_pred)


def test_the_mean_of_the_targets_scores_0_and_worse_is_negative():
    y = np.array([1.0, 2.0, 6.0])
    assert abs(r2_score(y, np.full(3, 3.0))) < 1e-12
    assert r2_score(y, np.full(3, 4.0)) == pytest.approx(1 - (9 + 4 + 4) / 14)
    assert r2_score(y, y) == 1.0


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\(3,\) and y_pred \(3, 1\)"):
        r2_score(np.arange(3.0), np.arange(3.0)[:, None])
