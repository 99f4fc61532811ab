"""Who answers what? A publisher of the field."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace

from bench.politeness import writing
from bench.politeness.traffic import Asked, Kind

OPEN_ROBOTS = "User-agent: *\nDisallow:\n"
_RSS = {"content-type": "application/rss+xml; charset=utf-8"}
_HTML = {"content-type": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a publisher answers after `wait_s`. With `stream` that follows the head instead of `body`, without end."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait_s: float = 0.0
    stream: Callable[[], AsyncIterator[bytes]] | None = None


Answer = Callable[[Asked], Reply]


class Site:
    """A publisher at an address of its own. Feeds and pages are what it was given; all else is 404."""

    def __init__(self, name: str, *, robots: str | Answer = OPEN_ROBOTS) -> None:
        self.name = name
        self.home = ""  # the root's URL, once it is served
        self.feeds: list[str] = []
        self._answers: dict[str, tuple[Kind, Answer]] = {}
        answer = robots if callable(robots) else _always(Reply(body=robots.encode()))
        self._answers["/robots.txt"] = (Kind.ROBOTS, answer)

    def feed(self, path: str, answer: Answer, *, listed: bool = True) -> str:
        """Answer `path` as a feed; readers are told of it if it is `listed`."""
        self._answers[path] = (Kind.FEED, answer)
        if listed:
            self.feeds.append(path)
        return path

    def page(self, path: str, answer: Answer | Reply) -> None:
        self._answers[path] = (Kind.PAGE, answer if callable(answer) else _always(answer))

    def articles(self, folder: str, numbers: range, *, wait_s: float = 0.0) -> None:
        """Put an article's page for each of `numbers` under `folder`."""
        for number in numbers:
            self.page(f"{folder}/{number}", replace(article(number), wait_s=wait_s))

    def url(self, path: str) -> str:
        return path if "://" in path else f"{self.home}{path}"

    def kind(self, path: str) -> Kind:
        return self._answers.get(path, (Kind.GUESS, _nothing))[0]

    def answer(self, asked: Asked) -> Reply:
        return self._answers.get(asked.path, (Kind.GUESS, _nothing))[1](asked)


def article(number: int) -> Reply:
    """Return an article's page."""
    return Reply(headers=_HTML, body=writing.page(number))


def feed_reply(body: bytes, **headers: str) -> Reply:
    """Return a feed; `Cache_Control="no-cache"` becomes a header of that name."""
    return Reply(headers={**_RSS, **{name.replace("_", "-"): value for name, value in headers.items()}}, body=body)


def tagged(asked: Asked, reply: Reply) -> Reply:
    """Give `reply` an ETag of its content, and answer 304 to who has it."""
    return conditional(asked, reply, etag=f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"')


def conditional(asked: Asked, reply: Reply, *, etag: str | None = None, last_modified: str | None = None) -> Reply:
    """Give `reply` validators, and answer 304 to who sends them back as they are (RFC 9110 §13.2.2)."""
    validators = {"ETag": etag, "Last-Modified": last_modified}
    headers = {**reply.headers, **{name: value for name, value in validators.items() if value is not None}}
    given, sent = (
        (etag, asked.headers.get("if-none-match"))
        if etag is not None
        else (last_modified, asked.headers.get("if-modified-since"))
    )
    if given is not None and given == sent:
        return replace(reply, status=304, headers=headers, body=b"")
    return replace(reply, headers=headers)


def packed(asked: Asked, reply: Reply) -> Reply:
    """Compress the body for who takes gzip."""
    wanted = "gzip" in asked.headers.get("accept-encoding", "").lower()
    if not wanted or len(reply.body) < 200 or "content-encoding" in {name.lower() for name in reply.headers}:
        return reply
    headers = {**reply.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return replace(reply, body=gzip.compress(reply.body, 1, mtime=0), headers=headers)


async def dripping(piece: bytes, every_s: float, times: int) -> AsyncIterator[bytes]:
    """Yield `piece` again and again."""
    for _ in range(times):
        yield piece
        await asyncio.sleep(every_s)


def _always(reply: Reply) -> Answer:
    return lambda _: reply


def _nothing(_: Asked) -> Reply:
    return Reply(status=404, headers=_HTML, body=b"<h1>Not found</h1>")
