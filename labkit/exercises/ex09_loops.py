"""The convolution of 09_convolution as loops, and what its faster form is tried on as well."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Finding, Judge, Mistake

NOTEBOOK = "09_convolution"


def layer(
    rng: np.random.Generator, x_shape: tuple[int, ...], w_shape: tuple[int, ...], dtype: type = np.float64
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return generic images, filters and biases; the biases are large, so that one that is lost shows."""
    b = rng.uniform(1, 3, w_shape[0]) * rng.choice([-1.0, 1.0], w_shape[0])
    return rng.normal(size=x_shape).astype(dtype), rng.normal(size=w_shape).astype(dtype), b.astype(dtype)


def conv_cases(rng: np.random.Generator) -> list[Case]:
    """Return images that are not square, kernels that are not square, and all that stride and padding can do."""
    whole = rng.integers(-4, 5, (2, 2, 5, 4))
    _, w, b = layer(rng, (1, 2, 3, 3), (3, 2, 2, 3))
    return [
        Case("two images of two channels, kernels of 3 by 2", layer(rng, (2, 2, 5, 6), (4, 2, 3, 2))),
        Case("three channels, square kernels", layer(rng, (3, 3, 6, 5), (2, 3, 3, 3))),
        Case("a stride of 2", layer(rng, (2, 2, 7, 5), (3, 2, 3, 3)), {"stride": 2}, aspect="stride"),
        Case("a stride of 3 with a rest", layer(rng, (1, 2, 9, 8), (3, 2, 2, 3)), {"stride": 3}, aspect="stride"),
        Case("a padding of 1", layer(rng, (2, 2, 4, 5), (3, 2, 3, 3)), {"padding": 1}, aspect="padding"),
        Case(
            "a padding of 2 and a stride of 2",
            layer(rng, (1, 3, 5, 6), (2, 3, 4, 3)),
            {"stride": 2, "padding": 2},
            aspect="padding",
        ),
        Case("one image, one channel, one filter", layer(rng, (1, 1, 4, 6), (1, 1, 2, 2)), aspect="shapes"),
        Case("kernels of a single pixel", layer(rng, (2, 3, 3, 4), (2, 3, 1, 1)), aspect="shapes"),
        Case("kernels as large as the image", layer(rng, (2, 2, 4, 3), (3, 2, 4, 3)), aspect="shapes"),
        Case(
            "kernels of 3 by 3 on 3 channels, where any order of the axes fits",
            layer(rng, (2, 3, 5, 3), (3, 3, 3, 3)),
            aspect="order of axes",
        ),
        Case("float32 numbers", layer(rng, (2, 2, 4, 5), (3, 2, 2, 3), np.float32), aspect="dtypes"),
        Case("images of whole numbers", (whole, w, b), aspect="dtypes"),
    ]


