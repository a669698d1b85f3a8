"""Log-uniform numbers are uniform on a logarithmic axis, and a grid is the product of its values."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from labkit.reference.search_space import grid, sample_log_uniform


def test_it_is_the_log_uniform_distribution_of_scipy():
    x = sample_log_uniform(1e-5, 10.0, 20_000, np.random.default_rng(0))
    assert stats.kstest(x, stats.loguniform(1e-5, 10.0).cdf).pvalue > 0.01


def test_each_power_of_ten_gets_the_same_share():
    x = sample_log_uniform(1e-4, 1.0, 40_000, np.random.default_rng(1))
    shares = np.histogram(x, bins=[1e-4, 1e-3, 1e-2, 1e-1, 1.0])[0] / x.size
    np.testing.assert_allclose(shares, 0.25, atol=0.01)


def test_the_generator_decides():
    a, b, c = (sample_log_uniform(0.1, 10, 5, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.1), (0.0, 1.0), (-1.0, 1.0), (1.0, 1.0), (np.nan, 1.0)])
def test_bounds_that_make_no_sense_are_refused(low, high):
    with pytest.raises(ValueError, match="low < high"):
        sample_log_uniform(low, high, 3, np.random.default_rng(0))


@given(st.dictionaries(st.sampled_from("abcde"), st.lists(st.integers(), max_size=4), max_size=4))
def test_a_grid_is_the_product_in_its_order(values):
    product = [dict(zip(values, choice, strict=True)) for choice in itertools.product(*values.values())]
    assert grid(values) == product


def test_each_combination_is_a_dict_of_its_own():
    configs = grid({"a": (1, 2), "b": (3,)})
    configs[0]["b"] = 99
    assert configs[1] == {"a": 2, "b": 3}
