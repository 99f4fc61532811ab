"""Which of a page's statements about its article counts? JSON-LD, then meta elements, then markup, then the feed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml.etree import _Element

from cleanwire.article.metadata import title
from cleanwire.article.metadata.people import authors, authorship, section_names, signatures
from cleanwire.article.metadata.statements import elements, json_ld
from cleanwire.article.metadata.statements.elements import Elements
from cleanwire.article.metadata.statements.json_ld import LdArticle
from cleanwire.article.page import BY_OTHERS, Hints, Page
from cleanwire.records.document import Author, AuthorType, Evidence, Publisher
from cleanwire.urls import parse, site

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known about the article before its text is cleaned."""

    ld: LdArticle | None
    page_types: frozenset[str]  # of JSON-LD, in lower case
    elements: Elements
    title: title.Title | None
    site_names: tuple[str, ...]
    sections: frozenset[str]  # which the page belongs to
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
        return [*stated, *self.elements.bylines]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What the page says elsewhere, to compare lines with."""

    titles: Sequence[str]
    descriptions: Sequence[str]
    ld_body: str | None
    ld_words: int | None
    ld_comments: tuple[str, ...]
    ld_type: str | None  # of the article in JSON-LD, in lower case
    authors: tuple[str, ...]
    site_names: tuple[str, ...]

    @property
    def is_news(self) -> bool:
        return self.ld_type is not None and "news" in self.ld_type


def authors_of(
    known: Metadata, byline_lines: Sequence[str], texts: Sequence[str]
) -> tuple[tuple[Author, ...], dict[str, Evidence]]:
    """Return the authors; when no person was named, those of the byline that was cut, or who signed the `texts`."""
    if any(author.type is AuthorType.PERSON for author in known.authors):
        return known.authors, {}
    people = authors.names(byline_lines[:2], known.site_names, known.sections) or signatures.find(texts)
    if known.authors and not any(" " in name for name in people):
        return known.authors, {}
    evidence = {"authors": Evidence(source="text")} if people else {}
    return tuple(Author(name=name, type=AuthorType.PERSON) for name in people), evidence


def read(tree: _Element, page: Page, hints: Hints) -> Metadata:
    """Return what the page and the feed say. Times wait for the language, see `published`."""
    stated, marks = json_ld.statements(tree), elements.read(tree)
    ld = json_ld.read(stated, page.url)
    provenance: dict[str, Evidence] = {}
    site_names = _site_names(ld, marks, page, hints)
    headline = title.choose(
        list(_titles(ld, marks, hints)),
        site_names,
        sections=_sections(ld, marks),
        leading=(*marks.leading, *marks.large, *marks.bold),
    )
    if headline is not None:
        provenance["title"] = Evidence(source=headline.source, alternatives=headline.alternatives)
    stated_title = headline.text if headline is not None else None
    own_sections = section_names.names(ld, marks, json_ld.path_to_page(stated))
    people, named_by = authorship.find(tree, ld, marks, hints, site_names, own_sections, headline=stated_title)
    if named_by is not None:
        provenance["authors"] = Evidence(source=named_by)
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
        page_types=json_ld.page_types(stated),
        elements=marks,
        title=headline,
        site_names=site_names,
        sections=own_sections,
        authors=people,
        publisher=_publisher(ld, marks, page, hints, provenance),
        description=_description(ld, marks, hints, provenance),
        declared_language=declared,
        section=(ld.section if ld else None) or marks.first("article:section", "section", "parsely-section"),
        keywords=_keywords(ld, marks),
        canonical_url=_canonical(marks, page),
        amp_url=parse.href(marks.amp, page.url) if marks.amp else None,
        provenance=provenance,
    )


def with_opening(known: Metadata, texts: Sequence[str]) -> Metadata | None:
    """Return `known` with the headline that opens `texts`, where the page states none; None when none opens them."""
    headline = title.opening(texts)
    if headline is None:
        return None
    return replace(known, title=headline, provenance={**known.provenance, "title": Evidence(source=headline.source)})


def with_last_title(known: Metadata, text: str) -> Metadata:
    """Return `known` with the title that a feed of another site gives, as the page has none."""
    headline = title.choose([title.StatedTitle(source=BY_OTHERS, text=text)], known.site_names)
    if headline is None:
        return known
    return replace(known, title=headline, provenance={**known.provenance, "title": Evidence(source=BY_OTHERS)})


def with_first_line(known: Metadata, texts: Sequence[str]) -> Metadata:
    """Return `known` with the beginning of its text as title, where nothing else is one."""
    headline = title.first_line(texts)
    if headline is None:
        return known
    return replace(known, title=headline, provenance={**known.provenance, "title": Evidence(source=headline.source)})


def page_context(known: Metadata) -> PageContext:
    """Return what the judge compares lines with."""
    ld, marks = known.ld, known.elements
    titles = [known.title.text, *known.title.alternatives] if known.title else []
    told = [
        ld.description if ld else None,
        *(marks.first(name) for name in ("og:description", "description", "twitter:description")),
    ]
    return PageContext(
        titles=titles,
        descriptions=list(dict.fromkeys(filter(None, told))),
        ld_body=ld.body if ld else None,
        ld_words=ld.words if ld else None,
        ld_comments=ld.comments if ld else (),
        ld_type=ld.type if ld else None,
        authors=tuple(author.name for author in known.authors),
        site_names=known.site_names,
    )


def _site_names(ld: LdArticle | None, marks: Elements, page: Page, hints: Hints) -> tuple[str, ...]:
    names = [ld.publisher if ld else None, *(marks.first(name) for name in _SITE_META), hints.feed_title, *marks.logos]
    names += [domain, domain.split(".")[0]] if (domain := _domain(page.url)) else []
    return tuple(dict.fromkeys(name for name in names if name and len(name) <= 80 and not name.startswith("http")))


def _sections(ld: LdArticle | None, marks: Elements) -> list[str]:
    stated = [ld.section if ld else None, marks.first("article:section", "section", "parsely-section")]
    return [section for section in stated if section]


def _titles(ld: LdArticle | None, marks: Elements, hints: Hints) -> Iterator[title.StatedTitle]:
    if value := marks.first("og:title"):
        yield title.StatedTitle(source="og", text=value)
    if ld is not None and ld.headline and ld.type not in ("webpage", "videoobject"):
        yield title.StatedTitle(source="json-ld", text=ld.headline)
    for name in _TITLE_META:
        if value := marks.first(name):
            yield title.StatedTitle(source="meta", text=value)
    for heading in marks.headings:
        yield title.StatedTitle(source="h1", text=heading, proper=marks.proper.get(heading))
    if marks.marked:
        yield title.StatedTitle(source="marked", text=marks.marked)
    for heading in marks.subheadings:
        yield title.StatedTitle(source="h2", text=heading, proper=marks.proper.get(heading))
    if marks.title:
        yield title.StatedTitle(source="title", text=marks.title)
    if hints.title:
        yield title.StatedTitle(source="feed", text=hints.title)


def _publisher(
    ld: LdArticle | None, marks: Elements, page: Page, hints: Hints, provenance: dict[str, Evidence]
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


def _description(ld: LdArticle | None, marks: Elements, hints: Hints, provenance: dict[str, Evidence]) -> str | None:
    for source, text in (
        ("json-ld", ld.description if ld else None),
        ("meta", marks.first("og:description", "description", "twitter:description", "dc.description")),
        ("feed", json_ld.plain(hints.summary)),
    ):
        if text:
            provenance["description"] = Evidence(source=source)
            return text[:2_000]
    return None


def _keywords(ld: LdArticle | None, marks: Elements) -> tuple[str, ...]:
    if ld is not None and ld.keywords:
        return ld.keywords
    values = next((marks.meta[name] for name in _KEYWORD_META if name in marks.meta), [])
    words = [word.strip() for value in values for word in (value.split(",") if len(values) == 1 else [value])]
    return tuple(dict.fromkeys(word for word in words if 0 < len(word) <= 80))[:40]


def _canonical(marks: Elements, page: Page) -> str | None:
    """Return the canonical address that the page claims, if it lies on the page's own site."""
    claimed = marks.canonical or marks.first("og:url")
    address = parse.href(claimed, page.url) if claimed else None
    return address if address and site.site(address) == _domain(page.url) else None
