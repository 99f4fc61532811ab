"""An article belongs to its own site: what others write or list moves nothing of it."""

from typing import Any

import msgspec
import pytest

from cleaner.articles import (
    NOW,
    PARTITIONS,
    TOPICS,
    URL,
    Desk,
    cleaned,
    done,
    entry,
    message,
    page,
    partition_of,
    published,
)
from cleanwire.article import clean, documents
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.cleaner import intake
from cleanwire.cleaner.outcomes import likeness, settlement
from cleanwire.cleaner.outcomes.attempt_outcome import Cleaned, Failed
from cleanwire.cleaner.outcomes.settlement import Published
from cleanwire.cleaner.service import Job
from cleanwire.feed.entries import standing
from cleanwire.records.article_state import ArticleState, ArticleStatus, DueReason
from cleanwire.records.base import encode
from cleanwire.records.document import Change, ChangeKind
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejected, Rejection
from cleanwire.settings import CleanSettings
from cleanwire.urls import identity
from cleanwire.urls import site as sites

SETTINGS = CleanSettings()
STRANGER = "https://stranger.example/feed"


def strangers(url: str = URL, **changes: Any) -> Entry:
    """What another site's feed says of the page at `url`."""
    said = {
        "feed_url": STRANGER,
        "feed_title": "Stranger's Paper",
        "title": "A stranger's headline for it",
        "authors": ("Strange Author",),
        "published": "2001-11-06T01:00:00Z",
        "updated": "2001-11-07T01:00:00Z",
        "language": "fi",
    }
    return entry(url, **{**said, **changes})


def read(found: Entry, partition: int | None = None) -> Entry | Rejected:
    at = sites.partition(found.site, PARTITIONS) if partition is None else partition
    return intake.entry(message(encode(found)), partition=at, partitions=PARTITIONS, now=NOW)


# Records that do not fit their own address


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"url": "https://stranger.example/takeover"}, id="another-sites-address"),
        pytest.param({"url": "https://news.example/other"}, id="another-address-of-the-site"),
        pytest.param({"article_id": "0" * 32}, id="any-id"),
        pytest.param({"article_id": identity.article_id("https://victim.example/a")}, id="a-victims-id"),
        pytest.param({"site": "stranger.example"}, id="another-site"),
        pytest.param({"site": "ws.example"}, id="a-tail-that-is-no-part"),
        pytest.param({"site": ""}, id="no-site"),
    ],
)
def test_an_entry_that_does_not_fit_its_address_is_poison(forged: dict[str, Any]) -> None:
    found = read(msgspec.structs.replace(entry(), **forged), partition=partition_of())
    assert isinstance(found, Rejected)
    assert found.reason is Rejection.POISON_MESSAGE
    assert found.article_id != entry().article_id


def test_the_rejection_of_an_address_nobody_can_ask_is_that_addresss_own() -> None:
    found = read(msgspec.structs.replace(entry(), url="ftp://news.example/bridge"))
    assert isinstance(found, Rejected)
    assert found.reason is Rejection.INVALID_URL
    assert found.article_id == identity.article_id("ftp://news.example/bridge")


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/bridge",
        "https://news.example/bridge?utm_source=x#top",
        "https://NEWS.example:443/a/../bridge",
    ],
)
def test_an_entry_fits_its_address_in_any_writing(url: str) -> None:
    found = read(msgspec.structs.replace(entry(), url=url))
    assert isinstance(found, Entry)
    assert found.article_id == entry().article_id


def test_a_forged_record_leaves_the_victims_article_as_it_is() -> None:
    desk = Desk()
    desk.load(published(due_at=None, due_reason=None))
    before = desk.desk._catalogue.get(entry().article_id)
    for changed in (True, False):
        forged = {"url": "https://stranger.example/takeover", "title": "Taken over", "changed": changed}
        desk.take(msgspec.structs.replace(entry(), **forged))
    assert desk.topics_written() == ["rejected", "rejected"]
    assert desk.desk._catalogue.get(entry().article_id) == before


# Entries whose site another list of public suffixes gave

BLOG = "https://a.blogs.example/story"  # its site was blogs.example once, say


def from_another_list(at: str = "blogs.example") -> Entry:
    return msgspec.structs.replace(entry(BLOG), site=at)


