"""The bends: by hand, against SciPy, by their laws, by central differences, and at their extremes."""

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from labkit.gradients import directional_gradient_error
from labkit.reference import activations as act

LN2, LN3 = np.log(2.0), np.log(3.0)
FLOAT64 = {"rtol": 1e-10, "atol": 1e-12}
FUNCTIONS = sorted({f for pair in act.ACTIVATIONS.values() for f in pair}, key=lambda f: f.__name__)
FUNCTIONS += [act.gelu_tanh, act.softmax, act.log_softmax]
SLOPED = [(act.leaky_relu, act.leaky_relu_grad), (act.elu, act.elu_grad)]
ROWS = arrays(float, array_shapes(min_dims=1, max_dims=3, max_side=5), elements=st.floats(-1000, 1000))
SMALL_ROWS = arrays(float, array_shapes(min_dims=1, max_dims=3, max_side=5), elements=st.floats(-20, 20))


def name(value):
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize(
    ("f", "z", "expected"),
    [
        (act.sigmoid, [0.0, LN3, -LN3], [0.5, 0.75, 0.25]),  # 1 / (1 + 1/3), 1 / (1 + 3)
        (act.sigmoid_grad, [0.0, LN3, -LN3], [0.25, 0.1875, 0.1875]),  # 3/4 * 1/4
        (act.tanh, [0.0, LN2], [0.0, 0.6]),  # (2 - 1/2) / (2 + 1/2)
        (act.tanh_grad, [0.0, LN2], [1.0, 0.64]),  # 1 - 0.6^2
        (act.relu, [-2.0, 0.0, 3.0], [0.0, 0.0, 3.0]),
        (act.relu_grad, [-2.0, 0.0, 3.0], [0.0, 0.0, 1.0]),
        (act.leaky_relu, [-2.0, 0.0, 3.0], [-0.02, 0.0, 3.0]),
        (act.leaky_relu_grad, [-2.0, 0.0, 3.0], [0.01, 0.01, 1.0]),
        (act.elu, [-LN2, 0.0, 3.0], [-0.5, 0.0, 3.0]),  # 1/2 - 1
        (act.elu_grad, [-LN2, 0.0, 3.0], [0.5, 1.0, 1.0]),
        (act.silu, [-LN3, 0.0, LN3], [-0.25 * LN3, 0.0, 0.75 * LN3]),
        (act.softmax, [0.0, LN2, LN3], [1 / 6, 2 / 6, 3 / 6]),
        (act.log_softmax, [0.0, LN3], [-2 * LN2, LN3 - 2 * LN2]),  # log(1/4), log(3/4)
    ],
    ids=name,
)
def test_hand_examples(f, z, expected):
    np.testing.assert_allclose(f(np.array(z)), expected, **FLOAT64)


def test_prelu_grads_hand_example():
    # z > 0 only at 4: dz = (0.5*1, 0.5*2, 3). dalpha = 1*(-1) + 2*(-3) = -7; the 0 adds nothing.
    dz, dalpha = act.prelu_grads([-1, -3, 4, 0], 0.5, [1, 2, 3, 8])
    np.testing.assert_array_equal(dz, [0.5, 1.0, 3.0, 4.0])
    assert dalpha == -7.0
    assert np.ndim(dalpha) == 0


def test_leaky_relu_and_its_derivative_hold_for_slopes_above_one():
    # max(alpha z, z), a common shortcut, gives -1 and 15 here.
    np.testing.assert_array_equal(act.leaky_relu([-1.0, 3.0], alpha=5.0), [-5.0, 3.0])
    np.testing.assert_array_equal(act.leaky_relu_grad([-1.0, 3.0], alpha=5.0), [5.0, 1.0])


def test_elu_is_smooth_at_zero_only_for_alpha_one():
    left = [act.elu_grad(-1e-12, alpha=alpha) for alpha in (0.5, 1.0, 2.0)]
    np.testing.assert_allclose(left, [0.5, 1.0, 2.0], rtol=1e-10)
    np.testing.assert_array_equal([act.elu_grad(1e-12, alpha=a) for a in (0.5, 1.0, 2.0)], 1.0)


