"""Inputs on which tensors.py and tensors_torch.py must agree."""

import numpy as np


def inputs(rng):
    constant = rng.normal(size=(6, 3))
    constant[:, 1] = 0.1  # its std, computed, is about 1e-17 and not 0
    return {
        "batched_matmul": [
            ((rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 3, 4))), {}),
            ((rng.normal(size=(1, 1, 1)), rng.normal(size=(1, 1, 1))), {}),
            ((rng.normal(size=(4, 4, 4)), rng.normal(size=(4, 4, 4))), {}),
        ],
        "standardize": [
            ((rng.normal(3.0, 2.0, size=(20, 4)), rng.normal(size=(7, 4))), {}),
            ((constant, rng.normal(size=(2, 3))), {}),
        ],
        "pca": [
            ((rng.normal(size=(30, 4)) * [4.0, 3.0, 2.0, 1.0] + 5.0, 2), {}),
            ((rng.normal(size=(3, 10)), 2), {}),
        ],
    }


def without_signs(result):
    """Return pca's result with each component's largest entry positive, and its scores to match."""
    components, scores, ratio = result
    largest = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(len(components)), largest])
    return [components * signs[:, None], scores * signs, ratio]


COMPARABLE = {"pca": without_signs}
