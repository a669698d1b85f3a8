"""The remembering optimizers walk with torch.optim on several arrays at once, in place."""

import copy

import numpy as np
import pytest
import torch

from labkit.reference.optim import OPTIMIZERS, SGD, AdaGrad, Adam, AdamW, Momentum, Optimizer, RMSprop

# ours, torch's, torch's names of the memory
PAIRS = [
    (SGD(0.05), (torch.optim.SGD, {}), ()),
    (Momentum(0.05, mu=0.8), (torch.optim.SGD, {"momentum": 0.8}), ("momentum_buffer",)),
    (AdaGrad(0.05), (torch.optim.Adagrad, {}), ("sum",)),
    (RMSprop(0.05), (torch.optim.RMSprop, {}), ("square_avg",)),
    (Adam(0.05), (torch.optim.Adam, {}), ("exp_avg", "exp_avg_sq")),
    (AdamW(0.05), (torch.optim.AdamW, {}), ("exp_avg", "exp_avg_sq")),
    (AdamW(0.05, weight_decay=0.5), (torch.optim.AdamW, {"weight_decay": 0.5}), ("exp_avg", "exp_avg_sq")),
]


@pytest.mark.parametrize(("template", "torchs", "memory_names"), PAIRS, ids=lambda value: type(value).__name__)
def test_parameters_and_memory_equal_torch_while_the_rate_changes(template, torchs, memory_names):
    optimizer = copy.deepcopy(template)  # the table is shared by all tests
    rng = np.random.default_rng(0)
    params = [rng.normal(size=shape) for shape in ((3, 2), (2,), ())]
    params[2] = np.asarray(params[2])
    leaves = [torch.tensor(p, requires_grad=True) for p in params]
    Theirs, options = torchs
    theirs = Theirs(leaves, lr=0.05, **options)
    for t in range(20):
        optimizer.lr = theirs.param_groups[0]["lr"] = 0.05 / (t + 1)
        grads = [np.asarray(rng.normal(size=p.shape)) for p in params]
        for leaf, g in zip(leaves, grads, strict=True):
            leaf.grad = torch.tensor(g)
        optimizer.step(params, grads)
        theirs.step()
    assert optimizer.t == 20
    for p, leaf, memory in zip(params, leaves, optimizer.memory, strict=True):
        np.testing.assert_allclose(p, leaf.detach().numpy(), rtol=1e-10, atol=1e-12)
        for ours, name in zip(memory, memory_names, strict=True):
            np.testing.assert_allclose(ours, theirs.state[leaf][name].numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_are_in_place_keep_the_dtype_and_leave_the_gradients(name):
    w, g = np.ones(4, np.float32), np.ones(4, np.float32)
    optimizer = OPTIMIZERS[name](lr=np.float64(0.1))
    optimizer.step([w], [g])
    assert (w < 1).all()
    assert w.dtype == np.float32
    assert {m.dtype for m in optimizer.memory[0]} <= {np.dtype(np.float32)}
    assert (g == 1).all()


def test_two_optimizers_share_no_memory():
    first, second = Momentum(0.1), Momentum(0.1)
    w = np.zeros(2)
    first.step([w], [np.ones(2)])
    second.step([w], [np.ones(2)])
    assert second.memory[0][0].tolist() == [1, 1]


def test_another_number_of_arrays_is_refused():
    optimizer = Adam()
    optimizer.step([np.zeros(2)], [np.zeros(2)])
    with pytest.raises(ValueError, match=r"shorter|longer"):
        optimizer.step([np.zeros(2), np.zeros(2)], [np.zeros(2), np.zeros(2)])


def test_the_bare_optimizer_has_no_rule():
    with pytest.raises(NotImplementedError):
        Optimizer(0.1).step([np.zeros(1)], [np.zeros(1)])
