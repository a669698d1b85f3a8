"""How much gradient is left when it arrives at the first layers: the measure of a deep network's health.

Sources: S. Hochreiter (1991) and Y. Bengio, P. Simard, P. Frasconi (1994), who saw it vanish;
X. Glorot and Y. Bengio (2010), who drew it layer by layer.
"""

import numpy as np


def gradient_norms(weights, x, dy, f, f_grad):
    r"""Return the norm of the gradient in each weight matrix of a deep network, first layer first.

    weights: list of L matrices (d_in, d_out)  x: (n, d_0)  dy: (n, d_L)  ->  norms: (L,)

    The network has no biases, and every layer, the last one too, ends in the activation f:
    z_l = h_{l-1} w_l and h_l = f(z_l), with h_0 = x. dy is the gradient of the loss in the last output
    h_L. Entry l of the result is the Frobenius norm (the root of the sum of all squares) of the gradient
    of the loss in w_l. Nothing is divided by n: a mean loss has its 1/n in dy.

    f, f_grad: the activation and its derivative, functions of an array; f_grad takes the *input* z.

    Source: X. Glorot and Y. Bengio (2010), figure 7.

    >>> weights = [np.array([[2.0]]), np.array([[3.0]])]
    >>> gradient_norms(weights, np.array([[1.0]]), np.array([[1.0]]), lambda z: z, np.ones_like).tolist()
    [3.0, 2.0]
    """
    h, inputs, sums = x, [], []
    for w in weights:
        inputs.append(h)
        sums.append(h @ w)
        h = f(sums[-1])
    norms = np.zeros(len(weights))
    dh = dy
    for layer in reversed(range(len(weights))):
        dz = dh * f_grad(sums[layer])
        norms[layer] = np.sqrt(np.sum((inputs[layer].T @ dz) ** 2))
        dh = dz @ weights[layer].T
    return norms
