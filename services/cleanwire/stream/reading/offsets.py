"""Where did the group stop reading? Answered only when no transaction can still change it.

aiokafka 0.14 knows OffsetFetch up to version 3, which answers with the old offset while a transaction that moves
it is being completed. Version 7 (KIP-447) can be asked to say so instead.
"""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import GroupCoordinatorNotAvailableError, GroupLoadInProgressError, KafkaError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.commit import OffsetFetchRequest_v3
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Int64,
    Schema,
    TaggedFields,
)

RETRY_S = 0.05
UNSTABLE_OFFSET_COMMIT = 88
_TRY_AGAIN = frozenset({14, 15, 16, UNSTABLE_OFFSET_COMMIT})  # loading, no coordinator, another coordinator
_NONE = -1


class _Response(Response):  # type: ignore[misc]
    API_KEY = 9
    API_VERSION = 7
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "topics",
            CompactArray(
                ("topic", CompactString("utf-8")),
                (
                    "partitions",
                    CompactArray(
                        ("partition", Int32),
                        ("offset", Int64),
                        ("leader_epoch", Int32),
                        ("metadata", CompactString("utf-8")),
                        ("error_code", Int16),
                        ("tags", TaggedFields),
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("error_code", Int16),
        ("tags", TaggedFields),
    )


class _StableRequest(RequestStruct):  # type: ignore[misc]
    FLEXIBLE_VERSION = True
    API_KEY = 9
    API_VERSION = 7
    RESPONSE_TYPE = _Response
    SCHEMA = Schema(
        ("consumer_group", CompactString("utf-8")),
        (
            "topics",
            CompactArray(
                ("topic", CompactString("utf-8")),
                ("partitions", CompactArray(Int32)),
                ("tags", TaggedFields),
            ),
        ),
        ("require_stable", Boolean),
        ("tags", TaggedFields),
    )


class _OffsetFetch(Request[OffsetFetchRequest_v3 | _StableRequest]):  # type: ignore[misc]
    """Version 7 where the broker has it (2.5 and later), else 3: the embedded broker."""

    API_KEY: ClassVar[int] = 9

    def __init__(self, group: str, topics: Sequence[str], partition: int) -> None:
        self._group = group
        self._topics = topics
        self._partition = partition

    def build(self, request_struct_class: type[RequestStruct]) -> RequestStruct:
        if request_struct_class.API_VERSION < 7:
            return request_struct_class(self._group, [(topic, [self._partition]) for topic in self._topics])
        return request_struct_class(self._group, [(topic, [self._partition], {}) for topic in self._topics], True, {})


async def committed(client: AIOKafkaClient, group: str, topics: Sequence[str], partition: int) -> dict[str, int]:
    """Return the committed offset of each of `topics` that has one, waiting while a transaction may still move it.

    Ask only after the producer of the partition was started: it fences the former owner, and offsets read before
    that are stale. The caller sets the deadline.

    Raises:
        KafkaError: the broker answers with an error that waiting does not cure.
    """
    while True:
        try:
            node = await client.coordinator_lookup(CoordinationType.GROUP, group)
        except (GroupCoordinatorNotAvailableError, GroupLoadInProgressError):  # as on a broker that has just started
            node = None
        if node is not None and await client.ready(node, group=ConnectionGroup.COORDINATION):
            request = _OffsetFetch(group, topics, partition)
            answer = await client.send(node, request, group=ConnectionGroup.COORDINATION)
            found, again = _read(answer)
            if not again:
                return found
        await asyncio.sleep(RETRY_S)


def _read(answer: Response) -> tuple[dict[str, int], bool]:
    """Return (offsets by topic, whether to ask again)."""
    codes = [answer.error_code]
    found: dict[str, int] = {}
    for topic, partitions, *_ in answer.topics:
        for _partition, offset, *_, code in (row[:-1] if answer.API_VERSION >= 7 else row for row in partitions):
            codes.append(code)
            if offset != _NONE:
                found[topic] = offset
    if any(code in _TRY_AGAIN for code in codes):
        return {}, True
    for code in codes:
        if code:
            error: KafkaError = for_code(code)()
            raise error
    return found, False
