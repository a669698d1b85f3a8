"""The exercises of 11_tuning: where to look, how to try at random, how to give up early, how to find a rate."""

from __future__ import annotations

from labkit.exercises.ex11_halving import HALVING
from labkit.exercises.ex11_random_search import SEARCH
from labkit.exercises.ex11_range_test import RANGE_TEST
from labkit.exercises.ex11_search_space import GRID, SAMPLE

EXERCISES = (SAMPLE, GRID, SEARCH, HALVING, RANGE_TEST)
