"""Smoothed labels are distributions, and their loss is torch's label smoothing."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.gradients import directional_gradient_error
from labkit.reference.label_smoothing import smooth_labels, soft_cross_entropy, soft_cross_entropy_backward
from labkit.reference.losses import cross_entropy


@given(n=st.integers(1, 9), k=st.integers(2, 6), epsilon=st.floats(0, 1), seed=st.integers(0, 99))
def test_the_loss_equals_torch_label_smoothing(n, k, epsilon, seed):
    rng = np.random.default_rng(seed)
    logits, y = rng.normal(size=(n, k)), rng.integers(k, size=n)
    theirs = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(y), label_smoothing=epsilon)
    targets = smooth_labels(y, k, epsilon)
    assert soft_cross_entropy(logits, targets) == pytest.approx(theirs.item(), rel=1e-10)
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-12)


def test_without_smoothing_it_is_one_hot_and_cross_entropy():
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=(5, 3)), rng.integers(3, size=5)
    np.testing.assert_array_equal(smooth_labels(y, 3, 0.0), np.eye(3)[y])
    assert soft_cross_entropy(logits, smooth_labels(y, 3, 0.0)) == pytest.approx(cross_entropy(logits, y), rel=1e-12)


@settings(derandomize=True)
@given(n=st.integers(1, 6), k=st.integers(2, 5), seed=st.integers(0, 999))
def test_the_gradient_equals_central_differences(n, k, seed):
    rng = np.random.default_rng(seed)
    logits, targets = rng.normal(size=(n, k)), rng.dirichlet(np.ones(k), size=n)
    gradient = soft_cross_entropy_backward(logits, targets)
    assert directional_gradient_error(lambda z: soft_cross_entropy(z, targets), gradient, logits, rng) < 1e-6


def test_extreme_logits_stay_finite():
    logits, targets = np.array([[1000.0, -1000.0]]), np.array([[0.9, 0.1]])
    assert soft_cross_entropy(logits, targets) == pytest.approx(200)
    np.testing.assert_allclose(soft_cross_entropy_backward(logits, targets), [[0.1, -0.1]])
