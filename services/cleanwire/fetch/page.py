"""What page does a reply bring, and what does one that somebody asks for by its address?"""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cleanwire.article.article import Refusal
from cleanwire.article.page import Page
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import Fetched, FetchFailed
from cleanwire.settings import FetchSettings

Found = TypeVar("Found")

ACCEPT = "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.8"
"""What to ask for where a page is wanted."""


def page(reply: Fetched, *, fetched_at: float) -> Page:
    """Return the page that `reply`, whose status is 2xx, came with."""
    return Page(
        url=reply.url,
        body=reply.body,
        fetched_at=fetched_at,
        content_type=reply.headers.get("content-type"),
        status=reply.status,
        redirects=tuple(hop.url for hop in reply.redirects),
        headers=dict(reply.headers),
    )


async def ask(href: str, settings: FetchSettings) -> Page | str:
    """Fetch a page for somebody who looks at it; a text says why there is none."""
    async with Fetcher(settings) as fetcher:
        reply = await fetcher.get(href, limit_bytes=settings.page_limit_bytes, accept=ACCEPT)
    if isinstance(reply, FetchFailed):
        return f"{reply.reason}: {reply.detail}"
    if not 200 <= reply.status < 300:
        return f"HTTP {reply.status}"
    return page(reply, fetched_at=time.time())


async def read(
    fetched: Page, reader: Callable[[Page], Awaitable[Found]], settings: FetchSettings
) -> tuple[Page, Found | str]:
    """Return a page that was fetched and what `reader` finds on it.

    One that sends its readers on at once is followed, once; a text says why that did not come.
    """
    found = await reader(fetched)
    if not isinstance(found, Refusal) or found.leads_to is None:
        return fetched, found
    following = await ask(found.leads_to, settings)
    if isinstance(following, str):
        return fetched, f"{found.leads_to}, where it sends its readers: {following}"
    return following, await reader(following)
