"""The experiments on deep networks measure what they say they measure."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit.experiments import depth
from labkit.experiments.checkpointing import backward_with_checkpoints, measured
from labkit.experiments.diagnosis import SIGNS, WARD, Symptoms, diagnose, measure, treat
from labkit.reference.activations import ACTIVATIONS
from labkit.reference.clipping import clip_by_global_norm
from labkit.reference.gradient_flow import gradient_norms
from labkit.reference.initialization import he_normal, xavier_uniform
from labkit.reference.optim import SGD, Adam
from labkit.reference.residual import residual_backward, residual_forward

HEALTHY = Symptoms(growth=1.0, flow=1.0, off=0.0, saturated=0.0, alike=0.5, step=0.01, early=0.8)


@pytest.fixture(scope="module")
def digits():
    return depth.digits()


def rng(seed=0):
    return np.random.default_rng(seed)


# ------------------------------------------------------------------------------------------------------------- chains


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
def test_the_probe_of_a_plain_chain_is_the_exercise(activation):
    weights, x, dy = depth.chain(xavier_uniform, 6, rng(3), width=16, n=8)
    sizes, norms = depth.probe(activation, xavier_uniform, 6, rng(3), width=16, n=8)
    assert_allclose(norms, gradient_norms(weights, x, dy, *ACTIVATIONS[activation]))
    assert_allclose(sizes, depth.spreads(weights, x, activation)[1:])


def test_the_gradient_at_the_output_has_length_one():
    assert_allclose(np.linalg.norm(depth.chain(he_normal, 2, rng())[2]), 1.0)


def test_a_way_around_lets_the_signal_pass_weights_of_zero():
    sizes, norms = depth.probe("relu", depth.zeros, 4, rng(), help_="way around")
    assert_allclose(sizes, sizes[0])
    assert_allclose(norms, 0)
    assert_allclose(depth.probe("relu", depth.zeros, 4, rng())[0], 0)


def test_layer_normalisation_forgets_the_scale_of_the_weights():
    small, large = (depth.probe("relu", depth.scaled_normal(g), 5, rng(1), help_="layer norm") for g in (1.0, 4.0))
    assert_allclose(small[0], large[0], rtol=1e-3)
    assert_allclose(small[1], 4 * large[1], rtol=1e-3)  # the gradient is divided by the scale once


def test_a_linear_layer_multiplies_by_its_gain():
    factors = [depth.factor_of_a_layer(3.0, 5, rng(s), activation="linear") for s in range(5)]
    assert_allclose(np.mean(factors), 3.0, rtol=0.03)


def test_the_gradient_at_blocks_without_the_way_around_is_that_of_f_alone():
    with_ = depth.gradient_at_blocks(residual_forward, residual_backward, 3, rng(2), around=True, scale=0.0)
    alone = depth.gradient_at_blocks(residual_forward, residual_backward, 3, rng(2), around=False, scale=0.0)
    assert_allclose(with_, 1.0)
    assert_allclose(alone, 0.0)


# ----------------------------------------------------------------------------------------------------------- training


def test_plain_and_residual_networks_have_as_many_weights():
    plain, skip = (depth.deep_network(9, rng(), skip=s) for s in (False, True))
    assert plain.theta.size == skip.theta.size
    assert len(depth.layer_gradient_norms(plain)) == 10  # nine hidden layers and the output


def test_a_residual_network_starts_as_if_it_had_one_hidden_layer(digits):
    X = digits[0]
    network = depth.deep_network(9, rng(), skip=True)
    h = network.layers[1].forward(network.layers[0].forward(X))
    assert_allclose(network.forward(X), network.layers[-1].forward(h), rtol=1e-5, atol=1e-5)


def test_an_even_depth_is_refused():
    with pytest.raises(ValueError, match="odd"):
        depth.deep_network(4, rng())


def test_fit_learns_and_records_each_step(digits):
    network = depth.deep_network(3, rng())
    before = depth.mean_loss(network, *digits[:2])
    losses = depth.fit(network, Adam(1e-3), *digits[:2], rng(), steps=60)
    assert losses.shape == (60,)
    assert np.isfinite(losses).all()
    assert depth.mean_loss(network, *digits[:2]) < before / 2


def test_a_training_that_explodes_ends_in_nan_and_inf_without_a_warning(digits):
    network = depth.deep_network(9, rng(), init=depth.scaled_normal(2.0))
    losses = depth.fit(network, SGD(lr=0.1), *digits[:2], rng(), steps=50)
    assert np.isnan(losses[-1])
    options = {"depth": 9, "init": depth.scaled_normal(2.0)}
    assert depth.final_losses([options], ("SGD", 0.1), digits[:2], [0, 1], steps=50).tolist() == [[np.inf, np.inf]]


def test_clipping_bounds_the_step(digits):
    network = depth.deep_network(3, rng(), init=depth.scaled_normal(4.0))
    before = network.theta.copy()
    depth.fit(network, SGD(lr=1.0), *digits[:2], rng(), steps=1, clip=clip_by_global_norm, max_norm=0.25)
    assert_allclose(np.linalg.norm(network.theta - before), 0.25, rtol=1e-4)


def test_the_schedule_sets_the_rate(digits):
    network = depth.deep_network(3, rng())
    before = network.theta.copy()
    depth.fit(network, SGD(lr=1.0), *digits[:2], rng(), steps=5, schedule=lambda t: 0.0)
    assert_allclose(network.theta, before)


def test_the_copied_formula_is_wrong_in_both_ways():
    g = [np.array([60.0, 80.0])]
    assert_allclose(np.linalg.norm(depth.clip_by_square(g, 1.0)[0][0]), 0.01)  # 100 becomes 1/100
    short = [np.array([0.36, 0.48])]
    assert_allclose(depth.clip_by_square(short, 0.5)[0][0], short[0])  # 0.6 passes a limit of 0.5
    assert_allclose(depth.clip_each_value(g, 1.0)[0][0], [1.0, 1.0])


# ------------------------------------------------------------------------------------------------------ checkpointing


@pytest.mark.parametrize("every", [1, 2, 3, 5, 12, 40])
def test_checkpoints_change_no_gradient(every):
    weights, x, dy = depth.chain(xavier_uniform, 12, rng(), width=5, n=7)
    grads, cost = backward_with_checkpoints(weights, x, dy, every)
    expected = gradient_norms(weights, x, dy, *ACTIVATIONS["tanh"])
    assert_allclose([np.linalg.norm(g) for g in grads], expected)
    assert 12 <= cost.layers_run < 24


def test_the_least_memory_is_at_the_root():
    weights, x, dy = depth.chain(xavier_uniform, 16, rng(), width=8, n=512)
    costs = {k: measured(weights, x, dy, k, repeats=1) for k in (1, 2, 4, 8, 16)}
    assert {k: c.kept for k, c in costs.items()} == {1: 17, 2: 10, 4: 8, 8: 10, 16: 17}
    assert min(costs, key=lambda k: costs[k].peak_bytes) == 4
    assert costs[1].layers_run == 16
    assert costs[4].layers_run == 28
    assert costs[1].peak_bytes > 16 * x.nbytes


# ---------------------------------------------------------------------------------------------------------- diagnosis


def test_a_healthy_network_has_no_sign():
    assert diagnose(HEALTHY) == "healthy"


@pytest.mark.parametrize(
    ("symptom", "value", "name"),
    [
        ("off", 0.9, "dead units"),
        ("saturated", 0.9, "saturation"),
        ("growth", 1e4, "exploding signal"),
        ("growth", 1e-5, "vanishing signal"),
        ("flow", 1e-6, "vanishing gradient"),
        ("alike", 0.999, "rows alike"),
        ("early", float("inf"), "learning rate too high"),
        ("step", 1e-7, "learning rate too low"),
    ],
)
def test_each_sign_names_its_illness(symptom, value, name):
    assert diagnose(Symptoms(**{**vars(HEALTHY), symptom: value})) == name


def test_every_patient_has_a_sign_and_every_sign_a_patient():
    assert {p.illness for p in WARD} == {name for name, _, _ in SIGNS}


@pytest.mark.parametrize("patient", WARD, ids=lambda p: p.illness)
def test_a_patient_is_recognised_and_its_cure_is_healthy_and_better(patient, digits):
    before, after, loss_before, loss_after = treat(patient, *digits[:2], seed=0, steps=40)
    assert diagnose(before) == patient.illness
    assert diagnose(after) == "healthy"
    assert loss_after < loss_before


def test_symptoms_of_a_network_whose_rows_all_look_the_same(digits):
    X, y = np.ones_like(digits[0]), digits[1]
    found = measure(depth.deep_network(3, rng()), SGD(lr=0.01), X, y, rng())
    assert_allclose(found.alike, 1.0, atol=1e-4)
