"""The perceptron: its rule by hand, the convergence theorem, and what happens without a line."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron

from labkit.reference.perceptron import (
    fit_perceptron,
    margin,
    perceptron_predict,
    perceptron_trace,
    perceptron_update,
    pocket_perceptron,
    xor_weights,
)

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0, 1, 1, 0])


def separable(rng, n=40, d=2, gap=0.1):
    """Return points around a random line, none nearer to it than gap, and their sides as labels."""
    w = rng.normal(size=d)
    w, b = w / np.linalg.norm(w), rng.uniform(-0.5, 0.5)
    X = rng.uniform(-1, 1, size=(20 * n, d))
    X = X[np.abs(X @ w + b) >= gap][:n]
    return X, (X @ w + b >= 0).astype(int)


def overlapping(rng, n=100):
    """Return two clouds that no line separates, and their labels."""
    y = np.arange(n) % 2
    return rng.normal(size=(n, 2)) + 0.8 * y[:, None], y


def test_predict_gives_one_on_the_line_itself():
    labels = perceptron_predict([[1.0, 1.0], [3.0, 0.0], [0.0, 0.0]], [1.0, 1.0], -2.0)
    np.testing.assert_array_equal(labels, [1, 1, 0])
    assert labels.dtype.kind == "i"


@pytest.mark.parametrize(
    ("y", "w", "b"),
    [
        # w.x + b = 1*2 + 1*(-1) - 2 = -1, so the prediction is 0.
        (0, [1.0, 1.0], -2.0),
        (1, [1.0 + 0.5 * 2, 1.0 + 0.5 * -1], -1.5),
    ],
)
def test_update_hand_example_where_the_prediction_is_zero(y, w, b):
    new_w, new_b = perceptron_update(np.ones(2), -2.0, np.array([2.0, -1.0]), y, lr=0.5)
    np.testing.assert_array_equal(new_w, w)
    assert new_b == b


def test_update_subtracts_where_one_was_predicted_wrongly():
    w, b = perceptron_update(np.zeros(2), 0.0, np.array([2.0, -1.0]), 0)
    np.testing.assert_array_equal(w, [-2.0, 1.0])
    assert b == -1.0


@pytest.mark.parametrize("y", [0, 1])
def test_update_returns_a_new_array_and_keeps_the_old_one(y):
    w, x = np.array([1.0, -1.0]), np.array([3.0, 2.0])
    new_w, _ = perceptron_update(w, 0.0, x, y)
    new_w += 100.0
    np.testing.assert_array_equal(w, [1.0, -1.0])
    np.testing.assert_array_equal(x, [3.0, 2.0])


def test_fit_hand_example():
    # x = 2 is class 1 and right at the start (0 >= 0); x = -1 is class 0, predicted 1: w = 1,
    # b = -1. Epoch 2: 2*1 - 1 = 1 is right, -1 - 1 = -2 is right, so its 0 ends the list.
    w, b, mistakes = fit_perceptron([[2.0], [-1.0]], [1, 0])
    np.testing.assert_array_equal(w, [1.0])
    assert b == -1.0
    assert mistakes == [1, 0]


def test_fit_stops_at_max_epochs_when_no_line_separates():
    w, b, mistakes = fit_perceptron(CORNERS, XOR, max_epochs=25)
    assert len(mistakes) == 25
    assert min(mistakes) > 0
    assert (perceptron_predict(CORNERS, w, b) != XOR).any()


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 10.0))
def test_mistakes_stay_below_the_bound_of_the_convergence_theorem(seed, lr):
    # Novikoff: at most (R / gamma)^2 mistakes, R the longest (x, 1), gamma the margin of any line
    # through the origin of that larger space; the fitted one will do. Any lr only scales w and b.
    X, y = separable(np.random.default_rng(seed))
    w, b, mistakes = fit_perceptron(X, y, lr=lr, max_epochs=10_000)
    assert mistakes[-1] == 0
    np.testing.assert_array_equal(perceptron_predict(X, w, b), y)
    if sum(mistakes) > 0:
        larger = np.c_[X, np.ones(len(X))]
        R, gamma = np.linalg.norm(larger, axis=1).max(), margin(larger, y, np.r_[w, b], 0.0)
        assert gamma >= 0
        assert sum(mistakes) * gamma**2 <= R**2 * (1 + 1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_fit_equals_scikit_learn_without_shuffling(seed):
    # scikit-learn's rule calls a score of exactly 0 a mistake for either class; ours only for class
    # 0. The very first score is 0, so start with a row of class 0: then both make that mistake.
    X, y = separable(np.random.default_rng(seed), d=3)
    order = np.argsort(y, kind="stable")
    w, b, _ = fit_perceptron(X[order], y[order], max_epochs=1000)
    theirs = Perceptron(shuffle=False, tol=None, max_iter=1000).fit(X[order], y[order])
    np.testing.assert_allclose(w, theirs.coef_[0], rtol=1e-10)
    np.testing.assert_allclose(b, theirs.intercept_[0], rtol=1e-10)


def step(z):
    return (np.asarray(z) >= 0).astype(int)


def test_xor_weights_compute_exclusive_or():
    W1, b1, w2, b2 = xor_weights()
    hidden = step(CORNERS @ W1 + b1)
    np.testing.assert_array_equal(step(hidden @ w2 + b2), XOR)


def test_no_single_line_computes_exclusive_or():
    # Every labelling that a line can give the four corners appears on this grid; XOR does not.
    grid = np.linspace(-2, 2, 17)
    lines = itertools.product(grid, grid, grid)
    found = {tuple(perceptron_predict(CORNERS, (w1, w2), b)) for w1, w2, b in lines}
    assert found == set(itertools.product((0, 1), repeat=4)) - {(0, 1, 1, 0), (1, 0, 0, 1)}


def test_margin_hand_example():
    # The line x1 = 2 as 3 x1 - 6 = 0; the points stand 1 and 4 away, on their own sides.
    assert margin([[3.0, 9.0], [-2.0, 0.0]], [1, 0], [3.0, 0.0], -6.0) == pytest.approx(1.0)
    assert margin([[3.0, 9.0], [-2.0, 0.0]], [1, 1], [3.0, 0.0], -6.0) == pytest.approx(-4.0)


def test_margin_does_not_depend_on_the_length_of_the_weights():
    X, y = separable(np.random.default_rng(1))
    w, b, _ = fit_perceptron(X, y, max_epochs=10_000)
    assert margin(X, y, w, b) == pytest.approx(margin(X, y, 7 * w, 7 * b))


def test_trace_yields_each_mistake_and_ends_at_the_fitted_perceptron():
    X, y = separable(np.random.default_rng(2))
    w, b, mistakes = fit_perceptron(X, y)
    trace = list(perceptron_trace(X, y))
    counts = np.bincount([state.epoch for state in trace], minlength=len(mistakes))
    np.testing.assert_array_equal(counts, mistakes)
    np.testing.assert_array_equal(trace[-1].w, w)
    assert trace[-1].b == b


def test_trace_states_are_kept_apart_and_frozen():
    X, y = overlapping(np.random.default_rng(3))
    first, second = itertools.islice(perceptron_trace(X, y), 2)
    np.testing.assert_array_equal(second.w, first.w + (2 * y[second.row] - 1) * X[second.row])
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.b = 0.0


def test_pocket_errors_never_rise_and_belong_to_the_line_returned():
    X, y = overlapping(np.random.default_rng(4))
    w, b, errors = pocket_perceptron(X, y, np.random.default_rng(0), max_epochs=30)
    assert len(errors) == 30
    assert np.all(np.diff(errors) <= 0)
    assert (perceptron_predict(X, w, b) != y).sum() == errors[-1]


def test_pocket_is_better_than_where_the_plain_rule_happens_to_stop():
    differences = []
    for seed in range(10):
        X, y = overlapping(np.random.default_rng(seed))
        w, b, _ = fit_perceptron(X, y, max_epochs=30)
        plain = (perceptron_predict(X, w, b) != y).sum()
        _, _, errors = pocket_perceptron(X, y, np.random.default_rng(seed), max_epochs=30)
        differences.append(plain - errors[-1])
    assert np.mean(differences) > 0


def test_pocket_reaches_no_errors_where_a_line_separates():
    X, y = separable(np.random.default_rng(5))
    _, _, errors = pocket_perceptron(X, y, np.random.default_rng(0), max_epochs=1000)
    assert errors[-1] == 0
    assert len(errors) < 1000


def test_pocket_gets_three_of_four_corners_of_exclusive_or():
    _, _, errors = pocket_perceptron(CORNERS, XOR, np.random.default_rng(0), max_epochs=50)
    assert errors[-1] == 1


def test_inputs_are_left_unchanged():
    X, y = overlapping(np.random.default_rng(6))
    X_before, y_before = X.copy(), y.copy()
    fit_perceptron(X, y, max_epochs=3)
    pocket_perceptron(X, y, np.random.default_rng(0), max_epochs=3)
    list(perceptron_trace(X, y, max_epochs=3))
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(y, y_before)
