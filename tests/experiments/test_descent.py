"""The experiments on descent measure what they say they measure."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit.experiments.descent import (
    UNCORRECTED,
    decay_left,
    expected_noise,
    factor_a_step,
    floor,
    gradient_noise,
    least_squares,
    mse_gradient,
    schedules,
    step_lengths,
    train,
    warm_up,
    with_replacement,
)
from labkit.experiments.landscapes import RULES
from labkit.gradients import numerical_gradient
from labkit.reference.descent import gradient_descent
from labkit.reference.minibatches import minibatches


def test_the_mean_squared_error_has_this_gradient_and_this_largest_rate():
    problem = least_squares(30, np.random.default_rng(3))
    w = np.random.default_rng(4).normal(size=5)
    assert_allclose(mse_gradient(problem.X, problem.y, w), numerical_gradient(problem.loss, w), rtol=1e-6)
    assert_allclose(problem.excess(w), problem.loss(w) - problem.loss(problem.w_best))
    below, above = (
        train(problem, 30, share * problem.largest_rate(), 400, np.random.default_rng(0)) for share in (0.98, 1.02)
    )
    assert below[-1] < below[0]
    assert above[-1] > above[0]


def test_the_noise_of_a_batch_is_what_sampling_theory_says():
    problem, w = least_squares(64, np.random.default_rng(5)), np.zeros(5)
    for batch_size in (1, 4, 16, 32):
        found = gradient_noise(problem, w, batch_size, 400, np.random.default_rng(6), minibatches)
        assert_allclose(found, expected_noise(problem, w, batch_size), rtol=0.05)
    assert gradient_noise(problem, w, 64, 1, np.random.default_rng(6), minibatches) < 1e-12
    assert expected_noise(problem, w, 64) == 0


def test_a_corrected_adam_steps_by_the_rate_and_an_uncorrected_one_by_the_ratio_of_the_biases():
    # With a constant gradient, by hand: lr (1 - 0.9^t) / sqrt(1 - 0.999^t).
    t = np.arange(1, 41)
    three = np.full(40, 3.0)
    assert_allclose(step_lengths(RULES["adam_step"], three), 1, rtol=1e-6)
    assert_allclose(step_lengths(UNCORRECTED, three), (1 - 0.9**t) / np.sqrt(1 - 0.999**t), rtol=1e-6)
    assert_allclose(step_lengths(RULES["adagrad_step"], three), 1 / np.sqrt(t), rtol=1e-6)


def test_decoupled_decay_is_the_same_for_each_weight_and_l2_is_not():
    scales = np.array([10.0, 0.1])
    decoupled, l2 = (decay_left(kind, scales, 1000, np.random.default_rng(0)) for kind in ("decoupled", "L2"))
    assert_allclose(decoupled, (1 - 1e-3 * 0.5) ** 1000, atol=0.1)
    assert l2[0] > 0.85
    assert l2[1] < 0.3
    with pytest.raises(ValueError, match="'L3'"):
        decay_left("L3", scales, 1, np.random.default_rng(0))


def test_drawing_with_replacement_gives_as_many_batches_but_not_every_row():
    X = np.arange(50.0)
    drawn = list(with_replacement(X, 2 * X, 8, np.random.default_rng(0)))
    assert len(drawn) == 7
    assert len(np.unique(np.concatenate([a for a, _ in drawn]))) < 50
    assert all((b == 2 * a).all() for a, b in drawn)


def test_smaller_rates_and_larger_batches_settle_lower():
    levels = [
        np.mean([floor(*case, seed, n_epochs=40) for seed in range(5)]) for case in ((4, 0.02), (4, 0.01), (16, 0.02))
    ]
    assert levels[1] < levels[0] / 2
    assert levels[2] < levels[0] / 2


def test_the_factor_of_a_parabola_is_that_of_theory():
    factor = factor_a_step(gradient_descent, lambda x: 2 * x + 4, 3.0, -2.0, 0.3)
    assert_allclose(factor, 0.4)


def test_schedules_start_and_end_where_they_should():
    table = schedules(100, 0.5)
    ends = {name: (rate(0), rate(100)) for name, rate in table.items()}
    assert_allclose([ends["step"][0], ends["exponential"][0], ends["cosine"][0]], 0.5)
    assert_allclose([ends["step"][1], ends["exponential"][1]], [0.5e-3, 0.5e-2])
    assert ends["cosine"][1] == ends["warm-up, cosine"][1] == 0
    assert [table["warm-up, cosine"](t) for t in (0, 9, 10)] == [0.05, 0.5, 0.5]
    assert [warm_up(2.0, 4)(t) for t in (0, 3, 9)] == [0.5, 2.0, 2.0]
