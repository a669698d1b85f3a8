"""LeNet-5 in NumPy, from the course's own layers: the same network as lenet_torch.py, number by number.

Sources: Y. LeCun et al., "Gradient-based learning applied to document recognition" (1998), with the changes of
lenet_torch.py.
"""

import numpy as np

from labkit.reference.conv_layers import Conv2d, Flatten, MaxPool2d
from labkit.reference.layered_network import Network
from labkit.reference.layers import Dense, ReLU


def lenet5(padding, rng, *, n_classes=10, dtype=np.float32, input_gradient=False):
    """Return LeNet-5 for images of 28 by 28 gray pixels as a Network of layers.

    padding: int  rng: np.random.Generator  ->  Network: (n, 1, 28, 28) -> logits (n, n_classes)

    The layers and their order are those of LeNet5 in lenet_torch.py: padding 0 has 44,426 parameters,
    padding 2 has 61,706. First weights are drawn by He's rule; biases start at 0.

    dtype: of the parameters and of everything computed.
    input_gradient: True lets backward return the gradient in the images, which training does not need.

    >>> rng = np.random.default_rng(0)
    >>> lenet5(0, rng).theta.size, lenet5(2, rng).forward(np.zeros((3, 1, 28, 28))).shape
    (44426, (3, 10))
    """
    side = ((28 + 2 * padding - 4) // 2 - 4) // 2
    layers = [
        *(Conv2d(1, 6, 5, rng, padding=padding, input_gradient=input_gradient), ReLU(), MaxPool2d(2)),
        *(Conv2d(6, 16, 5, rng), ReLU(), MaxPool2d(2), Flatten()),
        *(Dense(16 * side * side, 120, rng), ReLU()),
        *(Dense(120, 84, rng), ReLU()),
        Dense(84, n_classes, rng),
    ]
    return Network(layers, dtype=dtype)
