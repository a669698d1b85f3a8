"""Right answers to 08_regularization that differ from the reference: loops, other draws, other algebra, other keeping."""

import copy

import numpy as np

# ---------------------------------------------------------------------------------------------------- penalties


def l2_penalty__loop(params, lam):
    total, grads = 0.0, []
    for w, b in params:
        for value in w.ravel():
            total += 0.5 * lam * value * value
        grads.append((w * lam, b * 0.0))
    return total, grads


def l2_penalty__norm(params, lam):
    penalty = 0.5 * lam * sum(np.linalg.norm(w) ** 2 for w, _ in params)
    return [penalty, [[lam * w, np.zeros(len(b))] for w, b in params]]


def l2_penalty__flat_float32(params, lam):
    theta = np.concatenate([w.ravel() for w, _ in params]).astype(np.float32)
    return lam * np.dot(theta, theta) / 2, [
        ((lam * w).astype(np.float32), np.zeros(b.shape, np.float32)) for w, b in params
    ]


def l1_penalty__loop(params, lam):
    total, grads = 0.0, []
    for w, b in params:
        dw = np.zeros(w.shape)
        for i, value in np.ndenumerate(w):
            total += lam * abs(value)
            dw[i] = lam if value > 0 else -lam if value < 0 else 0
        grads.append((dw, np.zeros_like(b)))
    return total, grads


def l1_penalty__comparisons(params, lam):
    penalty = lam * np.sum([np.sum(np.maximum(w, -w)) for w, b in params])
    return penalty, [(lam * ((w > 0) * 1.0 - (w < 0)), np.zeros(b.shape)) for w, b in params]


def l1_penalty__norm(params, lam):
    penalty = lam * sum(np.linalg.norm(w.ravel(), 1) for w, _ in params)
    return penalty, tuple((np.copysign(lam, w) * (w != 0), 0.0 * b) for w, b in params)


# ------------------------------------------------------------------------------------------------------ dropout


def dropout_forward__binomial(x, p, rng, *, training):
    if p < 0 or p >= 1:
        raise ValueError("p must be in [0, 1)")
    if not training:
        return x.copy(), np.ones(x.shape)
    mask = rng.binomial(1, 1 - p, size=x.shape) / (1 - p)
    return x * mask, mask


def dropout_forward__keep_below(x, p, rng, *, training):
    if not (0 <= p < 1):
        raise ValueError(p)
    keep = 1 - p if training else 1.0
    mask = np.where(rng.uniform(size=x.shape) < keep, 1 / keep, 0.0) if training else np.ones_like(x, dtype=float)
    return mask * x, mask


def dropout_forward__loop(x, p, rng, *, training):
    if p >= 1 or p < 0:
        raise ValueError("p")
    mask = np.ones(x.size)
    for i in range(x.size if training else 0):
        mask[i] = 0 if rng.random() < p else 1 / (1 - p)
    mask = mask.reshape(x.shape)
    return mask * x, mask


def dropout_forward__choice_float32(x, p, rng, *, training):
    if not 0 <= p < 1:
        raise ValueError("p")
    if not training:
        return x + 0.0, np.ones(x.shape, np.float32)
    mask = rng.choice([0.0, 1 / (1 - p)], size=x.shape, p=[p, 1 - p]).astype(np.float32)
    return (x * mask).astype(np.float32), mask


def dropout_backward__where(dy, mask):
    return np.where(mask == 0, 0, dy * mask)


def dropout_backward__loop(dy, mask):
    dx = np.zeros(dy.shape)
    for i in np.ndindex(dy.shape):
        dx[i] = mask[i] * dy[i]
    return dx


def dropout_backward__einsum(dy, mask):
    return np.einsum("...,...->...", dy, mask)


# ------------------------------------------------------------------------------------------------ normalisation


