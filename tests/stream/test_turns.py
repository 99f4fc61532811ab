"""Long work lets the event loop go on."""

import asyncio
import time

from cleanwire.stream.turns import Turn


async def test_others_go_on_while_long_work_is_done() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(beat())
    turn = Turn()
    ends_at = time.monotonic() + 10
    while beats < 5 and time.monotonic() < ends_at:
        await turn.over()
    other.cancel()
    assert beats >= 5


async def test_short_work_is_not_interrupted() -> None:
    went_on = asyncio.create_task(asyncio.sleep(0))
    await Turn().over()
    assert not went_on.done()
    await went_on