PATCH = "patch = x_padded[m, :, top : top + k_h, left : left + k_w]"
AROUND = "(padding, padding), (padding, padding)"
SUM = "np.sum(patch * w[o]) + b[o]"
SAYS = {
    "kernel flipped": "The kernel is turned by 180 degrees. That is the convolution of mathematics; deep learning leaves the kernel as it is.",
    "last position missing": "The last row and the last column of the output are missing: the first position counts, too (+ 1).",
    "stride on rows only": "The stride acts on the rows only; it holds for both axes.",
    "stride on columns only": "The stride acts on the columns only; it holds for both axes.",
    "stride in the size only": "The output has the right size, but the kernel moves on by one pixel: multiply i and j by the stride.",
    "padding on one side": "Padding is added on two sides only; each axis gets it at both ends.",
    "padding forgotten": "The padding is not used: surround the image with zeros first, then compute.",
    "padding repeats the edge": "The padding repeats the edge pixels; here it is zeros.",
    "bias forgotten": "The bias is missing: filter o adds b[o] to its whole map.",
    "bias for every channel": "The bias is added once for each input channel. It comes once, after the sum over all channels.",
    "bias for every product": "The bias is added to every product, so that the sum holds it many times. It comes once, after the sum.",
    "one bias for all filters": "All maps get the first bias; filter o has its own, b[o].",
    "one channel only": "Only the first channel is used. A filter sees all channels, and adds them up.",
    "last channel only": "Only the last channel is used: each channel overwrites the sum of the one before. Add up (+=), and then the bias once.",
    "kernel flipped on one axis": "The kernel is turned upside down. Deep learning leaves it as it is: its first row meets the patch's first row.",
    "stride in the rows' start only": "The output has the right size, but the patches move on by one column only: the stride holds for both axes.",
    "stride in the columns' start only": "The output has the right size, but the patches move on by one row only: the stride holds for both axes.",
    "mean for sum": "These are means of products; what is asked for is their sum.",
    "decimals cut off": "The decimals are cut off: the result is stored with the images' dtype. Filters and biases count, too: see np.result_type.",
    "activation included": "Nothing comes out below 0: a ReLU acts on the sums. The layer itself is linear; its activation comes after it.",
    "stride forgotten": "The stride is not used: of all places where the kernel could stand, every stride-th is taken, along both axes.",
    "stride on the image": "Every stride-th pixel of the image is kept, and the kernel walks over what is left. The patches are cut from the whole image: "
    "only their corners are stride pixels apart.",
    "padding on rows only": "The padding is added above and below only; the columns get it, too, left and right.",
    "padding on columns only": "The padding is added left and right only; the rows get it, too, above and below.",
    "padding at the end only": "Padding is added below and on the right only; each axis gets it at both ends.",
    "size without the padding": "The image is padded, but the size of the output is that without: h_out and w_out count the padding at both ends.",
    "bias subtracted": "The bias is taken away; it is added.",
    "all biases for every map": "All biases are added to every map; map o gets b[o] alone.",
    "mean over the channels": "The channels are averaged; a filter adds them up.",
    "last product only": "Only the last product is left: each one overwrites the sum of those before. Add up (+=), and then the bias once.",
    "first image everywhere": "Every image of the batch gets the maps of the first one: does the patch come from image m?",
    "first filter everywhere": "All maps are made with the first filter; map o is made with w[o].",
    "return inside a loop": "Only the first numbers are computed, and the rest is still 0: the `return` stands inside a loop. It belongs behind all of them.",
    "height for both axes": "The output is as wide as it is high: w_out comes from the width of image and kernel. They need not be square.",
    "read as channels last": "The axes are read as (image, row, column, channel). Here, as in torch, they are (image, channel, row, column).",
    "channels last": "The channels stand last. The order is (image, channel, row, column), as in torch.",
    "rows and columns swapped": "Each map comes out transposed: rows and columns have changed places.",
}


