"""The experiments on networks measure what they say they measure."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from labkit.datasets import two_circles
from labkit.experiments.networks import (
    CORNERS,
    chance_of_1,
    count,
    different_units,
    equal_start,
    fit_wave,
    from_start,
    learn_spiral,
    learns_xor,
    linear_pieces,
    network_with,
    order_matters,
    params_of,
    polyline_params,
    probability_of_1,
    rms_error,
    sawtooth_params,
    settings_accuracy,
    trained_in_float64,
    watch,
    wave,
)
from labkit.reference.epoch import train_epoch
from labkit.reference.losses import cross_entropy
from labkit.reference.mlp import init_params, mlp_forward


def test_a_network_computes_what_its_parameters_say_and_owns_copies():
    rng = np.random.default_rng(0)
    params, X = init_params([3, 5, 4, 2], rng), rng.normal(size=(6, 3))
    network = network_with(params)
    assert_allclose(network.forward(X), mlp_forward(params, X), rtol=1e-12)
    network.theta[...] = 0
    assert np.any(params[0][0])
    assert not any(np.any(p) for pair in params_of(network) for p in pair)


def test_a_watched_training_starts_at_the_start_and_leaves_it_alone():
    rng = np.random.default_rng(1)
    X, y = two_circles(50, rng)
    params = init_params([2, 4, 3, 2], rng)
    before = [p.copy() for pair in params for p in pair]
    seen = watch(params, X, y, epochs=7, every=3, keep=(0, 2))
    assert seen.loss.shape == (7,)
    assert seen.loss[0] == pytest.approx(cross_entropy(mlp_forward(params, X), y), rel=1e-5)
    assert seen.loss[2] == pytest.approx(cross_entropy(mlp_forward(seen.kept[2], X), y), rel=1e-5)
    assert_array_equal(seen.at, [0, 3, 6])
    assert seen.gradients.shape == (3, 3)
    assert (seen.gradients > 0).all()
    assert list(seen.kept) == [0, 2, 7]
    assert_array_equal(
        np.concatenate([p.ravel() for pair in params for p in pair]), np.concatenate([p.ravel() for p in before])
    )


def test_the_watched_gradient_is_the_gradient():
    rng = np.random.default_rng(2)
    X, y = two_circles(40, rng)
    params = init_params([2, 4, 2], rng)
    measured = watch(params, X, y, epochs=1, every=1).gradients[1, 0]
    w, h = params[1][0], 1e-5
    slopes = np.empty(w.shape)
    for place in np.ndindex(w.shape):
        losses = []
        for sign in (1, -1):
            moved = w.copy()
            moved[place] += sign * h
            losses.append(cross_entropy(mlp_forward([params[0], (moved, params[1][1])], X), y))
        slopes[place] = (losses[0] - losses[1]) / (2 * h)
    assert measured == pytest.approx(np.sqrt(np.mean(slopes**2)), rel=1e-4)


def test_equal_units_stay_equal_and_others_do_not():
    params = init_params([2, 8, 8, 8, 2], np.random.default_rng(0))
    assert different_units(params) == [8, 8, 8]
    assert different_units(equal_start(params)) == [1, 1, 1]
    assert from_start(equal_start(params), 0, epochs=1)[1] == [1, 1, 1]
    assert from_start(params, 0, epochs=1)[1] == [8, 8, 8]


def test_the_lesson_s_epoch_is_given_rows_sorted_by_class_or_left_out():
    seen = []

    def spy(step, X, y, batch_size, rng):
        seen.append((bool(np.all(np.diff(y) >= 0)), len(X), batch_size))
        return train_epoch(step, X, y, batch_size, rng)

    assert order_matters(spy, 0, shuffled=True, epochs=2).shape == (2,)
    assert seen == [(True, 400, 20)] * 2
    assert order_matters(spy, 0, shuffled=False, epochs=3).shape == (3,)
    assert len(seen) == 2


def test_one_unit_never_learns_xor():
    assert not any(learns_xor(1, seed, epochs=50) for seed in range(3))


def test_some_wide_network_learns_xor():
    assert any(learns_xor(16, seed, epochs=200) for seed in range(3))


@pytest.mark.parametrize("width", [1, 2, 7, 32])
def test_the_polyline_meets_the_wave_at_its_nodes(width):
    nodes = np.linspace(-1, 1, width + 1)
    params = polyline_params(width)
    assert [w.shape for w, _ in params] == [(1, width), (width, 1)]
    assert_allclose(mlp_forward(params, nodes[:, None])[:, 0], wave(nodes), atol=1e-12)
    between = (nodes[1:] + nodes[:-1]) / 2
    assert_allclose(mlp_forward(params, between[:, None])[:, 0], (wave(nodes)[1:] + wave(nodes)[:-1]) / 2, atol=1e-12)


def test_a_fit_reports_its_own_error():
    grid = np.linspace(-1, 1, 101)
    error, said = fit_wave(8, 0, epochs=20, grid=grid)
    assert error == rms_error(said, grid) == pytest.approx(np.sqrt(np.mean((said - wave(grid)) ** 2)))


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_each_layer_doubles_the_pieces(depth):
    x = np.arange(2**10 + 1) / 2**10
    teeth = mlp_forward(sawtooth_params(depth), x[:, None])[:, 0]
    assert linear_pieces(x, teeth) == 2**depth
    assert (teeth.min(), teeth.max()) == (0, 1)
    assert sum(w.size + b.size for w, b in sawtooth_params(depth)) == count([1, *[2] * depth, 1])


def test_pieces_are_counted():
    x = np.linspace(0, 1, 201)
    assert linear_pieces(x, 3 * x + 1) == 1
    assert linear_pieces(x, np.abs(x - 0.5)) == 2


def test_the_parameters_of_a_spiral_network_are_counted_and_its_accuracy_is_a_share():
    reached, network = learn_spiral([2, 5, 2], 0, epochs=3)
    assert 0 <= reached <= 1
    assert network.theta.size == count([2, 5, 2]) == 27


def test_a_good_setting_beats_no_learning():
    assert settings_accuracy("relu", 1e-2, 40, 0, epochs=10) > settings_accuracy("relu", 0.0, 40, 0, epochs=1) + 0.2


def test_corners_are_the_four_of_xor():
    assert sorted(map(tuple, CORNERS)) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_the_probability_is_the_softmax_even_of_large_logits():
    logits = np.array([[0.3, -1.2], [800.0, -800.0], [-800.0, 800.0]])
    p = probability_of_1(logits)
    assert p[0] == pytest.approx(np.exp(-1.2) / (np.exp(0.3) + np.exp(-1.2)))
    assert_allclose(p[1:], [0, 1], atol=1e-300)
    identity = [(np.eye(2), np.zeros(2))]
    assert_allclose(chance_of_1(mlp_forward, identity)(logits), p)


def test_the_training_in_float64_is_that_of_the_optimizer_step_by_step():
    rng = np.random.default_rng(3)
    X, y = two_circles(30, rng)
    params = init_params([2, 4, 2], rng)
    short, long = trained_in_float64(params, X, y, steps=2), trained_in_float64(params, X, y, steps=3)
    assert short.losses[0] == pytest.approx(cross_entropy(mlp_forward(params, X), y), rel=1e-12)
    assert_array_equal(short.losses, long.losses[:2])
    assert long.losses[2] == pytest.approx(cross_entropy(mlp_forward(short.params, X), y), rel=1e-12)
    moved = np.abs(trained_in_float64(params, X, y, steps=1).params[0][0] - params[0][0])
    assert_allclose(moved[moved > 0], 1e-3, rtol=1e-3)  # the first step of Adam has the length of its rate
