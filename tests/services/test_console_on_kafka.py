"""The ops page shows the whole installation, read from its topics."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from aiokafka import TopicPartition

from cleanwire.stream.broker import closing
from services.house import House, Replica, until
from services.newsroom import Newsroom, Reply, story

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
HOST = "127.0.14.65"
TOKEN = "a token of some length"
Houses = Callable[..., House]


@contextlib.asynccontextmanager
async def page_of(replica: Replica) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of a replica's ops page once that has read what was there."""
    assert replica.running is not None
    at = f"http://127.0.0.1:{replica.running.console_port}"
    async with httpx.AsyncClient(base_url=at, verify=False, trust_env=False, timeout=30) as client:

        async def loaded() -> bool:
            return "Reading the topics" not in (await client.get("/")).text

        await until(loaded, what=lambda: "a page that has read the topics")
        yield client


async def until_shown(client: httpx.AsyncClient, path: str, words: str) -> str:
    """Wait until a page holds `words`, and return it."""
    text = ""

    async def shown() -> bool:
        nonlocal text
        text = (await client.get(path)).text
        return words in text

    await until(shown, what=lambda: f"{words!r} on {path}: {text}")
    return text


async def test_a_process_of_its_own_shows_what_the_others_do(house_of: Houses) -> None:
    house = house_of()
    async with Newsroom().open(HOST) as room:
        good = room.put(HOST, "/good", story("The <b>bridge</b> opens"))
        gone = room.put(HOST, "/gone", Reply(status=404, body=b"no"))
        feed = room.feed(HOST, "/feed", (good, "The bridge opens"), (gone, "Gone"))
        await house.make_topics()
        await house.subscribe(feed, title="Bridges")
        async with house.running(), house.running(service__role="ops", console__port=0) as ops:
            await house.until_settled(2)
            async with page_of(ops) as client:
                listed = await until_shown(client, "/documents", "bridge")
                assert "The &lt;b&gt;bridge&lt;/b&gt; opens" in listed
                (link,) = set(re.findall(r'href="(/documents/[0-9a-f]+)"', listed))
                shown = (await client.get(link)).text
                assert "before noon on Friday" in shown
                assert "Where each field comes from" in shown
                assert (await client.get(link + "/json")).json()["url"] == good

                listed = await until_shown(client, "/rejected?reason=http_client_error", "Gone")
                (link,) = set(re.findall(r'href="(/rejected/[0-9a-f]+)"', listed))
                assert "HTTP 404" in (await client.get(link)).text

                listed = await until_shown(client, "/feeds", "active")
                assert "Bridges" in listed
                (link,) = set(re.findall(r'href="(/feeds/[0-9a-f]+)"', listed))
                assert "new entries" in await until_shown(client, link, "new entries")

                assert HOST in (await client.get("/sites")).text
                assert "listed" in (await client.get("/why", params={"q": good})).text
                assert "No feed has listed" in (await client.get("/why", params={"q": room.url(HOST, "/no")})).text

                overview = await until_shown(client, "/", "0–1")  # one process owns both partitions
                assert overview.count("0–1") == 2
                assert "http client error" in overview


async def test_what_a_form_asks_for_is_done_by_the_owners(house_of: Houses) -> None:
    house = house_of()
    async with Newsroom().open(HOST) as room:
        page = Reply(status=404, body=b"no")
        gone = room.put(HOST, "/gone", lambda request: page)
        feed = room.feed(HOST, "/feed", (gone, "The mill"))
        await house.make_topics()
        async with house.running(console__port=0, console__token=TOKEN) as replica, page_of(replica) as client:
            client.headers["authorization"] = f"Bearer {TOKEN}"

            async def ask(path: str, then: str, **fields: str) -> None:
                reply = await client.post(path, data={"word": "", **fields})
                assert (reply.status_code, reply.headers.get("location")) == (303, then), reply.text

            await ask("/feeds", "/feeds?said=added", url=feed)
            await until_shown(client, "/feeds", "1 of 1 feeds")
            await ask("/feeds", "/feeds?said=known", url=feed.replace("http:", "https:"))
            assert (await client.post("/feeds", data={"url": "mailto:a@b.example"})).status_code == 400
            (at,) = set(re.findall(r'href="(/feeds/[0-9a-f]+)"', (await client.get("/feeds")).text))

            listed = await until_shown(client, "/rejected", "The mill")
            page = Reply(body=story("The mill turns again"))
            (rejected,) = set(re.findall(r'href="(/rejected/[0-9a-f]+)"', listed))
            await ask(f"{rejected}/retry", f"{rejected}?said=asked")
            await until_shown(client, "/documents", "The mill turns again")
            await until_shown(client, rejected, "There is a document of it")

            await ask(f"{at}/pause", f"{at}?said=asked")
            await until_shown(client, at, ">paused</span>")
            await ask(f"{at}/resume", f"{at}?said=asked")
            await until_shown(client, at, ">active</span>")
            await ask(f"{at}/poll", f"{at}?said=asked")
            await until_shown(client, f"/sites/{HOST}", "Forget what its pages have taught")
            await ask(f"/sites/{HOST}/reset", f"/sites/{HOST}?said=asked")
            await until_shown(client, f"/sites/{HOST}", "Nothing yet.")
            await ask(f"{at}/remove", "/feeds?said=removed")
            await until_shown(client, "/feeds", "None is subscribed yet")
            for change in ("subscribe", "retry", "pause", "resume", "poll_now", "reset_site", "unsubscribe"):
                series = f'cleanwire_service_console_changes_total{{change="{change}"}}'
                assert await replica.metric(series) == (2 if change == "subscribe" else 1)


async def test_a_broker_that_knows_no_topics_yet_is_waited_for(house_of: Houses) -> None:
    house = house_of()
    async with house.running(service__role="ops", console__port=0) as ops:
        assert ops.running is not None
        async with httpx.AsyncClient(
            verify=False, trust_env=False, base_url=f"http://127.0.0.1:{ops.running.console_port}"
        ) as client:
            await until_shown(client, "/", "the topic is missing")
            await house.make_topics()
            await until_shown(client, "/", "There is none yet.")

            async def well() -> bool:
                return "does not answer" not in (await client.get("/")).text

            await until(well, what=lambda: "a page without a complaint")


async def test_how_far_consumers_are_behind_is_shown_and_measured(house_of: Houses) -> None:
    """One group has read one of three documents, one is never heard of."""
    house = house_of()
    await house.make_topics()
    for number in range(3):
        await house.write(house.topics.documents, b"%d" % number, b"{}")
    async with closing.started(house.connection.subscriber("archive", from_start=True)) as consumer:
        first = TopicPartition(house.topics.documents, 0)
        consumer.subscribe([house.topics.documents])
        async with asyncio.timeout(30):
            while first not in consumer.assignment():
                await consumer.getmany(timeout_ms=100)
        await consumer.commit({first: 1})
        async with (
            house.running(service__role="ops", console__port=0, console__consumers=("archive", "nobody-yet")) as ops,
            page_of(ops) as client,
        ):
            shown = await until_shown(client, "/", "Who reads the documents")
            assert re.search(
                r"archive</th>.*?data-label=\"Processes\" class=\"number\">1<.*?Yet to read\" class=\"number\">2<",
                shown,
            )
            assert re.search(r"nobody-yet</th>.*?nobody</span>.*?has committed nothing", shown)
            assert await ops.metric("cleanwire_service_consumer_lag_records") == 2
