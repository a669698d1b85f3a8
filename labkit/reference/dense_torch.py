"""The dense layer in PyTorch: the forward pass is written, the backward pass is asked of autograd.

Conventions and sources: as in dense.py.
"""

import torch


def dense_forward(x, w, b):
    """Return the outputs of a dense layer for a batch of inputs.

    x: (n, d_in)  w: (d_in, d_out)  b: (d_out,)  ->  y: (n, d_out)

    >>> dense_forward(torch.ones(1, 2), torch.tensor([[1.0], [3.0]]), torch.tensor([0.5])).tolist()
    [[4.5]]
    """
    return x @ w + b


def dense_backward(dy, x, w):
    """Return the gradients of the loss in the inputs, the weights and the bias of a dense layer.

    dy: (n, d_out)  x: (n, d_in)  w: (d_in, d_out)
    ->  (dx, dw, db): (n, d_in), (d_in, d_out), (d_out,)

    >>> x, w = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[5.0], [6.0]])
    >>> dx, dw, db = dense_backward(torch.ones(2, 1), x, w)
    >>> dx.tolist(), dw.tolist(), db.tolist()
    ([[5.0, 6.0], [5.0, 6.0]], [[4.0], [6.0]], [2.0])
    """
    x, w = x.detach().requires_grad_(), w.detach().requires_grad_()
    b = w.new_zeros(w.shape[1]).requires_grad_()
    return torch.autograd.grad(dense_forward(x, w, b), (x, w, b), dy)


def relu_backward(dy, z):
    """Return the gradient of the loss in z, the input of a ReLU, from the gradient in its output.

    dy: any shape  z: as dy  ->  dz: as dy

    >>> relu_backward(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([-5.0, 0.0, 5.0])).tolist()
    [0.0, 0.0, 3.0]
    """
    z = z.detach().requires_grad_()
    return torch.autograd.grad(torch.relu(z), z, dy)[0]
