"""The experiments of the backpropagation notebook measure what they say they measure."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, r2_score

from labkit.experiments import backprop
from labkit.experiments.differentiation import Meter, count_modes, difference_errors, forward_mode, reverse_mode
from labkit.gradients import directional_gradient_error, numerical_gradient
from labkit.reference.losses import cross_entropy, mse_loss
from labkit.reference.network import NeuralNetwork

# ------------------------------------------------------------------------------------------------ lines


@pytest.mark.parametrize("n", [3, 40])
def test_the_largest_rate_is_that_of_the_theory_and_n_times_smaller_without_the_mean(n):
    """Gradient descent on a quadratic is stable up to 2 / (largest eigenvalue of its second derivative)."""
    x, _ = backprop.noisy_line(n, np.random.default_rng(0))
    rows = np.column_stack([x, np.ones(n)])
    limit = 2 / np.linalg.eigvalsh(2 * rows.T @ rows / n).max()
    # a little above the limit 100 steps may not yet have come back to the start
    kept = backprop.largest_rate(n, 0, keep_mean=True)
    assert 0.98 * limit <= kept <= 1.06 * limit
    assert backprop.largest_rate(n, 0, keep_mean=False) == pytest.approx(kept / n, rel=0.04)


def test_the_line_is_that_of_least_squares():
    run = backprop.fit_line(3)
    rng = np.random.default_rng(3)
    x, y = backprop.noisy_line(100, rng)
    fresh_x, fresh_y = backprop.noisy_line(1000, rng)
    slope, intercept = np.polyfit(x[:, 0], y, 1)
    assert (run.w, run.b) == pytest.approx((slope, intercept), abs=1e-6)
    assert run.r2 == pytest.approx(r2_score(fresh_y, run.w * fresh_x[:, 0] + run.b))
    assert run.variance == pytest.approx(y.var())


def test_the_table_of_differences_ends_at_the_mean_with_the_variance_as_loss():
    for seed in range(5):
        run = backprop.fit_line(seed, table=True)
        assert abs(run.w) < 1e-3
        assert run.losses[-1] == pytest.approx(run.variance, rel=1e-4)
        assert abs(run.r2) < 0.05


def test_the_bent_network_learns_the_line():
    score, predict = backprop.fit_bent(0)
    u = np.linspace(-1.5, 1.5, 7)[:, None]
    np.testing.assert_allclose(predict(u), 3 * u[:, 0] + 2, atol=1.0)
    assert 0.85 < score < 0.95


# ------------------------------------------------------------------------------------------------ differentiation


@pytest.mark.parametrize("mode", [forward_mode, reverse_mode])
def test_both_modes_give_the_gradient_of_the_loss(mode):
    rng = np.random.default_rng(1)
    weights = [rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), rng.normal(size=(2, 1))]
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 1))

    def loss(w, k):
        out = x
        for i, v in enumerate(weights):
            out = (np.maximum(out, 0) if i else out) @ (w if i == k else v)
        return mse_loss(out, y)

    for k, grad in enumerate(mode(weights, x, y, Meter())):
        np.testing.assert_allclose(
            grad, numerical_gradient(lambda w, k=k: loss(w, k), weights[k]), rtol=1e-6, atol=1e-8
        )


def test_the_meter_counts_by_hand():
    # two rows through 3 x 3, 3 x 3 and 3 x 1: 18 + 6 (ReLU) + 18 + 6 + 6
    assert count_modes(3, 0, n=2)["loss"] == 54
    meter = Meter()
    np.testing.assert_array_equal(meter.product(np.ones((2, 3)), np.ones((3, 4))), np.full((2, 4), 3.0))
    np.testing.assert_array_equal(meter.times(np.ones((2, 1)), np.ones((1, 5))), np.ones((2, 5)))
    assert meter.count == 24 + 10


def test_reverse_mode_costs_less_than_three_times_the_loss():
    for width in (2, 5, 11):
        counted = count_modes(width, width)
        assert counted["reverse"] < 3 * counted["loss"] < counted["forward"]
        assert counted["gap"] < 1e-12


def test_differences_have_the_orders_of_the_textbook():
    one_sided, central = difference_errors(np.array([1e-3, 1e-2]), 0)
    assert one_sided[1] / one_sided[0] == pytest.approx(10, rel=0.05)
    assert central[1] / central[0] == pytest.approx(100, rel=0.05)


# ------------------------------------------------------------------------------------------------ flowers


def test_flowers_are_split_and_standardised_on_the_training_rows():
    X, y, X_validation, y_validation = backprop.flower_split(3)
    assert (X.shape, X_validation.shape) == ((96, 4), (24, 4))
    np.testing.assert_array_equal(np.bincount(y), [32, 32, 32])
    np.testing.assert_array_equal(np.bincount(y_validation), [8, 8, 8])
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1, atol=1e-12)
    assert np.abs(X_validation.mean(axis=0)).max() > 1e-3  # measured in the others' numbers


def test_a_flower_run_looks_where_it_says_and_learns():
    run = backprop.flower_run(NeuralNetwork, 0, epochs=40, every=20)
    np.testing.assert_array_equal(run.epochs, [0, 20, 40])
    assert run.train_loss[0] > run.train_loss[1] > run.train_loss[2]
    assert run.validation_accuracy[-1] == np.mean(run.y_hat == run.y)
    np.testing.assert_array_equal(backprop.stacked([run, run], "train_loss"), [run.train_loss, run.train_loss])
    X, y, *_ = backprop.flower_split(0)
    network = backprop.train(NeuralNetwork(4, 10, 3, np.random.default_rng(0)), X, y, epochs=40)
    assert run.train_loss[-1] == pytest.approx(cross_entropy(network.forward(X), y), rel=1e-12)


def test_scikit_predicts_the_same_flowers():
    _, _, _, y_validation = backprop.flower_split(1)
    y_hat = backprop.scikit_run(1, epochs=300)
    assert y_hat.shape == y_validation.shape
    assert np.mean(y_hat == y_validation) > 0.8


def test_confusions_are_counted_like_scikit_learn_counts_them():
    rng = np.random.default_rng(0)
    y, y_hat = rng.integers(3, size=50), rng.integers(3, size=50)
    np.testing.assert_array_equal(backprop.count_confusion(y, y_hat), confusion_matrix(y, y_hat))


def test_softmax_twice_has_right_gradients_of_the_wrong_loss_and_stays_above_its_floor():
    rng = np.random.default_rng(0)
    network = backprop.SoftmaxTwice(4, 5, 3, rng)
    x, y = rng.normal(size=(6, 4)), rng.integers(3, size=6)
    network.forward(x)
    dw1, *_ = network.backward(y)

    def loss(w1):
        kept, network.w1 = network.w1, w1
        value = cross_entropy(network.forward(x), y)
        network.w1 = kept
        return value

    assert directional_gradient_error(loss, dw1, network.w1, rng) < 1e-6
    run = backprop.flower_run(backprop.SoftmaxTwice, 0, epochs=200, every=50)
    assert run.train_loss.min() > np.log(np.e + 2) - 1
    assert run.train_loss[-1] < run.train_loss[0]
