"""What page does a reply bring?"""

from cleanwire.article.page import Page
from cleanwire.fetch.outcome import Fetched

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
