"""The same bends as torch has them: the library's own function where there is one, stable already.

Sources: as in activations.py. Derivatives are written out here as well; autograd confirms them in
the tests.
"""

import torch
from torch.nn import functional as F


def sigmoid(z):
    """Return the sigmoid of each element of z.

    z: any shape  ->  s: same shape, in (0, 1)

    >>> sigmoid(torch.tensor([0.0, -1000.0, 1000.0]))
    tensor([0.5000, 0.0000, 1.0000])
    """
    return torch.sigmoid(z)


def sigmoid_grad(z):
    """Return the derivative of the sigmoid at each element of z.

    z: any shape, the INPUT of the sigmoid (not its output)  ->  ds/dz: same shape, in (0, 1/4]
    """
    return torch.sigmoid(z) * torch.sigmoid(-z)


def tanh_grad(z):
    """Return the derivative of tanh at each element of z.

    z: any shape, the INPUT of tanh (not its output)  ->  dt/dz: same shape, in [0, 1]
    """
    return 1.0 - torch.tanh(z) ** 2


def relu(z):
    """Return z where it is positive, and 0 elsewhere.

    z: any shape  ->  y: same shape, >= 0
    """
    return F.relu(z)


def relu_grad(z):
    """Return the derivative of ReLU at each element of z.

    z: any shape, the INPUT of ReLU  ->  dy/dz: same shape, 0 or 1, floats
    """
    return (z > 0).to(z.dtype)


def leaky_relu(z, alpha=0.01):
    """Return z where it is positive, and alpha z elsewhere.

    z: any shape  alpha: scalar >= 0, the slope on the negative side  ->  y: same shape as z
    """
    return F.leaky_relu(z, negative_slope=alpha)


def prelu_grads(z, alpha, dy):
    """Return the loss's derivatives in a PReLU's input z and in its slope alpha.

    z: any shape  alpha: scalar  dy: like z, dloss/dy  ->  dz: like z  dalpha: scalar, in this order
    """
    dz = torch.where(z > 0, dy, alpha * dy)
    dalpha = torch.where(z > 0, torch.zeros_like(z), dy * z).sum()
    return dz, dalpha


def elu(z, alpha=1.0):
    """Return z where it is positive, and alpha (exp(z) - 1) elsewhere.

    z: any shape  alpha: scalar > 0  ->  y: same shape as z, >= -alpha
    """
    return F.elu(z, alpha=alpha)


def silu(z):
    """Return the SiLU (Swish) of each element of z.

    z: any shape  ->  y: same shape, >= -0.2785 (the minimum, near z = -1.278)
    """
    return F.silu(z)


def gelu(z):
    """Return the exact GELU of each element of z.

    z: any shape  ->  y: same shape, >= -0.17 (the minimum, near z = -0.7518)
    """
    return F.gelu(z)


def softmax(z):
    """Return the softmax over the last axis of z.

    z: (..., c) scores, one axis or more  ->  p: same shape, >= 0, sums to 1 along the last axis

    >>> softmax(torch.tensor([[0.0, 0.0], [1000.0, -1000.0]]))
    tensor([[0.5000, 0.5000],
            [1.0000, 0.0000]])
    """
    return torch.softmax(z, dim=-1)


def log_softmax(z):
    """Return the natural logarithm of the softmax over the last axis of z.

    z: (..., c) scores, any number of axes from 1 up  ->  log p: same shape, <= 0
    """
    return torch.log_softmax(z, dim=-1)


def identity(z):
    """Return z itself, as floats: the layer without a bend.

    z: any shape  ->  y: same shape
    """
    return 1.0 * z


def identity_grad(z):
    """Return the derivative of the identity, 1 everywhere.

    z: any shape  ->  dy/dz: same shape
    """
    return torch.ones_like(1.0 * z)


def tanh(z):
    """Return the hyperbolic tangent of each element of z.

    z: any shape  ->  t: same shape, in [-1, 1]
    """
    return torch.tanh(z)


def leaky_relu_grad(z, alpha=0.01):
    """Return the derivative of the leaky ReLU at each element of z; at 0 it is alpha.

    z: any shape  alpha: scalar >= 0  ->  dy/dz: same shape as z
    """
    return torch.where(z > 0, torch.ones_like(z), alpha * torch.ones_like(z))


def elu_grad(z, alpha=1.0):
    """Return the derivative of ELU at each element of z; at 0 it is alpha (smooth for alpha = 1).

    z: any shape  alpha: scalar > 0  ->  dy/dz: same shape as z
    """
    return torch.where(z > 0, torch.ones_like(z), alpha * torch.exp(z.clamp(max=0.0)))


def silu_grad(z):
    """Return the derivative of SiLU at each element of z.

    z: any shape  ->  dy/dz: same shape
    """
    return sigmoid(z) + z * sigmoid_grad(z)


def gelu_grad(z):
    """Return the derivative of the exact GELU at each element of z.

    z: any shape  ->  dy/dz: same shape
    """
    density = torch.exp(-0.5 * z**2) / (2 * torch.pi) ** 0.5
    return 0.5 * (1.0 + torch.erf(z / 2**0.5)) + z * density


def gelu_tanh(z):
    """Return the GELU's approximation with tanh at each element of z.

    z: any shape  ->  y: same shape
    """
    return F.gelu(z, approximate="tanh")
