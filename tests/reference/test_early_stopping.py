"""Early stopping counts as promised and gives back the best network, not a name for the last one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.reference.early_stopping import EarlyStopping


def stopped_at(losses, **options):
    """Return the number of the epoch that stops, or None."""
    stopping = EarlyStopping(**options)
    return next((i for i, loss in enumerate(losses, 1) if stopping.update(loss, [])), None)


@pytest.mark.parametrize(
    ("losses", "options", "epoch"),
    [
        ([3, 2, 1, 1, 1], {"patience": 2}, 5),
        ([3, 3], {"patience": 1}, 2),
        ([3, 4, 2, 4, 1], {"patience": 2}, None),
        ([3, 4, 2.99, 4, 5], {"patience": 2}, 5),
        ([3, 2.95, 2.92, 2.85, 2.84], {"patience": 2, "min_delta": 0.1}, 3),
        ([3, 2.5], {"patience": 1, "min_delta": 0.5}, 2),
        ([float("nan"), float("nan")], {"patience": 2}, 2),
        ([1, 2, 0.5, float("nan"), 0.6], {"patience": 2}, 5),
    ],
)
def test_stops_at_the_promised_epoch(losses, options, epoch):
    assert stopped_at(losses, **options) == epoch


@given(losses=st.lists(st.floats(0, 10), min_size=1, max_size=20))
def test_the_best_epoch_is_the_first_with_the_lowest_loss(losses):
    stopping = EarlyStopping(patience=1000)
    for i, loss in enumerate(losses):
        stopping.update(loss, [np.array([float(i)])])
    assert stopping.best_loss == min(losses)
    assert stopping.best_epoch == int(np.argmin(losses)) + 1
    assert stopping.best_params[0].item() == np.argmin(losses)


def test_best_parameters_are_copies_and_come_back_in_place():
    stopping, w, b = EarlyStopping(patience=3), np.array([1.0, 2.0]), np.array(5.0)
    stopping.update(1.0, [w, b])
    w += 100
    b += 100
    stopping.update(2.0, [w, b])
    assert stopping.best_params[0].tolist() == [1, 2]
    stopping.restore([w, b])
    assert (w.tolist(), b.item()) == ([1, 2], 5)
    w += 1
    assert stopping.best_params[0].tolist() == [1, 2]


def test_without_a_best_epoch_nothing_is_restored():
    stopping, w = EarlyStopping(patience=3), np.array([7.0])
    stopping.update(float("nan"), [w])
    stopping.restore([w])
    assert stopping.best_params is None
    assert w.item() == 7
