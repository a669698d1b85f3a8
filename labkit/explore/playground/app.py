"""The playground as a widget: controls, a picture, a live sentence, and a task that trains while it plays.

Playing is one asyncio task in the kernel: a short bite of training, a frame, and then it lets go, so that controls and other
cells get their turn.  It ends by itself when it is paused, when training diverges, when the widget is closed, when another playground
starts, when the page stops showing frames, and on any error, which it says.
"""

from __future__ import annotations

import asyncio
import html
import time
import weakref

import ipywidgets as widgets

from labkit.explore.live import Latest
from labkit.explore.playground.controls import Controls
from labkit.explore.playground.frame import Canvas
from labkit.explore.playground.model import Training, same_network
from labkit.explore.playground.presets import PRESETS, START
from labkit.explore.playground.screen import Screen
from labkit.explore.playground.state import State, parse
from labkit.explore.playground.words import KEY, describe

PERIOD = 0.035  # seconds from frame to frame: 28 a second, if the machine can
BITE = 0.02  # seconds of training in a frame
BREATH = 0.004  # seconds at least that others get between frames
PATIENCE = 10.0  # seconds of waiting for a page that shows nothing
TALK = 0.5  # seconds between sentences while it plays: a reader's voice cannot follow a film
SPEEDS = (1, 2, 5, 20)
NO_PRESET = "choose one"

_playing: weakref.WeakSet[Playground] = weakref.WeakSet()


