"""When was the page's article published, and when changed? Structured data first, then what the page shows."""

import re
from collections.abc import Iterator, Sequence
from copy import copy
from datetime import UTC, datetime

from lxml import etree
from lxml.etree import _Element

from cleanwire.article.article import Instant
from cleanwire.article.metadata.cascade import Metadata
from cleanwire.article.metadata.dates import searched, shown, times
from cleanwire.article.metadata.statements import elements
from cleanwire.article.metadata.statements.elements import Elements
from cleanwire.article.page import Hints, Page
from cleanwire.records.document import Evidence

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published",
    "published_time", "sailthru.date", "parsely-pub-date", "publish-date", "publish_date", "publishdate", "pubdate",
    "publication_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "cxenseparse:recs:publishtime", "article.published", "article_date_original", "originalpublicationdate", "ptime",
    "mediator_published_time", "apub:time", "last-publish-date", "datecreated", "created", "article:published:time",
    "rnews:datepublished",
    "bt:pubdate", "displaydate", "vr:published_time", "iso-8601-publish-date",
    "citation_publication_date", "prism.publicationdate",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified", "modified_time", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "updated_time", "revision_date", "article:modified:time",
)  # fmt: skip
_UNCLEAR_META = ("dcterms.date", "dc.date", "date")
"""Of publication as a rule, of the last change or of today at times: a date at the headline is surer."""
_OF_OTHER_THINGS = re.compile(r'"(?:startDate|itemListElement)"\s*:')
_NEW_YEAR = "-01-01"
_PART = re.compile(r"(?<!\s)\s+[|–—•·:-]\s+|(?<!\s)\s*[|_｜]\s*")
_BESIDE = frozenset({"aside", "footer", "nav", "form", "select", "link"})
_FOOTERS = frozenset({"footer", "page-footer", "site-footer", "colophon"})  # "WordPress 4.8.12" is no date
_ADDRESSES = frozenset({"href", "src", "srcset", "data-src", "data-srcset", "action", "style"})


def published(
    tree: _Element, known: Metadata, page: Page, hints: Hints, *, language: str | None, date_lines: Sequence[str]
) -> tuple[Instant | None, Evidence | None]:
    """Return when the article was published, and where that is from. `date_lines` were cut from the text."""
    context = _context(page, hints, language)
    stated = list(_stated_published(known, hints))
    if not any(times.read(item, context) for item in stated):
        stated = list(_unstated(tree, known, page, context, date_lines))
    stated += _from_meta(known.elements, _UNCLEAR_META)  # these make it more precise
    stated += _seen_published(known)
    stated += [times.Stated(source="text", raw=line) for line in date_lines]
    return _evidence(times.choose(stated, context))


def modified(
    known: Metadata, page: Page, hints: Hints, *, language: str | None
) -> tuple[Instant | None, Evidence | None]:
    """Return when the article was last changed, as the page states it."""
    context = _context(page, hints, language)
    stated = list(_from_meta(known.elements, _MODIFIED_META))
    if known.ld is not None and known.ld.modified:
        stated.insert(0, times.Stated(source="json-ld", raw=known.ld.modified))
    stated += [
        times.Stated(source="time", raw=tag.raw) for tag in known.elements.times if tag.modified and not tag.apart
    ]
    if hints.updated:
        stated.append(times.Stated(source="feed", raw=hints.updated))
    return _evidence(times.choose(stated, context))


def _context(page: Page, hints: Hints, language: str | None) -> times.TimeContext:
    return times.TimeContext(
        fetched_at=page.fetched_at, language=language, time_zone=hints.time_zone, date_format=hints.date_format
    )


def _evidence(chosen: tuple[Instant | None, tuple[str, ...]]) -> tuple[Instant | None, Evidence | None]:
    instant, others = chosen
    return instant, Evidence(source=instant.stated.source, alternatives=others) if instant else None


def _stated_published(known: Metadata, hints: Hints) -> Iterator[times.Stated]:
    """Yield what is marked as the time of publication."""
    if known.own_time:
        yield times.Stated(source="user", raw=known.own_time)
    ld, marks = known.ld, known.elements
    if ld is not None and (ld.published or ld.created):
        yield times.Stated(source="json-ld", raw=ld.published or ld.created or "")
    yield from _from_meta(marks, _PUBLISHED_META)
    for tag in (*marks.times, *marks.dated):
        if tag.published and not tag.apart and not tag.of_another:
            yield times.Stated(source="time", raw=tag.raw)
    if hints.published:
        yield times.Stated(source="feed", raw=hints.published)


