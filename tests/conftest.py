"""Fixtures that more than one area uses."""

import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kafka.broker import Broker, DockerBroker, Unavailable, any_broker


@dataclass(frozen=True)
class Kafka:
    """The broker of this test run. `broker` is None when KAFKA_BOOTSTRAP names one: it cannot be stopped."""

    bootstrap: str
    broker: Broker | DockerBroker | None


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka]:
    """A real Kafka, shared by the run: use a topic prefix and an installation of your own.

    KAFKA_BOOTSTRAP, or Maven and Java, or a container engine. Without any the test is skipped; REQUIRE_KAFKA=1 makes
    that a failure.
    """
    if address := os.environ.get("KAFKA_BOOTSTRAP"):
        yield Kafka(address, None)
        return
    try:
        broker = any_broker()
    except Unavailable as error:
        if os.environ.get("REQUIRE_KAFKA") == "1":
            pytest.fail(f"REQUIRE_KAFKA=1, but: {error}")
        warnings.warn(f"NO KAFKA, exactly-once tests do not run: {error}", stacklevel=1)
        pytest.skip(f"no Kafka: {error}")
    try:
        yield Kafka(broker.bootstrap, broker)
    finally:
        broker.close()
