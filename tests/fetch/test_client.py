import asyncio
import gzip
import os
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import Fetched, FetchFailed, FetchFailure, Hop
from cleanwire.settings import FetchSettings
from hostile.fetchers import fetching
from hostile.rawserver import Asked, RawServer, redirect, reply

LIMIT = 100_000
PAGE = b"<p>The harbour office opens again on Tuesday.</p>"


async def get(fetcher: Fetcher, url: str, **options: object) -> Fetched | FetchFailed:
    return await fetcher.get(url, **{"limit_bytes": LIMIT, "accept": "text/html", **options})  # type: ignore[arg-type]


async def fetched(fetcher: Fetcher, url: str, **options: object) -> Fetched:
    outcome = await get(fetcher, url, **options)
    assert isinstance(outcome, Fetched), outcome
    return outcome


async def failed(fetcher: Fetcher, url: str, **options: object) -> FetchFailed:
    outcome = await get(fetcher, url, **options)
    assert isinstance(outcome, FetchFailed), outcome
    return outcome


async def test_a_reply_is_told_whole() -> None:
    packed = gzip.compress(PAGE)
    page = reply(packed, Content_Type="text/html", Content_Encoding="gzip", ETag='"a1"', X_Twice="1, 2")
    async with RawServer({"/page": page}) as server, fetching() as fetcher:
        outcome = await fetched(fetcher, server.url("/page#part"))
    assert (outcome.status, outcome.body, outcome.wire_bytes) == (200, PAGE, len(packed))
    assert (outcome.url, outcome.redirects, outcome.permanent_url) == (server.url("/page"), (), None)
    assert outcome.headers["etag"] == '"a1"'
    assert outcome.headers["content-type"] == "text/html"
    assert 0 < outcome.took_s < 5


async def test_a_request_says_who_asks_and_what_for() -> None:
    settings = {"user_agent": "Example/1.2", "contact": "https://example.org/bot"}
    async with RawServer({"/": reply(PAGE)}) as server, fetching(**settings) as fetcher:
        await fetched(fetcher, server.url("/"))
    assert server.asked[0].headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "Example/1.2 (+https://example.org/bot)",
        "accept": "text/html",
        "accept-encoding": "gzip, deflate",
    }


async def test_validators_are_sent_and_304_is_a_reply() -> None:
    async with RawServer({"/": reply(status="304 Not Modified")}) as server, fetching() as fetcher:
        outcome = await fetched(fetcher, server.url("/"), etag='W/"7"', last_modified="Tue, 06 Oct 2026 12:00:00 GMT")
    assert (outcome.status, outcome.body) == (304, b"")
    assert server.asked[0].headers["if-none-match"] == 'W/"7"'
    assert server.asked[0].headers["if-modified-since"] == "Tue, 06 Oct 2026 12:00:00 GMT"


@pytest.mark.parametrize("etag", ['"a\r\nX-Own: 1"', '"ü"', '"\x00"', ""])
async def test_a_validator_that_cannot_be_sent_is_left_out(etag: str) -> None:
    async with RawServer({"/": reply(PAGE)}) as server, fetching() as fetcher:
        await fetched(fetcher, server.url("/"), etag=etag, last_modified=etag)
    assert "if-none-match" not in server.asked[0].headers
    assert "x-own" not in server.asked[0].headers


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "410 Gone", "500 Oops", "503 Busy", "999 Odd"])
async def test_a_reply_of_any_status_is_a_reply_even_if_its_body_never_ends(status: str) -> None:
    async def endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\nRetry-After: 60\r\n\r\n".encode())
        while True:
            writer.write(b"sorry " * 1000)
            await writer.drain()

    async with RawServer({"/": endless}) as server, fetching() as fetcher:
        outcome = await fetched(fetcher, server.url("/"))
    assert (outcome.status, outcome.body) == (int(status[:3]), b"")
    assert outcome.headers["retry-after"] == "60"


