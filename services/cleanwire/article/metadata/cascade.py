"""Which of a page's statements about its article counts? JSON-LD, then meta elements, then markup, then the feed."""

import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

from htmldate import find_date
from lxml.etree import _Element
from trafilatura import metadata as trafilatura_metadata

from cleanwire.article.article import Instant
from cleanwire.article.judge.features import PageContext
from cleanwire.article.metadata import authors, json_ld, markup, times, title
from cleanwire.article.metadata.json_ld import LdArticle
from cleanwire.article.metadata.markup import Markup
from cleanwire.article.page import Hints, Page
from cleanwire.records.document import Author, AuthorType, Evidence, Publisher
from cleanwire.urls import parse, site

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published",
    "published_time", "sailthru.date", "parsely-pub-date", "publish-date", "publish_date", "publishdate", "pubdate",
    "publication_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "dcterms.date", "dc.date",
    "cxenseparse:recs:publishtime", "article.published", "article_date_original", "originalpublicationdate", "ptime",
    "mediator_published_time", "apub:time", "date", "last-publish-date", "datecreated", "created",
    "rnews:datepublished",
    "bt:pubdate", "displaydate", "vr:published_time", "iso-8601-publish-date",
    "citation_publication_date", "prism.publicationdate",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified", "modified_time", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "updated_time", "revision_date",
)  # fmt: skip
_AUTHOR_META = (
    "author", "byl", "sailthru.author", "parsely-author", "dc.creator", "dcterms.creator", "article:author",
    "article:author_name", "cxenseparse:author", "citation_author", "vr:author", "authors", "article.author",
)  # fmt: skip
_TITLE_META = ("twitter:title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title", "headline", "title")
_SITE_META = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "publisher",
    "al:ios:app_name",
)
_KEYWORD_META = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags")


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MIN_DATE_CHARS, _MAX_DATE_CHARS = 8, 120
_MAX_DATE_LINES = 40  # tried on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known about the article before its text is cleaned."""

    ld: LdArticle | None
    markup: Markup
    title: title.Title | None
    site_names: tuple[str, ...]
    authors: tuple[Author, ...]
    publisher: Publisher | None
    description: str | None
    declared_language: str | None
    section: str | None
    keywords: tuple[str, ...]
    canonical_url: str | None
    amp_url: str | None
    own_time: str | None = None  # what the operator's selector for the time found
    provenance: dict[str, Evidence] = field(default_factory=dict)

    @property
    def named_sources(self) -> list[str]:
        """Names that may be an agency's: JSON-LD authors and source, bylines."""
        ld = self.ld
        stated = [*(author.name for author in ld.authors), *([ld.source] if ld.source else [])] if ld else []
        return [*stated, *self.markup.bylines]


def authors_of(known: Metadata, byline_lines: Sequence[str]) -> tuple[tuple[Author, ...], dict[str, Evidence]]:
    """Return the authors; when nothing named them, those of the byline that was cut from the text."""
    if known.authors:
        return known.authors, {}
    people = authors.names(byline_lines[:2], known.site_names)
    evidence = {"authors": Evidence(source="text")} if people else {}
    return tuple(Author(name=name, type=AuthorType.PERSON) for name in people), evidence


def read(tree: _Element, page: Page, hints: Hints) -> Metadata:
    """Return what the page and the feed say. Times wait for the language, see `published`."""
    ld, marks = json_ld.read(tree, page.url), markup.read(tree)
    provenance: dict[str, Evidence] = {}
    site_names = _site_names(ld, marks, page, hints)
    headline = title.choose(list(_titles(ld, marks, hints)), site_names)
    if headline is not None:
        provenance["title"] = Evidence(source=headline.source, alternatives=headline.alternatives)
    declared = next(
        filter(
            None,
            (
                ld.language if ld else None,
                marks.language,
                marks.first("og:locale", "language", "content-language", "dc.language"),
                hints.language,
            ),
        ),
        None,
    )
    return Metadata(
        ld=ld,
        markup=marks,
        title=headline,
        site_names=site_names,
        authors=_authors(tree, ld, marks, hints, site_names, provenance),
        publisher=_publisher(ld, marks, page, hints, provenance),
        description=_description(ld, marks, hints, provenance),
        declared_language=declared,
        section=(ld.section if ld else None) or marks.first("article:section", "section", "parsely-section"),
        keywords=_keywords(ld, marks),
        canonical_url=_canonical(marks, page),
        amp_url=parse.href(marks.amp, page.url) if marks.amp else None,
        provenance=provenance,
    )


def page_context(known: Metadata) -> PageContext:
    """Return what the judge compares lines with."""
    ld, marks = known.ld, known.markup
    titles = [known.title.text, *known.title.alternatives] if known.title else []
    told = [
        ld.description if ld else None,
        *(marks.first(name) for name in ("og:description", "description", "twitter:description")),
    ]
    return PageContext(
        titles=titles, descriptions=list(dict.fromkeys(filter(None, told))), ld_body=ld.body if ld else None
    )


