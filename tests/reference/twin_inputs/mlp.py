"""Inputs on which mlp.py and mlp_torch.py must agree."""

import numpy as np

from labkit.reference.mlp import init_params


def inputs(rng):
    networks = [init_params(sizes, rng) for sizes in ([3, 2], [2, 8, 3], [4, 5, 6, 1])]
    logits = rng.normal(size=(9, 4))
    ties = np.array([[1.0, 1.0], [0.0, 1.0], [2.0, 2.0]])
    return {
        "mlp_forward": [
            ((params, rng.normal(size=(n, params[0][0].shape[0]))), {}) for params in networks for n in (1, 6)
        ],
        "accuracy": [((logits, rng.integers(4, size=9)), {}), ((ties, np.array([0, 0, 1])), {})],
    }
