"""Inputs on which batchnorm.py and batchnorm_torch.py must agree, and the gradients by autograd."""

import numpy as np

from labkit.reference import batchnorm


def batch(rng, n, d):
    x = rng.normal(size=(n, d)) * rng.uniform(0.1, 10, size=d) + rng.normal(size=d)
    return x, rng.normal(size=d), rng.normal(size=d), rng.normal(size=d), rng.uniform(0.1, 5, size=d)


def inputs(rng):
    forward = []
    for n, d in ((2, 1), (5, 3), (16, 4)):
        forward += [(batch(rng, n, d), {"training": training}) for training in (True, False)]
        forward.append((batch(rng, n, d), {"training": True, "momentum": 0.7, "eps": 0.1}))
    forward.append((batch(rng, 1, 3), {"training": False}))
    constant = np.ones((4, 2))
    forward.append(((constant, *batch(rng, 4, 2)[1:]), {"training": True}))
    backward = [((rng.normal(size=(n, d)), *batch(rng, n, d)[:2]), {}) for n, d in ((2, 1), (5, 3), (16, 4))]
    backward.append(((rng.normal(size=(5, 3)), *batch(rng, 5, 3)[:2]), {"eps": 0.1}))
    return {"batchnorm_forward": forward, "batchnorm_backward": backward}


def autograd(rng):
    def case(torch):
        x, gamma, beta, *_ = batch(rng, 7, 3)
        dy = rng.normal(size=(7, 3))
        layer = torch.nn.BatchNorm1d(3, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(gamma))
            layer.bias.copy_(torch.tensor(beta))
        leaf = torch.tensor(x, requires_grad=True)
        layer(leaf).backward(torch.tensor(dy))
        return batchnorm.batchnorm_backward(dy, x, gamma), [leaf.grad, layer.weight.grad, layer.bias.grad]

    return {"batchnorm_backward": case}
