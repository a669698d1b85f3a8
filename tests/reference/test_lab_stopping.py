"""A training stops after as many still epochs in a row as patience says, and not otherwise."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.reference.lab_stopping import stopped_epoch


@pytest.mark.parametrize(
    ("losses", "patience", "epoch"),
    [
        ([4, 3, 3, 3, 3], 2, 4),
        ([4, 3, 3, 3, 3], 3, 5),
        ([4, 3, 3, 3, 3], 4, None),
        ([3, 3, 3, 2, 2, 2, 2], 3, 7),  # the row of two before the fall does not count
        ([3, 3], 1, 2),
        ([3], 1, None),
        ([], 1, None),
        ([1, 2, 3, 4], 1, None),  # rising is not still
        ([4, 3.5, 3, 2.5, 2], 4, 5),  # exactly the tolerance, all the way down
    ],
)
def test_by_hand(losses, patience, epoch):
    assert stopped_epoch(losses, tolerance=0.5, patience=patience) == epoch


def test_a_loss_that_is_no_number_is_never_still():
    assert stopped_epoch([1.0] + [np.nan] * 20) is None


@given(st.lists(st.integers(0, 4), max_size=40), st.integers(1, 6))
def test_it_is_the_first_epoch_with_a_full_row_behind_it(losses, patience):
    def full_row_ends(epoch):
        last = losses[max(0, epoch - patience - 1) : epoch]
        return len(last) == patience + 1 and all(abs(a - b) <= 1 for a, b in itertools.pairwise(last))

    ends = [epoch for epoch in range(1, len(losses) + 1) if full_row_ends(epoch)]
    assert stopped_epoch(losses, tolerance=1, patience=patience) == (ends[0] if ends else None)
