"""What records of the input topics become: entries, commands, or a rejection that names their place."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.articles import NOW, PARTITIONS, URL, entry, message, partition_of, pending
from cleanwire.cleaner import intake
from cleanwire.records.article_state import ArticleStatus, DueReason
from cleanwire.records.base import encode
from cleanwire.records.command import Action, Command
from cleanwire.records.feed import Entry, unaskable
from cleanwire.records.rejected import Rejected, Rejection
from cleanwire.settings import CleanSettings

SETTINGS = CleanSettings()


def read(value: bytes | None, *, partition: int | None = None, key: bytes | None = b"k") -> Entry | Rejected:
    at = partition_of() if partition is None else partition
    return intake.entry(message(value, key=key), partition=at, partitions=PARTITIONS, now=NOW)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff\xfe\x17", id="random-bytes"),
        pytest.param(b"{}", id="empty-object"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"article_id": 5}', id="wrong-type"),
        pytest.param(encode(entry())[:-1], id="cut-off"),
        pytest.param(encode(entry()) + b"{}", id="two-objects"),
        pytest.param(encode(entry(seen_at=-1.0)), id="time-before-all-time"),
        pytest.param(encode(entry(seen_at=1e300)), id="time-after-all-time"),
        pytest.param(b'{"article_id": "\\ud800", "site": "\\ud800"}', id="half-a-surrogate"),
        pytest.param(b"[" * 100_000, id="deep-nesting"),
    ],
)
def test_poison_is_a_rejection_that_names_its_place(value: bytes) -> None:
    found = read(value)
    assert isinstance(found, Rejected)
    assert found.reason is Rejection.POISON_MESSAGE
    assert (found.detail or "").startswith("t.entries/1/7: ")
    assert len(encode(found)) < 2000


def test_poison_has_the_same_id_whenever_it_is_read_and_another_one_at_another_place() -> None:
    twice = [intake.poison(message(b"x", offset=offset), "why", now=NOW) for offset in (1, 1, 2)]
    assert twice[0].article_id == twice[1].article_id != twice[2].article_id


def test_a_huge_key_or_none_does_not_matter() -> None:
    for key in (None, b"k" * 1_000_000, b"\xff"):
        assert read(encode(entry()), key=key) == entry()


def test_an_entry_of_another_partition_is_poison_there() -> None:
    found = read(encode(entry()), partition=(partition_of() + 1) % PARTITIONS)
    assert isinstance(found, Rejected)
    assert found.reason is Rejection.POISON_MESSAGE


@pytest.mark.parametrize("url", ["", "ftp://news.example/x", "javascript:alert(1)", "https://" + "a" * 9000])
def test_an_entry_that_nobody_can_ask_for_is_rejected(url: str) -> None:
    found = read(encode(msgspec.structs.replace(entry(), url=url)))
    assert isinstance(found, Rejected)
    assert found.reason is Rejection.INVALID_URL
    assert len(found.detail or "") < 300


def test_an_entry_whose_address_fitted_no_record_is_rejected_for_that() -> None:
    found = read(encode(unaskable(entry())))
    assert isinstance(found, Rejected)
    assert found.reason is Rejection.RECORD_TOO_LARGE
    assert found.article_id != entry().article_id, "whoever may write entries could reject any article"
    assert len(encode(found)) < 1500


@given(st.binary(max_size=300))
def test_no_bytes_raise(value: bytes) -> None:
    assert isinstance(read(value), (Entry, Rejected))
    assert isinstance(intake.command(message(value, topic="t.commands"), now=NOW), (Command, Rejected))


def test_a_command_is_read() -> None:
    command = Command(id="1", action=Action.RETRY, site="news.example", target="x", asked_at=NOW)
    assert intake.command(message(encode(command)), now=NOW) == command


def test_an_unknown_action_is_poison() -> None:
    value = b'{"id":"1","action":"dance","site":"s","target":"t","asked_at":1}'
    assert isinstance(intake.command(message(value), now=NOW), Rejected)


def test_a_new_article_is_due_at_once_and_is_remembered_without_its_texts() -> None:
    state = intake.first_seen(entry(), now=NOW + 3)
    assert (state.status, state.due_at, state.due_reason) == (ArticleStatus.PENDING, NOW, DueReason.NEW)
    assert state.entry is not None
    assert state.entry.content_html is None
    assert state.entry.summary is None


def test_a_poller_whose_clock_is_ahead_delays_nothing() -> None:
    assert intake.first_seen(entry(seen_at=NOW + 3600), now=NOW).due_at == NOW


@pytest.mark.parametrize(
    ("status", "changed", "due"),
    [
        pytest.param(ArticleStatus.DONE, True, DueReason.CHANGED, id="changed-after-publication"),
        pytest.param(ArticleStatus.DONE, False, None, id="listed-again"),
        pytest.param(ArticleStatus.REJECTED, True, None, id="rejected-stays-so"),
        pytest.param(ArticleStatus.MOVED, True, None, id="moved-stays-so"),
    ],
)
def test_an_article_seen_again(status: ArticleStatus, changed: bool, due: DueReason | None) -> None:
    known = pending(status=status, revision=1, due_at=None, due_reason=None)
    state = intake.seen_again(known, entry(seen_at=NOW + 60, changed=changed), SETTINGS, now=NOW + 61)
    assert state.listed_at == NOW + 60
    assert state.due_reason is due
    assert state.due_at == (NOW + 61 if due is not None else None)
    assert (state.status, state.revision) == (status, 1)


def test_an_older_sighting_does_not_age_an_article() -> None:
    assert intake.seen_again(pending(), entry(seen_at=NOW - 60), SETTINGS, now=NOW).listed_at == NOW


def test_the_rejection_of_an_entry_keeps_the_entry_without_its_texts() -> None:
    rejected = intake.reject(entry(), Rejection.TOO_SHORT, now=NOW, detail="why", attempts=2, http_status=200)
    assert (rejected.article_id, rejected.url, rejected.attempts) == (entry().article_id, URL, 2)
    assert rejected.entry is not None
    assert rejected.entry.content_html is None
