"""One article under two addresses, and articles that only look like one."""

import pytest

from cleanwire.feed.entries import same_story, words
from cleanwire.feed.entries.new_and_changed import Dropped
from cleanwire.feed.entries.same_story import Stories
from cleanwire.feed.formats.parsed import FeedEntry
from feed.polled import NOW, Feed, entry, links

NOON = "2027-01-15T07:30:00Z"
MORNING = "2027-01-15T05:30:00Z"
TITLE = "Harbour council votes to rebuild the old ferry pier"
STORY = entry("a", title=TITLE, summary="The vote was close.", published=NOON)
LATER = NOW + 600


def again(**given: str | None) -> FeedEntry:
    usual = {"title": TITLE, "summary": "The vote was close.", "published": NOON}
    return entry("b", **{**usual, **given})


def test_a_new_address_with_a_new_id_is_the_same_article() -> None:
    feed = Feed()
    feed.poll(STORY)
    found = feed.poll(again(), now=LATER)
    assert (found.new, found.dropped) == ((), {Dropped.SAME_STORY: 1})
    assert feed.poll(again(), now=LATER + 2 * same_story.WINDOW_S).unchanged == 1


def test_an_article_in_two_feeds_of_a_site_under_two_addresses_is_one() -> None:
    told = Stories()
    Feed(told).poll(STORY)
    assert Feed(told).poll(again(), now=LATER).dropped == {Dropped.SAME_STORY: 1}


def test_the_window_survives_a_restart() -> None:
    before = Feed()
    before.poll(STORY)
    after = Feed(Stories([before.state.stories]))
    after.state = before.state
    assert after.poll(again(), now=LATER).new == ()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(again(summary="The second vote was closer."), id="another-teaser"),
        pytest.param(again(title=TITLE + " again"), id="another-title"),
        pytest.param(again(published=MORNING), id="published-two-hours-apart"),
        pytest.param(again(published=None), id="without-a-date"),
        pytest.param(again(link="https://elsewhere.example/b"), id="another-site"),
    ],
)
def test_what_differs_in_one_of_these_is_another_article(other: FeedEntry) -> None:
    feed = Feed()
    feed.poll(STORY)
    assert [keyed.entry for keyed in feed.poll(other, now=LATER).new] == [other]


@pytest.mark.parametrize("title", ["Live", "Morning briefing", "Weather", "The news at a glance", "今日天气", None])
def test_a_title_that_comes_back_every_day_tells_nothing(title: str | None) -> None:
    feed = Feed()
    feed.poll(entry("a", title=title, summary=None, published=NOON))
    found = feed.poll(entry("b", title=title, summary=None, published=NOON), now=LATER)
    assert links(found.new) == ["b"]


def test_what_a_feed_lists_side_by_side_are_two_articles() -> None:
    feed = Feed()
    assert len(feed.poll(STORY, again()).new) == 2
    feed = Feed()
    feed.poll(STORY)
    assert links(feed.poll(again(), STORY, now=LATER).new) == ["b"]


def test_a_story_is_forgotten_after_its_window() -> None:
    told = Stories()
    Feed(told).poll(STORY)
    assert len(told) == 1
    told.forget(NOW + same_story.WINDOW_S + 3600)
    assert len(told) == 0


def test_memory_of_stories_is_bounded_and_keeps_the_latest() -> None:
    new = [(f"{number:08}".encode(), NOW - number) for number in range(1000)]
    packed = same_story.remember(b"", new, NOW)
    told = Stories([packed])
    assert len(told) == same_story.CAP
    assert told.told(b"00000000", NOW)
    assert not told.told(b"00000999", NOW)


def test_a_title_without_spaces_counts_by_its_characters() -> None:
    assert words.story_hash(FeedEntry(title="市议会投票决定重建旧渡轮码头")) is not None
    assert words.story_hash(FeedEntry(title="今日天气")) is None


def test_damaged_memory_is_read_as_far_as_it_goes() -> None:
    assert len(Stories([b"123456781234" + b"123"])) == 1
