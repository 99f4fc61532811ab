"""The cleaner's desk without a broker: what it takes in, hands out, writes and counts."""

import json

import msgspec
import pytest
from prometheus_client import exposition

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
    pending,
    published,
)
from cleanwire.cleaner.outcomes.attempt_outcome import Deferred, Elsewhere, Failed
from cleanwire.cleaner.service import MAX_RECORD_BYTES, Job
from cleanwire.records.article_state import ArticleState, ArticleStatus
from cleanwire.records.base import encode
from cleanwire.records.command import Action, Command
from cleanwire.records.rejected import Rejection
from cleanwire.telemetry import books
from cleanwire.telemetry.books import Books
from cleanwire.telemetry.catalogue import Deferral
from cleanwire.urls import site as sites


def account(desk: Desk) -> Books:
    found = books.read(exposition.generate_latest(desk.telemetry.registry).decode())
    assert found.balanced, found
    return found


def next_job(desk: Desk, now: float = NOW) -> Job:
    job = desk.desk.start(now)
    assert job is not None
    return job


def test_an_entry_is_taken_in_once_however_many_feeds_list_it() -> None:
    desk = Desk()
    desk.load()
    desk.take(entry(), entry(f"{URL}?utm_source=rss"), entry(feed_id="e" * 32))
    job = next_job(desk)
    assert job.state.id == entry().article_id
    desk.commit(desk.desk.settle(job, cleaned(), NOW))
    assert desk.topics_written()[:5] == ["article-state"] * 3 + ["documents", "article-state"]
    assert desk.desk.start(NOW + 1000) is None
    assert account(desk) == Books(
        new=1, acquired=0, reopened=0, documents=1, rejected={}, moved=0, released=0, pending=0
    )


def test_an_article_that_is_done_is_known_after_a_restart() -> None:
    desk = Desk()
    desk.load(done(pending(), cleaned()))
    desk.take(entry())
    assert desk.desk.start(NOW) is None
    assert account(desk).new == 0


def test_pending_articles_are_worked_on_after_a_restart() -> None:
    desk = Desk()
    desk.load(pending(), pending("https://news.example/other", due_at=NOW + 60))
    first = next_job(desk)
    assert first.state.url == URL
    desk.commit(desk.desk.settle(first, cleaned(), NOW))
    assert desk.desk.start(NOW + 59) is None
    assert next_job(desk, NOW + 61).state.url.endswith("other")
    assert account(desk).acquired == 2


def test_one_page_of_a_site_is_under_way_at_a_time() -> None:
    desk = Desk(site_spacing_s=0)
    desk.load()
    desk.take(*(entry(f"https://news.example/{number}") for number in range(3)))
    job = next_job(desk)
    assert desk.desk.start(NOW + 100) is None
    desk.commit(desk.desk.settle(job, cleaned(), NOW))
    assert desk.desk.start(NOW + 100) is not None


@pytest.mark.parametrize("count", [4, 5])
def test_intake_pauses_while_too_much_waits(count: int) -> None:
    desk = Desk(max_pending=5)
    desk.load()
    hosts = [f"n{number}.example" for number in range(99)]
    ours = [host for host in hosts if sites.partition(host, PARTITIONS) == partition_of()]
    desk.take(*(entry(f"https://{host}/a", feed_url=f"https://{host}/feed") for host in ours[:count]))
    assert desk.desk.has_room() == (count < 5)


def test_an_outcome_and_the_state_that_belongs_to_it_are_one_unit() -> None:
    desk = Desk(max_attempts=1)
    desk.load()
    desk.take(entry())
    step = desk.desk.settle(next_job(desk), Failed(reason=Rejection.REDIRECTS, detail="circle"), NOW)
    assert step.unit is not None
    assert [write.topic for write in step.unit.writes] == [TOPICS.rejected, TOPICS.article_state]


