"""The exercises of 09_convolution, in the order of the notebook."""

from __future__ import annotations

from labkit.exercises.ex09_lenet import LENET
from labkit.exercises.ex09_loops import LOOPS
from labkit.exercises.ex09_matrix import BACKWARD, FORWARD
from labkit.exercises.ex09_pooling import AVERAGE, MAX_BACKWARD, MAX_FORWARD
from labkit.exercises.ex09_sizes import COUNT_PARAMETERS, OUTPUT_SIZE

EXERCISES = (
    COUNT_PARAMETERS,
    LOOPS,
    OUTPUT_SIZE,
    FORWARD,
    BACKWARD,
    MAX_FORWARD,
    MAX_BACKWARD,
    AVERAGE,
    LENET,
)
