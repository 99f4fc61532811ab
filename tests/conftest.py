"""Fixtures that more than one area uses."""

import gc
import os
import sys
import warnings
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from kafka.broker import Broker, DockerBroker, Unavailable, any_broker

# Tests and what they start import hundreds of modules again and again: none is compiled twice, whatever the shell says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long an example takes on the clock says how busy the machine is, and nothing else.
ANY_MACHINE = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)
hypothesis_settings.register_profile("any machine", ANY_MACHINE)
hypothesis_settings.register_profile("few examples", ANY_MACHINE, max_examples=15)
hypothesis_settings.register_profile("many examples", ANY_MACHINE, max_examples=500)
hypothesis_settings.load_profile("any machine")

BROKERS = frozenset({"kafka", "broker"})  # fixtures


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if BROKERS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("kafka")
    if "PYTEST_XDIST_WORKER" in os.environ:
        from in_parallel import longest_first

        items[:] = longest_first(items)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without the garbage collector: what is made lives until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        from in_parallel import give_way

        give_way(item)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from in_parallel import ByFile

    config.option.loadscopereorder = False
    return ByFile(config, log)


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
