"""The experiments of 03_activations measure what they say they measure."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit.experiments.activations import (
    backward,
    condition_number,
    cost_per_element,
    dead_share,
    epochs_to,
    forward,
    init,
    learn_slope,
    many_against_one,
    missed_by_one_layer,
    properties,
    random_rotation,
    same_sign_share,
    train,
)
from labkit.gradients import directional_gradient_error
from labkit.reference.activations import ACTIVATIONS, prelu_grads
from labkit.reference.losses import cross_entropy, softmax_cross_entropy_backward


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_random_rotation_is_orthogonal():
    q = random_rotation(6, rng())
    assert_allclose(q.T @ q, np.eye(6), atol=1e-12)


def test_many_linear_layers_are_one():
    assert many_against_one(100, rng()) < 1e-12


def test_one_layer_misses_nothing_of_a_linear_stack_and_much_of_a_bent_one():
    assert missed_by_one_layer(ACTIVATIONS["linear"][0], 10, rng()).max() < 1e-12
    missed = missed_by_one_layer(ACTIVATIONS["relu"][0], 10, rng())
    assert missed[-1] > missed[0] > 0.2
    assert missed.max() < 1


def test_what_one_layer_misses_agrees_with_least_squares():
    f, generator = ACTIVATIONS["tanh"][0], rng(3)
    X = generator.normal(size=(2000, 16))
    H = f(X @ random_rotation(16, generator))
    rows = np.column_stack([X, np.ones(len(X))])
    rest = (H - rows @ np.linalg.lstsq(rows, H)[0]) / H.std(axis=0)
    assert_allclose(missed_by_one_layer(f, 1, rng(3)), [(rest**2).mean()], rtol=1e-9)


def test_positive_outputs_push_all_weights_the_same_way():
    assert same_sign_share(ACTIVATIONS["sigmoid"][0], rng()) == 1
    assert abs(same_sign_share(ACTIVATIONS["tanh"][0], rng()) - 2 / 2**8) < 0.005
    assert condition_number(ACTIVATIONS["sigmoid"][0], rng()) > 10 * condition_number(ACTIVATIONS["tanh"][0], rng())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_small_networks_gradient_is_right(name):
    f, slope = ACTIVATIONS[name]
    generator = rng(1)
    X, y = generator.normal(size=(7, 2)), generator.integers(0, 2, 7)
    params = init((2, 4, 3, 2), generator, bias=0.1)
    logits, inputs, z = forward(X, params, f)
    grads = backward(softmax_cross_entropy_backward(logits, y), params, inputs, z, slope)
    for layer in range(3):
        for part in range(2):

            def loss(p, layer=layer, part=part):
                changed = [list(pair) for pair in params]
                changed[layer][part] = p
                return cross_entropy(forward(X, changed, f)[0], y)

            assert directional_gradient_error(loss, grads[layer][part], params[layer][part], generator) < 1e-6


def test_first_weights_follow_he_or_the_given_spread():
    (w, b), (w_out, b_out) = init((50, 4000, 2), rng(), bias=-3.0)
    assert abs(w.std() - 0.2) < 0.002
    assert (b == -3).all()
    assert w_out.shape == (4000, 2)
    assert (b_out == 0).all()  # the bias is for hidden units
    assert abs(init((50, 4000, 2), rng(), std=3.0)[0][0].std() - 3) < 0.03


def test_a_unit_is_dead_only_when_no_row_has_a_slope():
    z = [np.array([[-1.0, -1.0], [-2.0, 1.0]]), np.array([[0.0], [0.0]])]
    assert dead_share(z, ACTIVATIONS["relu"][1]) == pytest.approx(2 / 3)
    assert dead_share(z, ACTIVATIONS["leaky_relu"][1]) == 0


def test_training_learns_with_a_bend_and_not_without():
    relu, linear = train("relu", 0, epochs=120), train("linear", 0, epochs=120)
    assert relu.accuracy[-1] > 0.95
    assert relu.loss[-1] < relu.loss[0] / 3
    assert linear.accuracy[-1] < 0.75
    assert len(relu.loss) == len(relu.accuracy) == len(relu.dead) == 121
    assert relu.seconds > 0


def test_a_seed_gives_the_same_run_and_every_activation_the_same_start():
    a, b = train("tanh", 3, epochs=3), train("tanh", 3, epochs=3)
    assert np.array_equal(a.loss, b.loss)
    assert not np.array_equal(a.loss, train("tanh", 4, epochs=3).loss)


def test_a_large_negative_bias_kills_and_a_leak_keeps_alive():
    settings = {"epochs": 2, "hidden": (32, 32), "rule": "sgd", "lr": 0.3}
    assert train("relu", 0, bias=-3.0, **settings).dead[0] > 0.7
    assert train("leaky_relu", 0, bias=-3.0, **settings).dead.max() == 0
    assert train("relu", 0, **settings).dead.max() < 0.1


def test_epochs_to_counts_from_the_start():
    accuracy = np.array([0.5, 0.94, 0.95, 0.9, 0.97])
    assert epochs_to(accuracy, 0.95) == 2
    assert epochs_to(accuracy, 0.99) == np.inf


@pytest.mark.parametrize("truth", [0.0, 0.8, 1.5])
def test_prelu_finds_the_slope_its_data_were_made_with(truth):
    slopes = learn_slope(prelu_grads, truth, rng())
    assert slopes[0] == 0.25
    assert abs(slopes[-1] - truth) < 0.03


def test_cost_has_one_time_a_repetition():
    cost = cost_per_element({"a": np.negative, "b": np.exp}, n=1000, repeats=4)
    assert set(cost) == {"a", "b"}
    assert all(len(times) == 4 and (times > 0).all() for times in cost.values())


def test_properties_know_the_textbook_numbers():
    sigmoid, elu = properties(*ACTIVATIONS["sigmoid"]), properties(*ACTIVATIONS["elu"])
    assert sigmoid["largest slope"] == pytest.approx(0.25)
    assert sigmoid["mean output"] == pytest.approx(0.5)
    assert elu["lowest"] == pytest.approx(-1)
    assert properties(*ACTIVATIONS["relu"])["jump of the slope at 0"] == 1
    assert properties(*ACTIVATIONS["relu"])["mean output"] == pytest.approx((2 * np.pi) ** -0.5, rel=1e-3)
