"""Who is named as author? JSON-LD, then meta elements, then bylines in markup and text, then the feed."""

from collections.abc import Iterator, Sequence
from itertools import chain

from lxml.etree import _Element
from trafilatura import metadata as trafilatura_metadata

from cleanwire.article.metadata import authors, bylines
from cleanwire.article.metadata.elements import Elements
from cleanwire.article.metadata.json_ld import LdArticle
from cleanwire.article.page import Hints
from cleanwire.records.document import Author, AuthorType

_AUTHOR_META = (
    "author", "byl", "sailthru.author", "parsely-author", "dc.creator", "dcterms.creator", "article:author",
    "article:author_name", "cxenseparse:author", "citation_author", "vr:author", "authors", "article.author",
    "articleauthor", "mediator_author", "og:article:author",
)  # fmt: skip


def find(
    tree: _Element, ld: LdArticle | None, marks: Elements, hints: Hints, site_names: Sequence[str]
) -> tuple[tuple[Author, ...], str | None]:
    """Return who is named as author and where: people, and organisations other than the publisher.

    The publisher itself is an author only where nobody else is named.
    """
    stated = _stated_authors(ld, marks)
    bodies = _bodies(ld)
    others = tuple(body for body in bodies if body.name not in site_names)
    for source, raw in chain(stated, _shown_authors(tree, marks, hints)):
        people = authors.names(raw, site_names)
        if bodies and source != "json-ld" and not any(" " in name for name in people):
            continue  # an organisation is stated: only a person's whole name says more
        named = others if source == "json-ld" else ()
        if people or named:
            links = {**dict(marks.author_links), **({author.name: author.url for author in ld.authors} if ld else {})}
            persons = (Author(name=name, type=AuthorType.PERSON, url=links.get(name)) for name in people)
            return (*persons, *named), source
    if bodies:  # nobody but the publisher itself is named
        return bodies, "json-ld"
    for source, raw in stated:  # on a personal site that is a person
        if own := authors.names(raw):
            person = ld is not None and any(
                author.name == own[0] and author.type is AuthorType.PERSON for author in ld.authors
            )
            return (Author(name=own[0], type=AuthorType.PERSON if person else AuthorType.ORGANIZATION),), source
    return (), None


def _stated_authors(ld: LdArticle | None, marks: Elements) -> tuple[tuple[str, list[str]], ...]:
    people = [author.name for author in ld.authors if author.type is not AuthorType.ORGANIZATION] if ld else []
    return ("json-ld", people), ("meta", _meta_authors(marks)), ("meta", _labelled_authors(marks))


def _meta_authors(marks: Elements) -> list[str]:
    name = next((name for name in _AUTHOR_META if name in marks.meta), None)
    values = marks.meta[name] if name else []
    return [authors.in_order(value) for value in values] if name == "citation_author" else values


def _labelled_authors(marks: Elements) -> list[str]:
    """Return the names in `twitter:data1` whose `twitter:label1` is "Written by": for previews of links."""
    return [
        value
        for place in ("1", "2")
        if authors.is_label(marks.first(f"twitter:label{place}") or "")
        for value in marks.meta.get(f"twitter:data{place}", ())
    ]


def _shown_authors(tree: _Element, marks: Elements, hints: Hints) -> Iterator[tuple[str, list[str]]]:
    yield "markup", [text for text, _ in marks.author_links] or marks.bylines[:1]
    yield "byline", [bylines.find(tree) or ""]
    if marks.may_show_author:  # asking costs 10 ms
        yield "trafilatura", [trafilatura_metadata.extract_author(tree) or ""]
    yield "feed", list(hints.authors)


def _bodies(ld: LdArticle | None) -> tuple[Author, ...]:
    """Return the organisations that JSON-LD names as authors."""
    stated = {author.name: author for author in (ld.authors if ld else ()) if author.type is AuthorType.ORGANIZATION}
    return tuple(Author(name=body.name, type=AuthorType.ORGANIZATION, url=body.url) for body in stated.values())
