"""The tournament keeps the right ones, spends what it should, and always ends."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.reference.halving import successive_halving


def test_the_rungs_of_nine():
    scores = [3, 9, 1, 8, 7, 2, 4, 6, 5]
    calls = []

    def evaluate(config, budget):
        calls.append((config, budget))
        return scores[config] * (1 if budget < 3 else -1)  # whoever led at first is behind afterwards

    best, score, rungs = successive_halving(range(9), evaluate, 1)
    assert [(budget, sorted(measured)) for budget, measured in rungs] == [(1, list(range(9))), (3, [1, 3, 4]), (9, [4])]
    assert (best, score) == (4, -7)
    assert len(calls) == 13


@given(st.integers(1, 60), st.integers(2, 5), st.integers(1, 4))
def test_it_ends_with_one_and_keeps_a_share_each_time(n, eta, min_budget):
    best, _, rungs = successive_halving(range(n), lambda config, budget: config, min_budget, eta=eta)
    sizes = [len(measured) for _, measured in rungs]
    assert best == n - 1
    assert sizes[0] == n
    assert sizes[-1] == 1
    assert all(b == max(1, a // eta) for a, b in itertools.pairwise(sizes))
    assert [budget for budget, _ in rungs] == [min_budget * eta**k for k in range(len(rungs))]


@pytest.mark.parametrize(("n", "eta"), [(27, 3), (16, 2), (64, 4)])
def test_every_rung_costs_the_same_when_the_numbers_divide(n, eta):
    _, _, rungs = successive_halving(range(n), lambda config, budget: config, 1, eta=eta)
    assert {budget * len(measured) for budget, measured in rungs} == {n}
