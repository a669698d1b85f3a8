"""How long a matrix product takes, three ways: loops in Python, whole arrays at once, and the library's own routine.

Sources: Golub and Van Loan (2013), section 1.1, for the count; Goto and van de Geijn (2008) for why BLAS is fast.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # comes with scikit-learn

from labkit.datasets import load_iris
from labkit.reference.tensors import matmul_loops

Prepare = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


class Counted:
    """A number that counts the multiplications and additions it takes part in."""

    def __init__(self, value: float, counts: dict[str, int]) -> None:
        self.value, self.counts = value, counts

    def __mul__(self, other: Any) -> Counted:
        self.counts["multiplications"] += 1
        return Counted(self.value * float(other), self.counts)

    def __radd__(self, other: Any) -> Counted:
        self.counts["additions"] += 1
        return Counted(float(other) + self.value, self.counts)

    def __float__(self) -> float:
        return self.value


def count_operations(m: int, k: int, n: int) -> dict[str, int]:
    """Return the multiplications and additions of the triple loop on an m×k and a k×n matrix, counted one by one.

    >>> count_operations(2, 3, 4)
    {'multiplications': 24, 'additions': 24}
    """
    counts = {"multiplications": 0, "additions": 0}
    A, B = (
        np.array([[Counted(1.0, counts) for _ in range(c)] for _ in range(r)], dtype=object)
        for r, c in ((m, k), (k, n))
    )
    matmul_loops(A, B)
    return counts


def matmul_broadcast(A: Any, B: Any) -> Any:
    """Return the product of two matrices, all products made at once and then summed; arrays or tensors alike.

    A: (m, k)  B: (k, n)  ->  C: (m, n)

    (m, k, 1) against (k, n) broadcasts to (m, k, n): m k n numbers in memory at one time.
    """
    return (A[:, :, None] * B).sum(1)


def matmul_loops_tensors(A: Any, B: Any) -> Any:
    """Return the product of two matrices by three loops that index the arrays or tensors as they are."""
    C = A.new_zeros(A.shape[0], B.shape[1]) if hasattr(A, "new_zeros") else np.zeros((A.shape[0], B.shape[1]))
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            for p in range(A.shape[1]):
                C[i, j] += A[i, p] * B[p, j]
    return C


def time_products(
    methods: Mapping[str, tuple[Callable[[Any, Any], Any], Callable[[np.ndarray], Any]]],
    sizes: np.ndarray,
    rng: np.random.Generator,
    *,
    runs: int = 5,
    longest: float = 0.25,
) -> dict[str, np.ndarray]:
    """Return the seconds that each method takes on two n×n matrices of float64, on one thread.

    methods: name -> (product, what makes its kind of array out of a NumPy one)  ->  {name: (runs, len(sizes))}

    Every run has matrices of its own. A size is left out (nan) when the one before suggests more than ``longest``
    seconds for one product: eight times as long for twice the size.
    """
    seconds = {name: np.full((runs, len(sizes)), np.nan) for name in methods}
    with threadpool_limits(1), one_torch_thread():
        for name, (product, convert) in methods.items():
            for s, n in enumerate(sizes):
                before = float(np.median(seconds[name][:, s - 1])) if s else 0.0
                if not before * (n / sizes[s - 1]) ** 3 <= longest:  # nan, too, ends it
                    break
                for run in range(runs):
                    A, B = (convert(rng.normal(size=(n, n))) for _ in range(2))
                    seconds[name][run, s] = _seconds(product, A, B)
    return seconds


@contextlib.contextmanager
def one_torch_thread() -> Iterator[None]:
    """Hold torch to one thread for a while, when torch is in use at all."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def measured_peak(
    rng: np.random.Generator, sizes: np.ndarray, seconds: Mapping[str, np.ndarray], *, n: int = 1024, runs: int = 5
) -> float:
    """Return this machine's peak: operations a second of the fastest product that was ever timed, on one thread.

    sizes, seconds: as from time_products.  n: size of the float64 matrices that are timed in addition, large enough
    that the arithmetic and not the call decides.
    """
    A, B = rng.normal(size=(n, n)), rng.normal(size=(n, n))
    with threadpool_limits(1):
        rates = [2 * n**3 / min(_seconds(np.matmul, A, B) for _ in range(runs))]
    rates += [float(np.nanmax(2.0 * sizes**3 / taken)) for taken in seconds.values()]
    return max(rates)


def nearest_neighbour(X_train: np.ndarray, y_train: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return for each row of X the label of the training row at the smallest distance.

    X_train: (n, d)  y_train: (n,)  X: (m, d)  ->  (m,)
    """
    distance = ((X[:, None, :] - X_train[None, :, :]) ** 2).sum(axis=2)  # (m, 1, d) against (1, n, d)
    return y_train[distance.argmin(axis=1)]


def neighbour_accuracy(seed: int, prepare: Prepare) -> float:
    """Return the share of an iris split's validation flowers whose nearest training flower is of their species.

    prepare: (X_train, X) -> both tables as the distances shall see them.
    """
    data = load_iris(seed)
    X_train, X = prepare(data.X_train, data.X_validation)
    return float(np.mean(nearest_neighbour(X_train, data.y_train, X) == data.y_validation))


def accuracy_by_field(seed: int, standardize: Prepare, *, own_numbers: bool) -> float:
    """Return the nearest neighbour's mean accuracy over three fields of validation flowers, one field a species.

    own_numbers: standardize each field with its own mean and std instead of the training split's.
    """
    data = load_iris(seed)
    right = []
    for species in range(3):
        field = data.X_validation[data.y_validation == species]
        Z_train, Z = standardize(data.X_train, field)
        if own_numbers:
            Z, _ = standardize(field, field)
        right.append(np.mean(nearest_neighbour(Z_train, data.y_train, Z) == species))
    return float(np.mean(right))


def _seconds(product: Callable[[Any, Any], Any], A: Any, B: Any) -> float:
    """Return the seconds of one call; short ones are repeated, since a clock tick is long beside them."""
    start = time.perf_counter()
    product(A, B)
    once = time.perf_counter() - start
    repeats = min(100, int(2e-4 / max(once, 1e-7)))
    if repeats < 2:
        return once
    start = time.perf_counter()
    for _ in range(repeats):
        product(A, B)
    return (time.perf_counter() - start) / repeats
