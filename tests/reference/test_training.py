"""The training loop counts rows, obeys its options, and its callbacks see every epoch and the end."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.gradients import directional_gradient_error
from labkit.reference.label_smoothing import smooth_labels, soft_cross_entropy
from labkit.reference.layered_network import Network, fully_connected
from labkit.reference.layers import BatchNorm, Dense, Dropout
from labkit.reference.losses import cross_entropy, mae_loss, mse_loss, softmax_cross_entropy_backward
from labkit.reference.objectives import LOSSES, softmax_cross_entropy
from labkit.reference.optim import SGD, Adam
from labkit.reference.regularization import elastic_net_penalty
from labkit.reference.training import Callback, ProgressBar, StopEarly, evaluate, train, train_step


def blobs(rng, n=60):
    y = rng.integers(2, size=n)
    return rng.normal(size=(n, 2)) + 3 * y[:, None], y


class Witness(Callback):
    def __init__(self, stop_at=None):
        self.seen, self.ends, self.stop_at = [], 0, stop_at

    def on_epoch(self, epoch):
        self.seen.append((epoch.number, epoch.planned, dict(epoch.record)))
        return epoch.number == self.stop_at

    def on_end(self):
        self.ends += 1


@given(n=st.integers(1, 9), k=st.integers(2, 5), scale=st.sampled_from([1, 1000]), seed=st.integers(0, 99))
def test_the_joined_cross_entropy_equals_its_two_halves(n, k, scale, seed):
    rng = np.random.default_rng(seed)
    logits, y = scale * rng.normal(size=(n, k)), rng.integers(k, size=n)
    before = logits.copy()
    loss, dlogits = softmax_cross_entropy(logits, y)
    assert loss == pytest.approx(cross_entropy(logits, y), rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(dlogits, softmax_cross_entropy_backward(logits, y), rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(logits, before)


@pytest.mark.parametrize(
    ("name", "function"), [("mse", mse_loss), ("mae", mae_loss), ("cross_entropy", soft_cross_entropy)]
)
def test_every_loss_comes_with_its_gradient(name, function):
    rng = np.random.default_rng(0)
    y_pred, y = rng.normal(size=(5, 3)), rng.dirichlet(np.ones(3), size=5)
    loss, gradient = LOSSES[name](y_pred, y)
    assert loss == function(y_pred, y)
    assert directional_gradient_error(lambda a: function(a, y), gradient, y_pred, rng) < 1e-6


def test_training_learns_and_the_history_tells_it():
    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    network = fully_connected([2, 8, 2], rng)
    history = train(network, Adam(0.01), X, y, rng=rng, epochs=30, batch_size=16, validation=(X, y))
    assert set(history) == {"loss", "lr", "validation_loss", "validation_accuracy"}
    assert {len(numbers) for numbers in history.values()} == {30}
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert history["validation_accuracy"][-1] == np.mean(network.forward(X).argmax(axis=1) == y) > 0.9


def test_the_loss_of_an_epoch_counts_rows_not_batches():
    rng = np.random.default_rng(0)
    X, y = blobs(rng, n=7)
    network = fully_connected([2, 2], rng)
    expected = cross_entropy(network.forward(X), y)
    history = train(network, SGD(0.0), X, y, rng=rng, epochs=2, batch_size=5)
    assert history["loss"] == pytest.approx([expected, expected], rel=1e-12)


def test_without_a_batch_size_it_is_full_batch_descent():
    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    network = fully_connected([2, 2], rng)
    w, b = (p.copy() for p in network.params)
    dlogits = softmax_cross_entropy_backward(X @ w + b, y)
    train(network, SGD(0.5), X, y, rng=rng, epochs=1)
    np.testing.assert_allclose(network.params[0], w - 0.5 * X.T @ dlogits, rtol=1e-12)
    np.testing.assert_allclose(network.params[1], b - 0.5 * dlogits.sum(axis=0), rtol=1e-12)


@settings(derandomize=True)
@given(l1=st.sampled_from([0.0, 0.3]), l2=st.sampled_from([0.0, 0.7]), seed=st.integers(0, 20))
def test_penalties_enter_the_step_by_their_gradients_and_not_the_loss(l1, l2, seed):
    rng = np.random.default_rng(seed)
    X, y = blobs(rng)
    network = fully_connected([2, 3, 2], rng)
    network.theta += 0.1
    before = network.theta.copy()
    pairs = list(zip(network.params[::2], network.params[1::2], strict=True))
    penalty_step = np.concatenate([g.ravel() for pair in elastic_net_penalty(pairs, l1, l2)[1] for g in pair])
    plain = train_step(network, SGD(0.1), X, y)
    after_plain = network.theta.copy()
    network.theta[...] = before
    assert train_step(network, SGD(0.1), X, y, l1=l1, l2=l2) == plain
    np.testing.assert_allclose(network.theta, after_plain - 0.1 * penalty_step, atol=1e-12)


def test_the_schedule_sets_the_rate_of_each_epoch():
    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    history = train(fully_connected([2, 2], rng), SGD(9.0), X, y, rng=rng, epochs=3, schedule=lambda t: 0.1 / (t + 1))
    assert history["lr"] == [0.1, 0.05, 0.1 / 3]


def test_every_callback_sees_the_epoch_in_which_one_stops_and_the_end():
    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    first, second = Witness(stop_at=3), Witness()
    history = train(fully_connected([2, 2], rng), SGD(0.1), X, y, rng=rng, epochs=9, callbacks=[first, second])
    assert [number for number, _, _ in second.seen] == [1, 2, 3]
    assert {planned for _, planned, _ in second.seen} == {9}
    assert [record["loss"] for _, _, record in second.seen] == history["loss"]
    assert (first.ends, second.ends) == (1, 1)


def test_callbacks_hear_of_the_end_when_an_interrupt_comes():
    class Interrupt(Callback):
        def on_epoch(self, epoch):
            raise KeyboardInterrupt

    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    witness = Witness()
    with pytest.raises(KeyboardInterrupt):
        train(fully_connected([2, 2], rng), SGD(0.1), X, y, rng=rng, callbacks=[witness, Interrupt()])
    assert witness.ends == 1


def test_stopping_early_restores_the_best_network_running_statistics_too():
    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    network = Network([Dense(2, 4, rng), BatchNorm(4), Dense(4, 2, rng)])
    stop = StopEarly(patience=3)
    # Wrong answers as validation data: every epoch of learning makes that loss worse.
    history = train(network, SGD(0.5), X, y, rng=rng, epochs=50, validation=(X, 1 - y), callbacks=[stop])
    best = int(np.argmin(history["validation_loss"]))
    assert stop.stopping.best_epoch == best + 1
    assert len(history["loss"]) == best + 1 + 3
    assert evaluate(network, X, 1 - y)["validation_loss"] == history["validation_loss"][best]


def test_validation_is_measured_at_rest():
    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    network = Network([Dropout(0.9, rng), Dense(2, 2, rng)])
    numbers = [evaluate(network, X, y)["validation_loss"] for _ in range(2)]
    assert numbers[0] == numbers[1] == cross_entropy(network.forward(X), y)


def test_a_regression_accepts_a_vector_of_answers():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 2))
    y = X @ [1.0, -2.0] + 0.5
    network = fully_connected([2, 1], rng)
    history = train(network, SGD(0.1), X, y, rng=rng, epochs=200, loss="mse", validation=(X, y))
    assert history["validation_loss"][-1] < 1e-8
    assert "validation_accuracy" not in history


def test_smoothed_labels_train_and_labels_validate():
    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    network = fully_connected([2, 8, 2], rng)
    history = train(network, Adam(0.02), X, smooth_labels(y, 2, 0.2), rng=rng, epochs=60, validation=(X, y))
    assert history["validation_accuracy"][-1] > 0.9
    # no distribution costs less than its own entropy: -0.9 log 0.9 - 0.1 log 0.1
    assert min(history["loss"]) > -0.9 * np.log(0.9) - 0.1 * np.log(0.1)


def test_the_progress_bar_counts_epochs_and_closes(capsys):
    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    bar = ProgressBar()
    train(fully_connected([2, 2], rng), SGD(0.1), X, y, rng=rng, epochs=4, callbacks=[bar])
    assert (bar.bar.n, bar.bar.total) == (4, 4)
    assert bar.bar.disable  # tqdm's sign of a closed bar
    assert "4/4" in capsys.readouterr().err


def test_a_training_without_epochs_ends_quietly():
    witness = Witness()
    rng = np.random.default_rng(0)
    X, y = blobs(rng)
    bar, stop = ProgressBar(), StopEarly(3)
    assert train(fully_connected([2, 2], rng), SGD(0.1), X, y, rng=rng, epochs=0, callbacks=[witness, bar, stop]) == {}
    assert witness.ends == 1


def test_importing_the_loop_leaves_tqdm_asleep():
    code = "import sys, labkit.reference.training; print([m for m in ('tqdm', 'torch') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
