"""Who is taken for whom: every score of a classifier is computed from this table of counts.

Sources: the layout, truth down and prediction across, is scikit-learn's; Wikipedia and many books transpose it.
"""

import numpy as np


def confusion_matrix(y_true, y_pred, n_classes):
    """Return how many rows of each true class were called each class.

    y_true: (n,) integers in 0 .. n_classes - 1  y_pred: (n,), the same  ->  counts: (n_classes, n_classes), integers

    counts[i, j] is the number of rows whose true class is i and whose predicted class is j: the truth goes
    down, the prediction goes across, and what is right stands on the diagonal. A class that occurs in
    neither keeps its row and its column, full of zeros.

    n_classes >= 1.

    Source: the layout of scikit-learn.

    >>> confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), 3).tolist()
    [[1, 1, 0], [0, 2, 0], [0, 0, 0]]
    """
    counts = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(counts, (y_true, y_pred), 1)  # adds again where a pair comes again; counts[y_true, y_pred] += 1 does not
    return counts
