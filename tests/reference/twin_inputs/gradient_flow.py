"""Inputs on which gradient_flow.py and gradient_flow_torch.py must agree: activations both can call."""

import itertools


def cubic(z):
    return z - z**3 / 30


def cubic_grad(z):
    return 1 - z**2 / 10


def rectifier(z):
    return z * (z > 0)


def rectifier_grad(z):
    return 1.0 * (z > 0)


def inputs(rng):
    def case(sizes, n, *functions):
        weights = [rng.normal(size=(a, b)) * 0.7 for a, b in itertools.pairwise(sizes)]
        return ((weights, rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1])), *functions), {})

    return {
        "gradient_norms": [
            case([3, 4, 2], 5, cubic, cubic_grad),
            case([6, 5, 5, 5, 4, 3], 8, rectifier, rectifier_grad),
            case([2, 2], 1, cubic, cubic_grad),
        ]
    }