def test_an_entry_of_another_list_of_suffixes_goes_to_the_sites_owner_and_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sites, "of_host", lambda host: host)  # each host is a site in this list
    old, new = (sites.partition(site, PARTITIONS) for site in ("blogs.example", "a.blogs.example"))
    assert old != new
    desk = Desk("https://blogs.example/")
    desk.take(from_another_list())
    [(topic, record)] = desk.written
    assert (topic, record["site"], record["hops"]) == ("entries", "a.blogs.example", 1)
    there = read(msgspec.convert(record, Entry), partition=new)
    assert isinstance(there, Entry)
    assert there.article_id == entry(BLOG).article_id
    assert desk.telemetry.registry.get_sample_value("cleanwire_cleaner_pending") in (None, 0.0)


def test_what_is_known_where_it_was_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk("https://blogs.example/")
    desk.load(published(BLOG, site="blogs.example", due_at=None, due_reason=None))
    monkeypatch.setattr(sites, "of_host", lambda host: host)
    desk.take(from_another_list())
    assert desk.topics_written() == ["article-state"]


def test_lists_that_do_not_agree_hand_an_entry_on_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "of_host", lambda host: host)
    tired = msgspec.structs.replace(from_another_list(), hops=intake.MAX_HOPS)
    assert read(tired) == tired


# What another site's feed says


@pytest.mark.parametrize(
    ("feed_url", "feed_site", "foreign"),
    [
        ("https://news.example/feed", None, False),
        ("https://feeds.news.example/rss", None, False),
        (STRANGER, None, True),
        (STRANGER, "news.example", False),  # a feed that redirects to the page's own site
        ("https://news.example/feed", "stranger.example", False),
        (STRANGER, "third.example", True),
        ("http://127.0.0.3/feed", None, True),
        ("no address", None, True),
    ],
)
def test_whose_feed_it_is(feed_url: str, feed_site: str | None, foreign: bool) -> None:
    assert standing.of_another_site(entry(feed_url=feed_url, feed_site=feed_site)) is foreign


def test_each_ip_address_is_a_site_of_its_own() -> None:
    assert not standing.of_another_site(entry("http://127.0.0.2:8080/a", feed_url="http://127.0.0.2/feed"))
    assert standing.of_another_site(entry("http://127.0.0.2/a", feed_url="http://127.0.0.3/feed"))


def test_the_site_a_feed_is_read_from_is_told_only_where_it_is_another() -> None:
    assert standing.read_from("https://news.example/feed", "https://www.news.example/rss") is None
    assert standing.read_from("https://old.example/feed", "https://news.example/rss") == "news.example"


def article(found: Entry, html: str | None = None) -> Article:
    read = page() if html is None else Page(url=URL, body=html.encode(), fetched_at=NOW)
    made = clean.clean(read, documents.hints(found))
    assert isinstance(made, Article), made
    return made


def test_a_strangers_word_is_in_no_field_of_a_page_with_a_title() -> None:
    theirs = article(strangers())
    alone = article(entry(title=None, summary=None, feed_title=None))
    assert theirs == alone
    assert "range" not in repr(theirs)


SENTENCE = "The bridge was measured twice on Friday before the council of the small town agreed to open it for carts. "
UNTITLED = f"<html><body><div><p>{SENTENCE * 2}</p><p class='x'>{SENTENCE * 3}</p></div></body></html>"


@pytest.mark.parametrize("html", [UNTITLED, SENTENCE * 4])
def test_a_page_without_any_title_has_the_strangers_and_says_so(html: str) -> None:
    made = article(strangers(), html)
    assert made.title == "A stranger's headline for it"
    assert made.provenance["title"].source == "feed_of_another_site"
    assert (made.authors, made.published) == ((), None)
    assert made.publisher is None or made.publisher.name == "news.example"


def test_a_withdrawn_article_is_not_called_what_a_stranger_calls_it() -> None:
    document = documents.canceled(
        strangers(),
        document_id="x",
        revision=2,
        change=Change(kind=ChangeKind.STATUS),
        url=URL,
        http_status=410,
        emitted_at=NOW,
    )
    assert document.title == URL


def test_a_strangers_new_title_is_no_revision_of_a_page_without_one() -> None:
    first, second = (article(strangers(title=f"A stranger's headline {n}"), UNTITLED) for n in (1, 2))
    state = published(body_hash=first.body_hash, title_hash=first.title_hash, text_hash=likeness.marks(first).text_hash)
    assert likeness.kind_of_change(state, likeness.marks(second)) is None


# Who lists an article


