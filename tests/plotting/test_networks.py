"""The pictures of networks hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting.networks import fits, gradient_heatmap, runs, settings_map, surface

X, Y = np.array([[0.0, 1.0], [1.0, 0.0], [-1.0, -1.0]]), np.array([0, 1, 1])


@pytest.fixture
def ax():
    return plotting.figure()[1]


def test_the_surface_is_the_probability_at_each_place(ax):
    image = surface(ax, lambda points: 1 / (1 + np.exp(-4 * points[:, 0])), X, Y, resolution=41)
    p = np.asarray(image.get_array())
    assert_allclose(p[:, 20], 0.5)  # x_1 = 0 in the middle column
    assert (p[:, -1] > 0.9).all()
    assert (p[:, 0] < 0.1).all()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x_1$", "$x_2$")


def test_the_surface_shows_the_border_where_there_is_one(ax):
    surface(ax, lambda points: 1 / (1 + np.exp(-4 * points[:, 1])), X, Y, resolution=21)
    border = [c for c in ax.collections if hasattr(c, "levels")]
    assert [c.levels.tolist() for c in border] == [[0.5]]
    heights = np.vstack([path.vertices for path in border[0].get_paths()])[:, 1]
    assert_allclose(heights, 0, atol=1e-12)


def test_a_surface_without_border_draws_none(ax):
    surface(ax, lambda points: np.full(len(points), 0.3), X, Y, resolution=5)
    assert not [c for c in ax.collections if hasattr(c, "levels")]


def test_the_heatmap_holds_the_gradients_first_layer_on_top(ax):
    gradients = np.array([[1.0, 0.1], [0.01, 1e-4]])
    image = gradient_heatmap(ax, np.array([0, 20]), gradients)
    assert_allclose(np.asarray(image.get_array()).reshape(2, 2), gradients)
    assert ax.yaxis_inverted()
    assert (image.norm.vmin, image.norm.vmax) == (1e-4, 1.0)
    assert ax.get_xlabel() == "epoch"


def test_a_gradient_of_zero_does_not_break_the_scale(ax):
    image = gradient_heatmap(ax, np.array([0, 1]), np.array([[0.0, 0.5], [0.25, 0.125]]))
    assert image.norm.vmin == 0.125


def test_the_settings_map_writes_its_numbers(ax):
    table = np.array([[0.5, 0.75, 1.0], [0.6, 0.7, 0.8]])
    image = settings_map(ax, table, [1e-3, 0.1], [8, 40, 320], "relu")
    assert_allclose(image.get_array(), table)
    assert [t.get_text() for t in ax.texts] == ["0.50", "0.75", "1.00", "0.60", "0.70", "0.80"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["0.001", "0.1"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("rows a batch", "learning rate")


def test_runs_draw_every_seed_and_the_mean(ax):
    values = np.array([[0.5, 0.7, 0.9], [1.0, 1.0, 0.4]])
    runs(ax, ["shallow", "deep"], values)
    assert_allclose([line.get_ydata() for line in ax.lines], values)
    assert_allclose([c.get_segments()[0][0][1] for c in ax.collections], values.mean(axis=1))
    assert [t.get_text() for t in ax.get_xticklabels()] == ["shallow", "deep"]


def test_fits_differ_in_colour_and_line_style(ax):
    x = np.linspace(0, 1, 5)
    target, a, b = fits(ax, x, x**2, {"2 units": x, "8 units": x**3})
    assert_allclose(target.get_ydata(), x**2)
    assert_allclose(b.get_ydata(), x**3)
    assert a.get_color() != b.get_color()
    assert a.get_linestyle() != b.get_linestyle()
