"""Every explorer, every control, at its ends and two at a time: never an error, always a picture and a sentence."""

from __future__ import annotations

import asyncio
import importlib

import ipywidgets as widgets
import numpy as np
import pytest

from labkit.explore.live import WAIT
from tests.explore.walking import assert_well, controls, ends, put, rows_of_pairs, seen, sentences, topics, values

TOPICS = topics()
LARGE = ("playground", "convolution")  # dozens of controls
UNSEEN = ("epochs a frame", "play")  # they count in a page


def explorer(topic: str):
    """Return a topic's explorer, as a notebook makes it."""
    return importlib.import_module(f"labkit.explore.{topic}").explorer()


@pytest.fixture
def nothing_logged(caplog):
    """Fail when a button's handler raised: ipywidgets catches that and only writes it to the log."""
    yield
    assert [record.getMessage() for record in caplog.records] == []


def test_there_are_explorers():
    assert {"perceptron", "activations", "descent", "playground", "depth", "regularization"} <= set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_control_is_described(topic):
    moved = controls(explorer(topic))
    assert moved
    for control in moved:
        assert control.description.strip(), control
        if isinstance(control, widgets.Button):
            assert control.tooltip, control.description


@pytest.mark.parametrize("topic", [pytest.param(t, marks=[pytest.mark.slow] * (t in LARGE)) for t in TOPICS])
def test_every_control_goes_to_its_ends(topic, nothing_logged):
    box = explorer(topic)
    assert_well(box, topic)
    for control in controls(box):
        before = getattr(control, "value", None)
        for value in values(control):
            put(control, value)
            assert_well(box, f"{topic}: {control.description} = {value!r}")
        if not isinstance(control, widgets.Button):
            put(control, before)


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_any_two_controls_go_to_their_ends_together(topic, nothing_logged):
    box = explorer(topic)
    moved = [control for control in controls(box) if not isinstance(control, widgets.Button)]

    async def scene():
        for row in rows_of_pairs(moved, np.random.default_rng(0)):
            state = {}
            for control, value in zip(moved, row, strict=True):
                state[control.description] = value
                put(control, value)
            await asyncio.sleep(2 * WAIT)  # a burst: drawn once
            assert_well(box, f"{topic}: {state}")

    asyncio.run(scene())


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_a_control_changes_what_is_seen_or_is_disabled(topic):
    box = explorer(topic)
    choosers = [] if topic in LARGE else [c for c in controls(box) if isinstance(c, widgets.Dropdown)]
    assert_all_count(topic, box)
    for chooser in choosers:
        before, option = chooser.value, ends(chooser)[-1]
        put(chooser, option)
        assert_all_count(f"{topic} with {option}", box)
        put(chooser, before)


def assert_all_count(where: str, box) -> None:
    """Assert that each control that is not disabled changes what is seen."""
    for control in controls(box):
        if not control.disabled and control.description not in UNSEEN:
            assert changes(box, control), f"{where}: {control.description} changes nothing, and is not disabled"


def changes(box, control) -> bool:
    """Return whether some value of a control changes what is seen; it is put back."""
    before, was = seen(box), getattr(control, "value", None)
    for value in values(control):
        put(control, value)
        if seen(box) != before:
            break
    else:
        return False
    if not isinstance(control, widgets.Button):
        put(control, was)
    return True


def test_a_broken_handler_would_be_seen(caplog):
    button = widgets.Button(description="broken")
    button.on_click(lambda _: 1 / 0)
    button.click()
    assert "division by zero" in caplog.text or "Exception in callback" in caplog.text


def test_what_is_wrong_would_be_found():
    good = explorer("perceptron")
    picture, sentence = good.children[-2:]
    for part, value in ((picture, ""), (sentence, ""), (sentence, '<div role="status">Traceback: all has gone</div>')):
        before = part.value
        part.value = value
        with pytest.raises(AssertionError):
            assert_well(good, "")
        part.value = before
    assert_well(good, "")
    assert sentences(good)[0].startswith("After 3 mistakes")


def test_rows_of_pairs_hold_all_pairs():
    boxes = [widgets.Checkbox() for _ in range(6)]
    rows = rows_of_pairs(boxes, np.random.default_rng(0))
    for a in range(6):
        for b in range(a):
            assert {(row[a], row[b]) for row in rows} == {(i, j) for i in (True, False) for j in (True, False)}
