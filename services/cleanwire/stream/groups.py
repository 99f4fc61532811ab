"""Who is in a consumer group, what does each member own, and how far is the group behind?"""

import asyncio
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
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
    async with login.translated(connection, f"looking at the group {group}"), asyncio.timeout(LIMIT_S):
        admin = connection.admin()
        try:
            await admin.start()
            state, members = await _members(admin, group)
            committed = await admin.list_consumer_group_offsets(group)
        finally:
            await closing.admin(admin)
        places = [at for at, place in committed.items() if place.offset >= 0]
        return Group(
            stage=stage,
            state=state,
            members=members,
            lag=await _lag(connection, {at: committed[at].offset for at in places}) if places else {},
        )


async def _members(admin: AIOKafkaAdminClient, group: str) -> tuple[str, tuple[Member, ...]]:
    (answer,) = await admin.describe_consumer_groups([group])
    (described,) = answer.groups
    code, _, state, _, _, members, *_ = described
    if code:
        error: KafkaError = for_code(code)(f"group {group}")
        raise error
    found = (_member(*member) for member in members)
    return state, tuple(sorted(found, key=lambda member: (member.partitions, member.name)))


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
