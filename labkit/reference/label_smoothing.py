"""Label smoothing: do not ask the network to be certain, and it stops inflating its logits.

Sources: C. Szegedy et al., "Rethinking the Inception architecture" (2016), section 7.
"""

import numpy as np


def smooth_labels(y, n_classes, epsilon):
    """Return a target distribution for each label: mostly the class itself, a little of all.

    y: (n,) integers in 0 .. n_classes - 1  ->  targets: (n, n_classes), float64, rows sum to 1

    Each row is (1 - epsilon) times the one-hot row of its label plus epsilon / n_classes on *every* class,
    the right one included. epsilon = 0 gives one-hot rows.

    epsilon in [0, 1]: share that is spread over all classes (not over the others alone).

    Source: Szegedy et al. (2016), section 7, with the uniform distribution, as in torch.

    >>> smooth_labels(np.array([1, 0]), 4, 0.2).round(6).tolist()
    [[0.05, 0.85, 0.05, 0.05], [0.85, 0.05, 0.05, 0.05]]
    """
    targets = np.full((len(y), n_classes), epsilon / n_classes)
    targets[np.arange(len(y)), y] += 1 - epsilon
    return targets


def soft_cross_entropy(logits, targets):
    """Return the mean cross-entropy of softmax(logits) against target distributions.

    logits: (n, k), numbers before softmax  targets: (n, k), rows sum to 1  ->  loss: ()

    The mean over rows of -sum(targets[i] log softmax(logits[i])). One-hot targets give cross_entropy.

    >>> round(float(soft_cross_entropy(np.zeros((1, 3)), np.array([[0.2, 0.2, 0.6]]))), 4)  # log(3)
    1.0986
    """
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum(targets * log_p) / len(logits)


def soft_cross_entropy_backward(logits, targets):
    """Return the gradient of soft_cross_entropy(logits, targets) in the logits.

    logits: (n, k), numbers before softmax  targets: (n, k), rows sum to 1  ->  dlogits: (n, k)

    (softmax(logits) - targets) / n

    >>> soft_cross_entropy_backward(np.zeros((1, 2)), np.array([[0.25, 0.75]])).tolist()
    [[0.25, -0.25]]
    """
    exps = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    return (exps / np.sum(exps, axis=1, keepdims=True) - targets) / len(logits)
