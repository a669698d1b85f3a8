"""Landscapes of two weights that can be drawn, and how the rules of notebook 04 walk over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from labkit.reference import optimizers

Schedule = Callable[[int], float]  # steps already done -> learning rate
FAR = 1e6  # a walk that gets this far from the origin has diverged

# -------------------------------------------------------------------------------------------------------- landscapes


@dataclass(frozen=True, eq=False)
class Surface:
    """A function of two variables: f: (..., 2) -> (...), its gradient, where it is lowest, and what part to draw.

    ``curvature`` is the largest at the minimum: plain descent settles there for rates below 2 / curvature.
    """

    name: str
    formula: str
    f: Callable[[np.ndarray], np.ndarray]
    grad: Callable[[np.ndarray], np.ndarray]
    minima: tuple[tuple[float, float], ...]
    curvature: float
    starts: tuple[tuple[float, float], ...]
    view: tuple[float, float, float, float]  # left, right, bottom, top

    def above(self, w: np.ndarray) -> np.ndarray:
        """Return how far f at the points w: (..., 2) lies above its minimum."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.f(np.asarray(w, dtype=float)) - self.f(np.array(self.minima[0]))


def _bowl(w: np.ndarray) -> np.ndarray:
    return w[..., 0] ** 2 + w[..., 1] ** 2


def _bowl_grad(w: np.ndarray) -> np.ndarray:
    return 2 * w


STEEPNESS = np.array([1.0, 100.0])  # the ravine's curvatures along and across
TURN = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)  # by 45 degrees


def _ravine(w: np.ndarray) -> np.ndarray:
    return 0.5 * (STEEPNESS[0] * w[..., 0] ** 2 + STEEPNESS[1] * w[..., 1] ** 2)


def _ravine_grad(w: np.ndarray) -> np.ndarray:
    return STEEPNESS * w


def _turned(w: np.ndarray) -> np.ndarray:
    return _ravine(w @ TURN)


def _turned_grad(w: np.ndarray) -> np.ndarray:
    return _ravine_grad(w @ TURN) @ TURN.T


