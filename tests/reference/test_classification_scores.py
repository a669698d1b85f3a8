"""Precision, recall and F1 are scikit-learn's, with empty classes and 0/0, for each average."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn import metrics

from labkit.reference.classification_scores import precision_recall_f1

AVERAGES = [None, "micro", "macro", "weighted"]


def theirs(y_true, y_pred, n_classes, average, zero_division):
    return metrics.precision_recall_fscore_support(
        y_true, y_pred, labels=range(n_classes), average=average, zero_division=zero_division
    )[:3]


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("zero_division", [0.0, 1.0])
@given(n=st.integers(1, 30), n_classes=st.integers(2, 6), used=st.integers(1, 6), seed=st.integers(0, 999))
def test_they_are_scikit_learns(average, zero_division, n, n_classes, used, seed):
    rng = np.random.default_rng(seed)
    y_true = rng.integers(0, min(used, n_classes), n)  # the last classes may have no rows
    y_pred = rng.integers(0, n_classes, n) if used % 2 else np.minimum(y_true, rng.integers(0, n_classes, n))
    ours = precision_recall_f1(y_true, y_pred, n_classes, average=average, zero_division=zero_division)
    assert_allclose(ours, theirs(y_true, y_pred, n_classes, average, zero_division), rtol=1e-12)


def test_by_hand():
    y_true, y_pred = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 2, 1, 0, 2])
    precision, recall, f1 = precision_recall_f1(y_true, y_pred, 3)
    assert_allclose(precision, [2 / 3, 1 / 2, 1 / 2])
    assert_allclose(recall, [2 / 4, 1 / 2, 1 / 1])
    assert_allclose(f1, [4 / 7, 1 / 2, 2 / 3])


def test_each_fraction_without_a_denominator_is_replaced_by_itself():
    y_true, y_pred = np.array([0, 0, 1]), np.array([0, 0, 0])  # 1 is never called, 2 is not there at all
    precision, recall, f1 = precision_recall_f1(y_true, y_pred, 3, zero_division=1.0)
    assert_allclose(precision, [2 / 3, 1, 1])
    assert_allclose(recall, [1, 0, 1])
    assert_allclose(f1, [4 / 5, 0, 1])


def test_micro_is_the_accuracy():
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.integers(0, 4, (2, 50))
    accuracy = np.mean(y_true == y_pred)
    assert_allclose(precision_recall_f1(y_true, y_pred, 4, average="micro"), [accuracy] * 3)


def test_no_warning_and_plain_numbers():
    scores = precision_recall_f1(np.array([0]), np.array([1]), 3, average="macro")
    assert all(type(score) is float for score in scores)
