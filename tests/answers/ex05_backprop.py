"""Right answers to 05_backprop that differ from the reference: loops, einsum, one-hot, other formulas, float32-safe detours."""

import math

import numpy as np

# ----------------------------------------------------------------------------------------- losses of regression


def mse_loss__loop(y_pred, y):
    a, b = np.ravel(y_pred), np.ravel(y)
    if len(a) != len(b):
        raise ValueError("sizes differ")
    total = 0.0
    for p, t in zip(a, b, strict=True):
        total += (float(p) - float(t)) ** 2
    return total / len(a)


def mse_loss__dot(y_pred, y):
    if y_pred.size != y.size:
        raise ValueError(f"{y_pred.size} and {y.size}")
    e = y_pred.ravel() - y.ravel()
    return e @ e / e.size


def mse_loss__expanded(y_pred, y):
    if np.size(y) != np.size(y_pred):
        raise ValueError
    return np.square(np.subtract(y_pred.flatten(), y.flatten())).sum() / y.size


def mse_grad__flat_and_back(y_pred, y):
    if y_pred.size != y.size:
        raise ValueError("sizes differ")
    return ((y_pred.ravel() - y.ravel()) * (2 / y.size)).reshape(y_pred.shape)


def mse_grad__loop(y_pred, y):
    if y_pred.size != y.size:
        raise ValueError("sizes differ")
    grad = np.zeros(y_pred.shape)
    answers = y.reshape(y_pred.shape)
    for index in np.ndindex(y_pred.shape):
        grad[index] = 2 * (y_pred[index] - answers[index]) / y.size
    return grad


def mae_loss__where(y_pred, y):
    if y_pred.size != y.size:
        raise ValueError("sizes differ")
    e = y_pred.ravel() - y.ravel()
    return np.where(e < 0, -e, e).mean()


def mae_loss__loop(y_pred, y):
    if np.size(y_pred) != np.size(y):
        raise ValueError("sizes differ")
    return sum(abs(float(p) - float(t)) for p, t in zip(y_pred.flat, y.flat, strict=True)) / y.size


# ------------------------------------------------------------------------------------------- losses of classes


def binary_cross_entropy__loop(p, y):
    if p.size != y.size:
        raise ValueError("sizes differ")

    def cost(q):
        return 100.0 if q <= math.exp(-100) else -math.log(q)

    return sum(cost(float(q)) if t == 1 else cost(1 - float(q)) for q, t in zip(p.flat, y.flat, strict=True)) / p.size


def binary_cross_entropy__chosen(p, y):
    p, y = np.ravel(p), np.ravel(y)
    if len(p) != len(y):
        raise ValueError("sizes differ")
    right = np.where(y == 1, p, 1 - p)  # the probability given to what happened
    with np.errstate(divide="ignore"):
        return np.mean(np.minimum(-np.log(right), 100))


def binary_cross_entropy__loud(p, y):
    """It lets NumPy warn, but its values are right."""
    if p.size != y.size:
        raise ValueError("sizes differ")
    t = y.reshape(p.shape)
    a, b = np.clip(np.log(p), -100, None), np.clip(np.log(1 - p), -100, None)
    return (-t * a - (1 - t) * b).sum() / p.size


def cross_entropy__loop(logits, y):
    total = 0.0
    for row, label in zip(logits, y, strict=True):
        top = float(max(row))
        total += top + math.log(sum(math.exp(float(z) - top) for z in row)) - float(row[label])
    return total / len(y)


def cross_entropy__one_hot(logits, y):
    hot = np.eye(logits.shape[1])[y]
    shifted = logits - logits.max(axis=1)[:, None]
    return (np.log(np.exp(shifted).sum(axis=1)) - (shifted * hot).sum(axis=1)).mean()


def cross_entropy__logaddexp(logits, y):
    return np.mean(np.logaddexp.reduce(logits.astype(float), axis=1) - np.take_along_axis(logits, y[:, None], 1)[:, 0])


def softmax_cross_entropy_backward__one_hot(logits, y):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True) - np.eye(logits.shape[1])[y]) / logits.shape[0]


def softmax_cross_entropy_backward__loop(logits, y):
    out = []
    for row, label in zip(logits, y, strict=True):
        e = np.exp(row - row.max())
        p = e / e.sum()
        p[label] -= 1
        out.append(p / len(y))
    return np.array(out)


def softmax_cross_entropy_backward__log_softmax(logits, y):
    z = logits - np.max(logits, axis=1, keepdims=True)
    p = np.exp(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))
    return (p - (np.arange(p.shape[1]) == y[:, None])) / len(p)


# ------------------------------------------------------------------------------------------------------ layers


def dense_forward__einsum(x, w, b):
    return np.einsum("ni,io->no", x, w) + b[None, :]


def dense_forward__rows(x, w, b):
    return np.stack([row @ w + b for row in x])


