"""Right answers to 02_perceptron that differ from the reference: loops, einsum, other types, other orders of thought."""

import numpy as np


def perceptron_predict__loop(X, w, b):
    X = np.asarray(X)
    if X.ndim == 1:
        return 1 if sum(wi * xi for wi, xi in zip(w, X, strict=True)) + b >= 0 else 0
    return np.array([perceptron_predict__loop(x, w, b) for x in X])


def perceptron_predict__where_einsum(X, w, b):
    return np.where(np.einsum("...d,d->...", X, w) + b < 0, 0, 1)


def perceptron_predict__floats(X, w, b):
    return np.heaviside(np.dot(X, w) + b, 1.0)


def perceptron_predict__scalar_or_list(X, w, b):
    z = np.dot(X, w) + b
    if np.isscalar(z) or z.ndim == 0:
        return int(z >= 0)
    return np.array([int(v >= 0) for v in z])


def perceptron_update__cases(w, b, x, y, lr=1.0):
    says = 1 if w @ x + b >= 0 else 0
    if says == y:
        return w, b
    if y == 1:
        return w + lr * x, b + lr
    return w - lr * x, b - lr


def perceptron_update__list(w, b, x, y, lr=1.0):
    error = y - int(np.dot(w, x) + b >= 0)
    return np.array([wi + lr * error * xi for wi, xi in zip(w, x, strict=True)]), b + lr * error


def perceptron_update__copy(w, b, x, y, lr=1.0):
    says, new = w.dot(x) + b >= 0, w.copy()
    if says and y == 0:
        new -= lr * x
        b -= lr
    elif not says and y == 1:
        new += lr * x
        b += lr
    return [new, b]


def fit_perceptron__while(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes, epoch = np.zeros(X.shape[1]), 0.0, [], 0
    while epoch < max_epochs and (not mistakes or mistakes[-1] > 0):
        count = 0
        for i in range(len(X)):
            error = y[i] - int(X[i] @ w + b >= 0)
            w = w + lr * error * X[i]
            b += lr * error
            count += abs(int(error))
        mistakes.append(count)
        epoch += 1
    return w, b, mistakes


def fit_perceptron__bias_as_weight(X, y, lr=1.0, max_epochs=100):
    rows = np.column_stack([X, np.ones(len(X))])
    v = np.zeros(rows.shape[1])
    mistakes = []
    for _ in range(max_epochs):
        errors = 0
        for row, label in zip(rows, y, strict=True):
            says = int(np.dot(row, v) >= 0)
            if says != label:
                v = v + lr * (label - says) * row
                errors += 1
        mistakes.append(errors)
        if errors == 0:
            break
    return v[:-1], v[-1], np.array(mistakes)


def xor_weights__nand():
    W1 = np.array([[1, -1], [1, -1]])  # at least one; not both
    return W1, np.array([-1, 1]), np.array([1, 1]), -2


def xor_weights__one_each():
    return [[1.0, -1.0], [-1.0, 1.0]], [-0.5, -0.5], [1.0, 1.0], np.array(-0.5)
