"""The reliability curve and the Brier score are scikit-learn's; the calibration error is a hand sum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn import metrics
from sklearn.calibration import calibration_curve

from labkit.reference.calibration import brier_score, expected_calibration_error, reliability_curve


def drawn(n, levels, seed):
    rng = np.random.default_rng(seed)
    return rng.permutation(np.arange(n) % 2), rng.integers(0, levels + 1, n) / levels  # edges of bins among them


@given(
    n=st.integers(2, 60),
    n_bins=st.sampled_from([1, 2, 5, 10]),
    levels=st.sampled_from([10, 9999]),
    seed=st.integers(0, 999),
)
def test_they_are_scikit_learns(n, n_bins, levels, seed):
    y, p = drawn(n, levels, seed)
    forecast, share, rows = reliability_curve(y, p, n_bins)
    their_share, their_forecast = calibration_curve(y, p, n_bins=n_bins)
    assert_allclose(forecast, their_forecast, rtol=1e-12)
    assert_allclose(share, their_share, rtol=1e-12)
    assert rows.sum() == n
    assert_allclose(brier_score(y, p), metrics.brier_score_loss(y, p), rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_calibration_error_is_the_sum_over_bins(seed):
    y, p = drawn(100, 9999, seed)
    total = 0.0
    for low in np.arange(10) / 10:
        inside = (p > low) & (p <= low + 0.1) | (low == 0) & (p == 0)
        if inside.any():
            total += inside.sum() / 100 * abs(y[inside].mean() - p[inside].mean())
    assert_allclose(expected_calibration_error(y, p), total)


def test_a_perfect_forecast_in_a_large_sample_is_nearly_calibrated_and_a_bold_one_is_not():
    rng = np.random.default_rng(0)
    p = rng.random(200_000)
    y = (rng.random(p.size) < p).astype(int)
    assert expected_calibration_error(y, p) < 0.01
    assert expected_calibration_error(y, np.round(p)) > 0.2


def test_the_honest_forecast_has_the_lowest_expected_brier_score():
    says = np.linspace(0, 1, 101)
    expected = 0.3 * (1 - says) ** 2 + 0.7 * says**2  # of an event that happens in 30 %
    assert says[expected.argmin()] == pytest.approx(0.3)
    assert brier_score(np.array([1, 0]), np.array([0.5, 0.5])) == 0.25
