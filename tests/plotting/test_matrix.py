"""A grid of numbers shows each number, in an ink that can be read, and the confusion matrix says which axis is which."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit import plotting
from labkit.plotting.matrix import confusion, heatmap


@pytest.fixture
def ax():
    return plotting.figure()[1]


def test_every_value_is_written_in_its_cell(ax):
    heatmap(ax, np.array([[1.25, 2], [3, 4], [5, 6]]), ["a", "b", "c"], ["x", "y"])
    written = {tuple(t.get_position()): t.get_text() for t in ax.texts}
    assert written[(0, 0)] == "1.25"
    assert written[(1, 2)] == "6"
    assert [t.get_text() for t in ax.get_xticklabels()] == ["x", "y"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b", "c"]


def test_ink_is_white_on_dark_cells_and_black_on_pale_ones(ax):
    heatmap(ax, np.array([[0.0, 1.0]]), ["row"], ["pale", "dark"])
    assert [t.get_color() for t in ax.texts] == ["black", "white"]


def test_confusion_writes_counts_and_colours_by_share(ax):
    image = confusion(ax, np.array([[3, 1], [0, 50]]), ("rare", "common"), title="now")
    assert_allclose(image.get_array(), [[0.75, 0.25], [0, 1]])
    assert [t.get_text() for t in ax.texts] == ["3", "1", "0", "50"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")


def test_confusion_of_a_class_that_never_occurs(ax):
    image = confusion(ax, np.array([[2, 0], [0, 0]]), ("a", "b"))
    assert_allclose(image.get_array(), [[1, 0], [0, 0]])