async def test_urls_travel_byte_for_byte() -> None:
    path = "/a%7Eb%2Fc;v=1/x|y?sig=%3D%41+b%2Bc%20d&empty=&&q=[1]&%zz"
    async with RawServer({path.partition("?")[0]: reply(PAGE)}) as server, fetching() as fetcher:
        await fetched(fetcher, server.url(path))
    assert server.targets() == [path]


async def test_any_host_that_browsers_know_is_asked_by_its_name() -> None:
    async with RawServer({"/": reply(PAGE)}) as server, fetching(ToLoopback()) as fetcher:
        for host in ("i❤.example", "MÜNCHEN.example", "under_score.example", "xn--;-qfa.example"):
            await fetched(fetcher, f"http://{host}:{server.port}/")
    hosts = [asked.headers["host"].partition(":")[0] for asked in server.asked]
    assert hosts == ["xn--i-7iq.example", "xn--mnchen-3ya.example", "under_score.example", "xn--;-qfa.example"]


async def test_connections_are_used_again() -> None:
    async with RawServer({"/a": reply(PAGE), "/b": redirect("/a"), "/c": reply(status="304 N")}) as server:
        async with fetching() as fetcher:
            for path in ("/a", "/b", "/c", "/a"):
                await fetched(fetcher, server.url(path))
        assert server.connections == 1


def setting(cookie: str, location: str) -> bytes:
    return redirect(location).replace(b"\r\n\r\n", f"\r\nSet-Cookie: {cookie}\r\n\r\n".encode())


async def test_cookies_are_kept_for_the_redirects_of_one_exchange_only() -> None:
    routes = {"/": setting("id=7; Path=/", "/next"), "/next": reply(PAGE)}
    async with RawServer(routes) as server, fetching() as fetcher:
        await fetched(fetcher, server.url("/"))
        await fetched(fetcher, server.url("/"))
    assert [asked.headers.get("cookie") for asked in server.asked] == [None, "id=7", None, "id=7"]


async def test_a_page_that_redirects_until_its_cookie_comes_is_read() -> None:
    async def guarded(asked: Asked, writer: asyncio.StreamWriter) -> None:
        has_it = "tok=1" in asked.headers.get("cookie", "")
        writer.write(reply(PAGE, close=True) if has_it else setting("tok=1; Path=/; HttpOnly; SameSite=Lax", "/page"))
        await writer.drain()

    async with RawServer({"/page": guarded}) as server, fetching() as fetcher:
        assert (await fetched(fetcher, server.url("/page"))).body == PAGE
    assert len(server.asked) == 2


async def test_cookies_do_not_go_to_other_hosts_or_ports() -> None:
    async with RawServer({"/": reply(PAGE)}) as other, RawServer({}) as server, fetching(ToLoopback()) as fetcher:
        for start, to in (("127.0.0.1", "127.0.0.1"), ("a.example", "b.example"), ("a.co.uk", "b.co.uk")):
            for cookie in ("id=7; Path=/", "id=7; Domain=example; Path=/", "id=7; Domain=co.uk", f"id=7; Domain={to}"):
                server.routes["/"] = setting(cookie, f"http://{to}:{other.port}/")
                await fetched(fetcher, f"http://{start}:{server.port}/")
    assert len(other.asked) == 12
    assert all("cookie" not in asked.headers for asked in other.asked)


@pytest.mark.parametrize(
    ("cookie", "start", "then", "sent"),
    [
        pytest.param("a=1", "/x/y", "/x/z", "a=1", id="default-path"),
        pytest.param("a=1", "/x/y", "/z", None, id="default-path-elsewhere"),
        pytest.param("a=1; Path=/x", "/x/y", "/xy", None, id="path-is-no-prefix-of-words"),
        pytest.param("a=1; Path=/; Secure", "/x", "/y", None, id="secure-not-over-http"),
        pytest.param("a=1; Path=/; Max-Age=0", "/x", "/y", None, id="over"),
        pytest.param("a=b=c; Path=/", "/x", "/y", "a=b=c", id="equals-in-the-value"),
        pytest.param("nonsense", "/x", "/y", None, id="no-pair"),
        pytest.param("a=" + "1" * 5000 + "; Path=/", "/x", "/y", None, id="too-long"),
        pytest.param("a=\u00fc; Path=/", "/x", "/y", None, id="not-ascii"),
    ],
)
async def test_a_cookie_goes_where_it_is_for(cookie: str, start: str, then: str, sent: str | None) -> None:
    async with RawServer({start: setting(cookie, then), then: reply(PAGE)}) as server, fetching() as fetcher:
        await fetched(fetcher, server.url(start))
    assert server.asked[1].headers.get("cookie") == sent


