"""Products, standardizing and PCA: by hand, against BLAS and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from labkit.reference.tensors import batched_matmul, matmul_loops, pca, standardize

SIZES = st.integers(1, 4)
CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def test_matmul_loops_hand_example():
    # Row 0: 1*5 + 2*7 = 19, 1*6 + 2*8 = 22. Row 1: 3*5 + 4*7 = 43, 3*6 + 4*8 = 50.
    product = matmul_loops([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    np.testing.assert_array_equal(product, [[19.0, 22.0], [43.0, 50.0]])
    assert product.dtype == np.float64


@given(SIZES, SIZES, SIZES, st.integers(0, 2**32 - 1))
def test_matmul_loops_equals_blas_for_every_shape(m, k, n, seed):
    rng = np.random.default_rng(seed)
    A, B = rng.normal(size=(m, k)), rng.normal(size=(k, n))
    np.testing.assert_allclose(matmul_loops(A, B), A @ B, **CLOSE)


def test_matmul_loops_refuses_inner_sizes_that_differ():
    with pytest.raises(ValueError, match="inner sizes"):
        matmul_loops(np.ones((2, 3)), np.ones((2, 3)))


def test_batched_matmul_multiplies_pair_by_pair():
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 3, 4))
    C = batched_matmul(A, B)
    assert C.shape == (5, 2, 4)
    for a, b, c in zip(A, B, C, strict=True):
        np.testing.assert_allclose(c, matmul_loops(a, b), **CLOSE)


def test_batched_matmul_refuses_inner_sizes_that_differ():
    with pytest.raises(ValueError, match="mismatch"):
        batched_matmul(np.ones((5, 2, 3)), np.ones((5, 2, 3)))


def test_standardize_hand_example():
    # Column 0: mean 3, std sqrt(((1-3)^2 + (5-3)^2) / 2) = 2. Column 1 is constant: divided by 1.
    Z_train, Z_other = standardize([[1.0, 4.0], [5.0, 4.0]], [[7.0, 4.0], [3.0, 6.0]])
    np.testing.assert_array_equal(Z_train, [[-1.0, 0.0], [1.0, 0.0]])
    np.testing.assert_array_equal(Z_other, [[2.0, 0.0], [0.0, 2.0]])


@pytest.mark.parametrize("value", [0.0, 3.0, 0.1, -1e8 / 3])
@pytest.mark.parametrize("n", [1, 3, 10, 1000])
def test_standardize_keeps_a_constant_column_near_zero_whatever_rounding_does(value, n):
    X = np.full((n, 1), value)
    Z_train, Z_other = standardize(X, X + 1.0)
    np.testing.assert_allclose(Z_train, 0.0, atol=1e-6)
    np.testing.assert_allclose(Z_other, 1.0, rtol=1e-6)


@given(arrays(float, (8, 3), elements=st.floats(-1e3, 1e3).map(lambda v: round(v, 3))))
def test_standardize_equals_scikit_learn(X):
    X[0] = X[1] + [1.0, 2.0, 3.0]  # no constant column: it has its own test
    scaler = StandardScaler().fit(X)
    Z_train, Z_other = standardize(X, -X[:2])
    np.testing.assert_allclose(Z_train, scaler.transform(X), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(Z_other, scaler.transform(-X[:2]), rtol=1e-8, atol=1e-8)


def test_standardize_leaves_its_inputs_unchanged_and_float32_alone():
    X = np.arange(6, dtype=np.float32).reshape(3, 2)
    before = X.copy()
    Z_train, Z_other = standardize(X, X)
    np.testing.assert_array_equal(X, before)
    assert Z_train.dtype == Z_other.dtype == np.float32


def test_pca_hand_example():
    # Points on the line (3, 4) t with t = -1, 0, 1: one direction (0.6, 0.8), all of the variance.
    X = np.array([[7.0, 6.0], [10.0, 10.0], [13.0, 14.0]])
    components, scores, ratio = pca(X, 2)
    sign = np.sign(components[0, 0])
    np.testing.assert_allclose(sign * components[0], [0.6, 0.8], **CLOSE)
    np.testing.assert_allclose(sign * scores[:, 0], [-5.0, 0.0, 5.0], **CLOSE)
    np.testing.assert_allclose(ratio, [1.0, 0.0], **CLOSE)


@pytest.mark.parametrize(("n", "d", "n_components"), [(50, 5, 3), (50, 5, 5), (4, 20, 3)])
def test_pca_equals_scikit_learn_up_to_sign(n, d, n_components):
    rng = np.random.default_rng(n + d)
    X = rng.normal(size=(n, d)) * np.arange(1, d + 1) + 7.0
    components, scores, ratio = pca(X, n_components)
    theirs = PCA(n_components=n_components, svd_solver="full").fit(X)
    signs = np.sign((components * theirs.components_).sum(axis=1))
    np.testing.assert_allclose(components, signs[:, None] * theirs.components_, **CLOSE)
    np.testing.assert_allclose(scores, signs * theirs.transform(X), **CLOSE)
    np.testing.assert_allclose(ratio, theirs.explained_variance_ratio_, **CLOSE)


def test_pca_of_digits_has_right_angles_falling_shares_and_rebuilds_the_images():
    X = load_digits().data
    components, scores, ratio = pca(X, 64)
    np.testing.assert_allclose(components @ components.T, np.eye(64), **CLOSE)
    assert np.all(np.diff(ratio) <= 1e-12)
    np.testing.assert_allclose(ratio.sum(), 1.0, **CLOSE)
    np.testing.assert_allclose(scores @ components + X.mean(axis=0), X, atol=1e-9)
