"""The exercises of 06_networks, in the notebook's order: make a network of any depth, run it, score it, and let it learn."""

from __future__ import annotations

from labkit.exercises.ex06_accuracy import ACCURACY
from labkit.exercises.ex06_forward import FORWARD
from labkit.exercises.ex06_initialization import INIT
from labkit.exercises.ex06_step import STEP
from labkit.exercises.ex06_training import EPOCH

EXERCISES = (INIT, FORWARD, ACCURACY, EPOCH, STEP)
