"""The playground's widgets: values in, pictures and sentences out; a task that plays, waits for the page, and ends by itself."""

from __future__ import annotations

import asyncio
import dataclasses

import ipywidgets as widgets
import nbclient
import nbformat
import pytest

import labkit as lk
from labkit.explore.playground import app
from labkit.explore.playground.app import Playground, explorer
from labkit.explore.playground.presets import PRESETS, START
from labkit.explore.playground.state import State, parse


@pytest.fixture
def playground():
    return Playground(PRESETS[START].state, 10)


def attach_page(playground: Playground) -> None:
    """Confirm every frame at once, as a page does."""
    image, seen = playground.screen.image, playground.screen.seen
    image.observe(lambda change: setattr(seen, "value", change["new"]), "number")
    seen.value = image.number


def every(widget) -> list:
    """Return a widget and all inside it."""
    return [widget, *(inner for child in getattr(widget, "children", ()) for inner in every(child))]


def test_it_starts_with_something_to_see():
    box = lk.explore.playground.explorer()
    image = next(w for w in every(box) if isinstance(w, widgets.Image))
    said = " ".join(w.value for w in every(box) if isinstance(w, widgets.HTML))
    assert bytes(image.value[:2]) == b"\xff\xd8"  # a JPEG
    assert "Epoch 60: loss" in said
    assert image.tooltip in said
    assert PRESETS[START].look in said


def test_it_starts_from_a_string_or_a_preset_and_refuses_others():
    assert any(getattr(w, "value", "") == str(parse("spiral h=8")) for w in every(explorer("spiral h=8")))
    explorer("too big a step")
    with pytest.raises(ValueError, match="expected one of circle"):
        explorer("moons")


def test_all_controls_are_described(playground):
    kinds = (widgets.Button, widgets.ValueWidget)
    for control in every(playground.box):
        if isinstance(control, kinds) and not isinstance(control, widgets.HTML | widgets.Image):
            assert control.description, control
        if isinstance(control, widgets.Button):
            assert control.tooltip


def test_steps_and_reset(playground):
    before = playground.screen.image.value
    playground.step.click()
    assert playground.training.epoch == 11
    assert "Epoch 11" in playground.sentence.value
    assert playground.screen.image.value != before
    playground.reset.click()
    assert playground.training.epoch == 0


def test_learning_changes_at_once_and_keeps_the_network(playground):
    playground.controls.lr.value = 1.0
    playground.controls.batch.value = 0
    playground.controls.optimizer.value = "Adam"
    assert playground.training.epoch == 10
    assert playground.training.optimizer.lr == 1.0
    assert playground.training.state == playground.controls.state


@pytest.mark.parametrize(
    ("control", "value"),
    [("data", "xor"), ("noise", 0.3), ("share", 0.7), ("layers", 3), ("activation", "relu"), ("seed", 5)],
)
def test_another_network_or_other_points_begin_anew(playground, control, value):
    before = playground.screen.image.value
    getattr(playground.controls, control).value = value
    assert playground.training.epoch == 0
    assert playground.screen.image.value != before
    assert playground.text.value == str(playground.controls.state)


def test_what_does_not_apply_is_disabled(playground):
    controls = playground.controls
    assert [number.disabled for number in controls.units] == [False] + [True] * 5
    controls.layers.value = 0
    assert controls.activation.disabled
    assert all(number.disabled for number in controls.units)
    assert controls.rate.disabled
    controls.penalty.value = "L1"
    assert not controls.rate.disabled
    controls.features["x2"].value = False
    assert controls.features["x1"].disabled, "a network needs an input"
    controls.features["sinx1"].value = True
    assert not controls.features["x1"].disabled


def test_the_last_input_comes_back_when_all_are_gone(playground):
    controls = playground.controls
    controls.features["x1"].value = False
    controls.features["x2"].value = False  # the page disables it, a program can do it
    assert controls.state.features == ("x1",)


def test_the_string_follows_and_loads(playground):
    state = parse("spiral n=0.3 t=0.2 x=x2,sinx1 h=3,8,1 f=gelu o=Momentum lr=3 b=all p=L1 r=0.03 s=42")
    playground.text.value = str(state)
    assert playground.controls.state == dataclasses.replace(state, features=("x2", "sinx1"))
    assert playground.training.state == state
    assert "loaded" in playground.note.value


def test_a_bad_string_gives_a_sentence_and_changes_nothing(playground):
    training = playground.training
    playground.text.value = "spiral <b>lr</b>=fast"
    assert "cannot be loaded" in playground.note.value
    assert "<b>" not in playground.note.value
    assert playground.training is training
    assert playground.controls.state == training.state


@pytest.mark.parametrize("name", PRESETS)
def test_presets_load_and_say_what_to_look_for(playground, name):
    playground.preset.value = name
    assert playground.training.state == PRESETS[name].state
    assert playground.preset.value == name
    assert "It has made its point" in playground.note.value
    playground.controls.seed.value = 77
    assert playground.preset.value == app.NO_PRESET


def test_what_a_preset_says_stays_while_it_plays(playground):
    async def scene():
        attach_page(playground)
        playground.preset.value = "memorising noise"
        playground.play.click()
        await until(lambda: playground.training.epoch >= 2)
        assert "40 points are few" in playground.note.value
        playground.pause.click()
        await until(lambda: not playground.is_playing)

    played(scene)


def test_divergence_gives_a_sentence_and_disables_what_goes_on(playground):
    playground.preset.value = "too big a step"
    for _ in range(20):
        playground.step.click()
    assert "diverged" in playground.sentence.value
    assert playground.step.disabled
    assert playground.play.disabled
    playground.reset.click()
    assert not playground.play.disabled


