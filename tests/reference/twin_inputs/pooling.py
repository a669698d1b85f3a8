"""Inputs on which pooling.py and pooling_torch.py must agree: rests, overlaps, edges, ties, negative images."""

import numpy as np

from labkit.reference import pooling

#        image, size, stride, padding
SIZES = (
    ((4, 6), 2, None, 0),
    ((5, 7), 2, None, 0),
    ((6, 5), 3, 1, 1),
    ((7, 7), 3, 2, 1),
    ((5, 4), 2, 3, 1),
    ((3, 3), 3, None, 0),
    ((4, 4), 1, 2, 0),
)


def images(rng):
    for image, size, stride, padding in SIZES:
        yield rng.normal(size=(2, 3, *image)) - 2, size, stride, padding  # mostly negative: a padding of 0 would win
        yield rng.integers(-2, 1, (2, 3, *image)).astype(np.float64), size, stride, padding  # many ties


def inputs(rng):
    forward, backward = list(images(rng)), []
    for case in images(rng):
        y, cache = pooling.max_pool_forward(*case)
        backward.append(((rng.normal(size=y.shape), cache), {}))
    return {
        "max_pool_forward": [(case, {}) for case in forward],
        "max_pool_backward": backward,
        "avg_pool": [(case[:3], {}) for case in forward],
    }
