"""Two questions to a classifier: are its alarms right (precision), and does it miss any (recall)?

Sources: C. J. van Rijsbergen, "Information Retrieval" (1979), chapter 7, for all three; the rule for 0/0 is scikit-learn's.
"""

import numpy as np

from labkit.reference.confusion import confusion_matrix


def precision_recall_f1(y_true, y_pred, n_classes, *, average=None, zero_division=0.0):
    """Return precision, recall and F1, for each class or as one number each.

    y_true: (n,) integers in 0 .. n_classes - 1  y_pred: (n,), the same
    ->  precision, recall, f1, in this order: (n_classes,) each with average=None, else one number each

    For each class, with right = rows of this class that are called it, predicted = all rows that are called
    it, actual = all rows that are of it:

        precision = right / predicted    recall = right / actual    f1 = 2 right / (predicted + actual)

    where the last is the harmonic mean of the other two. A fraction 0 / 0 is replaced by zero_division, each
    fraction for itself: a class that is never called has precision zero_division, and its recall and F1 are 0
    if it has rows.

    average: None      the numbers of each class;
             "macro"   their plain mean over all n_classes classes, those without rows too;
             "weighted" their mean with the weights actual / n;
             "micro"   right, predicted and actual are summed over all classes first, then divided.
    zero_division: a number, usually 0.0 or 1.0.  n >= 1.

    Source: van Rijsbergen (1979); for 0 / 0 and the averages as scikit-learn.

    >>> p, r, f1 = precision_recall_f1(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), 2)
    >>> p.tolist(), r.round(3).tolist(), f1.round(3).tolist()
    ([1.0, 0.5], [0.667, 1.0], [0.8, 0.667])
    >>> precision_recall_f1(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), 2, average="micro")
    (0.75, 0.75, 0.75)
    """
    counts = confusion_matrix(y_true, y_pred, n_classes)
    right, predicted, actual = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    weights = actual / actual.sum()
    if average == "micro":
        right, predicted, actual = right.sum(), predicted.sum(), actual.sum()

    def divide(a, b):
        return np.where(b == 0, zero_division, a / np.where(b == 0, 1, b))

    scores = [divide(right, predicted), divide(right, actual), divide(2 * right, predicted + actual)]
    if average == "macro":
        scores = [score.mean() for score in scores]
    elif average == "weighted":
        scores = [(weights * score).sum() for score in scores]
    return tuple(scores) if average is None else tuple(float(score) for score in scores)
