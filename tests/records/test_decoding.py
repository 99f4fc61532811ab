"""Whatever bytes a topic holds, the answer is a record or a reason; and what we write can always be read."""

import json
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.records import decoding
from cleanwire.records.article_state import ArticleState, ArticleStatus, SiteState
from cleanwire.records.base import Record, encode
from cleanwire.records.command import Action, Command
from cleanwire.records.decoding import MAX_BYTES, MAX_DEPTH, Flaw, Reader, Unreadable
from cleanwire.records.document import Document
from cleanwire.records.feed import Child, Entry, Feed, FeedState, Origin
from cleanwire.records.rejected import Rejected
from cleanwire.records.websub import HubState, Subscription

NOW = 1_700_000_000.0
ENTRY = Entry(
    article_id="a" * 32, site="news.example", url="https://news.example/a", feed_id="f", feed_url="u", seen_at=NOW
)
RECORDS: tuple[Record, ...] = (
    Feed(id="f", url="https://news.example/feed", site="news.example", origin=Origin.FILE, added_at=NOW),
    FeedState(
        feed_id="f",
        url="u",
        next_poll_at=NOW,
        seen=b"12345678",
        children=(Child(state=FeedState(feed_id="c", url="v", next_poll_at=1)),),
    ),
    ENTRY,
    ArticleState(id="a" * 32, site="s", url="u", status=ArticleStatus.PENDING, listed_at=NOW, due_at=NOW, entry=ENTRY),
    SiteState(site="news.example", template=b"12"),
    Command(id="1", action=Action.RETRY, site="s", target="t", asked_at=NOW),
    Subscription(id="s", feed_id="f", site="s", hub="h", topic="t", state=HubState.WANTED, due_at=NOW, key="k"),
)
KINDS = (*(type(record) for record in RECORDS), Document, Rejected)
HOSTILE = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "no UTF-8": b'{"id":"\xff","feed_id":"\xff","article_id":"\xff","site":"\xff","schema":"\xff"}',
    "half a surrogate pair": b'{"id":"\\ud800"}',
    "deep": b'{"zzz":' + b"[" * 1200 + b"]" * 1200 + b"}",
    "deeper than any stack": b"[" * 1_000_000,
    "deep, of objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "too large": b'{"a":"' + b"x" * MAX_BYTES + b'"}',
    "not a number": b'{"seen_at":NaN,"listed_at":NaN}',
    "more than any number": b'{"seen_at":1e999,"listed_at":1e999,"asked_at":1e999,"due_at":1e999,"added_at":1e999}',
    "digits": b'{"id":' + b"9" * 100_000 + b"}",
    "cut off": b'{"id":"x","si',
    "not ended": b'{"id":"' + b'"' * 100_000,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bytes_are_no_record_of_any_kind(kind: type[Record], value: bytes) -> None:
    assert isinstance(Reader(kind).read(value), Unreadable)


@given(st.binary(max_size=200) | st.text(alphabet='{}[]"\\,:a1', max_size=300).map(str.encode))
def test_any_bytes_have_an_answer(value: bytes) -> None:
    assert isinstance(Reader(Command).read(value), Unreadable | Command)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_what_is_written_is_read(record: Record) -> None:
    assert Reader(type(record)).read(encode(record)) == record


