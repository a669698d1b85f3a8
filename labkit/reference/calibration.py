"""When a forecast says 80 %, does it happen in 80 % of the cases?

Sources: G. W. Brier (1950), the score; A. Niculescu-Mizil and R. Caruana (2005), reliability of classifiers; C. Guo et al.
(2017), the expected calibration error.
"""

import numpy as np


def reliability_curve(y_true, p, n_bins=10):
    """Return mean forecast, share of class 1 and number of rows, for each bin of equal width that has rows.

    y_true: (n,), 0 or 1  p: (n,), forecast probability of 1  ->  forecast: (m,)  share: (m,)  rows: (m,), m <= n_bins

    The bins cut [0, 1] into n_bins parts; a p on an edge belongs to the lower bin. On the diagonal
    share = forecast the forecast is calibrated.

    >>> forecast, share, rows = reliability_curve(np.array([0, 1, 1]), np.array([0.1, 0.3, 0.9]), n_bins=2)
    >>> forecast.tolist(), share.tolist(), rows.tolist()
    ([0.2, 0.9], [0.5, 1.0], [2, 1])
    """
    inner_edges = np.linspace(0, 1, n_bins + 1)[1:-1]
    which = np.searchsorted(inner_edges, p)
    rows = np.bincount(which, minlength=n_bins)
    used = rows > 0
    forecast = np.bincount(which, weights=p, minlength=n_bins)[used] / rows[used]
    share = np.bincount(which, weights=y_true, minlength=n_bins)[used] / rows[used]
    return forecast, share, rows[used]


def expected_calibration_error(y_true, p, n_bins=10):
    """Return how far forecast and share lie apart, on average over the rows.

    y_true: (n,), 0 or 1  p: (n,), forecast probability of 1  ->  float in [0, 1]

    sum over the bins of rows / n * |share - forecast|, with the bins of reliability_curve. It is a rough
    number: it depends on n_bins, and with few rows even a perfect forecast does not reach 0.

    Source: Guo et al. (2017), equation 3, for the probability of class 1 (theirs: of the class called).

    >>> round(expected_calibration_error(np.array([0, 1, 1]), np.array([0.1, 0.3, 0.9]), n_bins=2), 4)
    0.2333
    """
    forecast, share, rows = reliability_curve(y_true, p, n_bins)
    return float(np.sum(rows * np.abs(share - forecast)) / len(p))


def brier_score(y_true, p):
    """Return the mean squared difference between forecast and what happened.

    y_true: (n,), 0 or 1  p: (n,), forecast probability of 1  ->  float in [0, 1], lower is better

    Saying 0.5 every time gives 0.25. The honest probability has the lowest expected score: it cannot be
    improved by saying something else than one believes.

    Source: Brier (1950); his original sums over both classes, which is twice this.

    >>> brier_score(np.array([0, 1]), np.array([0.5, 1.0]))
    0.125
    """
    return float(np.mean((p - y_true) ** 2))