def _seen_published(known: Metadata) -> list[times.Stated]:
    """Return the times shown on the page that may be the time of publication."""
    marks = known.elements
    tags = [tag for tag in (*marks.times, *marks.dated) if not (tag.apart or tag.of_another)]
    tags = [tag for tag in tags if not tag.modified and not tag.published]
    return [times.Stated(source="time", raw=tag.raw) for tag in tags[:3]]


def _unstated(
    tree: _Element, known: Metadata, page: Page, context: times.TimeContext, date_lines: Sequence[str]
) -> Iterator[times.Stated]:
    """Yield the likeliest dates of a page whose markup states none, the first one first; most are one.

    htmldate's search through the whole text takes 90 ms a page, so it is asked last, about the page without what other
    stories have on it, and not believed when it makes a day of a month or of a year.
    """
    marks = known.elements
    told = shown.ranked(tree, (*marks.times, *marks.dated), known.title.text if known.title else None, context)
    seen = told[0] if told else None
    addresses = (page.url, marks.canonical, marks.first("og:url"))
    days = [day for address in addresses if address and (day := times.in_url(address)) is not None]
    likely = [seen.stated] if seen is not None and seen.score >= shown.SURE else []
    likely += _from_meta(marks, _UNCLEAR_META)
    likely += [times.Stated(source="text", raw=line) for line in date_lines]
    likely += [times.Stated(source="url", raw=day) for day in days[:1]]
    likely += [times.Stated(source="title", raw=day) for day in _in_title(marks.title or "", context)]
    yield from likely
    if any(times.read(item, context) is not None for item in likely):
        return
    latest = datetime.fromtimestamp(page.fetched_at, UTC).strftime("%Y-%m-%d")
    own = _own(tree)
    of_others = {date.day for date in told if date.of_another} - {date.day for date in told if not date.of_another}
    found = searched.day(copy(own), page.url, latest=latest, thorough=False)
    if (not found or not _tells_day(own, found)) and seen is not None and seen.score > shown.LIKELY:
        yield seen.stated
        return
    if not found:
        found = searched.day(copy(own), page.url, latest=latest, thorough=True)
    if found and found not in of_others and _tells_day(own, found):
        yield times.Stated(source="htmldate", raw=found)


def _in_title(text: str, context: times.TimeContext) -> Iterator[str]:
    """Yield the parts of the title element that are nothing but a date: "Pier to reopen | Ledger | 25.08.2020"."""
    for part in _PART.split(text):
        if any(char.isdecimal() for char in part) and times.read(times.Stated(source="title", raw=part), context):
            yield part


def _own(tree: _Element) -> _Element:
    """Return a copy of `tree` without what is beside the article or of other stories, addresses and choices."""
    own = copy(tree)
    for element in own.iter("*"):
        is_other = elements.is_box_of_others(element) or (element.get("id") or "").lower() in _FOOTERS
        if is_other or (element.tag == "a" and elements.is_of_another(element)):
            element.tag = "aside"
        elif element.tag == "script" and _OF_OTHER_THINGS.search(element.text or "") is not None:
            element.tag = "link"  # JSON-LD was read: what is left are the days of events and of other stories
        elif element.tag == "meta" and (element.get("content") or "").startswith(("http", "/")):
            element.tag = "link"
        for name in _ADDRESSES & set(element.attrib):
            del element.attrib[name]
    etree.strip_elements(own, *_BESIDE, with_tail=False)
    return own


def _tells_day(tree: _Element, day: str) -> bool:
    """Tell whether the page has year and day near each other: htmldate makes days of months and of years."""
    if day.endswith(_NEW_YEAR):
        return False
    return _day(day).search(etree.tostring(tree, encoding="unicode")) is not None


def _day(day: str) -> re.Pattern[str]:
    """Return the pattern of a day's number near its year, in either order, or of both in one number."""
    year, month, number = (int(part) for part in day.split("-"))
    numbers = rf"(?<!\d)0?{number}(?!\d)[^<>]{{1,20}}(?:{year}|{year % 100:02})(?!\d)"
    reverse = rf"{year}[^<>\d]{{0,3}}(?:\d{{1,2}}|[^\W\d_]{{3,12}})[^<>\d]{{1,3}}0?{number}(?!\d)"
    together = f"{year}{month:02}{number:02}"
    return re.compile(f"{numbers}|{reverse}|{together}")


def _from_meta(marks: Elements, names: Sequence[str]) -> Iterator[times.Stated]:
    for name in names:
        for value in marks.meta.get(name, ())[:1]:
            yield times.Stated(source="meta", raw=value)
