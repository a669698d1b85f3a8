"""Right answers to 09_convolution that differ from the reference: counting, loops, einsum, scatter, Sequential."""

from __future__ import annotations

import itertools
import math

import numpy as np
import torch
from torch import nn

# --------------------------------------------------------------------------------------------------------------- sizes


def conv_output_size__counting(size, kernel_size, stride=1, padding=0, dilation=1):
    """Walks along the axis and counts."""
    places, at = 0, -padding
    while at + dilation * (kernel_size - 1) <= size - 1 + padding:
        places, at = places + 1, at + stride
    if places == 0:
        raise ValueError("no place for the kernel")
    return places


def conv_output_size__as_torch_writes_it(size, kernel_size, stride=1, padding=0, dilation=1):
    out = math.floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)
    if out < 1:
        raise ValueError(f"a kernel of {kernel_size} does not fit")
    return out


def conv_output_size__range(size, kernel_size, stride=1, padding=0, dilation=1):
    span = size + 2 * padding - dilation * (kernel_size - 1)
    if span <= 0:
        raise ValueError("the kernel is too large")
    return np.int64(len(range(0, span, stride)))


def conv_parameter_count__sum_over_filters(c_in, c_out, kernel_size, *, bias=True):
    if not isinstance(kernel_size, tuple | list):
        kernel_size = (kernel_size,) * 2
    return sum(c_in * math.prod(kernel_size) + bool(bias) for _ in range(c_out))


def conv_parameter_count__array(c_in, c_out, kernel_size, *, bias=True):
    sides = np.broadcast_to(kernel_size, 2)
    weights = np.zeros((c_out, c_in, *sides)).size
    return weights + (c_out if bias else 0)


# --------------------------------------------------------------------------------------------------------- convolution


def padded(x, p):
    """Return x with p zeros around each map, made without np.pad."""
    n, c, h, w = x.shape
    out = np.zeros((n, c, h + 2 * p, w + 2 * p), x.dtype)
    out[:, :, p : p + h, p : p + w] = x
    return out


