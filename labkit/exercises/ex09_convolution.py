"""The exercises of 09_convolution, in the order of the notebook."""

from __future__ import annotations

from labkit.exercises.ex09_avg_pool import AVERAGE
from labkit.exercises.ex09_lenet import LENET
from labkit.exercises.ex09_loops import LOOPS
from labkit.exercises.ex09_matrix import BACKWARD, FORWARD
from labkit.exercises.ex09_max_pool import MAX_FORWARD
from labkit.exercises.ex09_max_pool_backward import MAX_BACKWARD
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
