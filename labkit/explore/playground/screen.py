"""The picture in the page, and whether the page has shown it: frames are made no faster than they are seen.

The number of each frame travels in one message with it; the page links that number to a hidden widget, whose value comes
back.  So the kernel knows which frame the browser has, without a line of JavaScript of our own.
"""

from __future__ import annotations

import ipywidgets as widgets
from traitlets import Int, Unicode

IN_FLIGHT = 2  # frames under way: two on their way there and back while the next is made


class Picture(widgets.Image):
    """An image that knows its number, and whose tooltip works: it becomes the title of the page's image, which stands in for an alt text.

    The page looks at the description of every widget that has a tooltip; ipywidgets' own image has none, and fails to show.
    """

    description = Unicode("").tag(sync=True)
    number = Int(0).tag(sync=True)


class Screen:
    """A picture widget that counts what was sent and what arrived."""

    def __init__(self) -> None:
        self.image = Picture(format="jpeg", layout=widgets.Layout(max_width="100%", object_fit="contain"))
        self.seen = widgets.IntText()
        self.link = widgets.jslink((self.image, "number"), (self.seen, "value"))

    @property
    def behind(self) -> bool:
        """Whether the page has yet to show frames that were sent."""
        return self.image.number - self.seen.value >= IN_FLIGHT

    def show(self, jpeg: bytes) -> None:
        """Send a frame."""
        with self.image.hold_sync():
            self.image.value = jpeg
            self.image.number += 1

    def close(self) -> None:
        """Remove the widgets that the page does not show."""
        for widget in (self.link, self.seen):
            widget.close()
