"""Dropout is judged by what it does: honest draws of any kind pass, and slips are named however the mask was drawn."""

from __future__ import annotations

import numpy as np
import pytest

from labkit.exercises.ex08_dropout import BACKWARD, FORWARD
from labkit.grading.model import NOT_YET, PASSED
from labkit.lesson import examine


def dropout(draw, *, factor=lambda p: 1 / (1 - p), at_rest=False):
    """Return a dropout_forward that keeps where ``draw(shape, p, rng)`` is True."""

    def answer(x, p, rng, *, training):
        if not 0 <= p < 1:
            raise ValueError("p")
        if not training and not at_rest:
            return x, np.ones(x.shape)
        mask = draw(x.shape, p, rng) * factor(p)
        return x * mask, mask

    return answer


def honest(shape, p, rng):
    return rng.random(shape) >= p


def unseeded(shape, p, rng):
    return np.random.default_rng().random(shape) >= p


def unseeded_keep(shape, p, rng):
    return np.random.default_rng().random(shape) < p


@pytest.mark.parametrize("seed", range(60))
def test_an_honest_draw_is_never_refused(seed):
    result = examine(FORWARD, dropout(lambda shape, p, rng: rng.binomial(1, 1 - p, shape)), seed)
    assert result.status == PASSED, result.message


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (dropout(lambda s, p, rng: rng.binomial(1, p, s), factor=lambda p: 1 / max(p, 0.01)), "p as keep probability"),
        (dropout(unseeded_keep, factor=lambda p: 1.0), "p as keep probability"),
        (dropout(lambda s, p, rng: rng.binomial(1, 1 - p, s), factor=lambda p: 1.0), "no 1/(1-p)"),
        (dropout(lambda s, p, rng: rng.binomial(1, 1 - p, s), at_rest=True), "active at inference"),
        (dropout(unseeded), "another rng"),
        (dropout(lambda s, p, rng: np.random.uniform(size=s) >= p), "another rng"),  # noqa: NPY002
        (
            dropout(lambda s, p, rng: np.broadcast_to(rng.random(s[:1] + (1,) * (len(s) - 1)) >= p, s)),
            "one mask for many",
        ),
    ],
)
def test_a_slip_is_named_whatever_the_draw(answer, mistake):
    for seed in range(5):
        result = examine(FORWARD, answer, seed)
        assert (result.status, result.mistake) == (NOT_YET, mistake), result.message


@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
def test_a_fresh_mask_on_the_way_back_is_named(p):
    def fresh(dy, mask):
        return dy * (np.random.default_rng().random(dy.shape) >= p) / (1 - p)

    for seed in range(5):
        result = examine(BACKWARD, fresh, seed)
        assert (result.status, result.mistake) == (NOT_YET, "a fresh mask"), result.message
