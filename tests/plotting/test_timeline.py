"""The timeline's pictures hold every event once, on the right axes, and no two names cover each other."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from labkit import plotting
from labkit.datasets import load_timeline
from labkit.plotting.timeline import events, first_author, growth, papers


@pytest.fixture(scope="module")
def timeline():
    return load_timeline()


def boxes(fig, texts):
    """Return the extents of texts in pixels, once the figure has been laid out."""
    fig.draw_without_rendering()
    return [text.get_window_extent() for text in texts]


def test_events_draws_every_event_at_its_year_with_its_name(timeline):
    _, ax = plotting.figure(width=8.0, height=5.4)
    points = events(ax, timeline)
    assert points.get_offsets()[:, 0].tolist() == [event["year"] for event in timeline]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [event["label"] for event in timeline]
    assert ax.get_xlabel() == "year"
    assert ax.get_ylabel() == "event"


def test_the_first_event_is_on_top(timeline):
    _, ax = plotting.figure()
    events(ax, timeline)
    bottom, top = ax.get_ylim()
    assert bottom > top


@pytest.mark.parametrize("quantity", ["parameters", "training_flop"])
def test_growth_draws_what_is_known_on_a_logarithmic_axis(timeline, quantity):
    _, ax = plotting.figure()
    points, names = growth(ax, timeline, quantity)
    known = [event for event in timeline if event[quantity] is not None]
    np.testing.assert_array_equal(points.get_offsets(), [(event["year"], event[quantity]) for event in known])
    assert [name.get_text() for name in names] == [event["label"] for event in known]
    assert ax.get_yscale() == "log"
    assert quantity.split("_")[0] in ax.get_ylabel()


def test_no_name_covers_another_or_leaves_the_panel(timeline):
    fig, axes = plotting.figure(1, 2, width=9.4, height=4.2)
    for ax, quantity in zip(axes, ("parameters", "training_flop"), strict=True):
        _, names = growth(ax, timeline, quantity)
        extents = boxes(fig, names)
        panel = ax.get_window_extent()
        for one, other in itertools.combinations(extents, 2):
            assert not one.overlaps(other)
        for box in extents:
            assert box.x0 >= panel.x0
            assert box.x1 <= panel.x1


def test_no_name_of_an_event_leaves_the_figure(timeline):
    fig, ax = plotting.figure(width=8.0, height=5.4)
    events(ax, timeline)
    extents = boxes(fig, ax.texts)
    assert max(box.x1 for box in extents) <= fig.bbox.x1
    for one, other in itertools.combinations(extents, 2):
        assert not one.overlaps(other)


def test_first_author_keeps_two_names_and_shortens_more():
    assert first_author("F. Rosenblatt") == "Rosenblatt"
    assert first_author("M. Minsky and S. Papert") == "Minsky, Papert"
    assert first_author("K. He, X. Zhang, S. Ren and J. Sun") == "He et al."


def test_papers_has_a_row_for_each_event(timeline):
    rows = papers(timeline).splitlines()
    assert len(rows) == len(timeline) + 2
    assert all(row.count("|") == 5 for row in rows)
