"""The explorer of descent: values in, values out, no browser."""

from __future__ import annotations

import numpy as np
import pytest

from labkit.experiments.landscapes import RULES, SURFACES
from labkit.explore.descent import ARRIVED, N_STEPS, RULE_OF, Canvas, compute, describe, explorer, limit


def parts(box):
    """Return (surface, rule, lr, mu, start, k, play, picture, sentence)."""
    surface, rule, lr, mu, start, line, picture, sentence = box.children
    return surface, rule, lr, mu, start, *line.children, picture, sentence


def test_compute_walks_from_the_start_and_knows_when_it_arrived():
    walk = compute("bowl", "plain descent", 0.25)
    assert walk.points.shape == (N_STEPS + 1, 2)
    assert walk.points[0].tolist() == list(SURFACES["bowl"].starts[0])
    assert walk.above[walk.arrived - 1] >= ARRIVED > walk.above[walk.arrived]
    assert "within 1e-06 of the minimum since" in describe(walk, N_STEPS)


def test_mu_counts_for_momentum_only():
    with_memory, without = (compute("ravine", "momentum", 0.01, mu=mu).points for mu in (0.9, 0.0))
    assert not np.allclose(with_memory, without)
    assert np.allclose(without, compute("ravine", "plain descent", 0.01, mu=0.9).points)


def test_a_walk_that_diverges_gives_a_sentence_and_a_picture():
    walk = compute("ravine", "plain descent", 0.05)
    text = describe(walk, N_STEPS)
    assert walk.diverged
    assert "diverges" in text
    assert "rates below 0.02; this one is above" in text
    Canvas().draw(walk, N_STEPS)


@pytest.mark.parametrize("rule", ["plain descent", "momentum"])
@pytest.mark.parametrize("name", ["bowl", "ravine", "turned ravine"])
def test_the_limit_that_is_named_is_the_limit(rule, name):
    edge = limit(SURFACES[name], rule, 0.5)
    inside, outside = (compute(name, rule, share * edge, mu=0.5) for share in (0.9, 1.2))
    assert inside.above[-1] < inside.above[0] < outside.above[-1]


def test_on_the_ridge_plain_descent_rests_on_the_saddle():
    walk = compute("saddle", "plain descent", 0.3, start=1)
    assert walk.above[-1] == pytest.approx(0.25)
    assert "rests on the saddle" in describe(walk, N_STEPS)


def test_only_rules_with_a_limit_are_told_one():
    assert limit(SURFACES["bowl"], "Adam", 0.9) is None
    assert "settle" not in describe(compute("bowl", "Adam", 0.1), 3)


def test_draw_marks_the_present_step():
    walk = compute("ravine", "momentum", 0.01)
    canvas = Canvas()
    canvas.draw(compute("saddle", "Adam", 0.1), 50)  # another one before
    assert canvas.draw(walk, 7) == Canvas().draw(walk, 7)
    chart, curve = canvas.figure.axes
    assert [float(v) for v in curve.lines[-1].get_xydata()[0]] == [7, walk.above[7]]
    steps, start = canvas.walk
    assert steps in chart.lines
    assert np.array_equal(steps.get_xydata(), walk.points[:8])
    assert np.array_equal(start.get_xydata()[0], walk.points[0])


def test_it_starts_with_something_to_see():
    *_, k, play, picture, sentence = parts(explorer())
    assert k.value > 0
    assert play.interval > 0
    assert 'alt="momentum on the ravine' in picture.value
    assert "After" in sentence.value


def test_each_control_changes_the_picture():
    surface, rule, lr, mu, start, k, _, picture, _ = parts(explorer())
    for control, value in ((mu, 0.5), (start, 1), (lr, 0.005), (k, 10), (rule, "Adam"), (surface, "bowl")):
        before = picture.value
        control.value = value
        assert picture.value != before, control.description


def test_mu_is_disabled_where_it_does_not_apply():
    _, rule, _, mu, *_ = parts(explorer())
    assert not mu.disabled
    rule.value = "Adam"
    assert mu.disabled


def test_a_diverging_walk_shortens_the_slider_and_the_player():
    surface, rule, lr, _, _, k, play, _, sentence = parts(explorer())
    rule.value, lr.value = "plain descent", 1.0
    assert k.max == play.max < N_STEPS
    k.value = k.max
    assert "diverges" in sentence.value
    lr.value = 0.001
    assert k.max == play.max == N_STEPS
    assert surface.value == "ravine"


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("rule", RULE_OF)
def test_every_walk_at_its_ends_gives_a_sentence(name, rule):
    for lr in (1e-4, 10.0):
        for start in range(3):
            walk = compute(name, rule, lr, start)
            for k in (0, 1, N_STEPS):
                text = describe(walk, k)
                assert text.startswith(f"{rule} on the {name}")
                assert "nan" not in text


def test_every_extreme_can_be_drawn():
    canvas = Canvas()
    for name in SURFACES:
        for k in (N_STEPS, 1):
            canvas.draw(compute(name, "plain descent", 10.0), k)
            assert canvas.figure.axes[0].get_title(loc="left") == SURFACES[name].formula
            assert len(canvas.figure.axes[0].lines) == len(SURFACES[name].minima) + 2, "the stars, and one walk"


def test_all_rules_are_on_the_list_and_all_controls_are_described():
    assert list(RULE_OF) == [r.name for r in RULES.values()]
    for control in parts(explorer())[:7]:
        assert control.description
