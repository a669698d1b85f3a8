"""The same network asked another question: which of two classes, and how sure.

Sources: C. Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.2; PyTorch documentation of
BCEWithLogitsLoss, which joins sigmoid and cross-entropy because their product is stable and the sigmoid alone is not.
"""

import torch
from torch import nn


class BinaryClassifier(nn.Module):
    """Return a network for two classes when made: n_features -> 64 -> 32 -> 1, with ReLU after both hidden layers.

    X: (n, n_features)  ->  logits: (n, 1)

    ``forward(X)`` gives logits, one a row, each any number from -inf to inf: no sigmoid and no softmax, since the loss
    contains the sigmoid. ``predict(X)`` gives the classes as floats 0.0 and 1.0 of shape (n, 1), like labels, without
    recording a graph: class 1 where sigmoid(logit) > 0.5, which is where the logit is above 0.

    >>> model = BinaryClassifier(n_features=3)
    >>> tuple(model(torch.zeros(5, 3)).shape), sum(p.numel() for p in model.parameters())
    ((5, 1), 2369)
    >>> model.predict(torch.zeros(5, 3)).dtype
    torch.float32
    """

    def __init__(self, n_features=3):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(n_features, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1)
        )

    def forward(self, X):
        return self.layers(X)

    def predict(self, X):
        with torch.no_grad():
            return (self(X) > 0).float()


def train_classifier(model, X, y, *, epochs=100, lr=0.01):
    """Return (losses, accuracies) of each epoch, after training a model for two classes on all rows at once.

    X: (n, d)  y: (n, 1) of 0.0 and 1.0  ->  losses: list of ``epochs`` floats  accuracies: list of ``epochs`` floats

    ``model(X)`` gives logits (n, 1). The loss is the mean binary cross-entropy from logits, that of
    nn.BCEWithLogitsLoss; the optimizer is Adam with lr. Put the model in training mode. An epoch is one step on all rows;
    its loss and its accuracy, the share of rows in which logit > 0 agrees with y == 1, are those of the logits that the
    step starts from, so one forward pass gives both.

    >>> model = nn.Linear(1, 1)
    >>> with torch.no_grad(): _ = model.weight.fill_(1.0), model.bias.zero_()
    >>> losses, accuracies = train_classifier(model, torch.tensor([[-2.0], [1.0]]), torch.tensor([[0.0], [0.0]]), epochs=3)
    >>> round(losses[0], 4), accuracies[0]
    (0.7201, 0.5)
    """
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses, accuracies = [], []
    for _ in range(epochs):
        logits = model(X)
        loss = nn.functional.binary_cross_entropy_with_logits(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        accuracies.append(((logits > 0) == (y == 1)).float().mean().item())
    return losses, accuracies
