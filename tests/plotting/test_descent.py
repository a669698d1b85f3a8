"""The pictures of descent hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting.descent import contours, contraction, grid, heights, noise, on_curve, path, race, rates, relief

VIEW = (-2.0, 2.0, -1.0, 1.0)


def bowl(w):
    return w[..., 0] ** 2 + w[..., 1] ** 2


@pytest.fixture
def ax():
    return plotting.figure()[1]


@pytest.fixture
def walked():
    return np.array([[-1.5, 0.5], [-0.5, 0.2], [0.0, 0.0]])


def test_a_walk_on_a_curve_lies_on_it_and_leaves_out_what_is_out_of_view(ax):
    curve, walk, start = on_curve(ax, np.square, np.array([1.0, -0.5, 9.0]), view=(-2, 2), title="f")
    assert_allclose(curve.get_ydata(), curve.get_xdata() ** 2)
    assert walk.get_xydata().tolist() == [[1, 1], [-0.5, 0.25]]
    assert start.get_xydata().tolist() == [[1, 1]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x$", "$f(x)$")


def test_grid_asks_for_points():
    x, y, f = grid(bowl, VIEW, resolution=5)
    assert_allclose(f, x**2 + y**2)
    assert (x.min(), x.max(), y.min(), y.max()) == VIEW


def test_contours_keep_to_the_view_and_mark_the_minimum(ax):
    filled = contours(ax, bowl, VIEW, minima=[(0.0, 0.0)])
    assert ax.get_xlim() + ax.get_ylim() == VIEW
    assert_allclose(np.diff(np.log10(filled.levels)), 0.5)
    assert filled.levels[-1] >= 5
    assert ax.lines[0].get_xydata().tolist() == [[0, 0]]


def test_a_path_keeps_the_view_even_when_it_diverges(ax, walked):
    contours(ax, bowl, VIEW)
    far = np.vstack([walked, [[1e300, -1e300]]])
    line, start = path(ax, far, name="far")
    assert ax.get_xlim() + ax.get_ylim() == VIEW
    assert np.isfinite(line.get_xydata()).all()
    assert_allclose(line.get_xydata()[:3], walked)
    assert start.get_xydata().tolist() == [[-1.5, 0.5]]


def test_paths_differ_in_colour_line_and_marker(ax, walked):
    one, two = (path(ax, walked, index=i)[0] for i in (1, 2))
    assert one.get_color() != two.get_color()
    assert one.get_linestyle() != two.get_linestyle()
    assert one.get_marker() != two.get_marker()


@pytest.mark.parametrize("logarithmic", [False, True])
def test_relief_lays_the_walk_on_the_surface(walked, logarithmic):
    _, ax = plotting.figure(subplot_kw={"projection": "3d"})
    _, line = relief(ax, bowl, VIEW, np.vstack([walked, [[9.0, 9.0]]]), logarithmic=logarithmic)
    x, y, z = line.get_data_3d()
    assert len(x) == 3, "the point out of view is left out"
    height = bowl(np.column_stack([x, y]))
    lifted = z - (np.log10(1 + height) if logarithmic else height)
    assert_allclose(lifted, lifted[0])
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert ax.get_zlabel()


def test_heights_are_on_a_log_axis_and_end_where_a_walk_is_lost(ax):
    line = heights(ax, np.array([1.0, 0.1, 0.0, np.inf]), name="w")
    assert line.get_ydata()[:2].tolist() == [1, 0.1]
    assert line.get_ydata()[2] > 0
    assert np.isnan(line.get_ydata()[3])
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel() == "height above the minimum"


def test_contraction_draws_the_law_and_the_measurements(ax):
    law, dots, _ = contraction(ax, np.array([0.1, 0.9]), np.array([[0.8, 0.7], [0.8, 0.9]]))
    assert_allclose(law.get_ydata(), np.abs(1 - 2 * law.get_xdata()))
    assert_allclose(dots.get_ydata(), [0.8, 0.8])
    assert "learning rate" in ax.get_xlabel()


def test_noise_shows_mean_and_range(ax):
    predicted, bars = noise(ax, np.array([1, 4]), np.array([[3.0, 1.0], [5.0, 2.0]]), np.array([4.0, 2.0]))
    assert predicted.get_ydata().tolist() == [4, 2]
    assert bars.lines[0].get_ydata().tolist() == [4, 1.5]
    assert_allclose([s[:, 1] for s in bars.lines[2][0].get_segments()], [[3, 5], [1, 2]])
    assert ax.get_xscale() == ax.get_yscale() == "log"


def test_rates_differ_in_colour_and_line(ax):
    one, two = rates(ax, np.arange(3), {"constant": np.ones(3), "falls": np.array([1.0, 0.5, 0.2])})
    assert one.get_color() != two.get_color()
    assert one.get_linestyle() != two.get_linestyle()
    assert two.get_ydata().tolist() == [1, 0.5, 0.2]
    assert "learning rate" in ax.get_ylabel()


def test_race_leaves_out_who_never_arrives(ax):
    dots = race(ax, ["slow", "fast"], {"one": np.array([[90.0, np.inf], [3.0, 4.0]])})[0]
    assert dots.get_xdata().tolist() == [90, 3, 4]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["slow", "fast"]
    assert dots.get_ydata()[0] > dots.get_ydata()[1], "the first name is on top"
