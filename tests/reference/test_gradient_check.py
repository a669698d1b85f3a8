"""The numerical gradient is as good as a central difference can be, and leaves x alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labkit import gradients
from labkit.reference.gradient_check import numerical_gradient


@given(shape=st.sampled_from([(), (1,), (4,), (2, 3), (2, 1, 2)]), seed=st.integers(0, 99))
def test_equals_the_derivative_and_the_course_tool(shape, seed):
    x = np.asarray(np.random.default_rng(seed).normal(size=shape))

    def f(x):
        return np.sum(np.sin(x) * x)

    gradient = numerical_gradient(f, x)
    np.testing.assert_allclose(gradient, np.cos(x) * x + np.sin(x), atol=1e-8)
    np.testing.assert_allclose(gradient, gradients.numerical_gradient(f, x), atol=1e-9)


def test_the_error_shrinks_with_the_square_of_h():
    # By hand: for x**3 the central difference is 3 x**2 + h**2; a one-sided one is off by 3 x h.
    for h in (0.1, 0.01):
        gradient = numerical_gradient(lambda x: np.sum(x**3), np.array([2.0]), h)
        np.testing.assert_allclose(gradient - 12, h**2, rtol=1e-6)


def test_integers_become_floats_and_x_stays():
    x = np.array([1, 2])
    np.testing.assert_allclose(numerical_gradient(lambda x: x[0] * x[1], x), [2, 1], atol=1e-9)
    assert x.tolist() == [1, 2]
    y = np.array([1.0, 2.0])
    numerical_gradient(np.sum, y)
    assert y.tolist() == [1, 2]
