"""Fixtures of the stream tests."""

import uuid

import pytest

from cleanwire.settings import KafkaSettings
from cleanwire.stream.broker.connection import Connection
from stream.corner import PARTITIONS, Corner


@pytest.fixture
def corner(kafka: object) -> Corner:
    name = uuid.uuid4().hex[:8]
    settings = KafkaSettings(
        bootstrap=kafka.bootstrap,  # type: ignore[attr-defined]
        topic_prefix=f"{name}.",
        partitions=PARTITIONS,
        session_timeout_s=6,
    )
    return Corner(Connection(settings), f"test-{name}", f"{name}.")
