"""The pictures of the tuning notebook hold the data they claim to hold, and say what their axes are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting import trials as read
from labkit.plotting import tuning as draw


@pytest.fixture
def ax():
    return plotting.figure()[1]


def labels(ax):
    return ax.get_xlabel(), ax.get_ylabel()


def test_setting_draws_both_accuracies_and_gives_0_a_place(ax):
    runs = np.arange(12.0).reshape(2, 3, 2) / 12
    training, _, validation, _ = draw.setting(ax, [0, 0.1, 1], runs, "strength", log=False)
    assert_allclose(training.get_ydata(), runs[..., 0].mean(axis=0))
    assert_allclose(validation.get_ydata(), runs[..., 1].mean(axis=0))
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "0.1", "1"]
    assert labels(ax) == ("strength", "accuracy")


def test_setting_is_logarithmic_where_asked(ax):
    draw.setting(ax, [0.1, 1, 10], np.ones((2, 3, 2)), "rate")
    assert ax.get_xscale() == "log"


def test_pairs_frame_the_best_rate_of_each_row(ax):
    image = draw.pairs(ax, [0.1, 1.0], [8, 64], np.array([[0.9, 0.2], [0.3, 0.8]]))
    assert_allclose(image.get_array(), [[0.9, 0.2], [0.3, 0.8]])
    assert [round(patch.get_x() + 0.47) for patch in ax.patches] == [0, 1]
    assert labels(ax) == ("learning rate", "batch size")


def test_range_tests_mark_the_suggestion(ax):
    line, tick = draw.range_tests(ax, [(np.array([0.1, 1.0]), np.array([2.0, 1.0]), 0.1)])
    assert_allclose(line.get_ydata(), [2, 1])
    assert_allclose(tick.get_xdata(), 0.1)
    assert ax.get_xscale() == "log"


def test_draws_count_shares(ax):
    (stairs,) = draw.draws(ax, {"all at one place": np.full(50, 0.5)}, 1e-3, 1.0)
    values = stairs.get_data().values
    assert values.max() == 100
    assert values.sum() == 100


def test_projection_says_how_many_values_were_tried(ax):
    points = np.array([[0.1, 0.2], [0.1, 0.8], [0.7, 0.3]])
    _, dots, marks = draw.projection(ax, points, (0.5, 0.5), (1.0, 0.1), "some")
    assert_allclose(dots.get_xydata(), points)
    assert_allclose(marks.get_xdata(), points[:, 0])
    assert ax.get_title(loc="left") == "some: 2 values of $x$"


def test_found_draws_one_band_a_search(ax):
    draw.found(ax, [0, 1], {"grid": np.zeros((2, 2)), "random": np.ones((2, 2))}, "d")
    assert len({line.get_linestyle() for line in ax.lines}) == 2
    assert labels(ax) == ("d", "best score found")


@pytest.mark.parametrize("winner", [0, 1, 2])
def test_tournament_lets_lines_end_where_configs_go_out(ax, winner):
    first = {i: 0.1 * i for i in range(3)}
    lines = draw.tournament(ax, [(1, first), (3, {winner: 0.9})])
    assert [len(line.get_xdata()) for line in lines] == [2 if i == winner else 1 for i in range(3)]
    assert sorted(t.get_text() for t in ax.get_legend().get_texts()) == ["goes out", "the winner"]


def test_contest_and_outcomes_name_every_search(ax):
    draw.contest(ax, np.array([1, 2]), {"a": np.array([[0.1, 0.2]]), "b": np.array([[0.3, 0.4]])})
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]
    other = plotting.figure()[1]
    dots = draw.outcomes(
        other, {"a": np.array([0.9]), "b": np.array([0.8])}, {"a": np.array([0.7]), "b": np.array([0.6])}
    )
    assert [t.get_text() for t in other.get_yticklabels()] == ["b", "a"]
    assert [float(d.get_xdata()[0]) for d in dots[::2]] == [0.8, 0.9, 0.6, 0.7]
    assert len(other.get_legend().get_texts()) == 2


def test_parallel_puts_each_value_at_its_place(ax):
    space = {"lr": (1e-2, 1.0), "depth": (1, 5)}
    configs = [{"lr": 0.1, "depth": 5}, {"lr": 1.0, "depth": 1}, {"lr": 0.01, "depth": 3}]
    lines = read.parallel(ax, configs, [0.4, 0.9, 0.1], space, ("lr",), best=1)
    heights = [segment[:, 1] for segment in lines.get_segments()]
    assert_allclose(heights, [[0.5, 1.0, 0.4], [1.0, 0.0, 0.9], [0.0, 0.5, 0.1]], atol=1e-12)
    assert lines.get_linewidths()[1] > lines.get_linewidths()[0]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["lr", "depth", "accuracy"]


def test_slices_importances_and_proposals_show_their_numbers():
    axes = plotting.figure(1, 2)[1]
    dots = read.slices(axes, [{"a": 1, "b": 2}, {"a": 3, "b": 4}], [0.1, 0.2], ["a", "b"], ("b",))
    assert_allclose(dots[1].get_xdata(), [2, 4])
    assert [a.get_xscale() for a in axes] == ["linear", "log"]
    ax = plotting.figure()[1]
    dots = read.importances(ax, {"a": np.array([0.2, 0.4]), "b": np.array([0.8, 0.6])})
    assert_allclose(dots[1].get_xdata(), [0.7, 0.7])  # "b" stands lowest; its mean
    ax = plotting.figure()[1]
    first, second = read.proposals(ax, {"x": [0.1, 1.0], "y": [0.2, 2.0]}, "lr")
    assert first.get_marker() != second.get_marker()
    assert_allclose(second.get_xydata(), [[1, 0.2], [2, 2.0]])
    assert labels(ax) == ("trial", "lr")


def test_costs_count_trainings_by_rung(ax):
    bars = read.costs(ax, {"a": [1, 1, 3], "b": [3]}, (1, 3))
    assert [[bar.get_height() for bar in group] for group in bars] == [[2, 1], [0, 1]]


def test_choices_tell_score_from_accuracy(ax):
    dots = read.choices(ax, {"one": np.array([[0.9, 0.5], [0.7, 0.6]])})
    assert_allclose(dots[0].get_xdata(), [0.9, 0.7])
    assert_allclose(dots[2].get_xdata(), [0.5, 0.6])
    assert dots[0].get_marker() != dots[2].get_marker()
