import asyncio
import time

import pytest

from cleanwire.crawl import robots
from cleanwire.fetch import robots as robots_cache
from cleanwire.fetch.outcome import FetchFailure
from cleanwire.fetch.robots import RobotsCache, RobotsVerdict
from hostile.fetchers import fetching
from hostile.rawserver import Asked, RawServer, redirect, reply

NOON = 1_790_000_000.0
TTL_S = 3600.0
RULES = b"User-agent: examplebot\nCrawl-delay: 7\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n"


async def check(route: bytes, path: str = "/story", agent: str = "examplebot") -> RobotsVerdict:
    async with RawServer({"/robots.txt": route}) as server, fetching() as fetcher:
        return await RobotsCache(fetcher, agent=agent, ttl_s=TTL_S).check(server.url(path), NOON)


@pytest.mark.parametrize(
    ("path", "agent", "allowed", "delay_s"),
    [
        pytest.param("/story", "examplebot", True, 7, id="own-group"),
        pytest.param("/private/story", "examplebot", False, 7, id="disallowed"),
        pytest.param("/story", "otherbot", False, None, id="group-of-everybody"),
    ],
)
async def test_the_files_rules_decide(path: str, agent: str, allowed: bool, delay_s: float | None) -> None:
    verdict = await check(reply(RULES, Content_Type="text/plain"), path, agent)
    assert (verdict.allowed, verdict.crawl_delay_s, verdict.failure) == (allowed, delay_s, None)


