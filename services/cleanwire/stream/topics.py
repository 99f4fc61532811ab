"""Which topics are there, how are they laid out, and does the cluster agree?"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from cleanwire.errors import BrokerUnavailable
from cleanwire.settings import KafkaSettings
from cleanwire.stream import waiting
from cleanwire.stream.broker import closing, login
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.observer import StreamObserver

EMBEDDED_PARTITIONS = 4  # what librdkafka's mock gives every topic
SETTLE_LIMIT_S = 30.0  # a new topic is known to every broker within this
RETRY_S = 0.2
ANSWER_LIMIT_S = 5.0
WAIT_FIRST_S = 0.5
WAIT_LAST_S = 5.0

_DAY_MS = 86_400_000
_ALREADY_EXISTS = 36
# A table is read whole when a partition is acquired, so it is compacted soon: small segments, for the active one is
# never compacted, and a low share of old records.
_TABLE = {
    "cleanup.policy": "compact",
    "min.cleanable.dirty.ratio": "0.2",
    "segment.bytes": str(16 * 1024 * 1024),
    "segment.ms": str(_DAY_MS // 4),
    "delete.retention.ms": str(_DAY_MS),
}


def _queue(days: float) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(round(days * _DAY_MS)), "segment.ms": str(_DAY_MS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicNames:
    """The names of all topics of an installation."""

    feeds: str
    feed_state: str
    entries: str
    article_state: str
    documents: str
    rejected: str
    site_state: str
    commands: str
    websub: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpec:
    """One topic as it should be."""

    name: str
    partitions: int
    replication_factor: int = 1
    config: Mapping[str, str] = field(default_factory=dict)


def names(prefix: str) -> TopicNames:
    """Return the names with `prefix` before each."""
    return TopicNames(
        feeds=f"{prefix}feeds",
        feed_state=f"{prefix}feed-state",
        entries=f"{prefix}entries",
        article_state=f"{prefix}article-state",
        documents=f"{prefix}documents",
        rejected=f"{prefix}rejected",
        site_state=f"{prefix}site-state",
        commands=f"{prefix}commands",
        websub=f"{prefix}websub",
    )


def layout(settings: KafkaSettings) -> tuple[TopicSpec, ...]:
    """Return every topic as the settings want it. All have the same number of partitions.

    `entries` is kept no longer than the cleaner remembers articles (`clean.forget_after_s`, 7 days): after that a
    second reading would publish them again.
    """
    name = names(settings.topic_prefix)
    configs = {
        name.feeds: _TABLE,
        name.feed_state: _TABLE,
        name.entries: _queue(7),
        name.article_state: _TABLE,
        name.documents: _queue(30),
        name.rejected: _queue(30),
        name.site_state: _TABLE,
        name.commands: _queue(1),
        name.websub: _TABLE,
    }
    return tuple(
        TopicSpec(
            name=topic,
            partitions=settings.partitions,
            replication_factor=settings.replication_factor,
            config=config,
        )
        for topic, config in configs.items()
    )


async def create(connection: Connection, specs: Sequence[TopicSpec]) -> None:
    """Make the topics that are missing and wait until all can be used; several replicas may do it at once.

    What exists is left as it is, also where it differs: `check` tells. The embedded broker makes topics when they
    are first asked for, with EMBEDDED_PARTITIONS partitions.

    Raises:
        BrokerUnavailable: no answer in time, or the broker refuses to make a topic.
    """
    async with login.translated(connection, "creating topics"):
        if connection.embedded:
            await _touch(connection, specs)
            return
        async with asyncio.timeout(SETTLE_LIMIT_S), closing.started_admin(connection.admin()) as admin:
            found = await _describe(admin, specs)
            await _make(admin, [spec for spec in specs if spec.name not in found])
            while len(await _describe(admin, specs)) < len(specs):  # noqa: ASYNC110  the broker has no event for it
                await asyncio.sleep(RETRY_S)


async def check(connection: Connection, specs: Sequence[TopicSpec]) -> list[str]:
    """Return each way in which the cluster's topics differ from `specs`; an empty list when all is well.

    Raises:
        BrokerUnavailable: no answer in time.
    """
    return [problem for found in (await compare(connection, specs)).values() for problem in found]


async def compare(connection: Connection, specs: Sequence[TopicSpec]) -> dict[str, list[str]]:
    """Return for each topic of `specs` the ways in which the cluster's differs from it.

    Compared are the number of partitions and `cleanup.policy`; retention is the operator's own choice.

    Raises:
        BrokerUnavailable: no answer in time.
    """
    if connection.embedded:
        return {spec.name: [] for spec in specs}
    async with (
        login.translated(connection, "checking topics"),
        asyncio.timeout(SETTLE_LIMIT_S),
        closing.started_admin(connection.admin()) as admin,
    ):
        partitions = await _describe(admin, specs)
        policies = await _policies(admin, list(partitions))
    return {spec.name: list(_differences(spec, partitions, policies)) for spec in specs}


async def wait_for_broker(connection: Connection, stop: asyncio.Event, observer: StreamObserver, who: str) -> bool:
    """Wait until a broker answers; return False when `stop` came first. `who` names the waiting to the observer.

    The observer is told of a broker that is away, and of each other reason why none lets us in, once.
    """
    wait_s, told = WAIT_FIRST_S, set[str]()
    while not stop.is_set():
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S), closing.started_admin(connection.admin()):
                observer.broker_away(who, away=False)
                return True
        except (KafkaError, OSError) as error:  # TimeoutError is an OSError
            observer.broker_away(who, away=True)
            why = await login.refusal(connection)
            if (why is not None and why not in told) or not told:
                observer.broker_unavailable(who, why or repr(error))
            told.add(why or "away")
            await waiting.until(stop, wait_s)
            wait_s = min(wait_s * 2, WAIT_LAST_S)
    return False


def _differences(spec: TopicSpec, partitions: Mapping[str, int], policies: Mapping[str, str]) -> Iterable[str]:
    if spec.name not in partitions:
        yield f"{spec.name}: the topic is missing"
        return
    if partitions[spec.name] != spec.partitions:
        yield f"{spec.name}: {partitions[spec.name]} partitions, expected {spec.partitions} (kafka.partitions)"
    expected, found = spec.config.get("cleanup.policy"), policies.get(spec.name)
    if expected is not None and found != expected:
        yield f"{spec.name}: cleanup.policy is {found}, expected {expected}"


async def _make(admin: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> None:
    if not specs:
        return
    answer = await admin.create_topics(
        [
            NewTopic(spec.name, spec.partitions, spec.replication_factor, topic_configs=dict(spec.config))
            for spec in specs
        ]
    )
    for name, code, *rest in answer.topic_errors:
        if code not in (0, _ALREADY_EXISTS):  # another replica may have been faster
            raise BrokerUnavailable(f"{name}: cannot be created: {(rest or [None])[0] or for_code(code).__name__}")


async def _describe(admin: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> dict[str, int]:
    """Return the number of partitions of each topic that exists and has a leader everywhere."""
    wanted = {spec.name for spec in specs}
    found: dict[str, int] = {}
    # All topics are asked for: asking for one by name makes it, where a cluster creates topics by itself.
    for topic in await admin.describe_topics():
        ready = all(partition["error_code"] == 0 for partition in topic["partitions"])
        if topic["topic"] in wanted and topic["error_code"] == 0 and ready:
            found[topic["topic"]] = len(topic["partitions"])
    return found


async def _policies(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, str]:
    if not topics:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic, {"cleanup.policy": ""}) for topic in topics]
    found: dict[str, str] = {}
    for answer in await admin.describe_configs(asked):
        for _code, _message, _kind, topic, entries in answer.resources:
            for key, value, *_ in entries:
                if key == "cleanup.policy":
                    found[topic] = value
    return found


async def _touch(connection: Connection, specs: Sequence[TopicSpec]) -> None:
    producer = connection.producer()
    try:
        async with asyncio.timeout(SETTLE_LIMIT_S):
            await producer.start()
            for spec in specs:
                await producer.partitions_for(spec.name)
    finally:
        await closing.producer(producer)
