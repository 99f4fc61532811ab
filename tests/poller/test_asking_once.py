"""Addresses that are asked once, before somebody subscribes: politely, and with an end. Real sockets."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from cleanwire.fetch.client import Fetcher
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.finding.examining import Probed
from cleanwire.poller.finding.probe import Prober
from cleanwire.settings import FetchSettings, PollSettings, Settings
from services.newsroom import Newsroom, Reply

TIRED, HEALTHY = "127.0.34.1", "127.0.34.2"
SPACING_S = 0.2


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    async with Newsroom().open(TIRED, HEALTHY) as opened:
        yield opened


@pytest.fixture
async def prober() -> AsyncIterator[Prober]:
    settings = Settings(
        fetch=FetchSettings(allow_private="127.0.0.0/8", timeout_s=5), poll=PollSettings(site_spacing_s=SPACING_S)
    )
    async with Fetcher(settings.fetch) as fetcher, Readers(settings.poll) as readers:
        yield Prober(fetcher, readers, settings)


async def test_a_site_that_asks_for_a_short_rest_gets_it_and_the_others_go_on(room: Newsroom, prober: Prober) -> None:
    first = room.put(TIRED, "/first", Reply(status=429, headers={"retry-after": "2"}))
    second = room.feed(TIRED, "/second", (room.url(TIRED, "/1"), "One"))
    healthy = [room.feed(HEALTHY, f"/{n}", (room.url(HEALTHY, "/1"), "One")) for n in range(3)]
    began = time.time()
    answers = await asyncio.gather(*(prober.feed(url) for url in (first, second, *healthy)))
    assert answers[0] == "HTTP 429"
    assert all(isinstance(answer, Probed) for answer in answers[1:])
    assert room.asked(TIRED, "/second")[0].at - room.asked(TIRED, "/first")[0].at >= 1.9
    times = [request.at for request in room.requests if request.host == HEALTHY]
    assert min(b - a for a, b in pairwise(times)) >= 0.9 * SPACING_S
    assert max(times) - began < 1.5


async def test_a_site_that_does_not_answer_is_asked_three_times(prober: Prober) -> None:
    with socket.socket() as closed:
        closed.bind((TIRED, 0))
        port = closed.getsockname()[1]
        answers = [await prober.feed(f"http://{TIRED}:{port}/{n}") for n in range(5)]
    assert [str(answer).partition(":")[0] for answer in answers] == ["connect"] * 3 + ["not asked"] * 2


async def test_a_site_that_wants_to_be_left_alone_for_long_is_asked_no_more(room: Newsroom, prober: Prober) -> None:
    first = room.put(TIRED, "/first", Reply(status=503, headers={"retry-after": "3600"}))
    second = room.feed(TIRED, "/second", (room.url(TIRED, "/1"), "One"))
    assert await prober.feed(first) == "HTTP 503"
    answer = await prober.feed(second)
    assert isinstance(answer, str)
    assert answer.startswith("not asked: the site is to be left alone for 3")
    assert not room.asked(TIRED, "/second")
