"""LeNet-5 in PyTorch: two convolutions that look for parts, three dense layers that weigh them.

Sources: Y. LeCun et al., "Gradient-based learning applied to document recognition" (1998). Here, as is usual
today: ReLU for the scaled tanh, the maximum for the mean, every filter sees every map, logits at the end.
"""

import torch
from torch import nn


class LeNet5(nn.Module):
    """Return a LeNet-5 for images of 28 by 28 gray pixels, with ReLU and max pooling.

    padding: int  n_classes: int  ->  module: (n, 1, 28, 28) -> logits (n, n_classes)

    Layers in this order, each weighted layer with a bias:
    convolution to 6 maps with kernels of 5 by 5 and the given padding, ReLU, max pooling of 2 by 2;
    convolution to 16 maps with kernels of 5 by 5, no padding, ReLU, max pooling of 2 by 2;
    flattened as torch does it, (channel, row, column); dense to 120, ReLU; dense to 84, ReLU; dense to
    n_classes. No activation and no softmax after the last: it returns logits.

    padding 0 leaves maps of 4 by 4 for the dense layers, 44,426 parameters in all. padding 2, which makes
    the image the 32 by 32 of the paper, leaves 5 by 5, and 61,706. Define the layers in the order above.

    Source: LeCun et al. (1998), section II.B, with the changes named above.

    >>> sum(p.numel() for p in LeNet5().parameters()), LeNet5(padding=2)(torch.zeros(3, 1, 28, 28)).shape
    (44426, torch.Size([3, 10]))
    """

    def __init__(self, padding=0, n_classes=10):
        super().__init__()
        side = ((28 + 2 * padding - 4) // 2 - 4) // 2  # of the maps after the second pooling
        self.conv1 = nn.Conv2d(1, 6, 5, padding=padding)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.dense1 = nn.Linear(16 * side * side, 120)
        self.dense2 = nn.Linear(120, 84)
        self.dense3 = nn.Linear(84, n_classes)

    def forward(self, x):
        h = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        h = nn.functional.max_pool2d(torch.relu(self.conv2(h)), 2)
        h = torch.flatten(h, start_dim=1)
        h = torch.relu(self.dense1(h))
        h = torch.relu(self.dense2(h))
        return self.dense3(h)


def load_params(model, params):
    """Return the model, now with the parameters of a NumPy Network of the same layers.

    model: nn.Module  params: list of arrays in the order of model.parameters()  ->  model, changed

    The course keeps the weight of a dense layer as (d_in, d_out), torch as (d_out, d_in): matrices are
    turned on the way. Filters, (c_out, c_in, k, k), and biases are kept alike.

    Raises ValueError when there are too many or too few, or when a shape does not fit.

    >>> import numpy as np
    >>> load_params(nn.Linear(2, 1), [np.array([[1.0], [3.0]]), np.array([0.5])])(torch.ones(1, 2)).item()
    4.5
    """
    with torch.no_grad():
        for mine, given in zip(model.parameters(), params, strict=True):
            if tuple(mine.T.shape if mine.ndim == 2 else mine.shape) != given.shape:
                raise ValueError(f"got a parameter of shape {given.shape} for one of torch's shape {tuple(mine.shape)}")
            mine.copy_(torch.tensor(given.T if given.ndim == 2 else given))
    return model
