"""The stage: frames from what stays and what moves are the pictures matplotlib would draw."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from labkit.explore.stage import Stage, as_img, fixed, title, up_to
from labkit.plotting.style import figure


@pytest.fixture
def scene():
    """Return (stage, two Axes, a moving line in each)."""
    fig, axes = figure(1, 2, width=6, height=2.5)
    fig.set_layout_engine(None)
    fig.subplots_adjust(left=0.13, right=0.97, top=0.88, bottom=0.2, wspace=0.8)
    lines = []
    for k, ax in enumerate(axes):
        lines += ax.plot([0.1, 0.9], [0.1, 0.9], animated=True, label="moving")
        ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="x", ylabel="y")
        ax.legend(loc="upper left", framealpha=1.0)
        title(ax, f"title {k}")
        fixed(ax)
    return Stage(fig), axes, lines


def pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")).astype(float)


def by_matplotlib(stage: Stage) -> np.ndarray:
    """Return the whole figure as matplotlib draws it, moving parts and all."""
    artists = [a for ax in stage.figure.axes for a in ax.get_children() if a.get_animated()]
    for artist in artists:
        artist.set_animated(False)
    canvas = FigureCanvasAgg(stage.figure)
    canvas.draw()
    for artist in artists:
        artist.set_animated(True)
    drawn = np.asarray(canvas.buffer_rgba())[..., :3].astype(float)
    stage.figure.set_canvas(stage.canvas)
    return drawn


def test_a_frame_is_the_figure_after_any_change(scene):
    stage, (left, right), lines = scene
    changes = [
        lambda: None,
        lambda: lines[0].set_ydata([0.9, 0.1]),
        lambda: left.set_xlim(-1000, 1000),
        lambda: right.set_ylim(0, 5),
        lambda: right.set_visible(False),
        lambda: right.set_visible(True),
        lambda: left.set_title("another title", loc="left"),
        lambda: left.set_xlim(0, 1),
    ]
    for k, change in enumerate(changes):
        change()
        difference = np.abs(pixels(stage.frame()) - by_matplotlib(stage)).max(axis=2)
        assert np.mean(difference > 60) < 2e-4, k  # JPEG


def test_only_what_changed_is_drawn_anew_and_known_looks_are_kept(scene, monkeypatch):
    stage, (left, right), lines = scene
    drawn = []
    alone = stage._draw_alone
    monkeypatch.setattr(stage, "_draw_alone", lambda ax: (drawn.append(ax), alone(ax))[1])
    lines[0].set_ydata([0.9, 0.1])
    stage.frame()
    assert drawn == []
    for limit in (2, 3, 2, 3):
        left.set_xlim(0, limit)
        stage.frame()
    assert drawn == [left, left]
    right.set_ylim(0, 2)
    stage.frame()
    assert drawn == [left, left, right]


def test_a_title_that_moves_is_no_change_of_looks(scene):
    stage, (left, _), _ = scene
    moving = title(left, "now", moves=True)
    before = stage.frame()
    stage._draw_alone = None  # type: ignore[assignment]  # must not be called
    moving.set_text("then")
    assert stage.frame() != before


@pytest.mark.parametrize(("value", "limit"), [(0.3, 0.5), (5, 5), (5.1, 10), (51, 100), (1e17, 1e17), (0, 1e-12)])
def test_limits_go_up_in_steps(value, limit):
    assert up_to(value) == pytest.approx(limit)


def test_the_text_of_an_image_is_quoted():
    assert 'alt="a &lt;b&gt; &quot;c&quot;"' in as_img(b"", 'a <b> "c"')
