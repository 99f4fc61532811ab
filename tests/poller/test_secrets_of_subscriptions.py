"""User and password leave a feed's address; the feed stays the one it was, however a list or a person writes it."""

from typing import Any

import msgspec
import pytest

from cleanwire.errors import InputError
from cleanwire.feed.formats.parsed import Format, ParsedFeed
from cleanwire.feed.lists import read as lists
from cleanwire.feed.lists import subscribed
from cleanwire.feed.lists.read import Listed
from cleanwire.feed.websub import hubs
from cleanwire.poller import subscriptions
from cleanwire.records.base import encode
from cleanwire.records.feed import Child, Feed, FeedOptions, FeedState, Gap, NewsSitemap, Origin
from cleanwire.urls import identity
from poller.desk import NOW, TOPICS, Desk, brought

BARE = "https://news.example/feed"
OLD = "https://user:pa%3Ass@news.example/feed"
ID = identity.feed_id(OLD)


def as_written_before(url: str, origin: Origin = Origin.FILE, **options: Any) -> Feed:
    """A subscription as version 0.1.0 wrote it: the address as given."""
    return Feed(
        id=identity.feed_id(url),
        url=url,
        site="news.example",
        origin=origin,
        added_at=NOW,
        options=FeedOptions(**options),
    )


def subscribed_to(url: str, origin: Origin = Origin.FILE) -> Feed:
    return subscriptions.subscription(url, origin, now=NOW)


def compared(wanted: list[str | Listed], known: list[Feed]) -> subscriptions.Difference:
    each = [Listed(url=one) if isinstance(one, str) else one for one in wanted]
    return subscriptions.compare(each, known, now=NOW + 1)


def unchanged(difference: subscriptions.Difference) -> bool:
    return (difference.added, difference.changed, difference.removed) == ((), (), ())


def test_a_subscription_keeps_its_id_and_no_password_in_its_address() -> None:
    feed = subscribed_to(OLD)
    assert (feed.id, feed.url, feed.options.auth) == (ID, BARE, ("user", "pa:ss"))


def test_options_about_the_user_count_more_than_the_address() -> None:
    chosen = FeedOptions(username="other", password="word")
    feed = subscriptions.subscription(OLD, Origin.CLI, now=NOW, options=chosen)
    assert (feed.url, feed.options.auth) == (BARE, ("other", "word"))


def test_a_password_without_a_user_is_sent_as_before() -> None:
    feed = subscribed_to("https://:tok@news.example/feed")
    assert feed.options.auth == ("", "tok")
    assert unchanged(compared(["https://:tok@news.example/feed"], [feed]))


@pytest.mark.parametrize("known", [subscribed_to(OLD), subscribed.parted(as_written_before(OLD))])
@pytest.mark.parametrize(
    "again",
    [OLD, OLD.replace("https", "http"), BARE, Listed(url=BARE, words={"username": "user", "password": "pa:ss"})],
)
def test_the_same_list_twice_changes_nothing_however_it_writes_the_password(known: Feed, again: str | Listed) -> None:
    assert unchanged(compared([again], [known]))


def test_a_changed_password_in_a_list_is_the_same_feed() -> None:
    known = subscribed_to(OLD)
    for again in (
        "https://user:new@news.example/feed",
        Listed(url=BARE, words={"username": "user", "password": "new"}),
    ):
        difference = compared([again], [known])
        assert [(f.id, f.url, f.options.auth) for f in difference.changed] == [(ID, BARE, ("user", "new"))]
        assert (difference.added, difference.removed) == ((), ())
        assert unchanged(compared([again], list(difference.changed)))


def test_a_changed_key_in_a_list_is_the_same_feed_at_another_address() -> None:
    known = subscribed_to("https://news.example/feed?apikey=old&x=1")
    difference = compared(["https://news.example/feed?apikey=new&x=1"], [known])
    assert [(f.id, f.url) for f in difference.changed] == [(known.id, "https://news.example/feed?apikey=new&x=1")]
    assert (difference.added, difference.removed) == ((), ())


