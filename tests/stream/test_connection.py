"""How clients are set up."""

import pytest

from cleanwire.errors import ConfigError
from cleanwire.settings import KafkaSettings
from cleanwire.stream.broker.connection import Connection


def test_without_an_address_the_setting_is_named() -> None:
    with pytest.raises(ConfigError, match=r"kafka\.bootstrap"):
        Connection(KafkaSettings())


async def test_a_password_reaches_the_client_and_no_text() -> None:
    settings = KafkaSettings(
        bootstrap="127.0.0.1:1",
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-256",
        sasl_username="reader",
        sasl_password="wonderful",  # type: ignore[arg-type]
    )
    connection = Connection(settings)
    admin = connection.admin()
    assert admin._client._sasl_plain_password == "wonderful"
    assert "wonderful" not in repr(connection.settings)
    await admin.close()
