"""The pictures of deep networks hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting.depth import FLOOR, by_layer, heat, lengths_after_clipping, memory_and_work, seeds_and_median


@pytest.fixture
def ax():
    return plotting.figure()[1]


def test_by_layer_draws_the_geometric_mean_and_the_whole_range(ax):
    line, band = by_layer(ax, np.array([[1.0, 1e-4], [100.0, 1e-2]]), name="runs")
    assert_allclose(line.get_xdata(), [1, 2])
    assert_allclose(line.get_ydata(), [10, 1e-3])
    y = band.get_paths()[0].vertices[:, 1]
    assert_allclose([y.min(), y.max()], [1e-4, 100])
    assert ax.get_yscale() == "log"


def test_a_gradient_of_zero_is_drawn_at_the_floor(ax):
    line, _ = by_layer(ax, np.array([[0.0, 1.0]]), name="gone", start=0)
    assert_allclose(line.get_ydata(), [FLOOR, 1.0])
    assert_allclose(line.get_xdata(), [0, 1])


def test_lines_differ_in_style_as_well_as_colour(ax):
    first, second = (by_layer(ax, np.ones((2, 3)), name=str(k), index=k)[0] for k in range(2))
    assert first.get_color() != second.get_color()
    assert first.get_linestyle() != second.get_linestyle()


def test_heat_writes_every_power_and_names_rows_and_columns(ax):
    image = heat(ax, np.array([[0.0, -11.0, 3.0], [1.0, 2.0, -0.04]]), ["tanh", "relu"], ["a", "b", "c"])
    assert image.get_array().shape == (2, 3)
    assert [t.get_text() for t in ax.texts] == ["+0.0", "-11.0", "+3.0", "+1.0", "+2.0", "-0.0"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["tanh", "relu"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("first weights", "activation")
    assert ax.texts[1].get_color() == "white", "dark field, light text"


def test_lengths_after_clipping_draws_each_way_and_the_limit(ax):
    before = np.array([0.5, 2.0, 8.0])
    first, second, limit = lengths_after_clipping(ax, before, {"right": [0.5, 1, 1], "wrong": [0.5, 0.5, 0.125]}, 1.0)
    assert_allclose(first.get_ydata(), [0.5, 1, 1])
    assert_allclose(second.get_ydata(), [0.5, 0.5, 0.125])
    assert_allclose(limit.get_ydata(), [1, 1])
    assert ax.get_xlabel()
    assert ax.get_ylabel()


def test_runs_that_broke_off_are_crosses_at_the_ceiling(ax):
    artists = seeds_and_median(
        ax, ["none", "half"], np.array([[np.inf, np.nan, 900.0], [0.5, 1.0, 2.0]]), ceiling=300.0
    )
    crosses = [a for a in artists if a.get_marker() == "X" and len(a.get_xdata())]
    assert_allclose(crosses[0].get_xdata(), [300, 300, 300])
    bars = [a for a in artists if a.get_linestyle() == "-"]
    assert [float(a.get_xdata()[0]) for a in bars] == [1.0], "a bar at the median where there is one"


def test_memory_and_work_draws_counts_megabytes_and_layers():
    _, (left, right) = plotting.figure(1, 2)
    kept, megabytes, run = memory_and_work(left, right, [1, 2, 4], [5, 4, 5], [3e6, 2e6, 3e6], [4, 6, 7])
    assert_allclose(kept.get_ydata(), [5, 4, 5])
    assert_allclose(megabytes.get_ydata(), [3, 2, 3])
    assert_allclose(run.get_ydata(), [4, 6, 7])
    assert [t.get_text() for t in left.get_xticklabels()] == ["1", "2", "4"]
    assert left.get_ylabel()
    assert right.get_ylabel()