def pending_by(found: Entry, **changes: Any) -> ArticleState:
    return msgspec.structs.replace(intake.first_seen(found, now=NOW), **changes)


def seen(state: ArticleState, found: Entry, now: float = NOW + 5) -> ArticleState:
    return intake.seen_again(state, found, SETTINGS, now=now)


@pytest.mark.parametrize("changed", [True, False])
def test_what_waits_goes_on_with_its_own_sites_entry_and_never_with_a_strangers(changed: bool) -> None:
    mine = seen(pending_by(strangers(), attempts=2, due_at=NOW + 900), entry(seen_at=NOW + 5, changed=changed))
    assert mine.entry is not None
    assert (mine.entry.title, mine.entry.seen_at, mine.by_others) == (entry().title, NOW, False)
    assert (mine.attempts, mine.due_at) == (0, NOW + 5)
    still = seen(mine, strangers(changed=True))
    assert still.entry == mine.entry


@pytest.mark.parametrize("canceled", [True, False])
def test_a_stranger_asks_for_no_look_at_what_its_own_feed_has_listed(canceled: bool) -> None:
    known = published(due_at=None, due_reason=None, entry=None, canceled=canceled)
    again = seen(known, strangers(seen_at=NOW + 5, changed=True))
    assert (again.due_at, again.entry, again.canceled) == (None, None, canceled)


def test_a_stranger_wakes_no_forgotten_article() -> None:
    known = ArticleState(
        id=entry().article_id, site="", url="", status=ArticleStatus.FORGOTTEN, listed_at=NOW, revision=2, canceled=True
    )
    assert seen(known, strangers(changed=True)).status is ArticleStatus.FORGOTTEN
    assert seen(known, entry(changed=True)).status is ArticleStatus.DONE


def test_what_only_strangers_list_gets_a_few_looks_however_often_they_say_it_changed() -> None:
    state, looks = published(due_at=None, due_reason=None, by_others=True, entry=None), 0
    for turn in range(50):
        after = seen(state, strangers(seen_at=NOW + turn, changed=True), now=NOW + turn)
        looks += after.due_at is not None
        state = msgspec.structs.replace(after, due_at=None, due_reason=None, entry=None)
    assert looks == intake.LOOKS_FOR_OTHERS


def test_its_own_feed_takes_a_published_article_over_without_a_look_of_its_own() -> None:
    known = published(
        due_at=NOW + 100, due_reason=DueReason.REVISION, by_others=True, entry=strangers(), page_hash="p", etag="e"
    )
    after = seen(known, entry(changed=False))
    assert (after.due_at, after.due_reason, after.by_others) == (NOW + 100, DueReason.REVISION, False)
    assert (after.page_hash, after.etag) == (None, None)  # so that the planned look reads it with its own feed's words
    assert after.entry is not None
    assert after.entry.title == entry().title


def test_an_article_that_a_stranger_listed_too_early_is_tried_again_when_its_own_feed_lists_it() -> None:
    desk = Desk()
    desk.load(pending_by(strangers(), status=ArticleStatus.REJECTED, due_at=None, due_reason=None))
    desk.take(strangers(changed=True))
    assert desk.desk.start(NOW + 5) is None
    desk.take(entry(seen_at=NOW + 5), now=NOW + 5)
    job = desk.desk.start(NOW + 5)
    assert job is not None
    assert (job.entry.title, job.state.status) == (entry().title, ArticleStatus.PENDING)
    step = desk.desk.settle(job, Failed(reason=Rejection.ROBOTS_DISALLOWED, detail=""), NOW + 6)
    desk.commit(step)
    desk.take(entry(seen_at=NOW + 7), now=NOW + 7)
    assert desk.desk.start(NOW + 8) is None  # its own feed gets no second turn
    value = desk.telemetry.registry.get_sample_value
    assert value("cleanwire_cleaner_articles_reopened_total") == 1


def read_for_a_stranger(desk: Desk, *listed: Entry) -> Job:
    """Let a stranger's feed bring the article, and `listed` come while its page is being read."""
    desk.load()
    desk.take(strangers())
    job = desk.desk.start(NOW)
    assert job is not None
    desk.take(*listed, now=NOW + 1)
    assert desk.desk.start(NOW + 2) is None
    return job


