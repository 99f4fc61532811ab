"""tdmrep.json over real sockets: once a day for each origin, whatever comes of it."""

import pytest

from cleanwire.crawl.tdmrep import PATH, Reservation
from cleanwire.fetch.outcome import Fetched, FetchFailed
from cleanwire.fetch.tdmrep import KEEP_S, TdmrepCache
from hostile.fetchers import fetching
from hostile.rawserver import RawServer, redirect, reply

NOON = 1_790_000_000.0
FILE = b'[{"location": "/private/", "tdm-reservation": 1}, {"location": "/", "tdm-reservation": 0}]'


async def test_a_site_is_asked_once_a_day() -> None:
    async with RawServer({PATH: reply(FILE)}) as server, fetching() as fetcher:
        cache = TdmrepCache(fetcher)
        url = server.url("/private/story")
        assert cache.of(url) is None
        assert cache.due(url, NOON) == server.url(PATH)
        await cache.ask(server.url(PATH), NOON)
        assert cache.due(url, NOON + KEEP_S - 1) is None
        assert cache.due(server.url("/other"), NOON) is None
        assert cache.due(url, NOON + KEEP_S) == server.url(PATH)
        assert cache.of(url) == Reservation(reserved=True)
        assert cache.of(server.url("/story")) == Reservation(reserved=False)
        assert cache.of(url.replace("http://", "https://")) is None


@pytest.mark.parametrize(
    ("route", "kind"),
    [
        pytest.param(reply(status="404 Not Found"), Fetched, id="none"),
        pytest.param(reply(status="500 Oops"), Fetched, id="error"),
        pytest.param(reply(b"<html><p>Not found, but nicely"), Fetched, id="page"),
        pytest.param(reply(FILE + b" " * 300_000), FetchFailed, id="too-large"),
        pytest.param(redirect("http://10.0.0.1/tdmrep.json"), FetchFailed, id="redirect-inside"),
        pytest.param(b"nonsense\r\n\r\nconnection: close", FetchFailed, id="no-http"),
    ],
)
async def test_a_site_without_such_a_file_says_nothing_and_is_not_asked_again(route: bytes, kind: type) -> None:
    async with RawServer({PATH: route}) as server, fetching() as fetcher:
        cache = TdmrepCache(fetcher)
        assert isinstance(await cache.ask(server.url(PATH), NOON), kind)
        assert cache.of(server.url("/private/story")) is None
        assert cache.due(server.url("/"), NOON + 1) is None