@pytest.mark.parametrize(
    "both",
    [
        [OLD, "https://user:other@news.example/feed"],
        [OLD, "https://second:word@news.example/feed"],
        [OLD, BARE],
        ["https://news.example/feed?token=a", "https://news.example/feed?token=b"],
    ],
)
def test_feeds_that_differ_only_in_a_secret_stay_two(both: list[str]) -> None:
    first = compared(list(both), [])
    assert len({feed.id for feed in first.added}) == 2
    assert unchanged(compared(list(both), list(first.added)))
    assert unchanged(compared(list(reversed(both)), [subscribed.parted(as_written_before(url)) for url in both]))
    [left] = compared([both[0]], list(first.added)).removed
    assert left.id == identity.feed_id(both[1])


def test_two_rows_of_a_table_with_two_users_are_two_feeds() -> None:
    body = f"url,username,password\n{BARE},one,pw1\n{BARE},two,pw2\n{BARE},one,pw1\n".encode()
    rows = lists.read(body, "feeds.csv")
    assert (len(rows.feeds), len(rows.repeated)) == (2, 1)
    added = subscriptions.compare(rows.feeds, [], now=NOW).added
    assert [(feed.url, feed.options.auth) for feed in added] == [(BARE, ("one", "pw1")), (BARE, ("two", "pw2"))]
    assert len({feed.id for feed in added}) == 2
    assert unchanged(subscriptions.compare(rows.feeds, added, now=NOW))


def test_of_two_feeds_that_differ_in_a_password_one_may_change_it() -> None:
    known = compared([OLD, "https://user:other@news.example/feed"], []).added
    difference = compared([OLD, "https://user:third@news.example/feed"], list(known))
    assert [feed.options.password for feed in difference.changed] == ["third"]
    assert (difference.added, difference.removed) == ((), ())


def test_a_list_does_not_change_who_a_feed_of_the_command_line_is() -> None:
    mine = subscribed_to(OLD, Origin.CLI)
    assert unchanged(compared([BARE], [mine]))
    other = compared(["https://second:word@news.example/feed"], [mine])
    assert (len(other.added), other.changed, other.removed) == (1, (), ())


def test_an_address_whose_key_is_not_shown_is_only_a_feed_that_is_known() -> None:
    known = subscribed_to("https://news.example/feed?apikey=k")
    assert unchanged(compared(["https://news.example/feed?apikey=***"], [known]))
    with pytest.raises(InputError, match="not shown"):
        compared(["https://news.example/feed?apikey=***"], [])


@pytest.mark.parametrize(
    "address",
    [
        OLD,
        BARE,
        "http://news.example/feed",
        "https://user@news.example/feed",
        "https://user:old@news.example/feed",
        "https://***@news.example/feed",
        ID,
    ],
)
def test_a_feed_is_found_with_and_without_its_password(address: str) -> None:
    feed, other = subscribed_to(OLD), subscribed_to("https://news.example/other")
    assert subscribed.find(address, {feed.id: feed, other.id: other}) == [feed]


@pytest.mark.parametrize("query", ["apikey=k&x=1", "apikey=***&x=1", "x=1"])
def test_a_feed_is_found_with_and_without_its_key(query: str) -> None:
    feed = subscribed_to("https://news.example/feed?apikey=k&x=1")
    assert subscribed.find(f"https://news.example/feed?{query}", {feed.id: feed}) == [feed]


def test_another_key_or_user_finds_nothing_and_what_is_unclear_finds_both() -> None:
    keys = [subscribed_to(f"https://news.example/feed?apikey={key}") for key in "ab"]
    users = [subscribed_to(f"https://{user}:p@news.example/feed") for user in "uv"]
    known = {feed.id: feed for feed in (*keys, *users)}
    assert subscribed.find("https://news.example/feed?apikey=c", known) == []
    assert subscribed.find("https://w:p@news.example/feed", known) == []
    assert subscribed.find("https://v@news.example/feed", known) == [users[1]]
    assert subscribed.find("https://news.example/feed?apikey=***", known) == keys
    assert subscribed.find(BARE, known) == users


