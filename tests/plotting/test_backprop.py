"""The pictures of backpropagation hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting import backprop


@pytest.fixture
def ax():
    return plotting.figure()[1]


def test_graph_writes_names_values_gradients_and_slopes(ax):
    backprop.graph(
        ax,
        {"a": (0, 0), "b": (2, 0), "c": (2, -2)},
        [("a", "b"), ("c", "b")],
        names={"a": "A", "b": "B", "c": "C"},
        values={"a": 0.5, "b": 2.0, "c": 3.0},
        gradients={"a": "da = 7"},
        slopes={("a", "b"): "times 4"},
    )
    texts = [t.get_text() for t in ax.texts]
    assert {"A\n0.5", "B\n2", "C\n3", "da = 7", "times 4"} <= set(texts)
    assert sum(t.arrow_patch is not None for t in ax.texts if hasattr(t, "arrow_patch")) == 2


def test_graph_keeps_every_node_in_view(ax):
    names = dict.fromkeys(backprop.TWO_WEIGHTS, "n")
    values = dict.fromkeys(backprop.TWO_WEIGHTS, 1.0)
    backprop.graph(ax, backprop.TWO_WEIGHTS, backprop.EDGES, names=names, values=values, gradients={})
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert all(left < x < right and low < y < high for x, y in backprop.TWO_WEIGHTS.values())


def test_the_worked_example_has_a_name_and_a_place_for_every_end_of_an_edge():
    ends = {node for edge in backprop.EDGES for node in edge}
    assert ends == set(backprop.TWO_WEIGHTS) == set(backprop.NAMES)


def test_losses_and_slopes_draws_each_curve_on_its_side():
    _, (left, right) = plotting.figure(1, 2)
    error = np.array([-1.0, 0.0, 2.0])
    backprop.losses_and_slopes(left, right, error, {"squared": (error**2, 2 * error)})
    assert_allclose(left.lines[0].get_ydata(), [1, 0, 4])
    assert_allclose(right.lines[0].get_ydata(), [-2, 0, 4])
    assert "error" in left.get_xlabel()
    assert "slope" in right.get_ylabel()


def test_operations_are_drawn_on_log_axes_with_a_marker_each(ax):
    weights = np.array([10, 100])
    lines = backprop.operations(ax, weights, {"one": weights, "two": weights**2})
    assert_allclose(lines[1].get_ydata(), [100, 10_000])
    assert lines[0].get_marker() != lines[1].get_marker()
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["one", "two"]


def test_error_against_step_draws_mean_and_range(ax):
    line, band = backprop.error_against_step(
        ax, np.array([1e-5, 1e-3]), {"central": np.array([[1.0, 2.0], [3.0, 4.0]])}
    )
    assert_allclose(line.get_ydata(), [2, 3])
    assert band.get_paths()[0].vertices[:, 1].max() == 4
    assert "h" in ax.get_xlabel()
    assert "error" in ax.get_ylabel()


def test_lines_through_points_draws_data_and_fits(ax):
    x, y = np.array([0.0, 1.0]), np.array([2.0, 5.0])
    dots, line = backprop.lines_through_points(ax, x, y, {"fit": (x, 3 * x + 2)})
    assert_allclose(dots.get_offsets(), np.column_stack([x, y]))
    assert_allclose(line.get_ydata(), [2, 5])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x$", "$y$")
