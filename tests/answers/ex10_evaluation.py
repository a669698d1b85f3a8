"""Right answers to 10_evaluation that differ from the reference: loops, other algebra, other shuffles, generators."""

import itertools
import math
from collections import Counter

import numpy as np

# ---------------------------------------------------------------------------------------------- confusion matrix


def confusion_matrix__loop(y_true, y_pred, n_classes):
    counts = np.zeros((n_classes, n_classes))
    for t, p in zip(y_true, y_pred, strict=True):
        counts[t, p] += 1
    return counts


def confusion_matrix__bincount(y_true, y_pred, n_classes):
    cell = n_classes * y_true.astype(int) + y_pred
    return np.bincount(cell, minlength=n_classes**2).reshape(n_classes, n_classes)


def confusion_matrix__one_hot(y_true, y_pred, n_classes):
    eye = np.eye(n_classes, dtype=np.float32)
    return eye[y_true].T @ eye[y_pred]


def confusion_matrix__counter(y_true, y_pred, n_classes):
    seen = Counter(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    return np.array([[seen[i, j] for j in range(n_classes)] for i in range(n_classes)])


# ---------------------------------------------------------------------------------------------------- the scores


def precision_recall_f1__loop(y_true, y_pred, n_classes, *, average=None, zero_division=0.0):
    def ratio(a, b):
        return a / b if b else zero_division

    table = []
    for c in range(n_classes):
        tp = np.sum((y_true == c) & (y_pred == c))
        fp = np.sum((y_true != c) & (y_pred == c))
        fn = np.sum((y_true == c) & (y_pred != c))
        table.append((tp, fp, fn))
    if average == "micro":
        table = [tuple(np.sum(table, axis=0))]
    rows = np.array([(ratio(tp, tp + fp), ratio(tp, tp + fn), ratio(2 * tp, 2 * tp + fp + fn)) for tp, fp, fn in table])
    if average is None:
        return rows[:, 0], rows[:, 1], rows[:, 2]
    weights = [np.mean(y_true == c) for c in range(n_classes)] if average == "weighted" else None
    return tuple(np.average(rows, axis=0, weights=weights))


def precision_recall_f1__harmonic(y_true, y_pred, n_classes, *, average=None, zero_division=0.0):
    counts = np.zeros((n_classes, n_classes))
    for t, p in zip(y_true, y_pred, strict=True):
        counts[t, p] += 1
    tp, called, actual = np.diag(counts).copy(), counts.sum(0), counts.sum(1)
    weights = actual / len(y_true)
    if average == "micro":
        tp, called, actual = (np.array([v.sum()]) for v in (tp, called, actual))

    def divide(a, b):
        out = np.full(len(a), float(zero_division))
        np.divide(a, b, out=out, where=b > 0)
        return out

    p, r = divide(tp, called), divide(tp, actual)
    f1 = np.where(called + actual == 0, zero_division, 0.0)
    np.divide(2, 1 / np.where(p > 0, p, 1) + 1 / np.where(r > 0, r, 1), out=f1, where=tp > 0)
    if average is None:
        return [p, r, f1]
    if average == "weighted":
        return [weights @ p, weights @ r, weights @ f1]
    return [np.mean(p), np.mean(r), np.mean(f1)]


def precision_recall_f1__errstate_float32(y_true, y_pred, n_classes, *, average=None, zero_division=0.0):
    eye = np.eye(n_classes, dtype=np.float32)
    t, p = eye[y_true], eye[y_pred]
    right, predicted, actual = (t * p).sum(0), p.sum(0), t.sum(0)
    if average == "micro":
        right, predicted, actual = right.sum(), predicted.sum(), actual.sum()
    with np.errstate(all="ignore"):
        scores = [np.true_divide(right, predicted), right / actual, 2 * right / (predicted + actual)]
    scores = [np.where(np.isnan(s), np.float32(zero_division), s) for s in scores]
    if average == "macro":
        scores = [s.sum() / n_classes for s in scores]
    if average == "weighted":
        scores = [(s * t.mean(0)).sum() for s in scores]
    return tuple(scores)


# ------------------------------------------------------------------------------------------------------------ R²


def r2_score__loop(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError(f"{y_true.shape} != {y_pred.shape}")
    m = sum(y_true) / len(y_true)
    left_over = sum((t - p) ** 2 for t, p in zip(y_true, y_pred, strict=True))
    total = sum((t - m) ** 2 for t in y_true)
    if total == 0:
        return float(left_over == 0)
    return (total - left_over) / total


def r2_score__variance(y_true, y_pred):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("the shapes differ")
    error = np.mean((y_pred - y_true) ** 2)
    if np.all(y_true == y_true[0]):
        return 1.0 if error == 0 else 0.0
    return 1 - error / np.var(y_true)


def r2_score__dot_float32(y_true, y_pred):
    if y_true.ndim != y_pred.ndim or len(y_true) != len(y_pred):
        raise ValueError
    e = (y_true - y_pred).astype(np.float32)
    d = (y_true - y_true.mean()).astype(np.float32)
    return 1 - e @ e / (d @ d) if d @ d > 0 else np.float32(not e.any())


# ----------------------------------------------------------------------------------------------------- bootstrap


def bootstrap_interval__choice(statistic, data, rng, *, n_resamples=1000, level=0.95):
    values = np.empty(n_resamples)
    for i in range(n_resamples):
        values[i] = statistic(rng.choice(data, size=len(data)))
    tail = 50 * (1 - level)
    return np.percentile(values, tail), np.percentile(values, 100 - tail)


def bootstrap_interval__one_table(statistic, data, rng, *, n_resamples=1000, level=0.95):
    n = data.shape[0]
    rows = (rng.random((n_resamples, n)) * n).astype(int)
    values = [statistic(resample) for resample in data[rows]]
    return tuple(np.quantile(values, q) for q in (0.5 - level / 2, 0.5 + level / 2))


def bootstrap_interval__sorted(statistic, data, rng, *, n_resamples=1000, level=0.95):
    n = len(data)
    values = sorted(float(statistic(np.array([data[rng.integers(n)] for _ in range(n)]))) for _ in range(n_resamples))
    last = n_resamples - 1
    return [values[math.floor(last * (1 - level) / 2)], values[math.ceil(last * (1 + level) / 2)]]


def bootstrap_interval__weights(statistic, data, rng, *, n_resamples=1000, level=0.95):
    n, values = len(data), []
    for _ in range(n_resamples):
        times = rng.multinomial(n, np.full(n, 1 / n))
        values.append(statistic(np.repeat(data, times, axis=0)))
    low, high = np.quantile(np.array(values), [(1 - level) / 2, 1 - (1 - level) / 2])
    return low, high


# --------------------------------------------------------------------------------------------------------- folds


def kfold_indices__slices(n, k, rng):
    if k < 2 or k > n:
        raise ValueError("k")
    order = np.arange(n)
    rng.shuffle(order)
    folds, start = [], 0
    for i in range(k):
        stop = start + n // k + (1 if i < n % k else 0)
        folds.append((np.concatenate([order[:start], order[stop:]]), order[start:stop]))
        start = stop
    return folds


def kfold_indices__dealt_generator(n, k, rng):
    if not 2 <= k <= n:
        raise ValueError(f"k={k}")
    order = rng.choice(n, n, replace=False)
    return ((np.delete(order, np.s_[i::k]), order[i::k]) for i in range(k))


def kfold_indices__labels(n, k, rng):
    if k not in range(2, n + 1):
        raise ValueError(k)
    fold = rng.permuted(np.arange(n) % k)
    return tuple([np.where(fold != i)[0], np.where(fold == i)[0]] for i in range(k))


def kfold_indices__lists(n, k, rng):
    if k > n or k <= 1:
        raise ValueError
    order = [int(i) for i in np.argsort(rng.random(n))]
    parts = [order[i * n // k : (i + 1) * n // k] for i in range(k)]
    return [(list(itertools.chain(*parts[:i], *parts[i + 1 :])), part) for i, part in enumerate(parts)]


def stratified_kfold_indices__sorted_and_dealt(y, k, rng):
    if not 2 <= k <= len(y):
        raise ValueError(k)
    order = rng.permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]
    return [(np.setdiff1d(np.arange(len(y)), order[f::k]), order[f::k]) for f in range(k)]


def stratified_kfold_indices__cards(y, k, rng):
    n = len(y)
    if k < 2 or k > n:
        raise ValueError(k)
    hands, player = [[] for _ in range(k)], 0
    for c in sorted(set(y.tolist()), reverse=True):
        rows = [i for i in range(n) if y[i] == c]
        rng.shuffle(rows)
        for row in rows:
            hands[player].append(row)
            player = (player + 1) % k
    return [(np.array([i for i in range(n) if i not in hand]), np.array(hand)) for hand in hands]


def stratified_kfold_indices__noise_as_second_key(y, k, rng):
    n = len(y)
    if not (1 < k <= n):
        raise ValueError("k")
    fold = np.empty(n, int)
    fold[np.lexsort((rng.random(n), y))] = np.arange(n) % k
    for f in range(k):
        yield np.flatnonzero(fold != f), np.flatnonzero(fold == f)


# ---------------------------------------------------------------------------------------- one array for several results


def bootstrap_interval__quantiles_as_they_come(statistic, data, rng, *, n_resamples=1000, level=0.95):
    values = [statistic(rng.choice(data, len(data))) for _ in range(n_resamples)]
    return np.quantile(values, [(1 - level) / 2, (1 + level) / 2])


def precision_recall_f1__rows_of_an_array(y_true, y_pred, n_classes, *, average=None, zero_division=0.0):
    one_hot = np.eye(n_classes)
    if average == "micro":
        share = np.mean(y_true == y_pred)
        return np.array([share, share, share])
    right = (one_hot[y_true] * one_hot[y_pred]).sum(axis=0)
    predicted, actual = one_hot[y_pred].sum(axis=0), one_hot[y_true].sum(axis=0)
    above, below = np.array([right, right, 2 * right]), np.array([predicted, actual, predicted + actual])
    scores = np.full(below.shape, float(zero_division))
    np.divide(above, below, out=scores, where=below > 0)
    if average is None:
        return scores
    return scores.mean(axis=1) if average == "macro" else scores @ actual / len(y_true)


def kfold_indices__smallest_first(n, k, rng):
    if k < 2 or k > n:
        raise ValueError(f"k = {k}")
    order = rng.permutation(n)
    folds = [order[i * n // k : (i + 1) * n // k] for i in range(k)]
    return [(np.delete(np.arange(n), fold), fold) for fold in folds]


def stratified_kfold_indices__offset_from_class_to_class(y, k, rng):
    if not 2 <= k <= len(y):
        raise ValueError(f"k = {k}")
    fold, start = np.full(len(y), -1), 0
    for c in np.unique(y):
        rows = np.flatnonzero(y == c)
        fold[rows] = rng.permutation((np.arange(len(rows)) + start) % k)
        start = (start + len(rows)) % k
    return [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]