def conv2d_loops__all_seven(x, w, b, stride=1, padding=0):
    """Seven loops and nothing else."""
    xp = padded(x, padding)
    n, c_in, height, width = xp.shape
    c_out, _, k_h, k_w = w.shape
    y = np.empty((n, c_out, (height - k_h) // stride + 1, (width - k_w) // stride + 1))
    for m, o, i, j in np.ndindex(*y.shape):
        total = b[o]
        for c in range(c_in):
            for u in range(k_h):
                for v in range(k_w):
                    total = total + xp[m, c, i * stride + u, j * stride + v] * w[o, c, u, v]
        y[m, o, i, j] = total
    return y


def conv2d_loops__over_the_kernel(x, w, b, stride=1, padding=0):
    """Loops over the kernel's elements and shifts the whole image."""
    xp = padded(x, padding)
    _, _, k_h, k_w = w.shape
    h_out, w_out = (xp.shape[2] - k_h) // stride + 1, (xp.shape[3] - k_w) // stride + 1
    y = np.zeros((len(x), len(w), h_out, w_out)) + b[:, None, None]
    for u in range(k_h):
        for v in range(k_w):
            part = xp[:, :, u : u + stride * h_out : stride, v : v + stride * w_out : stride]
            y += np.einsum("nchw,oc->nohw", part, w[:, :, u, v])
    return y


def conv2d_loops__float32(x, w, b, stride=1, padding=0):
    x, w, b = (a.astype(np.float32) for a in (x, w, b))
    return conv2d_loops__over_the_kernel(x, w, b, stride, padding).astype(np.float32)


def conv2d_loops__flipped_twice(x, w, b, stride=1, padding=0):
    """A true convolution with the kernel turned first."""
    from scipy.signal import convolve2d

    xp, turned = padded(x, padding), w[:, :, ::-1, ::-1]
    maps = [
        [sum(convolve2d(c, k, mode="valid") for c, k in zip(image, kernel, strict=True)) for kernel in turned]
        for image in xp
    ]
    return np.array(maps)[:, :, ::stride, ::stride] + b[None, :, None, None]


def conv2d_forward__einsum(x, w, b, stride=1, padding=0):
    xp = padded(x, padding)
    windows = np.lib.stride_tricks.sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijuv,ocuv->noij", windows, w) + b[:, None, None], windows


def conv2d_forward__columns_as_columns(x, w, b, stride=1, padding=0):
    """One patch a column, as many lecture notes have it; a dictionary as cache."""
    c_out, c_in, k_h, k_w = w.shape
    xp = padded(x, padding)
    h_out, w_out = (xp.shape[2] - k_h) // stride + 1, (xp.shape[3] - k_w) // stride + 1
    columns = np.empty((c_in, k_h, k_w, len(x), h_out, w_out), x.dtype)
    for u in range(k_h):
        for v in range(k_w):
            part = xp[:, :, u : u + stride * h_out : stride, v : v + stride * w_out : stride]
            columns[:, u, v] = part.transpose(1, 0, 2, 3)
    y = w.reshape(c_out, -1) @ columns.reshape(c_in * k_h * k_w, -1) + b[:, None]
    return y.reshape(c_out, len(x), h_out, w_out).transpose(1, 0, 2, 3), {"columns": columns, "w": w}


def conv2d_forward__list_without_a_cache(x, w, b, stride=1, padding=0):
    return [conv2d_loops__over_the_kernel(x, w, b, stride, padding), None]


def conv2d_backward__positions(dy, cache):
    """Loops over the positions, as the forward pass does."""
    x, w, stride, padding = cache
    xp = padded(x, padding)
    dxp, dw, db = np.zeros(xp.shape), np.zeros(w.shape), np.zeros(len(w))
    _, _, k_h, k_w = w.shape
    for m, o, i, j in np.ndindex(*dy.shape):
        top, left = i * stride, j * stride
        dxp[m, :, top : top + k_h, left : left + k_w] += dy[m, o, i, j] * w[o]
        dw[o] += dy[m, o, i, j] * xp[m, :, top : top + k_h, left : left + k_w]
        db[o] += dy[m, o, i, j]
    h, width = x.shape[2:]
    return dxp[:, :, padding : padding + h, padding : padding + width], dw, db


def conv2d_backward__einsum(dy, cache):
    x, w, stride, padding = cache
    _, _, k_h, k_w = w.shape
    h_out, w_out = dy.shape[2:]
    xp = padded(x, padding)
    windows = np.lib.stride_tricks.sliding_window_view(xp, (k_h, k_w), axis=(2, 3))[:, :, ::stride, ::stride]
    dxp = np.zeros_like(xp)
    for u in range(k_h):
        for v in range(k_w):
            share = np.einsum("noij,oc->ncij", dy, w[:, :, u, v])
            dxp[:, :, u : u + stride * h_out : stride, v : v + stride * w_out : stride] += share
    end_h, end_w = xp.shape[2] - padding, xp.shape[3] - padding
    return dxp[:, :, padding:end_h, padding:end_w], np.einsum("noij,ncijuv->ocuv", dy, windows), dy.sum(axis=(0, 2, 3))


def conv2d_backward__full_correlation(dy, cache):
    """dx as the full convolution of dy, spread out by the stride, with the filters."""
    x, w, stride, padding = cache
    n, c_out, h_out, w_out = dy.shape
    _, _, k_h, k_w = w.shape
    height, width = x.shape[2] + 2 * padding, x.shape[3] + 2 * padding
    spread = np.zeros((n, c_out, height - k_h + 1, width - k_w + 1), dy.dtype)
    spread[:, :, : stride * h_out : stride, : stride * w_out : stride] = dy
    around = np.pad(spread, ((0, 0), (0, 0), (k_h - 1, k_h - 1), (k_w - 1, k_w - 1)))
    turned = w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    dx, _ = conv2d_forward__einsum(around, turned, np.zeros(x.shape[1]))
    dw, _ = conv2d_forward__einsum(
        padded(x, padding).transpose(1, 0, 2, 3), spread.transpose(1, 0, 2, 3), np.zeros(c_out)
    )
    return (
        dx[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]],
        dw.transpose(1, 0, 2, 3),
        dy.sum((0, 2, 3)),
    )


# ------------------------------------------------------------------------------------------------------------- pooling


def pools(x, size, stride, padding, reduce):
    """Return reduce(window) for every window, with windows cut at the image's edge."""
    n, c, h, w = x.shape
    shape = n, c, (h + 2 * padding - size) // stride + 1, (w + 2 * padding - size) // stride + 1
    y = np.empty(shape)
    for m, k, i, j in np.ndindex(*shape):
        top, left = i * stride - padding, j * stride - padding
        y[m, k, i, j] = reduce(x[m, k, max(top, 0) : top + size, max(left, 0) : left + size])
    return y


def max_pool_forward__cut_windows(x, size, stride=None, padding=0):
    """Needs no padding value at all: windows end where the image ends."""
    if padding > size // 2:
        raise ValueError("too much padding")
    return pools(x, size, stride or size, padding, np.max), "nothing"


def max_pool_forward__maximum_of_shifts(x, size, stride=None, padding=0):
    if 2 * padding > size:
        raise ValueError("too much padding")
    stride = size if stride is None else stride
    xp = np.pad(x, [(0, 0)] * 2 + [(padding, padding)] * 2, constant_values=np.finfo(x.dtype).min)
    h_out, w_out = (xp.shape[2] - size) // stride + 1, (xp.shape[3] - size) // stride + 1
    y = np.full((*x.shape[:2], h_out, w_out), -np.inf, x.dtype)
    for u in range(size):
        for v in range(size):
            y = np.maximum(y, xp[:, :, u : u + stride * h_out : stride, v : v + stride * w_out : stride])
    return y, (xp, y, size, stride)


def max_pool_backward__loops(dy, cache):
    x, size, stride, padding = cache
    dx = np.zeros_like(x)
    for m, c, i, j in np.ndindex(*dy.shape):
        top, left = max(i * stride - padding, 0), max(j * stride - padding, 0)
        window = x[m, c, top : i * stride - padding + size, left : j * stride - padding + size]
        row, column = np.unravel_index(np.argmax(window), window.shape)
        dx[m, c, top + row, left + column] += dy[m, c, i, j]
    return dx


def max_pool_backward__add_at(dy, cache):
    """np.add.at adds up, also where an index comes twice."""
    x, size, stride, padding = cache
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-1e30)
    windows = np.lib.stride_tricks.sliding_window_view(xp, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    winner = windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)
    m, c, i, j = np.indices(winner.shape)
    dxp = np.zeros(xp.shape)
    np.add.at(dxp, (m, c, i * stride + winner // size, j * stride + winner % size), dy)
    return dxp[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]


def avg_pool__loops(x, size, stride=None):
    return pools(x, size, stride or size, 0, np.mean)


def avg_pool__a_convolution(x, size, stride=None):
    """A convolution of each channel with a kernel of equal weights."""
    n, c, h, w = x.shape
    kernel = np.full((1, 1, size, size), 1 / size**2)
    y, _ = conv2d_forward__einsum(x.reshape(n * c, 1, h, w), kernel, np.zeros(1), stride if stride else size)
    return y.reshape(n, c, *y.shape[2:])


def avg_pool__cumulative_sums(x, size, stride=None):
    """The sum of a rectangle from four corners of the running sums."""
    stride = size if stride is None else stride
    s = np.pad(np.asarray(x, dtype=float), ((0, 0), (0, 0), (1, 0), (1, 0))).cumsum(2).cumsum(3)
    sums = s[:, :, size:, size:] - s[:, :, :-size, size:] - s[:, :, size:, :-size] + s[:, :, :-size, :-size]
    return sums[:, :, ::stride, ::stride] / size**2


# ------------------------------------------------------------------------------------------------------------- LeNet-5


class LeNet5__sequential(nn.Module):
    """All layers in one nn.Sequential, pooling before the activation (the same for a maximum)."""

    def __init__(self, padding=0, n_classes=10):
        super().__init__()
        width = 16 * (4 if padding == 0 else 5) ** 2
        self.layers = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5, padding=padding), nn.MaxPool2d(2), nn.ReLU(),
            nn.Conv2d(6, 16, kernel_size=5), nn.MaxPool2d(2), nn.ReLU(),
            nn.Flatten(),
            nn.Linear(width, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, n_classes),
        )  # fmt: skip

    def forward(self, x):
        return self.layers(x)