def batchnorm_forward__loop(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    n, d = x.shape
    if training and n < 2:
        raise ValueError("two rows at least")
    y, means, variances = np.zeros((n, d)), running_mean.copy(), running_var.copy()
    for j in range(d):
        column = x[:, j]
        mean, var = running_mean[j], running_var[j]
        if training:
            mean = sum(column) / n
            squares = sum((v - mean) ** 2 for v in column)
            var = squares / n
            means[j] += momentum * (mean - means[j])
            variances[j] += momentum * (squares / (n - 1) - variances[j])
        y[:, j] = gamma[j] * (column - mean) / (var + eps) ** 0.5 + beta[j]
    return y, means, variances


def batchnorm_forward__folded(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    if not training:
        scale = gamma / np.sqrt(running_var + eps)
        return x * scale + (beta - running_mean * scale), running_mean, running_var
    if x.shape[0] == 1:
        raise ValueError("a single row")
    mean = x.mean(0)
    scale = gamma / np.sqrt(x.var(0) + eps)
    old = 1 - momentum
    return (
        x * scale + (beta - mean * scale),
        old * running_mean + momentum * mean,
        old * running_var + momentum * x.var(0, ddof=1),
    )


def batchnorm_forward__list(x, gamma, beta, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    if training:
        if len(x) <= 1:
            raise ValueError
        centred = x - np.einsum("nd->d", x) / len(x)
        var = np.einsum("nd,nd->d", centred, centred) / len(x)
        running_mean = running_mean + momentum * (x.mean(axis=0) - running_mean)
        running_var = running_var + momentum * (var * len(x) / (len(x) - 1) - running_var)
    else:
        centred, var = x - running_mean, running_var
    return [gamma * centred * (var + eps) ** -0.5 + beta, running_mean, running_var]


def batchnorm_backward__three_paths(dy, x, gamma, eps=1e-5):
    n = len(x)
    mean, var = x.mean(axis=0), x.var(axis=0)
    root = np.sqrt(var + eps)
    x_hat = (x - mean) / root
    dx_hat = dy * gamma
    dvar = (dx_hat * (x - mean)).sum(axis=0) * -0.5 * (var + eps) ** -1.5
    dmean = -(dx_hat / root).sum(axis=0) + dvar * (-2 * (x - mean)).mean(axis=0)
    return dx_hat / root + dvar * 2 * (x - mean) / n + dmean / n, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


def batchnorm_backward__jacobian(dy, x, gamma, eps=1e-5):
    n, d = x.shape
    dx, dgamma = np.zeros((n, d)), np.zeros(d)
    for j in range(d):
        std = (np.var(x[:, j]) + eps) ** 0.5
        x_hat = (x[:, j] - np.mean(x[:, j])) / std
        jacobian = (np.eye(n) - 1 / n - np.outer(x_hat, x_hat) / n) / std
        dx[:, j] = gamma[j] * (jacobian @ dy[:, j])
        dgamma[j] = dy[:, j] @ x_hat
    return dx, dgamma, dy.sum(0)


def batchnorm_backward__means(dy, x, gamma, eps=1e-5):
    inverse = 1 / np.sqrt(((x - x.mean(0)) ** 2).mean(0) + eps)
    x_hat = (x - x.mean(0)) * inverse
    g = dy * gamma
    return [inverse * (g - g.mean(0) - x_hat * (g * x_hat).mean(0)), np.einsum("nd,nd->d", dy, x_hat), dy.sum(0)]


def layernorm_forward__transposed(x, gamma, beta, eps=1e-5):
    flipped = np.moveaxis(x, -1, 0)
    normal = (flipped - flipped.mean(0)) / np.sqrt(flipped.var(0) + eps)
    return np.moveaxis(normal, 0, -1) * gamma + beta


def layernorm_forward__loop(x, gamma, beta, eps=1e-5):
    rows = x.reshape(-1, x.shape[-1])
    y = np.array(
        [
            [g * (v - r.mean()) / (r.var() + eps) ** 0.5 + b for v, g, b in zip(r, gamma, beta, strict=True)]
            for r in rows
        ]
    )
    return y.reshape(x.shape)


def layernorm_forward__einsum(x, gamma, beta, eps=1e-5):
    d = x.shape[-1]
    centred = x - np.einsum("...d->...", x)[..., None] / d
    var = np.einsum("...d,...d->...", centred, centred)[..., None] / d
    return gamma * (centred * (var + eps) ** -0.5) + beta


# ----------------------------------------------------------------------------------------------- early stopping


class EarlyStopping__history:
    """Decides from the whole list of losses."""

    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.losses, self.best_params = [], None
        self.best_loss, self.best_epoch, self.waited = float("inf"), 0, 0

    def update(self, loss, params):
        self.losses.append(loss)
        if self.best_loss - loss > self.min_delta:
            self.best_loss, self.best_epoch = loss, len(self.losses)
            self.best_params = copy.deepcopy(params)
        self.waited = len(self.losses) - self.best_epoch
        return bool(self.waited >= self.patience)

    def restore(self, params):
        for i in range(len(params) if self.best_params else 0):
            np.copyto(params[i], self.best_params[i])


class EarlyStopping__countdown:
    """Counts down, and keeps a tuple."""

    def __init__(self, patience, min_delta=0.0):
        self.patience = self.left = patience
        self.min_delta = min_delta
        self.best_loss, self.best_epoch, self.best_params, self.t = np.inf, 0, None, 0

    @property
    def waited(self):
        return self.patience - self.left

    def update(self, loss, params):
        self.t += 1
        if loss + self.min_delta < self.best_loss:
            self.left, self.best_loss, self.best_epoch = self.patience, np.float64(loss), self.t
            self.best_params = tuple(p.copy() for p in params)
            return False
        self.left -= 1
        return self.left == 0

    def restore(self, params):
        if self.best_params is None:
            return params
        for p, kept in zip(params, self.best_params, strict=True):
            p[:] = kept
        return params


def train_with_early_stopping__by_hand(train_epoch, training_loss, validation_loss, params, patience, max_epochs):
    best, kept, bad, tr, va = float("inf"), None, 0, [], []
    while len(va) < max_epochs and bad < patience:
        train_epoch(params)
        tr.append(training_loss(params))
        va.append(validation_loss(params))
        if va[-1] < best:
            best, kept, bad = va[-1], [p.copy() for p in params], 0
        else:
            bad += 1
    return tr, va, kept


def train_with_early_stopping__arrays(train_epoch, training_loss, validation_loss, params, patience, max_epochs):
    snapshots, losses = [], []
    for epoch in range(max_epochs):
        train_epoch(params)
        snapshots.append(copy.deepcopy(params))
        losses.append((training_loss(params), validation_loss(params)))
        best = int(np.argmin([v for _, v in losses]))
        if epoch - best >= patience:
            break
    for p, kept in zip(params, snapshots[best], strict=True):
        p[...] = kept
    training, validation = zip(*losses, strict=True)
    return list(training), list(validation), params


# ---------------------------------------------------------------------------------------------- label smoothing


def smooth_labels__eye(y, n_classes, epsilon):
    return (1 - epsilon) * np.eye(n_classes)[y] + epsilon / n_classes


def smooth_labels__loop(y, n_classes, epsilon):
    rows = []
    for label in y:
        row = [epsilon / n_classes] * n_classes
        row[label] += 1 - epsilon
        rows.append(row)
    return np.array(rows)


def smooth_labels__compare_float32(y, n_classes, epsilon):
    hot = (y[:, None] == np.arange(n_classes)).astype(np.float32)
    return np.where(hot == 1, 1 - epsilon + epsilon / n_classes, epsilon / n_classes)
