"""What article does a page without markup hold?"""

import re

from lxml import etree
from lxml.etree import _Element

from cleanwire import characters
from cleanwire.article import by_operator, fingerprint
from cleanwire.article.article import Article, Instant, Refusal
from cleanwire.article.ledger import capped
from cleanwire.article.means import Means
from cleanwire.article.metadata import access_rights
from cleanwire.article.metadata import title as headlines
from cleanwire.article.metadata.dates import times
from cleanwire.article.metadata.dates.times import ReadTime, TimeContext
from cleanwire.article.metadata.people import agency, authors
from cleanwire.article.page import BY_OTHERS, Hints, Page
from cleanwire.records.document import Author, AuthorType, Block, BlockType, Evidence, Kind, Publisher, Quality
from cleanwire.records.rejected import Rejection
from cleanwire.text.dates.moment import ParsedTime
from cleanwire.text.plain import reader
from cleanwire.urls import site

EXTRACTOR = "plain"
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|article|section|span|table|title|meta|h1|a\s)\b", re.I)
_SNIFFED_CHARS = 100_000
_BLOCKS = frozenset({"p", "div", "pre", "center", "blockquote"})
_BREAKS = frozenset({"br", "hr"})
_BARE = _BLOCKS | _BREAKS | {"body", "span", "b", "strong", "i", "em", "u", "font", "tt"}
_LOOKS = frozenset({"style", "align", "dir", "lang", "size", "color", "face", "width"})
_MIN_TITLE_WORDS = 3
_MIN_LINES = 3  # a page of fewer is more likely a stub than a text
_DATED = frozenset({"dateline", "header"})
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


def is_plain(text: str, content_type: str | None) -> bool:
    """Tell whether `text` is an article as text. Servers send pages as text/plain too: markup decides first."""
    if content_type and "html" in content_type.lower():
        return False
    return _MARKUP.search(text[:_SNIFFED_CHARS]) is None


def inside_bare_markup(tree: _Element) -> str | None:
    """Return the text of a page that is a text file in disguise, with its lines; None for other pages.

    Browsers and archives put text into one `<pre>`, or each line into a `<p>`. Such a page has no headings, no links,
    no pictures and no classes: nothing that would tell one line from another.
    """
    body = tree if tree.tag == "body" else tree.find(".//body")
    if body is None:
        return None
    parts: list[str] = []
    preformatted = 1 if len(body) == 0 else 0  # line breaks count in a <pre>, and where the page has no elements at all
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag not in _BARE or (element is not body and any(name not in _LOOKS for name in element.attrib)):
            return None
        is_start = event == "start"
        is_new_block = element.tag in _BLOCKS and bool(parts) and not parts[-1].endswith("\n")
        if is_new_block or (is_start and element.tag in _BREAKS) or (not is_start and _is_gap(element)):
            parts.append("\n")
        if element.tag == "pre":
            preformatted += 1 if is_start else -1
        text = element.text if is_start else element.tail if element is not body else None
        if text and (preformatted or not text.isspace()):
            parts.append(text if preformatted else " ".join(f"x{text}x".split())[1:-1])
    text = _BLANK_LINES.sub("\n\n", "".join(parts)).strip("\n")
    is_pre = len(body) == 1 and body[0].tag == "pre"
    is_text = is_pre or (len(text.split("\n")) >= _MIN_LINES and _needs_no_title(tree, text))
    return text if text and is_text else None


def _is_gap(element: _Element) -> bool:
    return element.tag == "p" and len(element) == 0 and not (element.text or "").strip()


def _needs_no_title(tree: _Element, text: str) -> bool:
    """Tell whether the page's head adds nothing: it states no title, or a file's name, or one of the lines."""
    if tree.find(".//meta[@property='og:title']") is not None:
        return False
    title = " ".join((tree.findtext(".//title") or "").split())
    if len(title.split()) < _MIN_TITLE_WORDS:
        return True
    lines = (" ".join(line.split()) for line in text.splitlines())
    return any(title.startswith(line) for line in lines if len(line.split()) >= _MIN_TITLE_WORDS)


