"""Articles of the cleaner's tests: entries, states, pages that were read."""

from typing import Any

import msgspec
from prometheus_client import CollectorRegistry

from cleanwire.article import clean, documents
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.cleaner import intake
from cleanwire.cleaner.outcomes.attempt_outcome import Cleaned
from cleanwire.cleaner.service import CleanerDesk
from cleanwire.records.article_state import ArticleState, ArticleStatus, DueReason
from cleanwire.records.base import encode
from cleanwire.records.feed import Entry
from cleanwire.settings import CleanSettings
from cleanwire.stream import topics
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Message
from cleanwire.telemetry.events import Telemetry
from cleanwire.urls import identity
from cleanwire.urls import site as sites

NOW = 1_700_000_000.0
PARTITIONS = 4
URL = "https://news.example/bridge"
TOPICS = topics.names("t.")


def entry(url: str = URL, **changes: Any) -> Entry:
    made = Entry(
        article_id=identity.article_id(url),
        site=sites.site(url),
        url=url,
        feed_id="f" * 32,
        feed_url="https://news.example/feed",
        seen_at=NOW,
        title="A bridge opens",
        summary="In short.",
        content_html="<p>At length.</p>",
    )
    return msgspec.structs.replace(made, **changes)


def pending(url: str = URL, **changes: Any) -> ArticleState:
    return msgspec.structs.replace(intake.first_seen(entry(url), now=NOW), **changes)


def published(url: str = URL, **changes: Any) -> ArticleState:
    """Return the state of an article whose first revision is out, waiting for a look at a change."""
    known: dict[str, Any] = {
        "status": ArticleStatus.DONE,
        "due_reason": DueReason.CHANGED,
        "revision": 1,
        "body_hash": "b",
        "title_hash": "t",
        **changes,
    }
    return pending(url, **known)


def page(title: str = "A bridge opens", *, url: str = URL, text: str = "", canonical: str | None = None) -> Page:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    body = "".join(
        f"<p>{text} The {word} was measured twice on Friday before the council of the small town agreed to open it "
        f"for walkers, carts and the one bus that still crosses the river there.</p>"
        for word in ("bridge", "railing", "northern arch", "southern arch", "pavement")
    )
    html = f"<html lang='en'><head><title>{title}</title>{link}</head><body><article><h1>{title}</h1>{body}</article>"
    return Page(url=url, body=html.encode(), fetched_at=NOW)


def cleaned(read: Page | None = None, *, about: Entry | None = None) -> Cleaned:
    read = read or page()
    article = clean.clean(read, documents.hints(about or entry()))
    assert isinstance(article, Article), article
    return Cleaned(article=article, page=read, took_s=0.1)


def done(state: ArticleState, outcome: Cleaned) -> ArticleState:
    """Return `state` as it is after `outcome` was published."""
    return msgspec.structs.replace(
        state,
        status=ArticleStatus.DONE,
        revision=state.revision + 1,
        due_at=None,
        body_hash=outcome.article.body_hash,
        title_hash=outcome.article.title_hash,
        canonical_url=outcome.article.canonical_url,
    )


def message(value: bytes | None, *, topic: str = TOPICS.entries, key: bytes | None = b"k", offset: int = 7) -> Message:
    return Message(topic=topic, partition=1, offset=offset, key=key, value=value, timestamp=NOW)


def partition_of(url: str = URL) -> int:
    return sites.partition(sites.site(url), PARTITIONS)


class Desk:
    """A cleaner's desk without a network, and what it wrote. `commit` tells what readers now see."""

    def __init__(self, url: str = URL, **settings: Any) -> None:
        self.telemetry = Telemetry(CollectorRegistry())
        self.desk = CleanerDesk(
            partition=partition_of(url),
            partitions=PARTITIONS,
            attempts=None,  # type: ignore[arg-type]  # only `work` uses it, and no test here calls it
            settings=CleanSettings(**settings),
            topics=TOPICS,
            host_down_pause_s=30.0,
            telemetry=self.telemetry,
        )
        self.written: list[tuple[str, Any]] = []

    def load(self, *states: ArticleState) -> None:
        for state in states:
            self.desk.restore(message(encode(state), topic=TOPICS.article_state, key=state.id.encode()))
        self.desk.opened(NOW)

    def take(self, *entries: Entry, now: float = NOW) -> None:
        self.take_messages(*(message(encode(entry)) for entry in entries), now=now)

    def take_messages(self, *messages: Message, now: float = NOW) -> None:
        for message in messages:
            for step in self.desk.take_in(message, now):
                self.commit(step)

    def commit(self, step: Step) -> None:
        for write in step.unit.writes if step.unit else ():
            value = msgspec.json.decode(write.value) if write.value is not None else None
            self.written.append((write.topic.removeprefix("t."), value))
        if step.tell is not None:
            step.tell()

    def commit_smaller(self, step: Step, times: int) -> None:
        """Commit what is written where `step` was refused so often."""
        for _ in range(times):
            assert step.smaller is not None
            smaller = step.smaller()
            assert smaller is not None
            step = smaller
        self.commit(step)

    def topics_written(self) -> list[str]:
        return [topic for topic, _ in self.written]
