"""Fixtures of the tests that need a broker which asks for a login."""

import os
import warnings
from collections.abc import Iterator

import pytest

from kafka.broker import Unavailable
from kafka.secured import SecuredBroker
from secured.token_server import TokenServer


@pytest.fixture(scope="session")
def broker() -> Iterator[SecuredBroker]:
    """A real Kafka with TLS, SASL and ACLs, shared by the run. REQUIRE_KAFKA=1 makes its lack a failure."""
    try:
        started = SecuredBroker()
        started.start()
    except Unavailable as error:
        if os.environ.get("REQUIRE_KAFKA") == "1":
            pytest.fail(f"REQUIRE_KAFKA=1, but: {error}")
        warnings.warn(f"NO KAFKA, logins and ACLs are not tested: {error}", stacklevel=1)
        pytest.skip(f"no Kafka: {error}")
    try:
        yield started
    finally:
        started.close()


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with TokenServer() as server:
        yield server