def as_channels_last(x: Any, w: Any, b: Any, stride: int = 1, padding: int = 0, *, filters_too: bool = True) -> Any:
    n, height, width, _ = x.shape
    k_h, k_w = w.shape[:2] if filters_too else w.shape[2:]
    filters = w.transpose(3, 0, 1, 2) if filters_too else w
    h_out, w_out = (height + 2 * padding - k_h) // stride + 1, (width + 2 * padding - k_w) // stride + 1
    x_padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    y = np.zeros((n, h_out, w_out, len(filters)))
    for m, i, j, o in np.ndindex(*y.shape):
        patch = x_padded[m, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
        y[m, i, j, o] = np.sum(patch * filters[o]) + b[o]
    return y


def as_channels_last_filters_not(x: Any, w: Any, b: Any, stride: int = 1, padding: int = 0) -> Any:
    return as_channels_last(x, w, b, stride, padding, filters_too=False)


def as_channels_last_filters_turned(x: Any, w: Any, b: Any, stride: int = 1, padding: int = 0) -> Any:
    return as_channels_last(x, w.transpose(0, 2, 3, 1), b, stride, padding, filters_too=False)


def stopped_early(judge: Judge) -> Judge:
    """Return a judge that also knows a result whose first numbers are right, in the order of the loops, and the rest 0."""

    def judge_too(case: Case, expected: Any, got: Any) -> Finding | None:
        finding = judge(case, expected, got)
        if finding is None or finding.stage != "values":
            return finding
        done = np.isclose(got, expected, rtol=1e-4, atol=1e-6).ravel()
        first = int(np.argmin(done))
        if first > 0 and not np.any(got.ravel()[first:]):
            name = "return inside a loop"
            return Finding(finding.stage, finding.sentence, SAYS[name], name)
        return finding

    return judge_too


def mistake(name: str, wrong: Any) -> Mistake:
    """Return the mistake with the sentence that belongs to its name."""
    return Mistake(name, wrong, SAYS[name])


LOOPS = Exercise(
    id="conv2d_loops",
    notebook=NOTEBOOK,
    reference="labkit.reference.conv_loops:conv2d_loops",
    title="Convolution with loops",
    points=2,
    cases=conv_cases,
    judge=stopped_early(close()),
    mistakes=(
        mistake("kernel flipped", Edit("patch * w[o]", "patch * w[o, :, ::-1, ::-1]")),
        mistake("last position missing", Edit("// stride + 1", "// stride")),
        mistake(
            "stride on rows only",
            Edit(
                "j * stride\n",
                "j\n",
                (("w_out = (width + 2 * padding - k_w) // stride + 1", "w_out = width + 2 * padding - k_w + 1"),),
            ),
        ),
        mistake(
            "stride on columns only",
            Edit(
                "= i * stride, ",
                "= i, ",
                (("h_out = (height + 2 * padding - k_h) // stride + 1", "h_out = height + 2 * padding - k_h + 1"),),
            ),
        ),
        mistake(
            "stride forgotten",
            Edit("i * stride, j * stride", "i, j", (("- k_h) // stride", "- k_h)"), ("- k_w) // stride", "- k_w)"))),
        ),
        mistake("stride in the size only", Edit("i * stride, j * stride", "i, j")),
        mistake("stride in the rows' start only", Edit("i * stride, j * stride", "i * stride, j")),
        mistake("stride in the columns' start only", Edit("i * stride, j * stride", "i, j * stride")),
        mistake(
            "padding on one side",
            Edit("(padding, padding), (padding, padding)", "(padding, 0), (padding, 0)", (("2 * padding", "padding"),)),
        ),
        mistake(
            "padding forgotten",
            Edit("(padding, padding), (padding, padding)", "(0, 0), (0, 0)", (("2 * padding", "0 * padding"),)),
        ),
        mistake(
            "padding on rows only", Edit(AROUND, "(padding, padding), (0, 0)", (("width + 2 * padding", "width"),))
        ),
        mistake(
            "padding on columns only", Edit(AROUND, "(0, 0), (padding, padding)", (("height + 2 * padding", "height"),))
        ),
        mistake("padding at the end only", Edit(AROUND, "(0, padding), (0, padding)", (("2 * padding", "padding"),))),
        mistake(
            "size without the padding",
            Edit("height + 2 * padding", "height", (("width + 2 * padding", "width"),)),
        ),
        mistake("padding repeats the edge", Edit("(padding, padding)))", '(padding, padding)), mode="edge")')),
        mistake("bias forgotten", Edit(" + b[o]", "")),
        mistake("bias subtracted", Edit(" + b[o]", " - b[o]")),
        mistake("all biases for every map", Edit(" + b[o]", " + np.sum(b)")),
        mistake("bias for every channel", Edit(" + b[o]", " + b[o] * x.shape[1]")),
        mistake("bias for every product", Edit(SUM, "np.sum(patch * w[o] + b[o])")),
        mistake("one bias for all filters", Edit(" + b[o]", " + b[0]")),
        mistake("one channel only", Edit(SUM, "np.sum(patch[0] * w[o, 0]) + b[o]")),
        mistake("last channel only", Edit(SUM, "np.sum(patch[-1] * w[o, -1]) + b[o]")),
        mistake("kernel flipped on one axis", Edit("patch * w[o]", "patch * w[o, :, ::-1]")),
        mistake("mean over the channels", Edit(SUM, "np.sum(patch * w[o]) / len(patch) + b[o]")),
        mistake("last product only", Edit(SUM, "patch[-1, -1, -1] * w[o, -1, -1, -1] + b[o]")),
        mistake("first image everywhere", Edit("x_padded[m,", "x_padded[0,")),
        mistake("first filter everywhere", Edit("patch * w[o]", "patch * w[0]")),
        mistake("return inside a loop", Edit("for m in range(n):", "for m in range(1):")),
        mistake("height for both axes", Edit("w_out = (width", "w_out = (height", (("- k_w) //", "- k_h) //"),))),
        mistake("mean for sum", Edit("np.sum(", "np.mean(")),
        mistake("decimals cut off", Edit("np.result_type(x, w, b)", "x.dtype")),
        mistake("activation included", Edit("return y", "return np.maximum(y, 0)")),
        mistake("read as channels last", as_channels_last),
        Mistake("read as channels last, filters not", as_channels_last_filters_not, SAYS["read as channels last"]),
        Mistake(
            "read as channels last, filters turned", as_channels_last_filters_turned, SAYS["read as channels last"]
        ),
        mistake("channels last", Edit("return y", "return y.transpose(0, 2, 3, 1)")),
        mistake("rows and columns swapped", Edit("return y", "return y.transpose(0, 1, 3, 2)")),
    ),
    hints=(
        "Four loops: images, filters, output rows, output columns. What is the size of the output? You have a function for it.",
        "Pad with np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))): not the images, not the channels.",
        "The patch of output (i, j) begins at row i · stride and column j · stride of the padded image, and has the shape of the kernel, with all channels.",
        "Each number is np.sum(patch * w[o]) + b[o].",
    ),
)
