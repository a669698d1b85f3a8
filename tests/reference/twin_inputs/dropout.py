"""Inputs on which dropout.py and dropout_torch.py must agree, and the gradient by torch's own dropout."""

import numpy as np

from labkit.reference import dropout


def inputs(rng):
    forward = []
    for shape in ((20,), (4, 5), (2, 3, 4)):
        for p in (0.0, 0.3, 0.9):
            for training in (True, False):
                forward.append(
                    ((rng.normal(size=shape), p, np.random.default_rng(rng.integers(99))), {"training": training})
                )
    mask = np.array([[0.0, 2.0], [2.0, 0.0]])
    return {"dropout_forward": forward, "dropout_backward": [((rng.normal(size=(2, 2)), mask), {})]}


def autograd(rng):
    def case(torch):
        x, dy = 1.0 + rng.uniform(size=(6, 5)), rng.normal(size=(6, 5))
        leaf = torch.tensor(x, requires_grad=True)
        y = torch.nn.functional.dropout(leaf, 0.4, training=True)
        y.backward(torch.tensor(dy))
        mask = (y.detach() / leaf.detach()).numpy()  # torch keeps its mask to itself: read it off
        return dropout.dropout_backward(dy, mask), leaf.grad

    return {"dropout_backward": case}
