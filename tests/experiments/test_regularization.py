"""The experiments on regularization measure what they say they measure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labkit.experiments import regularization as ex
from labkit.reference.stopped_training import train_with_early_stopping


@pytest.fixture(scope="module")
def data():
    return ex.noisy_digits(3)


def test_the_share_of_wrong_labels_is_exact_and_a_wrong_label_is_never_the_true_one(data):
    assert len(data.y) == ex.N_TRAIN
    assert data.wrong.sum() == round(ex.SHARE_WRONG * ex.N_TRAIN)
    assert set(np.unique(data.y)) <= set(range(10))


def test_validation_rows_are_no_training_rows(data):
    training = {row.tobytes() for row in data.X}
    assert sum(row.tobytes() in training for row in data.X_validation) == 0


def test_shifted_moves_by_one_pixel_at_most_and_leaves_half_alone():
    image = np.zeros((8, 8))
    image[3, 4] = 1.0
    moved = ex.shifted(np.repeat(image.reshape(1, -1), 400, axis=0), np.random.default_rng(0)).reshape(-1, 8, 8)
    places = np.argwhere(moved)[:, 1:] - [3, 4]
    assert len(places) == 400
    assert np.abs(places).sum(axis=1).max() == 1
    assert 0.4 < (places == 0).all(axis=1).mean() < 0.6


def test_shifted_fills_the_gap_with_black():
    moved = ex.shifted(np.ones((200, 64)), np.random.default_rng(0)).sum(axis=1)
    assert set(moved) == {64.0, 56.0}


def test_noise_is_new_in_every_epoch_and_no_cure_leaves_the_rows_alone(data):
    rng, noise = np.random.default_rng(0), ex.CURES["input noise"]
    first, second = ex.epoch_rows(data.X, noise, rng), ex.epoch_rows(data.X, noise, rng)
    assert not np.array_equal(first, second)
    assert abs((first - data.X).std() - noise.noise) < 0.02
    assert ex.epoch_rows(data.X, ex.Cure(), rng) is data.X


@pytest.mark.parametrize("name", list(ex.CURES))
def test_each_cure_trains_and_its_scores_are_shares(name, data):
    accuracy, loss, training, learned = ex.scores(ex.members(data, ex.CURES[name], 0, epochs=2), data)
    assert 0 <= min(accuracy, training, learned) <= max(accuracy, training, learned) <= 1
    assert np.isfinite(loss)
    assert loss > 0


def test_a_cure_differs_from_nothing_in_what_it_names():
    rng = np.random.default_rng(0)
    kinds = {name: [type(layer).__name__ for layer in ex.build(cure, rng).layers] for name, cure in ex.CURES.items()}
    assert kinds["dropout"].count("Dropout") == 2
    assert kinds["batch norm"].count("BatchNorm") == 2
    assert kinds["layer norm"].count("LayerNorm") == 2
    assert kinds["nothing"] == kinds["L2"] == ["Dense", "ReLU", "Dense", "ReLU", "Dense"]
    assert ex.build(ex.CURES["smaller model"], rng).theta.size < ex.build(ex.Cure(), rng).theta.size / 4


def test_early_stopping_gives_back_the_network_of_the_lowest_validation_loss(data):
    run = ex.train_cured(data, ex.Cure(keep_best=True), np.random.default_rng(0), epochs=60)
    _, loss, _, _ = ex.scores([run], data)
    assert run.validation_loss.argmin() < 59
    assert abs(loss - run.validation_loss.min()) < 1e-5


def test_a_training_is_done_once_and_is_what_it_would_be_done_anew(data):
    cure = ex.Cure(p=0.3, noise=0.4)
    kept, again = (ex.members(data, cure, 5, epochs=3)[0] for _ in range(2))
    assert kept is again
    anew = ex.train_cured(data, cure, np.random.default_rng([5, 0]), 3, watch=False)
    assert np.array_equal(kept.network.theta, anew.network.theta)
    assert ex.members(data, cure, 6, epochs=3)[0] is not kept
    assert ex.members(ex.noisy_digits(4), cure, 5, epochs=3)[0] is not kept


def test_an_ensemble_begins_with_the_network_alone(data):
    together = ex.members(data, replace(ex.Cure(), members=2), 0, epochs=2)
    assert together[0] is ex.members(data, ex.Cure(), 0, epochs=2)[0]


def test_the_data_cannot_be_changed_under_what_was_trained_on_them(data):
    assert ex.noisy_digits(3) is data
    with pytest.raises(ValueError, match="read-only"):
        data.X[0, 0] = 1.0


def test_watching_does_not_change_the_training(data):
    seen, unseen = (ex.members(data, ex.Cure(p=0.3), 1, epochs=3, watch=watch)[0] for watch in (True, False))
    assert np.array_equal(seen.network.theta, unseen.network.theta)
    assert len(seen.validation_loss) == 3
    assert len(unseen.validation_loss) == 0


def test_an_ensemble_averages_probabilities_of_different_networks(data):
    runs = ex.members(data, replace(ex.Cure(), members=3), 0, epochs=2)
    assert len({run.network.theta.tobytes() for run in runs}) == 3
    alone = np.array([ex.probabilities([run], data.X) for run in runs])
    assert np.allclose(ex.probabilities(runs, data.X), alone.mean(axis=0))
    assert np.allclose(alone.sum(axis=-1), 1, atol=1e-5)


def test_sweep_and_ablation_agree_where_they_do_the_same():
    table = ex.ablation([0], ["nothing", "L2"], epochs=3)
    swept = ex.sweep([0.0, 0.03], "l2", [0], epochs=3)
    assert np.array_equal(table["nothing"][0], swept[0, 0])
    assert np.array_equal(table["L2"][0], swept[0, 1])


def test_pruning_keeps_the_largest_weights_and_leaves_the_kept_network_as_it_was(data):
    run = ex.members(data, ex.CURES["L1"], 3)[0]
    before = run.network.theta.copy()
    whole, part, none = (ex.pruned_accuracy(run, data, share) for share in (1.0, 0.5, 0.0))
    assert whole == ex.scores([run], data)[0]
    assert abs(part - whole) < 0.02
    assert none < 0.4
    assert np.array_equal(before, run.network.theta)


def test_confidence_lies_between_a_guess_and_certainty(data):
    untrained = ex.Run(ex.build(ex.Cure(), np.random.default_rng(0)), *np.zeros((3, 0)))
    trained = ex.members(data, ex.CURES["nothing"], 3)
    assert 0.1 < ex.confidence([untrained], data.X) < ex.confidence(trained, data.X) <= 1


def test_what_l2_shrinks_without_end_are_weights_that_the_data_do_not_hold(data):
    """A claim of the notebook: weights at blank pixels, and of units that are off for every picture."""
    network = ex.members(data, ex.CURES["L2"], 3)[0].network
    first, second = [part.params for part in network.parts if len(part.params) == 2][:2]
    hidden = np.maximum(data.X @ first[0] + first[1], 0)
    above = np.maximum(hidden @ second[0] + second[1], 0)
    blank, off, off_above = ((values == 0).all(axis=0) for values in (data.X, hidden, above))
    for w, rows, columns in ((first[0], blank, off), (second[0], off, off_above)):
        tiny, free = np.abs(w) < 1e-7, rows[:, None] | columns[None, :]
        assert tiny[free].mean() > 0.5
        assert tiny[~free].mean() < 0.01
        assert (w != 0).all()


def test_the_pieces_fit_the_loop_of_the_exercise():
    training, validation, params = train_with_early_stopping(*ex.pieces(0), 2, 4)
    assert len(training) == len(validation) <= 4
    assert training[-1] < training[0]
    assert params[0].shape == (64, 64)