async def test_a_cookie_of_the_site_goes_to_its_other_host_behind_the_operators() -> None:
    async with RawServer({}) as server, fetching(ToLoopback()) as fetcher:
        server.routes["/"] = setting("a=1; Domain=.paper.example; Path=/", f"http://www.paper.example:{server.port}/b")
        server.routes["/b"] = redirect(f"http://paper.example:{server.port}/c")
        server.routes["/c"] = reply(PAGE)
        await fetched(fetcher, f"http://paper.example:{server.port}/", headers={"Cookie": "own=1"})
    assert [asked.headers.get("cookie") for asked in server.asked] == ["own=1", "a=1", "own=1; a=1"]


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version='1.0'?><rss><channel></channel></rss>\n",
        b"<feed xmlns='http://www.w3.org/2005/Atom'></feed><!-- made in 3 ms -->",
        b"<rdf:RDF></rdf:RDF>",
        b"<html><body><p>The harbour office opens again.</p></body></HTML>\r\n",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    ],
)
@pytest.mark.parametrize("packed", [False, True])
async def test_a_closed_document_that_is_shorter_than_announced_is_taken(body: bytes, packed: bool) -> None:
    sent = gzip.compress(body) if packed else body
    whole = reply(sent, close=True, **({"Content_Encoding": "gzip"} if packed else {}))
    short = whole.replace(f"Content-Length: {len(sent)}".encode(), f"Content-Length: {len(sent) + 700}".encode())
    async with RawServer({"/": short}) as server, fetching() as fetcher:
        assert (await fetched(fetcher, server.url("/"))).body == body


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item></item>",
        b"<html><body><p>The harbour office opens",
        b"<rss></rss><p",
        b'{"items": [{}',
        b'{"items": {}',
        b"User-agent: *\nDisallow: /a",
    ],
)
async def test_a_document_that_is_cut_off_is_not_taken(body: bytes) -> None:
    short = reply(body, close=True).replace(b"Content-Length: ", b"Content-Length: 9")
    async with RawServer({"/": short}) as server, fetching() as fetcher:
        assert (await failed(fetcher, server.url("/"))).reason is FetchFailure.RESET


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with RawServer({"/": reply(PAGE)}) as server, fetching() as fetcher:
        assert (await fetched(fetcher, server.url("/"))).body == PAGE


# Redirects


async def test_redirects_are_followed_and_told() -> None:
    async with RawServer({"/a": redirect("/b", 301), "/b": redirect("c", 308), "/c": redirect("?d=1", 302)}) as server:
        server.routes["/c"] = redirect("/d?x#frag", 307)
        server.routes["/d"] = reply(PAGE)
        async with fetching() as fetcher:
            outcome = await fetched(fetcher, server.url("/a"))
    steps = [(301, "/b"), (308, "/c"), (307, "/d?x")]
    assert outcome.redirects == tuple(Hop(status=status, url=server.url(path)) for status, path in steps)
    assert outcome.url == server.url("/d?x")
    assert outcome.permanent_url == server.url("/c")


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        pytest.param("/loop", FetchFailure.REDIRECTS, id="loop"),
        pytest.param("file:///etc/hostname", FetchFailure.REDIRECTS, id="a-file"),
        pytest.param("gopher://127.0.0.1/", FetchFailure.REDIRECTS, id="another-protocol"),
        pytest.param("http://", FetchFailure.REDIRECTS, id="no-host"),
        pytest.param("http://127.0.0.1:25/", FetchFailure.BLOCKED_ADDRESS, id="mail-port"),
    ],
)
async def test_bad_redirects_fail(location: str, reason: FetchFailure) -> None:
    async with RawServer({"/loop": redirect(location)}) as server, fetching(max_redirects=3) as fetcher:
        outcome = await failed(fetcher, server.url("/loop"))
    assert (outcome.reason, outcome.retryable) == (reason, False)
    assert len(server.asked) <= 4


