"""The experiments on evaluation measure what they say they measure."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit.experiments import evaluation as ex
from labkit.experiments import leakage
from labkit.reference.bootstrap import bootstrap_interval
from labkit.reference.folds import grouped_kfold_indices, kfold_indices, stratified_kfold_indices


def test_screening_has_the_share_and_the_distance_it_says():
    y, score = ex.screening(40_000, 0.1, np.random.default_rng(0), separation=1.5)
    assert y.sum() == 4000
    assert_allclose([score[y == 0].mean(), score[y == 1].mean()], [0, 1.5], atol=0.05)
    assert ex.screening(10, 0.001, np.random.default_rng(0))[0].sum() == 1


def test_the_rivals_accuracy_is_the_share_of_healthy_people():
    table = ex.accuracy_by_prevalence([0.5, 0.02], range(2), n=5000)
    assert table.shape == (2, 2, 2)
    assert_allclose(table[..., 1], [[0.5, 0.98]] * 2)


def test_uneven_digits_have_a_rare_class():
    y, y_hat = ex.uneven_digits(0)
    assert np.bincount(y).tolist() == [50] * 8 + [10, 50]
    assert y.shape == y_hat.shape


def test_breast_cancer_is_sealed_and_1_is_malignant():
    data = ex.breast_cancer(0)
    assert (len(data.test), data.openings) == (150, 0)
    assert 0.3 < data.y_train.mean() < 0.45  # 212 of 569 are malignant


def test_forecasts_come_from_models_that_did_not_see_the_row():
    class Remembers:
        """Says 1 for a row it has seen, 0 for one it has not."""

        def get_params(self, deep=True):
            return {}

        def fit(self, X, y):
            self.seen = {row.tobytes() for row in X}
            return self

        def predict_proba(self, X):
            p = np.array([row.tobytes() in self.seen for row in X], dtype=float)
            return np.column_stack([1 - p, p])

    X = np.random.default_rng(0).normal(size=(20, 2))
    y = np.arange(20) % 2
    assert not ex.forecasts(Remembers(), X, y, stratified_kfold_indices(y, 4, np.random.default_rng(0))).any()


def test_curves_agree_with_their_areas():
    found = ex.curves_by_prevalence(0.2, range(2), n=4000, points=2001)
    assert_allclose(np.trapezoid(found["roc"], found["x"]), found["area"], atol=2e-3)
    assert_allclose(found["pr"][:, 1:].mean(axis=1), found["average precision"], atol=5e-3)


def test_diabetes_is_predicted_row_by_row():
    found = ex.diabetes_predictions(0, kfold_indices)
    for y, y_pred in found.values():
        assert y.shape == y_pred.shape == (442,)
    assert len(np.unique(found["the mean"][1])) == 5  # one mean a fold


def test_coverage_counts_the_intervals_that_hold_the_truth():
    def always(statistic, data, rng, n_resamples):
        return 0.0, 1.0

    def never(statistic, data, rng, n_resamples):
        return 0.0, 0.1

    rng = np.random.default_rng(0)
    assert ex.coverage(always, 5, rng, repetitions=10) == 1
    assert ex.coverage(never, 5, rng, repetitions=10) == 0
    assert ex.coverage(bootstrap_interval, 100, rng, repetitions=60, n_resamples=100) > 0.8


# ----------------------------------------------------------------------------------------------------------- leaks


def test_the_two_small_classifiers_by_hand():
    X, y = np.array([[0.0], [1.0], [5.0]]), np.array([0, 0, 1])
    new = np.array([[0.4], [3.2], [2.6]])
    assert leakage.nearest_neighbour(X, y, new).tolist() == [0, 1, 0]
    assert leakage.nearest_centre(X, y, new).tolist() == [0, 1, 0]
    assert leakage.nearest_centre(X, y, np.array([[2.8]])).tolist() == [1]


def test_sorted_iris_is_sorted_and_its_stored_folds_are_species():
    X, y = leakage.sorted_iris(0)
    assert (np.diff(y) >= 0).all()
    assert [set(y[validation]) for _, validation in leakage.unshuffled(len(y), 3)] == [{0}, {1}, {2}]
    assert len(X) == len(y)


def test_patients_have_one_label_each():
    X, y, groups = leakage.patients(12, 5, np.random.default_rng(0))
    assert X.shape == (60, 20)
    assert all(len(set(y[groups == g])) == 1 for g in range(12))
    assert y.mean() == 0.5


@pytest.mark.parametrize("seed", range(3))
def test_plain_folds_flatter_and_grouped_folds_do_not(seed):
    plain, grouped, new = leakage.by_patient(seed, kfold_indices, grouped_kfold_indices)
    assert plain > 0.95
    assert max(grouped, new) < 0.9


def test_the_best_features_are_those_that_differ():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(100, 30)), np.arange(100) % 2
    X[:, [4, 17]] += 3 * y[:, None]
    assert set(leakage.best_features(X, y, 2)) == {4, 17}


def test_chosen_on_noise_within_the_fold_nothing_is_gained():
    table = np.array([leakage.selection_leak(seed, kfold_indices) for seed in range(8)])
    assert table[:, 0].min() > 0.7
    assert abs(table[:, 1].mean() - 0.5) < 0.12


def test_a_scaler_costs_nothing_to_speak_of():
    table = np.array([leakage.scaler_leak(seed, kfold_indices) for seed in range(8)])
    assert abs((table[:, 0] - table[:, 1]).mean()) < 0.02


def test_fresh_rows_are_neither_trained_on_nor_tested_on():
    reported, honest = np.array([leakage.tuning_leak(seed) for seed in range(8)]).T
    assert reported.mean() > honest.mean() + 0.02
    alone = np.array([leakage.tuning_leak(seed, settings=1) for seed in range(30)])
    assert abs((alone[:, 0] - alone[:, 1]).mean()) < 0.03  # nothing chosen, nothing leaked


def test_costs_give_percent_for_every_leak():
    table = leakage.costs([0, 1], kfold_indices)
    assert list(table) == list(leakage.LEAKS)
    for values in table.values():
        assert values.shape == (2, 2)
        assert values.max() > 1
