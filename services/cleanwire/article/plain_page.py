"""What article does a page without markup hold?"""

import re

from lxml.etree import _Element

from cleanwire.article import fingerprint, outline
from cleanwire.article import overrides as manual
from cleanwire.article.article import Article, Instant, Refusal
from cleanwire.article.ledger import capped
from cleanwire.article.metadata import access_rights, agency, authors, times
from cleanwire.article.metadata.markup import Markup
from cleanwire.article.metadata.times import Read, TimeContext
from cleanwire.article.page import Hints, Page
from cleanwire.records.document import Author, AuthorType, Block, BlockType, Evidence, Kind, Publisher, Quality
from cleanwire.records.rejected import Rejection
from cleanwire.text import plain, rules
from cleanwire.text.dates import ParsedTime
from cleanwire.text.overrides import SiteRules
from cleanwire.urls import site

EXTRACTOR = "plain"
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|article|section|span|table|title|meta|h1|a\s)\b", re.I)
_SNIFFED_CHARS = 100_000


def is_plain(text: str, content_type: str | None) -> bool:
    """Tell whether `text` is an article as text. Servers send pages as text/plain too: markup decides first."""
    if content_type and "html" in content_type.lower():
        return False
    return _MARKUP.search(text[:_SNIFFED_CHARS]) is None


def inside_pre(tree: _Element) -> str | None:
    """Return the text of a page that is nothing but one <pre>, as browsers show text files; None for other pages."""
    body = tree if tree.tag == "body" else tree.find(".//body")
    if (
        body is None
        or len(body) != 1
        or body[0].tag != "pre"
        or (body.text or "").strip()
        or (body[0].tail or "").strip()
    ):
        return None
    return outline.text_of(body[0])


def read(
    text: str, page: Page, hints: Hints, *, min_words: int, charset: str, overrides: SiteRules | None = None
) -> Article | Refusal:
    """Return the article in `text`. Its `removed` counts the lines of the text, blank ones left out."""
    names = (hints.feed_title,) if hints.feed_title else ()
    found = manual.plain(plain.read(text, language=hints.language, site_names=names), overrides)
    body = "\n\n".join(found.paragraphs)
    words = fingerprint.word_count(body)
    if words == 0:
        return Refusal(reason=Rejection.NOT_AN_ARTICLE, detail="no running text found")
    if words < min_words:
        return Refusal(reason=Rejection.TOO_SHORT, detail=f"{words} words, at least {min_words} are asked for")
    title = found.title or hints.title
    if title is None:
        return Refusal(reason=Rejection.NOT_AN_ARTICLE, detail="no title found")
    context = TimeContext(
        fetched_at=page.fetched_at, language=found.language, time_zone=hints.time_zone, date_format=hints.date_format
    )
    published = _instant(found.published, found.published_raw, context) or _stated(hints.published, context)
    removed, was_capped = capped(found.removed)
    cut_chars = sum(len(cut.text) for cut in found.removed)
    publisher = found.publisher or hints.feed_title
    return Article(
        title=title,
        title_hash=fingerprint.digest(title),
        blocks=tuple(Block(type=BlockType.PARAGRAPH, text=text) for text in found.paragraphs),
        body=body,
        body_hash=fingerprint.digest(body),
        fingerprint=fingerprint.simhash(body),
        word_count=words,
        kind=Kind.ARTICLE,
        quality=Quality(
            extractor=EXTRACTOR,
            removed_share=round(cut_chars / max(1, cut_chars + len(body)), 4),
            flags=("removed_capped",) if was_capped else (),
        ),
        rules_version=manual.version(rules.load().version, overrides),
        extractor_version=f"{EXTRACTOR}/1",
        charset=charset,
        removed=removed,
        authors=_authors(found.authors or authors.names(hints.authors)),
        publisher=Publisher(name=publisher, site=_site(page.url)) if publisher else None,
        source_agency=agency.find(found.paragraphs, found.authors, [cut.text for cut in found.removed]),
        published=published,
        modified=_instant(found.modified, None, context) or _stated(hints.updated, context),
        language=found.language,
        rights=access_rights.rights(None, Markup(), page),
        provenance=_provenance(found, published),
    )


def _provenance(found: plain.PlainArticle, published: Instant | None) -> dict[str, Evidence]:
    known = {"title": found.title, "authors": found.authors, "publisher": found.publisher, "language": found.language}
    provenance = {name: Evidence(source="text") for name, value in known.items() if value}
    if published is not None:
        provenance["published_at"] = Evidence(source=published.stated.source)
    return provenance


def _authors(names: tuple[str, ...]) -> tuple[Author, ...]:
    return tuple(Author(name=name, type=AuthorType.PERSON) for name in names)


def _instant(time: ParsedTime | None, raw: str | None, context: TimeContext) -> Instant | None:
    if time is None:
        return None
    reading = Read(source="text", raw=raw or time.local.isoformat(), time=time)
    return times.instant(reading, context) if times.is_plausible(reading, context) else None


def _stated(raw: str | None, context: TimeContext) -> Instant | None:
    return times.choose([times.Stated(source="feed", raw=raw)], context)[0] if raw else None


def _site(url: str) -> str | None:
    try:
        return site.site(url)
    except ValueError:  # a file
        return None
