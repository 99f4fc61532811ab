"""What do the page's head, its `<time>`, `<h1>` and bylines say? One pass over the tree."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from lxml.etree import _Element

from cleanwire import characters
from cleanwire.article.markup.outline import text_of
from cleanwire.article.metadata.statements import headings
from cleanwire.article.metadata.statements.json_ld import INVISIBLE, plain
from cleanwire.text import prose

_MAX_VALUE = 2_000
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|author|autor|auteur|autore|redakt[eo]r|writer|verfasser|signature|assinatura|firma|yazar|"
    r"muhabir|författare|forfatter)s?(?:[\s_-]?(?:name|link|names))?(?:$|[\s_-])",
    re.I,
)
_OF_AUTHOR = re.compile(  # what trafilatura's search for an author asks for, in any case
    r"author|byl|bbl|username|zuozhe|bianji|xiaobian|channel-name|submitted-by|posted-by|journalist-name|screenname|writer",
    re.I,
)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:pub(?:lish(?:ed)?)?[_-]?(?:date|time)|date|datum|fecha|time(?:stamp)?|posted(?:[_-]on)?|pubdate|published)(?:$|[\s_-])",
    re.I,
)
_MEANING = re.compile(  # one of these is in all that `_meant` looks for: most names need only this one search
    r"date|datum|fecha|time|posted|publish|byline|aut|redakt|writer|verfasser|signature|assinatura|firma|yazar|"
    r"muhabir|författare|forfatter|headline|title|name|logo|brand|crumb|ariane|krumen|kruimel|miga|okruszki|briciole",
    re.I,
)
_AUTHOR_ATTRIBUTES = ("class", "id", "itemprop", "rel", "data-testid", "data-component")
_STAMP = re.compile(r"\s*(?:19|20)\d\d-?[01]\d-?[0-3]\d(?:\D|$)", re.ASCII)
_FULL_NAME = frozenset({"fn", "p-name"})  # classes of hCard and of microformats2
_PUBLISHED = frozenset({"published", "dt-published"})  # classes of hAtom and of microformats2
_MAX_SUBHEADINGS = 12
_COMMENTS = re.compile(
    r"(?:^|\s)(?:[\w-]*[_-])?(?:(?:comments?|kommentare?n?|kommentarer|commentaires?|comentarios?|comentários?|commenti|"
    r"reacties?|komentar(?:z|ze|e|i)|yorum(?:lar)?|kommentit?|pinglun|replies)"
    r"(?:[_-]?(?:list|liste|lista|body|author|content|area|thread|wrapper|section|box|item))?|respond|disqus)(?:$|\s)",
    re.I,
)
_PARTS_OF_OTHERS = frozenset({
    "citation", "comment", "review", "itemlistelement", "isrelatedto", "mentions", "haspart", "relatedlink",
    "isbasedon", "itemreviewed",
})  # fmt: skip
"""Properties of microdata that hold other pieces than the page's own."""
_PROPERTIES = {
    "author": "author", "creator": "author", "has_creator": "author", "headline": "headline", "title": "headline",
    "datepublished": "datepublished", "issued": "datepublished", "datemodified": "datemodified",
    "modified": "datemodified", "datecreated": "datecreated", "created": "datecreated",
    **{name: name for name in _PARTS_OF_OTHERS},
}  # fmt: skip
"""Properties of schema.org, Dublin Core and SIOC in RDFa, by what microdata calls them."""
_WORKS = frozenset({"newsarticle", "article", "blogposting", "reportagenewsarticle", "liveblogposting", "report"})
_AUTHOR_RELATIONS = frozenset({"author", "creator", "has_creator"})
_OF_OTHERS = re.compile(
    r"(?:^|[\s_-])(?:appetizers?|related|recommend(?:ed|ations?)|most-?(?:read|popular|viewed)|trending|"
    r"(?:more|other|latest|recent|similar|popular)-?_?(?:stories|news|articles|posts|from)|read-?more|also-?read)"
    r"(?:$|[\s_-])",
    re.I,
)
_PEOPLE = re.compile(
    r"/(?:authors?|autor(?:en|es|as|i)?|auteurs?|autori|autorzy|authored-by|people|person(?:en|s)?|staff|journalists?|"
    r"journaliste?n?|periodistas?|writers?|contributors?|by|profiles?|profil|users?|user_id|yazarlar?|redaktion|redakcja)"
    r"[/=+-]",
    re.I,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_HEADLINE = re.compile(
    r"(?:^|[\s_-])(?:headline|(?:entry|post|article|story|news)[_-]?(?:title|headline)|p-name)(?:$|\s)", re.I
)
_FRONT = re.compile(r"https?://[^/?#]+/?|(?:/|\./)?index\.(?:html?|php)", re.I)
_LOGO = re.compile(r"(?:^|[\s_-])(?:logo|brand|site-?(?:title|name))(?:$|[\s_-])", re.I)
_CRUMBS = re.compile(
    r"bread-?_?crumb|(?:^|[\s_-])(?:crumbs?|fil-?d?-?ariane|brotkrumen|kruimel(?:pad|spoor)|migas|miga-de-pan|okruszki|"
    r"briciole)(?:$|[\s_-])",
    re.I,
)
_MAX_CRUMBS = 12
_MAX_CRUMB = 60
_MAX_HEADLINE = 200
_MAX_BYLINE = 200
_MAX_BOX = 1_500  # of what an author's box tells of her
_MAX_OWNER = 60
_MANY_BYLINES = 3  # made alike, below the beginning of a text: each of a story of its own
_MAX_LEVELS = 8  # around a date, looked at
_MAX_CARD_LEVELS = 3
_MAX_CARD_CHARS = 400  # of a teaser with its headline; an article has more
_MIN_STORY_WORDS = 3  # of a link that is a headline
_WHOLE = frozenset({"html", "body", "main", "article"})  # their classes speak of the page
_NOT_MAIN = frozenset({"aside", "footer", "nav"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeTag:
    """A `<time>` element, or one whose class says that it holds a date."""

    raw: str
    text: str
    published: bool  # its itemprop, class or attribute says so
    modified: bool
    apart: bool  # it stands in an aside, footer, navigation or the comments
    of_another: bool = False  # it stands in a box of other stories, or in an entry of a list that leads to one
    order: int = 0  # of the element on the page
    look: str = ""  # its tag and class: the dates of a list have the same


@dataclass(slots=True)
class Elements:
    """The values found, in the order of the page; names are lower case."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    title: str | None = None
    headings: list[str] = field(default_factory=list)  # h1, those of breadcrumbs left out
    subheadings: list[str] = field(default_factory=list)  # the first h2
    leading: list[str] = field(default_factory=list)  # h2 to h4 in front of the first paragraph
    proper: dict[str, str] = field(default_factory=dict)  # headings behind whose first part the headline may begin
    large: list[str] = field(default_factory=list)  # lines in large letters in front of the first paragraph
    bold: list[str] = field(default_factory=list)  # lines in bold there
    crumbs: list[str] = field(default_factory=list)  # the steps of the path to the page
    headlines: list[tuple[str, str]] = field(default_factory=list)  # so called by a class or itemprop; with its names
    logos: list[str] = field(default_factory=list)  # texts of links to the site's front in headings and logos
    canonical: str | None = None
    amp: str | None = None
    language: str | None = None
    license: str | None = None
    times: list[TimeTag] = field(default_factory=list)
    dated: list[TimeTag] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    byline_looks: list[str] = field(default_factory=list)  # of each: tag and class, where text is before it
    author_links: list[tuple[str, str | None]] = field(default_factory=list)
    byline_links: list[str] = field(default_factory=list)  # texts of links to people's pages inside bylines
    author_boxes: list[str] = field(default_factory=list)  # whom longer texts are about that are called an author's
    in_text: bool = False  # a paragraph was seen
    may_show_author: bool = False  # an element's name or attributes speak of an author

    @property
    def marked(self) -> str | None:
        """What a class or itemprop calls the headline, no h1; None where it calls several so, as lists do."""
        texts = {text for text, names in self.headlines if names == self.headlines[0][1]}
        return texts.pop() if len(texts) == 1 else None

    def mark(self, text: str, names: str) -> None:
        """Note that an element with these class names holds the headline `text`."""
        if len(self.headlines) < _MAX_SUBHEADINGS:
            self.headlines.append((text, names))

    def first(self, *names: str) -> str | None:
        """Return the first value of the first of `names` that has one."""
        return next((value for name in names for value in self.meta.get(name, ())), None)


def read(tree: _Element) -> Elements:
    """Return what the tree's elements say outside JSON-LD."""
    found = Elements(language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"))
    for order, element in enumerate(tree.iter("*")):
        tag = element.tag
        if not found.may_show_author:
            found.may_show_author = tag == "author" or _speaks_of_author(element)
        if tag == "meta":
            _read_meta(element, found)
        elif tag == "link":
            _read_link(element, found)
        elif tag == "title" and found.title is None:
            found.title = plain(element.text)
        elif tag in _HEADINGS:
            _read_heading(element, found)
        elif tag == "time" and len(found.times) < 30:
            _read_time(element, found, order)
        elif tag == "p" and not found.in_text and prose.is_long(text_of(element)) and not _meant(_names(element))[1]:
            found.in_text = not is_apart(element)
        else:
            if not found.in_text and tag in headings.EMPHATIC:
                _read_emphatic(element, found)
            _read_marked(element, found, order)
    looks = Counter(look for look in found.byline_looks if look)
    found.bylines = [
        text for text, look in zip(found.bylines, found.byline_looks, strict=True) if looks[look] < _MANY_BYLINES
    ]
    return found


def _read_heading(element: _Element, found: Elements) -> None:
    level, text = element.tag, _text(element)
    if not text or is_apart(element):
        return
    whole, proper = headings.parted(element)
    text = _shown(whole) or text
    if proper is not None and (proper := _shown(proper)):
        found.proper[text] = proper
    if _is_front(next(element.iter("a"), None)):
        found.logos.append(text)
    if level == "h1" and len(found.headings) < 5 and not _is_crumb(element):
        found.headings.append(text)
    elif level == "h2" and len(found.subheadings) < _MAX_SUBHEADINGS:
        found.subheadings.append(text)
    if level == "h1" or is_of_another(element):
        return
    if _meant(_names(element)).headline:
        found.mark(text, _names(element))
    if not found.in_text and len(found.leading) < _MAX_SUBHEADINGS:
        found.leading.append(text)


def _read_emphatic(element: _Element, found: Elements) -> None:
    """Note a line that only its looks make a headline: bold, or in large letters."""
    is_large = headings.is_large(element)
    lines = found.large if is_large else found.bold
    if (not is_large and element.tag not in headings.BOLD) or len(lines) >= _MAX_SUBHEADINGS:
        return
    text = _text(element)
    if text and headings.is_line_like_one(element, text) and not is_apart(element) and not is_of_another(element):
        lines.append(text)


def _is_front(link: _Element | None) -> bool:
    """Tell whether `link` leads to the front of a site."""
    href = "" if link is None else (link.get("href") or "").strip()
    return href == "/" or _FRONT.fullmatch(href) is not None


def _read_meta(element: _Element, found: Elements) -> None:
    content = plain((element.get("content") or element.get("value") or "")[:_MAX_VALUE])
    if not content:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if attribute == "itemprop" and element.get(attribute) and _is_part_of_another(element):
            continue
        for name in (element.get(attribute) or "").lower().split():
            found.meta.setdefault(name, []).append(content)


def _is_part_of_another(element: _Element) -> bool:
    """Tell whether microdata says that `element` is of a work that the page's own cites, lists or is commented in."""
    props = (parent.get("itemprop") or _rdfa(parent) or "" for parent in element.iterancestors())
    return any(prop.lower() in _PARTS_OF_OTHERS for prop in props)


def _rdfa(element: _Element) -> str | None:
    """Return what RDFa says that `element` is of the page's article, in the words of microdata; None without RDFa.

    `dc:title` is a headline too, `dc:creator` an author, and so is the name of a work itself.
    """
    said = element.get("property")
    if not said or element.tag == "meta":
        return None
    for name in said.lower().split():
        local = _local(name)
        if local == "name":
            kind = _local((element.get("typeof") or next(_kinds_around(element), "")).lower().split(" ")[0])
            return "headline" if kind in _WORKS else "name"
        if local in _PROPERTIES:
            return _PROPERTIES[local]
    return None


def _kinds_around(element: _Element) -> Iterator[str]:
    return (kind for parent in element.iterancestors() if (kind := parent.get("typeof")))


def _local(name: str) -> str:
    """Return a name of RDFa without its vocabulary: `schema:author`, `http://schema.org/author`."""
    return name.rsplit(":", 1)[-1].rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def _read_link(element: _Element, found: Elements) -> None:
    rel, href = (element.get("rel") or "").lower().split(), (element.get("href") or "").strip()
    if not href:
        return
    if "canonical" in rel and found.canonical is None:
        found.canonical = href
    elif "amphtml" in rel and found.amp is None:
        found.amp = href
    elif "license" in rel and found.license is None:
        found.license = href


def _read_time(element: _Element, found: Elements, order: int) -> None:
    words = f"{element.get('itemprop', '')} {element.get('class', '')} {element.get('pubdate', '')}".lower()
    text = _text(element)
    raw = (element.get("datetime") or element.get("content") or text or "").strip()
    if raw:
        found.times.append(
            TimeTag(
                raw=raw[:200],
                text=(text or "")[:200],
                published="publish" in words or "pubdate" in words or element.get("pubdate") is not None,
                modified="modif" in words or "updat" in words,
                apart=is_apart(element),
                of_another=is_of_another(element),
                order=order,
                look=f"{element.tag}.{element.get('class', '')}",
            )
        )


def _read_marked(element: _Element, found: Elements, order: int) -> None:
    prop, rel, names = element.get("itemprop") or _rdfa(element), element.get("rel") or "", _names(element)
    meant = _meant(names)
    if not found.crumbs and (meant.path or _is_path(element)):
        found.crumbs = _short_texts(element)
    if meant is _NOTHING and not prop and not rel:  # nearly all of them
        return
    if prop and _is_part_of_another(element):
        return
    prop, rel = (prop or "").lower(), rel.lower()
    if element.tag == "a" and meant.logo and len(found.logos) < _MAX_SUBHEADINGS and _is_front(element):
        found.logos.extend(filter(None, [_text(element)]))
    if element.tag != "meta" and (prop == "headline" or meant.headline):
        text = _text(element)
        if text and len(text) <= _MAX_HEADLINE and not is_apart(element) and not is_of_another(element):
            found.mark(text, names)
    if prop in ("datepublished", "datemodified", "datecreated"):
        raw = element.get("content") or element.get("datetime") or _stamp(element) or _text(element)
        if raw:
            found.meta.setdefault(prop, []).append(raw.strip()[:200])
    elif meant.date and len(found.dated) < 20:
        text, stamp = _text(element), _stamp(element)
        if text and len(text) <= 120 and (stamp or any(char.isdecimal() for char in text)):
            found.dated.append(
                TimeTag(
                    raw=stamp or text,
                    text=text,
                    published=stamp is not None and not _PUBLISHED.isdisjoint(names.lower().split()),
                    modified="updat" in names.lower(),
                    apart=is_apart(element),
                    of_another=is_of_another(element),
                    order=order,
                    look=f"{element.tag}.{element.get('class', '')}",
                )
            )
    if any(_local(name) in _AUTHOR_RELATIONS for name in rel.split()) or prop == "author":
        _read_author_link(element, found)
    elif meant.byline and len(found.bylines) < 10:
        _read_byline(element, found, names)


def _read_byline(element: _Element, found: Elements, names: str) -> None:
    named = next((item for item in element.iter("*") if not _FULL_NAME.isdisjoint(_names(item).split())), element)
    text = _words(named)
    if not text or is_apart(element) or is_of_another(element):
        return
    if len(text) <= _MAX_BYLINE:
        found.bylines.append(text)
        found.byline_looks.append(f"{element.tag}.{names}" if found.in_text else "")
        found.byline_links.extend(_people_linked(element))
    if len(text) <= _MAX_BOX and (owner := _owner(element)) and len(owner) < len(text):
        found.author_boxes.append(owner)


def _is_path(element: _Element) -> bool:
    """Tell whether a type or a label says that `element` holds the path to the page."""
    if element.tag == "nav" and _CRUMBS.search(element.get("aria-label") or "") is not None:
        return True
    return "BreadcrumbList" in (element.get("itemtype") or element.get("typeof") or "")


def _short_texts(element: _Element) -> list[str]:
    texts = [_shown(str(text)) for text in element.itertext()]
    return [text for text in texts if text and len(text) <= _MAX_CRUMB][:_MAX_CRUMBS]


def _people_linked(element: _Element) -> list[str]:
    links = [(link, _words(link)) for link in element.iter("a") if is_of_people(link.get("href") or "")]
    return [text for _, text in links if text]


def _owner(element: _Element) -> str | None:
    """Return the heading, or the name in bold, that the text of an author's box begins with."""
    for part in element.iter("h2", "h3", "h4", "h5", "h6", "strong", "b"):
        if text := _text(part):
            return text if len(text) <= _MAX_OWNER else None
    return None


def _stamp(element: _Element) -> str | None:
    """Return the time that an attribute writes out in figures, as hAtom and microformats2 do in `title`."""
    values = (element.get(name) for name in ("title", "datetime", "content"))
    return next((value.strip() for value in values if value and _STAMP.match(value) and len(value) <= 60), None)


def _speaks_of_author(element: _Element) -> bool:
    for name in _AUTHOR_ATTRIBUTES:
        value = element.get(name)
        if value and _is_of_author(value):
            return True
    return False


@lru_cache(maxsize=8192)
def _is_of_author(value: str) -> bool:
    return _OF_AUTHOR.search(value) is not None


class _Meant(NamedTuple):
    """What an element's names say that it holds."""

    date: bool
    byline: bool
    headline: bool
    logo: bool
    path: bool


_NOTHING = _Meant(date=False, byline=False, headline=False, logo=False, path=False)


@lru_cache(maxsize=8192)
def _meant(names: str) -> _Meant:
    """Tell what an element with these class and id names holds; `_NOTHING` itself where that is nothing."""
    if _MEANING.search(names) is None:
        return _NOTHING
    return _Meant(*(pattern.search(names) is not None for pattern in (_DATE, _BYLINE, _HEADLINE, _LOGO, _CRUMBS)))


def _read_author_link(element: _Element, found: Elements) -> None:
    named = next((item for item in element.iter("*") if "name" in (item.get("itemprop"), _rdfa(item))), element)
    text = named.get("content") if named.tag == "meta" else _words(named)
    is_own = not is_apart(element) and not is_of_another(element)
    if text and len(text) <= 120 and len(found.author_links) < 20 and is_own:
        found.author_links.append((text, element.get("href")))


def is_of_people(address: str) -> bool:
    """Tell whether the address of a link is that of somebody's page or mailbox."""
    return address.startswith("mailto:") or _PEOPLE.search(address) is not None


def is_apart(element: _Element) -> bool:
    """Tell whether `element` is beside the article: in an aside, a footer, navigation or the readers' comments."""
    return any(parent.tag in _NOT_MAIN or _is_comment(parent) for parent in element.iterancestors())


def _is_comment(element: _Element) -> bool:
    """Tell whether `element` is, or holds, readers' comments; the page's own article may be open to them."""
    if not element.attrib or (element.tag in _WHOLE and element.tag != "article"):
        return False
    if element.tag == "article" and next(element.iterancestors("article", "section", "ol", "ul"), None) is None:
        return False
    return _is_of_comments(_names(element))


@lru_cache(maxsize=1024)  # asked of everything around a date, a byline, a heading
def _is_of_comments(names: str) -> bool:
    return _COMMENTS.search(names) is not None


def is_of_another(element: _Element) -> bool:
    """Tell whether `element` belongs to another story: in a box of such, or in an entry of a list that leads to one."""
    for level, parent in enumerate(element.iterancestors()):
        if parent.tag in _WHOLE or level > _MAX_LEVELS:
            return False
        if parent.attrib and _OF_OTHERS.search(_names(parent)) is not None:
            return True
        if level <= _MAX_CARD_LEVELS and _is_card(parent):
            return True
        if parent.tag == "li":
            return any(sum(map(str.isalpha, text_of(link).split())) >= _MIN_STORY_WORDS for link in parent.iter("a"))
    return False


def _is_card(element: _Element) -> bool:
    """Tell whether `element` is one of several that are made alike: a linked headline with a few words beside it."""
    beside = (element.getnext(), element.getprevious())
    if not any(other is not None and (other.tag, _names(other)) == (element.tag, _names(element)) for other in beside):
        return False
    heads = [head for head in element.iter("h2", "h3", "h4", "h5") if _is_link(head)]
    return bool(heads) and len(text_of(element)) <= _MAX_CARD_CHARS


def _is_link(heading: _Element) -> bool:
    links = [link for link in (heading.getparent(), *heading.iter("a")) if link is not None and link.tag == "a"]
    return any(not (link.get("href") or "#").startswith("#") for link in links)


def is_box_of_others(element: _Element) -> bool:
    """Tell whether `element` is a box of other stories or of readers' comments, by its class."""
    if _is_comment(element) or (element.get("itemprop") or "").lower() in _PARTS_OF_OTHERS:
        return True
    return element.tag not in _WHOLE and bool(element.attrib) and _OF_OTHERS.search(_names(element)) is not None


def _names(element: _Element) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}".strip()


def _is_crumb(element: _Element) -> bool:
    """Tell whether a heading is the end of the path to the page rather than its headline."""
    near = [element, *list(element.iterancestors())[:3]]
    return any(item.tag == "li" or "breadcrumb" in (item.get("class") or "").lower() for item in near)


def _words(element: _Element) -> str | None:
    """Return the element's text, the texts of its parts never glued together: a name ends where its link ends."""
    return characters.name(" ".join(map(str, element.itertext())))[:_MAX_VALUE] or None


def _text(element: _Element) -> str | None:
    text = text_of(element)
    if "{" in text and next(element.iter("style", "script"), None) is not None:  # components bring their styles along
        text = "".join(element.xpath(".//text()[not(parent::style) and not(parent::script)]"))  # type: ignore[arg-type]
    return _shown(text)


def _shown(text: str) -> str | None:
    return " ".join(text.translate(INVISIBLE).split())[:_MAX_VALUE] or None
