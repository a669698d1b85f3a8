"""The exercises of 02_perceptron: predict, correct, repeat until nothing is wrong, and what one line cannot do."""

from __future__ import annotations

from labkit.exercises.ex02_fit import FIT
from labkit.exercises.ex02_predict import PREDICT
from labkit.exercises.ex02_update import UPDATE
from labkit.exercises.ex02_xor import XOR

EXERCISES = (PREDICT, UPDATE, FIT, XOR)
