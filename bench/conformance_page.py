"""What does the product make of a page? The cleaner's function, and for dates the metadata alone."""

from typing import Any

from cleanwire.article import clean as cleaner
from cleanwire.article.article import Article
from cleanwire.article.markup import charset, parsing
from cleanwire.article.metadata import cascade
from cleanwire.article.metadata.dates import publication
from cleanwire.article.page import Hints, Page

URL = "http://news.example.com/article"
FETCHED_AT = 1.79e9  # September 2026: the cases are older


def clean(body: bytes, url: str = URL, content_type: str = "text/html") -> dict[str, Any]:
    """Return what the cleaner makes of a page."""
    found = cleaner.clean(Page(url=url, body=body, content_type=content_type, fetched_at=FETCHED_AT), Hints())
    if not isinstance(found, Article):
        return {"ok": True, "refused": str(found.reason)}
    return {"ok": True, "title": found.title, "blocks": len(found.blocks)}


def published(body: bytes) -> str | None:
    """Return the day a page was published, also when it is no article: its metadata is asked alone then."""
    page = Page(url=URL, body=body, content_type="text/html", fetched_at=FETCHED_AT)
    found = cleaner.clean(page, Hints(), min_words=0)
    if isinstance(found, Article):
        return None if found.published is None else found.published.stated.local
    tree = parsing.parse(charset.decode(body, page.content_type).text)
    if tree is None:
        return None
    known = cascade.read(tree, page, Hints())
    instant, _ = publication.published(tree, known, page, Hints(), language=known.declared_language, date_lines=())
    return None if instant is None else instant.stated.local