def published(
    tree: _Element, known: Metadata, page: Page, hints: Hints, *, language: str | None, date_lines: Sequence[str]
) -> tuple[Instant | None, Evidence | None]:
    """Return when the article was published, and where that is from. `date_lines` were cut from the text."""
    context = _context(page, hints, language)
    stated = [*_stated_published(known, hints), *_seen_published(known)]
    stated += [times.Stated(source="text", raw=line) for line in date_lines]
    if not any(times.read(item, context) for item in stated):
        guessed = _guessed_day(tree, page, context)
        day = times.in_url(page.url)
        stated = [guessed] if guessed else [times.Stated(source="url", raw=day)] if day else []
    return _evidence(times.choose(stated, context))


def modified(
    known: Metadata, page: Page, hints: Hints, *, language: str | None
) -> tuple[Instant | None, Evidence | None]:
    """Return when the article was last changed, as the page states it."""
    context = _context(page, hints, language)
    stated = list(_from_meta(known.markup, _MODIFIED_META))
    if known.ld is not None and known.ld.modified:
        stated.insert(0, times.Stated(source="json-ld", raw=known.ld.modified))
    stated += [times.Stated(source="time", raw=tag.raw) for tag in known.markup.times if tag.modified and not tag.apart]
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
    ld, marks = known.ld, known.markup
    if ld is not None and (ld.published or ld.created):
        yield times.Stated(source="json-ld", raw=ld.published or ld.created or "")
    yield from _from_meta(marks, _PUBLISHED_META)
    for tag in marks.times:
        if tag.published and not tag.apart:
            yield times.Stated(source="time", raw=tag.raw)
    if hints.published:
        yield times.Stated(source="feed", raw=hints.published)


def _seen_published(known: Metadata) -> list[times.Stated]:
    """Return the times shown on the page that may be the time of publication."""
    marks = known.markup
    tags = [tag for tag in (*marks.times, *marks.dated) if not tag.apart and not tag.modified and not tag.published]
    return [times.Stated(source="time", raw=tag.raw) for tag in tags[:3]]


def _guessed_day(tree: _Element, page: Page, context: times.TimeContext) -> times.Stated | None:
    """Return the day that attributes or a short line of the page tell; None when there is none.

    htmldate's search through the whole text takes 90 ms a page, so it is asked for attributes first and for the whole
    text only when no line of the page is a date line.
    """
    latest = datetime.fromtimestamp(page.fetched_at, UTC).strftime("%Y-%m-%d")
    found = find_date(copy(tree), url=page.url, original_date=True, extensive_search=False, max_date=latest)
    if found:
        return times.Stated(source="htmldate", raw=str(found))
    if (line := next(_date_lines(tree, context), None)) is not None:
        return line
    found = find_date(copy(tree), url=page.url, original_date=False, extensive_search=True, max_date=latest)
    return times.Stated(source="htmldate", raw=str(found)) if found else None


def _date_lines(tree: _Element, context: times.TimeContext) -> Iterator[times.Stated]:
    """Yield the first stretches of text that are nothing but a date, as the page shows them."""
    asked = 0
    for text in tree.itertext():
        line = " ".join(str(text).split()) if _MIN_DATE_CHARS <= len(text) <= _MAX_DATE_CHARS else ""
        if _YEAR.search(line) is not None:
            asked += 1
            stated = times.Stated(source="text", raw=line)
            if times.of_line(stated, context) is not None:
                yield stated
            if asked == _MAX_DATE_LINES:
                return


def _from_meta(marks: Markup, names: Sequence[str]) -> Iterator[times.Stated]:
    for name in names:
        for value in marks.meta.get(name, ())[:1]:
            yield times.Stated(source="meta", raw=value)


def _site_names(ld: LdArticle | None, marks: Markup, page: Page, hints: Hints) -> tuple[str, ...]:
    names = [ld.publisher if ld else None, *(marks.first(name) for name in _SITE_META), hints.feed_title]
    names += [domain, domain.split(".")[0]] if (domain := _domain(page.url)) else []
    return tuple(dict.fromkeys(name for name in names if name and len(name) <= 80 and not name.startswith("http")))


def _titles(ld: LdArticle | None, marks: Markup, hints: Hints) -> Iterator[title.Candidate]:
    if value := marks.first("og:title"):
        yield title.Candidate(source="og", text=value)
    if ld is not None and ld.headline and ld.type not in ("webpage", "videoobject"):
        yield title.Candidate(source="json-ld", text=ld.headline)
    for name in _TITLE_META:
        if value := marks.first(name):
            yield title.Candidate(source="meta", text=value)
    for heading in marks.headings:
        yield title.Candidate(source="h1", text=heading)
    if marks.title:
        yield title.Candidate(source="title", text=marks.title)
    if hints.title:
        yield title.Candidate(source="feed", text=hints.title)


