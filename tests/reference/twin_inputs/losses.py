"""Inputs on which losses.py and losses_torch.py must agree, and the same gradients by autograd."""

import numpy as np

from labkit.reference import losses


def pairs(rng):
    """Return predictions with answers, a column against a vector among them."""
    return [
        (rng.normal(size=7), rng.normal(size=7)),
        (rng.normal(size=(7, 1)), rng.normal(size=7)),
        (rng.normal(size=7), rng.normal(size=(7, 1))),
        (rng.normal(size=(5, 3)), rng.normal(size=(5, 3))),
        (rng.normal(size=1), rng.normal(size=1)),
    ]


def classified(rng):
    """Return logits with labels, huge ones among them."""
    return [
        (scale * rng.normal(size=(n, k)), rng.integers(k, size=n))
        for n, k, scale in ((6, 4, 1), (1, 2, 5), (9, 3, 1000))
    ]


def inputs(rng):
    cases = {name: [(pair, {}) for pair in pairs(rng)] for name in ("mse_loss", "mse_grad", "mae_loss", "mae_grad")}
    cases["mae_grad"].append(((np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, 0.0])), {}))
    labels = rng.integers(2, size=8)
    cases["binary_cross_entropy"] = [
        ((rng.uniform(size=8), labels), {}),
        ((rng.uniform(size=(8, 1)), labels), {}),
        ((rng.uniform(size=8), rng.uniform(size=8)), {}),
        ((np.array([0.0, 1.0, 0.0, 1.0, 1e-60]), np.array([0.0, 0.0, 1.0, 1.0, 1.0])), {}),
    ]
    for name in ("cross_entropy", "softmax_cross_entropy_backward"):
        cases[name] = [(pair, {}) for pair in classified(rng)]
    return cases


def autograd(rng):
    def regression(name, loss):
        def case(torch):
            y_pred, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 2))
            leaf = torch.tensor(y_pred, requires_grad=True)
            getattr(torch.nn, loss)()(leaf, torch.tensor(y)).backward()
            return getattr(losses, name)(y_pred, y), leaf.grad

        return case

    def classification(torch):
        logits, y = classified(rng)[0]
        leaf = torch.tensor(logits, requires_grad=True)
        torch.nn.CrossEntropyLoss()(leaf, torch.tensor(y)).backward()
        return losses.softmax_cross_entropy_backward(logits, y), leaf.grad

    return {
        "mse_grad": regression("mse_grad", "MSELoss"),
        "mae_grad": regression("mae_grad", "L1Loss"),
        "softmax_cross_entropy_backward": classification,
    }
