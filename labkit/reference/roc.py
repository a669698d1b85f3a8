"""One threshold gives one confusion matrix; moving it through all values gives a curve, and the curve an area.

Sources: J. A. Hanley and B. J. McNeil (1982), the area as a share of pairs; J. Davis and M. Goadrich (2006), ROC against
precision-recall. Orders and end points are scikit-learn's.
"""

import numpy as np


def counts_by_threshold(y_true, score):
    """Return true and false alarms for each threshold, the highest first: rows with score >= threshold are called 1.

    y_true: (n,), 0 or 1  score: (n,)  ->  hits: (m,)  false alarms: (m,)  thresholds: (m,), the distinct scores

    >>> counts_by_threshold(np.array([0, 1, 1]), np.array([0.2, 0.7, 0.2]))
    (array([1, 2]), array([0, 1]), array([0.7, 0.2]))
    """
    order = np.argsort(-score, kind="stable")
    y_sorted, sorted_score = y_true[order], score[order]
    last = np.append(np.flatnonzero(np.diff(sorted_score)), len(score) - 1)  # of each run of equal scores
    hits = np.cumsum(y_sorted)[last]
    return hits, 1 + last - hits, sorted_score[last]


def roc_curve(y_true, score):
    """Return false positive rate, true positive rate and thresholds, from (0, 0) to (1, 1).

    y_true: (n,), 0 or 1  score: (n,), the higher the more 1  ->  fpr: (m,)  tpr: (m,)  thresholds: (m,), falling

    One point for each distinct score, called 1 where score >= threshold, and before them the threshold inf,
    where nothing is. Rows with equal scores enter together. A rate whose class has no rows is nan.

    >>> fpr, tpr, thresholds = roc_curve(np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.4, 0.8]))
    >>> fpr.tolist(), tpr.tolist(), thresholds.tolist()
    ([0.0, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 1.0], [inf, 0.8, 0.4, 0.1])
    """
    hits, false_alarms, thresholds = counts_by_threshold(y_true, score)
    hits, false_alarms = np.append(0, hits), np.append(0, false_alarms)
    nothing = np.full(len(hits), np.nan)
    fpr = false_alarms / false_alarms[-1] if false_alarms[-1] else nothing
    tpr = hits / hits[-1] if hits[-1] else nothing
    return fpr, tpr, np.append(np.inf, thresholds)


def roc_auc(y_true, score):
    """Return the share of pairs, one row of each class, in which the row of class 1 has the higher score.

    y_true: (n,), 0 or 1  score: (n,)  ->  float in [0, 1]; 0.5 is chance

    A pair with equal scores counts one half. This is the area under roc_curve, computed by ranks: with the
    ranks 1 .. n of all scores (equal scores share the mean of their ranks), n1 rows of class 1 and n0 of
    class 0, it is (sum of the ranks of class 1 - n1 (n1 + 1) / 2) / (n0 n1). nan when a class has no rows.

    Source: Hanley and McNeil (1982); the statistic is Mann and Whitney's (1947).

    >>> roc_auc(np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.4, 0.8]))
    0.875
    """
    _, place, size = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(size) - (size - 1) / 2)[place]
    n1 = int(np.sum(y_true))
    n0 = len(y_true) - n1
    if n0 == 0 or n1 == 0:
        return float("nan")
    return float((rank[y_true == 1].sum() - n1 * (n1 + 1) / 2) / (n0 * n1))


def pr_curve(y_true, score):
    """Return precision, recall and thresholds, from the lowest threshold to the highest.

    y_true: (n,), 0 or 1  score: (n,)  ->  precision: (m + 1,)  recall: (m + 1,), falling  thresholds: (m,), rising

    One point for each distinct score, called 1 where score >= threshold, and at the end the point with recall
    0 and precision 1, which has no threshold. Without a row of class 1 recall is 1 throughout.

    >>> precision, recall, thresholds = pr_curve(np.array([0, 1, 1]), np.array([0.2, 0.7, 0.2]))
    >>> precision.round(3).tolist(), recall.tolist(), thresholds.tolist()
    ([0.667, 1.0, 1.0], [1.0, 0.5, 0.0], [0.2, 0.7])
    """
    hits, false_alarms, thresholds = counts_by_threshold(y_true, score)
    precision = hits / (hits + false_alarms)
    recall = hits / hits[-1] if hits[-1] else np.ones(len(hits))
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), thresholds[::-1]


def average_precision(y_true, score):
    """Return the area under the precision-recall curve, as a sum of steps.

    y_true: (n,), 0 or 1  score: (n,)  ->  float in [0, 1]; a useless score has about the share of class 1

    sum over thresholds of (recall - recall at the next higher threshold) * precision. Straight lines between
    the points would flatter: precision does not change linearly. 0.0 when there is no row of class 1.

    Source: as scikit-learn; Davis and Goadrich (2006) on why not straight lines.

    >>> round(average_precision(np.array([0, 1, 1]), np.array([0.2, 0.7, 0.2])), 3)
    0.833
    """
    if not np.any(y_true):
        return 0.0
    precision, recall, _ = pr_curve(y_true, score)
    return float(np.sum(-np.diff(recall) * precision[:-1]))
