"""What version 0.1.0 wrote is read by this one: nothing poison that was sound, nothing that shows a secret again."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from cleaner.articles import Desk as CleanerDesk
from cleanwire.cleaner import intake
from cleanwire.poller.service import PollerDesk
from cleanwire.records.article_state import ArticleState, ArticleStatus
from cleanwire.records.base import encode
from cleanwire.records.command import Command
from cleanwire.records.feed import Entry, Feed
from cleanwire.records.websub import Subscription
from cleanwire.settings import PollSettings
from cleanwire.stream import topics
from cleanwire.stream.messages import Message
from cleanwire.telemetry.events import Telemetry
from cleanwire.urls import identity
from cleanwire.urls import site as sites
from upgrade import earlier

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
SCHEMAS = HERE.parents[1] / "docs" / "schema"
TOPICS = topics.names("t.")
PARTITIONS = 1
NOW = 1_790_000_100.0


def recorded() -> list[Message]:
    """Return the records that the release wrote, as they are kept beside this test."""
    lines = (HERE / "records-0.1.0.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for offset, line in enumerate(lines):
        topic, key, value = json.loads(line)
        found.append(
            Message(
                topic=f"t.{topic}",
                partition=0,
                offset=offset,
                key=key.encode(),
                value=None if value is None else value.encode(),
                timestamp=NOW,
            )
        )
    return found


def of(topic: str) -> list[Message]:
    return [message for message in recorded() if message.topic == topic]


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry(CollectorRegistry())


def skipped(telemetry: Telemetry) -> float:
    return sum(
        sample.value
        for metric in telemetry.registry.collect()
        for sample in metric.samples
        if "skipped" in sample.name and sample.name.endswith("_total")
    )


def poller(telemetry: Telemetry) -> PollerDesk:
    desk = PollerDesk(
        partition=0,
        polls=None,  # type: ignore[arg-type]  # only `work` uses these
        searches=None,  # type: ignore[arg-type]
        settings=PollSettings(),
        topics=TOPICS,
        partitions=PARTITIONS,
        host_down_pause_s=30.0,
        telemetry=telemetry,
    )
    for message in (*of(TOPICS.feed_state), *of(TOPICS.feeds)):
        desk.restore(message)
    desk.opened(NOW)
    return desk


def test_the_kept_records_are_what_the_release_writes(tmp_path: Path) -> None:
    try:
        services = earlier.unpack(tmp_path)
    except earlier.NotThere as error:
        pytest.skip(f"THE RELEASE'S CODE IS NOT HERE ({error}); its kept records are read all the same")
    printed = earlier.run(services, str(HERE / "written.py"), environment={})
    assert printed == (HERE / "records-0.1.0.jsonl").read_text(encoding="utf-8")


def ids() -> Iterator[tuple[str, str, str]]:
    for line in (HERE / "ids-0.1.0.jsonl").read_text(encoding="utf-8").splitlines():
        url, article, feed = json.loads(line)
        yield url, article, feed


def test_the_ids_of_a_thousand_addresses_never_change() -> None:
    table = list(ids())
    assert len(table) == len({url for url, _, _ in table}) == 1000
    changed = [
        url for url, article, feed in table if (identity.article_id(url), identity.feed_id(url)) != (article, feed)
    ]
    assert changed == []


def test_each_entry_in_flight_is_taken_in_under_its_old_id() -> None:
    for message in of(TOPICS.entries):
        old = msgspec.json.decode(message.value or b"", type=Entry)
        found = intake.entry(message, partition=0, partitions=PARTITIONS, now=NOW)
        assert isinstance(found, Entry), found
        assert (found.article_id, found.site, found.hops, found.title) == (
            old.article_id,
            old.site,
            old.hops,
            old.title,
        )
        assert b"hunter" not in encode(found)


def test_each_article_and_site_is_known_again() -> None:
    states = [msgspec.json.decode(message.value or b"", type=ArticleState) for message in of(TOPICS.article_state)]
    assert {state.status for state in states} == set(ArticleStatus)
    desk = CleanerDesk()
    for message in (*of(TOPICS.site_state), *of(TOPICS.article_state)):
        desk.desk.restore(message)
    desk.desk.opened(NOW)
    for state in states:
        known = desk.desk._catalogue.get(state.id)
        assert known is not None
        assert (known.status, known.revision, known.canceled) == (state.status, state.revision, state.canceled)
        assert b"hunter" not in encode(known)
    assert skipped(desk.telemetry) == 0


def test_each_feed_goes_on_where_it_was_and_its_secrets_leave_its_address_once(telemetry: Telemetry) -> None:
    desk = poller(telemetry)
    written = [write for step in desk.sweep(NOW) if step.unit is not None for write in step.unit.writes]
    after = {
        feed.id: feed for write in written if write.value for feed in [msgspec.json.decode(write.value, type=Feed)]
    }
    before = {feed.id: feed for m in of(TOPICS.feeds) for feed in [msgspec.json.decode(m.value or b"", type=Feed)]}
    assert set(after) == {feed_id for feed_id, feed in before.items() if "@" in feed.url}
    assert len(after) == len(written) == 3
    assert all("@" not in feed.url and feed.options.auth is not None for feed in after.values())
    assert not [step for step in desk.sweep(NOW) if step.unit is not None]
    for feed_id in before:
        feed = desk._roster.get(feed_id)
        assert feed is not None
        state = desk._roster.state(feed, NOW)
        assert state.title == "The paper", "a feed is new to us that was not"
        assert b"hunter2@" not in encode(state)
        assert b":hunter" not in encode(state)
    assert skipped(telemetry) == 0


def test_each_command_and_subscription_at_a_hub_is_read() -> None:
    for message in of(TOPICS.commands):
        assert isinstance(intake.command(message, now=NOW), Command)
    for message in of(TOPICS.websub):
        assert msgspec.json.decode(message.value or b"", type=Subscription).id == (message.key or b"").decode()


def test_the_release_before_this_one_has_its_schemas_kept() -> None:
    assert earlier.RELEASED in {path.name for path in (SCHEMAS / "released").iterdir()}


def test_a_site_stays_in_its_partition() -> None:
    assert [sites.partition(name, 12) for name in ("news.example", "127.0.0.9", "xn--bcher-kva.example")] == [4, 3, 10]
