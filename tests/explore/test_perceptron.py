"""The perceptron explorer: values in, values out, no browser."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import pytest

from labkit.explore.perceptron import MOST_MISTAKES, N_POINTS, REACH, Canvas, compute, describe, explorer


def parts(box):
    """Return (margin, noise, k, back, forth, again, picture, sentence)."""
    margin, noise, k, buttons, picture, sentence = box.children
    return margin, noise, k, *buttons.children, picture, sentence


def test_compute_walks_the_rule_from_zero_to_no_error():
    lesson = compute(margin=0.1, noise=0.0, seed=3)
    assert not lesson.states[0].w.any()
    assert lesson.settled
    assert lesson.errors[-1] == 0
    assert len(lesson.errors) == len(lesson.states)


def test_wrong_labels_never_settle_and_are_cut():
    lesson = compute(margin=0.1, noise=0.2, seed=3)
    assert not lesson.settled
    assert len(lesson.states) == MOST_MISTAKES + 1
    assert "No end in sight" in describe(lesson, MOST_MISTAKES)


def test_each_state_has_a_sentence_with_its_numbers():
    lesson = compute(margin=0.2, noise=0.0, seed=0)
    for k in range(len(lesson.states)):
        assert f"{lesson.errors[k]} of {N_POINTS}" in describe(lesson, k)
    assert "the rule has ended" in describe(lesson, len(lesson.states) - 1)


def test_draw_marks_the_present_mistake():
    lesson = compute(margin=0.1, noise=0.0, seed=1)
    canvas = Canvas()
    canvas.draw(compute(margin=0.02, noise=0.3, seed=2), 100)  # another one before
    assert canvas.draw(lesson, 2) == Canvas().draw(lesson, 2)
    _, curve = canvas.figure.axes
    assert [float(v) for v in curve.lines[-1].get_xydata()[0]] == [2, lesson.errors[2]]
    assert np.array_equal(canvas.ring.get_xydata()[0], lesson.X[lesson.states[2].row])
    assert np.array_equal(
        np.concatenate([part.get_offsets() for part in canvas.points]), lesson.X[np.argsort(lesson.y, kind="stable")]
    )
    assert np.abs(lesson.X).max() < REACH


def test_the_shade_is_the_side_the_line_says():
    lesson, canvas = compute(margin=0.1, noise=0.0, seed=1), Canvas()
    k = len(lesson.states) - 1
    canvas.draw(lesson, k)
    shade = np.asarray(canvas.sides.get_array())
    column, row = np.floor((lesson.X.T + REACH) / (2 * REACH) * len(shade)).astype(int)
    assert np.array_equal(shade[row, column], lesson.y)


def test_it_starts_with_something_to_see():
    _, _, k, *_, picture, sentence = parts(explorer())
    assert k.value > 0
    assert "After" in sentence.value
    assert 'alt="After' in picture.value


def test_buttons_step_and_stop_at_the_ends():
    _, _, k, back, forth, _, picture, _ = parts(explorer())
    before = picture.value
    forth.click()
    assert picture.value != before
    k.value = 0
    assert back.disabled
    assert not forth.disabled
    k.value = k.max
    assert forth.disabled


def test_new_points_change_the_picture():
    *_, again, picture, _ = parts(explorer())
    before = picture.value
    again.click()
    assert picture.value != before


@pytest.mark.parametrize("margin", [0.02, 0.5])
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_every_control_at_its_ends_gives_a_sentence(margin, noise):
    box = explorer()
    m, n, k, *_, sentence = parts(box)
    m.value, n.value = margin, noise
    for value in (k.min, k.max):
        k.value = value
        assert f"of {N_POINTS} points are wrong" in sentence.value


def test_all_controls_are_described():
    for control in parts(explorer())[:6]:
        assert control.description
        assert isinstance(control, widgets.Button) <= bool(getattr(control, "tooltip", True))


def test_the_same_seed_gives_the_same_lesson():
    a, b = compute(0.1, 0.1, 5), compute(0.1, 0.1, 5)
    assert np.array_equal(a.X, b.X)
    assert a.errors == b.errors
