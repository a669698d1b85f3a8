"""Right answers to 03_activations that differ from the reference: loops, masks, other formulas, library functions, float32."""

import math

import numpy as np

# sigmoid: every way in which books write it without losing an extreme


def sigmoid__clipped(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def sigmoid__by_tanh(z):
    return 0.5 * (1 + np.tanh(z / 2))


def sigmoid__where_of_both(z):  # overflows in the branch that is thrown away: a warning, and right values
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def sigmoid__scipy(z):
    from scipy.special import expit

    return expit(z)


def sigmoid__masked_assignment(z):
    out = np.empty(z.shape, dtype=np.result_type(z, np.float32))
    up = z >= 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    e = np.exp(z[~up])
    out[~up] = e / (1 + e)
    return out


def sigmoid__loop(z):
    def one(x):
        return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))

    return np.array([one(x) for x in z.ravel()]).reshape(z.shape)


def sigmoid__logarithms(z):
    return np.exp(-np.logaddexp(0, -z))


def sigmoid__quiet_naive(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


# sigmoid_grad


def sigmoid_grad__product(z):
    out = sigmoid__by_tanh(z)
    return out * (1 - out)


def sigmoid_grad__difference(z):
    out = sigmoid__where_of_both(z)
    return out - out**2


def sigmoid_grad__even(z):
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


def sigmoid_grad__logarithms(z):
    return np.exp(-np.logaddexp(0, z) - np.logaddexp(0, -z))


# tanh_grad


def tanh_grad__product(z):
    t = np.tanh(z)
    return (1 - t) * (1 + t)


def tanh_grad__cosh(z):
    return 1 / np.cosh(z) ** 2


def tanh_grad__loop(z):
    return np.reshape([1 - math.tanh(x) ** 2 for x in z.flat], z.shape)


def tanh_grad__by_sigmoid(z):
    return 4 * sigmoid_grad__even(2 * z)


# relu


def relu__mask(z):
    return z * (z > 0)


def relu__where(z):
    return np.where(z < 0, 0, z)


def relu__half_sum(z):
    return (z + np.abs(z)) / 2


def relu__clip(z):
    return np.clip(z, 0, None)


def relu__copy(z):
    out = z.copy()
    out[out < 0] = 0
    return out


def relu__loop(z):
    return np.array([max(0.0, x) for x in z.ravel()]).reshape(z.shape)


# relu_grad


def relu_grad__where(z):
    return np.where(z > 0, 1, 0)


def relu_grad__heaviside(z):
    return np.heaviside(z, 0)


def relu_grad__mask(z):
    return 1.0 * (z > 0)


def relu_grad__assigned(z):
    out = np.zeros_like(z)
    out[z > 0] = 1
    return out


# leaky_relu


def leaky_relu__masks(z, alpha=0.01):
    return z * (z > 0) + alpha * z * (z <= 0)


def leaky_relu__max_and_min(z, alpha=0.01):
    return np.maximum(0, z) + alpha * np.minimum(0, z)


def leaky_relu__assigned(z, alpha=0.01):
    out = np.array(z, dtype=float)
    out[out < 0] *= alpha
    return out


def leaky_relu__max_or_min(z, alpha=0.01):
    return np.maximum(z, alpha * z) if alpha <= 1 else np.minimum(z, alpha * z)


# prelu_grads


def prelu_grads__masks(z, alpha, dy):
    down = z <= 0
    return dy * np.where(down, alpha, 1.0), np.sum(dy[down] * z[down])


def prelu_grads__minimum_einsum(z, alpha, dy):
    return dy * (alpha + (1 - alpha) * (z > 0)), float(np.vdot(dy, np.minimum(z, 0)))


def prelu_grads__loop(z, alpha, dy):
    dz, dalpha = np.zeros(z.shape), 0.0
    for i in np.ndindex(z.shape):
        if z[i] > 0:
            dz[i] = dy[i]
        else:
            dz[i] = alpha * dy[i]
            dalpha += dy[i] * z[i]
    return [dz, dalpha]


# elu


def elu__where(z, alpha=1.0):  # exp overflows where it does not count
    return np.where(z > 0, z, alpha * (np.exp(z) - 1))


def elu__max_and_min(z, alpha=1.0):
    return np.maximum(0, z) + np.minimum(0, alpha * (np.exp(z) - 1))


def elu__masked(z, alpha=1.0):
    out = z.astype(np.result_type(z, np.float32))
    down = z <= 0
    out[down] = alpha * (np.exp(out[down]) - 1)
    return out


def elu__sum(z, alpha=1.0):
    return np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0))


def elu__loop(z, alpha=1.0):
    return np.reshape([x if x > 0 else alpha * (math.exp(x) - 1) for x in z.ravel()], z.shape)


# silu


def silu__by_tanh(z):
    return 0.5 * z * (1 + np.tanh(0.5 * z))


def silu__where_of_both(z):
    return z * sigmoid__where_of_both(z)


def silu__clipped(z):
    return z / (1 + np.exp(-np.clip(z, -500, 500)))


def silu__scipy(z):
    from scipy.special import expit

    return expit(z) * z


# gelu


def gelu__erfc(z):
    from scipy.special import erfc

    return 0.5 * z * erfc(-z / math.sqrt(2))


def gelu__ndtr(z):
    from scipy.special import ndtr

    return z * ndtr(z)


def gelu__loop(z):
    return np.vectorize(lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))), otypes=[float])(z)


def gelu__float32(z):
    from scipy.special import erf

    z = z.astype(np.float32)
    return z / 2 + z / 2 * erf(z / np.float32(np.sqrt(2)))


# softmax


def softmax__scipy(z):
    from scipy.special import softmax

    return softmax(z, axis=-1)


def softmax__logsumexp(z):
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


def softmax__rows(z):
    if z.ndim > 1:
        return np.array([softmax__rows(row) for row in z])
    e = np.exp(z - max(z))
    return e / sum(e)


def softmax__einsum(z):
    e = np.exp(z - np.max(z, axis=z.ndim - 1)[..., None])
    return np.einsum("...c,...->...c", e, 1 / e.sum(-1))


def softmax__float32(z):
    z = z.astype(np.float32)
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


# log_softmax


def log_softmax__scipy(z):
    from scipy.special import log_softmax

    return log_softmax(z, axis=-1)


def log_softmax__logsumexp(z):
    from scipy.special import logsumexp

    return z - logsumexp(z, axis=-1, keepdims=True)


def log_softmax__logaddexp(z):
    return z - np.logaddexp.reduce(z, axis=-1)[..., np.newaxis]


def log_softmax__rows(z):
    if z.ndim == 1:
        top = max(z)
        return np.array([x - top - math.log(sum(math.exp(y - top) for y in z)) for x in z])
    return np.stack([log_softmax__rows(row) for row in z])
