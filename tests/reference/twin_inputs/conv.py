"""Inputs on which conv.py and conv_torch.py must agree: oblong images and kernels, rests, strides, paddings."""

from labkit.reference import conv

#        n, c_in, c_out, image, kernel, stride, padding
SIZES = (
    (2, 3, 4, (6, 5), (3, 2), 1, 0),
    (1, 1, 1, (1, 1), (1, 1), 1, 0),
    (3, 2, 5, (7, 8), (2, 3), 2, 1),
    (2, 1, 2, (5, 9), (5, 1), 3, 2),
    (1, 4, 3, (4, 4), (2, 2), 3, 0),
)


def layers(rng):
    for n, c_in, c_out, image, kernel, stride, padding in SIZES:
        x, w = rng.normal(size=(n, c_in, *image)), rng.normal(size=(c_out, c_in, *kernel))
        yield x, w, rng.normal(size=c_out), stride, padding


def inputs(rng):
    forward, backward = list(layers(rng)), []
    for case in layers(rng):
        y, cache = conv.conv2d_forward(*case)
        backward.append(((rng.normal(size=y.shape), cache), {}))
    return {"conv2d_forward": [(case, {}) for case in forward], "conv2d_backward": backward}
