"""The loop stops where early stopping says, records every epoch, and ends with the best parameters in the same arrays."""

import numpy as np
import pytest

from labkit.reference.stopped_training import train_with_early_stopping


def run(validation, patience, max_epochs):
    """Return what the loop gives when the validation losses of epochs 1, 2, ... are these, and the training loss falls."""
    params = [np.zeros(1), np.ones(3)]
    arrays = list(params)

    def train_epoch(p):
        p[0] += 1
        p[1] *= 2

    result = train_with_early_stopping(
        train_epoch, lambda p: 1 / p[0][0], lambda p: validation[int(p[0][0]) - 1], params, patience, max_epochs
    )
    assert all(a is b for a, b in zip(result[2], arrays, strict=True)), "the caller's own arrays"
    return result


@pytest.mark.parametrize(
    ("validation", "patience", "max_epochs", "epochs", "best"),
    [
        ([3, 2, 1, 2, 3, 0], 2, 99, 5, 3),
        ([3, 2, 1, 2, 0, 3, 4, 5], 2, 99, 7, 5),
        ([3, 4], 1, 99, 2, 1),
        ([3, 2, 1, 2], 9, 4, 4, 3),
        ([3, 2, 1], 1, 3, 3, 3),
        ([3], 5, 1, 1, 1),
    ],
)
def test_stops_and_restores(validation, patience, max_epochs, epochs, best):
    training, seen, params = run(validation, patience, max_epochs)
    assert seen == validation[:epochs]
    assert len(training) == epochs
    assert params[0][0] == best
    assert (params[1] == 2.0**best).all()
