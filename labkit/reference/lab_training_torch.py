"""What a training is made of: something to get smaller, somebody who takes the steps, and the loop that joins them.

Sources: PyTorch documentation of torch.optim, section "Taking an optimization step"; P. J. Huber, Robust estimation of
a location parameter (1964), for why absolute errors bear outliers.
"""

import torch
from torch import nn


def l1_loss(prediction, y):
    """Return the mean absolute error of a batch, as a tensor that backward can start from.

    prediction: (n, 1)  y: (n, 1)  ->  loss: () tensor

        loss = (|prediction_1 - y_1| + ... + |prediction_n - y_n|) / n

    Raise ValueError when the shapes differ: PyTorch would stretch (n,) against (n, 1) to n x n and say almost nothing.

    >>> l1_loss(torch.tensor([[1.0], [4.0]]), torch.tensor([[2.0], [2.0]])).item()
    1.5
    """
    if prediction.shape != y.shape:
        raise ValueError(f"prediction has shape {tuple(prediction.shape)}, y has {tuple(y.shape)}")
    return (prediction - y).abs().mean()


def make_optimizer(name, parameters, lr):
    """Return a new optimizer by its name, "sgd", "rmsprop", "adagrad" or "adam", for these parameters.

    name: str  parameters: as model.parameters() gives them  lr: float > 0  ->  a torch.optim.Optimizer

    Everything but lr stays as in PyTorch's defaults: "sgd" is plain, without momentum. The optimizer moves exactly the
    parameters it was given when it was made. For any other name raise ValueError with a text that lists the four.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> optimizer = make_optimizer("sgd", [w], lr=0.5)
    >>> (3 * w).sum().backward()
    >>> optimizer.step()
    >>> w.item()
    -0.5
    """
    table = {
        "sgd": torch.optim.SGD,
        "rmsprop": torch.optim.RMSprop,
        "adagrad": torch.optim.Adagrad,
        "adam": torch.optim.Adam,
    }
    if name not in table:
        raise ValueError(f"there is no optimizer {name!r}: choose one of {', '.join(table)}")
    return table[name](parameters, lr=lr)


def train_regression(model, X, y, *, epochs=100, lr=0.01, loss=nn.functional.mse_loss, optimizer=torch.optim.Adam):
    """Return the loss of each epoch, after training the model on all rows at once.

    X: (n, d)  y: (n, 1), and model(X): (n, 1)  ->  losses: list of ``epochs`` floats

    Put the model in training mode, and make one optimizer for its parameters: ``optimizer(parameters, lr=lr)``. Then an
    epoch is one step on all rows: ``loss(model(X), y)``, fresh gradients, one move. Record the loss that this step
    starts from, as a plain float. The model itself is trained, not a copy of it.

    >>> model = nn.Linear(1, 1)
    >>> with torch.no_grad(): _ = model.weight.zero_(), model.bias.zero_()
    >>> losses = train_regression(model, torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [5.0]]), epochs=200)
    >>> losses[0], len(losses), losses[-1] < 1
    (17.0, 200, True)
    """
    model.train()
    stepper = optimizer(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        value = loss(model(X), y)
        stepper.zero_grad()
        value.backward()
        stepper.step()
        losses.append(value.item())
    return losses
