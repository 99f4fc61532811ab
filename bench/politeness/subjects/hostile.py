"""Does a reader let go of replies that never end, and stay away from where it must not go?"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterable

from bench.politeness.grading import Grade, grade
from bench.politeness.press import Press
from bench.politeness.site import Reply, Site, article, dripping, tagged
from bench.politeness.subjects.subject import own_pace, steady
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Kind, Traffic, gaps

_MIB = 2**20
_BODY_LIMIT = 24 * _MIB  # of a feed that never ends; the largest feeds known have a few MiB
_DECODED_LIMIT = 256 * _MIB  # of a bomb; what has arrived when the reader leaves is more than it has looked at
_BOMB_PIECE = 4 * _MIB  # decoded bytes in each piece of the bomb
_HEAD_LIMIT = 2 * _MIB
_STORIES = range(700, 702)
_QUIET = 8  # usual gaps that a healthy feed may wait while the hostile ones are dealt with


class Hostile:
    """Publishers who drip, pour, explode, and send readers inside."""

    def __init__(self, terms: Terms, press: Press) -> None:
        self._terms = terms
        self._press = press
        self.drip, self.pour, self.bomb, self.head = Site("drip"), Site("pour"), Site("bomb"), Site("long-head")
        self.drip.feed("/feed", lambda _: _stream(lambda: _after_head(dripping(b" ", 0.3, 2000))))
        self.pour.feed("/feed", lambda _: _stream(lambda: _after_head(dripping(b"<!-- -->" * 8192, 0.01, 1000))))
        self.bomb.feed("/feed", lambda _: _stream(_bomb, Content_Encoding="gzip"))
        self.head.feed("/feed", lambda _: _stream(_endless_head))
        self.lure, self.inside = Site("lure"), Site("inside")
        self.lure.feed("/feed", lambda _: Reply(status=302, headers={"Location": self.inside.url("/feed")}))
        self.lure.feed("/stories", self._luring)
        for number in _STORIES:
            self.lure.page(f"/story/{number}", self._lure_page)
            self.inside.page(f"/story/{number}", article(number))
        self.inside.feed("/feed", lambda asked: tagged(asked, press.feed(asked)), listed=False)
        self.sites = (self.drip, self.pour, self.bomb, self.head, self.lure)

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        yield self._let_go(traffic)
        yield self._limited(traffic, "endless-body", "pour", _BODY_LIMIT, 1)
        yield self._limited(traffic, "decompression-bomb", "bomb", _DECODED_LIMIT, _BOMB_PIECE // len(_bomb_piece()))
        yield self._limited(traffic, "endless-head", "long-head", _HEAD_LIMIT, 1)
        lured = [asked for asked in traffic.of("lure") if asked.kind is not Kind.ROBOTS]
        inside = traffic.of("inside")
        figures = f"lured {len(lured)} times, {len(inside)} requests to the address inside"
        yield grade("private-address", occasion=bool(lured), against=inside, figures=figures)
        yield self._unharmed(traffic)

    def _let_go(self, traffic: Traffic) -> Grade:
        """A reply of one byte now and then is given up."""
        requests, patience = traffic.of("drip", kind=Kind.FEED), self._terms.patience
        held = [(asked, (traffic.now if asked.ended is None else asked.ended) - asked.at) for asked in requests]
        against = [asked for asked, seconds in held if seconds > patience]
        longest = max((seconds for _, seconds in held), default=0.0)
        occasion = bool(requests) and traffic.now - requests[0].at > patience
        figures = f"asked {len(requests)} times, held on for {longest:.1f} s at most"
        return grade("slow-body", occasion=occasion, against=against, figures=figures)

    def _limited(self, traffic: Traffic, name: str, site: str, limit: int, factor: int) -> Grade:
        """No more than `limit` bytes of a reply without end are taken; `factor` is what they decode to."""
        requests = traffic.of(site, kind=Kind.FEED)
        against = [asked for asked in requests if asked.sent * factor > limit]
        most = max((asked.sent * factor for asked in requests), default=0)
        figures = f"asked {len(requests)} times, took {most / _MIB:.1f} MiB at most (limit {limit // _MIB})"
        return grade(name, occasion=bool(requests), against=against, figures=figures)

    def _unharmed(self, traffic: Traffic) -> Grade:
        """A healthy feed goes on being asked beside them."""
        requests, pace = steady(traffic), own_pace(traffic)
        met = [asked for asked in traffic.requests if asked.site in ("drip", "pour", "bomb", "long-head")]
        allowed = max(_QUIET * (pace or 0.0), self._terms.patience)
        against = [asked for gap, asked in gaps(requests) if gap > allowed and not traffic.asleep(asked, gap)]
        if requests and traffic.now - requests[-1].at > allowed:
            against.append(requests[-1])
        longest = max((gap for gap, asked in gaps(requests) if not traffic.asleep(asked, gap)), default=0.0)
        figures = f"a healthy feed asked {len(requests)} times, at most {longest:.1f} s apart"
        return grade("unharmed", occasion=bool(met) and len(requests) > 2, against=against, figures=figures)

    def _luring(self, asked: Asked) -> Reply:
        return self._press.listing(asked, self.lure, "/story", _STORIES)

    def _lure_page(self, asked: Asked) -> Reply:
        return Reply(status=302, headers={"Location": self.inside.url(asked.path)})


def _stream(pieces, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(headers={"Content-Type": "application/rss+xml", "Connection": "close", **named}, stream=pieces)


async def _after_head(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield b"\r\n"
    yield b'<?xml version="1.0"?><rss version="2.0"><channel><title>'
    async for piece in pieces:
        yield piece


async def _bomb() -> AsyncIterator[bytes]:
    """A gzip stream of zeros: a few kilobytes that decode to four megabytes, a hundred times."""
    yield b"\r\n"
    piece = _bomb_piece()
    for _ in range(100):
        yield piece
        await asyncio.sleep(0.05)


async def _endless_head() -> AsyncIterator[bytes]:
    number = 0
    while number < 8192:
        yield f"X-Line-{number}: {'a' * 1000}\r\n".encode()
        number += 1
        await asyncio.sleep(0.001)


_PIECES: list[bytes] = []


def _bomb_piece() -> bytes:
    """Return a whole gzip member; members follow one another (RFC 1952 §2.2)."""
    if not _PIECES:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        _PIECES.append(packer.compress(bytes(_BOMB_PIECE)) + packer.flush())
    return _PIECES[0]
