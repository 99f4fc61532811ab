"""Whatever comes, in addresses or from servers, ends in an outcome, never in an exception."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import Fetched, FetchFailed
from hostile.fetchers import fetching
from hostile.rawserver import RawServer, redirect

pytestmark = pytest.mark.slow

_ODD = st.text(
    st.sampled_from("aZ09.-_~%:/@?#[]!$&'()*+,;=|^`{}<>\"\\ \t\n\0\x7fäß。１ﬁ😀\u200b\u202e\xad"), max_size=40
)
_URLS = st.one_of(
    st.builds("http://{}".format, _ODD),
    st.builds("https://news.example.org{}".format, _ODD),
    st.builds("http://{}.example.org/{}".format, _ODD, _ODD),
    st.builds("http://{}@news.example.org:{}/".format, _ODD, st.integers(-1, 70_000)),
    _ODD,
)
_LINES = st.lists(
    st.sampled_from(
        [b"Content-Length: 3", b"Content-Length: 99999999999999999999", b"Content-Length: +3", b"content-length: 0",
         b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: x",
         b"Connection: close", b"Connection: upgrade", b"Upgrade: h2c", b"Content-Encoding: gzip",
         b"Content-Encoding: deflate", b"Location: /", b"Location: \xff\xfe", b"Location: http://[", b"Location:",
         b" folded", b": no name", b"no colon", b"Set-Cookie: a=b; domain=.", b"X: \xc3\x28", b"X\0: y", b"X: \0",
         b"Keep-Alive: timeout=-1"]
    ),
    max_size=6,
)  # fmt: skip
_STARTS = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 204 No Content", b"HTTP/1.1 302 Found", b"HTTP/1.1 304 Same",
     b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK", b"HTTP/1.1 101 Switching Protocols", b"HTTP/1.1 000 ?",
     b"HTTP/1.1 99999 ?", b"HTTP/1.1 2 ?", b"HTTP/1.1 200", b"HTTP/2 200", b"HTTP/9.9 200 OK", b"ICY 200 OK",
     b"\0", b""]
)  # fmt: skip
_BODIES = st.sampled_from(
    [b"", b"abc", b"3\r\nabc\r\n0\r\n\r\n", b"3;x=y\r\nabc\r\n0\r\nX: y\r\n\r\n", b"-1\r\n", b"\x1f\x8b\x08", b"x\x9c"]
)


class Nowhere:
    async def resolve(self, host: str) -> Sequence[str]:
        raise OSError("no such name")


async def _ends(fetcher: Fetcher, url: str) -> None:
    outcome = await fetcher.get(url, limit_bytes=1000, accept="*/*")
    assert isinstance(outcome, Fetched | FetchFailed)


@given(url=_URLS)
def test_any_address_has_an_outcome(url: str) -> None:
    async def ask() -> None:
        async with fetching(Nowhere(), allow_private=(), timeout_s=2.0) as fetcher:
            await _ends(fetcher, url)

    asyncio.run(ask())


@given(location=_URLS.filter(lambda url: "\n" not in url))
def test_any_redirect_has_an_outcome(location: str) -> None:
    async def ask() -> None:
        server = RawServer({"/": redirect(location)}, host="127.0.0.2")
        settings = {"allow_private": ("127.0.0.2/32",), "max_redirects": 2, "timeout_s": 2.0}
        async with server, fetching(Nowhere(), **settings) as fetcher:
            await _ends(fetcher, server.url("/"))

    asyncio.run(ask())


@given(start=_STARTS, lines=_LINES, body=_BODIES)
def test_any_reply_has_an_outcome(start: bytes, lines: list[bytes], body: bytes) -> None:
    sent = b"\r\n".join([start, *lines, b"", body])

    async def ask() -> None:
        async def send(asked: object, writer: asyncio.StreamWriter) -> None:
            writer.write(sent)
            await writer.drain()

        async with RawServer({"/": send}) as server, fetching(max_redirects=1, timeout_s=2.0) as fetcher:
            await _ends(fetcher, server.url("/"))

    asyncio.run(ask())
