"""Every update rule walks step by step with torch.optim, in its parameters and in its memory."""

import numpy as np
import pytest
import torch

from labkit.reference import optimizers
from labkit.reference.optimizers import adam_step, adamw_step, momentum_step, sgd_step

STEPS = 25

# name -> (memory arrays, does it take t, our options, torch's optimizer, torch's options, torch's names of the memory)
RULES = {
    "sgd_step": (0, False, {}, torch.optim.SGD, {}, ()),
    "momentum_step": (1, False, {"mu": 0.8}, torch.optim.SGD, {"momentum": 0.8}, ("momentum_buffer",)),
    "adagrad_step": (1, False, {"eps": 1e-3}, torch.optim.Adagrad, {"eps": 1e-3}, ("sum",)),
    "rmsprop_step": (
        *(1, False, {"beta": 0.7, "eps": 1e-3}),
        *(torch.optim.RMSprop, {"alpha": 0.7, "eps": 1e-3}, ("square_avg",)),
    ),
    "adam_step": (
        *(2, True, {"beta1": 0.6, "beta2": 0.8, "eps": 1e-3}),
        *(torch.optim.Adam, {"betas": (0.6, 0.8), "eps": 1e-3}, ("exp_avg", "exp_avg_sq")),
    ),
    "adamw_step": (
        *(2, True, {"beta1": 0.6, "beta2": 0.8, "eps": 1e-3, "weight_decay": 0.3}),
        *(torch.optim.AdamW, {"betas": (0.6, 0.8), "eps": 1e-3, "weight_decay": 0.3}, ("exp_avg", "exp_avg_sq")),
    ),
}


@pytest.mark.parametrize("defaults", [False, True], ids=["own options", "default options"])
@pytest.mark.parametrize("shape", [(1,), (5,), (3, 4), (2, 3, 2)])
@pytest.mark.parametrize("name", RULES)
def test_parameters_and_memory_equal_torch_after_many_steps(name, shape, defaults):
    n_memory, takes_t, options, Optimizer, torch_options, memory_names = RULES[name]
    if defaults:
        options, torch_options = {}, {"momentum": 0.9} if name == "momentum_step" else {}
    step = getattr(optimizers, name)
    rng = np.random.default_rng(sum(shape))
    w = rng.normal(size=shape)
    memory = [np.zeros(shape) for _ in range(n_memory)]
    theirs = torch.tensor(w, requires_grad=True)
    optimizer = Optimizer([theirs], lr=0.05, **torch_options)
    for t in range(1, STEPS + 1):
        g = rng.normal(size=shape) * rng.choice([1e-4, 1.0, 100.0])
        extra = (t,) if takes_t else ()
        result = step(w, g, *memory, *extra, lr=0.05, **options)
        w, memory = (result[0], list(result[1:])) if n_memory else (result, [])
        theirs.grad = torch.tensor(g)
        optimizer.step()
        np.testing.assert_allclose(w, theirs.detach().numpy(), rtol=1e-10, atol=1e-12)
        for ours, memory_name in zip(memory, memory_names, strict=True):
            np.testing.assert_allclose(ours, optimizer.state[theirs][memory_name].numpy(), rtol=1e-10)


@pytest.mark.parametrize("name", RULES)
def test_inputs_stay_unchanged_and_float32_stays_float32(name):
    n_memory, takes_t, *_ = RULES[name]
    arrays = [np.full(3, 0.5 + i, dtype=np.float32) for i in range(2 + n_memory)]
    copies = [a.copy() for a in arrays]
    result = getattr(optimizers, name)(*arrays, *((1,) if takes_t else ()), lr=0.1)
    for new in result if n_memory else [result]:
        assert new.dtype == np.float32
    for a, before in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(a, before)


def test_the_first_adam_step_has_length_lr_whatever_the_gradient():
    # By hand: m_hat = g and v_hat = g**2 at t = 1, so the step is lr g / (|g| + eps).
    for g in (1e-3, 1.0, -1e3):
        w, _, _ = adam_step(np.zeros(1), np.array([g]), np.zeros(1), np.zeros(1), 1, lr=0.1)
        assert w[0] == pytest.approx(-0.1 * np.sign(g), rel=1e-4)


def test_adam_refuses_to_count_from_zero():
    with pytest.raises(ValueError, match="t = 0"):
        adam_step(np.zeros(1), np.ones(1), np.zeros(1), np.zeros(1), 0)


def test_decoupled_decay_is_not_l2():
    w, g, zero = np.array([1.0]), np.array([0.0]), np.zeros(1)
    decoupled, m, _ = adamw_step(w, g, zero, zero, 1, lr=0.1, weight_decay=0.5)
    coupled, _, _ = adam_step(w, g + 0.5 * w, zero, zero, 1, lr=0.1)
    assert decoupled[0] == pytest.approx(0.95)
    assert m[0] == 0
    assert coupled[0] == pytest.approx(0.9)


def test_momentum_without_memory_is_plain_descent():
    w, g = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    np.testing.assert_array_equal(momentum_step(w, g, np.zeros(2), 0.1, mu=0.0)[0], sgd_step(w, g, 0.1))
