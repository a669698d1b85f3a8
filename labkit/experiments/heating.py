"""A made problem in original units: how much heat a house takes in a day, and what goes wrong between kWh and z-scores.

The law is not linear (heat goes through walls in proportion to area times the difference of temperatures), so a straight
fit has something to lose here, unlike in the rest of the laboratory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

FEATURES = ("floor area (m²)", "outdoor temperature (°C)", "wind (m/s)")
NOISE = 3.0  # kWh a day


@dataclass(frozen=True, eq=False)
class Houses:
    """Rows to learn from, rows to set the interval by, and rows to measure by: of the same months, and of a cold one."""

    X: np.ndarray  # (n, 3)
    y: np.ndarray  # (n, 1), kWh a day
    X_calibration: np.ndarray
    y_calibration: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    X_cold: np.ndarray
    y_cold: np.ndarray


def heating_rows(n: int, rng: np.random.Generator, *, mean: float = 5.0, std: float = 6.0) -> tuple:
    """Return X: (n, 3), in the units of FEATURES, and y: (n, 1) in kWh a day, with outdoor temperatures N(mean, std²).

    y = 0.02 * area * max(20 - temperature, 0) + 1.5 * wind + noise, with a standard deviation of NOISE.
    """
    area, outside, wind = rng.uniform(50, 200, n), rng.normal(mean, std, n), rng.gamma(2, 2, n)
    y = 0.02 * area * np.maximum(20 - outside, 0) + 1.5 * wind + rng.normal(0, NOISE, n)
    return np.column_stack([area, outside, wind]), y[:, None]


def houses(seed: int, *, n: int = 80, n_calibration: int = 40, n_test: int = 1000) -> Houses:
    """Return the houses of one seed; the cold month has temperatures N(-8, 3²)."""
    rng = np.random.default_rng(seed)
    return Houses(
        *heating_rows(n, rng),
        *heating_rows(n_calibration, rng),
        *heating_rows(n_test, rng),
        *heating_rows(n_test, rng, mean=-8, std=3),
    )


def tensor(a: np.ndarray) -> torch.Tensor:
    """Return a float32 copy."""
    return torch.tensor(a, dtype=torch.float32)


def fitted(
    train: Callable, model: nn.Module, X: np.ndarray, y: np.ndarray, *, by: np.ndarray | None
) -> Callable[..., np.ndarray]:
    """Return the predictor, kWh in and out, of a model trained by ``train(model, X, y)`` on (X, y).

    by: the rows whose means and standard deviations standardize X, which should be X itself; the targets are
    standardized too, and predictions go back: y_hat * std + mean. With None the numbers stay as they are.
    ``predictor(X, own=True)`` makes the mistake of standardizing X by itself.
    """
    mean, std = (np.zeros(X.shape[1]), np.ones(X.shape[1])) if by is None else (by.mean(axis=0), by.std(axis=0))
    y_mean, y_std = (0.0, 1.0) if by is None else (y.mean(), y.std())
    train(model, tensor((X - mean) / std), tensor((y - y_mean) / y_std))

    def predictor(X: np.ndarray, *, own: bool = False) -> np.ndarray:
        center, spread = (X.mean(axis=0), X.std(axis=0)) if own else (mean, std)
        model.eval()
        with torch.no_grad():
            return model(tensor((X - center) / spread)).numpy() * y_std + y_mean

    return predictor


def half_width(errors: np.ndarray, coverage: float = 0.9) -> float:
    """Return the half width of an interval by the sizes of errors: their ceil(coverage * (n + 1))-th smallest.

    With errors of rows that took no part in training, a new row falls inside with this probability or a little more
    (split conformal prediction: Vovk, Gammerman and Shafer, 2005).
    """
    sizes = np.sort(np.abs(np.ravel(errors)))
    return float(sizes[min(int(np.ceil(coverage * (len(sizes) + 1))), len(sizes)) - 1])
