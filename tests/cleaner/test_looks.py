"""The life of a published article at the desk: looked at again, changed, gone, back, forgotten."""

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.articles import NOW, URL, Desk, cleaned, done, entry, page, pending, published
from cleanwire.cleaner.articles import archive
from cleanwire.cleaner.outcomes.attempt_outcome import AsBefore, Deferred, Failed, Outcome
from cleanwire.cleaner.service import Job
from cleanwire.cleaner.site_memory import WRITE_EVERY
from cleanwire.records.article_state import ArticleState, ArticleStatus, DueReason
from cleanwire.records.rejected import Rejection
from cleanwire.telemetry.catalogue import Deferral, LookOutcome

HOUR = 3600.0
SETTINGS: dict[str, Any] = {"revisit_s": (3600, 21_600), "site_spacing_s": 0}
MISSING = Failed(reason=Rejection.HTTP_CLIENT_ERROR, detail="HTTP 404", http_status=404)


class Life(Desk):
    """A desk and the articles that go over it."""

    def __init__(self, *states: ArticleState, **changes: Any) -> None:
        super().__init__(**{**SETTINGS, **changes})
        self.load(*states)

    def settle(self, outcome: Outcome, now: float, job: Job | None = None) -> None:
        job = job or self.desk.start(now)
        assert job is not None, "nothing was due"
        self.commit(self.desk.settle(job, outcome, now))

    def publish(self, url: str = URL) -> None:
        self.take(entry(url))
        self.settle(cleaned(page(url=url)), NOW)

    def sweep(self, now: float) -> None:
        for step in self.desk.sweep(now):
            self.commit(step)

    def restarted(self, **changes: Any) -> "Life":
        """Return the desk of the next owner, who finds what this one wrote."""
        states = [
            msgspec.convert(value, ArticleState) for topic, value in self.written if topic == "article-state" and value
        ]
        return Life(*states, **changes)

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [value for topic, value in self.written if topic == "documents"]

    @property
    def state(self) -> dict[str, Any]:
        """What was last written of an article."""
        return [value for topic, value in self.written if topic == "article-state"][-1]

    def looks(self, outcome: LookOutcome) -> float:
        found = self.telemetry.registry.get_sample_value("cleanwire_cleaner_looks_total", {"outcome": str(outcome)})
        return found or 0.0


def test_a_published_article_is_looked_at_on_schedule_and_after_a_restart_too() -> None:
    first = Life()
    first.publish()
    assert first.desk.start(NOW + HOUR - 1) is None
    second = first.restarted()
    assert second.desk.start(NOW + HOUR - 1) is None
    second.settle(AsBefore(not_modified=True), NOW + HOUR)
    assert second.looks(LookOutcome.NOT_MODIFIED) == 1
    third = second.restarted()
    assert third.desk.start(NOW + 6 * HOUR - 1) is None
    third.settle(cleaned(page(text="Later:")), NOW + 6 * HOUR)
    assert [(d["revision"], d["change"]["kind"]) for d in third.documents] == [(2, "body")]
    assert third.looks(LookOutcome.CHANGED) == 1
    assert "entry" not in third.state
    assert third.restarted().desk.next_at() is None


def test_a_planned_look_waits_for_no_first_outcome_and_takes_no_room() -> None:
    desk = Life(max_pending=1)
    desk.publish()
    assert desk.desk.has_room()
    after = desk.restarted(max_pending=1)
    assert after.desk.has_room()
    assert after.telemetry.registry.get_sample_value("cleanwire_cleaner_articles_acquired_total") == 0


def test_new_articles_go_before_planned_looks() -> None:
    desk = Life()
    desk.publish()
    desk.take(entry("https://news.example/new", seen_at=NOW + 2 * HOUR), now=NOW + 2 * HOUR)
    order = []
    while (job := desk.desk.start(NOW + 2 * HOUR)) is not None:
        order.append(job.state.url)
        desk.settle(AsBefore(not_modified=False) if job.state.revision else cleaned(), NOW + 2 * HOUR, job)
    assert order == ["https://news.example/new", URL]


