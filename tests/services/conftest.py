"""Fixtures of the service tests."""

from collections.abc import Callable
from typing import Any

import pytest

from services.house import House


@pytest.fixture
def house_of(kafka: Any) -> Callable[..., House]:
    """Return a maker of installations on the shared broker; `section.key` settings may be changed."""

    def make(**changes: Any) -> House:
        return House(kafka.bootstrap, **{name.replace("__", "."): value for name, value in changes.items()})

    return make
