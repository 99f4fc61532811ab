"""Which feeds should be polled? Lists are read, compared with the feeds topic, and only differences are written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cleanwire.errors import InputError
from cleanwire.feed.lists import read as lists
from cleanwire.feed.lists import subscribed
from cleanwire.feed.lists.read import FeedList, Listed
from cleanwire.records.base import encode
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.feed import Feed, FeedOptions, Origin
from cleanwire.stream import direct
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message, Write
from cleanwire.urls import identity, parse, secrets
from cleanwire.urls import site as sites

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_ERRORS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a synchronisation changes."""

    added: tuple[Feed, ...] = ()
    changed: tuple[Feed, ...] = ()
    removed: tuple[Feed, ...] = ()
    kept: int = 0


def read_sources(sources: Iterable[str]) -> list[Listed]:
    """Return the feeds that `sources` name, each once: URLs themselves, or paths of OPML, CSV or text files.

    Raises:
        InputError: a file cannot be read, or something in it is no feed; names file and line of the first ten.
    """
    found = lists.join(_source(source) for source in sources)
    if found.problems:
        more = f"\nand {len(found.problems) - MAX_ERRORS} more" if len(found.problems) > MAX_ERRORS else ""
        raise InputError("\n".join(found.problems[:MAX_ERRORS]) + more)
    return list(found.feeds)


def read_files(paths: Iterable[str]) -> FeedList:
    """Return what OPML, CSV or text files list, with what is repeated or wrong in them.

    Raises:
        InputError: a file cannot be read at all; names it.
    """
    return lists.join(lists.read(_read(Path(path)), path) for path in paths)


def _source(source: str) -> FeedList:
    if "://" not in source:
        return lists.read(_read(Path(source)), source)
    url = parse.href(source)
    if url is None:
        raise InputError(f"not an http(s) address: {secrets.shown(source)!r}")
    return FeedList(feeds=(Listed(url=url),))


def subscription(url: str, origin: Origin, *, now: float, options: FeedOptions | None = None) -> Feed:
    """Return the subscription to the feed at `url`; what `options` say about the user counts more than the address.

    Raises:
        InputError: `url` is no http(s) address, or one whose key is not shown.
    """
    href = parse.href(url)
    if href is None:
        raise InputError(f"not an http(s) address: {secrets.shown(url)!r}")
    if subscribed.is_redacted(href):
        raise InputError(f"the key in this address is not shown, so it cannot be asked: {secrets.shown(href)}")
    written = Feed(
        id=identity.feed_id(href),
        url=href,
        site=sites.site(href),
        origin=origin,
        added_at=now,
        options=options or FeedOptions(),
    )
    return subscribed.parted(written)


def listed(feed: Listed, origin: Origin, *, now: float) -> Feed:
    """Return the subscription that a list asks for."""
    return subscription(feed.url, origin, now=now, options=subscribed.options(feed))


def compare(wanted: Sequence[Listed], known: Iterable[Feed], *, now: float) -> Difference:
    """Return what turns `known` into `wanted`. Only feeds that came from a file are ever changed or removed.

    The options that a list states win; what it says nothing about, such as a pause, stays as it is.
    """
    every = list(known)
    paired = subscribed.pair(wanted, every)
    feeds = {identity.feed_id(feed.url): feed for feed in reversed(wanted)}
    added, changed = [], []
    for written, before in paired.items():
        feed = feeds[written]
        if before is None:
            added.append(listed(feed, Origin.FILE, now=now))
        elif before.origin is Origin.FILE:
            after = subscribed.changed(before, feed)
            changed += [] if after == before else [after]
    meant = {feed.id for feed in paired.values() if feed is not None}
    return Difference(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(feed for feed in every if feed.origin is Origin.FILE and feed.id not in meant),
        kept=len(paired) - len(added) - len(changed),
    )


async def read_all(connection: Connection, topic: str, tell: direct.Tell | None = None) -> dict[str, Feed]:
    """Return every subscription by id, its user and password apart from its address; `tell` hears how far it has come.

    Records that cannot be read say nothing: their owner reports them.
    """
    found: dict[str, Feed] = {}

    def take(message: Message) -> None:
        if message.value is None:
            found.pop(message.key_text, None)
            return
        feed = _FEEDS.row(message.key, message.value)
        if not isinstance(feed, Unreadable):
            found[feed.id] = subscribed.parted(feed)

    await direct.read_all(connection, topic, take, tell)
    return found


async def write(
    connection: Connection, topic: str, partitions: int, *, put: Iterable[Feed] = (), remove: Iterable[Feed] = ()
) -> None:
    """Write subscriptions and cancellations to the partitions of their sites."""
    writes = [_write(topic, feed, encode(feed), partitions) for feed in put]
    writes += [_write(topic, feed, None, partitions) for feed in remove]
    if writes:
        await direct.write(connection, writes)


async def add(connection: Connection, topic: str, partitions: int, wanted: Sequence[Listed], *, now: float) -> int:
    """Subscribe to those of `wanted` that are not known, on behalf of a person; return how many they are.

    Raises:
        InputError: one is no http(s) address, or its options are wrong; nothing was written.
        BrokerUnavailable: no answer in time; some may have been written.
    """
    feeds = [(each, listed(each, Origin.CLI, now=now)) for each in wanted]
    paired = subscribed.pair(wanted, (await read_all(connection, topic)).values())
    new = {feed.id: feed for each, feed in feeds if paired[identity.feed_id(each.url)] is None}
    await write(connection, topic, partitions, put=new.values())
    return len(new)


async def synchronise(
    connection: Connection, topic: str, partitions: int, wanted: Sequence[Listed], *, now: float
) -> Difference:
    """Make the feeds of origin `file` those of `wanted`. Every replica may do it at once."""
    known = await read_all(connection, topic)
    difference = compare(wanted, known.values(), now=now)
    await write(connection, topic, partitions, put=(*difference.added, *difference.changed), remove=difference.removed)
    return difference


def _write(topic: str, feed: Feed, value: bytes | None, partitions: int) -> Write:
    return Write(topic=topic, key=feed.id.encode(), value=value, partition=sites.partition(feed.site, partitions))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if len(body) > MAX_FILE_BYTES:
        raise InputError(f"{path}: over {MAX_FILE_BYTES} bytes")
    return body


_FEEDS = Reader(Feed, key="id")
