"""Optimizers that remember: the update rules of optimizers.py with their memory, as `opt = Adam(lr=1e-3)`.

One protocol: ``opt.step(params, grads)`` takes two lists of arrays in the same order and writes the new
values into the arrays of params, in place. The memory (velocity, moments) is made at the first step, one
set for each array; an optimizer therefore belongs to one list of parameters.

Sources: the arrangement of torch.optim.
"""

import numpy as np

from labkit.reference.optimizers import (
    adagrad_step,
    adam_step,
    adamw_step,
    momentum_step,
    rmsprop_step,
    sgd_step,
)


class Optimizer:
    """Applies an update rule to every array of a list; subclasses name the rule and its memory.

    ``lr`` may be changed between steps, which is how a schedule works. ``t`` counts the steps taken.
    ``memory`` holds, for each array of params, the list of its memory arrays.
    """

    n_memory = 0

    def __init__(self, lr):
        self.lr = lr
        self.t = 0
        self.memory = None

    def step(self, params, grads):
        """Move every array of params by its gradient, in place; return None."""
        if self.memory is None:
            self.memory = [[np.zeros_like(w) for _ in range(self.n_memory)] for w in params]
        self.t += 1
        for w, g, memory in zip(params, grads, self.memory, strict=True):
            new_values = self.rule(w, g, *memory)
            for array, value in zip([w, *memory], new_values, strict=True):
                array[...] = value

    def rule(self, w, g, *memory):
        """Return the new parameters and the new memory as one tuple."""
        raise NotImplementedError


class SGD(Optimizer):
    """Plain gradient descent: sgd_step.

    >>> w = np.array([1.0, 2.0])
    >>> SGD(lr=0.5).step([w], [np.array([2.0, 0.0])])
    >>> w.tolist()
    [0.0, 2.0]
    """

    def rule(self, w, g):
        return (sgd_step(w, g, self.lr),)


class Momentum(Optimizer):
    """Gradient descent with a velocity: momentum_step."""

    n_memory = 1

    def __init__(self, lr, mu=0.9):
        super().__init__(lr)
        self.mu = mu

    def rule(self, w, g, v):
        return momentum_step(w, g, v, self.lr, self.mu)


class AdaGrad(Optimizer):
    """A rate for each parameter that only shrinks: adagrad_step."""

    n_memory = 1

    def __init__(self, lr, eps=1e-10):
        super().__init__(lr)
        self.eps = eps

    def rule(self, w, g, s):
        return adagrad_step(w, g, s, self.lr, self.eps)


class RMSprop(Optimizer):
    """A rate for each parameter that forgets: rmsprop_step."""

    n_memory = 1

    def __init__(self, lr, beta=0.99, eps=1e-8):
        super().__init__(lr)
        self.beta, self.eps = beta, eps

    def rule(self, w, g, s):
        return rmsprop_step(w, g, s, self.lr, self.beta, self.eps)


class Adam(Optimizer):
    """Both moments, without their bias: adam_step."""

    n_memory = 2

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps

    def rule(self, w, g, m, v):
        return adam_step(w, g, m, v, self.t, self.lr, self.beta1, self.beta2, self.eps)


class AdamW(Adam):
    """Adam with decoupled weight decay, which here meets every array of params, biases too: adamw_step."""

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
        super().__init__(lr, beta1, beta2, eps)
        self.weight_decay = weight_decay

    def rule(self, w, g, m, v):
        return adamw_step(w, g, m, v, self.t, self.lr, self.beta1, self.beta2, self.eps, self.weight_decay)


OPTIMIZERS = {"SGD": SGD, "Momentum": Momentum, "AdaGrad": AdaGrad, "RMSprop": RMSprop, "Adam": Adam, "AdamW": AdamW}
