"""Right answers to 06_networks that differ from the reference: loops, einsum, one stream of draws, other torch calls."""

import math
from itertools import pairwise

import numpy as np
import torch
from torch import nn

# --------------------------------------------------------------------------------------------------- first weights


def init_params__standard_normal(layer_sizes, rng):
    if len(layer_sizes) < 2:
        raise ValueError("too few")
    pairs = pairwise(layer_sizes)
    return [(rng.standard_normal((m, n)) * math.sqrt(2 / m), np.zeros(n)) for m, n in pairs]


def init_params__transposed_draws_from_the_back(layer_sizes, rng):
    if len(layer_sizes) <= 1:
        raise ValueError
    params = []
    for d_out, d_in in pairwise(reversed(layer_sizes)):
        params.insert(0, [rng.normal(scale=(2 / d_in) ** 0.5, size=(d_out, d_in)).T, np.zeros((d_out,))])
    return tuple(params)


def init_params__float32_and_one_number_at_a_time(layer_sizes, rng):
    if len(layer_sizes) < 2:
        raise ValueError(layer_sizes)
    params = []
    for i in range(1, len(layer_sizes)):
        w = np.empty((layer_sizes[i - 1], layer_sizes[i]), np.float32)
        for place in np.ndindex(w.shape):
            w[place] = rng.normal() * np.sqrt(2 / w.shape[0])
        params.append((w, np.zeros(layer_sizes[i], np.float32)))
    return params


# --------------------------------------------------------------------------------------------------------- forward


def mlp_forward__where(params, X):
    for i, (w, b) in enumerate(params):
        z = np.dot(X, w) + b
        X = np.where(z > 0, z, 0) if i < len(params) - 1 else z
    return X


def mlp_forward__einsum_recursive(params, X):
    (w, b), *rest = params
    z = np.einsum("ni,io->no", X, w) + b[None, :]
    return mlp_forward__einsum_recursive(rest, z * (z > 0)) if rest else z


def mlp_forward__row_by_row(params, X):
    rows = []
    for x in X:
        h = [float(v) for v in x]
        for depth, (w, b) in enumerate(params):
            z = [sum(h[i] * w[i, j] for i in range(len(h))) + b[j] for j in range(len(b))]
            h = z if depth == len(params) - 1 else [max(v, 0.0) for v in z]
        rows.append(h)
    return np.array(rows)


# -------------------------------------------------------------------------------------------------------- accuracy


def accuracy__loop(logits, y):
    right = 0
    for row, label in zip(logits, y, strict=True):
        if int(row.argmax()) == label:
            right += 1
    return right / len(y)


def accuracy__python(logits, y):
    said = [max(range(len(row)), key=row.__getitem__) for row in logits.tolist()]
    return float(np.count_nonzero(np.equal(said, y)) / np.size(y))


def accuracy__softmax_first(logits, y):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (np.argmax(e / e.sum(axis=-1, keepdims=True), axis=-1) == y).sum() / logits.shape[0]


# --------------------------------------------------------------------------------------------------------- an epoch


def train_epoch__shuffled_copies(step, X, y, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    X, y = X[order], y[order]
    losses, sizes = [], []
    while len(X):
        losses.append(step(X[:batch_size], y[:batch_size]))
        sizes.append(len(X[:batch_size]))
        X, y = X[batch_size:], y[batch_size:]
    return np.average(losses, weights=sizes)


def train_epoch__array_split(step, X, y, batch_size, rng):
    order = rng.permutation(len(y))
    batches = np.split(order, range(batch_size, len(order), batch_size))
    return sum(step(X[b], y[b]) * (len(b) / len(order)) for b in batches)


def train_epoch__running_mean(step, X, y, batch_size, rng):
    order, mean, seen = rng.permutation(X.shape[0]), 0.0, 0
    while seen < len(order):
        chosen = order[seen : seen + batch_size]
        seen += chosen.size
        mean += (float(step(X[chosen], y[chosen])) - mean) * chosen.size / seen
    return mean


# ---------------------------------------------------------------------------------------------------- a step in torch


def torch_train_step__criterion(model, optimizer, X, y):
    criterion = nn.CrossEntropyLoss()
    model.train(True)
    loss = criterion(model(X), y)
    model.zero_grad(set_to_none=False)
    loss.backward()
    optimizer.step()
    return float(loss)


def torch_train_step__by_hand(model, optimizer, X, y):
    model.train()
    for p in model.parameters():
        p.grad = None
    log_p = torch.log_softmax(model(X), dim=-1)
    loss = -log_p[torch.arange(len(y)), y].mean()
    loss.backward()
    value = loss.detach().numpy().item()
    optimizer.step()
    return value


def torch_train_step__closure(model, optimizer, X, y):
    def closure():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(X), y)
        loss.backward()
        return loss

    model.train()
    return optimizer.step(closure).item()