@pytest.mark.parametrize("end", ["min", "max"])
def test_every_control_at_its_end_gives_a_sentence(playground, end):
    controls = playground.controls
    for control in controls.all:
        if hasattr(control, "options"):
            control.value = controls_end(control, end)
        elif hasattr(control, end):
            control.value = getattr(control, end)
        playground.step.click()
        assert "Epoch" in playground.sentence.value


def controls_end(control, end: str):
    """Return the first or the last of a control's options."""
    option = control.options[0 if end == "min" else -1]
    return option[1] if isinstance(option, tuple) else option


# Playing: each test is a few dozen turns of a loop, with a page that confirms frames, or does not.


def played(scene) -> None:
    """Run a scene; no task may be left when it ends."""

    async def run():
        await scene()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert left == []

    asyncio.run(run())


async def until(condition, seconds: float = 20.0) -> None:
    """Let the loop turn until a condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def test_without_a_notebook_play_says_so(playground):
    playground.play.click()
    assert "needs a running notebook" in playground.note.value
    assert not playground.is_playing


def test_play_trains_until_paused(playground):
    async def scene():
        attach_page(playground)
        playground.play.click()
        assert (playground.play.disabled, playground.pause.disabled) == (True, False)
        await until(lambda: playground.training.epoch >= 14)
        playground.pause.click()
        await until(lambda: not playground.is_playing)
        epoch = playground.training.epoch
        await asyncio.sleep(0.1)
        assert playground.training.epoch == epoch
        assert f"Epoch {epoch}:" in playground.sentence.value
        assert (playground.play.disabled, playground.pause.disabled) == (False, True)

    played(scene)


def test_no_more_frames_are_sent_than_the_page_shows(playground, monkeypatch):
    monkeypatch.setattr(app, "PATIENCE", 0.05)

    async def scene():
        playground.screen.seen.value = playground.screen.image.number
        before = playground.screen.image.number
        playground.play.click()
        await until(lambda: not playground.is_playing)
        assert playground.screen.image.number - before <= 3  # two in flight, and the last picture
        assert "no longer shows" in playground.note.value

    played(scene)


def test_play_ends_when_the_widget_is_closed(playground):
    async def scene():
        attach_page(playground)
        playground.play.click()
        await until(lambda: playground.training.epoch >= 12)
        playground.box.close()
        await until(lambda: not playground.is_playing)

    played(scene)


def test_play_ends_when_training_diverges(playground):
    async def scene():
        attach_page(playground)
        playground.load(PRESETS["too big a step"].state)
        playground.play.click()
        await until(lambda: not playground.is_playing)
        assert playground.training.diverged
        assert "diverged" in playground.sentence.value
        assert playground.play.disabled

    played(scene)


def test_an_error_ends_play_and_is_said(playground, monkeypatch):
    def broken(training):
        raise MemoryError("no room <for> a frame")

    async def scene():
        attach_page(playground)
        playground.play.click()
        await until(lambda: playground.training.epoch >= 12)
        monkeypatch.setattr(playground.canvas, "draw", broken)
        await until(lambda: not playground.is_playing)
        assert "MemoryError: no room &lt;for&gt; a frame" in playground.note.value
        assert not playground.play.disabled

    played(scene)


def test_another_playground_pauses_the_first(playground):
    async def scene():
        attach_page(playground)
        playground.play.click()
        await asyncio.sleep(0.05)
        explorer("xor")
        await until(lambda: not playground.is_playing)

    played(scene)


def test_controls_work_while_it_plays_and_a_drag_is_taken_over_once(playground, monkeypatch):
    made = []
    make = playground._new_training
    monkeypatch.setattr(playground, "_new_training", lambda state: (made.append(state), make(state)))

    async def scene():
        attach_page(playground)
        playground.play.click()
        await asyncio.sleep(0.05)
        for k in range(11):
            playground.controls.noise.value = 0.05 * k
        await until(lambda: made)
        await until(lambda: playground.training.epoch >= 2)
        assert [state.noise for state in made] == [0.5]
        assert playground.is_playing
        playground.pause.click()
        await until(lambda: not playground.is_playing)

    played(scene)


def test_others_get_their_turn_between_frames():
    """The heaviest network with one row a step: a turn lasts about a bite and a frame, not an epoch."""
    heavy = State(features=tuple(parse("xor x=x1,x2,x1^2,x2^2,x1x2,sinx1,sinx2").features), hidden=(8,) * 6, batch=1)
    playground = Playground(dataclasses.replace(heavy, share=0.9))

    async def scene():
        attach_page(playground)
        playground.speed.value = 20
        turns = 0
        playground.play.click()
        while playground.training.epoch < 1:
            await asyncio.sleep(0)
            turns += 1
        assert turns >= 3  # an epoch of 360 steps takes several bites
        playground.pause.click()
        await until(lambda: not playground.is_playing)

    played(scene)


@pytest.mark.slow
def test_headless_it_runs_and_leaves_no_task():
    cells = [
        "import asyncio\nimport labkit as lk\nbefore = asyncio.all_tasks()",
        "lk.explore.playground.explorer()",
        "await asyncio.sleep(0.2)\nnames = [t.get_coro().__qualname__ for t in asyncio.all_tasks()]\n"
        "print([name for name in names if 'Playground' in name])",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert "application/vnd.jupyter.widget-view+json" in notebook.cells[1].outputs[0].data
    assert notebook.cells[2].outputs[0].text == "[]\n"
