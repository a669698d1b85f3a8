"""Redraw only the newest state: while a slider is dragged, changes come faster than pictures can be made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

WAIT = 0.02  # seconds to let further changes arrive before drawing; below what an eye notices


class Latest:
    """Calls ``draw`` once after a burst of requests, so that old frames never queue up.

    Inside a running event loop (a notebook's kernel) a request is drawn a moment later, and requests that arrive until
    then are covered by it.  Without a loop (tests, scripts) each request is drawn at once.
    """

    def __init__(self, draw: Callable[[], None]) -> None:
        self.draw = draw
        self.waiting = False

    def request(self, *_: object) -> None:
        """Ask for a redraw; extra arguments (a widget's change) are ignored."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.draw()
            return
        if not self.waiting:
            self.waiting = True
            loop.call_later(WAIT, self._drawn)

    def _drawn(self) -> None:
        self.waiting = False
        self.draw()
