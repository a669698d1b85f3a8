"""Counting in 09_convolution: the size of an output, the number of parameters."""

from __future__ import annotations

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake

NOTEBOOK = "09_convolution"
REFERENCE = "labkit.reference.conv_size:"


# ------------------------------------------------------------------------------------------------------- output size


def size_cases(rng: np.random.Generator) -> list[Case]:
    size, k = int(rng.integers(20, 30)), int(rng.integers(4, 7))
    places = int(rng.integers(4, 8))
    return [
        Case("28 pixels and a kernel of 5", (28, 5)),
        Case("a random size and kernel", (size, k)),
        Case("a padding of 2", (size, 5), {"padding": 2}),
        Case("a stride of 3 that comes out even", (6 + 3 * places, 6), {"stride": 3}),
        Case("a stride of 3 with a rest of 2", (6 + 3 * places + 2, 6), {"stride": 3}, aspect="a rest"),
        Case("a stride of 2, a padding of 1 and a rest", (2 * places, 3), {"stride": 2, "padding": 1}, aspect="a rest"),
        Case("a dilation of 2", (size, 4), {"dilation": 2}, aspect="dilation"),
        Case(
            "stride, padding and dilation together",
            (size, 4),
            {"stride": 4, "padding": 3, "dilation": 3},
            aspect="dilation",
        ),
        Case("a kernel as large as the image", (7, 7), aspect="extremes"),
        Case("a kernel that fits thanks to its padding", (3, 5), {"padding": 1, "stride": 3}, aspect="extremes"),
        Case("one pixel, one weight", (1, 1), {"stride": 2}, aspect="extremes"),
        Case("a kernel larger than the image", (4, 6), aspect="does not fit"),
        Case("a kernel that dilation makes too large", (6, 3), {"dilation": 3}, aspect="does not fit"),
    ]


COUNT = "return (padded - reach) // stride + 1"
REACH = "dilation * (kernel_size - 1) + 1"
OUTPUT_SIZE = Exercise(
    id="conv_output_size",
    notebook=NOTEBOOK,
    reference=REFERENCE + "conv_output_size",
    title="How large is the output",
    cases=size_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "one too few",
            Edit(COUNT, "return (padded - reach) // stride"),
            "One too few: you count the moves. The place where the kernel stands before the first move counts, too.",
        ),
        Mistake(
            "one too many",
            Edit(COUNT, "return (padded - reach + 1) // stride + 1"),
            "One too many: k elements cover dilation · (k - 1) + 1 pixels; the last + 1 is missing in what you take away.",
        ),
        Mistake(
            "a rest as another position",
            Edit(COUNT, "return -(-(padded - reach) // stride) + 1"),
            "A rest too short for a whole position is counted. The kernel never hangs over the edge: round down.",
        ),
        Mistake(
            "not rounded",
            Edit(COUNT, "return (padded - reach) / stride + 1"),
            "A number of positions has no decimals. Divide with //, so that a rest is left out.",
        ),
        Mistake(
            "padding at one end",
            Edit("2 * padding", "padding"),
            "padding pixels are added at each of the two ends: the axis grows by twice as many.",
        ),
        Mistake(
            "padding forgotten",
            Edit(" + 2 * padding", ""),
            "The padding is not used: it makes the axis longer before the kernel walks along it.",
        ),
        Mistake(
            "stride forgotten",
            Edit("// stride", "// 1"),
            "The stride is not used: of all places where the kernel could stand only each stride-th is taken.",
        ),
        Mistake(
            "size divided by the stride",
            Edit(COUNT, "return padded // stride - reach + 1"),
            "Only the size is divided by the stride. What is divided is the way that the kernel can move: the size less what it covers.",
        ),
        Mistake(
            "dilation forgotten",
            Edit(REACH, "kernel_size"),
            "The dilation is not used: with gaps between its elements the kernel reaches over more pixels.",
        ),
        Mistake(
            "dilation of every element",
            Edit(REACH, "dilation * kernel_size"),
            "dilation times kernel_size is too much: k elements have only k - 1 distances between them.",
        ),
        Mistake(
            "gaps counted as pixels",
            Edit(REACH, "kernel_size + dilation"),
            "dilation is the distance from one element to the next, at each of the k - 1 steps, not once for the whole kernel.",
        ),
        Mistake(
            "does not refuse",
            Edit("if reach > padded:", "if False:"),
            "A kernel that reaches over more pixels than there are has no place to stand: raise ValueError.",
        ),
    ),
    hints=(
        "Three numbers: how long the axis is with its padding, how many pixels the kernel covers, and how far it can move.",
        "k elements with a distance of dilation cover dilation · (k - 1) + 1 pixels. The padding comes at both ends.",
        "The kernel can move by padded - reach pixels; that makes (padded - reach) // stride moves, and one place to begin with.",
    ),
)

