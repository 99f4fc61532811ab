"""A fetcher for tests: it may visit 127.0.0.1 and nothing else on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.resolver import Resolver
from cleanwire.settings import FetchSettings


@asynccontextmanager
async def fetching(resolver: Resolver | None = None, **settings: object) -> AsyncIterator[Fetcher]:
    """Open a Fetcher with `settings` over the usual ones."""
    values = {"allow_private": ("127.0.0.1/32",), "timeout_s": 5.0, **settings}
    async with Fetcher(FetchSettings.model_validate(values), resolver=resolver) as fetcher:
        yield fetcher
