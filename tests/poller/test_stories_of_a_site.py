"""What the feeds of one site tell in the same words is passed on once."""

from email.utils import formatdate
from typing import Any

from cleanwire.poller import subscriptions
from cleanwire.records.command import Action
from cleanwire.records.feed import Feed, Origin
from poller.desk import NOW, Desk, read

SPORT, TOWN, FAR = (
    subscriptions.subscription(url, Origin.CLI, now=NOW)
    for url in ("https://news.example/sport.rss", "https://news.example/town.rss", "https://far.example/rss")
)


TITLE = "Harbour council votes to rebuild the old ferry pier"


def story(link: str, title: str) -> bytes:
    return (
        f"<rss><channel><item><title>{title}</title><link>{link}</link>"
        f"<pubDate>{formatdate(NOW - 60)}</pubDate></item></channel></rss>"
    ).encode()


def poll(desk: Desk, feed: Feed, link: str, now: float, title: str = TITLE) -> list[Any]:
    """Let `desk` work until it polls `feed`, and return the addresses it passed on."""
    desk.ask(Action.POLL_NOW, feed, now)
    while (job := desk.job(now)).feed != feed:
        desk.commit(desk.desk.settle(job, read(job, b"<rss><channel/></rss>"), now))
        now += 10
    desk.written.clear()
    desk.commit(desk.desk.settle(job, read(job, story(link, title), now), now))
    return [value["url"] for topic, value in desk.written if topic == "entries"]


def test_a_story_in_two_feeds_of_a_site_is_passed_on_once() -> None:
    desk = Desk(SPORT, TOWN, FAR)
    assert poll(desk, SPORT, "https://news.example/sport/1", NOW) == ["https://news.example/sport/1"]
    assert poll(desk, TOWN, "https://news.example/town/1", NOW + 100) == []
    assert desk.counted("cleanwire_poller_entries_dropped_total", reason="same_story") == 1
    assert poll(desk, FAR, "https://far.example/1", NOW + 200) == ["https://far.example/1"]


def test_the_next_owner_knows_the_stories_too() -> None:
    first = Desk(SPORT)
    poll(first, SPORT, "https://news.example/sport/1", NOW)
    desk = Desk(SPORT, TOWN, states=tuple(first.states().values()))
    assert poll(desk, TOWN, "https://news.example/town/1", NOW + 100) == []


def test_a_new_entry_tells_how_old_it_was_but_not_on_a_first_poll() -> None:
    desk = Desk(SPORT)
    poll(desk, SPORT, "https://news.example/sport/1", NOW)
    assert desk.counted("cleanwire_poller_published_to_seen_seconds_count") == 0
    poll(desk, SPORT, "https://news.example/sport/2", NOW + 100_000, title="Another")
    assert desk.counted("cleanwire_poller_published_to_seen_seconds_sum") == 100_060
