"""Walk downhill in PyTorch: the same steps on tensors.

Sources: as in descent.py.
"""

import torch


def gradient_descent(grad, x0, lr, *, tol=1e-6, max_steps=1000):
    r"""Return the path of gradient descent: every point visited, x0 first.

    x0: () or (d,)  ->  path: (k + 1,) or (k + 1, d) after k steps

    ``x_new = x - lr * grad(x)``; stops after the first step shorter than ``tol``, or after
    ``max_steps``.

    >>> gradient_descent(lambda x: 2 * x + 4, 0.0, 0.25, max_steps=3).tolist()
    [0.0, -1.0, -1.5, -1.75]
    """
    x = torch.as_tensor(x0, dtype=torch.float64)
    path = [x]
    for _ in range(max_steps):
        x_new = x - lr * grad(x)
        path.append(x_new)
        if torch.sqrt(torch.sum((x_new - x) ** 2)) < tol:
            break
        x = x_new
    return torch.stack(path)
