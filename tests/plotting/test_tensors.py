"""The pictures of arrays hold the arrays' numbers, mark what is repeated, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from labkit import plotting
from labkit.plotting import tensors as draw


@pytest.fixture
def ax():
    return plotting.figure()[1]


def labels(ax):
    return ax.get_xlabel(), ax.get_ylabel()


def test_cells_shows_the_matrix_and_its_numbers(ax):
    A = np.array([[1.25, 2.0, 3.0], [4.0, 5.0, 6.0]])
    image = draw.cells(ax, A, "A", digits=1)
    assert_array_equal(image.get_array(), A)
    assert [text.get_text() for text in ax.texts] == ["1.2", "2.0", "3.0", "4.0", "5.0", "6.0"]
    assert labels(ax) == ("column", "row")


def test_cells_of_equal_numbers_and_without_numbers(ax):
    image = draw.cells(ax, np.zeros((2, 2)), numbers=False, signed=True)
    assert image.get_clim() == (-1.0, 1.0)
    assert not ax.texts


@pytest.mark.parametrize(
    ("shape", "own"),
    [((4,), [[1, 1, 1, 1], [0, 0, 0, 0]]), ((2, 1), [[1, 0, 0, 0], [1, 0, 0, 0]]), ((2, 4), [[1] * 4, [1] * 4])],
)
def test_stretched_draws_repeated_cells_dashed(ax, shape, own):
    a = np.arange(np.prod(shape), dtype=float).reshape(shape)
    patches = draw.stretched(ax, a, (2, 4))
    solid = np.array([patch.get_linestyle() == "-" for patch in patches]).reshape(2, 4)
    assert_array_equal(solid, np.array(own, dtype=bool))
    assert [float(text.get_text()) for text in ax.texts] == np.broadcast_to(a, (2, 4)).ravel().tolist()
    assert labels(ax) == ("axis 1 (columns)", "axis 0 (rows)")


def test_stretched_refuses_what_does_not_broadcast(ax):
    with pytest.raises(ValueError, match="broadcast"):
        draw.stretched(ax, np.ones(3), (2, 4))


def test_unit_circle_draws_the_image_and_the_eigenvectors(ax):
    A = np.array([[2.0, 1.0], [1.0, 2.0]])
    drawn = draw.unit_circle(ax, A)
    x, y = drawn["circle"].get_data()
    assert_allclose(x**2 + y**2, 1)
    assert_allclose(np.array(drawn["image"].get_data()), A @ np.array([x, y]))
    assert [round(value, 12) for value, _ in drawn["eigenvectors"]] == [3, 1]
    assert labels(ax) == ("$x_1$", "$x_2$")


@pytest.mark.parametrize(
    ("A", "values"),
    [
        ([[0.0, -1.0], [1.0, 0.0]], []),
        ([[1.0, 1.0], [0.0, 1.0]], [1]),
        ([[1.0, 0.0], [0.0, -3.0]], [-3, 1]),
        ([[0.0, 0.0], [0.0, 5.0]], [5, 0]),
    ],
)
def test_real_eigenvectors_are_only_stretched_and_each_direction_counts_once(A, values):
    pairs = draw.real_eigenvectors(np.array(A))
    assert_allclose([value for value, _ in pairs], values, atol=1e-9)
    for value, v in pairs:
        assert_allclose(np.array(A) @ v, value * v, atol=1e-7)


TIMES = {"slow": np.array([[1.0, 8.0, np.nan], [2.0, 16.0, np.nan], [3.0, 24.0, np.nan]]), "fast": np.full((3, 3), 0.5)}
SIZES = np.array([2, 4, 8])


def test_times_draws_medians_where_something_was_measured_and_the_limit(ax):
    lines = draw.times(ax, SIZES, TIMES, peak=100.0)
    assert_array_equal(lines["slow"].get_xdata(), [2, 4])
    assert_array_equal(lines["slow"].get_ydata(), [2, 16])
    assert_allclose(lines["limit"].get_ydata(), [2 * 8 / 100, 2 * 512 / 100])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert labels(ax) == ("size n (two n×n matrices)", "time (s)")


def test_rates_draws_operations_over_time_and_the_peak(ax):
    lines = draw.rates(ax, SIZES, TIMES, peak=5000.0)
    assert_allclose(lines["slow"].get_ydata(), [16 / 2, 128 / 16])
    assert_allclose(lines["fast"].get_ydata(), [32, 256, 2048])
    assert_allclose(lines["peak"].get_ydata(), 5000.0)
    assert labels(ax) == ("size n (two n×n matrices)", "operations a second")


def test_shares_draws_the_running_total(ax):
    ratios = np.array([[0.6, 0.3, 0.1], [0.5, 0.3, 0.2]])
    line = draw.shares(ax, ratios)
    assert_array_equal(line.get_xdata(), [1, 2, 3])
    assert_allclose(line.get_ydata(), [0.55, 0.85, 1.0])
    assert labels(ax) == ("components kept", "share of the variance")


def test_digit_map_draws_every_row_as_its_digit(ax):
    scores, y = np.arange(12.0).reshape(6, 2), np.array([0, 7, 7, 0, 9, 7])
    artists = draw.digit_map(ax, scores, y)
    assert [artist.get_marker() for artist in artists] == ["$0$", "$7$", "$9$"]
    assert_array_equal(artists[1].get_xydata(), scores[y == 7])
    assert labels(ax) == ("score on component 1", "score on component 2")


@pytest.mark.parametrize(("signed", "limits"), [(False, (0.0, 4.0)), (True, (-4.0, 4.0))])
def test_pictures_share_one_scale(signed, limits):
    _, axes = plotting.figure(1, 2)
    images = np.array([[[1.0, -4.0]], [[2.0, 0.5]]])
    shown = draw.pictures(axes, images, ["a", "b"], signed=signed)
    assert [picture.get_clim() for picture in shown] == [limits, limits]
    assert_array_equal(shown[1].get_array(), images[1])
    assert labels(axes[0]) == ("column", "row")


def test_runs_by_condition_draws_every_run(ax):
    artists = draw.runs_by_condition(ax, ["a", "b"], np.array([[0.1, 0.2], [0.3, 0.5]]), y="accuracy")
    assert [artist.get_ydata().tolist() for artist in artists] == [[0.1, 0.2], [0.3, 0.5]]
    assert labels(ax) == ("condition", "accuracy")
