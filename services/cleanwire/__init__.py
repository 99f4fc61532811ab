"""Cleanwire: news feeds in, clean documents out on Kafka. From Python: `docs/library.md`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleanwire.article.article import Article, Refusal
    from cleanwire.article.page import Hints, Page
    from cleanwire.feed.formats.parsed import FeedEntry, NotAFeed, ParsedFeed
    from cleanwire.library import Cleaner, parse_feed
    from cleanwire.records.document import Document
    from cleanwire.text.boilerplate.rules import RuleSet
    from cleanwire.text.site_rules.tables import SiteRules

__version__ = "0.2.0"

__all__ = [
    "Article",
    "Cleaner",
    "Document",
    "FeedEntry",
    "Hints",
    "NotAFeed",
    "Page",
    "ParsedFeed",
    "Refusal",
    "RuleSet",
    "SiteRules",
    "__version__",
    "parse_feed",
]

_HOMES = {
    "Article": "cleanwire.article.article",
    "Cleaner": "cleanwire.library",
    "Document": "cleanwire.records.document",
    "FeedEntry": "cleanwire.feed.formats.parsed",
    "Hints": "cleanwire.article.page",
    "NotAFeed": "cleanwire.feed.formats.parsed",
    "Page": "cleanwire.article.page",
    "ParsedFeed": "cleanwire.feed.formats.parsed",
    "Refusal": "cleanwire.article.article",
    "RuleSet": "cleanwire.text.boilerplate.rules",
    "SiteRules": "cleanwire.text.site_rules.tables",
    "parse_feed": "cleanwire.library",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562): `import cleanwire` alone reads no page and no lxml."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return __all__
