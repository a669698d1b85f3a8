"""The pictures of the laboratory hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting import lab as draw


@pytest.fixture
def ax():
    return plotting.figure()[1]


def labels(ax):
    return ax.get_xlabel(), ax.get_ylabel()


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_losses_are_means_on_a_logarithmic_axis_with_the_floor(ax):
    curves = {"a": np.array([[4.0, 1.0], [2.0, 3.0]]), "b": np.ones((2, 2))}
    first, _, second, _, floor = draw.losses(ax, curves, floor=0.01)
    assert_allclose(first.get_xydata(), [[1, 3], [2, 2]])
    assert first.get_linestyle() != second.get_linestyle()
    assert_allclose(floor.get_ydata(), 0.01)
    assert ax.get_yscale() == "log"
    assert labels(ax) == ("epoch", "training loss (MSE)")


def test_by_seed_puts_the_first_on_top_with_its_mean(ax):
    artists = draw.by_seed(ax, {"top": np.array([0.5, 0.7]), "below": np.array([0.1, 0.1])})
    assert [t.get_text() for t in ax.get_yticklabels()] == ["below", "top"]
    dots, none, mean = artists[3:]
    assert_allclose(dots.get_xydata(), [[0.5, 1], [0.7, 1]])
    assert len(none.get_xdata()) == 0
    assert_allclose(mean.get_xdata(), 0.6)
    assert ax.get_xlabel() == "$R^2$ on test rows"


def test_by_seed_shows_what_is_off_the_scale_as_a_triangle_and_draws_no_mean(ax):
    inside, outside = draw.by_seed(ax, {"a": np.array([0.5, -400.0, np.nan])}, lowest=-1)
    assert_allclose(inside.get_xdata(), [0.5])
    assert_allclose(outside.get_xdata(), [-1, -1])
    assert outside.get_marker() == "<"


def test_predictions_lie_over_what_was_measured_beside_the_diagonal(ax):
    points, diagonal = draw.predictions(ax, {"test": (np.array([[1.0], [3.0]]), np.array([[2.0], [5.0]]))})
    assert_allclose(points.get_xydata(), [[1, 2], [3, 5]])
    assert_allclose(diagonal.get_xydata(), [[1, 1], [5, 5]])
    assert labels(ax) == ("measured $y$", "predicted")


def test_residuals_are_measured_minus_predicted_over_predicted(ax):
    span, _, points = draw.residuals(ax, {"test": (np.array([[1.0], [3.0]]), np.array([[2.0], [2.5]]))}, 0.1)
    assert_allclose(points.get_xydata(), [[2, -1], [2.5, 0.5]])
    assert_allclose([span.get_y(), span.get_height()], [-0.2, 0.4])
    assert labels(ax) == ("predicted", "residual: measured minus predicted")


def test_sweep_gives_each_value_a_place_and_draws_the_ceiling_in_black(ax):
    runs = {"training": np.ones((2, 3)), "test": np.array([[1.0, 0.5, 0.0], [0.0, 0.5, 0.0]])}
    artists = draw.sweep(ax, [0, 0.1, 3], runs, "noise", ceiling=np.full((2, 3), 0.9))
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "0.1", "3"]
    assert_allclose(artists[2].get_ydata(), [0.5, 0.5, 0])
    assert artists[4].get_color() == "#000000"
    assert legend(ax) == ["training", "test", "ceiling"]
    assert labels(ax) == ("noise", "$R^2$")


def test_stops_mark_the_epoch_and_say_when_there_is_none(ax):
    artists = draw.stops(ax, {"a": np.array([3.0, 2.0, 1.0]), "b": np.array([1.0, 1.0])}, {"a": 2, "b": None})
    assert len(artists) == 3
    assert_allclose(artists[1].get_xydata(), [[2, 2]])
    assert legend(ax) == ["a: stops after epoch 2", "b: goes on to the end"]
    assert labels(ax) == ("epoch", "training loss (MSE)")


def test_intervals_are_sorted_by_prediction_and_mark_the_misses(ax):
    y, y_hat = np.array([[5.0], [1.0], [2.0]]), np.array([[3.0], [1.5], [2.0]])
    _, inside, outside = draw.intervals(ax, y, y_hat, 1.0, unit="kWh")
    assert_allclose(inside.get_xydata(), [[0, 1], [1, 2]])
    assert_allclose(outside.get_xydata(), [[2, 5]])
    assert labels(ax) == ("test rows, by their prediction", "kWh")
