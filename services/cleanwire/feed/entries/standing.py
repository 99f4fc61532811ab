"""Does a feed speak of its own site? What it says of other sites' pages is a stranger's word.

Its own is the site of the address it was subscribed under, and the one it was read from after redirects. What lies
between the two does not count: an open redirect makes no feed the redirecting site's own.
"""

from cleanwire.records.feed import Entry
from cleanwire.urls import site as sites


def of_another_site(entry: Entry) -> bool:
    """Return whether `entry` is what a feed says of another site's page."""
    own = _site(entry.url)
    return own is None or own not in (_site(entry.feed_url), entry.feed_site)


def read_from(feed_url: str, read_at: str) -> str | None:
    """Return the site a feed was read from; None when it is that of its address, as nearly always."""
    there = _site(read_at)
    return None if there == _site(feed_url) else there


def _site(url: str) -> str | None:
    try:
        return sites.site(url)
    except ValueError:
        return None
