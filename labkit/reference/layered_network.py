"""A network made of layers, whose parameters lie in one long vector: an optimizer moves all of them at once.

Sources: the arrangement of torch.nn.Sequential; the flat vector as in many numerical optimizers.
"""

import itertools

import numpy as np

from labkit.reference.initialization import he_normal, xavier_uniform
from labkit.reference.layers import Activation, Dense, Layer, ReLU


class Network:
    """Runs layers one after the other, and backwards.

    x: (n, d_in)  ->  y: (n, d_out)

    theta and dtheta hold all parameters and all gradients as one vector each; params and grads are lists
    of views into them, layer by layer, in the shapes the layers use. Changing one changes the other.
    Making a Network moves the layers' parameters into theta: a layer belongs to one network.

    >>> rng = np.random.default_rng(0)
    >>> network = Network([Dense(2, 8, rng), ReLU(), Dense(8, 3, rng)])
    >>> network.theta.shape, network.forward(np.ones((5, 2))).shape
    ((51,), (5, 3))
    """

    def __init__(self, layers, *, dtype=np.float64):
        """Take layers in order; dtype is that of the parameters and of everything computed."""
        self.layers = list(layers)
        self.parts = [part for layer in self.layers for part in layer.parts()]
        size = sum(p.size for part in self.parts for p in part.params)
        self.theta, self.dtheta = np.zeros(size, dtype), np.zeros(size, dtype)
        start = 0
        for part in self.parts:
            part.buffers = [buffer.astype(dtype) for buffer in part.buffers]
            for i, p in enumerate(part.params):
                where = slice(start, start + p.size)
                self.theta[where] = p.ravel()
                part.params[i] = self.theta[where].reshape(p.shape)
                part.grads[i] = self.dtheta[where].reshape(p.shape)
                start += p.size

    @property
    def params(self):
        """The parameters as a list of arrays, views into theta."""
        return [p for part in self.parts for p in part.params]

    @property
    def grads(self):
        """The gradients of the last backward as a list of arrays, views into dtheta."""
        return [g for part in self.parts for g in part.grads]

    @property
    def weights(self):
        """Pairs (w, dw) of the weights that a penalty may shrink: no biases, no scales of a normalisation."""
        return [(part.params[i], part.grads[i]) for part in self.parts for i in range(part.n_decayed)]

    @property
    def state(self):
        """All arrays that make this network what it is: theta, then the running statistics."""
        return [self.theta, *(buffer for part in self.parts for buffer in part.buffers)]

    def forward(self, x, *, training=False):
        """Return the outputs (logits, or predictions) of a batch.

        x: (n, d_in)  ->  y: (n, d_out)

        training switches dropout on and batch normalisation to the batch's own statistics.
        """
        y = np.asarray(x, self.theta.dtype, order="F")  # columns together, see layers.column_product
        for layer in self.layers:
            y = layer.forward(y, training=training)
        return y

    def backward(self, dy):
        """Return the gradient in the inputs of the last forward; grads then hold those in the parameters.

        dy: (n, d_out), the gradient of the loss in the outputs  ->  dx: (n, d_in)
        """
        dx = dy
        for layer in reversed(self.layers):
            dx = layer.backward(dx)
        return dx


def fully_connected(sizes, rng, *, activation="relu", dtype=np.float64):
    """Return a Network of dense layers with an activation after each but the last.

    sizes: [d_0, d_1, ..., d_L], inputs first, outputs last  ->  Network: (n, d_0) -> (n, d_L)

    First weights by Glorot's rule for sigmoid, tanh and linear, by He's for all others.

    >>> fully_connected([2, 8, 8, 1], np.random.default_rng(0), activation="tanh").theta.size
    105
    """
    init = xavier_uniform if activation in ("sigmoid", "tanh", "linear") else he_normal
    layers: list[Layer] = []
    for d_in, d_out in itertools.pairwise(sizes):
        layers.append(Dense(d_in, d_out, rng, init=init))
        layers.append(ReLU() if activation == "relu" else Activation(activation))
    return Network(layers[:-1], dtype=dtype)
