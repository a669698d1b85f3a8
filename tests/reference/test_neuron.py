"""One neuron's weighted sum, by hand and against the sum written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from labkit.reference.neuron import weighted_sum

NUMBERS = st.floats(-100, 100)


def test_hand_example():
    # 2*3 + (-1)*4 + 0.5*2 + 10 = 13
    assert weighted_sum(np.array([2.0, -1.0, 0.5]), np.array([3.0, 4.0, 2.0]), 10.0) == 13.0


def test_a_batch_gives_one_z_a_row_and_adds_the_bias_to_each():
    x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    np.testing.assert_array_equal(weighted_sum([2.0, 3.0], x, -1.0), [1.0, 2.0, 4.0, -1.0])


def test_lists_are_accepted():
    assert weighted_sum([1, 2], [3, 4], 5) == 16


@given(arrays(float, (3, 4), elements=NUMBERS), arrays(float, 4, elements=NUMBERS), NUMBERS)
def test_equals_the_sum_written_out(x, w, b):
    expected = [sum(w[j] * row[j] for j in range(4)) + b for row in x]
    np.testing.assert_allclose(weighted_sum(w, x, b), expected, rtol=1e-10, atol=1e-9)


def test_refuses_inputs_of_another_length():
    with pytest.raises(ValueError, match="size"):
        weighted_sum(np.ones(2), np.ones((4, 3)), 0.0)
