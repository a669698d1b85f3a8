"""The convolution of 09_convolution as loops, and what its faster form is tried on as well."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

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
        Case("float32 numbers", layer(rng, (2, 2, 4, 5), (3, 2, 2, 3), np.float32), aspect="dtypes"),
        Case("images of whole numbers", (whole, w, b), aspect="dtypes"),
    ]


PATCH = "patch = x_padded[m, :, top : top + k_h, left : left + k_w]"
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
    "channels last": "The channels stand last. The order is (image, channel, row, column), as in torch.",
    "rows and columns swapped": "Each map comes out transposed: rows and columns have changed places.",
}


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
    judge=close(),
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
        mistake("padding repeats the edge", Edit("(padding, padding)))", '(padding, padding)), mode="edge")')),
        mistake("bias forgotten", Edit(" + b[o]", "")),
        mistake("bias for every channel", Edit(" + b[o]", " + b[o] * x.shape[1]")),
        mistake("bias for every product", Edit(SUM, "np.sum(patch * w[o] + b[o])")),
        mistake("one bias for all filters", Edit(" + b[o]", " + b[0]")),
        mistake("one channel only", Edit(SUM, "np.sum(patch[0] * w[o, 0]) + b[o]")),
        mistake("last channel only", Edit(SUM, "np.sum(patch[-1] * w[o, -1]) + b[o]")),
        mistake("kernel flipped on one axis", Edit("patch * w[o]", "patch * w[o, :, ::-1]")),
        mistake("mean for sum", Edit("np.sum(", "np.mean(")),
        mistake("decimals cut off", Edit("np.result_type(x, w, b)", "x.dtype")),
        mistake("activation included", Edit("return y", "return np.maximum(y, 0)")),
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
