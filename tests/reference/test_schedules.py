"""Schedules give the rates that torch's schedulers give, and are exact where a student would look."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from labkit.reference.schedules import (
    cosine_schedule,
    exponential_schedule,
    step_schedule,
    warmup_cosine_schedule,
    warmup_schedule,
)


def torch_rates(scheduler, lr, n, **options):
    """Return the n rates that a torch scheduler gives, the first before any of its steps."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    schedule = scheduler(optimizer, **options)
    rates = []
    for _ in range(n):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return rates


def test_step_schedule_equals_torch():
    ours = [step_schedule(t, 0.3, every=4, gamma=0.2) for t in range(20)]
    assert ours == pytest.approx(torch_rates(lr_scheduler.StepLR, 0.3, 20, step_size=4, gamma=0.2), rel=1e-10)


def test_exponential_schedule_equals_torch():
    ours = [exponential_schedule(t, 0.3, gamma=0.9) for t in range(20)]
    assert ours == pytest.approx(torch_rates(lr_scheduler.ExponentialLR, 0.3, 20, gamma=0.9), rel=1e-10)


def test_cosine_schedule_equals_torch_down_to_its_end():
    ours = [cosine_schedule(t, 20, 0.3, 0.01) for t in range(21)]
    theirs = torch_rates(lr_scheduler.CosineAnnealingLR, 0.3, 21, T_max=20, eta_min=0.01)
    assert ours == pytest.approx(theirs, rel=1e-10)


def test_warmup_schedule_equals_torch():
    ours = [warmup_schedule(t, 0.3, n_warmup=5) for t in range(12)]
    theirs = torch_rates(lr_scheduler.LinearLR, 0.3, 12, start_factor=1 / 5, total_iters=4)
    assert ours == pytest.approx(theirs, rel=1e-10)


@given(n_steps=st.integers(1, 500), lr_max=st.floats(1e-6, 10), share=st.floats(0, 1))
def test_cosine_is_exact_at_both_ends_and_never_rises(n_steps, lr_max, share):
    lr_min = share * lr_max
    rates = [cosine_schedule(t, n_steps, lr_max, lr_min) for t in range(n_steps + 3)]
    assert rates[0] == lr_max
    assert rates[n_steps:] == [lr_min] * 3
    assert all(b <= a * (1 + 1e-12) for a, b in itertools.pairwise(rates))


def test_warmup_then_cosine_meets_at_lr_max_and_ends_at_lr_min():
    rates = [warmup_cosine_schedule(t, 30, 0.2, 0.01, n_warmup=10) for t in range(31)]
    assert rates[9] == rates[10] == max(rates) == 0.2
    assert rates[0] == pytest.approx(0.02)
    assert rates[30] == 0.01
    assert warmup_cosine_schedule(0, 30, 0.2, n_warmup=0) == 0.2
