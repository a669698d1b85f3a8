"""Between two linear layers stands a bend, for without it a hundred layers are one: the bends.

Sources: Bridle (1990), softmax; Nair and Hinton (2010), ReLU; Maas, Hannun and Ng (2013), leaky
ReLU; He et al. (2015), PReLU; Clevert, Unterthiner and Hochreiter (2016), ELU; Hendrycks and Gimpel
(2016), GELU and SiLU. Derivatives take the INPUT z, as the chain rule does. `1.0 * np.asarray(z)`
turns integers into floats and leaves float32 alone.
"""

import numpy as np


def sigmoid(z):
    """Return the sigmoid of each element of z.

    z: any shape  ->  s: same shape, in (0, 1)

    s = 1 / (1 + exp(-z)). Right for every z, without an overflow: exp(z) is inf from z = 710 on, so
    exp should only see numbers <= 0. At z = -720 s is about 2e-313, and not 0.
    Integers give floats; float32 stays float32; z is left unchanged.
    Source: Rumelhart, Hinton and Williams (1986), the logistic function.

    >>> sigmoid(np.array([0, -1000, 1000]))
    array([0.5, 0. , 1. ])
    """
    z = 1.0 * np.asarray(z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0 / (1.0 + e), e / (1.0 + e))


def sigmoid_grad(z):
    """Return the derivative of the sigmoid at each element of z.

    z: any shape, the INPUT of the sigmoid (not its output)  ->  ds/dz: same shape, in (0, 1/4]

    ds/dz = s (1 - s) with s = sigmoid(z), the function you wrote. Without an overflow at z = -720,
    and 0 at z = -1000 and 1000.
    Integers give floats; float32 stays float32. Source: Rumelhart, Hinton and Williams (1986).

    >>> sigmoid_grad(np.array([0, 1000]))
    array([0.25, 0.  ])
    """
    return sigmoid(z) * sigmoid(-1.0 * np.asarray(z))


def tanh_grad(z):
    """Return the derivative of tanh at each element of z.

    z: any shape, the INPUT of tanh (not its output)  ->  dt/dz: same shape, in [0, 1]

    dt/dz = 1 - t^2 with t = tanh(z), which is np.tanh. At z = -1000 and 1000 it is 0, not nan.
    Integers give floats; float32 stays float32. Source: LeCun, Bottou, Orr and Müller (1998).

    >>> tanh_grad(np.array([0, 1000]))
    array([1., 0.])
    """
    return 1.0 - np.tanh(1.0 * np.asarray(z)) ** 2