class LeNet5__two_parts_in_another_order(nn.Module):
    """Defines its dense layers first; padding done by hand."""

    def __init__(self, padding=0, n_classes=10):
        super().__init__()
        self.padding = padding
        side = ((28 + 2 * padding - 4) // 2 - 4) // 2
        sizes = [16 * side * side, 120, 84, n_classes]
        self.dense = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(sizes))
        self.first, self.second = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, (5, 5))
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)

    def forward(self, x):
        x = nn.functional.pad(x, [self.padding] * 4)
        x = self.pool(self.first(x).relu())
        x = self.pool(self.second(x).clamp(min=0)).view(len(x), -1)
        for layer in self.dense[:-1]:
            x = layer(x).relu()
        return self.dense[-1](x)


def LeNet5__factory(padding=0, n_classes=10):
    """A function that makes the network, with lazily sized dense layers."""
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=padding), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(1), nn.LazyLinear(120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, n_classes),
    )  # fmt: skip
    net(torch.zeros(1, 1, 28, 28))
    return net


# --------------------------------------------------------------------------------------------------- with torch's help


def conv2d_forward__unfold(x, w, b, stride=1, padding=0):
    columns = nn.functional.unfold(torch.tensor(x, dtype=torch.float64), w.shape[2:], stride=stride, padding=padding)
    y = torch.tensor(w, dtype=torch.float64).flatten(1) @ columns + torch.tensor(b, dtype=torch.float64)[:, None]
    h_out = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    return y.reshape(len(x), len(w), h_out, -1).numpy(), (x, w, stride, padding)


