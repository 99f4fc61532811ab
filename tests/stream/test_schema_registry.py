"""A schema registry is asked for an id in its own terms; each no is told, and nothing that we log in with."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleanwire import settings
from cleanwire.errors import ConfigError, RegistryUnavailable
from cleanwire.stream.broker import schema_registry
from kafka.broker import free_port
from registry.stand_in import StandIn

PASSWORD = "a password+of/ours"
TOKEN = "token-of-ours"


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as started:
        yield started


async def register(url: str, subject: str = "news.avro-value", schema: str = '"string"', **flags: Any) -> int:
    values = {"registry.url": url, **{f"registry.{name}": value for name, value in flags.items()}}
    loaded = settings.load(flags=values, environment={}, file=None).registry
    return await schema_registry.register(loaded, subject, schema_type="AVRO", schema=schema)


async def test_a_schema_is_registered_under_its_subject_and_keeps_its_id(stand_in: StandIn) -> None:
    assert await register(stand_in.url) == await register(stand_in.url) == 1
    assert await register(stand_in.url + "/", "a/b c-value", schema='"long"') == 2
    paths = [path for path, _, _ in stand_in.requests]
    assert paths[1:] == ["/registry/subjects/news.avro-value/versions", "/registry/subjects/a%2Fb%20c-value/versions"]
    _, headers, asked = stand_in.requests[0]
    assert headers["content-type"] == "application/vnd.schemaregistry.v1+json"
    assert asked == {"schemaType": "AVRO", "schema": '"string"'}
    assert "authorization" not in headers


async def test_a_user_logs_in_with_a_password_or_a_token(stand_in: StandIn, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD + "\n")
    await register(stand_in.url, username="writer", password_file=tmp_path / "password")
    await register(stand_in.url, token=TOKEN)
    told = [headers["authorization"] for _, headers, _ in stand_in.requests]
    assert told == [f"Basic {base64.b64encode(f'writer:{PASSWORD}'.encode()).decode()}", f"Bearer {TOKEN}"]


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        pytest.param(409, b'{"error_code":409,"message":"is incompatible"}', "409 for S: is incompatible", id="broken"),
        pytest.param(401, b'{"error_code":401,"message":"Unauthorized"}', "401 for S: Unauthorized", id="no-login"),
        pytest.param(422, b'{"message":"bad\\nschema"}', "422 for S: bad schema", id="two-lines"),
        pytest.param(503, b"<html>", "503 for S: no message", id="not-json"),
        pytest.param(500, b"[" * 100_000, "500 for S: no message", id="nested"),
        pytest.param(403, json.dumps({"message": f"{TOKEN} may not"}).encode(), "403 for S: … may not", id="told-back"),
        pytest.param(200, b"{}", "without an id for S", id="no-id"),
        pytest.param(200, b'{"id":4294967296}', "without an id for S", id="id-of-more-than-four-bytes"),
        pytest.param(200, b"x" * 300_000, "its answer is too large", id="too-large"),
        pytest.param(404, b'{"message":"' + b"m" * 2000 + b'"}', "404 for S: m{300}$", id="a-long-message"),
    ],
)
async def test_a_no_names_subject_status_and_what_the_registry_says(
    stand_in: StandIn, status: int, answer: bytes, told: str
) -> None:
    stand_in.answer = lambda asked: (status, answer)
    with pytest.raises(RegistryUnavailable) as raised:
        await register(stand_in.url, "S", token=TOKEN)
    assert re.search(told, str(raised.value)), raised.value
    assert TOKEN not in str(raised.value)


async def test_a_redirect_is_not_followed_with_what_we_log_in_with(stand_in: StandIn) -> None:
    with StandIn() as elsewhere:
        stand_in.answer = lambda asked: (307, b"")
        stand_in.headers = {"Location": elsewhere.url}
        with pytest.raises(RegistryUnavailable, match="answers 307"):
            await register(stand_in.url, token=TOKEN)
        assert elsewhere.requests == []


async def test_a_registry_that_is_not_there_is_named() -> None:
    with pytest.raises(RegistryUnavailable, match=r"^registry\.url: http://127\.0\.0\.1:\d+: S: "):
        await register(f"http://127.0.0.1:{free_port()}", "S")


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        pytest.param({"url": None}, "registry.url .* is not set", id="no-address"),
        pytest.param({"url": "ftp://registry.example"}, "registry.url", id="not-http"),
        pytest.param({"url": "https://me:there@registry.example"}, "registry.url", id="password-in-the-address"),
        pytest.param({"username": "writer"}, "belong together", id="no-password"),
        pytest.param({"username": "writer", "password": PASSWORD, "token": TOKEN}, "leave one out", id="both"),
        pytest.param({"url": "http://registry.example", "token": TOKEN}, "must be https", id="token-in-the-clear"),
        pytest.param({"token": [TOKEN]}, "registry.token", id="no-text"),
        pytest.param({"cafile": "/nowhere/ca.pem"}, "registry.cafile: /nowhere/ca.pem cannot be read", id="no-ca"),
    ],
)
async def test_a_wrong_setting_is_named_and_no_secret_shown(flags: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told) as raised:
        await register(**{"url": "http://127.0.0.1:1", **flags})
    assert not any(secret in str(raised.value) for secret in (PASSWORD, TOKEN, "there"))
