"""Experiments of 02_perceptron: counting mistakes against the theorem, searching all lines, and data without a line."""

from __future__ import annotations

import numpy as np

from labkit.datasets import gaussians, separable
from labkit.reference.perceptron import fit_perceptron, margin, perceptron_predict, perceptron_trace, pocket_perceptron

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def with_bias_column(X: np.ndarray) -> np.ndarray:
    """Return X with a column of ones: the bias becomes a weight, and the line passes through the origin."""
    return np.column_stack([X, np.ones(len(X))])


def mistakes_and_bound(n: int, gap: float, rng: np.random.Generator) -> tuple[int, float]:
    """Return (mistakes until none is left, Novikoff's bound (R/γ)²) on one made data set with at least this margin.

    The bound uses the line the data were made with, the bias as a weight on a constant input 1.
    """
    X, y, w, b = separable(n, gap, rng)
    _, _, mistakes = fit_perceptron(X, y, max_epochs=100_000)
    rows = with_bias_column(X)
    radius = np.linalg.norm(rows, axis=1).max()
    gamma = margin(rows, y, np.append(w, b), 0.0)
    return sum(mistakes), float((radius / gamma) ** 2)


def search_lines(
    truth: np.ndarray, n_angles: int = 361, n_biases: int = 301
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (angles, biases, right): how many of the four corners each line w = (cos, sin), b gets right.

    truth: (4,) labels of (0,0), (0,1), (1,0), (1,1)  ->  right: (n_biases, n_angles) integers.
    The length of w does not matter for the sign of w.x + b, so directions and biases cover every line that passes
    between the corners.
    """
    angles = np.linspace(0, 2 * np.pi, n_angles)
    biases = np.linspace(-1.5, 1.5, n_biases)
    scores = CORNERS @ np.array([np.cos(angles), np.sin(angles)])  # (4, n_angles)
    says = scores[:, None, :] + biases[None, :, None] >= 0  # (4, n_biases, n_angles)
    return angles, biases, (says == np.asarray(truth, dtype=bool)[:, None, None]).sum(axis=0)


def best_line_errors(X: np.ndarray, y: np.ndarray, n_angles: int = 360) -> int:
    """Return the fewest errors any line makes on X: (n, 2), over directions in steps of 360°/n_angles and all biases."""
    fewest = len(y)
    for angle in np.linspace(0, 2 * np.pi, n_angles, endpoint=False):
        labels = y[np.argsort(X @ np.array([np.cos(angle), np.sin(angle)]))]
        # calling the first k points class 0 and the rest class 1 costs the ones before k and the zeros after
        costs = np.concatenate([[0], np.cumsum(labels)]) + np.concatenate([np.cumsum((labels == 0)[::-1])[::-1], [0]])
        fewest = min(fewest, int(costs.min()))
    return fewest


def rule_against_pocket(seed: int, epochs: int, n: int = 100) -> tuple[list[int], list[int], int]:
    """Return (errors of the rule after each epoch, errors in the pocket, fewest errors of any line) on two clouds that overlap."""
    rng = np.random.default_rng(seed)
    X, y = gaussians(n, rng, distance=2.0)
    last = {m.epoch: (m.w, m.b) for m in perceptron_trace(X, y, max_epochs=epochs)}
    rule = [int((perceptron_predict(X, *last[epoch]) != y).sum()) for epoch in range(epochs)]
    _, _, pocket = pocket_perceptron(X, y, rng, max_epochs=epochs)
    return rule, pocket, best_line_errors(X, y)


def against_scikit_learn(seed: int, n: int = 60, gap: float = 0.1) -> dict[str, float]:
    """Return accuracies on fresh points and the angle between both lines, ours and scikit-learn's, on the same rows."""
    from sklearn.linear_model import Perceptron

    rng = np.random.default_rng(seed)
    X, y, w, b = separable(n, gap, rng)
    fresh = rng.uniform(-1, 1, (2000, 2))
    truth = perceptron_predict(fresh, w, b)
    ours_w, ours_b, mistakes = fit_perceptron(X, y, max_epochs=10_000)
    theirs = Perceptron(shuffle=False, tol=None, max_iter=10_000, n_iter_no_change=10_000).fit(X, y)
    theirs_w = theirs.coef_[0]
    cosine = ours_w @ theirs_w / np.linalg.norm(ours_w) / np.linalg.norm(theirs_w)
    return {
        "epochs": len(mistakes),
        "train_ours": float((perceptron_predict(X, ours_w, ours_b) == y).mean()),
        "train_theirs": float(theirs.score(X, y)),
        "fresh_ours": float((perceptron_predict(fresh, ours_w, ours_b) == truth).mean()),
        "fresh_theirs": float((theirs.predict(fresh) == truth).mean()),
        "angle": float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))),
    }
