"""One step of learning in PyTorch: forget the old gradients, predict, compare, go back, move.

Sources: the PyTorch documentation of torch.optim, section "Taking an optimization step".
"""

from torch import nn


def torch_train_step(model, optimizer, X, y):
    """Return the mean cross-entropy of a batch before the step that this call takes.

    X: (n, ...) float tensor  y: (n,) tensor of integer labels  ->  loss: float (a Python number)

    ``model(X)`` gives logits (n, k): the loss is that of nn.CrossEntropyLoss, which contains the softmax.
    Put the model in training mode, let the optimizer take exactly one step with the gradient of this
    batch alone (whatever gradients were there before), and return the loss as a plain float.

    >>> import torch
    >>> model = nn.Linear(2, 3)
    >>> with torch.no_grad(): _ = model.weight.zero_(), model.bias.zero_()
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> round(torch_train_step(model, optimizer, torch.ones(4, 2), torch.tensor([0, 0, 1, 2])), 4)
    1.0986
    """
    model.train()
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()
