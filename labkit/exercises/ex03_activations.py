"""The exercises of 03_activations: bends element by element, their slopes, and the one that looks at a whole row."""

from __future__ import annotations

from labkit.exercises.ex03_elu import ELU
from labkit.exercises.ex03_gates import GELU, SILU
from labkit.exercises.ex03_leaks import LEAKY, PRELU
from labkit.exercises.ex03_rectifiers import RELU, RELU_GRAD
from labkit.exercises.ex03_saturating import SIGMOID, SIGMOID_GRAD, TANH_GRAD
from labkit.exercises.ex03_softmax import LOG_SOFTMAX, SOFTMAX

EXERCISES = (SIGMOID, SIGMOID_GRAD, TANH_GRAD, RELU, RELU_GRAD, LEAKY, PRELU, ELU, SILU, GELU, SOFTMAX, LOG_SOFTMAX)