def test_a_page_elsewhere_goes_to_its_owner_with_the_state_in_one_unit() -> None:
    desk = Desk()
    desk.load()
    desk.take(entry())
    elsewhere = Elsewhere(url="https://other.example/story", site="other.example")
    step = desk.desk.settle(next_job(desk), elsewhere, NOW)
    assert step.unit is not None
    assert [write.topic for write in step.unit.writes] == [TOPICS.entries, TOPICS.article_state]
    assert step.unit.writes[0].partition is not None
    desk.commit(step)
    assert account(desk).moved == 1


def test_what_the_broker_refused_is_rejected_in_its_place() -> None:
    desk = Desk()
    desk.load()
    desk.take(entry())
    desk.commit_smaller(desk.desk.settle(next_job(desk), cleaned(), NOW), 2)
    topic, record = desk.written[-2]
    assert (topic, record["reason"]) == ("rejected", "record_too_large")
    assert account(desk).rejected == {"record_too_large": 1}
    assert account(desk).balanced


def test_a_state_that_the_broker_refused_is_written_with_less_and_the_document_stands() -> None:
    desk = Desk()
    desk.load()
    desk.take(entry(authors=("A" * 5000,) * 50, categories=("C" * 5000,) * 50))
    desk.commit_smaller(desk.desk.settle(next_job(desk), cleaned(), NOW), 1)
    assert desk.topics_written() == ["article-state", "documents", "article-state"]
    assert len(json.dumps(desk.written[-1][1])) < 4000
    assert account(desk).balanced


@pytest.mark.parametrize("published_before", [False, True])
def test_in_the_end_of_an_article_that_fits_nowhere_next_to_nothing_is_written(published_before: bool) -> None:
    desk = Desk()
    large = entry(title="T" * 100_000, url=URL + "?" + "a" * 1500)
    if published_before:
        desk.load(published(entry=large))
    else:
        desk.load()
        desk.take(large)
        desk.written.clear()
    desk.commit_smaller(desk.desk.settle(next_job(desk), cleaned(), NOW), 4)
    assert desk.topics_written() == [*([] if published_before else ["rejected"]), "article-state"]
    assert all(len(json.dumps(record)) < 1000 for _, record in desk.written)
    assert desk.written[-1][1]["status"] == "forgotten"
    assert account(desk).balanced
    desk.take(entry(large.url) if not published_before else entry())
    assert desk.desk.start(NOW + 1) is None, "it came out as new again"


def test_an_intake_whose_state_is_refused_ends_in_a_rejection_of_a_few_words() -> None:
    desk = Desk()
    desk.load()
    [step] = desk.desk.take_in(message(encode(entry(URL + "?" + "a" * 1500))), NOW)
    desk.commit_smaller(step, 2)
    assert desk.topics_written() == ["rejected", "article-state"]
    assert all(len(json.dumps(record)) < 1000 for _, record in desk.written)
    assert account(desk).rejected == {"record_too_large": 1}
    assert account(desk).balanced
    assert desk.desk.start(NOW) is None


def test_what_was_given_up_while_its_page_was_read_is_not_published() -> None:
    desk = Desk()
    desk.load()
    [step] = desk.desk.take_in(message(encode(entry())), NOW)
    job = next_job(desk)
    desk.commit_smaller(step, 2)
    desk.commit(desk.desk.settle(job, cleaned(), NOW))
    assert desk.topics_written() == ["rejected", "article-state"]
    assert account(desk).balanced


def test_an_article_listed_again_whose_state_is_refused_stays_as_it_was_written() -> None:
    desk = Desk()
    desk.load()
    desk.take(entry())
    [step] = desk.desk.take_in(message(encode(entry(changed=True, title="T" * 9000))), NOW)
    desk.commit_smaller(step, 2)
    assert desk.topics_written() == ["article-state"]
    assert [record["title"] for record in (desk.written[0][1]["entry"],)] == ["A bridge opens"]
    assert next_job(desk).state.url == URL


def test_poison_that_is_refused_is_told_in_fewer_words() -> None:
    desk = Desk()
    desk.load()
    large = msgspec.structs.replace(entry(), url="ftp://x/" + "a" * 100_000)
    [step] = desk.desk.take_in(message(encode(large)), NOW)
    desk.commit_smaller(step, 1)
    assert len(json.dumps(desk.written[0][1])) < 1000
    assert account(desk).rejected == {"invalid_url": 1}


