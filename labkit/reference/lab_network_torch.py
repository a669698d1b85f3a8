"""The laboratory's network, and the two things one may change about it: the bend and the depth.

Sources: PyTorch documentation of torch.nn.Module and torch.nn.Sequential; A. Maas, A. Hannun, A. Ng, Rectifier
nonlinearities improve neural network acoustic models (2013), for the slope 0.01.
"""

from torch import nn


class RegressionNN(nn.Module):
    """Return a network for regression when made: n_features -> 64 -> 32 -> 1, with ReLU after both hidden layers.

    X: (n, n_features)  ->  predictions: (n, 1)

    Three ``nn.Linear`` layers with biases. The last one's output is the prediction itself, so nothing comes after it: a
    ReLU there could never predict below 0. Make the layers in ``__init__``, under any names, so that ``parameters()`` has
    them all before training begins. ``forward(X)`` gives a column (n, 1), for n = 1 too.

    >>> import torch
    >>> model = RegressionNN(n_features=3)
    >>> tuple(model(torch.zeros(5, 3)).shape), sum(p.numel() for p in model.parameters())
    ((5, 1), 2369)
    """

    def __init__(self, n_features=3):
        super().__init__()
        self.hidden_1 = nn.Linear(n_features, 64)
        self.hidden_2 = nn.Linear(64, 32)
        self.output = nn.Linear(32, 1)
        self.relu = nn.ReLU()

    def forward(self, X):
        h = self.relu(self.hidden_1(X))
        h = self.relu(self.hidden_2(h))
        return self.output(h)


def make_activation(name):
    """Return a new activation module by its name: "relu", "leaky_relu", "sigmoid" or "tanh".

    name: str  ->  an nn.Module that works element by element

    The leaky ReLU multiplies negative inputs by 0.01, PyTorch's default. For any other name raise ValueError with a
    text that lists the four.

    >>> import torch
    >>> make_activation("leaky_relu")(torch.tensor([-1.0, 2.0])).tolist()
    [-0.009999999776482582, 2.0]
    """
    table = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}
    if name not in table:
        raise ValueError(f"there is no activation {name!r}: choose one of {', '.join(table)}")
    return table[name]()


def build_regression_net(n_features, hidden=(64, 32), activation=nn.ReLU):
    """Return a network for regression with hidden layers of the given widths, as an nn.Sequential.

    n_features: int  hidden: widths of the hidden layers, from the input on  ->  model, with model(X): (n, 1)

    ``activation()`` makes a new activation module: call it once for each hidden layer, and put the module after that
    layer. Nothing comes after the last linear layer, which has one output. Without hidden layers (``hidden=()``) the
    model is a single linear layer.

    >>> build_regression_net(3, hidden=(8,), activation=nn.Tanh)
    Sequential(
      (0): Linear(in_features=3, out_features=8, bias=True)
      (1): Tanh()
      (2): Linear(in_features=8, out_features=1, bias=True)
    )
    """
    layers = []
    width = n_features
    for next_width in hidden:
        layers.append(nn.Linear(width, next_width))
        layers.append(activation())
        width = next_width
    layers.append(nn.Linear(width, 1))
    return nn.Sequential(*layers)
