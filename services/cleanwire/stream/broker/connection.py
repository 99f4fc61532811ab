"""How is a Kafka client set up? One place for addresses, security and the settings that correctness rests on."""

import uuid
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from cleanwire.errors import ConfigError
from cleanwire.settings import KafkaSettings
from cleanwire.stream.broker import tls
from cleanwire.stream.broker.tokens import TokenProvider

LINGER_MS = 3  # a transaction waits for its sends, so a long linger is pure delay
BATCH_BYTES = 512 * 1024
CAREFUL_BATCH_BYTES = (BATCH_BYTES, 16 * 1024, 1024)  # after each refusal, for a broker refuses whole batches
RECORD_LIMIT_BYTES = 1024 * 1024  # what a broker takes unless it is told otherwise; larger is refused before it is sent
FETCH_BYTES = 4 * 1024 * 1024  # of one partition at a time: tables load in few requests
FETCH_WAIT_MS = 500
PRODUCER_RETRY_MS = 50  # a transaction that follows at once waits for the markers of the one before
METADATA_AGE_MS = 60_000
HEARTBEATS = 5  # in a session


class Connection:
    """Makes unstarted clients for one broker. Clients must be made inside a running event loop.

    Args:
        embedded: the broker is librdkafka's mock: its checksums are not valid, so they are not checked.

    Raises:
        ConfigError: no broker address is set, or a certificate or key cannot be used.
    """

    def __init__(self, settings: KafkaSettings, *, embedded: bool = False) -> None:
        if not settings.bootstrap:
            raise ConfigError("kafka.bootstrap: no broker address is set")
        self.settings = settings
        self.embedded = embedded
        self._member_name = f"cleanwire-{uuid.uuid4().hex}"
        self.client_options = _client_options(settings)

    @property
    def heartbeat_s(self) -> float:
        """How often a member asks its group for news."""
        return self.settings.session_timeout_s / HEARTBEATS

    def producer(self, *, transactional_id: str | None = None, care: int = 0) -> AIOKafkaProducer:
        """Return a producer that waits for all replicas; a transactional one when an id is given.

        With more `care`, an index of CAREFUL_BATCH_BYTES, batches are smaller: what is refused then is refused for few
        records, in the end for one.
        """
        transactional: dict[str, Any] = {}
        if transactional_id is not None:
            transactional = {
                "transactional_id": transactional_id,
                "transaction_timeout_ms": _ms(self.settings.transaction_timeout_s),
            }
        return AIOKafkaProducer(
            acks="all",
            enable_idempotence=True,
            compression_type=None if self.settings.compression == "none" else self.settings.compression,
            linger_ms=LINGER_MS,
            max_batch_size=CAREFUL_BATCH_BYTES[care],
            max_request_size=RECORD_LIMIT_BYTES,
            metadata_max_age_ms=METADATA_AGE_MS,
            retry_backoff_ms=PRODUCER_RETRY_MS,
            request_timeout_ms=_ms(self.settings.request_timeout_s),
            **transactional,
            **self.client_options,
        )

    def reader(self, *, fetch_bytes: int = FETCH_BYTES) -> AIOKafkaConsumer:
        """Return a consumer in no group that sees committed records only and never moves its own position.

        It asks for `fetch_bytes` of each of its partitions at a time.
        """
        return self._consumer(
            auto_offset_reset="none",
            max_partition_fetch_bytes=fetch_bytes,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            request_timeout_ms=_ms(self.settings.request_timeout_s),
        )

    def member(self, group: str) -> AIOKafkaConsumer:
        """Return a consumer that joins `group` to be given partitions; it is not meant to read them.

        Partitions are dealt out in the order of the members' ids, and the broker makes those of `instance_id`, or else
        of the client's name. Both are the same in each group that a process joins. So where its members are the same
        processes, a process gets the same partitions in all of them: the poller of a site and its cleaner know of each
        other's requests.
        """
        return self._consumer(
            client_id=self._member_name,
            auto_offset_reset="earliest",  # never used: its partitions are paused
            rebalance_timeout_ms=_ms(self.settings.session_timeout_s),
            retry_backoff_ms=300,
            **self._membership(group),
        )

    def subscriber(self, group: str, *, from_start: bool) -> AIOKafkaConsumer:
        """Return a consumer that reads committed records of the partitions that `group` gives it, and is told when."""
        return self._consumer(
            auto_offset_reset="earliest" if from_start else "latest",
            max_partition_fetch_bytes=FETCH_BYTES,
            **self._membership(group),
        )

    def _membership(self, group: str) -> dict[str, Any]:
        session_ms = _ms(self.settings.session_timeout_s)
        return {
            "group_id": group,
            "group_instance_id": self.settings.instance_id,
            "session_timeout_ms": session_ms,
            "heartbeat_interval_ms": _ms(self.heartbeat_s),
            # A join waits in the broker for the others, up to the rebalance timeout.
            "request_timeout_ms": _ms(self.settings.request_timeout_s) + session_ms,
        }

    def _consumer(self, **own: Any) -> AIOKafkaConsumer:
        """Return a consumer of committed records that never moves its own position."""
        return AIOKafkaConsumer(
            isolation_level="read_committed",
            enable_auto_commit=False,
            check_crcs=not self.embedded,
            metadata_max_age_ms=METADATA_AGE_MS,
            **own,
            **self.client_options,
        )

    def admin(self) -> AIOKafkaAdminClient:
        """Return a client for topics and groups."""
        return AIOKafkaAdminClient(request_timeout_ms=_ms(self.settings.request_timeout_s), **self.client_options)


def _client_options(settings: KafkaSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap,
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol.endswith("SSL"):
        context = tls.trusting(settings.ssl_cafile, key="kafka.ssl_cafile")
        if settings.ssl_certfile is not None and settings.ssl_keyfile is not None:
            tls.show(context, settings.ssl_certfile, settings.ssl_keyfile, settings.ssl_key_password)
        options["ssl_context"] = context
    if settings.security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.sasl_mechanism
        options |= _login(settings)
    return options


def _login(settings: KafkaSettings) -> dict[str, Any]:
    if settings.sasl_mechanism == "OAUTHBEARER":
        return {"sasl_oauth_token_provider": TokenProvider(settings)}
    assert settings.sasl_password is not None, "the settings were checked"
    return {
        "sasl_plain_username": settings.sasl_username,
        "sasl_plain_password": settings.sasl_password.get_secret_value(),
    }


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