@pytest.mark.parametrize(
    ("route", "allowed"),
    [
        pytest.param(reply(status="404 Not Found"), True, id="no-file"),
        pytest.param(reply(status="403 Forbidden"), True, id="no-access"),
        pytest.param(reply(status="401 Unauthorized"), True, id="no-password"),
        pytest.param(reply(status="204 No Content"), True, id="no-content"),
        pytest.param(reply(RULES[:0]), True, id="empty-file"),
        pytest.param(redirect("/robots.txt"), True, id="endless-redirects"),
        pytest.param(redirect("http://10.0.0.1/robots.txt"), True, id="redirect-inside"),
        pytest.param(reply(status="500 Oops"), None, id="server-error"),
        pytest.param(reply(status="503 Busy"), None, id="busy"),
        pytest.param(reply(status="429 Slow Down"), None, id="too-many-requests"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: close\r\n\r\nUser", None, id="cut-short"),
        pytest.param(b"nonsense\r\n\r\nconnection: close", None, id="no-http"),
    ],
)
async def test_what_no_rules_mean_depends_on_why_there_are_none(route: bytes, allowed: bool | None) -> None:
    assert (await check(route)).allowed is allowed


async def test_a_site_that_does_not_answer_is_told_with_its_reason() -> None:
    assert await check(b"\r\nconnection: close") == RobotsVerdict(allowed=None, failure=FetchFailure.BAD_RESPONSE)


async def test_five_redirects_are_followed_to_any_host() -> None:
    async with RawServer({}) as other, RawServer({}) as server, fetching() as fetcher:
        server.routes["/robots.txt"] = redirect("/1")
        for step in range(1, 4):
            server.routes[f"/{step}"] = redirect(f"/{step + 1}")
        server.routes["/4"] = redirect(other.url("/rules"))
        other.routes["/rules"] = reply(RULES)
        verdict = await RobotsCache(fetcher, agent="otherbot", ttl_s=TTL_S).check(server.url("/story"), NOON)
    assert verdict.allowed is False


async def test_of_an_endless_file_the_beginning_counts() -> None:
    endless = RULES + b"# more of the same\n" * 50_000
    assert (await check(reply(endless), "/private/story")).allowed is False


async def test_each_origin_is_asked_once_however_many_want_to_know() -> None:
    gate = asyncio.Event()

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await gate.wait()
        writer.write(reply(RULES, close=True))
        await writer.drain()

    async with RawServer({"/robots.txt": slow}) as server, fetching() as fetcher:
        cache = RobotsCache(fetcher, agent="examplebot", ttl_s=TTL_S)
        async with asyncio.TaskGroup() as group:
            checks = [group.create_task(cache.check(server.url(f"/{number}"), NOON)) for number in range(20)]
            gate.set()
        assert {task.result().allowed for task in checks} == {True}
        await cache.check(server.url("/late"), NOON + TTL_S - 1)
        assert server.targets() == ["/robots.txt"]
        await cache.check(server.url("/later"), NOON + TTL_S)
        assert server.targets() == ["/robots.txt"] * 2


async def test_one_impatient_asker_does_not_spoil_it_for_others() -> None:
    gate, waiting = asyncio.Event(), asyncio.Event()

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        waiting.set()
        await gate.wait()
        writer.write(reply(RULES, close=True))
        await writer.drain()

    async with RawServer({"/robots.txt": slow}) as server, fetching() as fetcher:
        cache = RobotsCache(fetcher, agent="examplebot", ttl_s=TTL_S)
        impatient = asyncio.create_task(cache.check(server.url("/a"), NOON))
        patient = asyncio.create_task(cache.check(server.url("/b"), NOON))
        await asyncio.wait_for(waiting.wait(), 5)
        impatient.cancel()
        gate.set()
        assert (await asyncio.wait_for(patient, 5)).allowed is True


async def test_an_old_copy_serves_for_a_day_while_the_site_does_not_answer() -> None:
    async with RawServer({"/robots.txt": reply(RULES)}) as server, fetching() as fetcher:
        cache = RobotsCache(fetcher, agent="examplebot", ttl_s=TTL_S)
        url = server.url("/private/story")
        assert (await cache.check(url, NOON)).allowed is False
        server.routes["/robots.txt"] = reply(status="500 Oops")
        assert (await cache.check(url, NOON + TTL_S + 1)).allowed is False
        assert (await cache.check(url, NOON + 86_399)).allowed is False
        assert (await cache.check(url, NOON + 86_400 + 300)).allowed is None
        server.routes["/robots.txt"] = reply(b"")
        assert (await cache.check(url, NOON + 86_400 + 301)).allowed is None  # not asked again within five minutes
        assert (await cache.check(url, NOON + 86_400 + 900)).allowed is True


async def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleanwire.fetch.robots._BUDGET_BYTES", 2 * 1024 + 2 * robots.parse(RULES).size_bytes)
    async with RawServer({"/robots.txt": reply(RULES)}) as one, RawServer({"/robots.txt": reply(RULES)}) as two:
        async with RawServer({"/robots.txt": reply(RULES)}) as three, fetching() as fetcher:
            cache = RobotsCache(fetcher, agent="examplebot", ttl_s=TTL_S)
            for server in (one, two, one, three, one, two):
                await cache.check(server.url("/"), NOON)
        assert [len(server.asked) for server in (one, two, three)] == [1, 2, 1]


async def test_thousands_of_agents_before_thousands_of_rules_do_not_multiply() -> None:
    body = b"".join(b"User-agent: a%s\n" % bytes([97 + i % 26, 97 + i // 26 % 26, 97 + i // 676]) for i in range(9000))
    began = time.process_time()
    read = robots.parse(body + b"Disallow: /a\n" * 20_000 + b"Crawl-delay: 1\n" * 10_000)
    assert time.process_time() - began < 2
    assert sum(len(group.rules) for group in read.groups.values()) <= robots.MAX_RULES


async def test_the_event_loop_goes_on_while_a_large_file_is_read() -> None:
    body = b"".join(b"User-agent: bot\nDisallow: /x%d\n" % number for number in range(14_000))
    reading = asyncio.create_task(robots_cache.parsed(body[: robots.MAX_BYTES]))
    turns = 0
    while not reading.done():
        turns += 1
        await asyncio.sleep(0)
    rules, size_bytes = await reading
    assert turns > 3, "read within one turn of the loop"
    assert size_bytes == rules.size_bytes
    assert not rules.allowed("bot", "https://news.example/x7")