def test_a_record_that_makes_us_fail_is_rejected_with_its_place() -> None:
    desk = Desk()
    desk.load()
    desk.commit(desk.desk.set_aside(message(b"{}"), ZeroDivisionError("oops"), NOW))
    assert desk.written[0][1]["reason"] == "internal_error"
    assert "t.entries/1/7" in desk.written[0][1]["detail"]
    assert account(desk).balanced


def test_an_article_that_cannot_be_settled_is_given_up_in_few_words() -> None:
    desk = Desk()
    desk.load()
    desk.take(entry())
    desk.commit(desk.desk.give_up(next_job(desk), ZeroDivisionError("oops"), NOW))
    assert desk.topics_written() == ["article-state", "rejected", "article-state"]
    assert account(desk).rejected == {"internal_error": 1}
    assert account(desk).balanced


@pytest.mark.slow
def test_a_document_beyond_what_consumers_are_promised_is_rejected() -> None:
    desk = Desk()
    desk.load()
    desk.take(entry())
    desk.commit(desk.desk.settle(next_job(desk), cleaned(page(text="long " * (MAX_RECORD_BYTES // 20))), NOW))
    assert desk.topics_written()[1:3] == ["rejected", "article-state"]
    assert "documents" not in desk.topics_written()


def test_a_refused_revision_leaves_the_published_one_and_the_books_alone() -> None:
    desk = Desk()
    desk.load(published())
    desk.commit_smaller(desk.desk.settle(next_job(desk), cleaned(), NOW), 2)
    assert desk.topics_written() == ["article-state"]
    assert desk.written[-1][1]["status"] == "done"
    assert desk.written[-1][1]["revision"] == 1
    assert account(desk).pending == 0


def test_a_look_for_a_revision_is_not_in_the_books() -> None:
    desk = Desk()
    desk.load(published())
    assert account(desk).acquired == 0
    desk.commit(desk.desk.settle(next_job(desk), cleaned(), NOW))
    assert desk.written[-2][1]["revision"] == 2
    assert account(desk).documents == 0


def test_a_deferral_writes_nothing_and_comes_again_later() -> None:
    desk = Desk(site_spacing_s=0)
    desk.load()
    desk.take(entry())
    wait = Deferred(reason=Deferral.SLOW_DOWN, wait_s=50, unless_stale=Failed(reason=Rejection.NETWORK, detail="x"))
    step = desk.desk.settle(next_job(desk), wait, NOW)
    assert step.unit is None
    assert desk.desk.start(NOW + 49) is None
    assert next_job(desk, NOW + 51).state.attempts == 0


def test_a_page_of_another_address_joins_the_published_one() -> None:
    first, second = "https://news.example/bridge", "https://news.example/2026/bridge"
    desk = Desk(site_spacing_s=0)
    desk.load()
    desk.take(entry(first), entry(second))
    desk.commit(desk.desk.settle(next_job(desk), cleaned(page(canonical=first)), NOW))
    desk.commit(desk.desk.settle(next_job(desk), cleaned(page(url=second, canonical=first)), NOW))
    assert desk.topics_written().count("documents") == 1
    assert account(desk).moved == 1


def retry_of(state: ArticleState) -> bytes:
    return encode(Command(id="1", action=Action.RETRY, site=state.site, target=state.id, asked_at=NOW))


@pytest.mark.parametrize(
    ("status", "reopened"),
    [
        (ArticleStatus.REJECTED, True),
        (ArticleStatus.DONE, False),
        (ArticleStatus.MOVED, False),
        (ArticleStatus.PENDING, False),
    ],
)
def test_a_retry_reopens_rejected_articles_only(status: ArticleStatus, reopened: bool) -> None:
    state = pending(status=status, attempts=5, due_at=None, revision=int(status is ArticleStatus.DONE))
    desk = Desk()
    desk.load(state)
    desk.take_messages(message(retry_of(state), topic=TOPICS.commands))
    assert (desk.topics_written() == ["article-state"]) == reopened
    assert account(desk).reopened == int(reopened)
    if reopened:
        assert next_job(desk).state.attempts == 0


@pytest.mark.parametrize("topic", [TOPICS.entries, TOPICS.commands])
def test_poison_is_rejected_and_its_neighbours_go_on(topic: str) -> None:
    desk = Desk()
    desk.load()
    good = message(encode(entry()), offset=9)
    poison = [message(value, topic=topic) for value in (b"\xff", b"{}", None)]
    desk.take_messages(*poison, good)
    assert desk.topics_written() == ["rejected", "rejected", "article-state"]
    assert next_job(desk).state.url == URL
    assert account(desk).rejected == {"poison_message": 2}


def test_damaged_state_is_skipped_and_counted() -> None:
    desk = Desk()
    desk.desk.restore(message(b"\xff not a state", topic=TOPICS.article_state))
    desk.desk.restore(message(b"{}", topic=TOPICS.article_state))
    desk.load()
    page = exposition.generate_latest(desk.telemetry.registry).decode()
    assert 'table_records_skipped_total{topic="article-state"} 2.0' in page


@pytest.mark.parametrize("bad", [b"\xff", b'{"revision":-5}', b"[" * 2000])
def test_a_bad_record_over_a_good_one_changes_nothing(bad: bytes) -> None:
    desk = Desk()
    state = done(pending(), cleaned())
    desk.desk.restore(message(encode(state), topic=TOPICS.article_state, key=state.id.encode()))
    desk.desk.restore(message(bad, topic=TOPICS.article_state, key=state.id.encode()))
    desk.load()
    desk.take(entry())
    assert desk.topics_written() == ["article-state"]
    assert desk.desk.start(NOW) is None


def test_an_article_of_which_nothing_can_be_read_is_rejected_rather_than_published_twice() -> None:
    desk = Desk()
    key = entry().article_id.encode()
    desk.desk.restore(message(b'{"revision":-5}', topic=TOPICS.article_state, key=key))
    desk.load()
    desk.take(entry(), entry())
    assert desk.topics_written() == ["rejected", "article-state", "article-state"]
    assert [record["status"] for topic, record in desk.written[1:]] == ["rejected", "rejected"]
    assert desk.desk.start(NOW) is None
    assert account(desk).rejected == {"poison_message": 1}
    assert account(desk).balanced


def test_a_tombstone_forgets_an_article() -> None:
    desk = Desk()
    state = done(pending(), cleaned())
    desk.desk.restore(message(encode(state), topic=TOPICS.article_state, key=state.id.encode()))
    desk.desk.restore(message(None, topic=TOPICS.article_state, key=state.id.encode()))
    desk.load()
    desk.take(entry())
    assert desk.desk.start(NOW) is not None


def test_what_was_not_listed_for_long_is_forgotten_but_never_what_waits() -> None:
    desk = Desk(forget_after_s=3600)
    old, waiting = done(pending("https://news.example/old"), cleaned()), pending("https://news.example/waits")
    fresh = done(pending("https://news.example/fresh", listed_at=NOW + 3000), cleaned())
    desk.load(old, waiting, fresh)
    for step in desk.desk.sweep(NOW + 3601):
        desk.commit(step)
    assert [(topic, record["id"], record["status"]) for topic, record in desk.written] == [
        ("article-state", old.id, "forgotten")
    ]


def test_closing_gives_back_what_waits() -> None:
    desk = Desk()
    desk.load(pending())
    desk.desk.closed()
    assert account(desk).released == 1


def test_a_fault_of_ours_is_an_outcome() -> None:
    desk = Desk(max_attempts=1)
    desk.load()
    desk.take(entry())
    job = next_job(desk)
    desk.commit(desk.desk.settle(job, desk.desk.failed(job, ZeroDivisionError("oops")), NOW))
    assert account(desk).rejected == {"internal_error": 1}