def test_a_change_announced_while_the_page_is_being_read_is_looked_at_afterwards() -> None:
    desk = Life()
    desk.take(entry())
    job = desk.desk.start(NOW)
    desk.take(entry(changed=True, title="A bridge opens at last", seen_at=NOW + 1), now=NOW + 1)
    desk.settle(cleaned(), NOW + 2, job)
    again = desk.restarted().desk.start(NOW + 2)
    assert again is not None
    assert (again.state.due_reason, again.entry.title) == (DueReason.CHANGED, "A bridge opens at last")
    desk.settle(cleaned(page(text="Later:")), NOW + 3)
    assert [d["revision"] for d in desk.documents] == [1, 2]
    assert desk.desk.start(NOW + 4) is None


def test_a_change_announced_while_an_article_waits_is_in_its_first_reading() -> None:
    desk = Life()
    desk.take(entry(), entry(changed=True, title="A bridge opens at last", seen_at=NOW + 1))
    job = desk.desk.start(NOW)
    assert job is not None
    assert (job.entry.title, job.entry.seen_at) == ("A bridge opens at last", NOW)
    desk.settle(cleaned(), NOW + 2, job)
    assert desk.desk.start(NOW + 4) is None


def test_a_change_announced_during_a_look_is_looked_at_afterwards() -> None:
    desk = Life(published(due_reason=DueReason.REVISION, first_at=NOW - HOUR))
    job = desk.desk.start(NOW)
    desk.take(entry(changed=True, seen_at=NOW + 1), now=NOW + 1)
    assert desk.desk.start(NOW + 1) is None
    desk.settle(AsBefore(not_modified=False), NOW + 2, job)
    assert desk.desk.start(NOW + 2) is not None


def test_an_announced_look_is_made_when_planned_ones_are_switched_off() -> None:
    desk = Life(revisit_s=())
    desk.publish()
    assert desk.desk.next_at() is None or desk.desk.start(NOW + 100 * HOUR) is None
    assert "entry" not in desk.state
    desk.take(entry(changed=True, seen_at=NOW + 60), now=NOW + 60)
    desk.settle(cleaned(page(text="Later:")), NOW + 60)
    assert desk.documents[-1]["revision"] == 2


def test_looks_planned_before_they_were_switched_off_are_not_made() -> None:
    before = Life()
    before.publish()
    after = before.restarted(revisit_s=())
    assert after.desk.start(NOW + 100 * HOUR) is None
    after.sweep(NOW + 8 * 24 * HOUR)
    assert after.state["status"] == "forgotten"


def test_an_article_is_canceled_once_by_two_looks_some_time_apart() -> None:
    desk = Life()
    desk.publish()
    desk.settle(MISSING, NOW + HOUR)
    assert len(desk.documents) == 1
    assert desk.desk.start(NOW + 2 * HOUR - 1) is None
    desk = desk.restarted()
    desk.settle(MISSING, NOW + 2 * HOUR)
    [document] = desk.documents
    assert (document["status"], document["revision"], document["change"]["kind"]) == ("canceled", 2, "status")
    assert (document["body"], document["title"], document["http"]) == ("", entry().title, {"status": 404})
    desk = desk.restarted()
    desk.settle(MISSING, NOW + 6 * HOUR)
    desk.take(entry(seen_at=NOW + 8 * HOUR), now=NOW + 8 * HOUR)
    desk.settle(MISSING, NOW + 8 * HOUR)
    assert desk.documents == []
    assert desk.looks(LookOutcome.GONE) == 2
    assert desk.restarted().desk.start(NOW + 1000 * HOUR) is None