def _authors(
    tree: _Element,
    ld: LdArticle | None,
    marks: Markup,
    hints: Hints,
    site_names: Sequence[str],
    provenance: dict[str, Evidence],
) -> tuple[Author, ...]:
    stated = _stated_authors(ld, marks)
    for source, raw in chain(stated, _shown_authors(tree, marks, hints)):
        people = authors.names(raw, site_names)
        bodies = _bodies(ld, people, site_names) if source == "json-ld" else ()
        if people or bodies:
            provenance["authors"] = Evidence(source=source)
            links = {**dict(marks.author_links), **({author.name: author.url for author in ld.authors} if ld else {})}
            return (*(Author(name=name, type=AuthorType.PERSON, url=links.get(name)) for name in people), *bodies)
    for source, raw in stated:  # nobody but the publisher itself is named; on a personal site that is a person
        if own := authors.names(raw):
            provenance["authors"] = Evidence(source=source)
            person = ld is not None and any(
                author.name == own[0] and author.type is AuthorType.PERSON for author in ld.authors
            )
            return (Author(name=own[0], type=AuthorType.PERSON if person else AuthorType.ORGANIZATION),)
    return ()


def _stated_authors(ld: LdArticle | None, marks: Markup) -> tuple[tuple[str, list[str]], ...]:
    people = [author.name for author in ld.authors if author.type is not AuthorType.ORGANIZATION] if ld else []
    return ("json-ld", people), ("meta", next((marks.meta[name] for name in _AUTHOR_META if name in marks.meta), []))


def _shown_authors(tree: _Element, marks: Markup, hints: Hints) -> Iterator[tuple[str, list[str]]]:
    yield "markup", [text for text, _ in marks.author_links] or marks.bylines[:1]
    yield "trafilatura", [trafilatura_metadata.extract_author(tree) or ""]  # costs a millisecond
    yield "feed", list(hints.authors)


def _bodies(ld: LdArticle | None, people: Sequence[str], site_names: Sequence[str]) -> tuple[Author, ...]:
    """Return the organisations that JSON-LD names as authors; the publisher itself only when nobody else is named."""
    bodies = {author.name: author for author in (ld.authors if ld else ()) if author.type is AuthorType.ORGANIZATION}
    others = [author for author in bodies.values() if author.name not in site_names]
    chosen = others or ([] if people else list(bodies.values()))
    return tuple(Author(name=author.name, type=AuthorType.ORGANIZATION, url=author.url) for author in chosen)


def _publisher(
    ld: LdArticle | None, marks: Markup, page: Page, hints: Hints, provenance: dict[str, Evidence]
) -> Publisher | None:
    domain = _domain(page.url)
    for source, name in (
        ("json-ld", ld.publisher if ld else None),
        ("meta", marks.first(*_SITE_META)),
        ("feed", hints.feed_title),
    ):
        if name and len(name) <= 120:
            provenance["publisher"] = Evidence(source=source)
            url = parse.href(ld.publisher_url, page.url) if ld and ld.publisher_url else None
            return Publisher(name=name, site=domain, url=url)
    if domain is None:
        return None
    provenance["publisher"] = Evidence(source="url")
    return Publisher(name=domain, site=domain)


def _domain(url: str) -> str | None:
    try:
        return site.site(url)
    except ValueError:  # a page read from a file may have no address
        return None


def _description(ld: LdArticle | None, marks: Markup, hints: Hints, provenance: dict[str, Evidence]) -> str | None:
    for source, text in (
        ("json-ld", ld.description if ld else None),
        ("meta", marks.first("og:description", "description", "twitter:description", "dc.description")),
        ("feed", json_ld.plain(hints.summary)),
    ):
        if text:
            provenance["description"] = Evidence(source=source)
            return text[:2_000]
    return None


def _keywords(ld: LdArticle | None, marks: Markup) -> tuple[str, ...]:
    if ld is not None and ld.keywords:
        return ld.keywords
    values = next((marks.meta[name] for name in _KEYWORD_META if name in marks.meta), [])
    words = [word.strip() for value in values for word in (value.split(",") if len(values) == 1 else [value])]
    return tuple(dict.fromkeys(word for word in words if 0 < len(word) <= 80))[:40]


def _canonical(marks: Markup, page: Page) -> str | None:
    """Return the canonical address that the page claims, if it lies on the page's own site."""
    claimed = marks.canonical or marks.first("og:url")
    address = parse.href(claimed, page.url) if claimed else None
    return address if address and site.site(address) == _domain(page.url) else None
