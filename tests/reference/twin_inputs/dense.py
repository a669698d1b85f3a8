"""Inputs on which dense.py and dense_torch.py must agree, and the same gradients by autograd."""

import numpy as np

from labkit.reference import dense

SIZES = ((5, 3, 2), (1, 4, 4), (3, 1, 1))


def inputs(rng):
    def array(*shape):
        return rng.normal(size=shape)

    z = array(3, 4)
    z[0, 0] = 0.0
    return {
        "dense_forward": [((array(n, d), array(d, k), array(k)), {}) for n, d, k in SIZES],
        "dense_backward": [((array(n, k), array(n, d), array(d, k)), {}) for n, d, k in SIZES],
        "relu_backward": [((array(3, 4), z), {}), ((array(2), np.zeros(2)), {})],
    }


def autograd(rng):
    def dense_layer(torch):
        x, w, b, dy = (rng.normal(size=shape) for shape in ((6, 3), (3, 4), (4,), (6, 4)))
        leaves = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
        torch.nn.functional.linear(leaves[0], leaves[1].T, leaves[2]).backward(torch.tensor(dy))
        return dense.dense_backward(dy, x, w), [leaf.grad for leaf in leaves]

    def rectifier(torch):
        z, dy = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
        leaf = torch.tensor(z, requires_grad=True)
        torch.nn.ReLU()(leaf).backward(torch.tensor(dy))
        return dense.relu_backward(dy, z), leaf.grad

    return {"dense_backward": dense_layer, "relu_backward": rectifier}
