"""Inputs on which descent.py and descent_torch.py must agree: callables that both dialects can call."""

import numpy as np


def parabola_grad(x):
    return 2 * x + 4


def bowl_grad(x):
    return x * 0.5 + 1.0


def inputs(rng):
    return {
        "gradient_descent": [
            ((parabola_grad, rng.normal(size=()), 0.2), {}),
            ((parabola_grad, 5.0, 0.9), {"tol": 1e-3}),
            ((parabola_grad, 5, 1.0), {"max_steps": 7}),
            ((bowl_grad, rng.normal(size=4), 0.7), {"tol": 1e-4}),
            ((bowl_grad, np.arange(3), 0.1), {"max_steps": 5}),
            ((bowl_grad, np.ones(2), 0.1), {"max_steps": 0}),
        ]
    }
