"""Inputs on which activations.py and activations_torch.py must agree, kinks and extremes included."""

import numpy as np

ELEMENTWISE = (
    *("sigmoid", "sigmoid_grad", "tanh", "tanh_grad", "relu", "relu_grad", "silu", "silu_grad"),
    *("gelu", "gelu_grad", "gelu_tanh", "identity", "identity_grad"),
)
WITH_SLOPE = ("leaky_relu", "leaky_relu_grad", "elu", "elu_grad")


def arrays(rng):
    """Return arrays of several shapes, among them 0, where conventions show, and +-1000."""
    extremes = np.array([-1000.0, -30.0, -1.0, 0.0, 1.0, 30.0, 1000.0])
    return [extremes, 3.0 * rng.normal(size=(4, 5)), rng.normal(size=(2, 3, 4)), np.array(0.7)]


def inputs(rng):
    cases = {name: [((z,), {}) for z in arrays(rng)] for name in ELEMENTWISE}
    for name in WITH_SLOPE:
        cases[name] = [((z,), {}) for z in arrays(rng)]
        cases[name] += [((z,), {"alpha": alpha}) for z in arrays(rng) for alpha in (0.3, 2.5)]
    for name in ("softmax", "log_softmax"):
        cases[name] = [((z,), {}) for z in arrays(rng) if z.ndim > 0]
    cases["prelu_grads"] = [((z, alpha, rng.normal(size=z.shape)), {}) for z in arrays(rng) for alpha in (0.25, 1.5)]
    return cases


def autograd(rng):
    import labkit.reference.activations_torch as twin

    z = np.concatenate([[0.0], 3.0 * rng.normal(size=20)])
    dy = rng.normal(size=z.shape)

    def elementwise(name, **kwargs):
        def case(torch):
            leaf = torch.tensor(z, requires_grad=True)
            getattr(twin, name.removesuffix("_grad"))(leaf, **kwargs).sum().backward()
            return getattr(twin, name)(torch.tensor(z), **kwargs), leaf.grad

        return case

    def prelu(torch):
        leaf, alpha = torch.tensor(z, requires_grad=True), torch.tensor([0.3], dtype=torch.float64)
        alpha.requires_grad_()
        torch.nn.functional.prelu(leaf, alpha).backward(torch.tensor(dy))
        ours = twin.prelu_grads(torch.tensor(z), 0.3, torch.tensor(dy))
        return ours, (leaf.grad, alpha.grad[0])

    names = [name for name in ELEMENTWISE if name.endswith("_grad")]
    cases = {name: elementwise(name) for name in names}
    cases["leaky_relu_grad"] = elementwise("leaky_relu_grad", alpha=2.5)
    cases["elu_grad"] = elementwise("elu_grad", alpha=0.3)
    cases["prelu_grads"] = prelu
    return cases