@pytest.mark.parametrize(
    ("f", "theirs"),
    [
        (act.sigmoid, scipy.special.expit),
        (act.log_softmax, lambda z: scipy.special.log_softmax(z, axis=-1)),
        (act.softmax, lambda z: scipy.special.softmax(z, axis=-1)),
        (act.gelu, lambda z: z * scipy.stats.norm.cdf(z)),
        (act.silu, lambda z: z * scipy.special.expit(z)),
    ],
    ids=name,
)
def test_equals_scipy(f, theirs):
    z = 4 * np.random.default_rng(0).normal(size=(3, 4, 5))
    np.testing.assert_allclose(f(z), theirs(z), **FLOAT64)


@given(ROWS)
def test_softmax_sums_to_one_over_the_last_axis(z):
    p = act.softmax(z)
    assert p.shape == z.shape
    assert np.all(p >= 0)
    np.testing.assert_allclose(p.sum(axis=-1), 1.0, rtol=1e-12)


@given(SMALL_ROWS, st.floats(-900, 900))
def test_a_shift_of_a_row_changes_neither_softmax_nor_log_softmax(z, shift):
    # Adding the shift rounds z to about 1e-13, so equality is up to that.
    np.testing.assert_allclose(act.softmax(z + shift), act.softmax(z), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(act.log_softmax(z + shift), act.log_softmax(z), atol=1e-10)


@given(SMALL_ROWS)
def test_log_softmax_is_the_logarithm_of_softmax_where_that_is_safe(z):
    np.testing.assert_allclose(act.log_softmax(z), np.log(act.softmax(z)), rtol=1e-10, atol=1e-12)


def test_log_softmax_is_exact_where_softmax_is_zero():
    np.testing.assert_array_equal(act.log_softmax([1000, -1000]), [0.0, -2000.0])


@given(ROWS)
def test_sigmoid_is_symmetric(z):
    np.testing.assert_allclose(act.sigmoid(-z), 1.0 - act.sigmoid(z), rtol=0, atol=1e-15)
    np.testing.assert_array_equal(act.sigmoid_grad(-z), act.sigmoid_grad(z))


@given(SMALL_ROWS)
def test_tanh_is_a_stretched_sigmoid(z):
    np.testing.assert_allclose(act.tanh(z), 2 * act.sigmoid(2 * z) - 1, **FLOAT64)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("entry", act.ACTIVATIONS)
def test_derivatives_agree_with_central_differences(entry, seed):
    f, grad = act.ACTIVATIONS[entry]
    rng = np.random.default_rng(seed)
    z = rng.choice([-1, 1], size=50) * rng.uniform(0.1, 5.0, size=50)  # away from the kink at 0
    assert directional_gradient_error(lambda z: f(z).sum(), grad, z, rng) < 1e-6


@pytest.mark.parametrize("alpha", [0.3, 1.0, 2.5])
@pytest.mark.parametrize(("f", "grad"), SLOPED, ids=name)
def test_derivatives_agree_for_other_slopes(f, grad, alpha):
    rng = np.random.default_rng(0)
    z = rng.choice([-1, 1], size=50) * rng.uniform(0.1, 5.0, size=50)
    error = directional_gradient_error(lambda z: f(z, alpha).sum(), grad(z, alpha), z, rng)
    assert error < 1e-6


@pytest.mark.parametrize("alpha", [0.25, 1.5])
def test_prelu_grads_agree_with_central_differences(alpha):
    rng = np.random.default_rng(0)
    z = rng.choice([-1, 1], size=(6, 4)) * rng.uniform(0.1, 5.0, size=(6, 4))
    dy = rng.normal(size=z.shape)

    def loss(z, alpha):
        return (dy * np.where(z > 0, z, alpha * z)).sum()

    dz, dalpha = act.prelu_grads(z, alpha, dy)
    assert directional_gradient_error(lambda z: loss(z, alpha), dz, z, rng) < 1e-6
    slope = np.array(alpha)
    assert directional_gradient_error(lambda a: loss(z, a), np.array(dalpha), slope, rng) < 1e-6


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
@pytest.mark.parametrize("f", FUNCTIONS, ids=name)
def test_nothing_overflows_at_a_thousand(f, dtype):
    z = np.array([[-1000, -100, -1, 0], [0, 1, 100, 1000]], dtype=dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.all(np.isfinite(f(z)))


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (act.sigmoid, [0.0, 1.0]),
        (act.sigmoid_grad, [0.0, 0.0]),
        (act.tanh_grad, [0.0, 0.0]),
        (act.elu, [-1.0, 1000.0]),
        (act.elu_grad, [0.0, 1.0]),
        (act.silu, [0.0, 1000.0]),
        (act.silu_grad, [0.0, 1.0]),
        (act.gelu, [0.0, 1000.0]),
        (act.gelu_grad, [0.0, 1.0]),
        (act.gelu_tanh, [0.0, 1000.0]),
        (act.softmax, [0.0, 1.0]),
        (act.log_softmax, [-2000.0, 0.0]),
    ],
    ids=name,
)
def test_limits_at_a_thousand(f, expected):
    np.testing.assert_allclose(f(np.array([-1000.0, 1000.0])), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("f", FUNCTIONS, ids=name)
def test_integers_and_lists_give_what_the_floats_give(f):
    z = [[-2, 0, 1], [3, -1, 2]]
    expected = f(np.array(z, dtype=float))
    assert expected.dtype == np.float64
    for given_z in (z, np.array(z), np.array(z, dtype=np.int8)):
        result = f(given_z)
        assert result.dtype.kind == "f"
        np.testing.assert_allclose(result, expected, rtol=1e-2 if result.dtype == np.float16 else 1e-12)


@pytest.mark.parametrize("f", FUNCTIONS, ids=name)
def test_float32_stays_float32_and_the_input_stays_as_it_is(f):
    z = np.linspace(-3, 3, 12, dtype=np.float32).reshape(3, 4)
    before = z.copy()
    result = f(z)
    assert result.dtype == np.float32
    assert result.shape == z.shape
    np.testing.assert_array_equal(z, before)
    np.testing.assert_allclose(result, f(z.astype(float)), rtol=1e-5, atol=1e-6)


def test_prelu_grads_keep_float32_and_turn_integers_into_floats():
    z, dy = np.array([-1.0, 2.0], dtype=np.float32), np.ones(2, dtype=np.float32)
    assert [part.dtype for part in act.prelu_grads(z, 0.1, dy)] == [np.float32, np.float32]
    assert [part.dtype for part in act.prelu_grads([-1, 2], 0.1, [1, 1])] == [np.float64, np.float64]


@pytest.mark.parametrize("f", [f for f in FUNCTIONS if "softmax" not in f.__name__], ids=name)
def test_one_number_gives_one_number(f):
    assert np.shape(f(2)) == ()
    np.testing.assert_allclose(f(2), f(np.array([2.0]))[0], rtol=1e-12)


@pytest.mark.parametrize(("f", "at", "minimum"), [(act.silu, -1.278, -0.2785), (act.gelu, -0.7518, -0.17)], ids=name)
def test_the_minima_that_the_docstrings_quote(f, at, minimum):
    found = scipy.optimize.minimize_scalar(lambda z: float(f(z)), bounds=(-3, 0), method="bounded")
    assert found.x == pytest.approx(at, abs=1e-3)
    assert found.fun == pytest.approx(minimum, abs=1e-4)


def test_the_tanh_form_of_gelu_is_close_but_not_equal():
    z = np.linspace(-6, 6, 100_001)
    largest = np.abs(act.gelu(z) - act.gelu_tanh(z)).max()
    assert largest == pytest.approx(4.73e-4, rel=5e-3)  # measured on this grid; float32 would see it


def test_the_table_pairs_each_curve_with_its_own_derivative():
    for f, grad in act.ACTIVATIONS.values():
        assert grad.__name__ == f"{f.__name__}_grad"
