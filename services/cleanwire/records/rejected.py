"""Why an article gave no document, as `news.rejected` tells it."""

from enum import StrEnum

import msgspec

from cleanwire.records.base import Record
from cleanwire.records.feed import Entry


class Rejection(StrEnum):
    """The closed set of reasons. Also a metric label, so it stays small."""

    NOT_AN_ARTICLE = "not_an_article"  # a page was read, but no article is on it: no text, or a list of other pages
    TOO_SHORT = "too_short"
    RETRACTED = "retracted"  # the page says that its article was withdrawn
    NOT_HTML = "not_html"
    PAGE_TOO_LARGE = "page_too_large"
    PAGE_TOO_COMPLEX = "page_too_complex"  # nesting, tags or attributes beyond what a parser survives
    EXTRACTION_TIMEOUT = "extraction_timeout"
    EXTRACTION_CRASHED = "extraction_crashed"
    ROBOTS_DISALLOWED = "robots_disallowed"
    BLOCKED_ADDRESS = "blocked_address"  # a private, loopback or otherwise non-public address
    INVALID_URL = "invalid_url"
    REDIRECTS = "redirects"  # too many, a loop, or to something that is not http(s)
    HTTP_CLIENT_ERROR = "http_client_error"  # 4xx, the page's own: gone, forbidden, …
    HTTP_SERVER_ERROR = "http_server_error"  # 5xx until the last attempt
    NETWORK = "network"  # DNS, connect, TLS, reset, timeout until the last attempt
    BAD_RESPONSE = "bad_response"  # broken HTTP or an encoding that was not asked for
    RECORD_TOO_LARGE = "record_too_large"  # the broker or our own limit refused the document
    INTERNAL_ERROR = "internal_error"  # a fault of ours, with its traceback in the log
    OVER_SHARE = "over_share"  # more of its site, or from feeds of one site, waits than one may have of what all share
    POISON_MESSAGE = "poison_message"  # a record on an input topic that cannot be read


class Rejected(Record, frozen=True, kw_only=True):
    """One article that gave no document. `detail` is for people, `reason` for machines."""

    schema_: str = msgspec.field(name="schema")
    article_id: str
    site: str
    url: str
    reason: Rejection
    rejected_at: float
    attempts: int = 1
    detail: str | None = None
    http_status: int | None = None
    entry: Entry | None = None


SCHEMA = "cleanwire.rejected/1"
