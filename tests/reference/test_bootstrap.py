"""The interval is scipy's for the same draws, and a row stays whole."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from labkit.reference.bootstrap import bootstrap_interval
from labkit.reference.regression_scores import r2_score


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("n", "level", "n_resamples"), [(7, 0.95, 999), (30, 0.9, 200), (2, 0.5, 50)])
@pytest.mark.parametrize("statistic", [np.mean, np.median, np.std])
def test_it_is_scipys_for_the_same_draws(statistic, n, level, n_resamples, seed):
    data = np.random.default_rng(seed).exponential(size=n)
    theirs = stats.bootstrap(
        (data,),
        statistic,
        n_resamples=n_resamples,
        confidence_level=level,
        method="percentile",
        rng=np.random.default_rng(seed + 100),
    ).confidence_interval
    ours = bootstrap_interval(statistic, data, np.random.default_rng(seed + 100), n_resamples=n_resamples, level=level)
    assert_allclose(ours, theirs, rtol=1e-12)


def test_pairs_stay_pairs_as_in_scipy():
    rng = np.random.default_rng(0)
    y = rng.normal(size=25)
    pairs = np.column_stack([y, y + 0.5 * rng.normal(size=25)])
    theirs = stats.bootstrap(
        tuple(pairs.T),
        r2_score,
        n_resamples=300,
        paired=True,
        vectorized=False,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    ours = bootstrap_interval(lambda rows: r2_score(*rows.T), pairs, np.random.default_rng(1), n_resamples=300)
    assert_allclose(ours, theirs, rtol=1e-12)


def test_the_ends_are_quantiles_of_the_statistic():
    values = []

    def mean(rows):
        values.append(rows.mean())
        return values[-1]

    interval = bootstrap_interval(mean, np.arange(20.0), np.random.default_rng(0), n_resamples=400, level=0.8)
    assert_allclose(interval, np.quantile(values, [0.1, 0.9]))
    assert len(values) == 400


def test_it_covers_the_mean_about_as_often_as_it_says():
    covered = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        low, high = bootstrap_interval(np.mean, rng.normal(size=60), rng, n_resamples=200, level=0.9)
        covered += low <= 0 <= high
    assert 0.84 < covered / 300 < 0.94


def test_the_data_stay_as_they_are():
    data = np.arange(9.0)
    bootstrap_interval(np.mean, data, np.random.default_rng(0), n_resamples=20)
    assert data.tolist() == list(range(9))
