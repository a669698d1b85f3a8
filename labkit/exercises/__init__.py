"""The table of all exercises: one file a notebook, each a literal tuple, joined here in the order of the course."""

from __future__ import annotations

from labkit.exercises.ex00_start_here import EXERCISES as START_HERE
from labkit.exercises.ex01_tensors import EXERCISES as TENSORS
from labkit.exercises.ex02_perceptron import EXERCISES as PERCEPTRON
from labkit.exercises.ex03_activations import EXERCISES as ACTIVATIONS
from labkit.exercises.ex04_gradient_descent import EXERCISES as GRADIENT_DESCENT
from labkit.exercises.ex05_backprop import EXERCISES as BACKPROP
from labkit.exercises.ex06_networks import EXERCISES as NETWORKS
from labkit.exercises.ex07_deep_networks import EXERCISES as DEEP_NETWORKS
from labkit.exercises.ex08_regularization import EXERCISES as REGULARIZATION
from labkit.exercises.ex09_convolution import EXERCISES as CONVOLUTION
from labkit.exercises.ex10_evaluation import EXERCISES as EVALUATION
from labkit.exercises.ex11_tuning import EXERCISES as TUNING
from labkit.exercises.ex12_lab_regression import EXERCISES as LAB_REGRESSION
from labkit.grading.model import Exercise

CATALOG: dict[str, Exercise] = {
    e.id: e
    for e in (
        *START_HERE,
        *TENSORS,
        *PERCEPTRON,
        *ACTIVATIONS,
        *GRADIENT_DESCENT,
        *BACKPROP,
        *NETWORKS,
        *DEEP_NETWORKS,
        *REGULARIZATION,
        *CONVOLUTION,
        *EVALUATION,
        *TUNING,
        *LAB_REGRESSION,
    )
}


def in_notebook(notebook: str) -> tuple[Exercise, ...]:
    """Return the exercises of one notebook, named by its file's stem, in order."""
    return tuple(e for e in CATALOG.values() if e.notebook == notebook)
