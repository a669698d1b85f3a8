"""The pictures of the regularization notebook hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting import regularization as draw


@pytest.fixture
def ax():
    return plotting.figure()[1]


def labels(ax):
    return ax.get_xlabel(), ax.get_ylabel()


def test_images_frame_what_is_marked():
    axes = plotting.figure(1, 2)[1]
    pictures = draw.images(axes, np.arange(128.0).reshape(2, 64), ["a", "b"], [False, True])
    assert_allclose(pictures[1].get_array(), np.arange(64, 128).reshape(8, 8))
    assert [a.get_title() for a in axes] == ["a", "b"]
    assert [a.spines["left"].get_visible() for a in axes] == [False, True]


def test_outlined_images_show_where_a_picture_ends_and_share_one_scale():
    axes = plotting.figure(1, 2)[1]
    pictures = draw.images(axes, np.array([np.zeros(64), np.full(64, 0.5)]), ["a", "b"], [True, False], outlined=True)
    assert all(ax.spines["left"].get_visible() for ax in axes)
    assert axes[0].spines["left"].get_linewidth() > axes[1].spines["left"].get_linewidth()
    assert [picture.get_clim() for picture in pictures] == [(0, 1), (0, 1)]


def test_parting_draws_the_means_of_both(ax):
    training, validation = np.array([[3.0, 1.0], [1.0, 1.0]]), np.array([[2.0, 4.0], [2.0, 6.0]])
    first, _, second, _ = draw.parting(ax, training, validation)
    assert_allclose(first.get_ydata(), [2, 1])
    assert_allclose(second.get_ydata(), [2, 5])
    assert_allclose(first.get_xdata(), [1, 2])
    assert first.get_linestyle() != second.get_linestyle()
    assert labels(ax) == ("epoch", "loss")


def test_by_strength_gives_each_value_a_place_and_0_too(ax):
    draw.by_strength(ax, [0, 0.01, 1], {"a": np.ones((2, 3)), "b": np.zeros((2, 3))}, "strength")
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "0.01", "1"]
    assert {line.get_marker() for line in ax.lines} == {"o", "^"}
    assert labels(ax) == ("strength", "accuracy")


def test_weight_sizes_are_on_a_logarithmic_axis_and_show_zeros(ax):
    (line,) = draw.weight_sizes(ax, {"none": np.array([1.0, 0.1, 0.0])})
    assert ax.get_yscale() == "log"
    assert (np.asarray(line.get_ydata()) > 0).all()


def test_batch_sizes_draw_the_running_statistics_flat(ax):
    artists = draw.batch_sizes(ax, [2, 8], np.full((3, 2), 0.5), np.full((3, 2), 0.1), np.array([0.7, 0.8, 0.9]))
    assert_allclose(artists[0].get_ydata(), [0.8, 0.8])
    assert len(ax.get_legend().get_texts()) == 3


def test_stopping_marks_the_best_epoch_and_the_last(ax):
    artists = draw.stopping(ax, [3, 2, 1], [2, 1, 3], 2, np.array([4.0]))
    going_on, star, last = artists[2:]
    assert_allclose(star.get_xydata(), [[2, 1]])
    assert_allclose(going_on.get_xydata(), [[3, 3], [4, 4]])
    assert last.get_xdata()[0] == 3
    assert labels(ax) == ("epoch", "cross-entropy loss")


def test_cures_put_the_first_on_top_and_mark_what_is_together(ax):
    table = {"nothing": np.array([0.5, 0.7]), "L2": np.array([0.8, 0.8]), "L2 + x": np.array([0.9, 0.9])}
    line, *dots = draw.cures(ax, table, together=("L2 + x",))
    assert_allclose(line.get_xdata(), 0.6)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["L2 + x", "L2", "nothing"]
    assert [artist.get_marker() for artist in dots[::2]] == ["^", "o", "o"]
    assert_allclose(dots[-2].get_xdata(), [0.5, 0.7])
    assert ax.get_xlabel()


def test_fit_draws_points_curve_and_truth(ax):
    grid = np.linspace(0, 1, 5)
    points, truth, curve = draw.fit(ax, np.array([0.2]), np.array([3.0]), grid, grid**2, grid)
    assert_allclose(points.get_offsets(), [[0.2, 3.0]])
    assert_allclose(curve.get_ydata(), grid**2)
    assert_allclose(truth.get_ydata(), grid)
