"""Frames over a socket, in both directions, never waiting beyond a deadline.

A deadline is a moment of ``time.monotonic()`` for the whole frame (``math.inf``: none), so that a byte a second does not move it.  A *bell* is a
second socket: whatever arrives there means that nothing more will come on the first.
"""

from __future__ import annotations

import math
import select
import socket
import time
from typing import Any

from labkit.grading import wire

CHUNK = 1 << 16
LATE = "no complete frame within the time given"


class Closed(ConnectionError):
    """The other side is gone."""


def send(link: socket.socket, frame: bytes, deadline: float, *, bell: socket.socket | None = None) -> None:
    """Send a whole frame; ``Closed`` when nobody is there, ``TimeoutError`` when it is not taken in time."""
    rest = memoryview(frame)
    while rest:
        try:
            rest = rest[link.send(rest, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            pass
        except OSError as error:
            raise Closed(str(error)) from error
        if rest:
            _wait(link, select.POLLOUT, deadline, bell)


def receive(link: socket.socket, deadline: float, *, bell: socket.socket | None = None) -> Any:
    """Return the plain value of the next frame; as ``send``, and ``wire.WireError`` for anything that is no frame."""
    header, body = wire.lengths(_exactly(link, wire.PREFIX.size, deadline, bell))
    rest = _exactly(link, header + body, deadline, bell)
    return wire.decode(rest[:header], rest[header:])


def _exactly(link: socket.socket, count: int, deadline: float, bell: socket.socket | None) -> bytes:
    # The buffer grows with what came, not with what was announced: a forged length costs nothing.
    parts = bytearray()
    while len(parts) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(LATE)
        try:
            part = link.recv(min(CHUNK, count - len(parts)), socket.MSG_DONTWAIT)
        except BlockingIOError:
            _wait(link, select.POLLIN, deadline, bell)
            continue
        except OSError as error:
            raise Closed(str(error)) from error
        if not part:
            raise Closed("end of stream")
        parts += part
    return bytes(parts)


def _wait(link: socket.socket, event: int, deadline: float, bell: socket.socket | None) -> None:
    """Wait until the link is ready."""
    poller = select.poll()
    poller.register(link, event)
    if bell is not None:
        poller.register(bell, select.POLLIN)
    left = (deadline - time.monotonic()) * 1000
    ready = [fd for fd, _ in poller.poll(None if left == math.inf else left)] if left > 0 else []
    if not ready:
        raise TimeoutError(LATE)
    if link.fileno() not in ready:
        raise Closed("ended")
