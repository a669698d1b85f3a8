"""The convolutions of the course equal torch's and SciPy's, forwards and backwards, whatever the shape."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d, correlate2d

from labkit.gradients import directional_gradient_error, numerical_gradient
from labkit.reference.conv import conv2d_backward, conv2d_forward
from labkit.reference.conv_loops import conv2d_loops
from labkit.reference.conv_size import conv_output_size, conv_parameter_count

CLOSE = {"rtol": 1e-10, "atol": 1e-10}


@st.composite
def layers(draw):
    """Draw (x, w, b, stride, padding) that fit, oblong as often as not, and a generator for more."""
    rng = np.random.default_rng(draw(st.integers(0, 9999)))
    n, c_in, c_out = (draw(st.integers(1, 3)) for _ in range(3))
    height, width, k_h, k_w = (draw(st.integers(1, top)) for top in (7, 7, 4, 4))
    stride, padding = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    assume(k_h <= height + 2 * padding and k_w <= width + 2 * padding)
    x, w = rng.normal(size=(n, c_in, height, width)), rng.normal(size=(c_out, c_in, k_h, k_w))
    return (x, w, rng.normal(size=c_out), stride, padding), rng


@settings(max_examples=150)
@given(layers())
def test_both_ways_equal_torch_and_both_forwards_each_other(drawn):
    (x, w, b, stride, padding), rng = drawn
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    y_torch = torch.nn.functional.conv2d(*leaves, stride=stride, padding=padding)
    y, cache = conv2d_forward(x, w, b, stride, padding)
    np.testing.assert_allclose(y, y_torch.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(conv2d_loops(x, w, b, stride, padding), y, **CLOSE)
    dy = rng.normal(size=y.shape)
    y_torch.backward(torch.tensor(dy))
    for ours, leaf in zip(conv2d_backward(dy, cache), leaves, strict=True):
        assert ours.shape == tuple(leaf.shape)
        np.testing.assert_allclose(ours, leaf.grad.numpy(), **CLOSE)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 2), (2, 1), (3, 0)])
def test_gradients_equal_central_differences(stride, padding):
    rng = np.random.default_rng(3)
    x, w, b = rng.normal(size=(2, 2, 6, 5)), rng.normal(size=(3, 2, 3, 2)), rng.normal(size=3)
    y, cache = conv2d_forward(x, w, b, stride, padding)
    dy = rng.normal(size=y.shape)

    def loss(x, w, b):
        return np.sum(conv2d_forward(x, w, b, stride, padding)[0] * dy)

    dx, dw, db = conv2d_backward(dy, cache)
    assert directional_gradient_error(lambda x: loss(x, w, b), dx, x, rng) < 1e-6
    assert directional_gradient_error(lambda w: loss(x, w, b), dw, w, rng) < 1e-6
    np.testing.assert_allclose(db, numerical_gradient(lambda b: loss(x, w, b), b), rtol=1e-6)


def test_it_is_cross_correlation_and_with_a_flipped_kernel_convolution():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(6, 7)), rng.normal(size=(3, 2))

    def layer(kernel):
        return conv2d_forward(x[None, None], kernel[None, None], np.zeros(1))[0][0, 0]

    np.testing.assert_allclose(layer(w), correlate2d(x, w, mode="valid"), **CLOSE)
    np.testing.assert_allclose(layer(w[::-1, ::-1]), convolve2d(x, w, mode="valid"), **CLOSE)
    assert np.abs(layer(w) - convolve2d(x, w, mode="valid")).max() > 0.1


def test_a_shifted_image_gives_shifted_maps_and_with_stride_2_only_after_even_shifts():
    rng = np.random.default_rng(1)
    x, w, b = np.zeros((1, 1, 12, 12)), rng.normal(size=(2, 1, 3, 3)), rng.normal(size=2)
    x[:, :, 4:7, 4:7] = rng.normal(size=(3, 3))  # far enough from the edges
    maps = conv2d_forward(x, w, b)[0]
    np.testing.assert_allclose(conv2d_forward(np.roll(x, 1, axis=3), w, b)[0], np.roll(maps, 1, axis=3), **CLOSE)
    coarse = conv2d_forward(x, w, b, stride=2)[0]
    by_two = conv2d_forward(np.roll(x, 2, axis=3), w, b, stride=2)[0]
    np.testing.assert_allclose(by_two, np.roll(coarse, 1, axis=3), **CLOSE)
    by_one = conv2d_forward(np.roll(x, 1, axis=3), w, b, stride=2)[0]
    assert min(np.abs(by_one - np.roll(coarse, shift, axis=3)).max() for shift in range(5)) > 0.1


def test_a_pixel_adds_up_what_comes_back_from_each_patch_it_belongs_to():
    # By hand: kernels of 2 by 2 ones over 3 by 3 pixels; the middle lies in four patches, an edge in two, a corner in one.
    _, cache = conv2d_forward(np.zeros((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), np.zeros(1))
    dx, _, db = conv2d_backward(np.ones((1, 1, 2, 2)), cache)
    assert dx[0, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert db.tolist() == [4]


@pytest.mark.parametrize("forward", [conv2d_loops, conv2d_forward])
def test_whole_numbers_and_float32_are_taken(forward):
    rng = np.random.default_rng(2)
    x, w, b = rng.integers(-3, 4, (2, 2, 5, 5)), rng.integers(-3, 4, (3, 2, 3, 3)), rng.integers(-3, 4, 3)
    y = forward(x, w, b, 2, 1)
    y = y[0] if isinstance(y, tuple) else y
    expected = torch.nn.functional.conv2d(
        *(torch.tensor(a, dtype=torch.float64) for a in (x, w, b)), stride=2, padding=1
    )
    np.testing.assert_array_equal(y, expected.numpy())
    y = forward(*(a.astype(np.float32) for a in (x, w, b)))
    assert (y[0] if isinstance(y, tuple) else y).dtype == np.float32


def test_backward_keeps_float32_and_takes_images_of_whole_numbers():
    rng = np.random.default_rng(2)
    x, w = rng.integers(0, 9, (2, 1, 4, 4)), rng.normal(size=(3, 1, 2, 2))
    dy = rng.normal(size=(2, 3, 3, 3))
    from_whole = conv2d_backward(dy, conv2d_forward(x, w, np.zeros(3))[1])
    from_floats = conv2d_backward(dy, conv2d_forward(x.astype(float), w, np.zeros(3))[1])
    for a, b in zip(from_whole, from_floats, strict=True):
        np.testing.assert_array_equal(a, b)
    single = [a.astype(np.float32) for a in (x, w, np.zeros(3), dy)]
    gradients = conv2d_backward(single[3], conv2d_forward(*single[:3])[1])
    assert {g.dtype for g in gradients} == {np.dtype(np.float32)}


def test_inputs_stay_as_they_are():
    rng = np.random.default_rng(4)
    arrays = rng.normal(size=(2, 2, 5, 5)), rng.normal(size=(3, 2, 2, 2)), rng.normal(size=3)
    before = [a.copy() for a in arrays]
    conv2d_loops(*arrays, 1, 1)
    y, cache = conv2d_forward(*arrays, 1, 1)
    dy = rng.normal(size=y.shape)
    dy_before = dy.copy()
    conv2d_backward(dy, cache)
    for a, b in zip([*arrays, dy], [*before, dy_before], strict=True):
        np.testing.assert_array_equal(a, b)


@given(
    size=st.integers(1, 40),
    kernel_size=st.integers(1, 9),
    stride=st.integers(1, 5),
    padding=st.integers(0, 4),
    dilation=st.integers(1, 4),
)
def test_output_size_equals_what_torch_returns(size, kernel_size, stride, padding, dilation):
    x, w = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel_size)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    if dilation * (kernel_size - 1) + 1 > size + 2 * padding:
        with pytest.raises(ValueError, match="reaches over"):
            conv_output_size(size, kernel_size, **options)
    else:
        assert conv_output_size(size, kernel_size, **options) == torch.nn.functional.conv1d(x, w, **options).shape[2]


def test_output_size_by_hand():
    assert conv_output_size(28, 5) == 24
    assert conv_output_size(7, 3, 2) == 3  # positions 0, 2, 4
    assert conv_output_size(8, 3, 2) == 3  # the last pixel is left out
    assert conv_output_size(5, 5) == 1
    assert isinstance(conv_output_size(9, 2, 4), int)
    with pytest.raises(ValueError, match=r"over 5 pixels.*only 4"):
        conv_output_size(4, 5)


@pytest.mark.parametrize("kernel_size", [1, 5, (3, 2)])
@pytest.mark.parametrize("bias", [True, False])
def test_parameter_count_equals_torchs(kernel_size, bias):
    layer = torch.nn.Conv2d(3, 7, kernel_size, bias=bias)
    assert conv_parameter_count(3, 7, kernel_size, bias=bias) == sum(p.numel() for p in layer.parameters())
