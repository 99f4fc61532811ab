"""What can come of one try at an article?"""

from dataclasses import dataclass

from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.records.rejected import Rejection
from cleanwire.telemetry.catalogue import Deferral


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The page gave an article. `took_s`: fetch and extraction."""

    article: Article
    page: Page
    took_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AsBefore:
    """A look found the page as it was: the server says so (304), or its bytes do."""

    not_modified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The try failed for `reason`; `cleaner.retry` says whether there is another."""

    reason: Rejection
    detail: str
    http_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Not now, and nobody's fault: look again in `wait_s` seconds. No attempt is counted.

    `unless_stale`: what the article is rejected for when it has waited too long.
    """

    reason: Deferral
    wait_s: float
    unless_stale: Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """The page lives at another address, whose site's owner must deal with it."""

    url: str
    site: str
    by_page: bool = False  # a page sends its readers there at once, no redirect


Outcome = Cleaned | AsBefore | Failed | Deferred | Elsewhere
