"""Every client logs in, by each way there is, on a real broker; and one that is refused is told why."""

import asyncio
import logging
import uuid
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from cleanwire import settings
from cleanwire.errors import BrokerUnavailable
from cleanwire.settings import KafkaSettings
from cleanwire.stream import direct, topics
from cleanwire.stream.broker import login
from cleanwire.stream.broker.connection import Connection
from kafka.secured import KEY_PASSWORD, LEAVER, PASSWORD, SUPER, SecuredBroker, password_of
from secured.token_server import CLIENT_ID, CLIENT_SECRET, TokenServer, grant
from stream.corner import Corner, Watcher, counted, reached
from stream.stages import Counts

pytestmark = pytest.mark.kafka

BY_PASSWORD = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


def corner(**values: Any) -> Corner:
    name = uuid.uuid4().hex[:8]
    flags = {f"kafka.{key}": value for key, value in values.items()}
    flags |= {"kafka.topic_prefix": f"{name}.", "kafka.partitions": 2, "kafka.session_timeout_s": 6}
    return Corner(Connection(settings.load(flags=flags, environment={}, file=None).kafka), f"test-{name}", f"{name}.")


def by_password(broker: SecuredBroker, mechanism: str, **changes: Any) -> Corner:
    values = {
        "bootstrap": broker.login,
        "security_protocol": "SASL_SSL",
        "ssl_cafile": broker.folder_of_keys / "ca.pem",
        "sasl_mechanism": mechanism,
        "sasl_username": SUPER,
        "sasl_password": PASSWORD,
    }
    return corner(**values | changes)


def by_certificate(broker: SecuredBroker, **changes: Any) -> Corner:
    values = {
        "bootstrap": broker.mutual,
        "security_protocol": "SSL",
        "ssl_cafile": broker.folder_of_keys / "ca.pem",
        "ssl_certfile": broker.folder_of_keys / "client.pem",
        "ssl_keyfile": broker.folder_of_keys / "client.key",
        "ssl_key_password": KEY_PASSWORD,
    }
    return corner(**values | changes)


def by_token(broker: SecuredBroker, tokens: TokenServer, **changes: Any) -> Corner:
    values = {
        "bootstrap": broker.login,
        "security_protocol": "SASL_SSL",
        "ssl_cafile": broker.folder_of_keys / "ca.pem",
        "sasl_mechanism": "OAUTHBEARER",
        "sasl_oauth_token_endpoint": tokens.url,
        "sasl_oauth_client_id": CLIENT_ID,
        "sasl_oauth_client_secret": CLIENT_SECRET,
    }
    return corner(**values | changes)


async def works(at: Corner) -> None:
    """Fail unless an admin client, a reader, a member of a group and producers of both kinds can do their work."""
    names = [await at.make(name) for name in ("entries", "documents", "state")]
    stage, stop = Counts(*names), asyncio.Event()
    member = asyncio.create_task(at.member(stage).run(stop))
    await reached(lambda: bool(stage.last) and min(stage.last.values()) >= 3)
    stop.set()
    await member
    await at.fill(names[0], "plain")
    assert await at.values(names[0]) == [b"plain"]
    assert await at.values(names[1])
    assert await topics.check(at.connection, []) == []


@pytest.mark.parametrize("mechanism", BY_PASSWORD)
async def test_all_clients_log_in_with_a_password(broker: SecuredBroker, mechanism: str) -> None:
    await works(by_password(broker, mechanism))


async def test_all_clients_log_in_with_a_certificate_whose_key_is_encrypted(broker: SecuredBroker) -> None:
    await works(by_certificate(broker))


async def test_all_clients_log_in_with_one_token(broker: SecuredBroker, tokens: TokenServer) -> None:
    at = by_token(
        broker,
        tokens,
        sasl_oauth_scope="kafka read",
        sasl_oauth_audience="https://kafka.example",
        sasl_oauth_extensions="logicalCluster=lkc-1,pool=p",
    )
    await works(at)
    assert tokens.requests == [
        {"grant_type": "client_credentials", "scope": "kafka read", "audience": "https://kafka.example"}
    ]


async def test_sessions_and_tokens_that_end_are_renewed_and_lose_nothing(
    broker: SecuredBroker, tokens: TokenServer
) -> None:
    # aiokafka cannot log in anew on a connection (KIP-368): the broker hangs up, and a new connection logs in.
    tokens.answer = lambda asked: (200, grant(life_s=8))
    at = by_token(broker, tokens)
    entries, documents, state = [await at.make(name) for name in ("entries", "documents", "state")]
    stage, stop = Counts(entries, documents, state), asyncio.Event()
    member = asyncio.create_task(at.member(stage).run(stop))
    try:
        async with asyncio.timeout(90):
            await reached(lambda: len(tokens.requests) >= 3)
            before = dict(stage.last)
            await reached(lambda: all(stage.last[number] > count for number, count in before.items()))
    finally:
        stop.set()
        await member
    numbers = sorted(counted(await at.values(documents)))
    assert numbers == sorted(number for last in stage.last.values() for number in range(1, last + 1))
    assert not at.watcher.count("failed")
    assert not at.watcher.count("unavailable")


