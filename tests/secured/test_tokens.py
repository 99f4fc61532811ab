"""One token for all, fetched by one request, again before it expires, and never more often than that."""

import asyncio
from typing import Any

import pytest

from cleanwire import settings
from cleanwire.errors import ConfigError
from cleanwire.stream.broker import tokens as subject
from cleanwire.stream.broker.tokens import TokenProvider, TokenUnavailable
from secured.token_server import CLIENT_ID, CLIENT_SECRET, TokenServer, grant


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def provider(server: TokenServer, clock: Clock | None = None, **changes: Any) -> TokenProvider:
    values = {
        "kafka.bootstrap": "127.0.0.1:9",
        "kafka.security_protocol": "SASL_PLAINTEXT",
        "kafka.sasl_mechanism": "OAUTHBEARER",
        "kafka.sasl_oauth_token_endpoint": server.url,
        "kafka.sasl_oauth_client_id": CLIENT_ID,
        "kafka.sasl_oauth_client_secret": CLIENT_SECRET,
    }
    loaded = settings.load(flags=values | changes, environment={}, file=None)
    return TokenProvider(loaded.kafka, now=clock or Clock())


async def test_many_who_ask_at_once_cost_one_request(tokens: TokenServer) -> None:
    asked = provider(tokens)
    assert len(set(await asyncio.gather(*(asked.token() for _ in range(50))))) == 1
    assert len(tokens.requests) == 1


async def test_a_token_is_fetched_again_before_it_expires(tokens: TokenServer) -> None:
    clock = Clock()
    asked = provider(tokens, clock)
    tokens.answer = lambda request: (200, grant(life_s=100, subject=str(len(tokens.requests))))
    first = await asked.token()
    clock.now += 79
    assert await asked.token() == first
    clock.now += 2
    assert await asked.token() != first


async def test_the_old_token_serves_until_it_expires_when_there_is_no_new_one(tokens: TokenServer) -> None:
    clock = Clock()
    asked = provider(tokens, clock)
    tokens.answer = lambda request: (200, grant(life_s=100))
    first = await asked.token()
    tokens.answer = lambda request: (503, b"away")
    clock.now += 90
    assert await asked.token() == first
    clock.now += 11
    with pytest.raises(TokenUnavailable, match="answers 503"):
        await asked.token()


async def test_after_a_failure_the_endpoint_is_left_alone_for_longer_and_longer(tokens: TokenServer) -> None:
    clock = Clock()
    asked = provider(tokens, clock)
    tokens.answer = lambda request: (500, b"")
    for _ in range(600):  # a minute, ten times a second
        with pytest.raises(TokenUnavailable):
            await asked.token()
        clock.now += 0.1
    assert len(tokens.requests) == 7  # after 0.5, 1, 2, 4, 8 and 16 seconds
    tokens.answer = lambda request: (200, grant())
    clock.now += subject.LAST_REST_S
    assert await asked.token()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param((400, b'{"error":"invalid_scope"}'), "kafka.sasl_oauth_scope", id="scope"),
        pytest.param((401, b"<html>no"), "kafka.sasl_oauth_client_secret", id="client"),
        pytest.param((302, b""), "302 .kafka.sasl_oauth_token_endpoint", id="redirect-is-not-followed"),
        pytest.param((200, b"<html>"), "no token in its answer", id="no-json"),
        pytest.param((200, b"[" * 100_000), "no token in its answer", id="deep"),
        pytest.param((200, b'{"token_type":"Bearer"}'), "no token in its answer", id="no-token"),
        pytest.param((200, grant(expires_in="soon")), "no token in its answer", id="life-that-is-no-number"),
        pytest.param((200, grant(expires_in=-1)), "cannot be used", id="expired"),
        pytest.param((200, grant(access_token="a\x01auth=b")), "cannot be used", id="token-that-breaks-out"),
        pytest.param((200, b" " * 300_000), "too large", id="large"),
    ],
)
async def test_an_answer_without_a_token_names_the_setting(
    tokens: TokenServer, answer: tuple[int, bytes], told: str
) -> None:
    tokens.answer = lambda request: answer
    with pytest.raises(TokenUnavailable, match=told) as caught:
        await provider(tokens).token()
    assert CLIENT_SECRET not in str(caught.value)


async def test_the_life_of_a_token_may_be_written_as_text_or_left_out(tokens: TokenServer) -> None:
    for life in ("300", None):
        tokens.answer = lambda request, life=life: (200, grant(expires_in=life))
        assert await provider(tokens).token()


async def test_proxies_of_the_environment_are_not_asked(tokens: TokenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert await provider(tokens).token()


async def test_a_query_of_the_endpoint_is_not_told(tokens: TokenServer) -> None:
    asked = provider(tokens, **{"kafka.sasl_oauth_token_endpoint": f"{tokens.url}?api=hidden-word"})
    tokens.answer = lambda request: (500, b"")
    with pytest.raises(TokenUnavailable) as caught:
        await asked.token()
    assert "hidden-word" not in str(caught.value)


async def test_a_ca_file_that_is_none_is_named(tokens: TokenServer) -> None:
    with pytest.raises(ConfigError, match=r"kafka\.sasl_oauth_cafile"):
        provider(tokens, **{"kafka.sasl_oauth_cafile": "/nowhere.pem"})


def test_an_endpoint_without_tls_is_refused_unless_it_is_this_machine() -> None:
    flags = {"kafka.sasl_oauth_token_endpoint": "http://tokens.example/token"}
    with pytest.raises(ConfigError, match=r"kafka\.sasl_oauth_token_endpoint .*must be https"):
        settings.load(flags=flags, environment={}, file=None)
    for host in ("127.0.0.1:9", "[::1]:9", "localhost"):
        flags = {"kafka.sasl_oauth_token_endpoint": f"http://{host}/token"}
        assert settings.load(flags=flags, environment={}, file=None)


async def test_the_secret_stands_in_no_text_of_the_connection(tokens: TokenServer) -> None:
    asked = provider(tokens)
    await asked.token()
    assert CLIENT_SECRET not in repr(asked)
