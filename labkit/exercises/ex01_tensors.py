"""The exercises of 01_tensors, in the order of the course's table."""

from __future__ import annotations

from labkit.exercises.ex01_batched import BATCHED
from labkit.exercises.ex01_matmul import MATMUL
from labkit.exercises.ex01_pca import PCA
from labkit.exercises.ex01_standardize import STANDARDIZE

EXERCISES = (MATMUL, BATCHED, STANDARDIZE, PCA)
