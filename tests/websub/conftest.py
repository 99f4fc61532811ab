"""Fixtures of the WebSub tests."""

from services.conftest import house_of

__all__ = ["house_of"]
