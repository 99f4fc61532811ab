"""Why does no broker let us in? The Kafka client only says that it could not connect."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import errors
from aiokafka.conn import AIOKafkaConnection, OAuthAuthenticator, collect_hosts
from aiokafka.protocol.metadata import MetadataRequest

from cleanwire.errors import BrokerUnavailable
from cleanwire.stream import faults
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.broker.tokens import TokenUnavailable

LIMIT_S = 3.0
_BY_NAME = "kafka.sasl_username, kafka.sasl_password"
_BY_GRANT = "kafka.sasl_oauth_client_id, kafka.sasl_oauth_scope, kafka.sasl_oauth_extensions"


class _OAuth(OAuthAuthenticator):  # type: ignore[misc]  # aiokafka has no types
    """Hears the broker's no: it comes as data (RFC 7628 §3.2.2), and aiokafka 0.14 takes it for a yes."""

    async def step(self, payload: bytes | None) -> tuple[bytes, bool] | None:
        if payload:
            raise errors.SaslAuthenticationFailed(payload.decode("utf-8", "replace"))
        step: tuple[bytes, bool] | None = await super().step(payload)
        return step


class _Attempt(AIOKafkaConnection):  # type: ignore[misc]  # aiokafka has no types
    def authenticator_oauth(self) -> _OAuth:
        return _OAuth(sasl_oauth_token_provider=self._sasl_oauth_token_provider)


@asynccontextmanager
async def translated(connection: Connection, doing: str) -> AsyncIterator[None]:
    """Raise what the Kafka client raises as `faults.translated` does, and say why no broker lets us in.

    Raises:
        OwnershipLost, BrokerUnavailable: see `faults.translated`.
    """
    try:
        with faults.translated(doing):
            yield
    except BrokerUnavailable as error:
        why = await refusal(connection)
        if why is None:
            raise
        raise BrokerUnavailable(f"{doing}: {why}") from error


async def refusal(connection: Connection) -> str | None:
    """Connect once more and return why a broker refuses us, with the setting to look at.

    None: none refuses us; it may be that none answers.
    """
    if connection.embedded:
        return None
    for host, port, _ in collect_hosts(connection.settings.bootstrap):
        try:
            async with asyncio.timeout(LIMIT_S):
                await _attempt(connection, host, port)
        except (errors.KafkaError, OSError) as error:  # TimeoutError is an OSError
            why = _explain(error, connection.settings.sasl_mechanism)
            if why is not None:
                return f"{host}:{port}: {why}"
    return None


async def _attempt(connection: Connection, host: str, port: int) -> None:
    options = {name: value for name, value in connection.client_options.items() if name != "bootstrap_servers"}
    attempt = _Attempt(host, port, request_timeout_ms=round(LIMIT_S * 1000), **options)
    try:
        await attempt.connect()
        await attempt.send(MetadataRequest([]))
    finally:
        attempt.close()


def _explain(error: BaseException, mechanism: str) -> str | None:
    """Return what `error`, or what caused it, says about us; None when it is about the broker."""
    match error:
        case TokenUnavailable():
            return str(error.args[0])
        case errors.SaslAuthenticationFailed():
            keys = _BY_GRANT if mechanism == "OAUTHBEARER" else _BY_NAME
            return f"the broker refuses the login ({keys}): {error.args[0] if error.args else ''}"
        case errors.UnsupportedSaslMechanismError() | errors.IllegalSaslStateError():
            return f"the broker takes no login by {mechanism} here (kafka.sasl_mechanism, kafka.security_protocol)"
        case ssl.SSLCertVerificationError():
            return f"the broker's certificate is not trusted (kafka.ssl_cafile): {error.verify_message}"
        case ssl.SSLError() if "ALERT" in (error.reason or ""):
            return f"the broker refuses our certificate (kafka.ssl_certfile): {error.reason}"
        case ssl.SSLError():
            return f"the broker speaks no TLS here (kafka.security_protocol): {error.reason}"
        case errors.KafkaConnectionError() if error.__cause__ is not None:
            return _explain(error.__cause__, mechanism)
        case asyncio.IncompleteReadError() | ConnectionResetError():
            return "the broker hangs up at the first request: is kafka.security_protocol right?"
        case _:
            return None
