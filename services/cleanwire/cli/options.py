"""Options that several commands share, and how they become settings."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleanwire import settings
from cleanwire.errors import ConfigError
from cleanwire.settings import Settings

if TYPE_CHECKING:
    from cleanwire.stream.broker.connection import Connection
    from cleanwire.stream.topics import TopicNames

Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", envvar="CLEANWIRE_CONFIG", help="TOML file with settings.", show_default=False),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Any setting, e.g. --set poll.min_interval_s=60."),
]
Bootstrap = Annotated[str | None, typer.Option("--bootstrap", help="Kafka's host:port.", show_default=False)]


def load(config: Path | None, assignments: list[str] | None, **flags: Any) -> Settings:
    """Return the settings; `flags` are `section__key` to value, those that are None were not given.

    Raises:
        ConfigError: names the key.
    """
    given = dict(_assignment(text) for text in assignments or [])
    given |= {name.replace("__", "."): value for name, value in flags.items() if value is not None}
    return settings.load(flags=given, environment=os.environ, file=config)


def connect(loaded: Settings) -> tuple[Connection, TopicNames]:
    """Return a connection to the settings' broker and the names of the topics.

    Raises:
        ConfigError: no broker is set.
    """
    if not loaded.kafka.bootstrap:
        raise ConfigError(
            "kafka.bootstrap (CLEANWIRE_KAFKA_BOOTSTRAP, --bootstrap) is not set: give the broker's host:port"
        )
    from cleanwire.stream import topics  # the Kafka client: only commands that speak to a broker load it
    from cleanwire.stream.broker.connection import Connection

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a person gets one message, ours
    return Connection(loaded.kafka), topics.names(loaded.kafka.topic_prefix)


def _assignment(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(f"--set {text}: expected SECTION.KEY=VALUE")
    return key.strip(), value
