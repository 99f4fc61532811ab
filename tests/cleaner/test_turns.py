"""Extraction places are shared out by what pages of a site and a feed have cost."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from cleanwire.cleaner.attempts.fair_shares import FORGIVEN_S, MAX_ACCOUNTS, MAX_REST_S, Turns


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def read(turns: Turns, clock: Clock, took_s: float, *accounts: str) -> None:
    async with turns.place(*accounts) as use:
        clock.now += took_s
        use.spend(took_s)


async def test_a_page_that_took_long_lets_its_site_and_feed_rest_longer_each_time() -> None:
    clock = Clock()
    turns = Turns(1, slow_s=2.5, clock=clock)
    await read(turns, clock, 10.0, "site", "feed")
    assert turns.rests_s("site", "other") == turns.rests_s("feed") == 40.0
    assert turns.rests_s("other") == 0.0
    clock.now += 41
    assert turns.rests_s("feed") <= 0.0
    await read(turns, clock, 10.0, "site 2", "feed")
    assert (turns.rests_s("feed"), turns.rests_s("site 2")) == (80.0, 40.0)
    for _ in range(30):
        clock.now += MAX_REST_S
        await read(turns, clock, 10.0, "feed")
    assert turns.rests_s("feed") == MAX_REST_S
    clock.now += FORGIVEN_S + 1
    await read(turns, clock, 10.0, "feed")
    assert turns.rests_s("feed") == 40.0


async def test_time_that_no_page_has_cost_is_put_down_to_nobody() -> None:
    clock = Clock()
    turns = Turns(1, slow_s=2.5, clock=clock)
    async with turns.place("site") as use:
        clock.now += 60.0  # frozen, or its process had to be started first
        use.spend(0.5)
    assert turns.rests_s("site") == 0.0


async def test_ordinary_pages_never_rest() -> None:
    clock = Clock()
    turns = Turns(1, slow_s=2.5, clock=clock)
    for _ in range(1000):
        await read(turns, clock, 0.5, "site")
    assert turns.rests_s("site") == 0.0


async def test_whose_pages_have_cost_least_goes_first() -> None:
    clock = Clock()
    turns = Turns(1, slow_s=60, clock=clock)
    await read(turns, clock, 10.0, "greedy", "feed")
    order: list[str] = []

    async def wait(*accounts: str) -> None:
        async with turns.place(*accounts):
            order.append(accounts[0])

    async with asyncio.TaskGroup() as group, turns.place("first"):
        for name in ("greedy", "its brother", "innocent"):
            group.create_task(wait(name, "feed" if name == "its brother" else name))
        await asyncio.sleep(0)
    assert order == ["innocent", "greedy", "its brother"]


async def test_who_was_slow_holds_one_place_of_several_and_others_have_the_rest() -> None:
    clock = Clock()
    turns = Turns(3, slow_s=2.5, clock=clock)
    await read(turns, clock, 10.0, "feed")
    async with AsyncExitStack() as held:
        await held.enter_async_context(turns.place("site 1", "feed"))
        second = asyncio.create_task(read(turns, clock, 0.0, "site 2", "feed"))
        await asyncio.sleep(0)
        await read(turns, clock, 0.0, "innocent")
        assert not second.done()
    await second


@pytest.mark.parametrize("at_once", [False, True])
async def test_whoever_is_cancelled_leaves_no_place_taken(at_once: bool) -> None:
    clock = Clock()
    turns = Turns(1, slow_s=2.5, clock=clock)
    async with turns.place("first"):
        waiting = asyncio.create_task(read(turns, clock, 0.0, "second"))
        await asyncio.sleep(0)
        if not at_once:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
    waiting.cancel()  # called in the same moment
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(5):
        await read(turns, clock, 0.0, "third")


async def test_accounts_are_remembered_within_bounds() -> None:
    clock = Clock()
    turns = Turns(1, slow_s=2.5, clock=clock)
    for number in range(MAX_ACCOUNTS + 10):
        turns._account(f"site {number}")
    assert len(turns._accounts) == MAX_ACCOUNTS