def conv2d_backward__autograd(dy, cache):
    x, w, stride, padding = cache
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, w, np.zeros(len(w), w.dtype))]
    nn.functional.conv2d(*leaves, stride=stride, padding=padding).backward(torch.tensor(dy))
    return tuple(leaf.grad.numpy() for leaf in leaves)


def max_pool_forward__padded_with_less_than_all(x, size, stride=None, padding=0):
    """Any number below all pixels serves; the cache keeps the images with their padding, which is its author's business."""
    if 2 * padding > size:
        raise ValueError("half a window at most")
    stride = size if stride is None else stride
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    xp = np.pad(x, around, constant_values=x.min() - 1)
    rows, cols = (range(0, side - size + 1, stride) for side in xp.shape[2:])
    y = np.stack([np.stack([xp[:, :, i : i + size, j : j + size].max((2, 3)) for j in cols], -1) for i in rows], -2)
    return y, (xp, size, stride, padding)


def max_pool_backward__bincount(dy, cache):
    x, size, stride, padding = cache
    (h, w), side = x.shape[2:], padding
    xp = np.pad(x, ((0, 0), (0, 0), (side, side), (side, side)), constant_values=-np.inf)
    number = np.arange(xp.size).reshape(xp.shape)
    view = np.lib.stride_tricks.sliding_window_view
    windows, numbers = (
        view(a, (size, size), axis=(2, 3))[:, :, ::stride, ::stride].reshape(*dy.shape, -1) for a in (xp, number)
    )
    winner = np.take_along_axis(numbers, windows.argmax(axis=-1)[..., None], axis=-1)
    return np.bincount(winner.ravel(), dy.ravel(), xp.size).reshape(xp.shape)[:, :, side : side + h, side : side + w]


class LeNet5__subclass_of_sequential(nn.Sequential):
    """No forward of its own; the two arguments by position."""

    def __init__(self, padding=0, n_classes=10):
        side = ((28 + 2 * padding - 4) // 2 - 4) // 2
        maps = [nn.Conv2d(1, 6, 5, padding=padding), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(6, 16, 5), nn.MaxPool2d(2)]
        dense = [nn.Linear(16 * side**2, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, n_classes)]
        super().__init__(*maps, nn.ReLU(), nn.Flatten(), *dense)
