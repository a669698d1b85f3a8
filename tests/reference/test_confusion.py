"""The confusion matrix is scikit-learn's, whatever classes are missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn import metrics

from labkit.reference.confusion import confusion_matrix


@given(n=st.integers(1, 40), n_classes=st.integers(2, 6), seed=st.integers(0, 999))
def test_it_is_scikit_learns(n, n_classes, seed):
    rng = np.random.default_rng(seed)
    y_true, y_pred = rng.integers(0, n_classes, (2, n))
    theirs = metrics.confusion_matrix(y_true, y_pred, labels=range(n_classes))
    assert_array_equal(confusion_matrix(y_true, y_pred, n_classes), theirs)


def test_the_truth_goes_down_and_the_prediction_across():
    counts = confusion_matrix(np.array([0, 0, 0]), np.array([1, 1, 1]), 2)
    assert counts.tolist() == [[0, 3], [0, 0]]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_class_without_rows_keeps_its_place(missing):
    y = np.array([c for c in range(3) if c != missing])
    counts = confusion_matrix(y, y, 3)
    assert counts.shape == (3, 3)
    assert not counts[missing].any()
    assert not counts[:, missing].any()


def test_counts_are_integers_and_sum_to_the_number_of_rows():
    counts = confusion_matrix(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)
    assert counts.dtype.kind == "i"
    assert counts.sum() == 3
