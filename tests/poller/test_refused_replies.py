"""Feeds whose body we refuse, beside a healthy one: their host answered, so it is not down. Real sockets."""

import gzip
import socket
import time

import pytest

from cleanwire.fetch.client import Fetcher
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.poll import Polls
from cleanwire.records.feed import Feed, Origin
from cleanwire.settings import FetchSettings, PollSettings
from hostile import rawserver
from hostile.rawserver import RawServer
from poller.desk import Desk
from services.newsroom import rss

HOST = "127.0.35.1"
SETTINGS = FetchSettings(allow_private="127.0.0.0/8", timeout_s=5, feed_limit_bytes=1024 * 1024)
TIMES = 5  # more than a host needs to count as down
REFUSED = {
    "too-large": rawserver.reply(b"x" * (1024 * 1024 + 1)),
    "unpacks-too-large": rawserver.reply(gzip.compress(b" " * 8_000_000), Content_Encoding="gzip"),
    "bad-encoding": rawserver.reply(b"no gzip at all", Content_Encoding="gzip"),
    "no-http": b"220 mail.example ESMTP ready\r\n\r\nconnection: close",
    "redirected-to-nowhere": rawserver.redirect("gopher://elsewhere.example/"),
    "no-feed": rawserver.reply(b"<!doctype html><title>Moved</title>", Content_Type="text/html"),
    "server-error": rawserver.reply(status="500 Oops"),
}
HEALTHY = rawserver.reply(rss(("https://news.example/1", "A story")), Content_Type="application/rss+xml")


def feeds(port: int, *paths: str) -> list[Feed]:
    return [subscriptions.subscription(f"http://{HOST}:{port}{path}", Origin.CLI, now=0.0) for path in paths]


async def polled(subscribed: list[Feed], now: float) -> tuple[list[tuple[str, float]], Desk]:
    """Poll each of the feeds once, in whatever order; return which were asked, and how long after the start."""
    async with Fetcher(SETTINGS) as fetcher, Readers(PollSettings()) as readers:
        desk = Desk(*subscribed, polls=Polls(fetcher, readers, PollSettings(), SETTINGS), now=now)
        asked = [await desk.live(now) for _ in subscribed]
    return [(url.rpartition("/")[2], at - now) for url, at in asked], desk


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
async def test_a_host_whose_replies_we_refuse_is_not_down(refused: bytes) -> None:
    paths = [f"/{number}" for number in range(TIMES)]
    async with RawServer({**dict.fromkeys(paths, refused), "/healthy": HEALTHY}, host=HOST) as server:
        asked, desk = await polled(feeds(server.port, *paths, "/healthy"), now=time.time())
    assert {name for name, _ in asked} == {"healthy", *(path[1:] for path in paths)}
    assert max(after for _, after in asked) < 10 * len(paths), "spaced, and nothing more"
    assert desk.entries() == ["https://news.example/1"]


async def test_a_host_that_does_not_answer_is() -> None:
    with socket.socket() as closed:
        closed.bind((HOST, 0))
        subscribed = feeds(closed.getsockname()[1], *(f"/{number}" for number in range(TIMES)))
        asked, _ = await polled(subscribed, now=time.time())
    assert max(after for _, after in asked) >= SETTINGS.host_down_pause_s