def read(text: str, page: Page, hints: Hints, *, charset: str, means: Means) -> Article | Refusal:
    """Return the article in `text`. Its `removed` counts the lines of the text, blank ones left out."""
    names = (hints.feed_title,) if hints.feed_title else ()
    told = reader.read(text, language=hints.language, site_names=names, using=means.rules)
    found = by_operator.plain(told, means.site_rules)
    body = "\n\n".join(found.paragraphs)
    words = fingerprint.word_count(body)
    if words == 0:
        return Refusal(reason=Rejection.NOT_AN_ARTICLE, detail="no running text found")
    if words < means.min_words:
        return Refusal(reason=Rejection.TOO_SHORT, detail=f"{words} words, at least {means.min_words} are asked for")
    title = characters.name_or_none(found.title) or hints.title or hints.last_title
    opening = headlines.first_line(found.paragraphs) if title is None else None
    title = opening.text if opening is not None else title
    assert title is not None  # where there are words there is a first line
    context = TimeContext(
        fetched_at=page.fetched_at, language=found.language, time_zone=hints.time_zone, date_format=hints.date_format
    )
    published = _in_own_format(found, context) or _instant(found.published, found.published_raw, context)
    published = published or _stated(hints.published, context)
    removed, was_capped = capped(found.removed)
    cut_chars = sum(len(cut.text) for cut in found.removed)
    publisher = characters.name_or_none(found.publisher) or hints.feed_title
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
        rules_version=means.rules_version,
        extractor_version=f"{EXTRACTOR}/1",
        charset=charset,
        removed=removed,
        authors=_authors(found.authors or authors.names(hints.authors)),
        publisher=Publisher(name=publisher, site=_site(page.url)) if publisher else None,
        source_agency=agency.find(found.paragraphs, found.authors, [cut.text for cut in found.removed]),
        published=published,
        modified=_instant(found.modified, None, context) or _stated(hints.updated, context),
        language=found.language,
        rights=access_rights.rights(None, None, page),
        provenance=_provenance(found, published, opens=opening is not None, last_title=title == hints.last_title),
    )


def _provenance(
    found: reader.PlainArticle, published: Instant | None, *, opens: bool, last_title: bool
) -> dict[str, Evidence]:
    known = {
        "title": found.title or opens,
        "authors": found.authors,
        "publisher": found.publisher,
        "language": found.language,
    }
    provenance = {name: Evidence(source="text") for name, value in known.items() if value}
    if last_title and not found.title:
        provenance["title"] = Evidence(source=BY_OTHERS)
    if published is not None:
        provenance["published_at"] = Evidence(source=published.stated.source)
    return provenance


def _authors(names: tuple[str, ...]) -> tuple[Author, ...]:
    return tuple(Author(name=name, type=AuthorType.PERSON) for name in map(characters.name, names) if name)


def _instant(time: ParsedTime | None, raw: str | None, context: TimeContext) -> Instant | None:
    if time is None:
        return None
    reading = ReadTime(source="text", raw=raw or time.local.isoformat(), time=time)
    return times.instant(reading, context) if times.is_plausible(reading, context) else None


def _in_own_format(found: reader.PlainArticle, context: TimeContext) -> Instant | None:
    """Return the time in the first date line that is in the operator's own format."""
    lines = (cut.text for cut in found.removed if cut.reason in _DATED) if context.date_format else ()
    told = ((line, time) for line in lines if (time := times.in_format(line, context)) is not None)
    line, time = next(told, (None, None))
    return _instant(time, line, context)


def _stated(raw: str | None, context: TimeContext) -> Instant | None:
    return times.choose([times.Stated(source="feed", raw=raw)], context)[0] if raw else None


def _site(url: str) -> str | None:
    try:
        return site.site(url)
    except ValueError:  # a file
        return None
