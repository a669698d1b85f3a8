"""Shifted images are what SciPy shifts, each image has its own shift, and answers in pieces are the answers."""

import numpy as np
import pytest
from scipy import ndimage

from labkit.reference.augmentation import random_shifts, shift
from labkit.reference.lenet5 import lenet5
from labkit.reference.predict import predict_labels


@pytest.mark.parametrize(("down", "right"), [(0, 0), (1, 0), (0, 2), (-2, 1), (3, -3), (9, 0), (-1, 12)])
def test_a_shift_equals_scipys(down, right):
    x = np.random.default_rng(0).normal(size=(3, 2, 5, 7))
    before = x.copy()
    np.testing.assert_array_equal(shift(x, down, right), ndimage.shift(x, (0, 0, down, right), order=0))
    np.testing.assert_array_equal(x, before)


def test_each_image_may_have_its_own():
    x = np.random.default_rng(1).normal(size=(4, 1, 6, 6))
    down, right = np.array([0, 1, -2, 3]), np.array([2, 0, -1, -3])
    alone = [shift(x[i : i + 1], down[i], right[i]) for i in range(4)]
    np.testing.assert_array_equal(shift(x, down, right), np.concatenate(alone))


def test_random_shifts_reach_every_place_and_no_further():
    n = 2000
    x = np.zeros((n, 1, 9, 9), np.float32)
    x[:, :, 4, 4] = 1
    shifted = random_shifts(x, 2, np.random.default_rng(0))
    assert shifted.dtype == np.float32
    assert (shifted.sum(axis=(1, 2, 3)) == 1).all()
    share = shifted.mean(axis=(0, 1))
    assert share[2:7, 2:7].sum() == pytest.approx(1)
    # 25 places: the share of each has the standard deviation sqrt(0.04 · 0.96 / n) = 0.0044
    np.testing.assert_allclose(share[2:7, 2:7], 1 / 25, atol=5 * 0.0044)


def test_the_same_generator_gives_the_same_shifts_and_none_leaves_all_in_place():
    x = np.random.default_rng(0).normal(size=(20, 1, 5, 5))
    first, second = (random_shifts(x, 3, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (first != x).any()
    np.testing.assert_array_equal(random_shifts(x, 0, np.random.default_rng(7)), x)


def test_answers_in_pieces_are_the_answers():
    rng = np.random.default_rng(0)
    network, x = lenet5(0, rng, dtype=np.float64), rng.normal(size=(23, 1, 28, 28))
    together = network.forward(x).argmax(axis=1)
    assert len(set(together.tolist())) > 1
    for batch_size in (1, 5, 23, 100):
        np.testing.assert_array_equal(predict_labels(network, x, batch_size=batch_size), together)
    assert predict_labels(network, x[:0]).shape == (0,)