def test_two_looks_in_one_burst_cancel_nothing() -> None:
    desk = Life()
    desk.publish()
    desk.settle(MISSING, NOW + HOUR)
    desk.take(entry(changed=True, seen_at=NOW + HOUR + 5), now=NOW + HOUR + 5)
    desk.settle(MISSING, NOW + HOUR + 5)
    assert len(desk.documents) == 1
    desk.settle(MISSING, NOW + 2 * HOUR)
    assert desk.documents[-1]["status"] == "canceled"


@pytest.mark.parametrize(
    "there", [AsBefore(not_modified=True), AsBefore(not_modified=False), cleaned()], ids=["304", "same", "sham"]
)
def test_a_page_that_was_only_missing_for_a_moment_is_not_canceled_by_the_next_one(there: Outcome) -> None:
    desk = Life(published(first_at=NOW, gone_at=NOW - 5 * HOUR, **hashes()))
    desk.settle(there, NOW)
    desk.settle(MISSING, NOW + HOUR)
    assert desk.documents == []


def hashes() -> dict[str, Any]:
    article = cleaned().article
    return {"body_hash": article.body_hash, "title_hash": article.title_hash}


def test_a_page_that_comes_back_is_usable_again_once() -> None:
    canceled = published(revision=2, canceled=True, due_reason=DueReason.REVISION, first_at=NOW - HOUR, **hashes())
    desk = Life(canceled)
    desk.settle(cleaned(), NOW)
    desk = desk.restarted()
    desk.settle(cleaned(), NOW + 5 * HOUR)
    assert desk.documents == []
    assert desk.looks(LookOutcome.SHAM) == 1


def test_the_revision_of_a_page_that_came_back_says_so() -> None:
    desk = Life(published(revision=2, canceled=True, **hashes()))
    desk.settle(cleaned(), NOW)
    [document] = desk.documents
    assert (document["revision"], document["status"], document["change"]["kind"]) == (3, "usable", "status")
    assert "canceled" not in desk.state


def test_a_canceled_article_that_a_feed_brings_again_is_looked_at() -> None:
    desk = Life(published(revision=2, canceled=True, due_at=None, due_reason=None, entry=None))
    assert desk.desk.start(NOW) is None
    desk.take(entry(seen_at=NOW + HOUR), now=NOW + HOUR)
    assert desk.desk.start(NOW + HOUR) is not None


def test_a_page_that_says_it_was_retracted_is_believed_at_once() -> None:
    desk = Life(published())
    desk.settle(Failed(reason=Rejection.RETRACTED, detail="the page says: Retracted", http_status=200), NOW)
    [document] = desk.documents
    assert (document["status"], document["revision"]) == ("canceled", 2)


def test_that_an_article_is_gone_is_told_although_its_revisions_are_used_up() -> None:
    desk = Life(published(revision=100, first_at=NOW, gone_at=NOW - HOUR))
    desk.settle(MISSING, NOW)
    assert [d["revision"] for d in desk.documents] == [101]


@pytest.mark.parametrize(
    "failed",
    [
        pytest.param(Failed(reason=Rejection.HTTP_CLIENT_ERROR, detail="HTTP 403", http_status=403), id="403"),
        pytest.param(Failed(reason=Rejection.ROBOTS_DISALLOWED, detail="robots"), id="robots"),
        pytest.param(Failed(reason=Rejection.PAGE_TOO_LARGE, detail="large"), id="large"),
    ],
)
def test_a_look_that_fails_otherwise_leaves_what_is_published_and_the_next_look(failed: Failed) -> None:
    desk = Life()
    desk.publish()
    desk.settle(failed, NOW + HOUR)
    assert len(desk.documents) == 1
    assert desk.looks(LookOutcome.FAILED) == 1
    assert desk.restarted().desk.start(NOW + 6 * HOUR) is not None


