"""Right answers to 01_tensors that differ from the reference: other loops, broadcasting, einsum, eigenvectors, other types."""

import numpy as np


def matmul_loops__lists(A, B):
    k = A.shape[1]
    if len(B) != k:
        raise ValueError("inner sizes")
    C = []
    for row in A:
        C.append([sum(float(row[p]) * float(B[p][j]) for p in range(k)) for j in range(B.shape[1])])
    return np.array(C)


def matmul_loops__running_sum(A, B):
    if A.shape[1] != B.shape[0]:
        raise ValueError
    C = np.empty((A.shape[0], B.shape[1]))
    for j in range(B.shape[1]):
        for i in range(A.shape[0]):
            total = 0
            for p in range(A.shape[1]):
                total = total + A[i, p] * B[p, j]
            C[i, j] = total
    return C


def matmul_loops__inner_loop_outside(A, B):
    (m, k), (rows, n) = A.shape, B.shape
    if k != rows:
        raise ValueError(f"{k} is not {rows}")
    C = np.zeros((m, n), dtype=np.result_type(A, B, np.float32))
    for p in range(k):
        for i in range(m):
            for j in range(n):
                C[i][j] += A[i][p] * B[p][j]
    return C


def matmul_loops__rows_at_once(A, B):
    if A.shape[1] != len(B):
        raise ValueError("columns of A, rows of B")
    C = np.zeros((len(A), B.shape[1]))
    for i in range(len(A)):
        for j in range(B.shape[1]):
            C[i, j] = np.sum(A[i, :] * B[:, j])
    return C


def batched_matmul__loop(A, B):
    return np.array([A[i] @ B[i] for i in range(len(A))])


def batched_matmul__einsum(A, B):
    return np.einsum("bmk,bkn->bmn", A, B)


def batched_matmul__matmul(A, B):
    return np.matmul(A, B)


def batched_matmul__broadcast(A, B):
    return (A[:, :, :, None] * B[:, None, :, :]).sum(axis=2)


def batched_matmul__filled(A, B):
    if A.shape[2] != B.shape[1]:
        raise ValueError("the inner sizes differ")
    C = np.zeros((A.shape[0], A.shape[1], B.shape[2]))
    for i, (a, b) in enumerate(zip(A, B, strict=True)):
        C[i] = a.dot(b)
    return C


def standardize__by_hand(X_train, X_other):
    n = len(X_train)
    mean = X_train.sum(axis=0) / n
    std = np.sqrt(((X_train - mean) ** 2).sum(axis=0) / n)
    std[std == 0] = 1
    return (X_train - mean) / std, (X_other - mean) / std


def standardize__column_loop(X_train, X_other):
    Z_train, Z_other = np.zeros(X_train.shape), np.zeros(X_other.shape)
    for j in range(X_train.shape[1]):
        m, s = np.mean(X_train[:, j]), np.std(X_train[:, j])
        s = s if s > 1e-12 else 1.0
        Z_train[:, j] = (X_train[:, j] - m) / s
        Z_other[:, j] = (X_other[:, j] - m) / s
    return Z_train, Z_other


def standardize__keepdims_list(X_train, X_other):
    mean, std = np.mean(X_train, 0, keepdims=True), np.std(X_train, 0, keepdims=True)
    std = np.where(std > 0, std, 1)
    return [(X - mean) / std for X in (X_train, X_other)]


def standardize__copies(X_train, X_other):
    Z_train, Z_other = X_train.astype(float), X_other.astype(float)
    Z_train -= X_train.mean(axis=0)
    Z_other -= X_train.mean(axis=0)
    std = X_train.std(axis=0)
    return Z_train / np.where(std == 0, 1, std), Z_other / np.where(std == 0, 1, std)


def pca__covariance(X, n_components):
    centred = X - X.mean(axis=0)
    variance, V = np.linalg.eigh(centred.T @ centred / len(X))
    order = np.argsort(variance)[::-1][:n_components]
    components = V[:, order].T
    return components, centred @ components.T, variance[order] / variance.sum()


def pca__np_cov(X, n_components):
    variance, V = np.linalg.eigh(np.cov(X, rowvar=False))
    V = V[:, ::-1][:, :n_components]
    return V.T, (X - np.mean(X, axis=0)).dot(V), variance[::-1][:n_components] / np.trace(np.cov(X.T))


def pca__scores_from_u(X, n_components):
    U, S, Vt = np.linalg.svd(X - X.mean(axis=0))
    S2 = S**2
    scores = (U[:, : len(S)] * S)[:, :n_components]
    return Vt[:n_components], scores, (S2 / S2.sum())[:n_components]


def pca__turned_round(X, n_components):
    centred = X.astype(float) - X.mean(axis=0, keepdims=True)
    Vt = np.linalg.svd(centred, full_matrices=False)[2]
    components = -Vt[:n_components]
    scores = np.einsum("nd,kd->nk", centred, components)
    return [components, scores, scores.var(axis=0) / centred.var(axis=0).sum()]


def pca__general_eigenvalues(X, n_components):
    centred = X - X.mean(axis=0)
    values, vectors = np.linalg.eig(centred.T @ centred)
    values, vectors = values.real, vectors.real
    order = np.argsort(-values)
    components = vectors[:, order[:n_components]].T
    return components, centred @ components.T, values[order[:n_components]] / values.sum()


def pca__eig_in_the_order_of_argsort(X, n_components):
    centred = X - X.mean(0)
    covariance = np.cov(centred, rowvar=False)
    values, vectors = np.linalg.eig(covariance)
    values, vectors = values.real, vectors.real
    order = np.argsort(values)[::-1]
    components = vectors[:, order].T[:n_components]
    return components, np.dot(centred, components.T), values[order][:n_components] / np.trace(covariance)
