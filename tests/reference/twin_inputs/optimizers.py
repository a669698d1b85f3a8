"""Inputs on which optimizers.py and optimizers_torch.py must agree."""

import numpy as np

SHAPES = ((), (3,), (4, 2))


def inputs(rng):
    def array(shape):
        return np.asarray(rng.normal(size=shape))

    cases = {name: [] for name in ("sgd_step", "momentum_step", "adagrad_step", "rmsprop_step", "adam_step")}
    cases["adamw_step"] = []
    for shape in SHAPES:
        w, g, v, s = array(shape), array(shape), array(shape), np.asarray(np.abs(array(shape)))
        cases["sgd_step"].append(((w, g, 0.1), {}))
        cases["momentum_step"] += [((w, g, v, 0.1), {}), ((w, g, v, 0.1), {"mu": 0.5})]
        cases["adagrad_step"] += [((w, g, s, 0.1), {}), ((w, np.zeros(shape), np.zeros(shape), 0.1), {"eps": 1e-3})]
        cases["rmsprop_step"] += [((w, g, s, 0.1), {}), ((w, g, s, 0.1), {"beta": 0.5, "eps": 0.1})]
        for t in (1, 2, 100):
            cases["adam_step"] += [((w, g, v, s, t), {}), ((w, g, v, s, t, 0.1, 0.5, 0.7, 0.01), {})]
            cases["adamw_step"] += [((w, g, v, s, t), {}), ((w, g, v, s, t), {"weight_decay": 0.5, "lr": 0.3})]
    return cases