async def test_a_redirect_without_a_target_is_a_reply() -> None:
    async with RawServer({"/": reply(status="302 Found")}) as server, fetching() as fetcher:
        assert (await fetched(fetcher, server.url("/"))).status == 302


async def test_a_redirect_the_caller_does_not_want_is_the_reply() -> None:
    async with RawServer({"/a": redirect("/b", 301), "/c": reply(PAGE)}) as server, fetching() as fetcher:
        server.routes["/b"] = redirect("/c", 302)
        outcome = await fetched(fetcher, server.url("/a"), may_follow=lambda url: not url.endswith("/c"))
    assert (outcome.status, outcome.url, outcome.leads_to) == (302, server.url("/b"), server.url("/c"))
    assert outcome.redirects == (Hop(status=301, url=server.url("/b")),)
    assert server.targets() == ["/a", "/b"]


# Secrets


async def test_secrets_stay_with_the_origin_that_was_asked() -> None:
    async with RawServer({"/": reply(PAGE)}) as other, RawServer({"/": redirect("/same")}) as server:
        server.routes["/same"] = redirect(other.url("/"))
        async with fetching() as fetcher:
            secrets = {"headers": {"X-Key": "k-123"}, "auth": ("reader", "s3cret")}
            outcome = await fetched(fetcher, server.url("/"), etag='"1"', **secrets)
    assert outcome.url == other.url("/")
    for asked in server.asked:
        assert asked.headers["x-key"] == "k-123"
        assert asked.headers["authorization"] == "Basic cmVhZGVyOnMzY3JldA=="
    assert not {"x-key", "authorization"} & set(other.asked[0].headers)
    assert other.asked[0].headers["if-none-match"] == '"1"'


async def test_credentials_in_a_url_are_sent_but_never_told() -> None:
    async with RawServer({"/": redirect("/next"), "/next": reply(PAGE)}) as server, fetching() as fetcher:
        url = server.url("/").replace("http://", "http://reader:s3%3Acret@")
        outcome = await fetched(fetcher, url)
    assert [asked.headers["authorization"] for asked in server.asked] == ["Basic cmVhZGVyOnMzOmNyZXQ="] * 2
    assert "s3" not in repr(outcome)


async def test_a_redirect_cannot_plant_credentials() -> None:
    async with RawServer({"/next": reply(PAGE)}) as server, fetching() as fetcher:
        server.routes["/"] = redirect(server.url("/next").replace("http://", "http://planted:by@"))
        await fetched(fetcher, server.url("/"))
    assert "authorization" not in server.asked[1].headers


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-Key", "a\r\nX-Own: 1"), ("X Key", "a"), ("", "a"), ("X-Key", "schlüssel"), ("Host", "example.org"),
     ("Accept-Encoding", "br"), ("Transfer-Encoding", "chunked")],
)  # fmt: skip
async def test_headers_that_cannot_be_sent_fail_without_showing_their_value(name: str, value: str) -> None:
    async with RawServer({"/": reply(PAGE)}) as server, fetching() as fetcher:
        outcome = await failed(fetcher, server.url("/"), headers={name: value})
    assert outcome.reason is FetchFailure.INVALID_URL
    assert value not in outcome.detail or value == "a"
    assert not server.asked


# Limits