def dense_forward__columns_of_loops(x, w, b):
    y = np.zeros((x.shape[0], w.shape[1]))
    for i in range(x.shape[0]):
        for j in range(w.shape[1]):
            y[i, j] = b[j] + sum(x[i, k] * w[k, j] for k in range(x.shape[1]))
    return y


def dense_backward__einsum(dy, x, w):
    return np.einsum("no,io->ni", dy, w), np.einsum("ni,no->io", x, dy), np.einsum("no->o", dy)


def dense_backward__one_row_at_a_time(dy, x, w):
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
    for i in range(len(x)):
        dx[i] = w @ dy[i]
        dw += np.outer(x[i], dy[i])
        db += dy[i]
    return dx, dw, db


def dense_backward__ones(dy, x, w):
    return [(w @ dy.T).T, (dy.T @ x).T, np.ones(len(dy)) @ dy]


def relu_backward__where(dy, z):
    return np.where(z > 0, dy, 0)


def relu_backward__copy(dy, z):
    dz = dy.copy()
    dz[z <= 0] = 0
    return dz


def relu_backward__heaviside(dy, z):
    return dy * np.heaviside(z, 0)


# --------------------------------------------------------------------------------------------- numerical gradient


def numerical_gradient__unit_steps(f, x, h=1e-5):
    x = np.asarray(x, dtype=np.float64)
    grad = np.zeros(x.size)
    for i, e in enumerate(np.eye(x.size)):
        step = h * e.reshape(x.shape)
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad.reshape(x.shape)


def numerical_gradient__nditer(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.empty_like(x)
    it = np.nditer(x, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        grad[i] = 0.5 * (f(up) - f(down)) / h
    return grad


# ------------------------------------------------------------------------------------------------------ network


class NeuralNetwork__in_one_piece:
    """All formulas written out, with one-hot labels, gradients in a dictionary and steps in place."""

    def __init__(self, n_in, n_hidden, n_out, rng):
        self.w2 = rng.standard_normal((n_out, n_hidden)).T * (2 / n_hidden) ** 0.5  # drawn first, and transposed
        self.w1 = rng.standard_normal((n_in, n_hidden)) * (2 / n_in) ** 0.5
        self.b1, self.b2 = np.zeros((n_hidden,)), np.zeros((n_out,))

    def forward(self, x):
        a = x @ self.w1 + self.b1
        h = a * (a > 0)
        self.cache = x, h
        self.out = h @ self.w2 + self.b2
        return self.out

    def backward(self, y):
        x, h = self.cache
        e = np.exp(self.out - self.out.max(1, keepdims=True))
        d = (e / e.sum(1, keepdims=True) - np.eye(self.out.shape[1])[y]) / len(y)
        dh = (d @ self.w2.T) * (h > 0)  # h > 0 exactly where what went into the ReLU was
        self.g = {"w1": x.T @ dh, "b1": dh.sum(0), "w2": h.T @ d, "b2": d.sum(0)}
        return [self.g[name] for name in ("w1", "b1", "w2", "b2")]

    def step(self, lr):
        for name, g in self.g.items():
            value = getattr(self, name)
            value -= lr * g
        return self


class NeuralNetwork__parameters_in_a_list:
    """Parameters live in a list; the attributes are a view of it."""

    def __init__(self, n_in, n_hidden, n_out, rng):
        self.params = []
        for fan_in, fan_out in ((n_in, n_hidden), (n_hidden, n_out)):
            self.params += [rng.normal(size=(fan_in, fan_out)) * np.sqrt(2.0 / fan_in), np.zeros(fan_out)]

    def forward(self, x):
        self.inputs = []
        for k in (0, 2):
            self.inputs.append(x)
            x = np.einsum("ni,io->no", x, self.params[k]) + self.params[k + 1]
            if k == 0:
                x = np.where(x > 0, x, 0.0)
        self.logits = x
        return x

    def backward(self, y):
        z = self.logits - self.logits.max(axis=1, keepdims=True)
        d = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        self.grads = []
        for k in (2, 0):
            x = self.inputs[k // 2]
            self.grads = [x.T @ d, d.sum(axis=0), *self.grads]
            d = (d @ self.params[k].T) * (x > 0)
        return tuple(self.grads)

    def step(self, lr):
        self.params = [p - lr * g for p, g in zip(self.params, self.grads, strict=True)]


def _parameter(k):
    return property(lambda self: self.params[k], lambda self, value: self.params.__setitem__(k, value))


for _k, _name in enumerate(("w1", "b1", "w2", "b2")):
    setattr(NeuralNetwork__parameters_in_a_list, _name, _parameter(_k))


def cross_entropy__gaps_to_the_right_class(logits, y):
    z = np.asarray(logits, dtype=float)
    gap = z - z[np.arange(len(y)), y][:, None]
    return np.mean(np.logaddexp.reduce(gap, axis=1))


def softmax_cross_entropy_backward__ratios(logits, y):
    with np.errstate(over="ignore"):
        p = 1 / np.exp(logits[:, None, :] - logits[:, :, None]).sum(axis=2)
    return (p - np.eye(logits.shape[1])[y]) / len(y)
