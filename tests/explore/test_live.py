"""A burst of changes is drawn once; without an event loop every change is drawn at once."""

from __future__ import annotations

import asyncio

from labkit.explore.live import WAIT, Latest


def test_without_a_loop_each_request_draws():
    drawn = []
    latest = Latest(lambda: drawn.append(1))
    latest.request()
    latest.request()
    assert len(drawn) == 2


def test_inside_a_loop_a_burst_draws_once():
    drawn = []

    async def drag():
        latest = Latest(lambda: drawn.append(1))
        for _ in range(50):
            latest.request({"new": 1})
        await asyncio.sleep(WAIT * 5)
        assert len(drawn) == 1
        latest.request()
        await asyncio.sleep(WAIT * 5)

    asyncio.run(drag())
    assert len(drawn) == 2