async def test_a_body_over_the_limit_fails_or_is_cut() -> None:
    async with (
        RawServer({"/": reply(b"x" * (LIMIT + 1)), "/fits": reply(b"x" * LIMIT)}) as server,
        fetching() as fetcher,
    ):
        assert (await failed(fetcher, server.url("/"))).reason is FetchFailure.TOO_LARGE
        cut = await fetched(fetcher, server.url("/"), cut=True)
        fits = await fetched(fetcher, server.url("/fits"))
    assert (len(cut.body), cut.cut) == (LIMIT, True)
    assert (len(fits.body), fits.cut) == (LIMIT, False)


async def test_the_deadline_covers_redirects_and_body() -> None:
    """Every step is quicker than the deadline, only together they are not."""

    async def step(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.5)
        number = int(asked.target.rpartition("=")[2])
        writer.write(redirect(f"/?n={number + 1}").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        await writer.drain()

    async with RawServer({"/": step}) as server, fetching(max_redirects=20) as fetcher:
        started = time.monotonic()
        outcome = await failed(fetcher, server.url("/?n=0"), timeout_s=2.0)
        took_s = time.monotonic() - started
    assert outcome.reason is FetchFailure.TIMEOUT
    assert outcome.retryable
    assert 1 <= len(server.asked) <= 5
    assert took_s < 10


async def test_cancelling_passes_through_and_closes_the_connection() -> None:
    closed, waiting = asyncio.Event(), asyncio.Event()

    async def silent(asked: Asked, writer: asyncio.StreamWriter) -> None:
        waiting.set()
        await asked.incoming.read()  # until the client hangs up
        closed.set()

    async with RawServer({"/": silent}) as server, fetching() as fetcher:
        task = asyncio.create_task(get(fetcher, server.url("/")))
        await asyncio.wait_for(waiting.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(closed.wait(), 5)


# Failures


@pytest.mark.parametrize(
    "url",
    ["", "not a url", "ftp://example.org/", "http://", "/relative", "http://exa mple.org/", "javascript:alert(1)",
     "file:///etc/hostname", "http://[::1", "http://127.0.0.1:99999/"],
)  # fmt: skip
async def test_what_is_no_http_address_is_not_asked(url: str) -> None:
    async with fetching() as fetcher:
        outcome = await failed(fetcher, url)
    assert (outcome.reason, outcome.retryable, outcome.url) == (FetchFailure.INVALID_URL, False, url)


async def test_a_closed_port_is_a_connect_failure() -> None:
    with socket.socket() as reserved:  # bound but not listening: nobody else can take the port meanwhile
        reserved.bind(("127.0.0.1", 0))
        async with fetching() as fetcher:
            outcome = await failed(fetcher, f"http://127.0.0.1:{reserved.getsockname()[1]}/")
    assert (outcome.reason, outcome.retryable) == (FetchFailure.CONNECT, True)


async def test_a_name_without_address_is_a_dns_failure() -> None:
    class Nowhere:
        async def resolve(self, host: str) -> tuple[str, ...]:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with fetching(Nowhere()) as fetcher:
        outcome = await failed(fetcher, "http://news.example.org/")
    assert (outcome.reason, outcome.retryable) == (FetchFailure.DNS, True)


async def test_a_look_up_that_hangs_ends_at_the_connect_timeout() -> None:
    class Hanging:
        async def resolve(self, host: str) -> tuple[str, ...]:
            await asyncio.Event().wait()
            return ()

    async with fetching(Hanging(), connect_timeout_s=0.2) as fetcher:
        outcome = await failed(fetcher, "http://news.example.org/")
    assert outcome.reason is FetchFailure.CONNECT
    assert outcome.took_s < 20


OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        pytest.param(b"", FetchFailure.RESET, id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", FetchFailure.RESET, id="half-a-head"),
        pytest.param(b"SSH-2.0-server\r\n\r\n", FetchFailure.BAD_RESPONSE, id="another-protocol"),
        pytest.param(bytes(range(256)) * 16, FetchFailure.BAD_RESPONSE, id="noise"),
        pytest.param(OK + b"Content-Length: 9000\r\n\r\nless", FetchFailure.RESET, id="shorter-than-announced"),
        pytest.param(OK + b"Content-Length: -1\r\n\r\nx", FetchFailure.BAD_RESPONSE, id="negative-length"),
        pytest.param(
            OK + b"Content-Length: 2\r\nContent-Length: 9\r\n\r\nok", FetchFailure.BAD_RESPONSE, id="two-lengths"
        ),
        pytest.param(OK + b"Content-Length: 999999999999\r\n\r\n", FetchFailure.TOO_LARGE, id="announced-too-large"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", FetchFailure.BAD_RESPONSE, id="bad-chunk"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhe", FetchFailure.RESET, id="chunk-cut"),
        pytest.param(OK + b"X: y\r\n" * 5000 + b"\r\n", FetchFailure.BAD_RESPONSE, id="flood-of-headers"),
        pytest.param(OK + b"X: " + b"y" * 200_000 + b"\r\n\r\n", FetchFailure.BAD_RESPONSE, id="endless-header"),
        pytest.param(OK + b"Content-Encoding: br\r\n\r\nxx", FetchFailure.BAD_ENCODING, id="brotli-unasked"),
        pytest.param(OK + b"Content-Encoding: gzip\r\n\r\n<p>", FetchFailure.BAD_ENCODING, id="gzip-that-is-none"),
    ],
)
async def test_broken_replies_fail_by_kind(sent: bytes, reason: FetchFailure) -> None:
    async def broken(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()

    async with RawServer({"/": broken}) as server, fetching() as fetcher:
        outcome = await failed(fetcher, server.url("/"))
    assert outcome.reason is reason
    assert "\n" not in outcome.detail
    assert len(outcome.detail) <= 300


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\n", OK + b"\r\n"], ids=["in-the-head", "in-the-body"])
async def test_a_reply_that_trickles_ends_at_the_deadline(start: bytes) -> None:
    async def trickling(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        for number in range(10_000):
            writer.write(f"X-{number}: y\r\n".encode())
            await writer.drain()
            await asyncio.sleep(0.05)

    async with RawServer({"/": trickling}) as server, fetching(timeout_s=0.4) as fetcher:
        outcome = await failed(fetcher, server.url("/"))
    assert outcome.reason is FetchFailure.TIMEOUT
    assert outcome.took_s < 20


async def test_a_body_without_end_fails_at_the_limit() -> None:
    async def endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"\r\n")
        while True:
            writer.write(b"lorem ipsum " * 1000)
            await writer.drain()

    async with RawServer({"/": endless}) as server, fetching() as fetcher:
        assert (await failed(fetcher, server.url("/"))).reason is FetchFailure.TOO_LARGE


# TLS


class ToLoopback:
    async def resolve(self, host: str) -> tuple[str, ...]:
        return ("127.0.0.1",)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    pem = tmp_path / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=news.example.org", "-addext", "subjectAltName=DNS:news.example.org",
         "-keyout", str(tmp_path / "key.pem"), "-out", str(pem)],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    if made.returncode != 0:
        pytest.skip("needs the openssl command: TLS is NOT tested here")
    return pem


async def _https(certificate: Path, host: str) -> Fetched | FetchFailed:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply(PAGE, close=True))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server, fetching(ToLoopback()) as fetcher:
        return await get(fetcher, f"https://{host}:{server.sockets[0].getsockname()[1]}/")


async def test_tls_is_verified(
    certificate: Path,
) -> None:
    outcome = await _https(certificate, "news.example.org")
    assert isinstance(outcome, FetchFailed)
    assert outcome.reason is FetchFailure.TLS


@pytest.mark.parametrize(
    ("host", "trusted"),
    [
        pytest.param("news.example.org", True, id="own-name"),
        pytest.param("other.example.org", False, id="another-name"),
    ],
)
async def test_a_trusted_certificate_counts_for_its_name_only(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", os.fspath(certificate))
    outcome = await _https(certificate, host)
    assert isinstance(outcome, Fetched if trusted else FetchFailed)
    assert trusted or (isinstance(outcome, FetchFailed) and outcome.reason is FetchFailure.TLS)


def test_a_wrong_network_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Fetcher(FetchSettings(allow_private=("nowhere",)))
