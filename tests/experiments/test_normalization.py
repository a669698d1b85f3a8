"""The experiments on batch norm measure what they say they measure, and leave networks as they were."""

from __future__ import annotations

import numpy as np

from labkit.experiments import normalization
from labkit.experiments import regularization as ex
from labkit.reference.batchnorm import batchnorm_forward


def test_batch_statistics_leave_the_kept_network_as_it_was():
    network = ex.members(ex.noisy_digits(0), ex.CURES["batch norm"], 0, epochs=2)[0].network
    before = [array.copy() for array in network.state]
    normalization.accuracy_by_batch(0, [4], epochs=2)
    assert all(np.array_equal(a, b) for a, b in zip(before, network.state, strict=True))


def test_running_statistics_start_at_0_and_1_and_reach_the_truth():
    story = np.mean([normalization.running_statistics(batchnorm_forward, seed) for seed in range(20)], axis=0)
    assert story[0].tolist() == [0, 1]
    assert np.allclose(story[-20:].mean(axis=0), [3, 4], atol=0.3)


def test_batch_statistics_at_inference_hurt_most_in_batches_of_one_class():
    shuffled, in_order, running = normalization.accuracy_by_batch(0, [2, 50], epochs=40)
    assert in_order[0] < shuffled[0] < shuffled[1]
    assert shuffled[0] < running
    assert in_order[1] < running
