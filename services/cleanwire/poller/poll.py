"""One poll of a feed: ask, read what came, compare with what is known."""

import math
import time
from dataclasses import dataclass, replace

import xxhash
from msgspec import structs

from cleanwire.crawl import headers
from cleanwire.feed.entries.same_story import Stories
from cleanwire.feed.formats.parsed import NotAFeed
from cleanwire.feed.timing import schedule
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds, PollReply
from cleanwire.feed.websub import hubs
from cleanwire.feed.websub.hubs import Announced
from cleanwire.fetch import request
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import Fetched, FetchFailed
from cleanwire.poller.bodies import reading
from cleanwire.poller.bodies.readers import Readers, Unread
from cleanwire.poller.bodies.reading import Question, Read
from cleanwire.records.feed import Child, Feed, FeedState
from cleanwire.sandbox.pool import PoolCrashed, PoolTimeout
from cleanwire.settings import FetchSettings, PollSettings
from cleanwire.telemetry import redact
from cleanwire.telemetry.catalogue import PollFailure, PollOutcome

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a poll brought. `read` is there when a changed body was read as a feed."""

    outcome: PollOutcome
    reply: PollReply
    url: str
    status: int | None
    wire_bytes: int
    unreached: bool = False  # there was not even a reply that we refuse
    took_s: float = 0.0
    asked_s: float = 0.0  # of them, until the reply had come
    failure: PollFailure | None = None
    detail: str | None = None
    read: Read | None = None
    announced: Announced | None = None


class Polls:
    """Polls feeds with the process's fetcher."""

    def __init__(self, fetcher: Fetcher, readers: Readers, poll: PollSettings, fetch: FetchSettings) -> None:
        self._fetcher = fetcher
        self._readers = readers
        self._poll = poll
        self._fetch = fetch

    async def make(
        self, feed: Feed, part: Part, told: Stories, *, bounds: Bounds, children: tuple[Child, ...] = ()
    ) -> Polled:
        """Poll `part` of `feed` once. Everyday failures are outcomes.

        Args:
            told: the stories of the site's feeds.
            children: the sitemaps of the feed that are followed.
        """
        began = time.perf_counter()
        state = part.state
        unconditional = schedule.audit_due(state, self._poll.audit_interval_s, now=time.time())
        reply = await self._ask(feed, state, unconditional)
        asked_s = time.perf_counter() - began
        if isinstance(reply, FetchFailed):
            failure = PollFailure(reply.reason)
            why = redact.text(f"{failure}: {reply.detail}" if reply.detail else failure)  # it may quote an address
            polled = _failed(PollReply(status=None, failure=why), failure, reply.detail, reply)
        else:
            said = _said(reply, unconditional, now=time.time())
            polled = await self._read(feed, part, reply, said, told, bounds, children)
        return replace(polled, took_s=time.perf_counter() - began, asked_s=asked_s)

    async def _ask(self, feed: Feed, state: FeedState, unconditional: bool) -> Fetched | FetchFailed:
        options = feed.options
        trusted = request.may_share(state.url, feed.url)  # a feed that moved away takes no secrets along
        return await self._fetcher.get(
            state.url,
            limit_bytes=self._fetch.feed_limit_bytes,
            accept=ACCEPT,
            etag=None if unconditional else state.etag,
            last_modified=None if unconditional else state.last_modified,
            headers=options.headers if trusted else {},
            auth=options.auth if trusted else None,
        )

    async def _read(
        self,
        feed: Feed,
        part: Part,
        reply: Fetched,
        said: PollReply,
        told: Stories,
        bounds: Bounds,
        children: tuple[Child, ...],
    ) -> Polled:
        if reply.status == 304:
            return _brought(PollOutcome.NOT_MODIFIED, structs.replace(said, not_modified=True), reply)
        if not 200 <= reply.status < 300:
            failure = PollFailure.HTTP_SERVER_ERROR if reply.status >= 500 else PollFailure.HTTP_CLIENT_ERROR
            detail = f"HTTP {reply.status}"
            return _failed(structs.replace(said, failure=detail), failure, detail, reply)
        body_hash = xxhash.xxh3_64_hexdigest(reply.body)
        if body_hash == part.state.body_hash:
            return _brought(PollOutcome.UNCHANGED, structs.replace(said, body_hash=body_hash), reply)
        question = Question(
            body=reply.body,
            url=reply.url,
            content_type=reply.headers.get("content-type"),
            feed=reading.without_secrets(feed),
            part=part,
            children=children,
            told=told.packed(),
            backfill=math.ceil(self._poll.backfill * part.share),
            bounds=bounds,
            now=time.time(),
        )
        found = await self._readers.read(question)
        if isinstance(found, Read):
            return _read(reply, structs.replace(said, body_hash=body_hash), found)
        failure, detail = _unread(found)
        return _failed(structs.replace(said, failure=detail), failure, detail, reply)


def _read(reply: Fetched, said: PollReply, found: Read) -> Polled:
    head = found.head
    told = structs.replace(
        said,
        entries=found.entries,
        new_entries=found.new,
        lost_entries=0 if found.gap is None else found.gap.lost,
        entry_times=found.entry_times,
        ttl_s=head.ttl_s,
        update_period_s=head.update_period_s,
        skip_hours=head.skip_hours,
        skip_days=head.skip_days,
    )
    if found.held:  # the same body must be read again, so it is asked for without conditions
        told = structs.replace(told, body_hash="", etag=None, last_modified=None)
    announced = hubs.announced(reply.headers, head, url=reply.url)
    return replace(_brought(PollOutcome.PARSED, told, reply), read=found, announced=announced)


def _unread(found: NotAFeed | Unread) -> tuple[PollFailure, str]:
    match found:
        case NotAFeed(reason=reason, detail=detail):
            return PollFailure.NOT_A_FEED, f"{reason}: {detail}"
        case PoolTimeout(after_s=after_s):
            return PollFailure.READING_TIMEOUT, f"not read within {after_s:g} s"
        case PoolCrashed(kind=kind, detail=detail):
            return PollFailure.READING_CRASHED, f"{kind}: {detail}"


def _said(reply: Fetched, unconditional: bool, *, now: float) -> PollReply:
    """Return what the reply's head says to scheduling."""
    return PollReply(
        status=reply.status,
        max_age_s=headers.max_age_s(reply.headers),
        expires_s=headers.expires_s(reply.headers, now=now),
        retry_after_s=headers.retry_after_s(reply.headers, now=now),
        permanent_redirect_to=reply.permanent_url,
        etag=headers.validator(reply.headers, "etag"),
        last_modified=headers.validator(reply.headers, "last-modified"),
        unconditional=unconditional,
    )


def _brought(outcome: PollOutcome, said: PollReply, reply: Fetched) -> Polled:
    return Polled(outcome=outcome, reply=said, url=reply.url, status=reply.status, wire_bytes=reply.wire_bytes)


def _failed(said: PollReply, failure: PollFailure, detail: str, reply: Fetched | FetchFailed) -> Polled:
    return Polled(
        outcome=PollOutcome.FAILED,
        reply=said,
        url=reply.url,
        status=reply.status if isinstance(reply, Fetched) else None,
        wire_bytes=reply.wire_bytes if isinstance(reply, Fetched) else 0,
        unreached=isinstance(reply, FetchFailed) and reply.unreached,
        failure=failure,
        detail=detail,
    )
