"""A broker without an installation, for `cleanwire demo` and first tries; never for correctness.

It is librdkafka's mock cluster. It does not fence, shows aborted transactions, forgets transactional offsets, takes
one member in a group, keeps about 5 MB of each partition in memory, and gives every topic 4 partitions.
"""

import contextlib
from types import TracebackType
from typing import Any, Self

from cleanwire.errors import ConfigError

START_LIMIT_S = 10.0


class EmbeddedBroker:
    """Runs while the block does, on a free loopback port.

    Raises:
        ConfigError: the `demo` extra is not installed.
    """

    def __init__(self) -> None:
        self._cluster: Any = None
        self.bootstrap = ""

    def __enter__(self) -> Self:
        try:
            from confluent_kafka import Producer
        except ImportError as error:
            raise ConfigError("the embedded broker needs an extra: pip install 'cleanwire[demo]'") from error
        # The cluster lives in the client that asked for it.
        self._cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
        brokers = self._cluster.list_topics(timeout=START_LIMIT_S).brokers
        self.bootstrap = ",".join(f"{broker.host}:{broker.port}" for broker in brokers.values())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(AttributeError):
            self._cluster.purge()
        self._cluster = None
