"""What the ops page holds: bounded whatever comes, and true."""

from cleanwire.ops.console import bounds
from cleanwire.ops.console.held import flow
from cleanwire.ops.console.views import overview
from cleanwire.urls import identity
from console.held import NAMES, NOW, document, entry, feed, installation, message, rejected, state


def test_the_last_documents_stay_and_the_newest_comes_first() -> None:
    held = installation(most_documents=2)
    for number in range(3):
        held.take(document(id=str(number), title=f"T{number}"), now=NOW)
    assert [row.title for row in held.documents] == ["T2", "T1"]
    assert held.documents.left_out == 1


def test_a_revision_takes_the_place_of_the_one_before() -> None:
    held = installation()
    held.take(document(id="a", revision=1), now=NOW)
    held.take(document(id="b", revision=1), now=NOW)
    held.take(document(id="a", revision=2), now=NOW)
    assert [(row.id, row.revision) for row in held.documents] == [("a", 2), ("b", 1)]


def test_documents_of_a_megabyte_are_held_within_the_bound_of_bytes() -> None:
    held = installation(memory_bytes=2**24)
    for number in range(12):
        held.take(document(id=str(number), title="T" * 1_000_000), now=NOW)
    assert len(held.documents) == 4  # a quarter of 16 MiB
    assert max(len(row.title) for row in held.documents) == bounds.SHOWN_CHARACTERS


def test_control_and_direction_characters_are_gone_from_rows() -> None:
    held = installation()
    held.take(document(id="a", title="one \u202etwo\x1b[31m\nthree"), now=NOW)
    (row,) = held.documents
    assert row.title == "one two [31m three"


def test_what_is_no_record_is_counted_and_shown_nowhere() -> None:
    held = installation()
    for topic in (NAMES.documents, NAMES.rejected, NAMES.entries):
        held.take(message(topic, "x", b"{"), now=NOW)
        held.take(message(topic, "x", None), now=NOW)
    held.take(message(NAMES.feeds, "x", b"[" * 5000), now=NOW)
    held.take(message(NAMES.feed_state, "x", b"\xff"), now=NOW)
    held.take(message(NAMES.site_state, "x", b"{}"), now=NOW)
    assert held.unreadable == 6
    assert (len(held.documents), len(held.rejections), len(held.feeds), held.sites.rows()) == (0, 0, 0, [])


def test_a_state_that_comes_before_its_subscription_is_not_lost() -> None:
    held = installation()
    held.take(state(polled_at=NOW, title="Its own"), now=NOW)
    held.take(feed(), now=NOW)
    (row,) = held.feeds.rows()
    assert (row.title, row.state) == ("Its own", "active")


def test_the_polls_of_a_feed_are_remembered_newest_first_and_not_for_ever() -> None:
    held = installation()
    held.take(feed(), now=NOW)
    for number in range(bounds.POLLS_REMEMBERED + 5):
        held.take(state(polled_at=NOW + number, changed_at=NOW), now=NOW)
    held.take(state(polled_at=NOW + 99, changed_at=NOW, failures=1, last_failure="dns: no such host"), now=NOW)
    (row,) = held.feeds.rows()
    assert [poll.failure for poll in row.polls][:2] == ["dns: no such host", None]
    assert len(row.polls) == bounds.POLLS_REMEMBERED
    assert row.state == "failing"


def test_an_unsubscribed_feed_is_gone_with_its_state() -> None:
    held = installation()
    held.take(feed(), now=NOW)
    held.take(state(polled_at=NOW), now=NOW)
    held.take(message(NAMES.feeds, identity.feed_id("https://news.example/feed"), None), now=NOW)
    assert held.feeds.rows() == []
    assert held.feeds.of_sites == {}


def test_feeds_beyond_the_bound_are_counted_and_not_held() -> None:
    held = installation(memory_bytes=1_000_000)
    for number in range(400):
        held.take(feed(f"https://news.example/{number}"), now=NOW)
        held.take(state(f"https://news.example/{number}", polled_at=NOW), now=NOW)
    assert 100 < len(held.feeds) < 250
    assert held.feeds.left_out == 400 - len(held.feeds)


def test_a_feeds_secrets_are_not_in_what_is_shown() -> None:
    held = installation()
    held.take(feed("https://user:hunter2@news.example/feed?token=abcdef", password="pw-1"), now=NOW)
    (row,) = held.feeds.rows()
    assert row.shown == "https://news.example/feed?token=***"


def test_the_flow_knows_the_last_hours_only_and_whatever_times_records_carry() -> None:
    held = installation()
    for minute in range(bounds.MINUTES + 50):
        held.take(entry(at=NOW - 60 * minute), now=NOW)
    for at in (-1.0, 0.0, 1e15):
        held.flow.count(flow.DOCUMENTS, at, NOW)
    assert sum(held.flow.series([flow.ENTRIES], now=NOW, minutes=60)) == 60
    assert held.flow.totals(now=NOW, minutes=60) == {flow.ENTRIES: 60}


def test_the_overview_counts_what_came_and_what_was_refused() -> None:
    held = installation()
    held.take(feed(), now=NOW)
    held.take(state(polled_at=NOW - 900, next_poll_at=NOW - 600), now=NOW)
    held.take(entry(), now=NOW)
    held.take(entry("https://news.example/b", changed=True), now=NOW)
    held.take(document(), now=NOW)
    held.take(rejected(), now=NOW)
    shown = overview.view(held, now=NOW)
    assert [(chart.name, chart.total) for chart in shown.charts] == [("entries", 2), ("documents", 1), ("rejected", 1)]
    assert [(reason.reason, reason.hour, reason.held) for reason in shown.reasons] == [("http_client_error", 1, 1)]
    assert (shown.feeds.late, shown.feeds.latest_s) == (1, 600)
