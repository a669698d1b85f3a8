"""A gradient check is worth something only when it lets right gradients pass and wrong ones not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.gradients import directional_gradient_error, numerical_gradient

TOLERANCE = 1e-6
W = np.random.default_rng(7).normal(size=(3, 4))


def loss(x):
    """Return a smooth number from x: (n, 3), with a mean, so that a forgotten 1/n shows."""
    return (np.tanh(x @ W) ** 2).sum() / len(x)


def grad(x):
    t = np.tanh(x @ W)
    return 2 * t * (1 - t**2) @ W.T / len(x)


def flip_one_sign(x):
    wrong = grad(x)
    wrong[0, 0] *= -1
    return wrong


WRONG = {
    "1/n forgotten": lambda x: grad(x) * len(x),
    "sign": lambda x: -grad(x),
    "zero": np.zeros_like,
    "a thousandth too large": lambda x: grad(x) * 1.001,
    "one element": flip_one_sign,
    "rows reversed": lambda x: grad(x)[::-1],
}


def test_numerical_gradient_hand_example():
    # f = a^2 b, so df/da = 2ab = 12 and df/db = a^2 = 4 at (2, 3).
    gradient = numerical_gradient(lambda x: x[0] ** 2 * x[1], [2, 3])
    np.testing.assert_allclose(gradient, [12.0, 4.0], rtol=1e-8)


def test_numerical_gradient_has_the_shape_of_x_and_leaves_x_alone():
    x = np.random.default_rng(0).normal(size=(5, 3))
    before = x.copy()
    gradient = numerical_gradient(loss, x)
    assert gradient.shape == x.shape
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(gradient, grad(x), rtol=1e-6, atol=1e-9)


def test_numerical_gradient_is_central():
    # The error of a one-sided difference of exp at 0 is h/2 = 5e-3, of a central one h^2/6 = 1.7e-5.
    error = abs(numerical_gradient(lambda x: np.exp(x[0]), np.zeros(1), h=1e-2)[0] - 1.0)
    assert error == pytest.approx(1e-4 / 6, rel=1e-3)


def test_numerical_gradient_gives_f_an_array_of_its_own():
    def greedy(x):
        total = (x**2).sum()
        x[:] = 0.0
        return total

    np.testing.assert_allclose(numerical_gradient(greedy, [1.0, 2.0]), [2.0, 4.0], rtol=1e-8)


@given(st.integers(0, 2**32 - 1))
def test_a_right_gradient_passes(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(5, 3))
    assert directional_gradient_error(loss, grad, x, rng) < TOLERANCE


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_a_right_gradient_passes_whatever_the_scale_of_x(scale):
    rng = np.random.default_rng(0)
    x = scale * rng.normal(size=6)
    assert directional_gradient_error(lambda x: (x**2).sum(), lambda x: 2 * x, x, rng) < TOLERANCE


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("seed", range(10))
def test_a_wrong_gradient_is_refused(wrong, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(5, 3))
    assert directional_gradient_error(loss, wrong, x, rng) > 10 * TOLERANCE


def test_the_gradient_may_be_a_function_or_its_value():
    x = np.random.default_rng(0).normal(size=(5, 3))
    as_function = directional_gradient_error(loss, grad, x, np.random.default_rng(1))
    as_value = directional_gradient_error(loss, grad(x), x, np.random.default_rng(1))
    assert as_function == as_value


def test_a_flat_function_has_no_error_and_a_claimed_slope_is_refused_there():
    rng = np.random.default_rng(0)
    assert directional_gradient_error(lambda x: 5.0, np.zeros_like, np.ones(3), rng) == 0.0
    assert directional_gradient_error(lambda x: 5.0, np.ones_like, np.ones(3), rng) == 1.0


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="shape"):
        directional_gradient_error(loss, np.ones(3), np.ones((5, 3)), np.random.default_rng(0))
