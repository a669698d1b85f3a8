"""What the tests of references share.

Property tests here have no deadline for one example: a busy machine is not a wrong answer.
"""

import numpy as np
import pytest
from hypothesis import settings

from labkit.gradients import directional_gradient_error

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture
def gradients_equal_differences():
    """Assert that a whole network's gradients, of all parameters and of its input, equal central differences."""

    def check(network, x, dy, rng):
        theta = network.theta.copy()

        def loss(values):
            network.theta[...] = values
            return np.sum(network.forward(x) * dy)

        loss(theta)
        dx = network.backward(dy)
        gradient = network.dtheta.copy()
        assert directional_gradient_error(loss, gradient, theta, rng) < 1e-6
        loss(theta)
        assert directional_gradient_error(lambda x: np.sum(network.forward(x) * dy), dx, x, rng) < 1e-6

    return check
