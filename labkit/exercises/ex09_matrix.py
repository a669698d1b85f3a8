"""The convolution of 09_convolution as one matrix product, and the way back through it."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex09_cache import CACHE, first_of_two
from labkit.exercises.ex09_loops import conv_cases, layer, mistake
from labkit.exercises.ex09_overlaps import NAME, of_filters, overwritten
from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "09_convolution"
CONV = "labkit.reference.conv:"

# ----------------------------------------------------------------------------------------------------------- forward

FIRST = "y = columns @ w.reshape(c_out, -1).T + b"
PADDED = "(padding, padding), (padding, padding)"
STRIDES = "windows = windows[:, :, ::stride, ::stride]"
ORDER = "windows.transpose(0, 2, 3, 1, 4, 5).reshape"
LAST = "y = y.reshape(n, h_out, w_out, c_out).transpose(0, 3, 1, 2)"


def forward_cases(rng: np.random.Generator) -> list[Case]:
    options = {"stride": 2, "padding": 1}
    return [*conv_cases(rng), Case("its cache", layer(rng, (2, 2, 5, 6), (3, 2, 3, 2)), options, aspect=CACHE)]


FORWARD: Exercise = Exercise(
    id="conv2d_forward",
    notebook=NOTEBOOK,
    reference=CONV + "conv2d_forward",
    title="Convolution as one matrix product",
    points=2,
    cases=forward_cases,
    judge=first_of_two(lambda: FORWARD, "x", "w", "stride", "padding"),
    mistakes=(
        Mistake(
            "rows taken for maps",
            Edit(LAST, "y = y.reshape(n, c_out, h_out, w_out)"),
            "The product has one row a position and one column a filter. Reshaping it to (n, c_out, …) cuts it up the wrong way: reshape to "
            "(n, h_out, w_out, c_out) first, then move the last axis.",
        ),
        Mistake(
            "patches cut from the wrong axes",
            Edit(ORDER, "windows.reshape"),
            "The windows are reshaped as they come, with the channels before the positions. A row must hold one patch with all its channels: "
            "transpose first.",
        ),
        Mistake(
            "channels inside the kernel's pixels",
            Edit(ORDER, "windows.transpose(0, 2, 3, 4, 5, 1).reshape"),
            "In each row of patches the channels run fastest, in the filters they run slowest. Both must be in the order channel, row, column.",
        ),
        Mistake(
            "filters reshaped, not transposed",
            Edit("w.reshape(c_out, -1).T", "w.reshape(-1, c_out)"),
            "w.reshape(-1, c_out) does not make filters of columns: it deals their numbers out row by row. One filter a row first, then .T.",
        ),
        mistake("kernel flipped", Edit("w.reshape(c_out, -1).T", "w[:, :, ::-1, ::-1].reshape(c_out, -1).T")),
        mistake("stride on rows only", Edit(STRIDES, "windows = windows[:, :, ::stride]")),
        mistake("stride on columns only", Edit(STRIDES, "windows = windows[:, :, :, ::stride]")),
        mistake("stride forgotten", Edit(STRIDES, "windows = windows[:, :]")),
        mistake(
            "stride on the image",
            Edit(
                "(x_padded, (k_h", "(x_padded[:, :, ::stride, ::stride], (k_h", ((STRIDES, "windows = windows[:, :]"),)
            ),
        ),
        Mistake(
            "product turned, then reshaped",
            Edit(LAST, "y = y.T.reshape(n, c_out, h_out, w_out)"),
            "Turned, the product has one row a filter, with the positions of all images side by side. Reshaping it to (n, c_out, …) cuts maps of several images "
            "apart: the first axis is c_out, and the images come second.",
        ),
        Mistake(
            "filters before images",
            Edit(LAST, "y = y.T.reshape(c_out, n, h_out, w_out)"),
            "The first two axes have changed places: the images come first, then the filters.",
        ),
        Mistake(
            "kernel's rows and columns swapped",
            Edit(ORDER, "windows.transpose(0, 2, 3, 1, 5, 4).reshape"),
            "Each patch is unrolled column by column, each filter row by row. Both must be in the order channel, row, column.",
        ),
        Mistake(
            "channels turned, too",
            Edit("w.reshape(c_out, -1).T", "w.reshape(c_out, -1)[:, ::-1].T"),
            "The filters are turned round, and their channels with them. Nothing is turned here: element k of a filter meets element k of the patch.",
        ),
        mistake(
            "last position missing",
            Edit(
                STRIDES,
                "windows = windows[:, :, : (x_padded.shape[2] - k_h) // stride * stride or None : stride, : (x_padded.shape[3] - k_w) // stride * stride or None : stride]",
            ),
        ),
        mistake("padding on one side", Edit(PADDED, "(padding, 0), (padding, 0)")),
        mistake("padding at the end only", Edit(PADDED, "(0, padding), (0, padding)")),
        mistake("padding on rows only", Edit(PADDED, "(padding, padding), (0, 0)")),
        mistake("padding on columns only", Edit(PADDED, "(0, 0), (padding, padding)")),
        mistake("padding forgotten", Edit(PADDED, "(0, 0), (0, 0)")),
        mistake("padding repeats the edge", Edit("(padding, padding)))", '(padding, padding)), mode="edge")')),
        mistake("bias forgotten", Edit(FIRST, FIRST.removesuffix(" + b"))),
        mistake("bias for every channel", Edit(FIRST, FIRST + " * c_in")),
        mistake("bias subtracted", Edit(FIRST, FIRST.removesuffix(" + b") + " - b")),
        mistake("all biases for every map", Edit(FIRST, FIRST.removesuffix(" + b") + " + b.sum()")),
        mistake("mean over the channels", Edit(FIRST, FIRST.removesuffix(" + b") + " / c_in + b")),
        mistake("one channel only", Edit(FIRST, "y = columns[:, : k_h * k_w] @ w[:, 0].reshape(c_out, -1).T + b")),
        mistake("activation included", Edit("return y, (x", "return np.maximum(y, 0), (x")),
        Mistake(
            "cache in another order",
            Edit("return y, (x, w, stride, padding)", "return y, (x, w, padding, stride)"),
            "stride and padding have changed places in the cache: the way back unpacks x, w, stride, padding.",
        ),
        mistake("decimals cut off", Edit("return y, (x", "return y.astype(x.dtype), (x")),
        mistake("channels last", Edit("return y, (x", "return y.transpose(0, 2, 3, 1), (x")),
        mistake("rows and columns swapped", Edit("return y, (x", "return y.transpose(0, 1, 3, 2), (x")),
    ),
    hints=(
        "Pad as before. Then sliding_window_view(x_padded, (k_h, k_w), axis=(2, 3)) gives (n, c_in, rows, columns, k_h, k_w): all windows, stride 1.",
        "Every stride-th window: windows[:, :, ::stride, ::stride]. Its axes 2 and 3 now have the size of the output.",
        "A row of the matrix is one patch: transpose to (n, h_out, w_out, c_in, k_h, k_w), then reshape to (n · h_out · w_out, c_in · k_h · k_w).",
        "w.reshape(c_out, -1) has one filter a row; its transpose has one a column. The product, plus b, is (n · h_out · w_out, c_out): give it its "
        "four axes back and move the filters to axis 1.",
    ),
)

# ---------------------------------------------------------------------------------------------------------- backward


def back(
    rng: np.random.Generator,
    x_shape: tuple[int, ...],
    w_shape: tuple[int, ...],
    stride: int = 1,
    padding: int = 0,
    dtype: type = np.float64,
) -> tuple[np.ndarray, tuple]:
    """Return generic dy and the cache that belongs to it."""
    x, w, _ = layer(rng, x_shape, w_shape, dtype)
    h_out = (x_shape[2] + 2 * padding - w_shape[2]) // stride + 1
    w_out = (x_shape[3] + 2 * padding - w_shape[3]) // stride + 1
    dy = rng.normal(size=(x_shape[0], w_shape[0], h_out, w_out)) + 0.5
    return dy.astype(dtype), (x, w, stride, padding)


def backward_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("two images of two channels, kernels of 3 by 2", back(rng, (2, 2, 5, 6), (4, 2, 3, 2))),
        Case("three channels, square kernels", back(rng, (3, 3, 6, 5), (2, 3, 3, 3))),
        Case(
            "a stride of 2, so that patches overlap by one pixel",
            back(rng, (2, 2, 7, 5), (3, 2, 3, 3), 2),
            aspect="stride",
        ),
        Case("a stride of 3 with a rest", back(rng, (2, 2, 8, 10), (3, 2, 2, 3), 3), aspect="stride"),
        Case("a padding of 1", back(rng, (2, 2, 4, 5), (3, 2, 3, 3), 1, 1), aspect="padding"),
        Case("a padding of 2 and a stride of 2", back(rng, (2, 3, 5, 6), (2, 3, 4, 3), 2, 2), aspect="padding"),
        Case("one image, one channel, one filter", back(rng, (1, 1, 4, 6), (1, 1, 2, 2)), aspect="shapes"),
        Case("kernels of a single pixel", back(rng, (2, 3, 3, 4), (2, 3, 1, 1)), aspect="shapes"),
        Case("kernels as large as the image", back(rng, (3, 2, 4, 3), (3, 2, 4, 3)), aspect="shapes"),
        Case("float32 numbers", back(rng, (2, 2, 4, 5), (3, 2, 2, 3), 1, 1, np.float32), aspect="dtypes"),
    ]


ADD = "dx_padded[:, :, rows, cols] += "
DW = "dw = (dy_rows.T @ columns).reshape(w.shape)"
CUT = "dx = dx_padded[:, :, padding : padding + height, padding : padding + width]"
DB = "db = np.sum(dy_rows, axis=0)"
RETURN = "return dx, dw, db"
OVERLAPS = "Where patches overlap, dx keeps the share of one of them. A pixel that lies in several patches acts on several outputs: add up (+=)."


def first_image_only(dy: Any, cache: Any) -> Any:
    x, w, stride, padding = cache
    c_out, _, k_h, k_w = w.shape
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw = np.zeros_like(x_padded), np.zeros_like(w)
    for o in range(c_out):
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                at = np.s_[i * stride : i * stride + k_h, j * stride : j * stride + k_w]
                dw[o] = dw[o] + dy[0, o, i, j] * x_padded[0][:, *at]
                for m in range(len(x)):
                    dx[m][:, *at] += dy[m, o, i, j] * w[o]
    inside = np.s_[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx[inside], dw, dy[0].sum(axis=(1, 2))


def stride_forgotten(dy: Any, cache: Any) -> Any:
    x, w, _, padding = cache
    k_h, k_w = w.shape[2:]
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw = np.zeros_like(x_padded), np.zeros_like(w)
    for m, o, i, j in np.ndindex(*dy.shape):
        at = np.s_[:, i : i + k_h, j : j + k_w]
        dx[m][at] += dy[m, o, i, j] * w[o]
        dw[o] += dy[m, o, i, j] * x_padded[m][at]
    inside = np.s_[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx[inside], dw, dy.sum(axis=(0, 2, 3))


def last_image_only(dy: Any, cache: Any) -> Any:
    x, w, stride, padding = cache
    k_h, k_w = w.shape[2:]
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw = np.zeros_like(x_padded), np.zeros_like(w)
    for m, o, i, j in np.ndindex(*dy.shape):
        at = np.s_[:, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
        dx[m][at] += dy[m, o, i, j] * w[o]
        if m == len(x) - 1:
            dw[o] += dy[m, o, i, j] * x_padded[m][at]
    inside = np.s_[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx[inside], dw, dy.sum(axis=(0, 2, 3))


BACKWARD = Exercise(
    id="conv2d_backward",
    notebook=NOTEBOOK,
    reference=CONV + "conv2d_backward",
    title="Back through a convolution",
    points=3,
    cases=backward_cases,
    judge=overwritten(close("dx", "dw", "db"), of_filters, OVERLAPS),
    mistakes=(
        Mistake(NAME, Edit(ADD, ADD.replace("+=", "=")), OVERLAPS),
        Mistake(
            "kernel flipped in dx",
            Edit("dy_rows @ w.reshape(c_out, -1)", "dy_rows @ w[:, :, ::-1, ::-1].reshape(c_out, -1)"),
            "dx spreads dy with the kernel turned by 180 degrees. Each output gives its gradient back through the very weights that it came by, where they lay.",
        ),
        Mistake(
            "dw turned",
            Edit(RETURN, "return dx, dw[:, :, ::-1, ::-1], db"),
            "dw comes out turned by 180 degrees: element (u, v) of a kernel meets the pixels u rows down and v columns to the right of each patch's corner.",
        ),
        Mistake(
            "padding left on",
            Edit(CUT, "dx = dx_padded"),
            "dx still has its padding: cut it off, so that dx has the shape of x.",
        ),
        Mistake(
            "padding cut from one side",
            Edit(CUT, "dx = dx_padded[:, :, :height, :width]"),
            "dx has the right shape, but stands in the wrong place: the image begins after padding rows and columns.",
        ),
        Mistake(
            "stride forgotten in dx",
            Edit(
                "slice(i, i + stride * h_out, stride)",
                "slice(i, i + h_out)",
                (("slice(j, j + stride * w_out, stride)", "slice(j, j + w_out)"),),
            ),
            "dx is filled as if the stride were 1: patch (i, j) begins at row i · stride and column j · stride.",
        ),
        Mistake(
            "stride forgotten",
            stride_forgotten,
            "The patches are taken as if the stride were 1, so dx and dw are wrong: output (i, j) looked at row i · stride and column j · stride.",
        ),
        Mistake(
            "cut from padding to -padding",
            Edit(CUT, "dx = dx_padded[:, :, padding:-padding, padding:-padding]"),
            "Without padding nothing is left of dx: [0:-0] is empty. Cut from padding to padding + height.",
        ),
        Mistake(
            "last image only",
            last_image_only,
            "dw comes from the last image only: it is written anew for each. The same filters were used on all of them: add up (+=).",
        ),
        Mistake(
            "dw overwritten",
            Edit(DW, "dw = dy[-1, :, -1, -1, None, None, None] * windows[-1, :, -1, -1]"),
            "dw holds what the last position of the last image gave: each one overwrites those before. The same filter was used at all of them: add up (+=).",
        ),
        Mistake(
            "dw for every image",
            Edit(DW, "dw = np.einsum('nohw,nchwuv->nocuv', dy, windows)"),
            "dw has a set of filters for each image. The same filters were used on all of them: sum over the images, too.",
        ),
        Mistake(
            "stride forgotten in dw",
            Edit(
                DW,
                "dw = np.einsum('nohw,nchwuv->ocuv', dy, np.lib.stride_tricks.sliding_window_view(x_padded, (k_h, k_w), axis=(2, 3))[:, :, :h_out, :w_out])",
            ),
            "dw takes its patches as if the stride were 1: output (i, j) looked at row i · stride and column j · stride.",
        ),
        Mistake(
            "dy reshaped with its axes as they lie",
            Edit("dy.transpose(0, 2, 3, 1).reshape(n * h_out * w_out, c_out)", "dy.reshape(n * h_out * w_out, c_out)"),
            "dy is reshaped to one row a position without moving the filters' axis to the end first, so numbers of other filters and positions come together.",
        ),
        Mistake(
            "dx from the last filter",
            Edit("dy_rows @ w.reshape(c_out, -1)", "dy_rows[:, -1:] @ w[-1:].reshape(1, -1)"),
            "dx comes from the last filter only. Every filter looked at the pixel: their shares add up (+=).",
        ),
        Mistake(
            "dx from the first filter",
            Edit("dy_rows @ w.reshape(c_out, -1)", "dy_rows[:, :1] @ w[:1].reshape(1, -1)"),
            "dx comes from the first filter only. Every filter looked at the pixel: their shares add up (+=).",
        ),
        Mistake(
            "db for every image",
            Edit(DB, "db = np.sum(dy, axis=(2, 3))"),
            "db has a row for each image. The bias is the same for all of them: sum over the images, too.",
        ),
        Mistake(
            "db without the positions",
            Edit(DB, "db = np.sum(dy, axis=0)"),
            "db still has the positions. A bias acts at every position of its map: sum over images, rows and columns.",
        ),
        Mistake(
            "db as a mean",
            Edit(DB, "db = np.mean(dy_rows, axis=0)"),
            "db is a mean over positions. Every position adds its share: a sum.",
        ),
        Mistake(
            "db a single number",
            Edit(DB, "db = np.sum(dy)"),
            "db is one number: everything is summed. Each filter has a bias of its own, so keep the axis of the filters.",
        ),
        Mistake(
            "db with the images for the filters",
            Edit(DB, "db = np.sum(dy, axis=(1, 2, 3))"),
            "db is summed over the filters and has a number for each image. It belongs to the filters, axis 1: sum over the other three.",
        ),
        Mistake(
            "db with the columns for the filters",
            Edit(DB, "db = np.sum(dy, axis=(0, 1, 2))"),
            "db has a number for each column of the maps, as if the channels stood last. The filters are axis 1: sum over the other three.",
        ),
        Mistake(
            "db over all filters",
            Edit(DB, "db = np.full(c_out, np.sum(dy))"),
            "db has the same number for all filters: the sum over everything. Each bias belongs to one map, so keep the axis of the filters.",
        ),
        Mistake(
            "divided by n",
            Edit(RETURN, "return dx, dw / n, db / n"),
            "dw and db are divided by the number of images. The 1/n of a mean loss is in dy already.",
        ),
        Mistake(
            "all divided by n",
            Edit(RETURN, "return dx / n, dw / n, db / n"),
            "All three gradients are divided by the number of images. The 1/n of a mean loss is in dy already.",
        ),
        Mistake(
            "dw divided by n",
            Edit(RETURN, "return dx, dw / n, db"),
            "dw is divided by the number of images. The 1/n of a mean loss is in dy already: dw is a sum.",
        ),
        Mistake(
            "db divided by n",
            Edit(RETURN, "return dx, dw, db / n"),
            "db is divided by the number of images. The 1/n of a mean loss is in dy already: db is a sum.",
        ),
        Mistake(
            "first image only",
            first_image_only,
            "dw and db come from the first image only. The same filters were used on all images of the batch: sum over them.",
        ),
        Mistake(
            "dw and dx swapped",
            Edit(RETURN, "return dw, dx, db"),
            "dx and dw have changed places: the order is dx, dw, db.",
        ),
        Mistake(
            "dw with the filters for the images",
            Edit(DW, "dw = np.einsum('nohw->o', dy)[:, None, None, None] * w"),
            "dw is made of w. The derivative of a product in one factor is the other: dw needs the pixels that each weight was multiplied by.",
        ),
        Mistake(
            "dw in the wrong order",
            Edit(DW, "dw = (columns.T @ dy_rows).reshape(w.shape)"),
            "columns.T @ dy_rows has one *column* a filter; reshaping it to w's shape deals the numbers out the wrong way. Transpose first, or swap the factors.",
        ),
    ),
    hints=(
        "Every output is a sum of products. dw gathers, for each weight, dy times the pixel it met; dx gathers, for each pixel, dy times the weight it met.",
        "As matrices: y_rows = columns @ w_rows.T + b, with dy as rows of shape (n · h_out · w_out, c_out). That is a dense layer; you know its three gradients.",
        "dy_rows is dy.transpose(0, 2, 3, 1).reshape(-1, c_out). Then dw_rows = dy_rows.T @ columns, and the gradient in the patches is dy_rows @ w_rows.",
        "Last, bring each patch's gradient home: start with zeros of the padded image's shape, and for each of the k_h · k_w kernel elements add its share to "
        "the pixels it touched, [:, :, i : i + stride · h_out : stride, j : j + stride · w_out : stride]. Then cut off the padding.",
    ),
)
