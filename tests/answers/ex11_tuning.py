"""Right answers to 11_tuning that differ from the reference: other logarithms, loops, itertools, recursion, other bookkeeping."""

from __future__ import annotations

import itertools
import math

import numpy as np


def check(low, high):
    if low <= 0 or high <= low:
        raise ValueError("bounds")


def sample_log_uniform__base_10(low, high, size, rng):
    check(low, high)
    return 10.0 ** rng.uniform(math.log10(low), math.log10(high), size=size)


def sample_log_uniform__ratio(low, high, size, rng):
    check(low, high)
    return low * (high / low) ** rng.random(size)


def sample_log_uniform__loop(low, high, size, rng):
    check(low, high)
    return np.array([math.exp(rng.uniform(math.log(low), math.log(high))) for _ in range(size)])


def sample_log_uniform__scipy(low, high, size, rng):
    from scipy.stats import loguniform

    check(low, high)
    return loguniform.rvs(low, high, size=size, random_state=rng)


def grid__itertools(values):
    return [dict(zip(values, choice, strict=True)) for choice in itertools.product(*values.values())]


def grid__recursive(values):
    if not values:
        return [{}]
    name, *others = values
    rest = grid__recursive({other: values[other] for other in others})
    return [{name: option, **config} for option in values[name] for config in rest]


def grid__counter(values):
    names, sizes = list(values), [len(v) for v in values.values()]
    configs = []
    for k in range(math.prod(sizes)):
        config = {}
        for name, size in zip(names[::-1], sizes[::-1], strict=True):
            k, i = divmod(k, size)
            config[name] = values[name][i]
        configs.append({name: config[name] for name in names})
    return configs


def random_search__best_so_far(objective, sample, n_trials, rng):
    best_config, best_score, trials = None, -np.inf, []
    for _ in range(n_trials):
        config = sample(rng)
        scores = objective(config, rng.spawn(1)[0])
        trials.append([config, scores])
        if scores["validation"] > best_score:
            best_config, best_score = config, scores["validation"]
    return best_config, best_score, trials


def random_search__configs_first(objective, sample, n_trials, rng):
    configs = [sample(rng) for _ in range(n_trials)]
    scores = [objective(c, child) for c, child in zip(configs, rng.spawn(n_trials), strict=True)]
    trials = list(zip(configs, scores, strict=True))
    best_config, best = max(trials, key=lambda trial: trial[1]["validation"])
    return best_config, best["validation"], trials


def random_search__seed_sequence(objective, sample, n_trials, rng):
    children = [np.random.default_rng(s) for s in rng.bit_generator.seed_seq.spawn(n_trials)]
    trials = [(config := sample(rng), objective(config, child)) for child in children]
    first = sorted(range(n_trials), key=lambda t: -trials[t][1]["validation"])[0]
    return trials[first][0], trials[first][1]["validation"], trials


def successive_halving__recursive(configs, evaluate, min_budget, eta=3):
    def rung(positions, budget):
        scores = {i: evaluate(configs[i], budget) for i in positions}
        if len(positions) == 1:
            return positions[0], [(budget, scores)]
        best = sorted(scores, key=scores.get)[-max(1, len(positions) // eta) :]
        winner, later = rung(best, budget * eta)
        return winner, [(budget, scores), *later]

    winner, rungs = rung(list(range(len(configs))), min_budget)
    return configs[winner], rungs[-1][1][winner], rungs


def successive_halving__arrays(configs, evaluate, min_budget, eta=3):
    positions, rungs = np.arange(len(configs)), []
    for k in itertools.count():
        budget = min_budget * eta**k
        scores = np.array([evaluate(configs[i], budget) for i in positions])
        rungs.append([budget, dict(zip(positions, scores, strict=True))])
        if positions.size == 1:
            break
        positions = positions[np.argsort(-scores)[: max(1, positions.size // eta)]]
    return [configs[positions[0]], scores[0], rungs]


def learning_rate_range_test__multiply(train_step, lr_min, lr_max, n_steps, factor=4.0):
    q = (lr_max / lr_min) ** (1 / (n_steps - 1))
    rates, losses, lr, lowest = [], [], lr_min, float("inf")
    for _ in range(n_steps):
        loss = train_step(lr)
        if not loss <= factor * lowest or math.isinf(loss):
            break
        lowest = min(lowest, loss)
        rates.append(lr)
        losses.append(loss)
        lr *= q
    if not rates:
        raise ValueError("lr_min")
    return np.array(rates), np.array(losses), 0.1 * rates[losses.index(lowest)]


def learning_rate_range_test__logspace(train_step, lr_min, lr_max, n_steps, factor=4.0):
    rates = np.logspace(np.log10(lr_min), np.log10(lr_max), n_steps)
    losses = np.full(n_steps, np.nan)
    done = 0
    for i, lr in enumerate(rates):
        losses[i] = train_step(lr)
        if not np.isfinite(losses[i]) or losses[i] > factor * losses[: i + 1].min():
            break
        done = i + 1
    if done == 0:
        raise ValueError("the first loss")
    return rates[:done], losses[:done], rates[:done][losses[:done] == losses[:done].min()][0] / 10


def learning_rate_range_test__exp_lists(train_step, lr_min, lr_max, n_steps, factor=4.0):
    pairs = []
    for t in range(n_steps):
        lr = math.exp(math.log(lr_min) + t / (n_steps - 1) * (math.log(lr_max) - math.log(lr_min)))
        loss = train_step(lr)
        if math.isfinite(loss) and all(loss <= factor * other for _, other in pairs):
            pairs.append((lr, loss))
        else:
            break
    if not pairs:
        raise ValueError
    rates, losses = np.array(pairs).T
    return rates, losses, min(pairs, key=lambda pair: pair[1])[0] / 10


def grid__recursion(values: dict) -> list:
    if not values:
        return [{}]
    *rest, last = values
    return [dict(c, **{last: v}) for c in grid__recursion({n: values[n] for n in rest}) for v in values[last]]


def successive_halving__recursion(configs, evaluate, min_budget, eta=3):
    def rung(still_in, budget):
        scores = {i: evaluate(c, budget) for i, c in still_in}
        if len(still_in) == 1:
            i, c = still_in[0]
            return c, scores[i], [(budget, scores)]
        best = sorted(still_in, key=lambda pair: scores[pair[0]])[-(len(still_in) // eta or 1) :]
        c, s, rest = rung(best, budget * eta)
        return c, s, [(budget, scores), *rest]

    return rung(list(enumerate(configs)), min_budget)
