"""The perceptron's pictures hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting.perceptron import (
    corners,
    decision_line,
    hidden_corners,
    line_ends,
    mistakes_against_bound,
    state,
    xor_search,
)


@pytest.fixture
def ax():
    return plotting.figure()[1]


def test_line_ends_lie_on_the_line():
    w, b = np.array([3.0, -4.0]), 2.0
    assert_allclose(line_ends(w, b, reach=7.0) @ w + b, 0, atol=1e-12)


def test_a_line_without_direction_is_not_drawn(ax):
    assert decision_line(ax, np.zeros(2), 1.0) == []


def test_the_arrow_points_to_class_1(ax):
    w, b = np.array([1.0, 2.0]), -1.0
    arrow = decision_line(ax, w, b)[1]
    assert np.array(arrow.xy) @ w + b > 0


def test_decision_line_keeps_the_view(ax):
    ax.set(xlim=(-2, 3), ylim=(-1, 4))
    decision_line(ax, np.array([1.0, 1.0]), 0.0)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 3), (-1, 4))


def test_state_draws_each_class_and_rings_the_point(ax):
    X, y = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]]), np.array([0, 1, 1])
    state(ax, X, y, np.array([1.0, -1.0]), 0.0, row=2, title="now")
    counts = [len(c.get_offsets()) for c in ax.collections]
    assert counts == [1, 2]
    assert_allclose(ax.lines[-1].get_xydata()[0], X[2])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x_1$", "$x_2$")


def test_classes_differ_in_marker_as_well_as_colour(ax):
    artists = state(ax, np.eye(2), np.array([0, 1]), np.zeros(2), 0.0)
    first, second = (a.get_paths()[0].vertices for a in artists[:2])
    assert first.shape != second.shape


def test_mistakes_against_bound_draws_the_diagonal(ax):
    diagonal, dots = mistakes_against_bound(ax, np.array([10.0, 100.0]), np.array([3.0, 20.0]))
    assert_allclose(diagonal.get_xdata(), diagonal.get_ydata())
    assert_allclose(dots.get_ydata(), [3, 20])
    assert ax.get_xscale() == ax.get_yscale() == "log"


def test_xor_search_shows_the_counts(ax):
    right = np.array([[1, 2], [3, 2]])
    assert_allclose(xor_search(ax, np.array([0, np.pi]), np.array([-1, 1]), right).get_array(), right)
    assert "degrees" in ax.get_xlabel()


def test_corners_that_meet_share_a_name(ax):
    hidden = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    hidden_corners(ax, hidden, [0, 1, 1, 0], ["a", "b", "c", "d"])
    assert [t.get_text() for t in ax.texts] == ["a", "b and c", "d"]
    assert len(corners(ax, hidden[:2], [0, 1])) == 2