def forget(*, revision: int = 1, days: int = 8) -> Life:
    """Return the desk of the owner after an article was forgotten."""
    state = pending() if revision == 0 else done(pending(), cleaned())
    status = ArticleStatus.DONE if revision else ArticleStatus.REJECTED
    desk = Life(msgspec.structs.replace(state, status=status, revision=revision, due_at=None))
    desk.sweep(NOW + days * 24 * HOUR)
    assert desk.state["status"] == "forgotten"
    return desk.restarted()


@pytest.mark.parametrize("changed", [False, True])
def test_a_forgotten_article_never_comes_out_as_new_again(changed: bool) -> None:
    later = NOW + 9 * 24 * HOUR
    desk = forget()
    desk.take(entry(seen_at=later, changed=changed, feed_id="e" * 32), now=later)
    assert desk.telemetry.registry.get_sample_value("cleanwire_cleaner_articles_new_total") == 0
    if not changed:
        assert desk.desk.start(later) is None
        return
    job = desk.desk.start(later)
    assert job is not None
    assert (job.state.url, job.state.site) == (URL, "news.example")
    desk.settle(cleaned(), later, job)
    assert desk.documents == []
    desk.take(entry(seen_at=later + 60, changed=True), now=later + 60)
    desk.settle(cleaned(page(text="Later:")), later + 60)
    assert [(d["revision"], d["change"]["previous_hash"]) for d in desk.documents] == [(2, hashes()["body_hash"])]


def test_a_forgotten_rejection_is_not_repeated() -> None:
    desk = forget(revision=0)
    desk.take(entry(seen_at=NOW + 9 * 24 * HOUR, changed=True), now=NOW + 9 * 24 * HOUR)
    assert desk.desk.start(NOW + 9 * 24 * HOUR) is None
    assert desk.state["listed_at"] == NOW + 9 * 24 * HOUR


def test_in_the_end_nothing_is_left() -> None:
    desk = forget()
    desk.sweep(NOW + 29 * 24 * HOUR)
    assert desk.written == []
    desk.sweep(NOW + 31 * 24 * HOUR)
    assert desk.written == [("article-state", None)]


def test_what_is_to_be_looked_at_is_not_forgotten() -> None:
    desk = Life(forget_after_s=3600, revisit_s=(7200,))
    desk.publish()
    desk.written.clear()
    desk.sweep(NOW + 1.5 * HOUR)
    assert desk.written == []
    desk.settle(AsBefore(not_modified=False), NOW + 2 * HOUR)
    desk.sweep(NOW + 2 * HOUR)
    assert desk.state["status"] == "forgotten"


def test_a_look_that_a_site_had_no_time_for_does_not_keep_an_article_for_ever() -> None:
    desk = Life(forget_after_s=3600, revisit_s=(7200,))
    desk.publish()
    desk.sweep(NOW + 2.5 * HOUR)
    assert desk.state["status"] == "done"
    job = desk.desk.start(NOW + 2.5 * HOUR)
    desk.sweep(NOW + 3.5 * HOUR)
    assert desk.state["status"] == "forgotten"
    desk.settle(cleaned(page(text="Later:")), NOW + 3.5 * HOUR, job)  # it was under way just then
    assert [d["revision"] for d in desk.documents] == [1, 2]
    assert (desk.state["status"], desk.state["site"]) == ("done", "news.example")


def test_a_look_put_off_while_its_article_is_forgotten_does_not_block_its_site() -> None:
    desk = Life(forget_after_s=3600, revisit_s=(7200,))
    desk.publish()
    job = desk.desk.start(NOW + 2.5 * HOUR)
    desk.sweep(NOW + 3.5 * HOUR)
    desk.settle(Deferred(reason=Deferral.SLOW_DOWN, wait_s=60, unless_stale=FORBIDDEN), NOW + 3.5 * HOUR, job)
    desk.take(entry("https://news.example/new", seen_at=NOW + 4 * HOUR), now=NOW + 4 * HOUR)
    for url in ("https://news.example/new", URL):
        job = desk.desk.start(NOW + 4 * HOUR)
        assert job is not None
        assert job.state.url == url
        desk.settle(cleaned(page(url=url)), NOW + 4 * HOUR, job)


