"""Run by version 0.1.0's code: prints one record of each kind that it writes, as `[topic, key, value]` a line.

The names it imports are those of that version: whoever moves a module leaves them alone. All is made up here;
what the version computes (ids, hashes, packed fields, encodings) is its own.
"""

import json
import struct
import sys
from typing import Any

import msgspec
from cleanwire.records.article import ArticleState, ArticleStatus, DueReason, Looks, SiteState

from cleanwire.cleaner import archive, intake
from cleanwire.feed import identity as newness
from cleanwire.feed import parse, schedule
from cleanwire.poller import entries, subscriptions
from cleanwire.records.base import Record, encode
from cleanwire.records.command import Action, Command, HubCall, HubEvent
from cleanwire.records.feed import Child, Entry, FeedOptions, FeedState, Gap, Listing, NewsSitemap, Origin
from cleanwire.records.websub import HubState, Subscription
from cleanwire.urls import identity
from cleanwire.urls import site as sites

NOW = 1_790_000_000.0
FEEDS = (
    "https://news.example/feed",
    "https://reader:hunter2@paper.example/private/rss?apikey=hunter3&part=1",
    "https://reader:hunter4@paper.example/private/rss?apikey=hunter3&part=1",
    "https://hunter2@paper.example/index.xml",
    "https://paper.example/feed?token=hunter3",
    "http://127.0.0.9:8080/feed",
    "https://bücher.example/feed",
    "https://blog.blogs.example/feed",
)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>The paper</title><language>de-AT</language>
<item><title>Ferry returns after winter</title><link>{0}</link><guid isPermaLink="false">one</guid>
<author>desk@paper.example (A. Writer)</author><category>River</category><description>In short.</description>
<pubDate>Mon, 21 Sep 2026 09:00:00 +0200</pubDate></item>
<item><title>Council counts the lanterns</title><link>{1}</link><guid>{1}</guid></item></channel></rss>"""
LINKS = (
    ("/2026/ferry", "/2026/lanterns?utm_source=rss"),  # of the feed's own host, as written with its password
    ("https://elsewhere.example/a", "http://127.0.0.9:8080/b#top"),
)


def record(topic: str, key: str, value: Record | None) -> None:
    json.dump([topic, key, None if value is None else encode(value).decode()], sys.stdout)
    sys.stdout.write("\n")


def state(entry: Entry, status: ArticleStatus, /, **changes: Any) -> ArticleState:
    return msgspec.structs.replace(intake.first_seen(entry, now=NOW), status=status, **changes)


def main() -> None:
    found: list[Entry] = []
    for number, url in enumerate(FEEDS):
        options = FeedOptions(title="Ours", tags=("a",), headers={"X-Key": "hunter5"}) if number == 0 else None
        feed = subscriptions.subscription(url, list(Origin)[number % 3], now=NOW, options=options)
        record("feeds", feed.id, feed)
        parsed = parse.parse(RSS.format(*LINKS[number % 2]).encode(), url=feed.url)
        first = schedule.first_poll(feed.id, feed.url, now=NOW, jitter=0.0)
        selection = newness.select(parsed, first, now=NOW)  # type: ignore[arg-type]
        found += [
            entries.entry(keyed, parsed, feed, now=NOW, changed=changed)  # type: ignore[arg-type]
            for keyed in selection.new
            for changed in (False, True)
        ]
        child = FeedState(feed_id=identity.feed_id(feed.url + "-news"), url=feed.url + "-news", next_poll_at=NOW)
        below = FeedState(feed_id=identity.feed_id(feed.url + "-1"), url=feed.url + "-1", next_poll_at=NOW, gone=True)
        known = FeedState(
            feed_id=feed.id,
            url=feed.url if number != 4 else "https://moved.example/feed?token=hunter3",
            next_poll_at=NOW,
            interval_s=900.5,
            rate=0.001,
            rhythm=struct.pack("<31H", *range(31)),
            window=2,
            skip_hours=(1, 2),
            etag='"e"',
            body_hash="0123456789abcdef",
            polled_at=NOW,
            changed_at=NOW,
            failures=number,
            last_failure="timeout" if number else None,
            moved_to=feed.url + "/moved" if number == 1 else None,
            title="The paper",
            seen=selection.seen,
            revision_hashes=selection.revision_hashes,
            changes=selection.changes,
            stories=selection.stories,
            children=(Child(state=child, modified="2026-09-21", initial=True), Child(state=below, parent=child.feed_id))
            if number == 3
            else (),
            listing=Listing(articles=selection.seen[:16], ids=bytes(16), newest_at=NOW),
            gap=Gap(
                since=NOW - 9, until=NOW, lost=3, due_at=NOW, scopes=("paper.example",), asks=(feed.url + "/n.xml",)
            )
            if number == 1
            else None,
            news_sitemap=NewsSitemap(url="https://paper.example/news.xml", etag="e") if number == 4 else None,
        )
        record("feed-state", feed.id, known)
    for hops, entry in enumerate(found[:4]):
        found.append(msgspec.structs.replace(entry, hops=hops, time_zone="Europe/Vienna"))
    for entry in found:
        record("entries", entry.site, entry)
    statuses: list[tuple[ArticleStatus, dict[str, Any]]] = [
        (ArticleStatus.PENDING, {}),
        (ArticleStatus.PENDING, {"attempts": 2, "due_at": NOW + 5, "due_reason": DueReason.RETRY}),
        (
            ArticleStatus.DONE,
            {"revision": 1, "body_hash": "b" * 32, "title_hash": "t" * 32, "entry": None, "due_at": None},
        ),
        (ArticleStatus.DONE, {"revision": 3, "due_at": NOW + 9, "due_reason": DueReason.REVISION, "first_at": NOW}),
        (ArticleStatus.DONE, {"revision": 2, "canceled": True, "due_at": NOW, "due_reason": DueReason.CHANGED}),
        (ArticleStatus.REJECTED, {"attempts": 3, "due_at": None, "due_reason": None}),
        (ArticleStatus.MOVED, {"canonical_url": "https://news.example/other", "due_at": None, "entry": None}),
    ]
    articles = list({entry.article_id: entry for entry in found}.values())
    for entry, (status, changes) in zip(articles, statuses, strict=False):
        record("article-state", entry.article_id, state(entry, status, **changes))
    gone = state(found[0], ArticleStatus.DONE, id=identity.article_id("https://news.example/old"), revision=2)
    record("article-state", gone.id, archive.slim(gone))
    record("site-state", "news.example", SiteState(site="news.example", pages=3, looks={3600: Looks(looked=2.0)}))
    for action in Action:
        call = HubCall(event=HubEvent.PUSHED, subscription="s") if action is Action.HUB else None
        target = identity.feed_id(FEEDS[0])
        site = sites.site(FEEDS[0])
        record("commands", target, Command(id=action, action=action, site=site, target=target, asked_at=NOW, call=call))
    for hub_state in HubState:
        sub = Subscription(
            id=f"{hub_state}",
            feed_id=identity.feed_id(FEEDS[0]),
            site="news.example",
            hub="https://hub.example/",
            topic=FEEDS[0],
            state=hub_state,
            due_at=NOW,
            key="k",
        )
        record("websub", sub.id, sub)


if __name__ == "__main__":
    main()