# --------------------------------------------------------------------------------------------------- parameter count


def count_cases(rng: np.random.Generator) -> list[Case]:
    c_in, c_out, k = int(rng.integers(3, 8)), int(rng.integers(11, 20)), int(rng.integers(3, 7))
    return [
        Case("the first layer of LeNet-5", (1, 6, 5)),
        Case("the second layer of LeNet-5", (6, 16, 5)),
        Case("random channels and a square kernel", (c_in, c_out, k)),
        Case("fewer maps out than in", (c_out, c_in, k)),
        Case("no bias", (c_in, c_out, k), {"bias": False}, aspect="bias"),
        Case("a single filter with a bias", (c_in, 1, 3), {"bias": True}, aspect="bias"),
        Case("a kernel of 3 by 7", (c_in, c_out, (3, 7)), aspect="pairs"),
        Case("a kernel of 5 by 1, no bias", (c_in, c_out, (5, 1)), {"bias": False}, aspect="pairs"),
        Case("a kernel of one pixel", (c_in, c_out, 1), aspect="extremes"),
    ]


TOTAL = "c_out * (c_in * k_h * k_w + int(bias))"
COUNT_PARAMETERS = Exercise(
    id="conv_parameter_count",
    notebook=NOTEBOOK,
    reference=REFERENCE + "conv_parameter_count",
    title="What a layer has to learn",
    cases=count_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "bias forgotten",
            Edit(" + int(bias)", ""),
            "The biases are missing: each filter has one, unless bias is False.",
        ),
        Mistake(
            "one bias in all",
            Edit(TOTAL, "c_out * c_in * k_h * k_w + int(bias)"),
            "One bias is counted for the whole layer. Each of the c_out filters has one of its own.",
        ),
        Mistake(
            "a bias for each channel",
            Edit(TOTAL, "c_out * c_in * (k_h * k_w + int(bias))"),
            "A bias is counted for each input channel of each filter. A filter adds up all its channels and then one bias.",
        ),
        Mistake(
            "a bias for each input channel",
            Edit(TOTAL, "c_out * c_in * k_h * k_w + c_in * int(bias)"),
            "There are as many biases as input channels here. They belong to the filters: c_out of them.",
        ),
        Mistake(
            "bias always counted",
            Edit("int(bias)", "1"),
            "With bias=False there are none to count.",
        ),
        Mistake(
            "channels forgotten",
            Edit("c_in * k_h", "k_h"),
            "A filter looks at all input channels and has weights of its own for each of them: c_in is missing.",
        ),
        Mistake(
            "one filter only",
            Edit(TOTAL, "c_in * k_h * k_w + int(bias)"),
            "This counts a single filter; there are c_out of them.",
        ),
        Mistake(
            "one side of the kernel",
            Edit(" * k_w", ""),
            "A kernel has two sides: its weights are height times width.",
        ),
        Mistake(
            "a pair taken for a square",
            Edit(" * k_w", " * k_h"),
            "A pair is (height, width), and the two may differ: multiply them.",
        ),
    ),
    hints=(
        "Begin with one filter: how many numbers does it multiply pixels by? Do not forget that it sees every channel.",
        "A filter has c_in · height · width weights, and one bias. How many filters are there?",
        "`isinstance(kernel_size, int)` tells a number from a pair; `k_h, k_w = kernel_size` unpacks a pair.",
    ),
)
