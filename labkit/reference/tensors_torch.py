"""The same array work with torch: a library of tensors that can also live on a GPU.

Sources: as in tensors.py. The triple loop has no twin: with tensors it would teach nothing new.
"""

import torch


def batched_matmul(A, B):
    """Return the products of b pairs of matrices, pair by pair.

    A: (b, m, k)  B: (b, k, n)  ->  C: (b, m, n)

    `torch.bmm` raises RuntimeError when the sizes differ, where NumPy raises ValueError.

    >>> batched_matmul(torch.ones(1, 1, 2), torch.ones(1, 2, 1))
    tensor([[[2.]]])
    """
    return torch.bmm(A, B)


def standardize(X_train, X_other):
    """Return both splits, standardized with the training split's column means and deviations.

    X_train: (n, d)  X_other: (m, d)  ->  Z_train: (n, d)  Z_other: (m, d), in this order

    torch's std divides by n - 1 unless correction=0 is asked for; NumPy's divides by n.

    >>> standardize(torch.tensor([[0.0], [2.0]]), torch.tensor([[4.0]]))[1]
    tensor([[3.]])
    """
    mean, std = X_train.mean(dim=0), X_train.std(dim=0, correction=0)
    constant = X_train.amax(dim=0) == X_train.amin(dim=0)
    std = torch.where(constant, torch.ones_like(std), std)
    return (X_train - mean) / std, (X_other - mean) / std


def pca(X, n_components):
    """Return the principal components of X, its rows' scores, and each one's share of the variance.

    X: (n, d)  ->  components: (n_components, d)  scores: (n, n_components)
                   explained_variance_ratio: (n_components,), in this order

    >>> components, scores, ratio = pca(torch.tensor([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]), 1)
    >>> components.shape, scores.shape, ratio.shape
    (torch.Size([1, 2]), torch.Size([3, 1]), torch.Size([1]))
    """
    centred = X - X.mean(dim=0)
    _, S, Vt = torch.linalg.svd(centred, full_matrices=False)
    components = Vt[:n_components]
    scores = centred @ components.T
    explained_variance_ratio = S[:n_components] ** 2 / (S**2).sum()
    return components, scores, explained_variance_ratio
