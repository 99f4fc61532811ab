"""Where does a page send its readers at once? HTML Living Standard §4.2.5.3, `http-equiv="refresh"`."""

import re
from urllib.parse import urlsplit

from lxml.etree import _Element

from cleanwire.urls import parse

MAX_DELAY_S = 5  # what a page takes that only says where it sends its readers; articles reload after minutes
_CONTENT = re.compile(
    r"\s*(?P<delay>\d{1,4})(?:\.\d*)?(?:\s*+[;,]\s*+|\s++)(?:url\s*=\s*)?(?:\"(?P<double>[^\"]*)|'(?P<single>[^']*)|(?P<bare>\S.*))",
    re.IGNORECASE | re.DOTALL,
)


def target(tree: _Element, url: str, *, header: str | None = None) -> str | None:
    """Return the address to which the page at `url` sends its readers; None when it keeps them.

    `header` is the reply's `Refresh`, which browsers read before the markup.
    Nor is it followed to the front page, where deleted articles lead, or to the page itself.
    """
    metas = (item for item in tree.iter("meta") if (item.get("http-equiv") or "").strip().lower() == "refresh")
    said = (header, *(item.get("content") for item in metas))
    for content in filter(None, said):
        found = _CONTENT.match(content)
        if found is None or int(found["delay"]) > MAX_DELAY_S:
            return None
        written = found["double"] or found["single"] or found["bare"] or ""
        address = parse.href(written.strip(), url)
        return None if address is None or _is_same(address, url) or _is_front(address) else address
    return None


def _is_same(address: str, url: str) -> bool:
    return address.partition("#")[0] == (parse.href(url) or url).partition("#")[0]


def _is_front(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.path.strip("/") and not parts.query
