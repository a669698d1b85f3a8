"""The count of operations, the ways to multiply and the timings' form; never how long anything took."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from labkit.datasets import load_iris
from labkit.experiments import tensors
from labkit.reference.tensors import standardize


@pytest.mark.parametrize(("m", "k", "n"), [(1, 1, 1), (2, 3, 4), (5, 1, 2)])
def test_the_triple_loop_takes_2mnk_operations(m, k, n):
    assert tensors.count_operations(m, k, n) == {"multiplications": m * k * n, "additions": m * k * n}


@pytest.mark.parametrize("product", [tensors.matmul_broadcast, tensors.matmul_loops_tensors])
@pytest.mark.parametrize("convert", [np.asarray, torch.from_numpy])
def test_every_way_gives_the_matrix_product(product, convert):
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    C = product(convert(A), convert(B))
    assert type(C) is type(convert(A))
    assert_allclose(np.asarray(C), A @ B)


def test_time_products_gives_seconds_for_each_run_and_stops_before_a_size_takes_too_long():
    sizes = np.array([2, 4, 8])
    ways = {"all": (np.matmul, np.asarray), "first only": (lambda A, B: sum(range(100_000)), np.asarray)}
    seconds = tensors.time_products(ways, sizes, np.random.default_rng(0), runs=2, longest=1e-3)
    assert seconds["all"].shape == (2, 3)
    assert (seconds["all"] > 0).all()
    assert np.isfinite(seconds["first only"][:, 0]).all()
    assert np.isnan(seconds["first only"][:, 1:]).all()


def test_time_products_gives_torch_its_threads_back():
    before = torch.get_num_threads()
    tensors.time_products({"t": (torch.matmul, torch.from_numpy)}, np.array([2]), np.random.default_rng(0), runs=1)
    assert torch.get_num_threads() == before


def test_no_timed_product_is_faster_than_the_measured_peak():
    sizes, seconds = np.array([2, 4]), {"way": np.array([[1e-30, np.nan]])}
    peak = tensors.measured_peak(np.random.default_rng(0), sizes, seconds, n=16, runs=1)
    assert peak == pytest.approx(2 * 2**3 / 1e-30)
    ordinary = tensors.measured_peak(np.random.default_rng(0), sizes, {"way": np.array([[1e9, 1e9]])}, n=64, runs=1)
    assert ordinary > 1e6


def test_nearest_neighbour_by_hand():
    X_train, y_train = np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([3, 5])
    assert_array_equal(tensors.nearest_neighbour(X_train, y_train, np.array([[1.0, 9.0], [6.0, 0.0]])), [3, 5])


def test_neighbour_accuracy_equals_scikit_learn():
    from sklearn.neighbors import KNeighborsClassifier

    data = load_iris(3)
    theirs = KNeighborsClassifier(1).fit(data.X_train, data.y_train).score(data.X_validation, data.y_validation)
    assert tensors.neighbour_accuracy(3, lambda X_train, X: (X_train, X)) == pytest.approx(theirs)


def test_a_field_standardized_with_its_own_numbers_loses_its_species():
    honest = [tensors.accuracy_by_field(seed, standardize, own_numbers=False) for seed in range(5)]
    own = [tensors.accuracy_by_field(seed, standardize, own_numbers=True) for seed in range(5)]
    assert min(honest) > max(own) + 0.3


def test_examples_are_true():
    results = doctest.testmod(tensors)
    assert results.attempted > 0
    assert results.failed == 0