def _saddle(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    return 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4


def _saddle_grad(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    return np.stack([x, y**3 - y], axis=-1)


def _rosenbrock(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_grad(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    return np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], axis=-1)


SURFACES = {
    s.name: s
    for s in (
        Surface(
            "bowl",
            "$x^2 + y^2$",
            _bowl,
            _bowl_grad,
            minima=((0.0, 0.0),),
            curvature=2.0,
            starts=((-2.0, 1.5), (2.2, 0.4), (0.5, -1.8)),
            view=(-2.6, 2.6, -2.2, 2.2),
        ),
        Surface(
            "ravine",
            r"$\frac{1}{2}(x^2 + 100\,y^2)$",
            _ravine,
            _ravine_grad,
            minima=((0.0, 0.0),),
            curvature=100.0,
            starts=((-4.0, 0.5), (4.2, 0.15), (-3.0, -0.6)),
            view=(-5.0, 5.0, -0.9, 0.9),
        ),
        Surface(
            "turned ravine",
            r"$\frac{1}{2}(u^2 + 100\,v^2)$, turned by 45°",
            _turned,
            _turned_grad,
            minima=((0.0, 0.0),),
            curvature=100.0,
            starts=((-3.2, -2.4), (3.1, 2.9), (-1.5, -2.4)),
            view=(-4.0, 4.0, -4.0, 4.0),
        ),
        Surface(
            "saddle",
            r"$\frac{1}{2}x^2 - \frac{1}{2}y^2 + \frac{1}{4}y^4$",
            _saddle,
            _saddle_grad,
            minima=((0.0, 1.0), (0.0, -1.0)),
            curvature=2.0,
            starts=((-2.0, 0.01), (2.0, 0.0), (1.5, -1.6)),
            view=(-2.4, 2.4, -1.9, 1.9),
        ),
        Surface(
            "Rosenbrock valley",
            "$(1 - x)^2 + 100\\,(y - x^2)^2$",
            _rosenbrock,
            _rosenbrock_grad,
            minima=((1.0, 1.0),),
            curvature=501 + np.sqrt(501**2 - 400),  # the larger eigenvalue of [[802, -400], [-400, 200]]
            starts=((-1.2, 1.0), (-0.5, 2.0), (1.8, -0.4)),
            view=(-2.0, 2.0, -1.0, 3.0),
        ),
    )
}

# ------------------------------------------------------------------------------------------------------------- rules


@dataclass(frozen=True)
class Rule:
    """An update rule: its step, how many arrays it remembers, and whether it asks for the number of the step."""

    name: str
    step: Callable[..., Any]
    n_memory: int = 0
    counts: bool = False


RULES = {
    "sgd_step": Rule("plain descent", optimizers.sgd_step),
    "momentum_step": Rule("momentum", optimizers.momentum_step, 1),
    "adagrad_step": Rule("AdaGrad", optimizers.adagrad_step, 1),
    "rmsprop_step": Rule("RMSprop", optimizers.rmsprop_step, 1),
    "adam_step": Rule("Adam", optimizers.adam_step, 2, counts=True),
    "adamw_step": Rule("AdamW", optimizers.adamw_step, 2, counts=True),
}


def rules(**steps: Callable[..., Any]) -> dict[str, Rule]:
    """Return the table of rules with these steps in place of the course's: ``rules(adam_step=mine)``."""
    return {key: replace(rule, step=steps.get(key, rule.step)) for key, rule in RULES.items()}


def walk(
    rule: Rule,
    grad: Callable[[np.ndarray], np.ndarray],
    w0: np.ndarray,
    n_steps: int,
    lr: float | Schedule,
    **options: float,
) -> np.ndarray:
    """Return the points a rule visits, w0 first; it ends early only when it has diverged.

    w0: (...)  ->  path: (k + 1, ...), k <= n_steps.  lr is a number, or a schedule: steps already done -> rate.
    """
    w = np.array(w0, dtype=float)
    memory = [np.zeros_like(w) for _ in range(rule.n_memory)]
    path = [w]
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(n_steps):
            number = (t + 1,) if rule.counts else ()
            result = rule.step(w, grad(w), *memory, *number, lr=lr(t) if callable(lr) else lr, **options)
            w, memory = (result[0], list(result[1:])) if rule.n_memory else (result, [])
            path.append(w)
            if not np.all(np.abs(w) < FAR):  # true for nan, too
                break
    return np.array(path)


def steps_to_reach(above: np.ndarray, level: float, hold: int = 50) -> np.ndarray:
    """Return the first step from which each walk stays below level for ``hold`` steps: (n_walks,), inf if there is none.

    above: (n_steps + 1, n_walks).  Holding keeps out a walk that only rushes through the minimum.
    """
    below = np.lib.stride_tricks.sliding_window_view(above < level, hold, axis=0).all(axis=-1)
    return np.where(below.any(axis=0), below.argmax(axis=0), np.inf)


def ravine_starts(n: int, rng: np.random.Generator, *, turned: bool = False) -> np.ndarray:
    """Return n random points on the ellipse with half-axes 4 (along the ravine) and 0.4 (across): (n, 2)."""
    angle = rng.uniform(0, 2 * np.pi, n)
    points = np.column_stack([4 * np.cos(angle), 0.4 * np.sin(angle)])
    return points @ TURN.T if turned else points


def best_rate(
    rule: Rule, surface: Surface, starts: np.ndarray, rates: np.ndarray, n_steps: int, level: float, **options: float
) -> tuple[float, np.ndarray]:
    """Return (the rate with which the slowest start arrives first, steps from each start); inf where none arrives.

    All starts walk at once, since the rules work element by element.
    """
    best_lr, best_steps = float("nan"), np.full(len(starts), np.inf)
    for lr in rates:
        path = walk(rule, surface.grad, starts, n_steps, float(lr), **options)
        if len(path) <= n_steps:  # one start diverged
            continue
        steps = steps_to_reach(surface.above(path), level)
        if (steps.max(), steps.sum()) < (best_steps.max(), best_steps.sum()):
            best_lr, best_steps = float(lr), steps
    return best_lr, best_steps


def leaves_ridge(path: np.ndarray) -> int:
    """Return the first step after which a walk on the saddle is more than half way from its ridge y = 0 to a minimum."""
    return int(np.flatnonzero(np.abs(path[:, 1]) > 0.5)[0])
