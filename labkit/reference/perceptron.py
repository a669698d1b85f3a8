"""A neuron that says yes or no can learn from its own mistakes, as long as a line is enough.

Sources: Rosenblatt (1958), the rule; Novikoff (1962), why it ends; Minsky and Papert (1969), XOR;
Gallant (1990), the pocket. Labels are 0 and 1, and a point on the line itself counts as 1.
"""

from dataclasses import dataclass

import numpy as np


def perceptron_predict(X, w, b):
    """Return the class of each row of X: 1 where Xw + b >= 0, else 0.

    X: (n, d)  w: (d,)  b: scalar  ->  labels: (n,), integers 0 or 1

    A score of exactly 0 gives class 1. One row x: (d,) gives one label.
    Source: Rosenblatt (1958).

    >>> perceptron_predict([[2.0, 0.0], [1.0, 0.0], [0.0, 0.0]], [1.0, 1.0], -1.0)
    array([1, 1, 0])
    """
    return (np.asarray(X) @ np.asarray(w) + b >= 0).astype(int)


def perceptron_update(w, b, x, y, lr=1.0):
    """Return the weights and bias after the perceptron has seen one example.

    w: (d,)  b: scalar  x: (d,)  y: label 0 or 1  ->  w: (d,)  b: scalar, in this order

    The perceptron predicts 1 where w.x + b >= 0. When its prediction is y, nothing changes. When it
    says 0 and y is 1, lr * x is added to w and lr to b; when it says 1 and y is 0, the same is
    subtracted.
    The w returned is always a new array: the w passed in keeps its values. lr > 0, the step.
    Source: Rosenblatt (1958), the error-correction rule.

    >>> w, b = perceptron_update(np.array([0.0, 0.0]), 0.0, np.array([2.0, 1.0]), 0)
    >>> print(w, b)
    [-2. -1.] -1.0
    """
    error = y - perceptron_predict(x, w, b)
    return w + lr * error * np.asarray(x), b + lr * error


def fit_perceptron(X, y, lr=1.0, max_epochs=100):
    """Return the weights and bias that the perceptron rule learns, and its mistakes in each epoch.

    X: (n, d)  y: (n,), labels 0 or 1  ->  w: (d,)  b: scalar  mistakes: list of int, in this order

    Start with w and b at zero. An epoch visits the rows of X in their order, and updates w and b at
    once after each row that is predicted wrong at that moment (prediction 1 where w.x + b >= 0).
    Stop after the first epoch without a mistake, whose 0 is the last entry of the list, or after
    max_epochs epochs. lr > 0, the step.
    Source: Rosenblatt (1958); Novikoff (1962) proved that it stops when a line separates the
    classes.

    >>> w, b, mistakes = fit_perceptron([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    >>> print(w, b, mistakes)
    [2. 1.] -3.0 [2, 3, 3, 2, 1, 0]
    """
    X = np.asarray(X, dtype=float)
    w, b = np.zeros(X.shape[1]), 0.0
    mistakes = []
    for _ in range(max_epochs):
        wrong = 0
        for x, label in zip(X, y, strict=True):
            if perceptron_predict(x, w, b) != label:
                w, b = perceptron_update(w, b, x, label, lr)
                wrong += 1
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes


def xor_weights():
    """Return weights, set by hand, with which two step units and a third compute exclusive or.

    ->  W1: (2, 2)  b1: (2,)  w2: (2,)  b2: scalar, in this order

    hidden = step(X @ W1 + b1), out = step(hidden @ w2 + b2), with step(z) = 1 where z >= 0, else 0.
    Column j of W1 holds the weights of hidden unit j. For the inputs (0, 0), (0, 1), (1, 0), (1, 1)
    out must be 0, 1, 1, 0. Any weights that do this are right; try to name what each hidden unit
    says.
    Source: Minsky and Papert (1969) for the problem.

    >>> [np.shape(part) for part in xor_weights()]
    [(2, 2), (2,), (2,), ()]
    """
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = np.array([-0.5, -1.5])  # unit 0 says "at least one", unit 1 says "both"
    w2 = np.array([1.0, -1.0])  # at least one, but not both
    b2 = -0.5
    return W1, b1, w2, b2


def margin(X, y, w, b):
    """Return the worst point's signed distance from the line, negative if it is on the wrong side.

    X: (n, d)  y: (n,), labels 0 or 1  w: (d,), not zero  b: scalar  ->  gamma: scalar, unit of X

    gamma = min over i of t_i (x_i.w + b) / ||w||, t_i = 2 y_i - 1. The convergence theorem speaks
    of a line through the origin: put the bias into the weights, `margin(np.c_[X, np.ones(n)], y,
    np.r_[w, b], 0)`, before using it there.
    Source: Novikoff (1962).

    >>> float(margin([[3.0, 0.0], [-1.0, 5.0]], [1, 0], [2.0, 0.0], 0.0))
    1.0
    """
    t = 2 * np.asarray(y) - 1
    return (t * (np.asarray(X) @ np.asarray(w) + b)).min() / np.linalg.norm(w)


@dataclass(frozen=True, eq=False)
class PerceptronMistake:
    """Holds the perceptron just after one mistake: when, on which row, and the corrected line."""

    epoch: int
    row: int
    w: np.ndarray
    b: float


def perceptron_trace(X, y, lr=1.0, max_epochs=100):
    """Yield the state after each mistake of `fit_perceptron`; the last is the fitted perceptron.

    X: (n, d)  y: (n,), labels 0 or 1  ->  PerceptronMistake(epoch, row, w: (d,), b), counted from 0

    Ends like `fit_perceptron`: after an epoch without a mistake, or after max_epochs. lr > 0, the
    step.
    Source: Rosenblatt (1958).

    >>> [(m.epoch, m.row, m.w.tolist(), m.b) for m in perceptron_trace([[1.0], [-1.0]], [1, 0])]
    [(0, 1, [1.0], -1.0)]
    """
    X = np.asarray(X, dtype=float)
    w, b = np.zeros(X.shape[1]), 0.0
    for epoch in range(max_epochs):
        settled = True
        for row, (x, label) in enumerate(zip(X, y, strict=True)):
            if perceptron_predict(x, w, b) != label:
                w, b = perceptron_update(w, b, x, label, lr)
                settled = False
                yield PerceptronMistake(epoch, row, w, float(b))
        if settled:
            return


def pocket_perceptron(X, y, rng: np.random.Generator, max_epochs=100):
    """Return the best line that the perceptron rule passed, and its errors after each epoch.

    X: (n, d)  y: (n,), labels 0 or 1  ->  w: (d,)  b: scalar  errors: list of int, never rising

    The rule runs as in `fit_perceptron`, on a fresh random order of the rows each epoch; after
    every update the errors on all n rows are counted, and the line goes into the pocket when it has
    fewer than the one there.
    Stops early when nothing is wrong. Source: Gallant (1990), the ratchet version; he draws rows
    with replacement.

    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> w, b, errors = pocket_perceptron(X, y, np.random.default_rng(0))
    >>> errors[-1]
    1
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    best_w, best_b = w, b
    fewest = int((perceptron_predict(X, w, b) != y).sum())
    errors = []
    for _ in range(max_epochs):
        for i in rng.permutation(len(X)):
            if perceptron_predict(X[i], w, b) != y[i]:
                w, b = perceptron_update(w, b, X[i], y[i])
                wrong = int((perceptron_predict(X, w, b) != y).sum())
                if wrong < fewest:
                    best_w, best_b, fewest = w, b, wrong
        errors.append(fewest)
        if fewest == 0:
            break
    return best_w, float(best_b), errors