class Playground:
    """Binds everything.  ``box`` is what the notebook shows; ``training`` is the present one."""

    def __init__(self, state: State, epochs: int = 0, preset: str = NO_PRESET) -> None:
        self.controls = Controls(self._control_changed)
        self.screen = Screen()
        self.task: asyncio.Task | None = None
        self.training = Training(state)
        self.canvas = Canvas(state, self.training.points)
        self.latest = Latest(self._apply)
        self._make_buttons()
        self.sentence, self.note = widgets.HTML(), widgets.HTML()
        wrapped = widgets.Layout(flex_flow="row wrap", width="100%")
        self.box = widgets.VBox(
            [
                widgets.HBox([self.play, self.pause, self.step, self.reset, self.speed], layout=wrapped),
                self.screen.image,
                self.sentence,
                widgets.HBox([self.preset, self.text], layout=wrapped),
                self.note,
                self.controls.box(),
                widgets.HTML(f'<div style="max-width:60em">{KEY}</div>'),
            ]
        )
        self.controls.show(state)
        self.restart(epochs)
        self._present(preset)
        self.preset.observe(self._preset_chosen, "value")

    def _make_buttons(self) -> None:
        def button(name: str, icon: str, tooltip: str, action) -> widgets.Button:
            made = widgets.Button(
                description=name, icon=icon, tooltip=tooltip, layout=widgets.Layout(width="7em", flex="0 0 auto")
            )
            made.on_click(lambda _: action())
            return made

        style = {"description_width": "initial"}
        self.play = button("play", "play", "Train until paused", self.start)
        self.pause = button("pause", "pause", "Stop training for now", self.stop)
        self.step = button("step", "step-forward", "Train one epoch", self.one_step)
        self.reset = button("reset", "undo", "Go back to epoch 0, with the first weights", self.restart)
        self.speed = widgets.Dropdown(
            options=SPEEDS, description="epochs a frame", style=style, layout=widgets.Layout(width="12em")
        )
        self.preset = widgets.Dropdown(
            options=[NO_PRESET, *PRESETS], description="preset", style=style, layout=widgets.Layout(width="24em")
        )
        self.text = widgets.Text(
            description="state, to share or to paste", continuous_update=False, style=style,
            layout=widgets.Layout(width="60em", max_width="100%"),
        )  # fmt: skip
        self.text.observe(self._text_changed, "value")

    # From the controls to the training.

    def restart(self, epochs: int = 0) -> None:
        """Begin the present state anew, at epoch 0 or after some epochs."""
        self._new_training(self.controls.state)
        self.training.advance(epochs)
        self.redraw()

    def load(self, state: State) -> None:
        """Show another state, at epoch 0."""
        self.controls.show(state)
        self.restart()

    def _new_training(self, state: State) -> None:
        self.training = Training(state)
        if self.canvas.fits(state):
            self.canvas.show_points(state, self.training.points)
        else:
            self.canvas = Canvas(state, self.training.points)

    def _control_changed(self) -> None:
        self.preset.value = NO_PRESET
        self.latest.request()

    def _apply(self) -> None:
        """Take over what the controls say: go on where only learning changed, begin anew where the network did."""
        state = self.controls.state
        if same_network(self.training.state, state):
            self.training.change(state)
        else:
            self._new_training(state)
        self.redraw()

    def _preset_chosen(self, change: dict) -> None:
        if change["new"] == NO_PRESET:
            return
        self.load(PRESETS[change["new"]].state)
        self._present(change["new"])

    def _present(self, name: str) -> None:
        """Name a preset and say what to look for; it has been loaded."""
        self.preset.value = name
        if name in PRESETS:
            preset = PRESETS[name]
            self._say(f"{preset.look} It has made its point by epoch {preset.epochs}.")

    def _text_changed(self, change: dict) -> None:
        if change["new"] == str(self.controls.state):
            return
        try:
            state = parse(change["new"])
        except ValueError as error:
            self._say(f"This state cannot be loaded, and nothing was changed: {error}.")
            return
        self.preset.value = NO_PRESET
        self.load(state)
        self._say("The state was loaded.")

    # Pictures and words.

    def redraw(self) -> None:
        """Show the present state: picture, sentence, string, and which buttons apply."""
        self.screen.show(self.canvas.draw(self.training))
        self.talk()
        self.text.value = str(self.training.state)
        self._buttons()

    def talk(self) -> None:
        """Renew the live sentence; a screen reader speaks it when nothing plays."""
        text = describe(self.training)
        role = "" if self.is_playing else ' role="status"'
        self.sentence.value = f'<div{role} style="max-width:60em">{text}</div>'
        if not self.is_playing:
            self.screen.image.tooltip = text  # an image's title stands in for its alt text

    def _say(self, text: str) -> None:
        self.note.value = f'<div role="status" style="max-width:60em">{html.escape(text)}</div>'

    def _buttons(self) -> None:
        self.play.disabled = self.is_playing or self.training.diverged
        self.pause.disabled = not self.is_playing
        self.step.disabled = self.is_playing or self.training.diverged

    # Playing.

    @property
    def is_playing(self) -> bool:
        """Whether the task is at work."""
        return self.task is not None

    @property
    def is_closed(self) -> bool:
        """Whether the widget, or its picture, was closed."""
        return self.box.comm is None or self.screen.image.comm is None

    def one_step(self) -> None:
        """Train to the end of the next epoch."""
        if not self.is_playing and not self.training.diverged:
            self.training.advance(1)
            self.redraw()

    def start(self) -> None:
        """Begin to play; any other playground pauses."""
        if self.is_playing or self.training.diverged:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._say("Playing needs a running notebook; step works without one.")
            return
        pause_all()
        if self.preset.value == NO_PRESET:  # what a preset says is for watching it
            self.note.value = ""
        self.task = loop.create_task(self._run())
        self.task.add_done_callback(self._ended)
        _playing.add(self)
        self._buttons()

    def stop(self) -> None:
        """Pause; the picture and the sentence stay at the last frame."""
        if self.task is not None:
            self.task.cancel()

    async def _run(self) -> None:
        """Train and draw, frame by frame, no faster than the page shows them."""
        waited, spoken = 0.0, 0.0
        while not self.is_closed and not self.training.diverged:
            began = time.perf_counter()
            if self.screen.behind:
                # turns, not seconds of the clock: while another cell runs, no frame can be confirmed
                waited += BREATH
                if waited > PATIENCE:
                    self._say("Paused, because the page no longer shows the pictures.")
                    return
                await asyncio.sleep(BREATH)
                continue
            waited = 0.0
            self.training.advance(self.speed.value, BITE)
            self.screen.show(self.canvas.draw(self.training))
            if began - spoken > TALK:
                self.talk()
                spoken = began
            await asyncio.sleep(max(BREATH, PERIOD - (time.perf_counter() - began)))

    def _ended(self, task: asyncio.Task) -> None:
        """Put things in order after the last frame, however it came about."""
        self.task = None
        _playing.discard(self)
        error = None if task.cancelled() else task.exception()
        if self.is_closed:
            self.screen.close()
            return
        if error is not None:
            self._say(f"Paused by an error in the playground. {type(error).__name__}: {error}")
            self._buttons()
            return
        self.redraw()


def pause_all() -> None:
    """Pause every playground of this kernel that plays."""
    for playground in list(_playing):
        playground.stop()


def explorer(start: str = START) -> widgets.VBox:
    """Return the playground.  start: a preset's name (shown after some epochs) or a state's string (at epoch 0).

    Raises: ValueError when it is neither.
    """
    pause_all()  # the cell was run again: the picture before this one is gone
    if start in PRESETS:
        return Playground(PRESETS[start].state, PRESETS[start].epochs, start).box
    return Playground(parse(start)).box
