"""The picture in the page, and whether the page has shown it: frames are made no faster than they are seen.

The number of each frame travels with it into a hidden widget; the page links that widget to a second one, whose value comes
back.  So the kernel knows which frame the browser has, without a line of JavaScript of our own.
"""

from __future__ import annotations

import ipywidgets as widgets
from traitlets import Unicode

IN_FLIGHT = 2  # frames under way: one is being shown while the next is made


class Picture(widgets.Image):
    """An image whose tooltip works: it becomes the title of the page's image, which stands in for an alt text.

    The page looks at the description of every widget that has a tooltip; ipywidgets' own image has none, and fails to show.
    """

    description = Unicode("").tag(sync=True)


class Screen:
    """A picture widget that counts what was sent and what arrived."""

    def __init__(self) -> None:
        self.image = Picture(format="jpeg", layout=widgets.Layout(max_width="100%", object_fit="contain"))
        self.sent, self.seen = widgets.IntText(), widgets.IntText()
        self.link = widgets.jslink((self.sent, "value"), (self.seen, "value"))

    @property
    def behind(self) -> bool:
        """Whether the page has yet to show frames that were sent."""
        return self.sent.value - self.seen.value >= IN_FLIGHT

    def show(self, jpeg: bytes) -> None:
        """Send a frame."""
        self.image.value = jpeg
        self.sent.value += 1

    def close(self) -> None:
        """Remove the widgets that the page does not show."""
        for widget in (self.link, self.sent, self.seen):
            widget.close()
