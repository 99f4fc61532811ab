"""A topic for each test."""

from typing import Any

import pytest

from .published import Topic, make


@pytest.fixture
async def topic(kafka: Any) -> Topic:
    return await make(kafka.bootstrap)
