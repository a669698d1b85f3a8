"""The layers for images equal torch's and the course's own functions, in either order of memory."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from labkit.reference.conv import conv2d_backward, conv2d_forward
from labkit.reference.conv_layers import AvgPool2d, Conv2d, Flatten, MaxPool2d, by_images, by_rows
from labkit.reference.layered_network import Network
from labkit.reference.layers import Dense, ReLU
from labkit.reference.pooling import avg_pool, max_pool_backward, max_pool_forward

CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def in_some_order(x, by_row):
    """Return the same images, in memory as they are or as the layers keep them."""
    return by_images(np.ascontiguousarray(by_rows(x))) if by_row else x


@settings(max_examples=100)
@given(
    sizes=st.tuples(*(st.integers(1, top) for top in (4, 3, 4, 8, 8, 4))),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    by_row=st.booleans(),
    seed=st.integers(0, 999),
)
def test_convolution_equals_torch_both_ways(sizes, stride, padding, by_row, seed):
    n, c_in, c_out, height, width, k = sizes
    assume(k <= min(height, width) + 2 * padding)
    rng = np.random.default_rng(seed)
    layer = Conv2d(c_in, c_out, k, rng, stride=stride, padding=padding)
    network = Network([layer])
    network.theta[...] = rng.normal(size=network.theta.size)  # the bias too
    w, b = layer.params
    x = rng.normal(size=(n, c_in, height, width))
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    y_torch = torch.nn.functional.conv2d(*leaves, stride=stride, padding=padding)
    y = layer.forward(in_some_order(x, by_row), training=True)
    np.testing.assert_allclose(y, y_torch.detach().numpy(), **CLOSE)
    dy = rng.normal(size=y.shape)
    y_torch.backward(torch.tensor(dy))
    for ours, leaf in zip([layer.backward(in_some_order(dy, by_row)), *layer.grads], leaves, strict=True):
        np.testing.assert_allclose(ours, leaf.grad.numpy(), **CLOSE)


@settings(max_examples=100)
@given(
    shape=st.tuples(*(st.integers(1, top) for top in (4, 3, 8, 8))),
    size=st.integers(1, 4),
    stride=st.one_of(st.none(), st.integers(1, 3)),
    by_row=st.booleans(),
    ties=st.booleans(),
    seed=st.integers(0, 999),
)
def test_poolings_equal_torch_both_ways(shape, size, stride, by_row, ties, seed):
    assume(size <= min(shape[2:]))
    rng = np.random.default_rng(seed)
    x = rng.integers(-2, 1, shape).astype(float) if ties else rng.normal(size=shape)
    for ours, theirs in ((MaxPool2d, torch.nn.MaxPool2d), (AvgPool2d, torch.nn.AvgPool2d)):
        layer, leaf = ours(size, stride), torch.tensor(x, requires_grad=True)
        y_torch = theirs(size, stride)(leaf)
        y = layer.forward(in_some_order(x, by_row))
        np.testing.assert_allclose(y, y_torch.detach().numpy(), rtol=1e-12, atol=1e-12)
        dy = rng.normal(size=y.shape)
        y_torch.backward(torch.tensor(dy))
        np.testing.assert_allclose(layer.backward(in_some_order(dy, by_row)), leaf.grad.numpy(), **CLOSE)


def test_layers_equal_the_functions_that_the_student_writes():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 2, 9, 8))
    layer = Conv2d(2, 4, 3, rng, stride=2, padding=1)
    y, cache = conv2d_forward(x, *layer.params, 2, 1)
    np.testing.assert_allclose(layer.forward(x), y, **CLOSE)
    for ours, theirs in zip([layer.backward(y), *layer.grads], conv2d_backward(y, cache), strict=True):
        np.testing.assert_allclose(ours, theirs, **CLOSE)
    y, cache = max_pool_forward(x, 3, 2)
    pool = MaxPool2d(3, 2)
    np.testing.assert_array_equal(pool.forward(x), y)
    np.testing.assert_allclose(pool.backward(y), max_pool_backward(y, cache), **CLOSE)
    np.testing.assert_allclose(AvgPool2d(3, 2).forward(x), avg_pool(x, 3, 2), **CLOSE)


def test_flatten_is_torchs_order_and_comes_back():
    x = np.random.default_rng(0).normal(size=(5, 3, 4, 2))
    layer = Flatten()
    for by_row in (False, True):
        rows = layer.forward(in_some_order(x, by_row))
        np.testing.assert_array_equal(rows, torch.flatten(torch.tensor(x), 1).numpy())
        assert rows.flags.f_contiguous or not by_row
        np.testing.assert_array_equal(layer.backward(rows), x)


def small_network(rng):
    layers = [Conv2d(2, 3, 3, rng, padding=1), ReLU(), MaxPool2d(2), Conv2d(3, 4, 2, rng, stride=2)]
    return Network([*layers, AvgPool2d(2, 1), Flatten(), Dense(4, 3, rng)])


def test_gradients_of_a_whole_network_equal_central_differences(gradients_equal_differences):
    rng = np.random.default_rng(0)
    network = small_network(rng)
    x, dy = rng.normal(size=(3, 2, 8, 9)), rng.normal(size=(3, 3))
    gradients_equal_differences(network, x, dy, rng)


def test_backward_twice_gives_the_same_and_inputs_stay():
    rng = np.random.default_rng(0)
    network = small_network(rng)
    x, dy = rng.normal(size=(3, 2, 8, 9)), rng.normal(size=(3, 3))
    x_before, dy_before = x.copy(), dy.copy()
    y = network.forward(x)
    y_before = y.copy()
    dx = network.backward(dy).copy()
    first = network.dtheta.copy()
    np.testing.assert_array_equal(network.backward(dy), dx)
    np.testing.assert_array_equal(network.dtheta, first)
    network.forward(2 * x)  # what was returned belongs to the caller: no later call may write into it
    for now, before in ((x, x_before), (dy, dy_before), (y, y_before)):
        np.testing.assert_array_equal(now, before)


def test_the_layers_hand_images_on_in_their_own_order_of_memory():
    rng = np.random.default_rng(0)
    network = small_network(rng)
    h = network.layers[0].forward(rng.normal(size=(3, 2, 8, 8)))
    for layer in (None, *network.layers[1:5]):
        h = h if layer is None else layer.forward(h)
        assert by_rows(h).flags.c_contiguous, layer


def test_only_filters_and_weights_are_penalised():
    network = small_network(np.random.default_rng(0))
    assert [w.shape for w, _ in network.weights] == [(3, 2, 3, 3), (4, 3, 2, 2), (4, 3)]


def test_first_weights_follow_he_for_the_inputs_of_a_filter():
    layer = Conv2d(16, 400, 5, np.random.default_rng(0))
    assert layer.params[0].std() == pytest.approx(np.sqrt(2 / (16 * 25)), rel=0.02)
    assert not layer.params[1].any()


def test_without_the_gradient_in_the_images_the_others_are_the_same():
    rng = np.random.default_rng(0)
    x, layers = rng.normal(size=(2, 1, 6, 6)), []
    for wanted in (True, False):
        layer = Conv2d(1, 2, 3, np.random.default_rng(1), input_gradient=wanted)
        y = layer.forward(x)
        assert (layer.backward(y) is not None) == wanted
        layers.append(layer)
    for ours, theirs in zip(*(layer.grads for layer in layers), strict=True):
        np.testing.assert_array_equal(ours, theirs)
        assert ours.any()


@pytest.mark.parametrize("layer", [Conv2d(1, 1, 5, np.random.default_rng(0)), MaxPool2d(5), AvgPool2d(5)])
def test_what_does_not_fit_is_refused_in_words(layer):
    with pytest.raises(ValueError, match="over 5 pixels"):
        layer.forward(np.zeros((1, 1, 6, 4)))


def test_float32_stays_float32():
    rng = np.random.default_rng(0)
    network = Network(small_network(rng).layers, dtype=np.float32)
    y = network.forward(rng.normal(size=(2, 2, 8, 8)), training=True)
    assert y.dtype == network.backward(y).dtype == network.dtheta.dtype == np.float32
