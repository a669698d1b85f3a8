"""Clipping shortens everything together, never lengthens, and agrees with torch up to its 1e-6."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from labkit.reference.clipping import clip_by_global_norm, clip_by_value


def test_the_hand_example_has_norm_thirteen():
    # By hand: 9 + 16 + 144 = 169 = 13**2; clipping each array alone would give (0.6, 0.8) and 1.
    clipped, norm = clip_by_global_norm([np.array([3.0, 4.0]), np.array([12.0])], 1.0)
    assert norm == 13
    np.testing.assert_allclose(np.concatenate(clipped), np.array([3, 4, 12]) / 13, rtol=1e-12)


@given(seed=st.integers(0, 999), max_norm=st.floats(1e-3, 1e3))
def test_the_norm_ends_at_the_bound_and_the_direction_stays(seed, max_norm):
    rng = np.random.default_rng(seed)
    grads = [rng.normal(size=shape) for shape in ((3,), (2, 4), ())]
    clipped, norm = clip_by_global_norm(grads, max_norm)
    before, after = (np.concatenate([np.ravel(g) for g in arrays]) for arrays in (grads, clipped))
    assert norm == pytest.approx(np.linalg.norm(before), rel=1e-12)
    assert np.linalg.norm(after) == pytest.approx(min(norm, max_norm), rel=1e-12)
    np.testing.assert_allclose(after / np.linalg.norm(after), before / norm, atol=1e-12)


@pytest.mark.parametrize("max_norm", [0.1, 1.0, 50.0])
def test_equals_torch_up_to_its_epsilon(max_norm):
    rng = np.random.default_rng(0)
    grads = [rng.normal(size=shape) for shape in ((3,), (2, 4))]
    leaves = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for leaf, g in zip(leaves, grads, strict=True):
        leaf.grad = torch.tensor(g)
    theirs_norm = torch.nn.utils.clip_grad_norm_(leaves, max_norm).item()
    clipped, norm = clip_by_global_norm(grads, max_norm)
    assert norm == pytest.approx(theirs_norm, rel=1e-12)
    for ours, leaf in zip(clipped, leaves, strict=True):
        # torch divides by norm + 1e-6, a relative difference of 1e-6 / norm
        np.testing.assert_allclose(ours, leaf.grad.numpy(), rtol=1.01e-6 / norm)


def test_zeros_stay_zeros_small_ones_stay_and_inputs_are_unchanged():
    clipped, norm = clip_by_global_norm([np.zeros(2), np.zeros(1)], 1.0)
    assert norm == 0
    assert [g.tolist() for g in clipped] == [[0, 0], [0]]
    grads = [np.array([3.0, 4.0])]
    clipped, _ = clip_by_global_norm(grads, 6.0)
    assert clipped[0].tolist() == [3, 4]
    assert clipped[0] is not grads[0]
    clip_by_global_norm(grads, 1.0)
    assert grads[0].tolist() == [3, 4]


def test_float32_stays_float32():
    clipped, norm = clip_by_global_norm([np.ones(4, np.float32)], 1.0)
    assert clipped[0].dtype == norm.dtype == np.float32


def test_clip_by_value_bends_the_direction():
    assert clip_by_value([np.array([-7.0, 0.5, 7.0])], 2.0)[0].tolist() == [-2, 0.5, 2]
