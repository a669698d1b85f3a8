"""The laboratory's harness measures what it says it measures, and its made problems have the laws they claim."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch import nn

from labkit.experiments import heating
from labkit.experiments import lab as ex
from labkit.reference.lab_network_torch import RegressionNN
from labkit.reference.lab_scores_torch import regression_scores
from labkit.reference.lab_training_torch import train_regression


def few(setting, X, y):
    """Return a model trained for as many epochs as the setting says."""
    model = RegressionNN(X.shape[1])
    return model, train_regression(model, X, y, epochs=setting)


# ------------------------------------------------------------------------------------------------------------ data


def test_a_split_has_the_rows_it_was_asked_for_and_a_seed_names_it():
    split, again = (
        ex.regression_split(3, n=20, n_test=50, n_features=4),
        ex.regression_split(3, n=20, n_test=50, n_features=4),
    )
    assert [tuple(a.shape) for a in (split.X, split.y, split.X_test, split.y_test)] == [
        (20, 4),
        (20, 1),
        (50, 4),
        (50, 1),
    ]
    assert torch.equal(split.X, again.X)
    assert not torch.equal(split.y, ex.regression_split(4, n=20, n_test=50, n_features=4).y)


@pytest.mark.parametrize("noise", [0.0, 0.5, 2.0])
def test_the_ceiling_is_what_the_law_itself_reaches_on_many_rows(noise):
    split = ex.regression_split(1, n=20_000, n_test=20_000, noise=noise)
    law = ex.least_squares(split.X, split.y)  # from so many rows, as good as the law
    assert abs(ex.r2(split.y_test, law(split.X_test)) - split.ceiling) < 0.01


def test_labels_say_whether_y_is_above_0_and_noise_lowers_their_ceiling():
    regression, labels = ex.regression_split(2), ex.classification_split(2)
    assert torch.equal(labels.y, (regression.y > 0).float())
    assert torch.equal(labels.X_test, regression.X_test)
    ceilings = [ex.classification_split(2, noise=noise).ceiling for noise in (0.0, 0.3, 3.0)]
    assert ceilings[0] == 1.0 > ceilings[1] > ceilings[2] > 0.5


def test_outliers_move_a_tenth_of_the_training_targets_up_and_nothing_else():
    split = ex.regression_split(0)
    spoiled = ex.with_outliers(split, 0)
    moved = (spoiled.y - split.y).ravel().numpy()
    assert_allclose(np.sort(moved), [0] * 72 + [10] * 8, atol=1e-5)
    assert spoiled.y_test is split.y_test


def test_other_units_scale_all_targets():
    split = ex.regression_split(0)
    small = ex.in_units(split, 0.001)
    assert torch.equal(small.y, split.y * 0.001)
    assert torch.equal(small.y_test, split.y_test * 0.001)
    assert small.ceiling == split.ceiling


# ---------------------------------------------------------------------------------------------------------- scores


def test_the_harness_scores_as_the_exercise_does():
    split = ex.regression_split(0)
    model, _ = few(20, split.X, split.y)
    mse, r2 = regression_scores(model, split.X_test, split.y_test)
    y_hat = ex.predict(model, split.X_test)
    assert abs(ex.r2(split.y_test, y_hat) - r2) < 1e-5
    assert abs(ex.rmse(split.y_test, y_hat) ** 2 - mse) < 1e-5


def test_predict_uses_eval_mode_and_gives_the_mode_back():
    model = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5))
    X = torch.ones(5, 3)
    model.train()
    assert_allclose(ex.predict(model, X), model[0](X).detach().numpy(), atol=1e-6)
    assert model.training
    assert ex.predict(lambda X: X.numpy() + 1, X).mean() == 2


def test_accuracy_cuts_logits_at_0():
    assert ex.accuracy(np.array([[1.0], [1.0], [0.0], [0.0]]), np.array([[0.2], [-3.0], [-0.1], [-9.0]])) == 0.75


def test_least_squares_finds_a_plane_with_its_constant():
    X = torch.randn(30, 2, generator=torch.Generator().manual_seed(0))
    y = X @ torch.tensor([[2.0], [-1.0]]) + 5
    assert_allclose(ex.least_squares(X, y)(torch.zeros(1, 2)), [[5.0]], atol=1e-5)


# --------------------------------------------------------------------------------------------------------- harness


def test_compare_gives_each_setting_the_same_data_and_first_weights():
    seen = {}

    def fit(setting, X, y):
        model = RegressionNN(3)
        seen.setdefault(setting, []).append((X.sum().item(), model.output.weight.sum().item()))
        return model, [1.0]

    table = ex.compare(["a", "b"], fit, [0, 1, 2])
    assert seen["a"] == seen["b"]
    assert len(set(seen["a"])) == 3
    assert_allclose(table["a"].test, table["b"].test)


def test_compare_leaves_the_random_numbers_of_the_caller_alone():
    torch.manual_seed(7)
    expected = torch.randn(1)
    torch.manual_seed(7)
    ex.compare([2], few, [0])
    assert torch.equal(torch.randn(1), expected)


def test_trainings_of_different_length_are_filled_up():
    lengths = iter([2, 4])
    table = ex.compare(["x"], lambda setting, X, y: few(next(lengths), X, y), [0, 1])
    assert table["x"].epochs.tolist() == [2, 4]
    assert np.isnan(table["x"].losses).tolist() == [[False, False, True, True], [False] * 4]


def test_data_may_depend_on_the_setting():
    table = ex.compare(
        [1, 5], lambda d, X, y: few(1, X, y), [0, 1], data=lambda seed, d: ex.regression_split(seed, n_features=d)
    )
    assert not np.allclose(table[1].ceiling, table[5].ceiling)
    assert ex.scores_of(table, "ceiling").shape == (2, 2)
    assert_allclose(ex.scores_of(table, "test")[:, 1], table[5].test)


def test_epochs_to_counts_from_1_and_says_never():
    assert ex.epochs_to(np.array([[3.0, 1.0, 0.5], [3.0, 3.0, 3.0], [0.1, 9.0, 9.0]]), 1.0).tolist() == [3, np.inf, 1]


# --------------------------------------------------------------------------------------------------------- heating


def test_heat_follows_its_law_but_for_the_noise():
    X, y = heating.heating_rows(20_000, np.random.default_rng(0))
    area, outside, wind = X.T
    rest = y[:, 0] - 0.02 * area * np.maximum(20 - outside, 0) - 1.5 * wind
    assert abs(rest.mean()) < 0.1
    assert abs(rest.std() - heating.NOISE) < 0.1
    assert len(heating.FEATURES) == X.shape[1]


def test_the_cold_month_is_colder():
    h = heating.houses(0)
    assert h.X_cold[:, 1].mean() < h.X[:, 1].mean() - 10
    assert h.y_cold.mean() > h.y.mean()
    assert [len(a) for a in (h.X, h.X_calibration, h.X_test)] == [80, 40, 1000]


def test_fitted_trains_on_scaled_numbers_and_answers_in_the_old_units():
    given = {}

    def train(model, X, y):
        given.update(X=X.numpy(), y=y.numpy())

    rng = np.random.default_rng(0)
    X, y = rng.normal(50, 9, (40, 2)), rng.normal(300, 20, (40, 1))
    predictor = heating.fitted(train, nn.Linear(2, 1), X, y, by=X)
    assert_allclose([given["X"].mean(axis=0), given["X"].std(axis=0)], [[0, 0], [1, 1]], atol=1e-5)
    model = nn.Linear(2, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    assert_allclose(heating.fitted(train, model, X, y, by=X)(X), y.mean(), rtol=1e-6)
    assert_allclose(predictor(X, own=True), predictor(X), rtol=1e-5)  # its own rows: the same numbers
    assert not np.allclose(predictor(X + 20, own=True), predictor(X + 20))
    heating.fitted(train, model, X, y, by=None)
    assert_allclose(given["X"], X, rtol=1e-6)


def test_the_half_width_covers_new_rows_as_often_as_it_says():
    rng = np.random.default_rng(0)
    inside = [np.abs(rng.normal()) <= heating.half_width(rng.normal(size=40)) for _ in range(4000)]
    assert 0.89 < np.mean(inside) < 0.93
    assert heating.half_width(np.array([1.0, -2.0])) == 2.0
