"""Right answers to 04_gradient_descent that differ from the reference: loops, recursion, other shuffles, other algebra."""

import math

import numpy as np


def gradient_descent__while_norm(grad, x0, lr, *, tol=1e-6, max_steps=1000):
    path, length = [np.asarray(x0, dtype=float)], math.inf
    while length >= tol and len(path) <= max_steps:
        step = lr * np.asarray(grad(path[-1]))
        path.append(path[-1] - step)
        length = np.linalg.norm(step)
    return np.stack(path)


def gradient_descent__table(grad, x0, lr, *, tol=1e-6, max_steps=1000):
    x0 = np.array(x0, dtype=np.float64)
    path = np.empty((max_steps + 1, *x0.shape))
    path[0] = x0
    for k in range(max_steps):
        path[k + 1] = path[k] - lr * grad(path[k])
        if math.dist(np.ravel(path[k + 1]), np.ravel(path[k])) < tol:
            return path[: k + 2]
    return path


def gradient_descent__recursion(grad, x0, lr, *, tol=1e-6, max_steps=1000):
    x = np.array(x0, dtype=float)
    path = [x]

    def go_on(x, left):
        if left == 0:
            return
        x_new = x + lr * (-1.0 * np.asarray(grad(x)))
        path.append(x_new)
        if np.sum(np.square(x - x_new)) >= tol**2:
            go_on(x_new, left - 1)

    go_on(x, max_steps)
    return np.array(path)


def minibatches__shuffled_list(X, y, batch_size, rng):
    if len(X) != len(y):
        raise ValueError("X and y must have the same length")
    rows = list(range(len(X)))
    rng.shuffle(rows)
    while rows:
        batch, rows = rows[:batch_size], rows[batch_size:]
        yield X[batch], y[batch]


def minibatches__sorted_noise(X, y, batch_size, rng):
    if X.shape[0] != y.shape[0]:
        raise ValueError(f"{len(X)} != {len(y)}")
    order = np.argsort(rng.random(len(X)))
    n_batches = math.ceil(len(X) / batch_size)
    return [
        (X[order[i * batch_size :][:batch_size]], y[order[i * batch_size :][:batch_size]]) for i in range(n_batches)
    ]


def minibatches__by_hand(X, y, batch_size, rng):
    n = len(X)
    if n != len(y):
        raise ValueError
    order = np.arange(n)
    for i in range(n - 1, 0, -1):  # Fisher and Yates
        j = rng.integers(i + 1)
        order[[i, j]] = order[[j, i]]
    X, y = X[order], y[order]
    for start in range(0, n, batch_size):
        yield [X[start : start + batch_size], y[start : start + batch_size]]


def minibatches__array_split(X, y, batch_size, rng):
    if len(X) != len(y):
        raise ValueError
    order = rng.choice(len(X), size=len(X), replace=False)
    for rows in np.array_split(order, range(batch_size, len(X), batch_size)):
        yield X.take(rows, axis=0), y.take(rows, axis=0)


def sgd_step__loop(w, g, lr):
    w_new = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w_new[i] = w[i] - lr * g[i]
    return w_new


def sgd_step__copy(w, g, lr):
    w_new = w.astype(float)
    w_new -= lr * g
    return w_new


def sgd_step__numpy_functions(w, g, lr):
    return np.subtract(w, np.multiply(lr, g))


def momentum_step__one_line(w, g, v, lr, mu=0.9):
    return w - lr * (g + mu * v), g + mu * v


def momentum_step__by_way_of_plain(w, g, v, lr, mu=0.9):
    w = w - lr * g
    w = w - lr * mu * v
    return [w, np.add(g, np.multiply(mu, v))]


def momentum_step__loop(w, g, v, lr, mu=0.9):
    w, v = w.copy(), v.copy()
    for i in np.ndindex(w.shape):
        v[i] = mu * v[i] + g[i]
        w[i] -= lr * v[i]
    return w, v


def adagrad_step__rate_first(w, g, s, lr, eps=1e-10):
    s = s + g * g
    rate = lr / (s**0.5 + eps)
    return w - rate * g, s


def adagrad_step__copy(w, g, s, lr, eps=1e-10):
    s_new = s.copy()
    s_new += np.square(g)
    root = np.sqrt(s_new)
    root += eps
    return w + -lr * (g / root), s_new


def rmsprop_step__correction(w, g, s, lr, beta=0.99, eps=1e-8):
    s = s + (1 - beta) * (g**2 - s)
    return w - lr / (np.sqrt(s) + eps) * g, s


def rmsprop_step__average(w, g, s, lr, beta=0.99, eps=1e-8):
    s = np.average([s, np.abs(g) ** 2], axis=0, weights=[beta, 1 - beta])
    return [w - np.divide(lr * g, eps + s**0.5), s]


def adam_step__corrected_rate(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    if t <= 0:
        raise ValueError("t starts at 1")
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    rate = lr * np.sqrt(c2) / c1  # the correction moved into the rate; eps is scaled with it
    return w - rate * m / (np.sqrt(v) + eps * np.sqrt(c2)), m, v


def adam_step__log_powers(w, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if not t >= 1:
        raise ValueError
    m, v = (1 - beta1) * g + beta1 * m, (1 - beta2) * np.square(g) + beta2 * v
    m_hat = m / -math.expm1(t * math.log(beta1))
    v_hat = v / -math.expm1(t * math.log(beta2))
    return w - lr * (m_hat / (v_hat**0.5 + eps)), m, v


def adamw_step__decay_taken_off(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    w_adam, m, v = adam_step__corrected_rate(w, g, m, v, t, lr, beta1, beta2, eps)
    return w_adam - lr * weight_decay * w, m, v


def adamw_step__written_out(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - lr * (step + weight_decay * w), m, v


def cosine_schedule__formula(t, n_steps, lr_max, lr_min=0.0):
    if t > n_steps:
        return lr_min
    return lr_min + (lr_max - lr_min) * (1 + math.cos(math.pi * t / n_steps)) / 2


def cosine_schedule__half_angle(t, n_steps, lr_max, lr_min=0.0):
    t = np.clip(t, 0, n_steps)
    return lr_min + (lr_max - lr_min) * np.cos(np.pi * t / n_steps / 2) ** 2


def cosine_schedule__middle_and_swing(t, n_steps, lr_max, lr_min=0.0):
    middle, swing = (lr_max + lr_min) / 2, (lr_max - lr_min) / 2
    return np.array(middle + swing * np.cos(np.pi * np.minimum(1.0, t / n_steps)))
