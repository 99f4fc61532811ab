"""The service runs with exactly the rights that docs/security.md grants, and a right that is missing is named."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AclBinding

from cleanwire.client import store
from cleanwire.errors import BrokerUnavailable
from cleanwire.records.base import encode
from cleanwire.stream import direct, topics
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message, Write
from client.shelf import Shelf
from kafka.secured import SecuredBroker, password_of
from published_document import document
from registry.stand_in import StandIn
from secured import acls
from services.house import House
from services.newsroom import RSS, Newsroom, Reply, rss, story
from stream.corner import Corner
from stream.stages import Counts, Waits

pytestmark = pytest.mark.kafka

SITE = "127.0.14.1"


@pytest.fixture(scope="module")
def granted(broker: SecuredBroker) -> Iterator[list[AclBinding]]:
    rights = acls.of_page()
    acls.grant(broker.bootstrap, rights)
    yield rights
    for right in rights:
        acls.revoke(broker.bootstrap, right)


def login(broker: SecuredBroker, user: str) -> dict[str, Any]:
    return {
        "kafka.bootstrap": broker.login,
        "kafka.security_protocol": "SASL_SSL",
        "kafka.ssl_cafile": broker.folder_of_keys / "ca.pem",
        "kafka.sasl_mechanism": "SCRAM-SHA-512",
        "kafka.sasl_username": user,
        "kafka.sasl_password": password_of(user),
    }


def house(broker: SecuredBroker, user: str, **changes: Any) -> House:
    """Return the installation of the page, as `user` sees it."""
    named = {"service.installation": "cleanwire", "kafka.topic_prefix": "news.", "kafka.topics": "check"}
    return House(broker.login, **named, **login(broker, user), **changes)


async def test_poller_cleaner_operator_and_consumer_need_no_more_than_the_page_grants(
    broker: SecuredBroker, granted: list[AclBinding]
) -> None:
    operator, consumer = house(broker, "ops"), house(broker, "consumer")
    await operator.make_topics()
    async with Newsroom().open(SITE) as room:
        link = room.put(SITE, "/story", story("The bridge is open"))
        feed = room.put(SITE, "/feed", Reply(body=rss((link, "The bridge is open")), content_type=RSS))
        poller, cleaner = house(broker, "poller"), house(broker, "cleaner")
        async with poller.running(service__role="poller"), cleaner.running(service__role="cleaner") as replica:
            await operator.subscribe(feed)
            outcomes = await consumer.until_settled(1)
            await operator.retry(link)
            await replica.until_balanced()
    assert outcomes.titles() == {"The bridge is open": 1}
    member = consumer.connection.member("my-consumer")
    member.subscribe([consumer.topics.documents])
    await member.start()
    assert await member.getmany(timeout_ms=100) is not None
    await member.stop()
    await _stores("my-consumer", login(broker, "consumer"))


async def _stores(group: str, kafka: dict[str, Any]) -> None:
    """Fail unless a consumer may put the one document into a store of its own."""
    shelf, options = Shelf(), {key.removeprefix("kafka."): value for key, value in kafka.items()}
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        storing = tasks.create_task(store(into=shelf, group=group, **options))
        while not shelf.stored:
            await asyncio.sleep(0.1)
        storing.cancel()


@pytest.mark.parametrize("user", ["poller", "cleaner"])
async def test_a_transaction_that_was_left_open_is_closed_with_these_rights(
    broker: SecuredBroker, granted: list[AclBinding], user: str
) -> None:
    await house(broker, "ops").make_topics()
    at = house(broker, user)
    topic = at.topics.entries
    corner = Corner(at.connection, "cleanwire", "news.")
    async with asyncio.timeout(60), corner.acquired_as(f"cleanwire-{user}-0") as owned:
        everything = {spec.name for spec in topics.layout(at.settings.kafka)}
        await owned._transactions.abort_left_open(everything, f"cleanwire-{user}", readable=at.topics.commands)
        await owned.commit([])
        while await owned._transactions.left_open(topic):  # markers follow the abort
            await asyncio.sleep(0.02)


async def test_consumers_may_not_read_what_holds_secrets(broker: SecuredBroker, granted: list[AclBinding]) -> None:
    await house(broker, "ops").make_topics()
    consumer = house(broker, "consumer", **{"kafka.request_timeout_s": 3})
    for topic in (consumer.topics.feeds, consumer.topics.feed_state):
        with pytest.raises(BrokerUnavailable, match=topic):
            await direct.read_all(consumer.connection, topic, print)


async def test_an_export_needs_no_more_than_the_page_grants(
    broker: SecuredBroker, granted: list[AclBinding], tmp_path: Path
) -> None:
    await house(broker, "ops").make_topics()
    as_super, at = house(broker, "super"), house(broker, "exporter")
    partitions = at.settings.kafka.partitions
    await topics.create(as_super.connection, [topics.TopicSpec(name="news.avro", partitions=partitions)])
    value = encode(document("exported"))
    await direct.write(
        as_super.connection, [Write(topic=at.topics.documents, key=b"exported", value=value, partition=0)]
    )
    kafka = "".join(f'{key.removeprefix("kafka.")} = "{value}"\n' for key, value in login(broker, "exporter").items())
    (tmp_path / "cleanwire.toml").write_text(f"[kafka]\n{kafka}session_timeout_s = 6\n")
    found: list[Message] = []
    with StandIn() as registry:
        command = ("-m", "cleanwire", "export", "--into", "news.avro", "--format", "avro")
        settings = ("--config", str(tmp_path / "cleanwire.toml"), "--set", f"registry.url={registry.url}")
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, *settings, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(60):
                while not found and process.returncode is None:
                    await direct.read_all(as_super.connection, "news.avro", found.append)
        finally:
            if process.returncode is None:
                process.terminate()
            _, told = await process.communicate()
    assert "exported" in {message.key_text for message in found}, told.decode()
    assert process.returncode == 0
    assert password_of("exporter") not in told.decode()


RIGHTS = (
    "--topic acl.entries --topic acl.documents --topic acl.state --operation Read --operation Write",
    "--group acl-stage --operation Read",
    "--transactional-id acl-stage- --resource-pattern-type prefixed --operation Write",
)


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        pytest.param("acl.documents", "topic acl.documents", id="write-a-topic"),
        pytest.param("acl.state", "topic acl.state", id="read-a-table"),
        pytest.param("acl-stage", "group acl-stage", id="join-a-group"),
        pytest.param("acl-stage-", "transactional id acl-stage-", id="write-in-transactions"),
    ],
)
async def test_a_right_that_is_missing_is_named(broker: SecuredBroker, missing: str, told: str) -> None:
    as_super = Corner(Connection(house(broker, "super").settings.kafka), "acl", "acl.")
    names = [await as_super.make(name) for name in ("entries", "documents", "state")]
    rights = [right for line in RIGHTS for right in acls.parse(f"--allow-principal User:service {line}")]
    acls.grant(broker.bootstrap, [right for right in rights if right.name != missing])
    at = Corner(house(broker, "service").connection, "acl", "acl.")
    stop = asyncio.Event()
    stage = Waits(names[0]) if missing == "acl-stage" else Counts(*names)
    member = asyncio.create_task(at.member(stage).run(stop))
    try:
        await at.watcher.until("unavailable" if missing == "acl-stage" else "failed")
    finally:
        stop.set()
        await member
        for right in rights:
            if right.name != missing:
                acls.revoke(broker.bootstrap, right)
    assert told in str(at.watcher.events)
