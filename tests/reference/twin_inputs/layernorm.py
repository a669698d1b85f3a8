"""Inputs on which layernorm.py and layernorm_torch.py must agree, and the gradients by autograd."""

from labkit.reference import layernorm


def inputs(rng):
    def arrays(*shape):
        return 3 * rng.normal(size=shape) + 1, rng.normal(size=shape[-1]), rng.normal(size=shape[-1])

    forward = [(arrays(*shape), kwargs) for shape in ((5, 3), (1, 8), (2, 3, 4), (6,)) for kwargs in ({}, {"eps": 0.1})]
    backward = [((rng.normal(size=shape), *arrays(*shape)[:2]), {}) for shape in ((5, 3), (1, 8))]
    backward.append(((rng.normal(size=(4, 3)), *arrays(4, 3)[:2]), {"eps": 0.1}))
    return {"layernorm_forward": forward, "layernorm_backward": backward}


def autograd(rng):
    def case(torch):
        x, dy, gamma = rng.normal(size=(7, 4)), rng.normal(size=(7, 4)), rng.normal(size=4)
        layer = torch.nn.LayerNorm(4, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(gamma))
        leaf = torch.tensor(x, requires_grad=True)
        layer(leaf).backward(torch.tensor(dy))
        return layernorm.layernorm_backward(dy, x, gamma), [leaf.grad, layer.weight.grad, layer.bias.grad]

    return {"layernorm_backward": case}
