"""Who is in a consumer group, what does each member own, how far is the group behind, and who else is about?"""

import asyncio
import re
import struct
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.group import MemberAssignment

from cleanwire.stream import names
from cleanwire.stream.broker import closing, login
from cleanwire.stream.broker.connection import Connection

LIMIT_S = 10.0
_UUID = re.compile(r"-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One process of a group."""

    name: str  # its instance id, or that of its process
    host: str
    partitions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The group of a stage, as its coordinator describes it."""

    stage: str
    state: str
    members: tuple[Member, ...] = ()
    lag: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """By topic and partition: offsets between the committed one and the end, markers of transactions included."""

    def behind(self, partitions: Collection[int]) -> int:
        """Return the lag of some partitions, over all topics."""
        return sum(lag for lags in self.lag.values() for number, lag in lags.items() if number in partitions)


async def describe(connection: Connection, installation: str, stage: str) -> Group:
    """Return the members and the lag of a stage's group.

    Raises:
        BrokerUnavailable: no answer in time, or we may not ask.
    """
    group = names.group(installation, stage)
    async with (
        login.translated(connection, f"looking at the group {group}"),
        asyncio.timeout(LIMIT_S),
        closing.started_admin(connection.admin()) as admin,
    ):
        state, members = await _members(admin, group)
        committed = await admin.list_consumer_group_offsets(group)
        places = [at for at, place in committed.items() if place.offset >= 0]
        return Group(
            stage=stage,
            state=state,
            members=members,
            lag=await _lag(connection, {at: committed[at].offset for at in places}) if places else {},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """A group of somebody else's that reads one topic. `lag`: offsets yet to read, None where it has committed none."""

    name: str
    state: str
    members: int
    lag: int | None


async def consumer(connection: Connection, group: str, topic: str) -> Consumer:
    """Return how far a group has come in `topic`. A group that nobody knows has no members and no lag.

    Raises:
        BrokerUnavailable: no answer in time, or we may not ask.
    """
    async with (
        login.translated(connection, f"looking at the group {group}"),
        asyncio.timeout(LIMIT_S),
        closing.started_admin(connection.admin()) as admin,
    ):
        state, members = await _described(admin, group)
        committed = await admin.list_consumer_group_offsets(group)
        places = {at: place.offset for at, place in committed.items() if at.topic == topic and place.offset >= 0}
        lag = (await _lag(connection, places))[topic].values() if places else None
    return Consumer(name=group, state=state, members=len(members), lag=None if lag is None else sum(lag))


async def rivals(connection: Connection, installation: str, dealt: Mapping[str, str]) -> tuple[str, ...]:
    """Return in words which members of other installations, at work now, and `installation` would do each other harm.

    `dealt` has for each stage the topic whose partitions its group deals out. Another installation on the same topics
    publishes every article a second time; one of the same name with other topics has our transactional ids, and both
    fence each other without end. Groups that change just now, or that we may not describe, are not seen.

    Raises:
        BrokerUnavailable: no answer in time, or we may not ask at all.
    """
    async with (
        login.translated(connection, "looking for other installations"),
        asyncio.timeout(LIMIT_S),
        closing.started_admin(connection.admin()) as admin,
    ):
        known = [name for name, kind in await admin.list_consumer_groups() if kind == "consumer"]
        groups = [name for name in sorted(known) if any(name == names.group(_of(name, at), at) for at in dealt)]
        read = {name: await _subscribed(admin, name) for name in groups}
    return tuple(words for name, topics in read.items() if (words := _rival(name, topics, installation, dealt)))


def _of(group: str, stage: str) -> str:
    return group.removesuffix(names.group("", stage))


def _rival(group: str, read: Collection[str], installation: str, dealt: Mapping[str, str]) -> str | None:
    stage = next(at for at in dealt if group == names.group(_of(group, at), at))
    other, ours = _of(group, stage), dealt[stage]
    if other != installation and ours in read:
        return (
            f"installation {other!r} works on {ours} too, and both would publish every article: give this one a "
            "kafka.topic_prefix of its own, or stop the other"
        )
    if other == installation and read and ours not in read:
        return (
            f"an installation of this name works on {', '.join(sorted(read))}, and both would shut each other out: "
            "give this one a service.installation of its own, or stop the other"
        )
    return None


async def _subscribed(admin: AIOKafkaAdminClient, group: str) -> set[str]:
    """Return the topics that members of `group` have subscribed to, none of a group that may not be described."""
    (answer,) = await admin.describe_consumer_groups([group])
    ((code, _, _, _, _, members, *_),) = answer.groups
    found = set[str]()
    for _, _, _, metadata, _ in members if not code else ():
        with suppress(ValueError, struct.error):  # a stranger's client may say what it likes
            found.update(ConsumerProtocolMemberMetadata.decode(metadata).subscription if metadata else ())
    return found


async def _members(admin: AIOKafkaAdminClient, group: str) -> tuple[str, tuple[Member, ...]]:
    state, members = await _described(admin, group)
    found = (_member(*member) for member in members)
    return state, tuple(sorted(found, key=lambda member: (member.partitions, member.name)))


async def _described(admin: AIOKafkaAdminClient, group: str) -> tuple[str, Sequence[Any]]:
    (answer,) = await admin.describe_consumer_groups([group])
    ((code, _, state, _, _, members, *_),) = answer.groups
    if code:
        error: KafkaError = for_code(code)(f"group {group}")
        raise error
    return state, members


def _member(member: str, _client: str, host: str, _metadata: bytes, assignment: bytes) -> Member:
    """Return a member as DescribeGroups tells it: the broker makes its id of its instance's or its client's."""
    dealt = MemberAssignment.decode(assignment).assignment if assignment else []
    partitions = sorted(number for _, numbers in dealt for number in numbers)
    return Member(name=_UUID.sub("", member), host=host.lstrip("/"), partitions=tuple(partitions))


async def _lag(connection: Connection, committed: Mapping[TopicPartition, int]) -> dict[str, dict[int, int]]:
    async with closing.started(connection.reader()) as reader:
        reader.assign(list(committed))
        ends = await reader.end_offsets(list(committed))
    found: dict[str, dict[int, int]] = {}
    for at, offset in sorted(committed.items()):
        found.setdefault(at.topic, {})[at.partition] = max(0, ends[at] - offset)
    return found