def relu(z):
    """Return z where it is positive, and 0 elsewhere.

    z: any shape  ->  y: same shape, >= 0

    y = max(0, z), element by element. z is left unchanged. Source: Nair and Hinton (2010).

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(np.asarray(z), 0.0)


def relu_grad(z):
    """Return the derivative of ReLU at each element of z.

    z: any shape, the INPUT of ReLU  ->  dy/dz: same shape, the numbers 0.0 and 1.0

    dy/dz = 1 where z > 0, else 0. At z = 0 there is no derivative; take 0, as libraries do. z is
    left unchanged. Source: Nair and Hinton (2010).

    >>> relu_grad(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    """
    z = 1.0 * np.asarray(z)
    return (z > 0).astype(z.dtype)


def leaky_relu(z, alpha=0.01):
    """Return z where it is positive, and alpha z elsewhere.

    z: any shape  alpha: scalar >= 0, the slope on the negative side  ->  y: same shape as z

    y = z where z > 0, else alpha z. Right for every alpha, those above 1 too.
    Integers give floats; float32 stays float32; z is left unchanged. Source: Maas, Hannun and Ng
    (2013).

    >>> leaky_relu(np.array([-2, 0, 3]), alpha=0.1)
    array([-0.2,  0. ,  3. ])
    """
    z = 1.0 * np.asarray(z)
    return np.where(z > 0, z, alpha * z)


def prelu_grads(z, alpha, dy):
    """Return the loss's derivatives in a PReLU's input z and in its slope alpha.

    z: any shape  alpha: scalar  dy: like z, dloss/dy  ->  dz: like z  dalpha: scalar, in this order

    The forward pass was y = z where z > 0, else alpha z. dz = dy where z > 0, else alpha dy. One
    alpha serves all elements, so dalpha is the sum of dy * z over the elements with z <= 0 (a sum,
    not a mean), one number.
    Integers give floats; z and dy are left unchanged. Source: He, Zhang, Ren and Sun (2015), one
    slope shared by the layer.

    >>> dz, dalpha = prelu_grads(np.array([-2.0, 3.0]), 0.1, np.array([1.0, 10.0]))
    >>> print(dz, dalpha)
    [ 0.1 10. ] -2.0
    """
    z, dy = 1.0 * np.asarray(z), 1.0 * np.asarray(dy)
    dz = np.where(z > 0, dy, alpha * dy)
    dalpha = np.where(z > 0, 0.0, dy * z).sum()
    return dz, dalpha


def elu(z, alpha=1.0):
    """Return z where it is positive, and alpha (exp(z) - 1) elsewhere.

    z: any shape  alpha: scalar > 0  ->  y: same shape as z, >= -alpha

    At z = 1000 the answer is 1000, without a nan: exp(1000) is inf, and inf times 0 is nan, so exp
    should not see it, not even where its value is thrown away afterwards.
    Integers give floats; float32 stays float32; z is left unchanged. Source: Clevert, Unterthiner
    and Hochreiter (2016).

    >>> elu(np.array([-1000, 0, 1000]), alpha=2.0)
    array([  -2.,    0., 1000.])
    """
    z = 1.0 * np.asarray(z)
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def silu(z):
    """Return the SiLU (Swish) of each element of z.

    z: any shape  ->  y: same shape, >= -0.2785 (the minimum, near z = -1.278)

    y = z * sigmoid(z), with the sigmoid you wrote, so that nothing overflows at z = -720 or 1000.
    Integers give floats; float32 stays float32.
    Source: Hendrycks and Gimpel (2016); Ramachandran, Zoph and Le (2017) call it Swish, here with
    beta = 1.

    >>> silu(np.array([0, 1000]))
    array([   0., 1000.])
    """
    return np.asarray(z) * sigmoid(z)


def gelu(z):
    """Return the exact GELU of each element of z.

    z: any shape  ->  y: same shape, >= -0.17 (the minimum, near z = -0.7518)

    y = z Phi(z), Phi(z) = (1 + erf(z / sqrt(2))) / 2 the standard normal distribution function. The
    error function is `erf` of scipy.special: import it inside the function. This is the exact form,
    not the approximation with tanh.
    Integers give floats; float32 stays float32. Source: Hendrycks and Gimpel (2016).

    >>> gelu(np.array([-1, 0, 1])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    from scipy.special import erf

    z = 1.0 * np.asarray(z)
    return z * 0.5 * (1.0 + erf(z / 2**0.5))


def softmax(z):
    """Return the softmax over the last axis of z.

    z: (..., c) scores, any number of axes from 1 up  ->  p: same shape, >= 0, sums to 1 along the last axis

    p[..., i] = exp(z[..., i]) / (sum over j of exp(z[..., j])). Adding a constant to a row does not
    change p: use that, so that a row such as [1000, -1000] gives [1, 0] and not nan.
    Integers give floats; float32 stays float32; z is left unchanged. Source: Bridle (1990).

    >>> softmax(np.array([[0, 0], [1000, -1000]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    z = 1.0 * np.asarray(z)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z):
    """Return the natural logarithm of the softmax over the last axis of z.

    z: (..., c) scores, any number of axes from 1 up  ->  log p: same shape, <= 0

    log p[..., i] = z[..., i] - log(sum over j of exp(z[..., j])). It must stay finite and exact
    where softmax itself is 0: for the row [1000, -1000] it is [0, -2000].
    Integers give floats; float32 stays float32; z is left unchanged. Source: Bridle (1990).

    >>> log_softmax(np.array([1000, -1000]))
    array([    0., -2000.])
    """
    z = 1.0 * np.asarray(z)
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


# What follows is not asked of students: the page and the explorers draw each curve with its slope.


def identity(z):
    """Return z itself, as floats: the layer without a bend.

    z: any shape  ->  y: same shape
    """
    return 1.0 * np.asarray(z)


def identity_grad(z):
    """Return the derivative of the identity, 1 everywhere.

    z: any shape  ->  dy/dz: same shape
    """
    return np.ones_like(1.0 * np.asarray(z))


def tanh(z):
    """Return the hyperbolic tangent of each element of z.

    z: any shape  ->  t: same shape, in [-1, 1]
    """
    return np.tanh(1.0 * np.asarray(z))


def leaky_relu_grad(z, alpha=0.01):
    """Return the derivative of the leaky ReLU at each element of z; at 0 it is alpha.

    z: any shape  alpha: scalar >= 0  ->  dy/dz: same shape as z
    """
    z = 1.0 * np.asarray(z)
    return np.where(z > 0, np.ones_like(z), alpha)


def elu_grad(z, alpha=1.0):
    """Return the derivative of ELU at each element of z; at 0 it is alpha (smooth for alpha = 1).

    z: any shape  alpha: scalar > 0  ->  dy/dz: same shape as z
    """
    z = 1.0 * np.asarray(z)
    return np.where(z > 0, np.ones_like(z), alpha * np.exp(np.minimum(z, 0.0)))


def silu_grad(z):
    """Return the derivative of SiLU at each element of z.

    z: any shape  ->  dy/dz: same shape

    dy/dz = s + z s (1 - s), s = sigmoid(z).
    """
    return sigmoid(z) + np.asarray(z) * sigmoid_grad(z)


def gelu_grad(z):
    """Return the derivative of the exact GELU at each element of z.

    z: any shape  ->  dy/dz: same shape

    dy/dz = Phi(z) + z phi(z), with the standard normal distribution Phi and density phi.
    """
    from scipy.special import erf

    z = 1.0 * np.asarray(z)
    density = np.exp(-0.5 * z**2) / (2 * np.pi) ** 0.5
    return 0.5 * (1.0 + erf(z / 2**0.5)) + z * density


def gelu_tanh(z):
    """Return the GELU's approximation with tanh at each element of z.

    z: any shape  ->  y: same shape

    y = z / 2 * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 z^3))). Source: Hendrycks and Gimpel (2016),
    section 2.
    """
    z = 1.0 * np.asarray(z)
    return 0.5 * z * (1.0 + np.tanh((2 / np.pi) ** 0.5 * (z + 0.044715 * z**3)))


ACTIVATIONS = {
    "linear": (identity, identity_grad),
    "sigmoid": (sigmoid, sigmoid_grad),
    "tanh": (tanh, tanh_grad),
    "relu": (relu, relu_grad),
    "leaky_relu": (leaky_relu, leaky_relu_grad),
    "elu": (elu, elu_grad),
    "silu": (silu, silu_grad),
    "gelu": (gelu, gelu_grad),
}
