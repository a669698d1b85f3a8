"""The pictures of the convolution notebook hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting import convolution as draw


@pytest.fixture
def ax():
    return plotting.figure()[1]


def labels(ax):
    return ax.get_xlabel(), ax.get_ylabel()


def test_a_signed_picture_has_0_in_the_middle_of_its_colors(ax):
    image = draw.picture(ax, np.array([[-1.0, 0.0], [0.5, 4.0]]), "maps", signed=True)
    assert (image.norm.vmin, image.norm.vcenter, image.norm.vmax) == (-4.0, 0.0, 4.0)
    assert ax.get_title() == "maps"


def test_a_signed_picture_of_zeros_can_be_drawn(ax):
    image = draw.picture(ax, np.zeros((2, 2)), signed=True)
    assert image.norm(0.0) == 0.5


def test_pictures_fill_the_axes_in_order_and_take_away_what_is_left_over():
    axes = plotting.figure(2, 2)[1]
    images = draw.pictures(axes, [np.full((2, 2), k) for k in range(3)], ["a", "b", "c"])
    assert [image.get_array()[0, 0] for image in images] == [0, 1, 2]
    assert [a.get_title() for a in axes.ravel()] == ["a", "b", "c", ""]
    assert not axes[1, 1].axison


@pytest.mark.parametrize("signed", [False, True])
def test_pictures_on_the_same_scale_have_the_same_limits(signed):
    axes = plotting.figure(1, 2)[1]
    images = draw.pictures(axes, [np.eye(2), 3 * np.eye(2)], signed=signed, same=True)
    assert images[0].get_clim() == images[1].get_clim()
    assert images[0].get_clim()[1] == 3


def test_numbers_are_written_into_their_cells(ax):
    draw.numbers(ax, np.array([[1.0, -2.0], [0.25, -0.0]]))
    assert [(t.get_position(), t.get_text()) for t in ax.texts] == [
        ((0, 0), "1"),
        ((1, 0), "-2"),
        ((0, 1), "0.25"),
        ((1, 1), "0"),
    ]


def test_a_frame_runs_around_its_cells(ax):
    box = draw.frame(ax, 2, 5, 3, 4)
    assert (box.get_xy(), box.get_width(), box.get_height()) == ((4.5, 1.5), 4, 3)


def test_walk_frames_the_window_that_makes_the_output_cell():
    axes = plotting.figure(1, 4)[1]
    padded = np.arange(49.0).reshape(7, 7)
    kernel, output = np.eye(3), np.zeros((3, 3))
    draw.walk(axes, padded, 1, kernel, padded[2:5, 4:7], output, (1, 2), 2)
    assert [p.get_xy() for p in axes[0].patches] == [(0.5, 0.5), (3.5, 1.5)]  # the image inside its padding; the window
    assert axes[3].patches[0].get_xy() == (1.5, 0.5)
    assert axes[2].get_title() == "products, sum 78.00"  # the diagonal of the window: 18 + 26 + 34
    assert_allclose(axes[0].images[0].get_array(), padded)


def test_mosaic_scales_each_tile_by_itself_and_leaves_a_gap(ax):
    tiles = np.array([np.full((2, 2), 0.5), np.full((2, 2), -8.0), np.zeros((2, 2))])
    sheet = np.ma.filled(draw.mosaic(ax, tiles, 2).get_array(), np.nan)
    assert sheet.shape == (5, 5)
    assert_allclose(sheet[:2, :2], 1)
    assert_allclose(sheet[:2, 3:], -1)
    assert_allclose(sheet[3:, :2], 0)
    assert np.isnan(sheet[2]).all()
    assert np.isnan(sheet[3:, 3:]).all()


def test_field_shows_where_a_gradient_is_and_frames_it(ax):
    gradient = np.zeros((6, 6))
    gradient[2, 3] = -4.0
    image, box = draw.field(ax, gradient, (1, 2, 3, 3))
    assert np.argwhere(image.get_array()).tolist() == [[2, 3]]
    assert box.get_xy() == (1.5, 0.5)
    assert labels(ax) == ("column", "row")


def test_field_can_be_drawn_without_any_gradient(ax):
    image, _ = draw.field(ax, np.zeros((3, 3)), (0, 0, 1, 1))
    assert not image.get_array().any()


def test_bars_stand_in_order_from_the_top_with_their_numbers(ax):
    bars = draw.bars(ax, {"dense": 78500, "convolution": 160}, "parameters")
    assert [bar.get_width() for bar in bars] == [160, 78500]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["convolution", "dense"]
    assert {t.get_text() for t in ax.texts} == {"160", "78,500"}
    assert ax.get_xscale() == "log"
    assert ax.get_xlabel() == "parameters"


def test_learning_starts_at_epoch_1(ax):
    line, _ = draw.learning(ax, {"LeNet-5": np.array([[0.5, 0.7], [0.7, 0.9]])})
    assert_allclose(line.get_xdata(), [1, 2])
    assert_allclose(line.get_ydata(), [0.6, 0.8])
    assert labels(ax) == ("epoch", "validation accuracy")


def test_over_shift_draws_the_level_of_guessing_and_tells_curves_apart(ax):
    guess, first, _, second, _ = draw.over_shift(ax, [0, 2], {"a": np.ones((2, 2)), "b": np.zeros((2, 2))}, 0.1)
    assert_allclose(guess.get_ydata(), 0.1)
    assert first.get_marker() != second.get_marker()
    assert labels(ax) == ("moved by (pixels)", "accuracy")


def test_mistaken_says_what_was_said_and_what_it_is():
    axes = plotting.figure(1, 2)[1]
    draw.mistaken(axes, np.zeros((2, 4, 4)), ["4", "7"], ["9", "1"], [0.713, 1.0])
    assert [a.get_title() for a in axes] == ["4 (71%)\nis 9", "7 (100%)\nis 1"]
    assert all(isinstance(a, Axes) for a in axes)
