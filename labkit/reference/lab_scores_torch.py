"""How good a prediction is, and how good it could be at best.

Sources: N. Draper, H. Smith, Applied Regression Analysis (1998), section 1.3, for R²; the ceiling follows from the
variance of a sum of independent terms.
"""

import torch


def regression_scores(model, X, y):
    """Return (mse, r2) of the model's predictions, as two floats.

    X: (n, d)  y: (n, 1), not all equal, and model(X): (n, 1)  ->  mse: float  r2: float

        mse = mean of (y - model(X))**2
        r2  = 1 - sum of (y - model(X))**2 / sum of (y - mean of y)**2

    Predict in eval mode (dropout and batch norm behave differently in training) and without recording a graph
    (``torch.no_grad``). Afterwards the model is in the mode it was in before.

    >>> model = torch.nn.Identity()
    >>> regression_scores(model, torch.tensor([[1.0], [2.0], [4.0]]), torch.tensor([[1.0], [2.0], [6.0]]))
    (1.3333333730697632, 0.7142857313156128)
    """
    was_training = model.training
    model.eval()
    with torch.no_grad():
        residual = y - model(X)
        mse = (residual**2).mean().item()
        r2 = (1 - (residual**2).sum() / ((y - y.mean()) ** 2).sum()).item()
    model.train(was_training)
    return mse, r2


def r2_ceiling(w, noise):
    """Return the R² of the best prediction possible when y = X @ w + noise * e: a float in [0, 1].

    w: (d, 1) tensor, not all 0  noise: standard deviation of what is added, >= 0  ->  ceiling: float

    The columns of X and e are independent and standard normal. So the variance of y is that of X @ w plus that of the
    noise; the best prediction is X @ w itself, and what it leaves over is the noise.

        ceiling = 1 - (variance of the noise) / (variance of y)

    >>> r2_ceiling(torch.tensor([[3.0], [4.0]]), noise=5.0)
    0.5
    """
    signal = (w**2).sum().item()
    return signal / (signal + noise**2)
