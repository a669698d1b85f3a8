"""Penalties charge weights and nothing else, and their gradients are calculus."""

import numpy as np
import pytest
import torch

from labkit.gradients import directional_gradient_error
from labkit.reference.regularization import elastic_net_penalty, l1_penalty, l2_penalty


def two_layers(rng):
    return [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 2)), rng.normal(size=2))]


def test_the_hand_example():
    # By hand: 3**2 + 4**2 = 25, half of it times 0.1; |3| + |-4| = 7, times 0.1.
    params = [(np.array([[3.0]]), np.array([50.0])), (np.array([[-4.0]]), np.array([60.0]))]
    assert l2_penalty(params, 0.1)[0] == pytest.approx(1.25)
    assert l1_penalty(params, 0.1)[0] == pytest.approx(0.7)
    assert elastic_net_penalty(params, 0.1, 0.1)[0] == pytest.approx(1.95)


@pytest.mark.parametrize("penalty", [l2_penalty, l1_penalty, lambda p, lam: elastic_net_penalty(p, lam, 0.3)])
@pytest.mark.parametrize("layer", [0, 1])
def test_weight_gradients_equal_central_differences_and_bias_gradients_are_zero(penalty, layer):
    rng = np.random.default_rng(layer)
    params = two_layers(rng)
    w, b = params[layer]

    def cost(w):
        return penalty([(w, b) if i == layer else pair for i, pair in enumerate(params)], 0.7)[0]

    _, grads = penalty(params, 0.7)
    assert directional_gradient_error(cost, grads[layer][0], w, rng) < 1e-6
    assert grads[layer][1].shape == b.shape
    assert not grads[layer][1].any()


def test_l2_is_the_weight_decay_of_torch_sgd():
    params = two_layers(np.random.default_rng(0))
    leaves = [torch.tensor(w, requires_grad=True) for w, _ in params]
    for leaf in leaves:
        leaf.grad = torch.zeros_like(leaf)
    torch.optim.SGD(leaves, lr=0.1, weight_decay=0.5).step()
    for (w, _), (dw, _), leaf in zip(params, l2_penalty(params, 0.5)[1], leaves, strict=True):
        np.testing.assert_allclose(w - 0.1 * dw, leaf.detach().numpy(), rtol=1e-12)


def test_l1_has_no_gradient_at_zero_and_params_stay():
    params = [(np.array([[0.0, 2.0]]), np.array([1.0, 1.0]))]
    assert l1_penalty(params, 0.5)[1][0][0].tolist() == [[0.0, 0.5]]
    l2_penalty(params, 0.5)
    assert params[0][0].tolist() == [[0.0, 2.0]]
