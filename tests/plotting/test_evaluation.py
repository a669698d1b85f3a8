"""The pictures of the evaluation notebook hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting import evaluation as draw


@pytest.fixture
def ax():
    return plotting.figure()[1]


def labels(ax):
    return ax.get_xlabel(), ax.get_ylabel()


def test_accuracy_trap_draws_the_mean_of_both(ax):
    table = np.array([[[0.8, 0.5], [0.8, 0.9]], [[0.6, 0.5], [0.6, 0.9]]])
    test, _, rival, _ = draw.accuracy_trap(ax, [0.5, 0.1], table)
    assert_allclose(test.get_xydata(), [[0.5, 0.7], [0.1, 0.7]])
    assert_allclose(rival.get_ydata(), [0.5, 0.9])
    assert (test.get_marker(), test.get_linestyle()) != (rival.get_marker(), rival.get_linestyle())
    assert [t.get_text() for t in ax.get_xticklabels()] == ["50%", "10%"]
    assert labels(ax) == ("share of ill people", "accuracy")


def test_per_class_shows_mean_and_range(ax):
    (bars,) = draw.per_class(ax, ["a", "b"], {"recall": np.array([[0.2, 1.0], [0.6, 1.0]])})
    line, _, (ranges,) = bars.lines
    assert_allclose(line.get_ydata(), [0.4, 1.0])
    assert_allclose(ranges.get_segments()[0][:, 1], [0.2, 0.6])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b"]


def test_roc_and_pr_draw_each_curve_on_its_axes():
    axes = plotting.figure(1, 2)[1]
    x = np.linspace(0, 1, 3)
    curves = {"rare": {"x": x, "roc": np.array([[0.0, 0.8, 1.0]]), "pr": np.array([[1.0, 0.5, 0.1]])}}
    draw.roc_and_pr(axes, curves)
    assert_allclose(axes[0].lines[1].get_ydata(), [0, 0.8, 1])
    assert_allclose(axes[1].lines[0].get_xydata(), [[0.5, 0.5], [1, 0.1]])
    assert labels(axes[0]) == ("false positive rate", "true positive rate (recall)")
    assert labels(axes[1]) == ("recall", "precision")


def test_reliability_has_a_diagonal_and_a_marker_for_each_curve(ax):
    diagonal, a, b = draw.reliability(
        ax, {"a": (np.array([0.2]), np.array([0.4])), "b": (np.array([0.7]), np.array([0.7]))}
    )
    assert_allclose(diagonal.get_xydata(), [[0, 0], [1, 1]])
    assert_allclose(a.get_xydata(), [[0.2, 0.4]])
    assert a.get_marker() != b.get_marker()
    assert len(ax.get_legend().get_texts()) == 3


def test_dots_stand_in_rows_with_equal_values_piled_up(ax):
    line, *artists = draw.dots(ax, {"top": np.array([3.0, 1.0, 1.0]), "low": np.array([2.0])}, "points", line=0.5)
    low, _, top, mean = artists
    assert line.get_xdata()[0] == 0.5
    assert_allclose(low.get_xydata(), [[2, 0]])
    assert_allclose(top.get_xdata(), [1, 1, 3])
    assert top.get_ydata()[0] == 1 < top.get_ydata()[1]
    assert_allclose(mean.get_xdata(), [5 / 3, 5 / 3])
    assert ax.get_xlabel() == "points"


def test_predictions_draw_rows_diagonal_and_mean(ax):
    rows, perfect, mean = draw.predictions(ax, np.array([1.0, 3.0]), np.array([2.0, 2.5]), unit=" (cm)")
    assert_allclose(rows.get_offsets(), [[1, 2], [3, 2.5]])
    assert_allclose(perfect.get_xydata(), [[1, 1], [3, 3]])
    assert_allclose(mean.get_ydata(), [2, 2])
    assert labels(ax) == ("true value (cm)", "prediction (cm)")


@pytest.mark.parametrize("values", [np.repeat([0.8, 0.9, 1.0], [5, 20, 7]), np.random.default_rng(0).normal(size=500)])
def test_resampled_counts_every_resample(ax, values):
    *bars, _, observed = draw.resampled(ax, values, 0.8, 1.0, 0.9)
    assert sum(bar.get_height() for bar in bars) == len(values)
    assert observed.get_xdata()[0] == 0.9
    assert labels(ax) == ("accuracy of a resample", "resamples")


def test_coverage_marks_what_is_promised(ax):
    promise, measured = draw.coverage(ax, [10, 100], np.array([0.7, 0.9]), 400)
    assert promise.get_ydata()[0] == 0.95
    assert_allclose(measured.lines[0].get_xydata(), [[10, 0.7], [100, 0.9]])
    assert ax.get_xscale() == "log"


def test_folds_show_the_held_out_rows_over_the_classes(ax):
    splits = [(np.array([2, 3]), np.array([0, 1])), (np.array([0, 1]), np.array([2, 3]))]
    picture = draw.folds(ax, splits, np.array([5, 5, 9, 9])).get_array()
    assert picture[:2].tolist() == [[1, 1, 0, 0], [0, 0, 1, 1]]
    assert picture[2, 0] == picture[2, 1] != picture[2, 2]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["fold 1", "fold 2", "class"]


def test_costs_draw_reported_and_honest_of_each_leak(ax):
    _, reported, honest, *_ = draw.costs(ax, {"a": np.array([[90.0, 50.0]]), "b": np.array([[80.0, 80.0]])})
    assert (reported.get_xdata()[0], honest.get_xdata()[0]) == (80, 80)  # the last row is at the bottom
    assert reported.get_marker() != honest.get_marker()
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["reported", "honest"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["b", "a"]


def test_two_populations_shade_what_is_called(ax):
    x = np.linspace(0, 4, 5)
    artists = draw.two_populations(ax, x, np.ones(5), 2 * np.ones(5), 2.0)
    called = artists[1].get_paths()[0].vertices
    assert called[:, 0].min() == 2.0
    assert artists[-1].get_xdata()[0] == 2.0
    assert ax.get_xlabel() == "score"


def test_a_curve_without_a_point_is_the_curve_alone(ax):
    x = np.array([0.0, 1.0])
    assert len(draw.curve_with_point(ax, x, x, None)) == 1
    _, point = draw.curve_with_point(ax, x, x, (0.3, 0.4))
    assert_allclose(point.get_xydata(), [[0.3, 0.4]])
