"""Layers: the pure functions of this folder with what they must remember between forward and backward.

One protocol for every layer:
    y = layer.forward(x, training=...)   x: (n, d_in)  ->  y: (n, d_out); keeps what backward needs
    dx = layer.backward(dy)              the gradients of the last forward; fills layer.grads in place
    layer.params, layer.grads            lists of arrays in the same order; grads as long as params
    layer.n_decayed                      how many of them, from the front, are weights that a penalty may shrink
    layer.buffers                        arrays that are remembered but not learned (running statistics)
    layer.parts()                        the layers inside, itself when there are none

Sources: the module of torch.nn; J. Grus's joelnet for the size.
"""

import numpy as np

from labkit.reference.activations import ACTIVATIONS
from labkit.reference.batchnorm import batchnorm_backward, batchnorm_forward
from labkit.reference.dense import relu_backward
from labkit.reference.dropout import dropout_backward, dropout_forward
from labkit.reference.initialization import he_normal
from labkit.reference.layernorm import layernorm_backward, layernorm_forward


class Layer:
    """Has nothing to learn and nothing to remember, unless a subclass says so."""

    n_decayed = 0

    def __init__(self, params=(), buffers=()):
        self.params = list(params)
        self.grads = [np.zeros_like(p) for p in self.params]
        self.buffers = list(buffers)

    def parts(self):
        """Return the layers that hold parameters of their own."""
        return [self]

    def keep_gradients(self, *gradients):
        """Write the gradients into self.grads, in place: the arrays may be views of a larger one."""
        for kept, gradient in zip(self.grads, gradients, strict=True):
            kept[...] = gradient


def column_product(a, b):
    """Return a @ b stored column by column.

    A batch has many rows and few columns. NumPy runs along what is stored together, so adding a bias or
    summing over the batch is several times faster in columns of a thousand than in rows of eight.
    """
    product = np.empty((a.shape[0], b.shape[1]), np.result_type(a, b), order="F")
    return np.matmul(a, b, out=product)


class Dense(Layer):
    """Weighted sums, as dense_forward and dense_backward, with the batch stored column by column.

    >>> Dense(2, 3, np.random.default_rng(0)).forward(np.ones((5, 2))).shape
    (5, 3)
    """

    n_decayed = 1

    def __init__(self, d_in, d_out, rng, *, init=he_normal):
        super().__init__([init(d_in, d_out, rng), np.zeros(d_out)])

    def forward(self, x, *, training=False):
        w, b = self.params
        self.x = x
        return column_product(x, w) + b

    def backward(self, dy):
        w, _ = self.params
        dw, db = self.grads
        np.matmul(self.x.T, dy, out=dw)
        np.sum(dy, axis=0, out=db)
        return column_product(dy, w.T)


class ReLU(Layer):
    """What is positive passes, both ways."""

    def forward(self, x, *, training=False):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        return relu_backward(dy, self.x)


class Activation(Layer):
    """Any activation of the course by its name in ACTIVATIONS."""

    def __init__(self, name):
        super().__init__()
        self.f, self.f_grad = ACTIVATIONS[name]

    def forward(self, x, *, training=False):
        self.x = x
        return self.f(x)

    def backward(self, dy):
        return dy * self.f_grad(self.x)


class Dropout(Layer):
    """Drops with probability p in training; rng draws a new mask at each forward."""

    def __init__(self, p, rng):
        super().__init__()
        self.p, self.rng = p, rng

    def forward(self, x, *, training=False):
        y, self.mask = dropout_forward(x, self.p, self.rng, training=training)
        return y

    def backward(self, dy):
        return dropout_backward(dy, self.mask)


class BatchNorm(Layer):
    """Batch normalisation; gamma and beta are params, the running mean and variance are buffers."""

    def __init__(self, d, *, momentum=0.1, eps=1e-5):
        super().__init__([np.ones(d), np.zeros(d)], buffers=[np.zeros(d), np.ones(d)])
        self.momentum, self.eps = momentum, eps

    def forward(self, x, *, training=False):
        self.x, self.training = x, training
        options = {"training": training, "momentum": self.momentum, "eps": self.eps}
        y, mean, var = batchnorm_forward(x, *self.params, *self.buffers, **options)
        if training:
            self.buffers[0][...], self.buffers[1][...] = mean, var
        return y

    def backward(self, dy):
        gamma, _ = self.params
        if self.training:
            dx, dgamma, dbeta = batchnorm_backward(dy, self.x, gamma, self.eps)
        else:  # mean and variance were constants: a scale and a shift
            mean, var = self.buffers
            scale = 1 / np.sqrt(var + self.eps)
            dx, dgamma, dbeta = dy * gamma * scale, np.sum(dy * (self.x - mean) * scale, axis=0), np.sum(dy, axis=0)
        self.keep_gradients(dgamma, dbeta)
        return dx


class LayerNorm(Layer):
    """Layer normalisation over the last axis."""

    def __init__(self, d, *, eps=1e-5):
        super().__init__([np.ones(d), np.zeros(d)])
        self.eps = eps

    def forward(self, x, *, training=False):
        self.x = x
        gamma, beta = self.params
        return layernorm_forward(x, gamma, beta, self.eps)

    def backward(self, dy):
        dx, dgamma, dbeta = layernorm_backward(dy, self.x, self.params[0], self.eps)
        self.keep_gradients(dgamma, dbeta)
        return dx


class Residual(Layer):
    """Adds to x what the layers inside make of it; they must keep its width."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = layers

    def parts(self):
        return [part for layer in self.layers for part in layer.parts()]

    def forward(self, x, *, training=False):
        y = x
        for layer in self.layers:
            y = layer.forward(y, training=training)
        return x + y

    def backward(self, dy):
        dx = dy
        for layer in reversed(self.layers):
            dx = layer.backward(dx)
        return dy + dx
