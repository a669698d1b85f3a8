"""Search by trying at random: as many values of each setting as there are trials.

Sources: J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization" (2012).
"""

import numpy as np


def random_search(objective, sample, n_trials, rng):
    """Return the best of n_trials random settings, its validation score, and the record of all trials.

    objective: (config, generator) -> {"validation": score, ...}  sample: (generator) -> config
    ->  (best_config, best_score, trials): dict, float, list of n_trials pairs (config, scores)

    Trial t draws its config with ``sample(rng)``, then measures it with ``objective(config, child)``, where child is
    a generator of its own: number t of ``rng.spawn(n_trials)``. So what one trial draws while it trains changes no
    other trial, and each can be run again alone. (Spawning takes no numbers from rng.)

    objective returns a dict of scores, higher is better. Best is the highest *validation* score, the first of equal
    ones. Other scores, such as "training" or "test", are recorded and have no say.

    n_trials >= 1.  trials: in the order in which they were made, each with its config and the whole dict of scores.

    Source: Bergstra and Bengio (2012).

    >>> def sample(rng):
    ...     return {"lr": float(rng.choice([0.1, 0.2, 0.3]))}
    >>> def objective(config, rng):
    ...     return {"training": 1.0, "validation": 1 - abs(config["lr"] - 0.2)}
    >>> best_config, best_score, trials = random_search(objective, sample, 20, np.random.default_rng(0))
    >>> best_config, best_score, len(trials)
    ({'lr': 0.2}, 1.0, 20)
    """
    children = rng.spawn(n_trials)
    trials = []
    for child in children:
        config = sample(rng)
        trials.append((config, objective(config, child)))
    best = int(np.argmax([scores["validation"] for _, scores in trials]))
    return trials[best][0], trials[best][1]["validation"], trials
