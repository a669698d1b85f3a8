"""The playground's state: every state survives its string, and a bad string is answered by a sentence."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.explore.playground.state import (
    BATCH_SIZES,
    DATA,
    FEATURES,
    LARGEST_SEED,
    LEARNING_RATES,
    LETTERS,
    OPTIMIZERS,
    PENALTIES,
    PENALTY_RATES,
    State,
    parse,
)
from labkit.reference.activations import ACTIVATIONS

states = st.builds(
    State,
    data=st.sampled_from(DATA),
    noise=st.integers(0, 10).map(lambda k: round(0.05 * k, 2)),
    share=st.integers(1, 9).map(lambda k: round(0.1 * k, 1)),
    features=st.lists(st.sampled_from(FEATURES), min_size=1, unique=True).map(tuple),
    hidden=st.lists(st.integers(1, 8), max_size=6).map(tuple),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    optimizer=st.sampled_from(OPTIMIZERS),
    lr=st.sampled_from(LEARNING_RATES),
    batch=st.sampled_from(BATCH_SIZES),
    penalty=st.sampled_from(PENALTIES),
    rate=st.sampled_from(PENALTY_RATES),
    seed=st.integers(0, LARGEST_SEED),
)


@given(states)
def test_a_state_survives_its_string(state):
    text = str(state)
    assert parse(text) == state
    assert len(text) < 160


@given(states, st.randoms())
def test_the_order_of_settings_does_not_matter(state, random):
    data, *settings = str(state).split()
    random.shuffle(settings)
    assert parse(" ".join([data, *settings])) == state


def test_what_is_left_out_has_its_default():
    assert parse("xor") == State(data="xor")
    assert parse("  spiral   h=0 ").hidden == ()
    assert parse("circle b=all").batch == 0


def test_every_field_has_a_letter_and_only_the_data_stand_alone():
    assert {field.name for field in dataclasses.fields(State)} - set(LETTERS.values()) == {"data"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "data set = nothing: expected one of circle"),
        ("moons", "data set = moons: expected one of circle"),
        ("circle 8", "8: expected one of n="),
        ("circle z=1", "z=1: expected one of n="),
        ("circle lr=fast", "lr=fast: expected a number"),
        ("circle lr=0.02", "learning rate lr = 0.02: expected one of 0.0001"),
        ("circle lr=nan", "learning rate lr = nan"),
        ("circle n=0.07", "noise n = 0.07: expected 0 to 0.5 in steps of 0.05"),
        ("circle n=inf", "noise n = inf"),
        ("circle n=nan", "noise n = nan"),
        ("circle t=1", "share of training points t = 1: expected 0.1 to 0.9"),
        ("circle h=9", "expected at most 6 layers of 1 to 8 units"),
        ("circle h=1,1,1,1,1,1,1", "expected at most 6 layers of 1 to 8 units"),
        ("circle h=4,,4", "h=4,,4: expected a number"),
        ("circle h=", "h=: expected a number"),
        ("circle x=", "input x = nothing"),
        ("circle x=x1,x1", "none twice"),
        ("circle x=x3", "input x = x3"),
        ("circle s=-1", "seed s = -1: expected a whole number from 0"),
        ("circle s=1.5", "s=1.5: expected a number"),
        ("circle f=step", "activation f = step"),
        ("circle b=7", "batch size b = 7"),
        ("circle s=1 s=2", "s= stands there twice"),
        ("circle " + "y" * 500, "yyy…: expected one of"),
    ],
)
def test_a_bad_string_is_answered_by_a_sentence(text, says):
    with pytest.raises(ValueError) as refusal:
        parse(text)
    assert says in str(refusal.value)
    assert len(str(refusal.value)) < 200


@given(st.text(max_size=60))
def test_no_text_does_worse_than_a_sentence(text):
    with contextlib.suppress(ValueError):
        parse(text)