def test_the_owner_moves_an_old_password_once_and_polls_the_same_feed() -> None:
    before = as_written_before(OLD)
    state = FeedState(feed_id=ID, url=OLD, next_poll_at=NOW, body_hash="x", changed_at=NOW - 9)
    desk = Desk(before, states=(state,))
    for step in desk.desk.sweep(NOW):
        desk.commit(step)
    assert desk.written == [("feeds", msgspec.json.decode(encode(subscribed.parted(before))))]
    assert not [step for step in desk.desk.sweep(NOW) if step.unit is not None]
    job = desk.job()
    assert (job.feed.id, job.feed.url, job.state.url, job.state.body_hash) == (ID, BARE, BARE, "x")


def test_an_old_subscription_that_comes_while_we_run_is_moved_too() -> None:
    desk = Desk()
    desk.take(TOPICS.feeds, ID, encode(as_written_before(OLD)))
    assert [topic for topic, _ in desk.written] == ["feeds"]


def test_an_old_state_loses_passwords_wherever_they_stand() -> None:
    child = Child(
        state=FeedState(feed_id=identity.feed_id(OLD + "/1"), url=OLD + "/1", next_poll_at=NOW),
        parent=None,
    )
    below = Child(
        state=FeedState(feed_id="kept", url="https://news.example/2", next_poll_at=NOW), parent=child.state.feed_id
    )
    known = FeedState(
        feed_id=ID,
        url=OLD,
        next_poll_at=NOW,
        moved_to=OLD + "/moved",
        children=(child, below),
        gap=Gap(since=1, until=2, lost=1, due_at=3, asks=(OLD + "/news.xml",)),
        news_sitemap=NewsSitemap(url=OLD + "/news.xml"),
    )
    after = subscribed.state(known)
    assert b"pa" not in encode(after).replace(b"parent", b"")
    assert after.feed_id == ID
    assert after.children[0].state.feed_id == identity.feed_id(BARE + "/1") == after.children[1].parent
    assert subscribed.state(after) == after


def test_a_state_follows_a_changed_key_but_not_a_feed_that_moved_away() -> None:
    feed = subscribed_to("https://news.example/feed?apikey=new")
    at = FeedState(feed_id=feed.id, url="https://news.example/feed?apikey=old", next_poll_at=NOW)
    assert subscribed.asked_at(at, feed).url == feed.url
    moved = msgspec.structs.replace(at, url="https://elsewhere.example/feed?apikey=old")
    assert subscribed.asked_at(moved, feed) == moved


def test_a_hub_is_not_told_the_key_of_a_feed() -> None:
    parsed = ParsedFeed(format=Format.RSS, entries=(), hubs=("https://hub.example/",))
    assert hubs.announced({}, parsed, url="https://news.example/feed?apikey=k") is None
    assert hubs.announced({}, parsed, url="https://news.example/feed?topic=k") is not None


def test_a_feed_that_repeats_its_key_in_ids_and_texts_publishes_it_nowhere() -> None:
    feed = subscribed_to("https://user:secret1@news.example/feed?apikey=sec%2Fret2")
    desk = Desk(feed)
    job = desk.job()
    item = ("https://news.example/a", "For sec/ret2 and secret1")
    step = desk.desk.settle(job, brought(job, item), NOW)
    assert step.unit is not None
    [entry] = [write.value for write in step.unit.writes if write.topic == TOPICS.entries]
    assert entry is not None
    assert b"For *** and ***" in entry
    assert b"secret1" not in entry


def test_entries_show_no_key_of_their_feed() -> None:
    feed = subscribed_to("https://user:secret1@news.example/feed?apikey=secret2")
    desk = Desk(feed)
    job = desk.job()
    step = desk.desk.settle(job, brought(job, ("https://news.example/a", "A")), NOW)
    assert step.unit is not None
    [entry] = [write.value for write in step.unit.writes if write.topic == TOPICS.entries]
    assert entry is not None
    assert b"secret" not in entry
    assert b"https://news.example/feed?apikey=***" in entry
