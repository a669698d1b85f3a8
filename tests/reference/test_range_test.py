"""The range test grows the rate by a factor, sees the end, and suggests a tenth of the best rate."""

import numpy as np
import pytest

from labkit.reference.range_test import learning_rate_range_test


def told(losses):
    seen = []

    def train_step(lr):
        seen.append(lr)
        return losses[len(seen) - 1]

    return train_step, seen


def test_the_rates_grow_by_a_factor_from_one_end_to_the_other():
    step, seen = told(np.linspace(2, 1, 7))
    rates, losses, suggestion = learning_rate_range_test(step, 1e-4, 1e2, 7)
    np.testing.assert_allclose(rates, [1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100])
    np.testing.assert_allclose(rates, seen)
    np.testing.assert_allclose(losses, np.linspace(2, 1, 7))
    assert suggestion == pytest.approx(10)


@pytest.mark.parametrize("last", [4.001, np.nan, np.inf])
def test_the_step_that_diverges_is_the_last_taken_and_is_left_out(last):
    step, seen = told([2.0, 1.0, 4.0, last, 0.0])
    rates, losses, _ = learning_rate_range_test(step, 1e-3, 1.0, 5)
    assert len(seen) == 4
    assert losses.tolist() == [2.0, 1.0, 4.0]
    assert len(rates) == 3


def test_a_first_loss_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="lr_min"):
        learning_rate_range_test(told([np.nan])[0], 0.1, 1.0, 5)


def test_on_a_bowl_it_diverges_where_theory_says():
    w = np.array([1.0, 1.0])
    h = np.array([1.0, 10.0])

    def train_step(lr):
        w[:] = w - lr * h * w
        return float((h * w**2).sum() / 2 + 0.01)

    rates, _, suggestion = learning_rate_range_test(train_step, 1e-4, 10.0, 60)
    assert 2 / h.max() < rates[-1] < 4 * 2 / h.max()  # above 2/h a step overshoots by more than it came from
    assert suggestion < 2 / h.max()