def test_a_canceled_article_swallows_no_other() -> None:
    other = "https://news.example/2026/bridge"
    desk = Life(msgspec.structs.replace(done(pending(), cleaned()), canceled=True, revision=2))
    desk.take(entry(other))
    desk.settle(cleaned(page(url=other, canonical=URL)), NOW)
    assert [d["revision"] for d in desk.documents] == [1]


NETWORK = Failed(reason=Rejection.NETWORK, detail="timeout")
FORBIDDEN = Failed(reason=Rejection.HTTP_CLIENT_ERROR, detail="HTTP 403", http_status=403)
WITHDRAWN = Failed(reason=Rejection.RETRACTED, detail="retracted", http_status=200)
READ = (cleaned(), cleaned(page(text="Later:")))
FOUND: tuple[Outcome, ...] = (AsBefore(not_modified=True), MISSING, FORBIDDEN, NETWORK, WITHDRAWN, *READ)


@given(runs=st.lists(st.tuples(st.sampled_from(FOUND), st.integers(1, 4)), min_size=1, max_size=6))
def test_whatever_is_found_looks_come_to_an_end_and_no_revision_comes_twice(runs: list[tuple[Outcome, int]]) -> None:
    desk, now = Life(max_attempts=2, retry_base_s=60), NOW
    found = [outcome for outcome, count in runs for _ in range(count)]
    desk.publish()
    made = 0
    while (at := desk.desk.next_at()) is not None:
        assert at >= now or made == 0
        now = max(at, now)
        job = desk.desk.start(now)
        if job is not None:
            desk.settle(found[min(made, len(found) - 1)], now, job)
            made += 1
        # Each of the two ages, a second look at what is gone, one more after the last; each tried twice at most.
        assert made <= 2 * (2 + 2 + 1)
    assert [d["revision"] for d in desk.documents] == list(range(1, len(desk.documents) + 1))
    statuses = [(d["status"], d["body_hash"]) for d in desk.documents]
    assert all(before != after for before, after in pairwise(statuses))
    assert "entry" not in desk.state


def test_a_forgotten_article_that_is_known_again_leaves_the_archive() -> None:
    slim = archive.slim(done(pending(), cleaned()))
    desk = Life(slim, published())
    desk.settle(cleaned(), NOW)
    again = Life(published(), slim)
    assert again.desk.start(NOW) is None


def test_a_second_reading_teaches_nothing_about_the_sites_pages() -> None:
    desk = Life()
    desk.publish()
    first = [value for topic, value in desk.written if topic == "site-state"]
    desk.settle(cleaned(page(text="Later:")), NOW + HOUR)
    assert first
    assert [value for topic, value in desk.written if topic == "site-state"] == first


def test_what_looks_found_is_written_now_and_then_and_keeps_what_was_learned_of_pages() -> None:
    desk = Life(revisit_s=(3600,))
    urls = [f"https://news.example/{number}" for number in range(WRITE_EVERY)]
    for url in urls:
        desk.publish(url)
    desk.written.clear()
    for _ in urls:
        desk.settle(AsBefore(not_modified=True), NOW + HOUR)
    [written] = [value for topic, value in desk.written if topic == "site-state"]
    assert written["looks"].keys() == {"3600"}
    assert written["looks"]["3600"]["looked"] > WRITE_EVERY * 0.9
    assert written["template"]


def test_a_cleaned_page_leaves_what_the_next_look_asks_with() -> None:
    desk = Life()
    desk.take(entry())
    read = page()
    headers = {"etag": '"v1"', "last-modified": "Sun, 22 Nov 2026 12:00:00 GMT"}
    desk.settle(cleaned(type(read)(url=read.url, body=read.body, fetched_at=NOW, headers=headers)), NOW)
    assert (desk.state["etag"], desk.state["last_modified"]) == (headers["etag"], headers["last-modified"])