def changed(record: Record, **fields: Any) -> bytes:
    return msgspec.json.encode({**msgspec.json.decode(encode(record)), **fields})


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        (RECORDS[3], "revision", -1),
        (RECORDS[3], "revision", 2**70),
        (RECORDS[3], "attempts", -1),
        (RECORDS[3], "listed_at", -1e308),
        (RECORDS[3], "due_at", 1e308),
        (RECORDS[3], "entry", None),
        (RECORDS[3], "entry", {**msgspec.json.decode(encode(ENTRY)), "seen_at": 1e300}),
        (RECORDS[2], "seen_at", -1.0),
        (RECORDS[2], "seen_at", 2.0**33 + 1),
        (RECORDS[2], "hops", -1),
        (RECORDS[1], "next_poll_at", 1e308),
        (RECORDS[1], "rest_until", -1),
        (RECORDS[1], "window", -1),
        (RECORDS[1], "skip_hours", [99]),
        (RECORDS[1], "skip_days", [-1]),
        (RECORDS[1], "seen", "MTIz"),
        (RECORDS[1], "stories", "MTIz"),
        (RECORDS[1], "changes", "MQ=="),
        (RECORDS[1], "rhythm", "MQ=="),
        (RECORDS[1], "listing", {"articles": "MQ=="}),
        (RECORDS[1], "listing", {"articles": "MTIzNDU2Nzg=", "ids": "MTIz"}),
        (RECORDS[1], "gap", {"since": 1, "until": -1, "lost": -5, "due_at": 0}),
        (RECORDS[1], "children", [{"state": {"feed_id": "c", "url": "", "next_poll_at": 1, "seen": "MTIz"}}]),
        (RECORDS[4], "pages", -1),
        (RECORDS[5], "asked_at", 1e300),
        (RECORDS[6], "credit", -2),
    ],
    ids=str,
)
def test_what_lies_out_of_its_range_is_no_record(record: Record, field: str, value: Any) -> None:
    found = Reader(type(record)).read(changed(record, **{field: value}))
    assert isinstance(found, Unreadable)
    assert found.flaw is Flaw.WRONG_SHAPE


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (RECORDS[1], {"rest_until": NOW + 99_999_999_999}),  # Retry-After with eleven digits
        (RECORDS[1], {"update_period_s": 3e300, "ttl_s": 5e7}),
        (RECORDS[1], {"listing": {"articles": "MTIzNDU2Nzg=", "newest_at": -2e9}}),
        (RECORDS[1], {"gap": {"since": -2e9, "until": 1, "lost": 1000, "due_at": NOW}}),
        (RECORDS[0], {"options": {"min_interval_s": 0, "max_interval_s": 1e8}}),
        (RECORDS[3], {"revision": 100, "entry": {**msgspec.json.decode(encode(ENTRY)), "seen_at": 0}}),
    ],
    ids=str,
)
def test_what_version_0_1_could_write_is_still_sound(record: Record, fields: dict[str, Any]) -> None:
    assert not isinstance(Reader(type(record)).read(changed(record, **fields)), Unreadable)


@pytest.mark.parametrize("levels", [MAX_DEPTH, 500, 100_000])
def test_a_record_with_something_deep_beside_it_is_none(levels: int) -> None:
    value = encode(ENTRY)[:-1] + b',"zzz":' + b"[" * levels + b"]" * levels + b"}"
    found = Reader(Entry).read(value)
    assert isinstance(found, Unreadable)
    assert found.flaw is Flaw.TOO_DEEP
    shallow = encode(ENTRY)[:-1] + b',"zzz":' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}"
    assert Reader(Entry).read(shallow) == ENTRY


NESTED = st.recursive(
    st.sampled_from(['a"\\[{', "\\", '}]"', None, 1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(['k"[', "\\"]), inner, max_size=2),
)


def depth(value: object) -> int:
    if not isinstance(value, dict | list):
        return 0
    parts = list(value.values()) if isinstance(value, dict) else cast("list[object]", value)
    return 1 + max(map(depth, parts), default=0)


@given(NESTED, st.integers(0, 2 * MAX_DEPTH), st.booleans())
def test_depth_is_counted_outside_strings_only(inner: Any, around: int, lists: bool) -> None:
    for _ in range(around):
        inner = [inner, "[{"] if lists else {'"[': inner}
    assert decoding.is_too_deep(json.dumps(inner).encode()) == (depth(inner) > MAX_DEPTH)


def test_a_record_under_the_key_of_another_is_none() -> None:
    reader = Reader(Feed, key="id")
    assert reader.row(b"f", encode(RECORDS[0])) == RECORDS[0]
    assert isinstance(reader.row(b"g", encode(RECORDS[0])), Unreadable)
    assert isinstance(reader.row(None, encode(RECORDS[0])), Unreadable)


def test_half_a_surrogate_pair_is_written_as_a_sign_that_can_be_read() -> None:
    entry = msgspec.structs.replace(ENTRY, title="a\ud800b 😀", authors=("\udfff",))
    assert Reader(Entry).read(encode(entry)) == msgspec.structs.replace(ENTRY, title="a\ufffdb 😀", authors=("\ufffd",))