def test_a_page_that_is_being_read_is_not_asked_for_again_because_its_own_feed_lists_it_too() -> None:
    desk = Desk(revisit_s=(3600,))
    job = read_for_a_stranger(desk, entry(seen_at=NOW + 1), strangers(seen_at=NOW + 1))
    desk.commit(desk.desk.settle(job, cleaned(about=strangers()), NOW + 2))
    assert desk.topics_written().count("documents") == 1
    assert desk.desk.start(NOW + 3600) is None
    look = desk.desk.start(NOW + 3602)
    assert look is not None
    assert (look.entry.title, look.state.due_reason) == (entry().title, DueReason.REVISION)
    assert (look.state.page_hash, look.state.etag) == (None, None)  # it is read, with its own feed's words


def test_a_change_that_its_own_feed_announces_while_a_page_is_read_for_a_stranger_is_looked_at() -> None:
    desk = Desk()
    job = read_for_a_stranger(desk, entry(seen_at=NOW + 1), entry(seen_at=NOW + 1, changed=True))
    desk.commit(desk.desk.settle(job, cleaned(about=strangers()), NOW + 2))
    again = desk.desk.start(NOW + 60)
    assert again is not None
    assert again.state.due_reason is DueReason.CHANGED


def test_a_page_that_failed_for_a_stranger_is_tried_for_its_own_feed_that_listed_it_meanwhile() -> None:
    desk = Desk()
    job = read_for_a_stranger(desk, entry(seen_at=NOW + 1))
    failed = Failed(reason=Rejection.ROBOTS_DISALLOWED, detail="")
    desk.commit(desk.desk.settle(job, failed, NOW + 2))
    again = desk.desk.start(NOW + 60)
    assert again is not None
    assert again.entry.title == entry().title
    desk.commit(desk.desk.settle(again, failed, NOW + 61))
    assert desk.topics_written().count("rejected") == 1
    assert desk.desk.start(NOW + 7200) is None  # and no third time


def test_what_an_older_version_remembers_is_read_with_whose_feed_listed_it() -> None:
    old = pending_by(
        strangers(feed_url="https://u:pw@stranger.example/f?apikey=k1"),
        by_others=False,
        url="https://u:pw@news.example/bridge",
    )
    state = intake.restored(old)
    assert state.by_others
    assert b"pw" not in encode(state)
    assert b"k1" not in encode(state)
    assert intake.restored(msgspec.structs.replace(old, entry=entry())).by_others is False


def test_an_article_that_waits_for_nothing_loses_the_password_in_its_address_too() -> None:
    old = published(url="https://u:pw@news.example/bridge", entry=None, due_at=None, due_reason=None)
    assert intake.restored(old).url == URL


# Joins


def test_a_page_joins_no_article_of_another_site() -> None:
    first = cleaned(page(canonical=URL))
    desk = Desk()
    other = next(
        url for url in (f"https://s{number}.example/x" for number in range(100)) if partition_of(url) == partition_of()
    )
    desk.load(done(msgspec.structs.replace(published(other), revision=0, canonical_url=None), first))
    desk.take(entry())
    job = desk.desk.start(NOW)
    assert isinstance(job, Job)
    desk.commit(desk.desk.settle(job, first, NOW))
    assert "documents" in desk.topics_written()


# Secrets of feeds in records


def test_no_record_of_an_article_holds_a_secret_of_its_feed() -> None:
    old = entry(
        feed_url="https://user:hunter2@news.example/feed?apikey=hunter3", url="https://user:hunter2@news.example/bridge"
    )
    desk = Desk()
    desk.take(old)
    job = desk.desk.start(NOW)
    assert job is not None
    found = settlement.cleaned(
        job.state, job.entry, Cleaned(article=cleaned().article, page=page(), took_s=0.1), twin=None, now=NOW
    )
    assert isinstance(found, Published)
    desk.commit(
        desk.desk.settle(
            job,
            Failed(reason=Rejection.HTTP_CLIENT_ERROR, detail="GET https://u:hunter2@x.example/?sig=hunter3"),
            NOW,
        )
    )
    assert b"hunter" not in encode(found.document)
    assert "hunter" not in repr(desk.written)
    assert found.document.feed is not None
    assert found.document.feed.url == "https://news.example/feed?apikey=***"


def test_poison_does_not_quote_a_secret() -> None:
    value = b'{"feed_url":"https://user:hunter2@news.example/feed?apikey=hunter3","article_id":5}'
    found = intake.entry(message(value, topic=TOPICS.entries), partition=0, partitions=PARTITIONS, now=NOW)
    assert isinstance(found, Rejected)
    assert "hunter" not in (found.detail or "")
