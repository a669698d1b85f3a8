"""The perceptron's experiments measure what they say they measure."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from labkit.experiments.perceptron import (
    CORNERS,
    best_line_errors,
    mistakes_and_bound,
    rule_against_pocket,
    search_lines,
)


def test_mistakes_never_exceed_the_bound():
    for seed in range(10):
        mistakes, bound = mistakes_and_bound(30, 0.1, np.random.default_rng(seed))
        assert 0 < mistakes <= bound


def test_a_line_computes_or_but_not_xor():
    assert search_lines(np.array([0, 1, 1, 1]))[2].max() == 4
    assert search_lines(np.array([0, 1, 1, 0]))[2].max() == 3


def test_the_best_line_is_found_where_it_is_known():
    assert best_line_errors(CORNERS, np.array([0, 1, 1, 1])) == 0
    assert best_line_errors(CORNERS, np.array([0, 1, 1, 0])) == 1


def test_no_line_of_a_random_sample_beats_the_best_line():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 2)), rng.integers(0, 2, 30)
    best = best_line_errors(X, y)
    for _ in range(300):
        w, b = rng.normal(size=2), rng.normal()
        assert ((X @ w + b >= 0) != y).sum() >= best


def test_the_pocket_never_gets_worse_and_never_beats_the_best_line():
    rule, pocket, best = rule_against_pocket(seed=1, epochs=10)
    assert len(rule) == len(pocket) == 10
    assert all(later <= earlier for earlier, later in pairwise(pocket))
    assert best <= pocket[-1]
