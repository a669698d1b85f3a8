"""The playground's picture, read back pixel by pixel: units, surface, points, connections, curves."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from labkit.explore.playground import layout
from labkit.explore.playground.frame import PALE, STRONG, Canvas, colored, surface
from labkit.explore.playground.model import RESOLUTION, Training, grid
from labkit.explore.playground.state import State, parse

BLUE, WHITE, ORANGE = STRONG[0].astype(float), np.array([255.0] * 3), STRONG[-1].astype(float)


def drawn(training: Training) -> np.ndarray:
    """Return the picture of a training as numbers."""
    data = Canvas(training.state, training.points).draw(training)
    return np.asarray(Image.open(io.BytesIO(data))).astype(float)


def test_colors_run_from_class_0_over_white_to_class_1():
    colors = colored(np.array([-5.0, -1, 0, 1, 5, np.nan, np.inf, -np.inf]), STRONG).astype(float)
    for color, expected in zip(colors, [BLUE, BLUE, WHITE, ORANGE, ORANGE, WHITE, ORANGE, BLUE], strict=True):
        assert np.abs(color - expected).max() <= 2
    assert PALE.sum() > STRONG.sum()


def test_the_surface_lies_as_the_square_does_and_its_border_is_dark():
    x1, _ = grid().T
    picture = surface(np.where(x1 > 0, 1.0, -1.0)).astype(int)
    middle = layout.SURFACE // 2
    assert np.all(picture[:, 10] == PALE[0])
    assert np.all(picture[:, -10] == PALE[-1])
    assert np.all(picture[:, middle - 1 : middle + 1].min(axis=1) == 60)
    _, x2 = grid().T
    assert np.all(surface(np.where(x2 > 0, 1.0, -1.0))[10] == PALE[-1])


def test_a_surface_of_one_sign_has_no_border():
    assert not np.any(np.all(surface(np.ones(RESOLUTION**2)) == 60, axis=-1))


def test_every_unit_is_in_its_place():
    training = Training(parse("xor h=8,3 f=tanh x=x1,x2,x1x2"))
    training.advance(3)
    picture, view = drawn(training), training.view()
    lefts = layout.column_x(3)
    for left, units in zip(lefts, view.units, strict=True):
        for k, top in enumerate(layout.unit_y(units.shape[1])):
            there = picture[top : top + layout.UNIT, left : left + layout.UNIT]
            expected = colored(units[:, k], STRONG).reshape(RESOLUTION, RESOLUTION, 3)
            assert np.abs(there - expected).mean() < 6, (left, k)  # JPEG
    assert len(set(lefts)) == 3


@pytest.mark.parametrize("layers", range(7))
def test_columns_and_units_stay_apart_and_inside(layers):
    lefts, tops = layout.column_x(1 + layers), layout.unit_y(8)
    assert all(b - a >= layout.UNIT + 20 for a, b in itertools.pairwise(lefts))
    assert lefts[-1] + layout.UNIT < layout.SURFACE_X
    assert all(b - a > layout.UNIT for a, b in itertools.pairwise(tops))
    assert tops[-1] + layout.UNIT < layout.HEIGHT


def test_connections_have_the_color_and_the_width_of_their_weight():
    training = Training(parse("circle h=1 x=x1"))
    w1, w2 = training.network.params[0], training.network.params[2]
    w1[...], w2[...] = 1.5, [[0.75, -0.75]]  # for the output, the difference counts: -1.5
    picture = drawn(training)
    left, right = layout.column_x(2)
    y = layout.unit_y(1)[0] + layout.UNIT // 2
    column = picture[y - 8 : y + 8, (left + layout.UNIT + right) // 2]
    ink = np.abs(column - WHITE).sum(axis=1) > 150
    assert 3 <= ink.sum() <= 7
    assert np.argmax(column[ink.argmax() + 2]) == 0  # red is largest in orange
    towards = picture[150:350, right + layout.UNIT + 20 : layout.SURFACE_X - 20]
    blue = towards[..., 2] - towards[..., 0] > 60
    assert blue.any()
    assert not blue.any(axis=0).all(), "negative weights are dashed"
    w1[...] = 0
    assert np.all(np.abs(drawn(training)[y - 4 : y + 4, left + 60 : right - 20] - WHITE).sum(axis=2) < 300)


def test_points_cover_the_surface_where_they_are():
    training = Training(parse("gaussians n=0"))
    with_points = drawn(training)
    y0, x0, size = layout.SURFACE_Y, layout.SURFACE_X, layout.SURFACE
    there = with_points[y0 : y0 + size, x0 : x0 + size]
    change = np.abs(there - surface(training.view().output)).sum(axis=2) > 120
    pixel = np.round((training.points.X * [1, -1] + 3) / 6 * size).astype(int)
    inside = np.all((pixel > 3) & (pixel < size - 3), axis=1)
    assert np.mean(change[pixel[inside, 1], pixel[inside, 0]]) > 0.9
    assert change.mean() < 0.5


def test_the_loss_curves_grow_to_the_right_and_the_axis_makes_room():
    training = Training(State())
    canvas = Canvas(training.state, training.points)
    for epochs, span in ((50, 100), (60, 200)):
        training.advance(epochs)
        canvas.draw(training)
        assert canvas.span == span
        for curve, name in zip(canvas.curves, ("train_loss", "test_loss"), strict=True):
            assert curve.get_xdata()[-1] == training.epoch
            assert curve.get_ydata()[-1] == getattr(training.now, name)
    assert canvas.curves[0].get_linestyle() != canvas.curves[1].get_linestyle()


def test_a_diverged_training_can_be_drawn():
    training = Training(parse("plane h=4,4 f=relu lr=10"))
    training.advance(50)
    training.network.theta[:] = np.nan
    picture = drawn(training)
    assert picture.shape == (layout.HEIGHT, layout.WIDTH, 3)


def test_the_same_canvas_draws_the_same_picture_again():
    training = Training(State())
    canvas = Canvas(training.state, training.points)
    first = canvas.draw(training)
    training.advance(5)
    assert canvas.draw(training) != first
    assert Canvas(training.state, training.points).draw(training) == canvas.draw(training)
