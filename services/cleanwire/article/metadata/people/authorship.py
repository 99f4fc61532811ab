"""Who is named as author? JSON-LD, then meta elements, then bylines in markup and text, then the feed."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from lxml.etree import _Element
from trafilatura import metadata as trafilatura_metadata

from cleanwire.article.metadata.people import agency, authors, byline_labels, person, section_names, unmarked_bylines
from cleanwire.article.metadata.statements import elements
from cleanwire.article.metadata.statements.elements import Elements
from cleanwire.article.metadata.statements.json_ld import LdArticle
from cleanwire.article.page import Hints
from cleanwire.records.document import Author, AuthorType
from cleanwire.text import prose

_AUTHOR_META = (
    "author", "byl", "sailthru.author", "parsely-author", "dc.creator", "dcterms.creator", "article:author",
    "article:author_name", "cxenseparse:author", "citation_author", "vr:author", "authors", "article.author",
    "articleauthor", "mediator_author", "og:article:author",
)  # fmt: skip
_Told = tuple[str, tuple[str, ...]]
"""A source, and the names it gives."""
_Names = Callable[[Iterable[str]], tuple[str, ...]]
"""Says who is named in texts, the page's own site and sections left out."""
_STATED = frozenset({"json-ld", "meta"})
_ACCOUNT = re.compile(r"[^\W_][\w.-]{2,30}")
_MAX_BYLINES = 3  # looked at: further ones are of other stories


def find(
    tree: _Element,
    ld: LdArticle | None,
    marks: Elements,
    hints: Hints,
    site_names: Sequence[str],
    own: frozenset[str] = frozenset(),
    *,
    headline: str | None = None,
) -> tuple[tuple[Author, ...], str | None]:
    """Return who is named as author and where: people, and organisations other than the publisher and `own` sections.

    The first source with the whole name of a person counts, whatever institutions, accounts or sections are stated
    before it; without one the first source with any name. The publisher itself is an author only where nobody else is.
    """
    stated = _stated_authors(ld, marks)
    names_in = partial(authors.names, site_names=site_names, sections=own)
    bodies = tuple(body for body in _bodies(ld) if not section_names.is_one(body.name, own))
    others = tuple(body for body in bodies if body.name not in site_names)
    told = _best((source, names_in(raw)) for source, raw in stated)
    if told is None or not any(person.is_person(name) and not person.is_of_site(name, site_names) for name in told[1]):
        is_stated = told is not None or bool(others)
        claimed = site_names if bodies or any(raw for _, raw in stated) else ()
        shown = _shown(
            tree,
            marks,
            hints,
            names_in,
            is_stated=is_stated,
            claimed=claimed,
            headline=headline,
            otherwise=(*site_names, *own),
        )
        told = shown or told
    if told is not None and (not bodies or told[0] == "json-ld" or any(map(person.is_person, told[1]))):
        source, names = told
        whole = _with_those_beside(names, marks, names_in)
        beside = tuple(body for body in others if not agency.is_one(body.name)) if whole else others
        return _named(whole, ld, marks) + (beside if source == "json-ld" else ()), source
    if others:
        return others, "json-ld"
    if told is not None and told[0] in _STATED:  # an agency, or a newsroom
        return _named(told[1], ld, marks), told[0]
    if bodies:  # nobody but the publisher itself is named
        return bodies, "json-ld"
    if (account := _account(marks)) and not section_names.is_one(account[0], own):
        return (Author(name=account[0], type=AuthorType.PERSON, url=account[1]),), "markup"
    for source, raw in stated:  # on a personal site that is a person
        if alone := authors.names(raw, sections=own):
            by_person = ld is not None and any(
                author.name == alone[0] and author.type is AuthorType.PERSON for author in ld.authors
            )
            return (Author(name=alone[0], type=AuthorType.PERSON if by_person else AuthorType.ORGANIZATION),), source
    return _newsroom(stated, marks, site_names, own)


def _newsroom(
    stated: Iterable[tuple[str, list[str]]], marks: Elements, site_names: Sequence[str], own_sections: Iterable[str]
) -> tuple[tuple[Author, ...], str | None]:
    """Return the newsroom, or the site itself, that stands where an author's name does when there is none."""
    shown = [*(text for text, _ in marks.author_links), *marks.bylines[:_MAX_BYLINES]]
    for source, raw in (*stated, ("markup", shown)):
        if (name := authors.desk(raw)) and not section_names.is_one(name, own_sections):
            return (Author(name=name, type=AuthorType.ORGANIZATION),), source
    sites = {prose.key(name) for name in site_names}
    own = next((name for name in authors.names(shown) if prose.key(name) in sites), None)
    return ((Author(name=own, type=AuthorType.ORGANIZATION),), "markup") if own else ((), None)


def _account(marks: Elements) -> tuple[str, str | None] | None:
    """Return the first account that a link to its author's page names, as blogs do: one word, not written as a name."""
    for text, address in marks.author_links:
        if address and elements.is_of_people(address) and _ACCOUNT.fullmatch(text):
            return text, address
    return None


