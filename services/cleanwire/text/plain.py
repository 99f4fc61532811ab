"""What article does a plain text hold, whose lines come in any order?"""

from dataclasses import dataclass

from cleanwire.records.document import Removed
from cleanwire.text.dates import ParsedTime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainArticle:
    title: str | None
    publisher: str | None
    published: ParsedTime | None
    published_raw: str | None  # the line it was read from
    modified: ParsedTime | None
    authors: tuple[str, ...]
    paragraphs: tuple[str, ...]  # empty when the text holds no article
    removed: tuple[Removed, ...]
    language: str | None


def read(text: str, *, language: str | None = None, site_names: tuple[str, ...] = ()) -> PlainArticle:
    """Return the article in `text`; `site_names` are names known from elsewhere."""
    raise NotImplementedError
