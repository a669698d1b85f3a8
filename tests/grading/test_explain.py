"""The sentences: a simple relation between wrong and right is seen, and every message says what to do."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from labkit.exercises import CATALOG
from labkit.grading.compare import difference
from labkit.grading.explain import (
    call_text,
    fault_sentence,
    kind_of,
    relation,
    wrong_shape,
    wrong_type,
    wrong_values,
)
from labkit.grading.model import Case
from labkit.grading.observe import Fault
from labkit.grading.wire import Code, Opaque, Rng, Tensor

X = np.array([[1.0, 2.0, 4.0], [3.0, -1.0, 0.5], [2.0, 2.0, -7.0]])
EXERCISE = next(iter(CATALOG.values()))


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (-X, "opposite sign"),
        (X.T, "transpose"),
        (X / 9, "1/9"),
        (2 * X, "2 times"),
        (X[::-1], "other places"),
        (X + 0.5, "off by the same 0.5"),
        (np.full_like(X, 3.0), "same number"),
        (np.trunc(X + 0.7) + 0 * X, None),
        (X * (1 + 5e-4 * np.sign(X - 1.7)), "nearly right"),
        (X**3, "by hand"),
    ],
)
def test_a_relation_is_named(got, words):
    assert words is None or words in relation(X, got)


def test_cut_off_decimals_are_named():
    assert "decimals are cut off" in relation(X + 0.3, np.trunc(X + 0.3))


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        ((3,), (), "axis"),
        ((), (3,), "One number"),
        ((2, 3), (3, 2), "transposed"),
        ((3,), (3, 1), "axis of length 1"),
        ((3,), (3, 3), "Broadcasting"),
        ((2, 3), (2,), "axis is gone"),
        ((2, 3), (2, 4), "shape of each intermediate"),
    ],
)
def test_a_shape_gets_its_usual_reason(expected, got, words):
    found = wrong_shape(np.zeros(expected), np.zeros(got), "")
    assert words in found.advice
    assert str(expected) in found.sentence
    assert str(got) in found.sentence


@pytest.mark.parametrize(
    "kind", ["TypeError", "NameError", "Timeout", "Died", "Missing", "NoAnswer", "NotImplementedError", "MyOwnError"]
)
def test_every_fault_says_what_to_do(kind):
    found = fault_sentence(EXERCISE, Fault(kind, "text", "helper", 3, "x = 1"))
    assert found.advice
    assert "Error" in found.sentence or "text" in found.sentence or "helper" in found.sentence


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda: np.zeros(2) + np.zeros(3), "axis by axis"),
        (lambda: np.zeros((2, 3)) @ np.zeros((2, 3)), "inner sizes"),
        (lambda: np.dot(np.zeros((2, 3)), np.zeros((2, 3))), "inner sizes"),
        (lambda: float(np.zeros(3)), "one number is needed"),
        (lambda: bool(np.zeros(3) > 0), "np.where"),
        (lambda: None + 1, "lack its `return`"),
        (lambda: (lambda x: x)(z=1), "by name"),
        (lambda: np.subtract(np.ones(2), 0.5, out=np.ones(2, int)), "whole numbers"),
    ],
)
def test_what_numpy_and_python_say_is_translated(broken, words):
    with pytest.raises((TypeError, ValueError)) as raised:
        broken()
    fault = Fault(raised.type.__name__, str(raised.value))
    assert words in fault_sentence(EXERCISE, fault).advice


class NoSuper(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(1, 1)


def backward_twice():
    loss = (nn.Parameter(torch.ones(1)) ** 2).sum()
    loss.backward()
    loss.backward()


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (NoSuper, "super().__init__()"),
        (lambda: nn.Sequential([nn.ReLU()]), "*layers"),
        (lambda: torch.sum(nn.ReLU()), "nn.ReLU()(x)"),
        (lambda: torch.optim.Adam([]), "nothing to train"),
        (lambda: torch.ones(1).sum().backward(), "no graph"),
        (backward_twice, "inside the loop"),
        (lambda: nn.Parameter(torch.ones(1)).sum().item().backward(), "backward first"),
        (lambda: nn.Parameter(torch.ones(1)).numpy(), "no_grad"),
        (lambda: bool(torch.ones(2) > 0), "nn.MSELoss()(a, b)"),
        (
            lambda: nn.functional.binary_cross_entropy_with_logits(torch.ones(3, 1), torch.ones(3)),
            "Keep both as columns",
        ),
        (lambda: nn.functional.binary_cross_entropy(torch.full((2, 1), 3.0), torch.ones(2, 1)), "with_logits"),
        (lambda: nn.Linear(1, 1)(torch.ones(1, 1, dtype=torch.float64)), ".float()"),
    ],
)
def test_what_torch_says_is_translated(broken, words):
    with pytest.raises((TypeError, ValueError, RuntimeError, AttributeError)) as raised:
        broken()
    fault = Fault(raised.type.__name__, str(raised.value), function="answer")
    assert words in fault_sentence(EXERCISE, fault).advice, str(raised.value)


def test_an_exercise_that_leans_on_an_unwritten_one_says_which():
    assert (
        "perceptron_predict" in fault_sentence(EXERCISE, Fault("NotImplementedError", "", "perceptron_predict")).advice
    )


def test_a_call_is_written_as_one_would_write_it():
    case = Case(
        "small things",
        (np.zeros((2, 3)), np.array([1.0, 2.0]), Rng(1), Code("f", ""), Tensor(np.zeros(9))),
        {"lr": 0.1},
    )
    text = call_text(EXERCISE, case)
    assert text == f"{EXERCISE.id}(⟨2×3⟩, [1., 2.], rng, f, tensor⟨9⟩, lr=0.1), for small things,"


@pytest.mark.parametrize(
    "value",
    [None, True, 3, np.zeros(2), np.array(1.0), [1], (1, 2), {"a": 1}, Opaque("set"), Tensor(np.zeros(2)), "text"],
)
def test_every_kind_of_value_has_a_name(value):
    assert kind_of(value)


def test_what_is_left_to_sum_is_not_called_broadcasting():
    assert "sum or a mean over it missing" in wrong_shape(np.zeros(4), np.zeros((5, 4)), "").advice


def test_a_single_number_that_is_twice_or_half_the_right_one_is_told_so():
    assert "exactly twice" in relation(np.array(0.3), np.array(0.6))
    assert "exactly half" in relation(np.array(0.3), np.array(0.15))


def test_numbers_that_look_alike_are_shown_in_full():
    found = wrong_values(np.array(21.8882), np.array(21.88822), "")
    assert "21.88822;" in found.sentence
    assert "times the right one" not in found.advice


def test_nothing_but_zeros_is_told_so():
    assert "Nothing but 0" in relation(X, np.zeros_like(X))
    assert "Nothing but 0" in relation(np.array(0.02), np.array(0.0))


def test_right_parts_in_another_order_are_told_so():
    w, b = np.ones((2, 3)), np.zeros(3)
    found = difference((w, b), (b, w), names=("dw", "db"))
    assert "in the order db, dw" in found.sentence
    assert "return dw, db" in found.advice


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        (X, (X, 1.0), "One result is asked for"),
        (2.5, (2.5,), "a comma behind it"),
        (X, X.tolist(), "np.array"),
    ],
)
def test_more_results_than_one_are_told_from_a_list(expected, got, words):
    assert words in wrong_type(expected, got, "").advice


LOGITS, LABELS = torch.zeros(4, 3), torch.tensor([0, 1, 2, 1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nn.functional.cross_entropy(LABELS, LOGITS), "prediction first"),
        (lambda: nn.functional.cross_entropy(LABELS.float(), LOGITS), "logits first"),
        (lambda: nn.functional.cross_entropy(LOGITS, LABELS.float()), ".long()"),
        (LABELS.mean, ".float()"),
    ],
)
def test_torchs_words_on_whole_numbers_get_advice(call, words):
    with pytest.raises((RuntimeError, NotImplementedError)) as raised:
        call()
    fault = Fault(type(raised.value).__name__, str(raised.value))
    assert words in fault_sentence(EXERCISE, fault).advice


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        (np.zeros(()), np.zeros(1), "by itself"),
        (np.zeros(4), np.zeros((4, 4)), "Broadcasting (n,) against (n, 1)"),
        (np.zeros(4), np.zeros((4, 3)), "axis=-1"),
        (np.zeros((4, 2, 3, 2)), np.zeros((2, 4, 2, 3, 2)), "axis=0"),
        (np.zeros((4, 3)), np.zeros((4, 3, 4, 3)), "more axes than were asked for"),
    ],
)
def test_too_many_axes_get_the_reason_that_fits(expected, got, words):
    assert words in wrong_shape(expected, got, "").advice


def test_what_is_nearly_right_where_it_stands_is_not_called_moved():
    assert "nearly right" in relation(X, X * (1 + 3e-6 * np.sign(X - 1.7)))
