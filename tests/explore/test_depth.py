"""The depth explorer: values in, values out, no browser."""

from __future__ import annotations

import numpy as np
import pytest

from labkit.experiments.depth import HELPS
from labkit.explore.depth import INITS, MOST_LAYERS, MOST_POWER, N_SEEDS, Canvas, compute, describe, explorer
from labkit.reference.activations import ACTIVATIONS


def test_compute_gives_a_row_for_each_draw():
    flow = compute("tanh", "Xavier", 7)
    assert flow.spreads.shape == flow.norms.shape == (N_SEEDS, 7)
    assert len(np.unique(flow.norms[:, 0])) == N_SEEDS


@pytest.mark.parametrize(
    ("activation", "init", "help_", "said"),
    [
        ("sigmoid", "Xavier", "none", "It vanishes."),
        ("sigmoid", "Xavier", "layer norm", "It vanishes."),
        ("relu", "half of Xavier", "none", "It vanishes."),
        ("relu", "half of Xavier", "layer norm", "Every layer can learn."),
        ("relu", "He", "none", "Every layer can learn."),
        ("tanh", "Xavier", "none", "Every layer can learn."),
        ("relu", "twice He", "none", "It explodes."),
        ("linear", "He", "none", "It explodes."),
    ],
)
def test_the_verdict_is_the_known_one(activation, init, help_, said):
    assert describe(compute(activation, init, 30, help_)).endswith(said)


def test_the_sentence_holds_the_numbers_of_the_picture():
    flow = compute("linear", "Xavier", 1)
    size = np.exp(np.log(flow.spreads[:, -1]).mean())
    assert f"{size:.3g} times the size of the input" in describe(flow)
    assert "1 layer:" in describe(flow)


def test_draw_shows_signal_and_gradient():
    flow = compute("relu", "He", 5)
    canvas = Canvas()
    canvas.draw(compute("linear", "He", 60))  # another one before
    assert canvas.draw(flow) == Canvas().draw(flow)
    signal, gradient = canvas.figure.axes
    assert np.allclose(signal.lines[0].get_ydata(), np.exp(np.log(flow.spreads).mean(axis=0)))
    assert np.allclose(gradient.lines[0].get_ydata(), np.exp(np.log(flow.norms).mean(axis=0)))
    assert signal.get_xlabel() == gradient.get_xlabel() == "layer"
    band = signal.collections[0].get_paths()[0].vertices
    assert {band[:, 1].min(), band[:, 1].max()} == {flow.spreads.min(), flow.spreads.max()}


def test_it_starts_with_something_to_see_and_follows_its_controls():
    *controls, picture, sentence = explorer().children
    activation, _, help_, depth = controls
    assert "vanishes" in sentence.value
    assert 'alt="sigmoid, Xavier, 12 layers' in picture.value
    before = picture.value
    activation.value = "tanh"
    assert "Every layer can learn" in sentence.value
    assert picture.value != before
    help_.value, depth.value = "way around", 3
    assert "3 layers, with a way around" in sentence.value


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("help_", HELPS)
def test_every_control_at_its_ends_gives_a_sentence(init, help_):
    canvas = Canvas()
    for activation in ACTIVATIONS:
        for depth in (1, MOST_LAYERS):
            flow = compute(activation, init, depth, help_)
            text = describe(flow)
            assert "nan" not in text
            assert text.endswith(("lose it.", "It vanishes.", "It explodes.", "Every layer can learn."))
            canvas.draw(flow)
            for ax, line, _ in canvas.parts:
                (low, high), (left, right) = ax.get_ylim(), ax.get_xlim()
                assert 0.999 * low <= line.get_ydata().min() <= line.get_ydata().max() <= 1.001 * high
                assert left < 1 <= depth < right
                assert high <= 10.0**MOST_POWER


def test_all_controls_are_described():
    for control in explorer().children[:4]:
        assert control.description
