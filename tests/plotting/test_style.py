"""The course's look: figures are not pyplot's, titles and labels are set, bands show the whole range."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.testing import assert_allclose

import labkit as lk
from labkit import plotting
from labkit.figures import as_html, png


def test_a_figure_leaves_pyplot_alone():
    from matplotlib import pyplot as plt

    plotting.figure()
    assert plt.get_fignums() == []


def test_label_writes_both_axes_and_title():
    _, ax = plotting.figure()
    plotting.label(ax, "time (s)", "loss", "falls")
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(loc="left")) == ("time (s)", "loss", "falls")


def test_band_shows_mean_and_range():
    _, ax = plotting.figure()
    runs = np.array([[1.0, 5.0], [3.0, 1.0]])
    line, shade = plotting.curves.band(ax, np.arange(2), runs, name="runs")
    assert_allclose(line.get_ydata(), [2, 3])
    heights = shade.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (1, 5)


def test_curves_differ_in_line_style_as_well_as_colour():
    _, ax = plotting.figure()
    lines = [plotting.curves.band(ax, np.arange(2), np.ones((2, 2)), name=str(i), index=i)[0] for i in range(4)]
    assert len({line.get_linestyle() for line in lines}) == 4
    assert len({line.get_color() for line in lines}) == 4


def test_a_shown_figure_carries_escaped_alt_text():
    fig, _ = plotting.figure()
    assert 'alt="a &lt; b &quot;c&quot;"' in as_html(fig, 'a < b "c"')
    assert png(fig).startswith(b"\x89PNG")


def log_bands():
    fig, axes = plotting.figure(1, 2, width=9.6)
    for ax in axes:
        plotting.curves.band(ax, np.arange(4), np.geomspace(1e-6, 1, 8).reshape(2, 4), name="runs")
        ax.set_yscale("log")
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return fig


def picture_with_color_bar():
    fig, axes = plotting.figure(1, 3, sharey=True)
    for ax in axes:
        ax.set_aspect("equal")
        image = ax.imshow(np.eye(3))
    fig.colorbar(image, ax=axes, label="numbers")
    return fig


def without_layout():
    fig, _ = plotting.figure(3, 1)
    fig.set_layout_engine("none")
    return fig


@pytest.mark.parametrize("make", [log_bands, picture_with_color_bar, without_layout])
def test_the_picture_is_that_of_matplotlib_and_may_be_taken_twice(make):
    fig, usual = make(), io.BytesIO()
    make().savefig(usual, format="png", dpi=110)
    engine, dpi = fig.get_layout_engine(), fig.dpi
    assert png(fig) == usual.getvalue()
    assert (fig.get_layout_engine(), fig.dpi) == (engine, dpi)
    assert np.abs(pixels(png(fig)) - pixels(usual.getvalue())).mean() < 0.02  # a second layout starts from the first


def pixels(data):
    from matplotlib.image import imread

    return imread(io.BytesIO(data))


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_a_figure_without_alt_text_is_refused(alt):
    with pytest.raises(ValueError, match="what the figure shows"):
        lk.show(plotting.figure()[0], alt)


def test_outside_a_notebook_the_text_is_printed(capsys):
    lk.show(plotting.figure()[0], "two lines cross")
    assert capsys.readouterr().out == "Figure: two lines cross\n"


def test_an_unknown_topic_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no 'nonsense'"):
        _ = plotting.nonsense
