"""`cleanwire why` tells what became of an address."""

import asyncio
import json
import os
import sys
from collections.abc import Callable

import pytest

from cleanwire.records import traceparent
from services.house import House
from services.newsroom import Newsroom, Reply, story

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
HOST = "127.0.14.60"
DEADLINE_S = 120
Houses = Callable[..., House]


async def why(house: House, *arguments: str) -> tuple[int | None, str, str]:
    """Return exit status and outputs of `cleanwire why`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cleanwire", "why", *arguments),
        env={**os.environ, **house.environment()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(DEADLINE_S):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_the_way_of_an_article_is_told_and_why_there_is_none(house_of: Houses) -> None:
    house = house_of()
    async with Newsroom().open(HOST) as room:
        good = room.put(HOST, "/good", story("The bridge opens"))
        gone = room.put(HOST, "/gone", Reply(status=404, body=b"no"))
        never = room.url(HOST, "/never-listed")
        await house.make_topics()
        await house.subscribe(room.feed(HOST, "/feed", (good, "The bridge opens"), (gone, "Gone")))
        async with house.running():
            await house.until_settled(2)
        told_in_words = await why(house, good)
        records = [*await house.read(house.topics.documents), *await house.read(house.topics.rejected)]
        told = {url: await why(house, url, "--json") for url in (good, gone, never)}
        other = await why(house, "http://127.0.14.61/nobody")

    events = [json.loads(line) for line in told[good][1].splitlines()]
    assert [event["what"] for event in events] == ["listed", "fetched", "published", "due"], told[good]
    assert room.url(HOST, "/feed") in events[0]["detail"]
    assert "The bridge opens" in events[2]["detail"]
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)

    events = [json.loads(line) for line in told[gone][1].splitlines()]
    assert [event["what"] for event in events] == ["listed", "rejected", "over"], told[gone]
    assert "http_client_error, HTTP 404" in events[1]["detail"]

    (trace_id,) = {traceparent.trace_id(record.header("traceparent")) for record in records}
    assert trace_id is not None, "one poll brought both, so they are of one trace"
    assert {event["trace_id"] for event in events[:2]} == {trace_id}
    assert told_in_words[1].count(f"(trace {trace_id})") == 3

    code, out, err = told[never]
    assert (code, out) == (1, "")
    assert "no feed has listed it" in err
    assert f"{room.url(HOST, '/feed')}: polled 20" in err

    assert other[0] == 1
    assert "cleanwire feeds discover 127.0.14.61" in other[2]


async def test_what_is_no_address_is_named(house_of: Houses) -> None:
    code, out, err = await why(house_of(), "not an address")
    assert (code, out) == (2, "")
    assert "not an address" in err
