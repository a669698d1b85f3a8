"""Curves and areas are scikit-learn's: with ties, with one class missing, and as a share of pairs."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn import metrics
from sklearn.exceptions import UndefinedMetricWarning

from labkit.reference.roc import average_precision, pr_curve, roc_auc, roc_curve

DISTINCT, TIES = 10**6, 4


def drawn(n, levels, seed):
    """Return n labels and scores that take a few values, or many."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 2, n), rng.integers(0, levels, n) / levels


@given(n=st.integers(1, 40), levels=st.sampled_from([TIES, DISTINCT]), seed=st.integers(0, 999))
def test_both_curves_are_scikit_learns_with_one_class_too(n, levels, seed):
    y, score = drawn(n, levels, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)  # of a class without rows
        warnings.filterwarnings("ignore", "No positive class found")
        theirs_roc = metrics.roc_curve(y, score, drop_intermediate=False)
        theirs_pr = metrics.precision_recall_curve(y, score)
    for ours, theirs in zip((*roc_curve(y, score), *pr_curve(y, score)), (*theirs_roc, *theirs_pr), strict=True):
        assert_allclose(ours, theirs, rtol=1e-12)


@given(n=st.integers(2, 40), levels=st.sampled_from([TIES, DISTINCT]), seed=st.integers(0, 999))
def test_both_areas_are_scikit_learns(n, levels, seed):
    y, score = drawn(n, levels, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        warnings.filterwarnings("ignore", "No positive class found")
        assert_allclose(roc_auc(y, score), metrics.roc_auc_score(y, score), rtol=1e-12)
        assert_allclose(average_precision(y, score), metrics.average_precision_score(y, score), rtol=1e-12)


@pytest.mark.parametrize("levels", [TIES, DISTINCT])
def test_the_area_is_the_share_of_pairs_in_the_right_order(levels):
    y, score = drawn(60, levels, 3)
    ones, zeros = score[y == 1][:, None], score[y == 0]
    assert_allclose(roc_auc(y, score), ((ones > zeros) + 0.5 * (ones == zeros)).mean())


def test_the_area_is_the_area_under_the_curve():
    y, score = drawn(60, TIES, 5)
    fpr, tpr, _ = roc_curve(y, score)
    assert_allclose(roc_auc(y, score), np.trapezoid(tpr, fpr))


def test_a_rising_transformation_changes_no_area():
    y, score = drawn(80, DISTINCT, 1)
    assert roc_auc(y, score**3) == roc_auc(y, score)
    assert average_precision(y, np.exp(5 * score)) == average_precision(y, score)


def test_equal_scores_are_worth_a_coin():
    assert roc_auc(np.array([0, 1, 1]), np.zeros(3)) == 0.5
    assert average_precision(np.array([0, 1, 1]), np.zeros(3)) == pytest.approx(2 / 3)


def test_one_class_alone_has_no_pairs():
    assert np.isnan(roc_auc(np.ones(3, int), np.arange(3.0)))
    assert np.isnan(roc_curve(np.ones(3, int), np.arange(3.0))[0]).all()
    assert average_precision(np.zeros(3, int), np.arange(3.0)) == 0.0
