"""Descent goes where calculus says: the parabola of the lesson, its rates, its stopping rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.reference.descent import gradient_descent


def parabola_grad(x):
    """The derivative of f(x) = x**2 + 4 x + 4, whose minimum is at -2."""
    return 2 * x + 4


@given(lr=st.floats(0.01, 0.99), x0=st.floats(-10, 10))
def test_each_step_multiplies_the_distance_by_one_minus_two_lr(lr, x0):
    path = gradient_descent(parabola_grad, x0, lr, tol=1e-300, max_steps=20)
    distance = (x0 + 2) * (1 - 2 * lr) ** np.arange(len(path))
    np.testing.assert_allclose(path + 2, distance, atol=1e-12)


@pytest.mark.parametrize(("lr", "converges"), [(0.01, True), (0.5, True), (0.99, True), (1.0, False), (1.1, False)])
def test_the_parabola_converges_exactly_for_rates_below_one(lr, converges):
    path = gradient_descent(parabola_grad, 3.0, lr, max_steps=1000)
    assert (abs(path[-1] + 2) < 1e-4) == converges


def test_stops_after_the_first_step_shorter_than_tol_and_keeps_that_point():
    path = gradient_descent(parabola_grad, 3.0, 0.1, tol=1e-3)
    steps = np.abs(np.diff(path))
    assert steps[-1] < 1e-3
    assert (steps[:-1] >= 1e-3).all()


def test_the_step_decides_and_not_the_change_of_f():
    # On a flat slope f changes by 1e-4 a step, far below tol, while every step has length 10.
    path = gradient_descent(lambda x: 1e-5 * np.ones_like(x), 0.0, 1e6, tol=1e-3, max_steps=50)
    assert len(path) == 51


def test_a_vector_stops_on_the_euclidean_norm():
    # Each coordinate moves by 0.8, the point by 0.8 * 2 = 1.6: a test of single coordinates would stop.
    path = gradient_descent(lambda x: np.full(4, 0.8), np.zeros(4), 1.0, tol=1.0, max_steps=9)
    assert path.shape == (10, 4)


def test_max_steps_bounds_the_path_and_zero_steps_give_the_start():
    assert gradient_descent(parabola_grad, 3.0, 1.0, max_steps=7).shape == (8,)
    assert gradient_descent(parabola_grad, 3.0, 0.1, max_steps=0).tolist() == [3.0]


def test_integer_start_gives_floats_and_stays_unchanged():
    x0 = np.array([3, 4])
    path = gradient_descent(lambda x: x, x0, 0.5, max_steps=3)
    assert path.dtype == np.float64
    assert x0.tolist() == [3, 4]
    np.testing.assert_array_equal(path[:, 0], [3, 1.5, 0.75, 0.375])
