"""LeNet-5 in PyTorch: two convolutions that look for parts, three dense layers that weigh them.

Sources: Y. LeCun et al., "Gradient-based learning applied to document recognition" (1998). Here, as is usual
today: ReLU for the scaled tanh, the maximum for the mean, every filter sees every map, logits at the end.
"""

import torch
from torch import nn


class LeNet5(nn.Module):
    """LeNet-5 for images of 28 by 28 gray pixels, with ReLU and max pooling.

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
