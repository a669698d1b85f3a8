"""Inputs on which residual.py and residual_torch.py must agree, and the gradients by autograd."""

from labkit.reference import residual

SIZES = ((5, 3, 4), (1, 1, 1), (2, 6, 2))


def block(rng, n, d, m):
    return [rng.normal(size=shape) for shape in ((n, d), (d, m), (m,), (m, d), (d,))]


def inputs(rng):
    return {
        "residual_forward": [(tuple(block(rng, *sizes)), {}) for sizes in SIZES],
        "residual_backward": [((rng.normal(size=sizes[:2]), *block(rng, *sizes)), {}) for sizes in SIZES],
    }


def autograd(rng):
    def case(torch):
        arrays, dy = block(rng, 5, 3, 4), rng.normal(size=(5, 3))
        x, w1, b1, w2, b2 = leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
        linear = torch.nn.functional.linear
        (x + linear(linear(x, w1.T, b1).relu(), w2.T, b2)).backward(torch.tensor(dy))
        return residual.residual_backward(dy, *arrays), [leaf.grad for leaf in leaves]

    return {"residual_backward": case}
