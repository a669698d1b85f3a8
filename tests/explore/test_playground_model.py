"""The playground's training: the reference's own steps, cut into bites; data as the seed says; divergence noticed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from labkit.explore.playground.data import FEATURE_OF, LIMIT, N_POINTS, make_inputs, make_points
from labkit.explore.playground.model import RESOLUTION, Training, grid, same_network
from labkit.explore.playground.presets import PRESETS
from labkit.explore.playground.state import DATA, FEATURES, State, parse
from labkit.explore.playground.words import describe
from labkit.reference.layered_network import fully_connected
from labkit.reference.optim import SGD
from labkit.reference.training import train

SEEDS = range(5)


@pytest.mark.parametrize("data", DATA)
def test_points_follow_from_the_seed_and_fit_the_square(data):
    a, b, other = (make_points(State(data=data, seed=s)) for s in (3, 3, 4))
    assert np.array_equal(a.X, b.X)
    assert not np.array_equal(a.X, other.X)
    assert a.X.shape == (N_POINTS, 2)
    clean = make_points(State(data=data, noise=0.0)).X
    assert np.mean(np.abs(clean) < LIMIT) > 0.99
    if not State(data=data).is_regression:
        assert set(a.y) == {0, 1}


@pytest.mark.parametrize("data", DATA)
def test_more_noise_moves_the_same_points_further(data):
    clean, little, much = (make_points(State(data=data, noise=noise)) for noise in (0.0, 0.1, 0.3))
    moved = [np.abs(np.column_stack([p.X - clean.X, p.y - clean.y])) for p in (little, much)]
    assert 0 < moved[0].mean() < moved[1].mean()


def test_a_larger_share_keeps_the_points():
    few, many = make_points(State(share=0.1)), make_points(State(share=0.9))
    assert (few.n_train, many.n_train) == (40, 360)
    assert np.array_equal(few.X, many.X)


def test_inputs_are_what_their_names_say():
    inputs = make_inputs(np.array([[2.0, -3.0]]), FEATURES)
    assert inputs == pytest.approx(np.array([[2, -3, 4, 9, -6, np.sin(2), np.sin(-3)]]))
    assert tuple(FEATURE_OF) == FEATURES


def test_an_epoch_is_that_of_the_reference():
    state = parse("xor h=5,3 f=tanh lr=0.1 b=30 p=L2 r=0.01 s=7")
    training = Training(state)
    training.advance(4)

    network = fully_connected([2, 5, 3, 2], np.random.default_rng([7, 1]), activation="tanh")
    rng = np.random.default_rng([7, 2])
    train(network, SGD(0.1), training.X, training.y, rng=rng, epochs=4, batch_size=30, l2=0.01)
    assert np.array_equal(training.network.theta, network.theta)


def test_inputs_are_standardized_with_the_training_points():
    training = Training(State(features=FEATURES, share=0.3))
    assert training.X.mean(axis=0) == pytest.approx(np.zeros(7), abs=1e-12)
    assert training.X.std(axis=0) == pytest.approx(np.ones(7))
    assert len(training.X) + len(training.X_test) == N_POINTS


def test_bites_of_any_size_lead_the_same_way():
    whole, bites = Training(State(batch=5)), Training(State(batch=5))
    whole.advance(2)
    calls = 0
    while bites.epoch < 2:
        bites.advance(1, seconds=0)  # one step a call
        calls += 1
    assert calls >= 2 * N_POINTS * 0.5 / 5
    assert np.array_equal(whole.network.theta, bites.network.theta)
    assert whole.history == bites.history


def test_looking_changes_nothing():
    a, b = Training(State()), Training(State())
    for _ in range(20):
        a.advance(1, seconds=0)
        b.advance(1, seconds=0)
        b.view()
        b.dead_units()
    assert np.array_equal(a.network.theta, b.network.theta)


def test_the_view_is_the_network_on_the_grid():
    training = Training(parse("circle h=3,2 x=x1,x1x2 f=sigmoid"))
    view = training.view()
    w1, b1, w2, b2, w3, b3 = training.network.params
    h1 = 1 / (1 + np.exp(-(training.X_grid @ w1 + b1)))
    h2 = 1 / (1 + np.exp(-(h1 @ w2 + b2)))
    p = np.exp(h2 @ w3 + b3)
    p /= p.sum(axis=1, keepdims=True)
    for seen, expected in zip(view.units, (training.X_grid, h1, h2), strict=True):
        assert seen == pytest.approx(expected)
    assert view.output == pytest.approx(2 * p[:, 1] - 1)
    assert [w.shape for w in view.weights] == [(2, 3), (3, 2), (2, 1)]
    assert view.weights[-1][:, 0] == pytest.approx(w3[:, 1] - w3[:, 0])


def test_the_grid_runs_from_the_top_left():
    points = grid()
    assert points.shape == (RESOLUTION**2, 2)
    assert points[0] == pytest.approx([-points[-1][0], -points[-1][1]])
    assert points[0][0] < 0 < points[0][1]
    assert points[1][0] > points[0][0]


def test_settings_of_learning_go_on_and_others_begin_anew():
    state = State()
    for name, value in {"lr": 0.1, "batch": 5, "penalty": "L1", "rate": 0.1, "optimizer": "Adam"}.items():
        assert same_network(state, dataclasses.replace(state, **{name: value})), name
    others = {
        "data": "xor",
        "noise": 0.2,
        "share": 0.2,
        "features": ("x1",),
        "hidden": (),
        "activation": "relu",
        "seed": 1,
    }
    for name, value in others.items():
        assert not same_network(state, dataclasses.replace(state, **{name: value})), name


def test_a_changed_learning_rate_counts_from_the_next_step():
    state = parse("circle h=3 b=all lr=0.1")
    training = Training(state)
    before = training.network.theta.copy()
    training.change(dataclasses.replace(state, lr=0.3))
    training.advance(1)
    moved = training.network.theta - before
    usual = Training(state)
    usual.advance(1)
    assert moved == pytest.approx(3 * (usual.network.theta - before))


@pytest.mark.parametrize("text", ["plane h=0 b=all lr=3", "hills h=8,8,8 f=linear lr=10", "plane h=4 f=relu lr=10 b=1"])
def test_divergence_ends_the_training_with_a_sentence(text):
    training = Training(parse(text))
    training.advance(200)
    assert training.diverged
    assert "diverged" in describe(training)
    epoch = training.epoch
    training.advance(5)
    assert training.epoch == epoch


def test_the_sentence_holds_the_numbers():
    training = Training(State())
    training.advance(3)
    text = describe(training)
    now = training.now
    assert text.startswith(
        f"Epoch 3: loss {now.train_loss:.3g} on 200 training points, {now.test_loss:.3g} on 200 test"
    )
    assert f"accuracy {now.train_accuracy:.1%} and {now.test_accuracy:.1%}" in text
    assert "accuracy" not in describe(Training(State(data="plane")))


# What each preset teaches holds for other seeds too, not only for its own.


def outcome(name: str) -> list[Training]:
    """Return the trainings of a preset at its epoch, for every seed."""
    preset = PRESETS[name]
    found = []
    for seed in SEEDS:
        training = Training(dataclasses.replace(preset.state, seed=seed))
        training.advance(preset.epochs)
        found.append(training)
    return found


def test_a_line_is_not_enough_and_a_hidden_layer_or_squares_are():
    assert all(t.now.test_accuracy < 0.7 for t in outcome("a line is not enough"))
    assert all(t.now.test_accuracy > 0.88 for t in outcome("a hidden layer bends the line"))
    assert all(t.now.test_accuracy > 0.9 for t in outcome("the right inputs need no layer"))


@pytest.mark.slow
def test_the_spiral_asks_for_depth():
    one, three = outcome("depth for the spiral: one layer"), outcome("depth for the spiral: three layers")
    assert all(t.now.train_accuracy < 0.92 for t in one)
    assert all(t.now.train_accuracy > 0.96 for t in three)
    assert all(b.now.test_loss < a.now.test_loss for a, b in zip(one, three, strict=True))


def test_too_big_a_step_overshoots_further_each_time():
    for training in outcome("too big a step"):
        losses = [numbers.train_loss for numbers in training.history]
        assert np.all(np.diff(losses) > 0)
        training.advance(5)
        assert training.diverged


def test_noise_is_memorized_and_weight_decay_helps():
    without, decayed = outcome("memorising noise"), outcome("weight decay helps")
    for a, b in zip(without, decayed, strict=True):
        best = min(numbers.test_loss for numbers in a.history)
        assert a.now.train_loss < 0.1 < best < a.now.test_loss / 1.5  # it grew, after it had been better
        assert b.now.train_loss > a.now.train_loss
        assert b.now.test_loss < a.now.test_loss


def test_large_steps_kill_units_and_a_smaller_rate_does_not():
    preset = PRESETS["dying units"]
    for training in outcome("dying units"):
        assert training.dead_units() >= 8
        assert f"{training.dead_units()} of 16 ReLU units are dead" in describe(training)
        gentle = Training(dataclasses.replace(training.state, lr=0.03))
        gentle.advance(preset.epochs)
        assert gentle.dead_units() <= 2
