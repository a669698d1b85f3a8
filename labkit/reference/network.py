"""A network with one hidden layer, small enough to see whole: it tells flowers by four numbers.

Sources: R. A. Fisher (1936) for the flowers; Rumelhart, Hinton, Williams (1986) for the learning;
K. He et al. (2015) for the first weights.
"""

import numpy as np

from labkit.reference.dense import dense_backward, dense_forward, relu_backward
from labkit.reference.losses import softmax_cross_entropy_backward


class NeuralNetwork:
    """Return an untrained classifier: dense layer, ReLU, dense layer; softmax belongs to the loss.

    x: (n, n_in)  ->  logits: (n, n_out)

    z1 = x w1 + b1,  h = relu(z1),  logits = h w2 + b2. One round of learning is
    ``network.forward(x)``, ``network.backward(y)``, ``network.step(lr)``, in this order. Parameters
    are the attributes w1 (n_in, n_hidden), b1 (n_hidden,), w2 (n_hidden, n_out), b2 (n_out,).

    >>> network = NeuralNetwork(4, 10, 3, np.random.default_rng(0))
    >>> network.forward(np.ones((5, 4))).shape
    (5, 3)
    """

    def __init__(self, n_in, n_hidden, n_out, rng):
        """Draw w1, then w2, from rng by He's rule; set both biases to zeros.

        He's rule: normal with mean 0 and standard deviation sqrt(2 / number of rows of the matrix).
        """
        self.w1 = rng.normal(0.0, np.sqrt(2 / n_in), (n_in, n_hidden))
        self.b1 = np.zeros(n_hidden)
        self.w2 = rng.normal(0.0, np.sqrt(2 / n_hidden), (n_hidden, n_out))
        self.b2 = np.zeros(n_out)

    def forward(self, x):
        """Return the logits of a batch, and keep on self what backward needs.

        x: (n, n_in)  ->  logits: (n, n_out)
        """
        self.x = x
        self.z1 = dense_forward(x, self.w1, self.b1)
        self.h = np.maximum(self.z1, 0)
        self.logits = dense_forward(self.h, self.w2, self.b2)
        return self.logits

    def backward(self, y):
        """Return the gradients (dw1, db1, dw2, db2) of the last batch's mean cross-entropy.

        y: (n,) integer labels  ->  four arrays, each in the shape of its parameter

        Keep them for step as well. Each call starts anew: nothing is added to earlier gradients.
        """
        dlogits = softmax_cross_entropy_backward(self.logits, y)
        dh, dw2, db2 = dense_backward(dlogits, self.h, self.w2)
        dz1 = relu_backward(dh, self.z1)
        _, dw1, db1 = dense_backward(dz1, self.x, self.w1)
        self.grads = (dw1, db1, dw2, db2)
        return self.grads

    def step(self, lr):
        """Move every parameter by -lr times its gradient from the last backward; return None."""
        dw1, db1, dw2, db2 = self.grads
        self.w1 = self.w1 - lr * dw1
        self.b1 = self.b1 - lr * db1
        self.w2 = self.w2 - lr * dw2
        self.b2 = self.b2 - lr * db2
