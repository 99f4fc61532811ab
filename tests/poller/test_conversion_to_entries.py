"""Does everything a feed says of an entry reach the cleaner? A field that is added must be told what becomes of it."""

import dataclasses

import msgspec

from cleanwire.feed.entries.new_and_changed import Keyed
from cleanwire.feed.formats.parsed import Cut, FeedEntry, Format, ParsedFeed
from cleanwire.poller.bodies import entries
from cleanwire.records.feed import Entry, Feed, FeedOptions, Origin

LINK = "https://bay.example.org/p"
FILLED = FeedEntry(
    id="i",
    link=LINK,
    title="Pier opens",
    summary="Open again.",
    content_html="<p>It is open.</p>",
    authors=("Anna Berg",),
    published="2026-07-14T10:00:00Z",
    updated="2026-07-14T11:00:00Z",
    categories=("harbour",),
    cut=(Cut.TITLE,),
)
RENAMED = {"id": "entry_id", "link": "url"}
OF_THE_FEED = {"article_id", "site", "feed_id", "feed_url", "seen_at", "feed_title", "language", "time_zone"}
OF_THE_FEED |= {"changed", "feed_site"}
LATER = {"hops", "sent_on"}  # of entries that are handed on


def made() -> Entry:
    feed = Feed(
        id="f",
        url="https://wire.example.net/feed",
        site="example.net",
        origin=Origin.FILE,
        added_at=0.0,
        options=FeedOptions(time_zone="Europe/Berlin", title="The Wire"),
    )
    parsed = ParsedFeed(format=Format.RSS, title="Wire", language="en", entries=(FILLED,))
    return entries.entry(
        Keyed(entry=FILLED, link=LINK, key=b"k"),
        parsed,
        feed,
        now=1.0,
        changed=True,
        read_at="https://other.example.com/feed",
    )


def test_the_entry_here_has_every_field_filled() -> None:
    assert [field.name for field in dataclasses.fields(FeedEntry) if getattr(FILLED, field.name) == field.default] == []


def test_every_field_of_a_feeds_entry_reaches_the_record() -> None:
    told = {field.name: getattr(FILLED, field.name) for field in dataclasses.fields(FeedEntry)}
    assert {name: getattr(made(), RENAMED.get(name, name), None) for name in told} == told


def test_every_field_of_the_record_has_a_source() -> None:
    names = {RENAMED.get(field.name, field.name) for field in dataclasses.fields(FeedEntry)}
    assert set(Entry.__struct_fields__) == names | OF_THE_FEED | LATER


def test_no_field_of_the_record_is_left_empty() -> None:
    record = made()
    fields = [field for field in msgspec.structs.fields(Entry) if field.name not in LATER and not field.required]
    assert [field.name for field in fields if getattr(record, field.name) == field.default] == []
