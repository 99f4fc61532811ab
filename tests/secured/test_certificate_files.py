"""Every mistake in certificates and keys is found before anything connects, and names its setting."""

from pathlib import Path
from typing import Any

import pytest

from cleanwire import settings
from cleanwire.errors import ConfigError
from cleanwire.stream.broker.connection import Connection
from kafka import secured
from kafka.secured import KEY_PASSWORD


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    secured.make_keys(folder)
    (folder / "empty").write_text("")
    return folder


def connect(keys: Path, **changes: str | None) -> Connection:
    password = changes.pop("password", KEY_PASSWORD)
    files = {"cafile": "ca.pem", "certfile": "client.pem", "keyfile": "client.key"} | changes
    flags: dict[str, Any] = {f"kafka.ssl_{name}": keys / str(file) for name, file in files.items()}
    flags |= {"kafka.bootstrap": "127.0.0.1:9", "kafka.security_protocol": "SSL", "kafka.ssl_key_password": password}
    return Connection(settings.load(flags=flags, environment={}, file=None).kafka)


async def test_what_belongs_together_is_taken(keys: Path) -> None:
    connect(keys)
    connect(keys, certfile="stranger.pem", keyfile="stranger.key", password=None)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"cafile": "none.pem"}, r"kafka\.ssl_cafile: .*No such file", id="no-authority"),
        pytest.param({"cafile": "empty"}, r"kafka\.ssl_cafile: .*no certificates", id="authority-without-any"),
        pytest.param({"cafile": "client.key"}, r"kafka\.ssl_cafile: .*no certificates", id="key-as-authority"),
        pytest.param({"certfile": "none.pem"}, r"kafka\.ssl_certfile: .*No such file", id="no-certificate"),
        pytest.param({"certfile": "empty"}, r"kafka\.ssl_certfile: .*no certificate", id="empty-certificate"),
        pytest.param({"keyfile": "none.key"}, r"kafka\.ssl_keyfile: .*No such file", id="no-key"),
        pytest.param({"keyfile": "empty"}, r"kafka\.ssl_certfile, kafka\.ssl_keyfile", id="empty-key"),
        pytest.param({"keyfile": "stranger.key"}, r"kafka\.ssl_keyfile: .*is not the key of", id="key-of-another"),
        pytest.param({"password": "wrong"}, r"kafka\.ssl_key_password: does not open", id="wrong-password"),
        pytest.param({"password": None}, r"is encrypted: set kafka\.ssl_key_password", id="password-missing"),
        pytest.param({"password": "x" * 5000}, r"kafka\.ssl_key_password: does not open", id="endless-password"),
    ],
)
async def test_a_file_that_cannot_be_used_is_named(keys: Path, changes: dict[str, str | None], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        connect(keys, **changes)


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        pytest.param({"security_protocol": "SASL_SSL"}, "kafka.sasl_username and kafka.sasl_password", id="no-login"),
        pytest.param(
            {"security_protocol": "SASL_SSL", "sasl_username": "a"}, "needs kafka.sasl_password", id="no-password"
        ),
        pytest.param(
            {"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER"},
            "needs kafka.sasl_oauth_token_endpoint and kafka.sasl_oauth_client_id and kafka.sasl_oauth_client_secret",
            id="no-endpoint",
        ),
        pytest.param({"security_protocol": "SSL", "ssl_certfile": "a"}, "kafka.ssl_keyfile", id="no-key"),
        pytest.param({"security_protocol": "SSL", "ssl_key_password": "a"}, "kafka.ssl_keyfile", id="no-key-to-open"),
        pytest.param({"ssl_cafile": "a"}, "kafka.ssl_cafile needs kafka.security_protocol", id="authority-without-tls"),
        pytest.param({"sasl_mechanism": "GSSAPI"}, "kafka.sasl_mechanism", id="mechanism-we-do-not-have"),
        pytest.param({"sasl_oauth_extensions": "auth=x"}, "kafka.sasl_oauth_extensions", id="extension-called-auth"),
        pytest.param({"sasl_oauth_extensions": "pool"}, "kafka.sasl_oauth_extensions", id="extension-without-value"),
    ],
)
def test_settings_that_do_not_fit_are_named(flags: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings.load(flags={f"kafka.{key}": value for key, value in flags.items()}, environment={}, file=None)
    assert told in str(caught.value)


def test_a_mistake_beside_a_password_does_not_show_it() -> None:
    flags = {"kafka.ssl_certfile": "a", "kafka.sasl_password": "hidden-word", "kafka.security_protocol": "SSL"}
    with pytest.raises(ConfigError) as caught:
        settings.load(flags=flags, environment={}, file=None)
    assert "hidden-word" not in str(caught.value)
