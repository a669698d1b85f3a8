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
        Case("a stride of 3 with a rest of 1", (6 + 3 * places + 1, 6), {"stride": 3}, aspect="a rest"),
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
        Case("a kernel one pixel too large, with a stride of 3", (5, 6), {"stride": 3}, aspect="does not fit"),
    ]


REFUSES = "if reach > padded:"
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
            "rounded to the nearest",
            Edit(COUNT, "return round((padded - reach) / stride) + 1"),
            "A rest counts as a position when it is large enough: this rounds to the nearest. The kernel never hangs over the edge: round down.",
        ),
        Mistake(
            "the first position divided, too",
            Edit(COUNT, "return (padded - reach + 1) // stride"),
            "The + 1 stands inside the division. It is the position before the first move: divide the way into moves, then add 1.",
        ),
        Mistake(
            "stride + 1",
            Edit(COUNT, "return (padded - reach) // (stride + 1)"),
            "The + 1 went into the divisor. The way is divided by the stride alone; the first position is added afterwards.",
        ),
        Mistake(
            "padding taken away",
            Edit("+ 2 * padding", "- 2 * padding"),
            "The padding makes the axis shorter here. It adds pixels at both ends: the kernel has more room, not less.",
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
            "dilation once for the whole kernel",
            Edit(REACH, "kernel_size + dilation - 1"),
            "The dilation stretches the kernel once. It does so between any two neighboring elements, and there are k - 1 such pairs.",
        ),
        Mistake(
            "dilation as the pixels between",
            Edit(REACH, "kernel_size + (kernel_size - 1) * dilation"),
            "A dilation of 1 means that the elements touch: it is the distance from one to the next, not the number of pixels left out between them.",
        ),
        Mistake(
            "does not refuse",
            Edit(REFUSES, "if False:"),
            "A kernel that reaches over more pixels than there are has no place to stand: raise ValueError.",
        ),
        Mistake(
            "refuses by the kernel's size",
            Edit(REFUSES, "if kernel_size > padded:"),
            "Your condition compares the number of the kernel's elements with the axis. With dilation it reaches over more pixels than it has elements.",
        ),
        Mistake(
            "lets 0 positions through",
            Edit(REFUSES, "if (padded - reach) // stride + 1 < 0:"),
            "A kernel that is too large by little gives a count of 0, and 0 is let through. Raise as soon as it reaches over more pixels than there are.",
        ),
        Mistake(
            "rounded before refusing",
            Edit(
                REFUSES,
                "if int((padded - reach) / stride) + 1 < 1:",
                ((COUNT, "return int((padded - reach) / stride) + 1"),),
            ),
            "int() rounds towards 0, so a kernel that is too large by less than a stride still gets a position. Compare what it reaches over with the "
            "padded axis before you divide.",
        ),
        Mistake(
            "0 in place of an error",
            Edit(REFUSES, "if reach > padded:\n        return 0\n    if False:"),
            "Where the kernel does not fit, this returns 0, and whoever called goes on with it. Raise ValueError, with a sentence.",
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
            "sides added",
            Edit("k_h * k_w", "(k_h + k_w)"),
            "The two sides of the kernel are added. It has a weight at each crossing of a row and a column: height times width.",
        ),
        Mistake(
            "channels added",
            Edit(TOTAL, "(c_in + c_out) * k_h * k_w + c_out * int(bias)"),
            "c_in and c_out are added. Each of the c_out filters has weights for each of the c_in channels: that is a product.",
        ),
        Mistake(
            "bias the wrong way round",
            Edit("int(bias)", "int(not bias)"),
            "bias works the wrong way round: True counts the biases, False leaves them out.",
        ),
        Mistake(
            "always 5 by 5",
            Edit("k_h * k_w", "25"),
            "Every kernel is taken to be 5 by 5: kernel_size is not used.",
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