def refused(broker: SecuredBroker, case: str) -> Corner:
    keys = broker.folder_of_keys
    match case:
        case "wrong-password":
            return by_password(broker, "SCRAM-SHA-512", sasl_password="not-this-word")
        case "wrong-plain-password":
            return by_password(broker, "PLAIN", sasl_password="not-this-word")
        case "unknown-authority":
            return by_password(broker, "PLAIN", ssl_cafile=keys / "other-ca.pem")
        case "another-name":
            return by_password(broker, "PLAIN", bootstrap=broker.login.replace("localhost", "127.0.0.2"))
        case "certificate-of-a-stranger":
            return by_certificate(
                broker, ssl_certfile=keys / "stranger.pem", ssl_keyfile=keys / "stranger.key", ssl_key_password=None
            )
        case "no-certificate":
            return by_certificate(broker, ssl_certfile=None, ssl_keyfile=None, ssl_key_password=None)
        case "no-tls":
            return corner(bootstrap=broker.login)
        case "tls-to-a-plain-port":
            return by_password(broker, "PLAIN", bootstrap=broker.bootstrap)
        case _:
            raise AssertionError(case)


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("wrong-password", "kafka.sasl_password"),
        ("wrong-plain-password", "kafka.sasl_password"),
        ("unknown-authority", "kafka.ssl_cafile"),
        ("certificate-of-a-stranger", "kafka.ssl_certfile"),
        ("no-certificate", "kafka.ssl_certfile"),
        ("no-tls", "kafka.security_protocol"),
        ("tls-to-a-plain-port", "kafka.security_protocol"),
    ],
)
async def test_who_is_refused_is_told_which_setting_to_look_at(broker: SecuredBroker, case: str, told: str) -> None:
    at = refused(broker, case)
    with pytest.raises(BrokerUnavailable, match=told) as caught:
        await direct.read_all(at.connection, "anything", print)
    assert "not-this-word" not in str(caught.value)


async def test_a_client_whose_secret_is_wrong_is_told_so(broker: SecuredBroker, tokens: TokenServer) -> None:
    at = by_token(broker, tokens, sasl_oauth_client_secret="not-this-word")
    with pytest.raises(BrokerUnavailable, match=r"invalid_client .*kafka\.sasl_oauth_client_secret") as caught:
        await direct.read_all(at.connection, "anything", print)
    assert "not-this-word" not in str(caught.value)


async def test_a_token_that_the_broker_refuses_is_told(broker: SecuredBroker, tokens: TokenServer) -> None:
    tokens.answer = lambda asked: (200, grant(life_s=-60, expires_in=60))  # the broker finds it expired
    why = await login.refusal(by_token(broker, tokens).connection)
    assert why is not None
    assert "kafka.sasl_oauth" in why
    assert "invalid_token" in why


async def test_a_wrong_password_is_told_once_and_never_shown(
    broker: SecuredBroker, caplog: pytest.LogCaptureFixture
) -> None:
    at, watcher, stop = refused(broker, "wrong-password"), Watcher(), asyncio.Event()
    caplog.set_level(logging.DEBUG)
    waiting = asyncio.create_task(topics.wait_for_broker(at.connection, stop, watcher, "service"))
    await reached(lambda: caplog.text.count("SaslAuthenticationFailed") >= 4)
    stop.set()
    assert not await waiting
    assert watcher.count("unavailable") == 1
    assert "kafka.sasl_password" in str(watcher.events)
    assert "not-this-word" not in str(watcher.events) + caplog.text


def set_password(broker: SecuredBroker, user: str, password: str | None) -> None:
    """Give a user another password for SCRAM-SHA-256, or take it away."""
    kind = ScramMechanism.SCRAM_SHA_256
    change = (
        UserScramCredentialDeletion(user, kind)
        if password is None
        else UserScramCredentialUpsertion(user, ScramCredentialInfo(kind, 4096), password.encode())
    )
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 3})
    for done in admin.alter_user_scram_credentials([change]).values():
        done.result(30)


async def test_a_password_that_is_taken_away_while_it_works_is_told_once_and_taken_again(
    broker: SecuredBroker,
) -> None:
    # Sessions of SCRAM-SHA-256 end after three seconds, so everything has to log in again.
    at = by_password(broker, "SCRAM-SHA-256", sasl_username=LEAVER, sasl_password=password_of(LEAVER))
    names = [await at.make(name) for name in ("entries", "documents", "state")]
    stage, stop = Counts(*names), asyncio.Event()
    member = asyncio.create_task(at.member(stage).run(stop))
    try:
        await reached(lambda: bool(stage.last))
        before_it = len(at.watcher.events)
        await asyncio.to_thread(set_password, broker, LEAVER, None)
        await reached(lambda: "kafka.sasl_password" in str(at.watcher.events))
        await asyncio.to_thread(set_password, broker, LEAVER, password_of(LEAVER))
        before = dict(stage.last)  # whether it has to join anew depends on how long it was kept out
        await reached(lambda: all(stage.last[number] > count for number, count in before.items()))
    finally:
        stop.set()
        await member
    told = [event for event in at.watcher.events[before_it:] if event[0] == "unavailable"]
    assert len(told) == 1
    assert "kafka.sasl_password" in str(told)
    assert password_of(LEAVER) not in str(at.watcher.events)
    numbers = sorted(counted(await at.values(names[1])))
    assert numbers == sorted(number for last in stage.last.values() for number in range(1, last + 1))


async def test_a_broker_that_is_away_is_no_refusal() -> None:
    assert await login.refusal(Connection(KafkaSettings(bootstrap="127.0.0.1:9"))) is None


async def test_a_broker_that_lets_us_in_is_no_refusal(broker: SecuredBroker) -> None:
    assert await login.refusal(by_password(broker, "SCRAM-SHA-512").connection) is None


async def test_a_token_endpoint_that_is_away_is_a_failed_connection(broker: SecuredBroker) -> None:
    with TokenServer() as gone:
        url = gone.url
    at = by_token(broker, gone, sasl_oauth_token_endpoint=url)
    producer = at.connection.producer()
    with pytest.raises(KafkaError):
        await producer.start()
    await producer.stop()
    assert "kafka.sasl_oauth_token_endpoint" in (await login.refusal(at.connection) or "")
