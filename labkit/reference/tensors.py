"""Tables, images and sentences become arrays, and a matrix is what a layer does to them.

Sources: Pearson (1901) and Hotelling (1933) for principal components; Golub and Van Loan (2013) for
the products.
"""

import numpy as np


def matmul_loops(A, B):
    """Return the matrix product AB, computed one multiplication at a time.

    A: (m, k)  B: (k, n)  ->  C: (m, n), float64

    C[i, j] = sum over p of A[i, p] * B[p, j]: m n k multiplications, 2mnk operations with the
    additions.
    Write three nested loops: no `@`, `np.dot`, `np.matmul` or `np.einsum` here. C is float64, also
    for arrays of whole numbers.
    Raises ValueError when the inner sizes differ (A has k columns, so B must have k rows).
    Source: Golub and Van Loan (2013), section 1.1.

    >>> matmul_loops(np.array([[1, 2]]), np.array([[3], [4]]))
    array([[11.]])
    """
    A, B = np.asarray(A), np.asarray(B)
    m, k = A.shape
    rows, n = B.shape
    if k != rows:
        raise ValueError(f"A {A.shape} needs {k} rows in B, not {rows}: the inner sizes must agree")
    C = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            for p in range(k):
                C[i, j] += A[i, p] * B[p, j]
    return C


def batched_matmul(A, B):
    """Return the products of b pairs of matrices, pair by pair.

    A: (b, m, k)  B: (b, k, n)  ->  C: (b, m, n)

    C[i] is the matrix product of A[i] and B[i]: matrix i of A meets matrix i of B and no other.
    Find a way without a Python loop over the pairs.
    Raises ValueError when the inner sizes differ.
    Source: the batched product of BLAS libraries (Dongarra et al., 2017).

    >>> A = np.array([[[1.0, 2.0]], [[3.0, 4.0]]])
    >>> B = np.array([[[1.0], [1.0]], [[2.0], [0.0]]])
    >>> batched_matmul(A, B)
    array([[[3.]],
    <BLANKLINE>
           [[6.]]])
    """
    return np.asarray(A) @ np.asarray(B)


def standardize(X_train, X_other):
    """Return both splits, standardized with the training split's column means and deviations.

    X_train: (n, d)  X_other: (m, d)  ->  Z_train: (n, d)  Z_other: (m, d), in this order

    Z = (X - mean) / std, where mean: (d,) and std: (d,) come from the columns of X_train alone, for
    both splits.
    std divides by n, not by n - 1 (ddof=0). A column that is constant in X_train has std 0: divide
    it by 1 instead, so that it becomes zeros in Z_train and stays finite in Z_other. The inputs are
    left unchanged.
    Source: LeCun, Bottou, Orr and Müller (1998), Efficient BackProp, section 4.3.

    >>> X_train, X_other = np.array([[0.0, 7.0], [2.0, 7.0]]), np.array([[4.0, 8.0]])
    >>> Z_train, Z_other = standardize(X_train, X_other)
    >>> Z_train
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> Z_other
    array([[3., 1.]])
    """
    X_train, X_other = np.asarray(X_train), np.asarray(X_other)
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    # Rounding can leave the std of a constant column a little above 0: compare the values.
    constant = X_train.max(axis=0) == X_train.min(axis=0)
    std = np.where(constant, 1.0, std)
    return (X_train - mean) / std, (X_other - mean) / std


def pca(X, n_components):
    """Return the principal components of X, its rows' scores, and each one's share of the variance.

    X: (n, d)  ->  components: (n_components, d)  scores: (n, n_components)
                   explained_variance_ratio: (n_components,), in this order

    Centre the columns of X first. Each ROW of components is a direction of length 1 in the
    d-dimensional space; the rows are at right angles and ordered by falling variance. scores are
    the coordinates of the centred rows of X along them; the ratio is the variance along each
    direction over the total variance of all d columns.
    The sign of a component is free: -v is as good as v when the column of scores changes its sign
    with it.
    1 <= n_components <= min(n, d), and at least one column of X varies. Use the singular value
    decomposition of the centred X (`np.linalg.svd`; with full_matrices=False it needs no d x d or
    n x n matrix), or the eigenvectors of its covariance.
    Source: Pearson (1901); Jolliffe (2002), section 3.5.

    >>> X = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    >>> components, scores, ratio = pca(X, 1)
    >>> components.shape, scores.shape, ratio.shape
    ((1, 2), (3, 1), (1,))
    >>> print(np.abs(components), np.abs(scores[:, 0]).round(3), ratio.round(3))
    [[0.6 0.8]] [5. 0. 5.] [1.]
    """
    X = np.asarray(X)
    centred = X - X.mean(axis=0)
    _, S, Vt = np.linalg.svd(centred, full_matrices=False)
    components = Vt[:n_components]
    scores = centred @ components.T
    # The variance along component i is S[i]**2 / n; the n cancels in the ratio.
    explained_variance_ratio = S[:n_components] ** 2 / (S**2).sum()
    return components, scores, explained_variance_ratio
