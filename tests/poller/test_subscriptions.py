"""Which feeds are wanted, and what turns those that are known into them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.article import clean, documents
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.errors import InputError
from cleanwire.feed.entries import new_and_changed
from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed
from cleanwire.feed.lists.read import Listed
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies import entries
from cleanwire.records.feed import FeedOptions, FeedState, Origin
from cleanwire.urls import identity
from services.newsroom import rss

NOW = 1_700_000_000.0
A, B, C = (f"https://{name}.example/feed" for name in "abc")


def feed(url: str, origin: Origin, **options: Any) -> subscriptions.Feed:
    return subscriptions.subscription(url, origin, now=NOW, options=FeedOptions(**options))


def wants(*urls: str) -> list[Listed]:
    return [Listed(url=url) for url in urls]


@given(
    wanted=st.lists(st.sampled_from([A, B, C]), max_size=5),
    known=st.dictionaries(st.sampled_from([A, B, C]), st.sampled_from(Origin)),
)
def test_a_comparison_adds_what_is_missing_and_removes_only_what_came_from_a_file(
    wanted: list[str], known: dict[str, Origin]
) -> None:
    difference = subscriptions.compare(wants(*wanted), [feed(url, origin) for url, origin in known.items()], now=NOW)
    assert {f.url for f in difference.added} == set(wanted) - known.keys()
    assert len(difference.added) == len({f.id for f in difference.added})
    files = {url for url, origin in known.items() if origin is Origin.FILE}
    assert {f.url for f in difference.removed} == files - set(wanted)
    assert difference.kept == len(set(wanted) & known.keys())


def test_what_was_compared_and_written_gives_no_difference() -> None:
    difference = subscriptions.compare(wants(A, B), [], now=NOW)
    again = subscriptions.compare(wants(A, B), difference.added, now=NOW + 1)
    assert (again.added, again.removed, again.kept) == ((), (), 2)


def test_a_feed_is_the_same_over_http_and_https_and_in_any_writing() -> None:
    difference = subscriptions.compare(wants("HTTP://A.example:80/feed#x"), [feed(A, Origin.FILE)], now=NOW)
    assert (difference.added, difference.removed) == ((), ())


def test_sources_are_addresses_and_files_each_feed_once(tmp_path: Path) -> None:
    listing = tmp_path / "feeds.txt"
    listing.write_text(f"{A}\n\n# remark\n{B}  # the second\n")
    assert [feed.url for feed in subscriptions.read_sources([C, str(listing), A])] == [C, A, B]


def test_of_many_wrong_lines_ten_are_named(tmp_path: Path) -> None:
    listing = tmp_path / "feeds.txt"
    listing.write_text("x\n" * 15)
    with pytest.raises(InputError, match=r"feeds\.txt:10: (?s:.)*and 5 more$"):
        subscriptions.read_sources([A, str(listing)])


def test_what_a_list_states_wins_and_what_it_does_not_stays() -> None:
    known = [feed(A, Origin.FILE, title="Old", paused=True), feed(B, Origin.CLI, title="Mine"), feed(C, Origin.FILE)]
    wanted = [Listed(url=A, words={"title": "New"}), Listed(url=B, words={"title": "Theirs"}), Listed(url=C)]
    difference = subscriptions.compare(wanted, known, now=NOW)
    assert [(f.url, f.options) for f in difference.changed] == [(A, FeedOptions(title="New", paused=True))]
    assert (difference.added, difference.removed, difference.kept) == ((), (), 2)


@pytest.mark.parametrize("source", ["nowhere.txt", "ftp://a.example/feed", ""])
def test_a_source_that_is_nothing_is_named(source: str) -> None:
    with pytest.raises(InputError) as caught:
        subscriptions.read_sources([source])
    assert source in str(caught.value)


def test_an_address_that_cannot_be_subscribed_is_named() -> None:
    with pytest.raises(InputError, match="mailto:a@b"):
        subscriptions.subscription("mailto:a@b.example", Origin.CLI, now=NOW)


def test_an_entry_carries_what_the_cleaner_needs_and_no_more_text_than_is_bounded() -> None:
    parsed = feed_body.parse(rss(("https://news.example/a?utm_source=x", "A & B"), title="The feed"), url=A)
    assert isinstance(parsed, ParsedFeed)
    state = FeedState(feed_id="f", url=A, next_poll_at=NOW)
    [keyed] = new_and_changed.select(parsed, state, now=NOW).new
    subscribed = feed(A, Origin.CLI)
    entry = entries.entry(keyed, parsed, subscribed, now=NOW, changed=True)
    assert (entry.title, entry.feed_title, entry.feed_id, entry.feed_url) == ("A & B", "The feed", subscribed.id, A)
    assert entry.article_id == identity.article_id("https://news.example/a")
    assert (entry.site, entry.seen_at, entry.changed, entry.hops) == ("news.example", NOW, True, 0)
    assert entry.published is not None


def test_a_subscribers_name_for_a_feed_wins() -> None:
    parsed = feed_body.parse(rss(("https://news.example/a", "A"), title="The feed"), url=A)
    assert isinstance(parsed, ParsedFeed)
    named = subscriptions.subscription(A, Origin.CLI, now=NOW, options=FeedOptions(title="Mine"))
    [keyed] = new_and_changed.select(parsed, FeedState(feed_id="f", url=A, next_poll_at=NOW), now=NOW).new
    assert entries.entry(keyed, parsed, named, now=NOW, changed=False).feed_title == "Mine"


def test_a_feeds_time_zone_reaches_the_times_of_its_articles() -> None:
    parsed = feed_body.parse(rss(("https://news.example/a", "A bridge opens"), title="The feed"), url=A)
    assert isinstance(parsed, ParsedFeed)
    zoned = subscriptions.subscription(A, Origin.CLI, now=NOW, options=FeedOptions(time_zone="Asia/Tehran"))
    [keyed] = new_and_changed.select(parsed, FeedState(feed_id="f", url=A, next_poll_at=NOW), now=NOW).new
    entry = entries.entry(keyed, parsed, zoned, now=NOW, changed=False)
    text = "<p>The old bridge was opened on Friday for walkers, carts and the one bus that still crosses the river.</p>"
    head = "<meta property='article:published_time' content='2023-05-03T12:00:00'>"
    page = (
        f"<html><head><title>A bridge opens</title>{head}</head><body><h1>A bridge opens</h1>{text * 3}</body></html>"
    )
    article = clean.clean(Page(url=entry.url, body=page.encode(), fetched_at=NOW), documents.hints(entry))
    assert isinstance(article, Article)
    assert article.published is not None
    assert article.published.at == datetime(2023, 5, 3, 8, 30, tzinfo=UTC)
