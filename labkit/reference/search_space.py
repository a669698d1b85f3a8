"""Where to look: numbers spread evenly over orders of magnitude, and every combination of a few choices.

Sources: J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization" (2012), section 2.3.
"""

import numpy as np


def sample_log_uniform(low, high, size, rng):
    """Return random numbers between low and high whose logarithms are uniform: each factor of 10 is equally likely.

    low, high: floats  size: int  ->  x: (size,)

    x = exp(v), where v holds size numbers drawn with rng.uniform between the logarithms of low and of high. Any base
    of the logarithm will do, as long as the way back has the same.

    0 < low < high.  rng: np.random.Generator, asked for size numbers.
    Raises ValueError unless 0 < low < high: with swapped bounds, or where a logarithm does not exist.

    Source: Bergstra and Bengio (2012), section 2.3, who draw learning rates so.

    >>> x = sample_log_uniform(1e-4, 1.0, 10_000, np.random.default_rng(0))
    >>> round(float(np.mean(x < 1e-2)), 2)
    0.5
    """
    if not 0 < low < high:
        raise ValueError(f"0 < low < high is needed, got low = {low}, high = {high}")
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def grid(values):
    """Return every combination of the values, as a list of dicts, one dict a combination.

    values: {name: sequence of n_i values}  ->  configs: list of n_1 n_2 ... dicts {name: value}

    The order is that of nested loops, the first name outside: the value of the *last* name changes from one dict to
    the next. The dicts have the names in the order of values. Each of them is a dict of its own.

    With a name that has no values there are no combinations; without any names there is one, the empty dict.

    >>> grid({"lr": (0.1, 0.01), "depth": (1, 2)})
    [{'lr': 0.1, 'depth': 1}, {'lr': 0.1, 'depth': 2}, {'lr': 0.01, 'depth': 1}, {'lr': 0.01, 'depth': 2}]
    """
    configs: list[dict] = [{}]
    for name, options in values.items():
        configs = [{**config, name: option} for config in configs for option in options]
    return configs
