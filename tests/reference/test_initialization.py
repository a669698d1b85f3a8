"""First weights have the range and the spread that the derivations ask for, and those of torch."""

import numpy as np
import pytest
import torch
from scipy import stats

from labkit.reference.initialization import he_normal, xavier_uniform

SIZES = ((300, 100), (100, 300))


@pytest.mark.parametrize(("n_in", "n_out"), SIZES)
def test_xavier_fills_its_interval_evenly(n_in, n_out):
    w = xavier_uniform(n_in, n_out, np.random.default_rng(0))
    a = np.sqrt(6 / 400)
    assert w.shape == (n_in, n_out)
    assert stats.kstest(w.ravel(), stats.uniform(-a, 2 * a).cdf).pvalue > 0.01


@pytest.mark.parametrize(("n_in", "n_out"), SIZES)
def test_he_is_normal_with_the_spread_of_the_inputs(n_in, n_out):
    w = he_normal(n_in, n_out, np.random.default_rng(0))
    assert w.shape == (n_in, n_out)
    assert stats.kstest(w.ravel(), stats.norm(0, np.sqrt(2 / n_in)).cdf).pvalue > 0.01


@pytest.mark.parametrize(("n_in", "n_out"), SIZES)
def test_spreads_equal_those_of_torch(n_in, n_out):
    torch.manual_seed(0)
    rng, weight = np.random.default_rng(0), torch.empty(n_out, n_in)
    xavier = torch.nn.init.xavier_uniform_(weight.clone()).std().item()
    he = torch.nn.init.kaiming_normal_(weight.clone()).std().item()
    assert xavier_uniform(n_in, n_out, rng).std() == pytest.approx(xavier, rel=0.02)
    assert he_normal(n_in, n_out, rng).std() == pytest.approx(he, rel=0.02)


@pytest.mark.parametrize("rule", [xavier_uniform, he_normal])
def test_the_generator_decides(rule):
    a, b, c = (rule(3, 4, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert (a != c).all()
