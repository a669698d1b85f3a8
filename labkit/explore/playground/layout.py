"""Where things stand in the playground's picture, in pixels from the top left."""

from __future__ import annotations

from labkit.explore.playground.model import RESOLUTION

WIDTH, HEIGHT = 1000, 530
UNIT = RESOLUTION  # a unit's picture has one pixel for each point looked at
PITCH = 59  # from unit to unit
TOP = 46  # of the first of eight units
FIRST, LAST = 62, 600  # left edges of the inputs and of the last hidden layer
SURFACE_X, SURFACE_Y, SURFACE = 680, 34, 270
LOSS_X, LOSS_Y, LOSS_W, LOSS_H = 680, 378, 270, 108


def column_x(n_columns: int) -> list[int]:
    """Return the left edges of the inputs and the hidden layers: evenly spread, but never far apart."""
    step = min(120.0, (LAST - FIRST) / max(1, n_columns - 1))
    return [round(FIRST + k * step) for k in range(n_columns)]


def unit_y(n_units: int) -> list[int]:
    """Return the top edges of the units of a column, centred."""
    first = TOP + (8 - n_units) * PITCH / 2
    return [round(first + k * PITCH) for k in range(n_units)]
