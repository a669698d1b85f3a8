"""The activations' pictures hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting.activations import (
    FLOOR,
    cost_bars,
    curve_and_slope,
    curves,
    dots,
    flat_parts,
    histogram,
    learning_panels,
    probabilities,
    share_by_depth,
    spread_by_depth,
)


@pytest.fixture
def ax():
    return plotting.figure()[1]


def test_a_curve_and_its_slope_differ_in_line_style(ax):
    z = np.linspace(-1, 1, 5)
    curve, slope = curve_and_slope(ax, z, z**2, 2 * z, name="square")
    assert_allclose(curve.get_ydata(), z**2)
    assert_allclose(slope.get_ydata(), 2 * z)
    assert curve.get_linestyle() != slope.get_linestyle()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$z$", "value")


def test_curves_are_named_in_the_legend(ax):
    z = np.linspace(-1, 1, 5)
    lines = curves(ax, z, {"a": z, "b": -z}, y="value")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert lines[0].get_linestyle() != lines[1].get_linestyle()


def test_flat_parts_shades_where_the_slope_is_small_in_size(ax):
    z = np.arange(6.0)
    shade = flat_parts(ax, z, np.array([0.0, 0.001, 1.0, 1.0, -0.001, 0.0]), below=0.01)
    spans = [(path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in shade.get_paths()]
    assert spans == [(0, 1), (4, 5)]


def test_dots_show_means_and_say_never(ax):
    means = dots(ax, ["a", "b"], [np.array([1.0, 3.0]), np.array([np.inf, 2.0])], x="epochs")
    assert [float(m.get_xdata()[0]) for m in means] == [2]
    assert [text.get_text() for text in ax.texts] == ["never"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "b"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first name on top


def test_dots_off_the_scale_are_said_in_words(ax):
    dots(ax, ["a", "b"], [np.array([0.4, 0.6]), np.array([0.95, 0.97])], x="accuracy", left=0.9)
    assert "0.50" in ax.texts[0].get_text()
    assert ax.get_xlim()[0] == 0.9


def test_learning_panels_compare_every_name_with_one():
    _, axes = plotting.figure(1, 2)
    runs = {"relu": np.array([[0.5, 0.9], [0.5, 0.7]]), "tanh": np.array([[0.5, 0.6], [0.5, 0.6]])}
    learning_panels(axes, runs, compare="relu")
    assert len(axes[0].lines) == 1
    grey, own = axes[1].lines
    assert_allclose(grey.get_ydata(), [0.5, 0.8])
    assert_allclose(own.get_ydata(), [0.5, 0.6])
    assert [a.get_xlabel() for a in axes] == ["epoch", "epoch"]


def test_cost_bars_show_the_median_and_its_number(ax):
    bars = cost_bars(ax, {"a": np.array([1.0, 2.0, 9.0]), "b": np.array([4.0, 4.0, 4.0])})
    assert [bar.get_width() for bar in bars] == [2, 4]
    assert [text.get_text() for text in ax.texts] == ["2.0", "4.0"]
    assert "nanoseconds" in ax.get_xlabel()


def test_cost_bars_that_share_an_axis_keep_the_first_name_on_top():
    _, axes = plotting.figure(1, 2, sharey=True)
    for one in axes:
        cost_bars(one, {"a": np.ones(3), "b": np.ones(3)})
    assert axes[0].get_ylim()[0] > axes[0].get_ylim()[1]


def test_probabilities_are_bars_with_their_numbers(ax):
    bars = probabilities(ax, np.array([2.0, 1.0]), np.array([0.73, 0.27]), title="two scores")
    assert [bar.get_height() for bar in bars] == [0.73, 0.27]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["2", "1"]


def test_a_spread_of_zero_is_drawn_on_the_floor_of_its_log_axis(ax):
    overall, across = spread_by_depth(ax, np.array([1.0, 0.5]), np.array([1.0, 0.0]))
    assert_allclose(overall.get_ydata(), [1, 0.5])
    assert_allclose(across.get_ydata(), [1, FLOOR])
    assert ax.get_yscale() == "log"


def test_shares_start_at_layer_1(ax):
    (line,) = share_by_depth(ax, np.array([0.1, 0.4]), title="flat")
    assert_allclose(line.get_xdata(), [1, 2])
    assert_allclose(line.get_ydata(), [0.1, 0.4])


@pytest.mark.parametrize(
    "values", [np.linspace(-1, 1, 50), np.zeros(50), np.full(50, 1e20), np.array([0.5, 0.5 + 1e-16])]
)
def test_a_histogram_counts_every_value_however_narrow(ax, values):
    bars = histogram(ax, values, title="layer 1")
    assert bars.get_data().values.sum() == len(values)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("output", "how often")
