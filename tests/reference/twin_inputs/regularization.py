"""Inputs on which regularization.py and regularization_torch.py must agree."""

import numpy as np


def inputs(rng):
    params = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 1)), rng.normal(size=1))]
    with_zeros = [(np.array([[0.0, -1.0], [2.0, 0.0]]), np.ones(2))]
    pairs = [(p, lam) for p in (params, with_zeros) for lam in (0.0, 0.1, 3.0)]
    return {
        "l2_penalty": [(pair, {}) for pair in pairs],
        "l1_penalty": [(pair, {}) for pair in pairs],
        "elastic_net_penalty": [((p, lam, 0.7), {}) for p, lam in pairs],
    }
