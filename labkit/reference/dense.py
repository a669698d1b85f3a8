"""The dense layer: each output sees every input; backwards, each input hears from every output.

Sources: D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating
errors" (1986).
"""

import numpy as np


def dense_forward(x, w, b):
    """Return the outputs of a dense layer for a batch of inputs.

    x: (n, d_in)  w: (d_in, d_out)  b: (d_out,)  ->  y: (n, d_out)

    Row i of y is the weighted sum of row i of x with each column of w, plus b. There is no
    activation. (torch.nn.Linear keeps its weight the other way round, as (d_out, d_in).)

    >>> w, b = np.array([[1.0, 0.0], [0.0, 3.0]]), np.array([0.5, 0.0])
    >>> dense_forward(np.array([[1.0, 2.0]]), w, b).tolist()
    [[1.5, 6.0]]
    """
    return x @ w + b


def dense_backward(dy, x, w):
    """Return the gradients of the loss in the inputs, the weights and the bias of a dense layer.

    dy: (n, d_out)  x: (n, d_in)  w: (d_in, d_out)
    ->  (dx, dw, db): (n, d_in), (d_in, d_out), (d_out,)

    dy is the gradient of the loss in the layer's outputs y = dense_forward(x, w, b). Each gradient
    has the shape of what it belongs to, and comes in the order (dx, dw, db). dw and db sum over the
    rows of the batch: the 1/n of a mean loss is already in dy and does not come a second time.

    Source: Rumelhart et al. (1986), written for a batch.

    >>> x, w = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0], [6.0]])
    >>> dx, dw, db = dense_backward(np.array([[1.0], [10.0]]), x, w)
    >>> dx.tolist(), dw.tolist(), db.tolist()
    ([[5.0, 6.0], [50.0, 60.0]], [[31.0], [42.0]], [11.0])
    """
    dx = dy @ w.T
    dw = x.T @ dy
    db = np.sum(dy, axis=0)
    return dx, dw, db


def relu_backward(dy, z):
    """Return the gradient of the loss in z, the input of a ReLU, from the gradient in its output.

    dy: any shape  z: as dy  ->  dz: as dy

    dy passes where z > 0 and is stopped elsewhere, at z = 0 too. z is what went into the ReLU in
    the forward pass, before the zeros were made.

    >>> relu_backward(np.array([1.0, 2.0, 3.0]), np.array([-5.0, 0.0, 5.0])).tolist()
    [0.0, 0.0, 3.0]
    """
    return dy * (z > 0)
