"""Inputs on which clipping.py and clipping_torch.py must agree."""

import numpy as np


def inputs(rng):
    grads = [rng.normal(size=shape) for shape in ((3, 4), (4,), (2, 2, 2))]
    hand = [np.array([3.0, 4.0]), np.array([12.0])]
    return {
        "clip_by_global_norm": [((grads, c), {}) for c in (0.01, 1.0, 1e6)]
        + [((hand, c), {}) for c in (1.0, 13.0, 20.0)],
        "clip_by_value": [((grads, c), {}) for c in (0.1, 100.0)],
    }
