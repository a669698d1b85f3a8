"""Experiment of 07_deep_networks: keep few activations, compute the others again, and count what each costs.

Source: T. Chen, B. Xu, C. Zhang, C. Guestrin, "Training deep nets with sublinear memory cost" (2016).
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cost:
    """What one forward and backward pass took."""

    kept: int  # most activations (n, d) alive at once for the way back
    layers_run: int  # layers computed forwards, repetitions included
    peak_bytes: int = 0  # most memory that NumPy held for it at once
    seconds: float = 0.0  # of one thread's work


def backward_with_checkpoints(
    weights: Sequence[np.ndarray], x: np.ndarray, dy: np.ndarray, every: int
) -> tuple[list[np.ndarray], Cost]:
    """Return the gradient in each weight matrix of a tanh chain, keeping only the input of every ``every``-th layer.

    weights: list of L matrices (d, d)  x: (n, d)  dy: (n, d)  ->  (grads: list of L matrices, cost)

    On the way back each stretch of ``every`` layers is run again from the input that was kept.  every = 1 keeps everything
    and runs nothing again.
    """
    kept, h, run = {}, x, 0
    for layer, w in enumerate(weights):
        if layer % every == 0:
            kept[layer] = h
        h = np.tanh(h @ w)
        run += 1
    output, most = h, len(kept) + 1
    grads: list[np.ndarray] = [np.empty(0)] * len(weights)
    for start in sorted(kept, reverse=True):
        stop = min(start + every, len(weights))
        inside = [kept.pop(start)]
        for layer in range(start, stop - 1):  # the output of the last one is the next stretch's input, which is known
            inside.append(np.tanh(inside[-1] @ weights[layer]))
            run += 1
        most = max(most, len(kept) + len(inside) + 1)
        for layer in range(stop - 1, start - 1, -1):
            h_in = inside.pop()
            dz = dy * (1 - output**2)
            grads[layer] = h_in.T @ dz
            dy, output = dz @ weights[layer].T, h_in
    return grads, Cost(most, run)


def measured(weights: Sequence[np.ndarray], x: np.ndarray, dy: np.ndarray, every: int, repeats: int = 3) -> Cost:
    """Return the cost of one pass with the memory that NumPy took at most and the least time of a few repetitions."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        _, cost = backward_with_checkpoints(weights, x, dy, every)
        times.append(time.process_time() - begin)
    tracing = tracemalloc.is_tracing()
    if not tracing:
        tracemalloc.start()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    backward_with_checkpoints(weights, x, dy, every)
    peak = tracemalloc.get_traced_memory()[1] - before
    if not tracing:
        tracemalloc.stop()
    return Cost(cost.kept, cost.layers_run, peak, min(times))
