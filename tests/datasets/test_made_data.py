"""Made data have the properties they promise, for every seed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.datasets import gaussians, linear_regression, separable, sine_1d, spiral, two_circles, xor

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(0, 80)
CLASSIFIED = [two_circles, xor, gaussians, spiral]
MAKERS = [*CLASSIFIED, linear_regression, sine_1d, lambda n, rng: separable(n, 0.2, rng)]


@pytest.mark.parametrize("make", MAKERS)
def test_the_generator_alone_decides(make):
    one, same, other = (make(20, np.random.default_rng(seed)) for seed in (5, 5, 6))
    for a, b in zip(one, same, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one[0], other[0])


@pytest.mark.parametrize("make", CLASSIFIED)
@given(n=SIZES, seed=SEEDS)
def test_points_and_labels_have_their_shapes(make, n, seed):
    X, y = make(n, np.random.default_rng(seed))
    assert (X.shape, X.dtype, y.shape, y.dtype) == ((n, 2), np.float64, (n,), np.int64)
    assert set(y.tolist()) <= {0, 1}


@pytest.mark.parametrize("make", [two_circles, xor, spiral])
def test_noise_moves_the_points_and_not_the_labels(make):
    clean, y = make(500, np.random.default_rng(0))
    noisy, same_y = make(500, np.random.default_rng(0), noise=0.1)
    np.testing.assert_array_equal(y, same_y)
    assert np.std(noisy - clean) == pytest.approx(0.1, rel=0.1)


@given(n=SIZES, seed=SEEDS)
def test_two_circles_are_labelled_by_radius(n, seed):
    X, y = two_circles(n, np.random.default_rng(seed))
    r = np.hypot(*X.T)
    assert np.all(r <= 2 + 1e-12)
    assert np.all(y[np.abs(r - 1) > 1e-12] == (r < 1)[np.abs(r - 1) > 1e-12])


def test_two_circles_have_a_uniform_radius_and_angle():
    X, y = two_circles(20_000, np.random.default_rng(0))
    r, angle = np.hypot(*X.T), np.arctan2(X[:, 1], X[:, 0])
    # uniform: the empirical distribution function stays within 1.95/sqrt(n) (Kolmogorov, 0.1 %)
    limit = 1.95 / math.sqrt(len(r))
    for u in (r / 2, (angle + np.pi) / (2 * np.pi)):
        assert np.max(np.abs(np.sort(u) - (np.arange(len(u)) + 0.5) / len(u))) < limit
    assert np.mean(y) == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(len(y)))


def test_xor_fills_four_quadrants_and_no_single_feature_tells():
    X, y = xor(4000, np.random.default_rng(0))
    assert np.all(y == (np.prod(X, axis=1) < 0))
    for feature in X.T:
        assert abs(np.corrcoef(feature, y)[0, 1]) < 0.07  # 4 standard deviations of 1/sqrt(4000)


def test_gaussians_lie_where_they_say_with_the_spread_they_say():
    X, y = gaussians(8001, np.random.default_rng(0), distance=3.0, noise=0.5)
    assert (np.sum(y == 0), np.sum(y == 1)) == (4000, 4001)
    for label, centre in ((0, (-1.5, 0)), (1, (1.5, 0))):
        np.testing.assert_allclose(X[y == label].mean(axis=0), centre, atol=4 * 0.5 / math.sqrt(4000))
        np.testing.assert_allclose(X[y == label].std(axis=0), 0.5, rtol=0.05)
    best = 0.5 * (1 + math.erf(3 / math.sqrt(2)))  # Phi(distance / (2 noise))
    assert np.mean((X[:, 0] > 0) == y) == pytest.approx(best, abs=0.003)


@given(n=SIZES, seed=SEEDS, turns=st.floats(0.25, 3))
def test_spiral_points_lie_on_their_arm(n, seed, turns):
    X, y = spiral(n, np.random.default_rng(seed), turns=turns)
    t = np.hypot(*X.T)
    assert np.all((t > 0) & (t <= 1 + 1e-12))
    angle = 2 * np.pi * turns * t + np.pi * y
    np.testing.assert_allclose(X, t[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), atol=1e-12)


@given(n=st.integers(2, 60), margin=st.floats(0.001, 0.97), seed=SEEDS)
def test_separable_keeps_its_margin_on_both_sides_of_its_line(n, margin, seed):
    X, y, w, b = separable(n, margin, np.random.default_rng(seed))
    assert np.linalg.norm(w) == pytest.approx(1)
    score = X @ w + b
    assert np.array_equal(score > 0, y == 1)
    assert np.all(np.abs(score) >= margin)
    assert np.all(np.hypot(*X.T) <= 1)
    assert np.sum(y == 0) == n // 2
    assert abs(b) <= (1 - margin) / 2


def test_separable_comes_close_to_its_margin_and_fills_the_disc():
    X, y, w, b = separable(4000, 0.2, np.random.default_rng(1))
    assert np.min(np.abs(X @ w + b)) < 0.205
    assert np.max(np.hypot(*X.T)) > 0.99
    for label in (0, 1):  # evenly filled: the mean along the line is 0
        along = X[y == label] @ np.array([-w[1], w[0]])
        assert abs(along.mean()) < 4 * along.std() / math.sqrt(len(along))


@pytest.mark.parametrize("margin", [0, -0.1, 1, 1.5])
def test_a_margin_the_disc_cannot_hold_is_refused(margin):
    with pytest.raises(ValueError, match="expected a number above 0 and below 1"):
        separable(10, margin, np.random.default_rng(0))


def test_linear_regression_without_noise_is_its_law():
    X, y, w, b = linear_regression(50, np.random.default_rng(0), n_features=4, noise=0.0)
    assert (X.shape, y.shape, w.shape, type(b)) == ((50, 4), (50,), (4,), float)
    np.testing.assert_allclose(y, X @ w + b)


def test_linear_regression_has_the_noise_it_was_given():
    X, y, w, b = linear_regression(20_000, np.random.default_rng(0), noise=0.3)
    assert np.std(y - X @ w - b) == pytest.approx(0.3, rel=0.02)
    clean = linear_regression(20_000, np.random.default_rng(0), noise=0.0)
    np.testing.assert_array_equal(X, clean[0])
    np.testing.assert_array_equal(w, clean[2])


def test_sine_is_one_period_with_its_noise():
    X, y = sine_1d(20_000, np.random.default_rng(0), noise=0.2)
    assert X.shape == (20_000, 1)
    assert np.all(np.abs(X) <= np.pi)
    assert np.std(y - np.sin(X[:, 0])) == pytest.approx(0.2, rel=0.02)