def _best(said: Iterable[_Told]) -> _Told | None:
    """Return the first source that names a person in full, else the first that names anybody."""
    named = [told for told in said if told[1]]
    whole = (told for told in named if any(map(person.is_person, told[1])))
    return next(whole, named[0] if named else None)


def _with_those_beside(names: tuple[str, ...], marks: Elements, names_in: _Names) -> tuple[str, ...]:
    """Return the names of the first byline that has all of `names` and more, else `names`: heads often name one."""
    linked = names_in([*(text for text, _ in marks.author_links), *marks.byline_links])
    texts = [byline_labels.writers(text) for text in marks.bylines[:_MAX_BYLINES]]
    inside = (tuple(name for name in linked if name in text) for text in texts)  # names that only their links part
    for shown in (*inside, *(names_in([text]) for text in texts)):
        if len(shown) > len(names) and set(names) <= set(shown) and all(map(person.is_person, shown)):
            return shown
    return names


def _named(names: Sequence[str], ld: LdArticle | None, marks: Elements) -> tuple[Author, ...]:
    links = {**dict(marks.author_links), **({author.name: author.url for author in ld.authors} if ld else {})}
    return tuple(Author(name=name, type=AuthorType.PERSON, url=links.get(name)) for name in names)


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


def _shown(
    tree: _Element,
    marks: Elements,
    hints: Hints,
    names_in: _Names,
    *,
    is_stated: bool,
    claimed: Sequence[str],
    headline: str | None,
    otherwise: Sequence[str],
) -> _Told | None:
    """Return who is shown as author. Where an institution or an account is stated only a person counts, in
    a link to an author, behind a label, or in the first byline; otherwise anybody. No name is made of one of `claimed`:
    where the site itself is stated, it is no news that it is shown. `otherwise` are the names of sites and sections.
    """
    said: list[_Told] = [("markup", names_in([text for text, _ in marks.author_links]))]
    naming = [(text, _without_agencies(names_in([text]))) for text in marks.bylines[:_MAX_BYLINES]]
    for at, (text, names) in enumerate((text, names) for text, names in naming if names):
        if (at == 0 and not is_stated) or (
            all(map(person.is_person, names)) and (at == 0 or authors.is_labelled(text))
        ):
            said.append(("markup", names))
    said = [(source, tuple(name for name in names if not _is_word(name))) for source, names in said]
    said.append(("byline", names_in([unmarked_bylines.find(tree) or ""])))
    said = [(source, tuple(name for name in names if not person.is_of_site(name, claimed))) for source, names in said]
    told = _best(said)
    if told is None or not any(map(person.is_person, told[1])):
        alone = unmarked_bylines.bare(tree, headline, otherwise, portraits=not is_stated)
        told = _best([*([told] if told else []), ("byline", names_in([alone or ""]))])
    if told is None and not is_stated:
        owners = tuple(filter(person.is_person, names_in(marks.author_boxes)))
        told = ("markup", owners) if owners else None
    if told is None and not is_stated and marks.may_show_author:  # asking costs 10 ms
        named = names_in([trafilatura_metadata.extract_author(tree) or ""])
        named = tuple(filter(person.is_person, named))
        told = _best([("trafilatura", tuple(name for name in named if not _is_of_others(name, tree)))])
    if told is None or not any(map(person.is_person, told[1])):
        told = _best([*([told] if told else []), ("feed", names_in(hints.authors))])
    if told is None:
        return None
    persons = tuple(filter(person.is_person, told[1]))  # "AFP and Jo Pell": the agency is no author beside her
    return (told[0], persons or told[1]) if persons or not is_stated else None


def _without_agencies(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the people of "A. ROE / EFE / MADRID"; all of `names` where no agency stands beside a person."""
    others = [name for name in names if not person.is_person(name)]
    if not any(agency.is_one(name) or agency.are_some(name) for name in others) or any(" " in name for name in others):
        return names
    return tuple(filter(person.is_person, names)) or names


def _is_of_others(name: str, tree: _Element) -> bool:
    """Tell whether `name` stands on the page, and only in boxes of other stories or as that of a photographer."""
    holders = [element for element in tree.iter("*") if element.text and name in element.text]
    return bool(holders) and all(
        elements.is_of_another(holder) or name not in byline_labels.writers(holder.text or "") for holder in holders
    )


def _is_word(name: str) -> bool:
    """Tell whether `name` is one word in small letters: of a sentence, where nobody calls it an account."""
    return " " not in name and name.isascii() and name.islower()


def _bodies(ld: LdArticle | None) -> tuple[Author, ...]:
    """Return the organisations that JSON-LD names as authors."""
    stated = {author.name: author for author in (ld.authors if ld else ()) if author.type is AuthorType.ORGANIZATION}
    return tuple(Author(name=body.name, type=AuthorType.ORGANIZATION, url=body.url) for body in stated.values())
