"""How sure is a score? Draw the data again from themselves, and see how much it moves.

Sources: B. Efron (1979), the bootstrap; B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
"""

import numpy as np


def bootstrap_interval(statistic, data, rng, *, n_resamples=1000, level=0.95):
    """Return the percentile bootstrap interval of a statistic: its lower and its upper end.

    data: (n, ...), one row an observation  ->  low: float  high: float, in this order

    Draw n rows of data from rng, *with* replacement (a row may come several times, or not at all), and
    compute the statistic of what was drawn. Do this n_resamples times. The interval goes from the
    (1 - level) / 2 quantile of these values to the (1 + level) / 2 quantile (np.quantile as it is).

    A row stays whole: where it holds a prediction and its truth, they are drawn together.

    statistic(rows: (n, ...)) -> number.  rng: np.random.Generator, the only source of chance.
    n_resamples >= 1.  level in (0, 1): 0.95 for 95 %.

    Source: Efron (1979); the percentile method of Efron and Tibshirani (1993), 13.3.

    >>> low, high = bootstrap_interval(np.mean, np.arange(100.0), np.random.default_rng(0))
    >>> low < 49.5 < high
    True
    """
    n = len(data)
    values = [statistic(data[rng.integers(0, n, n)]) for _ in range(n_resamples)]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
