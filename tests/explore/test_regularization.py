"""The regularization explorer: values in, values out, no browser."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import pytest

from labkit.explore.regularization import EPOCHS, LAMBDAS, N_POINTS, WIDTHS, Canvas, compute, describe, explorer


def parts(box):
    """Return (lam, p, width, noise, again, picture, sentence)."""
    return box.children


def test_the_same_settings_give_the_same_fit():
    a, b = compute(0.01, 0.2, 8, 0.3, 5), compute(0.01, 0.2, 8, 0.3, 5)
    assert np.array_equal(a.curve, b.curve)
    assert a.X.shape == (N_POINTS, 1)


def test_without_a_cure_a_wide_network_learns_noise_and_a_penalty_helps():
    plain, held = compute(0.0, 0.0, 64, 0.4, 1), compute(0.03, 0.0, 64, 0.4, 1)
    assert plain.validation[-1] > 1.5 * plain.validation.min()
    assert held.validation[-1] < plain.validation[-1]
    assert held.training[-1] > plain.training[-1]


def test_far_too_strong_a_penalty_flattens_the_curve():
    flat = compute(LAMBDAS[-1], 0.0, 64, 0.4, 1)
    assert np.ptp(flat.curve) < 0.8
    assert "misses the training points" in describe(flat, LAMBDAS[-1], 0.0, 64, 0.4)


def test_draw_shows_both_errors_over_the_epochs():
    canvas, result = Canvas(), compute(0.0, 0.0, 8, 0.4, 1)
    canvas.draw(compute(0.1, 0.5, 4, 1.0, 2))  # another one before
    assert canvas.draw(result) == Canvas().draw(result)
    plane, curve = canvas.figure.axes
    assert np.array_equal(plane.lines[-1].get_ydata(), result.curve)
    assert np.array_equal(plane.collections[0].get_offsets(), np.column_stack([result.X, result.y]))
    assert [line.get_label() for line in curve.lines] == ["training", "validation"]
    assert curve.lines[0].get_xdata()[-1] == EPOCHS
    assert (plane.get_xlabel(), curve.get_xlabel()) == ("$x$", "epoch")


def test_it_starts_with_a_network_that_has_learned_by_heart():
    *_, picture, sentence = parts(explorer())
    assert "by heart" in sentence.value
    assert 'alt="λ = 0' in picture.value


def test_each_control_changes_picture_and_sentence():
    lam, p, width, noise, again, picture, sentence = parts(explorer())
    for control, value in ((lam, 0.03), (p, 0.3), (width, 4), (noise, 0.1)):
        before = picture.value, sentence.value
        control.value = value
        assert picture.value != before[0]
        assert sentence.value != before[1]
    before = picture.value
    again.click()
    assert picture.value != before
    assert "λ = 0.03, p = 0.3, width 4, noise 0.1" in sentence.value


@pytest.mark.parametrize("lam", [LAMBDAS[0], LAMBDAS[-1]])
@pytest.mark.parametrize("p", [0.0, 0.8])
@pytest.mark.parametrize("width", [WIDTHS[0], WIDTHS[-1]])
@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_the_ends_of_all_controls_give_numbers_and_a_sentence(lam, p, width, noise):
    result = compute(lam, p, width, noise, 2)
    assert np.isfinite(result.curve).all()
    assert np.isfinite(result.validation).all()
    assert describe(result, lam, p, width, noise).endswith(".")


def test_all_controls_are_described():
    *controls, again, _, _ = parts(explorer())
    assert all(control.description for control in controls)
    assert isinstance(again, widgets.Button)
    assert again.tooltip
