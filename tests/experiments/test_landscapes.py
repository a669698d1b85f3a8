"""The landscapes are what their table says, and rules walk over them as they should."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit.experiments.landscapes import (
    RULES,
    SURFACES,
    TURN,
    best_rate,
    leaves_ridge,
    ravine_starts,
    rules,
    steps_to_reach,
    walk,
)
from labkit.gradients import directional_gradient_error, numerical_gradient
from labkit.reference.optimizers import adam_step

EACH = pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda s: s.name)


def hessian(surface, w):
    """Return the matrix of second derivatives at w, from the gradient's differences."""
    return np.array([numerical_gradient(lambda v, i=i: surface.grad(v)[i], w) for i in range(2)])


@EACH
def test_a_gradient_is_the_slope_of_its_surface(surface):
    rng = np.random.default_rng(0)
    for start in surface.starts:
        w = np.array(start) + 0.1
        assert directional_gradient_error(surface.f, surface.grad(w), w, rng) < 1e-6


@EACH
def test_minima_are_flat_equal_and_lowest_in_view(surface):
    for minimum in np.array(surface.minima):
        assert_allclose(surface.grad(minimum), 0, atol=1e-12)
        assert_allclose(surface.above(minimum), 0, atol=1e-12)
    left, right, bottom, top = surface.view
    points = np.random.default_rng(1).uniform((left, bottom), (right, top), (2000, 2))
    assert surface.above(points).min() > 0


@EACH
def test_the_curvature_at_the_minimum_is_what_the_table_says(surface):
    assert_allclose(
        np.linalg.eigvalsh(hessian(surface, np.array(surface.minima[0]))).max(), surface.curvature, rtol=1e-6
    )


@EACH
def test_surfaces_take_many_points_at_once(surface):
    points = np.array(surface.starts)
    assert_allclose(surface.f(points), [surface.f(p) for p in points])
    assert_allclose(surface.grad(points), [surface.grad(p) for p in points])


def test_plain_descent_settles_below_the_limit_and_diverges_above_it():
    bowl = SURFACES["ravine"]
    edge = 2 / bowl.curvature
    start = np.array(bowl.starts[0])
    assert bowl.above(walk(RULES["sgd_step"], bowl.grad, start, 2000, 0.95 * edge)[-1]) < 1e-6
    assert len(walk(RULES["sgd_step"], bowl.grad, start, 2000, 1.05 * edge)) < 2000


@pytest.mark.parametrize("key", RULES)
def test_every_rule_walks_downhill_on_the_bowl(key):
    bowl = SURFACES["bowl"]
    path = walk(RULES[key], bowl.grad, np.array([1.0, -2.0]), 300, 0.05)
    assert path.shape == (301, 2)
    assert bowl.above(path[-1]) < 0.5 * bowl.above(path[0])


def test_a_schedule_is_asked_with_the_steps_already_done():
    asked = []
    walk(RULES["sgd_step"], SURFACES["bowl"].grad, np.ones(2), 3, lambda t: asked.append(t) or 0.1)
    assert asked == [0, 1, 2]


def test_adam_is_told_to_count_from_one():
    seen = []

    def step(w, g, m, v, t, lr):
        seen.append(t)
        return adam_step(w, g, m, v, t, lr)

    walk(rules(adam_step=step)["adam_step"], SURFACES["bowl"].grad, np.ones(2), 3, 0.1)
    assert seen == [1, 2, 3]


def test_steps_to_reach_wants_a_walk_to_hold():
    above = np.array([[4.0, 4.0, 4.0], [0.5, 3.0, 3.0], [2.0, 0.5, 3.0], [0.5, 0.1, 3.0], [0.1, 0.2, np.nan]])
    assert steps_to_reach(above, 1.0, hold=1).tolist() == [1, 2, np.inf]
    assert steps_to_reach(above, 1.0, hold=2).tolist() == [3, 2, np.inf]


def test_best_rate_finds_the_rate_that_theory_gives():
    # By hand: on x² + y² the rate 0.5 lands in the minimum in one step; 0.1 and 0.9 shrink by 0.8 a step.
    bowl = SURFACES["bowl"]
    lr, steps = best_rate(RULES["sgd_step"], bowl, np.array(bowl.starts), np.array([0.1, 0.5, 0.9, 1.1]), 100, 1e-3)
    assert lr == 0.5
    assert steps.tolist() == [1, 1, 1]


def test_starts_of_the_turned_ravine_are_the_turned_starts():
    plain, turned = (ravine_starts(6, np.random.default_rng(2), turned=t) for t in (False, True))
    assert_allclose(turned, plain @ TURN.T)
    assert_allclose(SURFACES["ravine"].f(plain), SURFACES["turned ravine"].f(turned))


def test_a_walk_leaves_the_ridge_where_it_first_is_half_way_off():
    assert leaves_ridge(np.array([[2.0, 0.0], [1.0, 0.4], [0.5, -0.6], [0.1, -1.0]])) == 2
