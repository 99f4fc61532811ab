"""What does the page's JSON-LD say about its article? (schema.org, https://schema.org/NewsArticle)

Publishers' JSON is often broken: comments and CDATA round it, trailing commas, raw line breaks in strings, several
objects in a row, HTML in the values. What can be read is read, the rest is left.
"""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml.etree import _Element

from cleanwire import characters
from cleanwire.records.document import AuthorType

MAX_SCRIPT_CHARS = 1_000_000
MAX_NODES = 5_000
MAX_POSTS = 1_000
_MAX_DEPTH = 40
_MAX_PATHS = 4  # to one page
_MAX_STEPS = 12

ARTICLE_TYPES = (
    "newsarticle",
    "reportagenewsarticle",
    "analysisnewsarticle",
    "backgroundnewsarticle",
    "opinionnewsarticle",
    "reviewnewsarticle",
    "askpublicnewsarticle",
    "article",
    "blogposting",
    "liveblogposting",
    "report",
    "scholarlyarticle",
    "techarticle",
    "advertisercontentarticle",
    "satiricalarticle",
    "review",
    "socialmediaposting",
    "pressrelease",
    "webpage",
    "videoobject",
)
_ORGANISATIONS = frozenset({"organization", "newsmediaorganization", "corporation", "brand", "website"})
_OF_OTHERS = frozenset({"liveBlogUpdate", "comment", "itemListElement", "relatedLink", "citation", "review", "video"})
"""Properties that hold other pieces, which may look like the article."""
_AROUND = re.compile(
    r"\A\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*+(?:;\s*+)?\Z"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_DOUBLE_COMMA = re.compile(r",\s*,")
_TAG = re.compile(r"<[^<>]{1,500}>")

INVISIBLE = {**characters.IN_NAMES, **dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))}
"""For `str.translate`: controls, and marks that tell browsers where to break a line or which way to read."""

type_ = type
Node = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LdAuthor:
    name: str
    type: AuthorType | None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LdArticle:
    """The article node's values as text: HTML and entities are gone, times are as written."""

    type: str
    headline: str | None = None
    alternative_headline: str | None = None
    description: str | None = None
    published: str | None = None
    modified: str | None = None
    created: str | None = None
    authors: tuple[LdAuthor, ...] = ()
    publisher: str | None = None
    publisher_url: str | None = None
    source: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    language: str | None = None
    url: str | None = None
    images: tuple[tuple[str, int | None, int | None], ...] = ()
    free: bool | None = None
    status: str | None = None  # creativeWorkStatus
    license: str | None = None
    body: str | None = None
    words: int | None = None  # wordCount
    posts: tuple[str, ...] = ()  # of a live blog: headlines and texts
    comments: tuple[str, ...] = ()  # texts of readers


def statements(tree: _Element) -> list[list[object]]:
    """Return what the scripts of a page hold, as it is written there."""
    return [_parse(script) for script in _scripts(tree)]


def page_types(found: Sequence[Sequence[object]]) -> frozenset[str]:
    """Return the types of the outermost nodes of a page's `statements`, in lower case: what the page itself is."""
    outer = [item for values in found for value in values for item in (value if isinstance(value, list) else [value])]
    graphs = [item["@graph"] for item in outer if isinstance(item, dict) and isinstance(item.get("@graph"), list)]
    inner = [item for graph in graphs for item in graph]
    return frozenset(kind for node in (*outer, *inner) if isinstance(node, dict) for kind in _types(node))


def path_to_page(found: Sequence[Sequence[object]]) -> list[str]:
    """Return the names of the steps to the page that its `statements` list (schema.org BreadcrumbList)."""
    nodes = (node for values in found for node in _nodes(values) if "breadcrumblist" in _types(node))
    listed = (node.get("itemListElement") for node in islice(nodes, _MAX_PATHS))
    steps = [step for items in listed if isinstance(items, list) for step in items[:_MAX_STEPS]]
    steps = [step for step in steps if isinstance(step, dict)]
    return list(filter(None, (plain(step.get("name")) or plain(step.get("item")) for step in steps)))


def read(found: Sequence[Sequence[object]], url: str) -> LdArticle | None:
    """Return what the article node in the `statements` of the page at `url` says, None when there is no such node."""
    nodes = [node for values in found for node in _nodes(values)][:MAX_NODES]
    candidates = [(rank, node) for node in nodes if (rank := _rank(node, url)) is not None]
    if not candidates:
        return None
    (standing, *_), best = min(candidates, key=lambda pair: pair[0])
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 1}
    # a live blog is often described twice: as an article, and with its posts
    posts = tuple(post for rank, node in candidates if rank[0] == standing for post in _posts(node))
    return _article(best, by_id, posts)


def plain(value: object) -> str | None:
    """Return `value` as one line of text without markup, None when nothing is left."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    text = html.unescape(value)
    if "&" in text:  # escaped twice, as many templates do
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.translate(INVISIBLE).split()) or None


def _scripts(tree: _Element) -> Iterator[str]:
    for script in tree.iter("script"):
        kind = script.get("type") or ""
        if "ld+json" in kind.lower() and script.text and len(script.text) <= MAX_SCRIPT_CHARS:
            yield script.text


def _parse(text: str) -> list[object]:
    """Return the values in `text`; what is broken beyond the usual faults is left out."""
    for _ in range(2):
        text = _AROUND.sub("", text)
    text = text.strip().rstrip(";")
    try:
        return [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        pass
    repaired = _DOUBLE_COMMA.sub(",", _TRAILING_COMMA.sub(r"\1", text))
    values: list[object] = []
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while at < len(repaired) and len(values) < 20:
        try:
            value, at = decoder.raw_decode(repaired, at)
            values.append(value)
        except (ValueError, RecursionError):
            following = re.compile(r"[}\]]\s*[,;]?\s*[{\[]").search(repaired, at)
            if following is None:
                break
            at = following.end() - 1
        while at < len(repaired) and repaired[at] in " \t\r\n,;":
            at += 1
    return values


def _nodes(values: Sequence[object]) -> Iterator[Node]:
    """Yield every object in `values`, outer ones first."""
    queue: list[tuple[object, int]] = [(value, 0) for value in values]
    count = 0
    while queue and count < MAX_NODES:
        value, depth = queue.pop(0)
        count += 1
        if isinstance(value, dict):
            yield value
        if depth < _MAX_DEPTH and isinstance(value, dict | list):
            inner = [item for key, item in value.items() if key not in _OF_OTHERS] if isinstance(value, dict) else value
            queue.extend((item, depth + 1) for item in inner if isinstance(item, dict | list))


def _types(node: Node) -> list[str]:
    kind = node.get("@type", node.get("type"))
    names = kind if isinstance(kind, list) else [kind]
    return [name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for name in names if isinstance(name, str)]


def _rank(node: Node, url: str) -> tuple[int, int, int] | None:
    """Return how well `node` describes the article at `url`, the smaller the better; None when it does not."""
    ranks = [ARTICLE_TYPES.index(kind) for kind in _types(node) if kind in ARTICLE_TYPES]
    if not ranks or not any(key in node for key in ("headline", "datePublished", "author", "articleBody", "name")):
        return None
    rank = min(ranks)
    main = 0 if rank < ARTICLE_TYPES.index("webpage") else 1
    own = _address(node.get("url")) or _address(node.get("mainEntityOfPage")) or _address(node.get("@id"))
    other = 1 if own and path(own) not in ("", path(url)) and path(url) else 0
    told = -sum(key in node for key in ("headline", "datePublished", "author", "articleBody"))
    return (main * 10 + other * 2, told, rank)


def path(url: str) -> str:
    """Return what tells the pages of a site apart by their addresses."""
    return url.split("#")[0].split("?")[0].split("://")[-1].partition("/")[2].strip("/").lower()


def _article(node: Node, by_id: dict[str, Node], posts: tuple[str, ...]) -> LdArticle:
    publisher = _resolve(_first(node.get("publisher")), by_id)
    source = _resolve(_first(node.get("sourceOrganization")), by_id)
    keywords = node.get("keywords")
    names = keywords if isinstance(keywords, list) else keywords.split(",") if isinstance(keywords, str) else []
    return LdArticle(
        type=next((kind for kind in _types(node) if kind in ARTICLE_TYPES), "article"),
        headline=plain(node.get("headline")) or plain(node.get("name")),
        alternative_headline=plain(node.get("alternativeHeadline")),
        description=plain(node.get("description")),
        published=plain(node.get("datePublished")),
        modified=plain(node.get("dateModified")),
        created=plain(node.get("dateCreated")),
        authors=tuple(_authors(node.get("author") or node.get("creator"), by_id)),
        publisher=plain(publisher.get("name")) if isinstance(publisher, dict) else plain(publisher),
        publisher_url=_address(publisher),
        source=plain(source.get("name")) if isinstance(source, dict) else plain(source),
        section=plain(node.get("articleSection")),
        keywords=tuple(dict.fromkeys(name for item in names[:60] if (name := plain(item))))[:40],
        language=plain(node.get("inLanguage")),
        url=_address(node.get("url")) or _address(node.get("mainEntityOfPage")),
        images=tuple(_images(node.get("image"), by_id)),
        free=_boolean(node.get("isAccessibleForFree")),
        status=plain(node.get("creativeWorkStatus")),
        license=_address(node.get("license")),
        body=_body(node.get("articleBody")),
        words=_number(node.get("wordCount")),
        posts=posts,
        comments=tuple(_comments(node)),
    )


def _body(value: object) -> str | None:
    return _text(value) if isinstance(value, str) and len(value) > 100 else None


def _posts(node: Node) -> Iterator[str]:
    """Yield headlines and texts of the posts of the live blog that `node` may be; of those that have a text."""
    updates = node.get("liveBlogUpdate")
    for post in (updates if isinstance(updates, list) else [updates])[:MAX_POSTS]:
        parts = (post.get("headline"), post.get("articleBody")) if isinstance(post, dict) else (None, None)
        if isinstance(parts[-1], str) and parts[-1].strip():
            yield from (_text(part) for part in parts if isinstance(part, str))


def _comments(node: Node) -> Iterator[str]:
    """Yield the texts of the readers' comments on `node`, answers to comments left out."""
    found = node.get("comment")
    for comment in (found if isinstance(found, list) else [found])[:MAX_POSTS]:
        text = comment.get("text") if isinstance(comment, dict) else None
        if isinstance(text, str) and text.strip():
            yield _text(text)


def _text(markup: str) -> str:
    return html.unescape(_TAG.sub("\n", markup))


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _resolve(value: object, by_id: dict[str, Node]) -> object:
    """Return the node that `value` refers to by `@id`, or `value` itself."""
    if isinstance(value, dict) and "name" not in value:
        return by_id.get(str(value.get("@id")), value)
    return value


def _authors(value: object, by_id: dict[str, Node]) -> Iterator[LdAuthor]:
    for item in (value if isinstance(value, list) else [value])[:30]:
        node = _resolve(item, by_id)
        if isinstance(node, str) and (name := plain(node)):
            yield LdAuthor(name=name, type=None)
        elif isinstance(node, list):
            yield from _authors(node, by_id)
        elif isinstance(node, dict):
            kinds = _types(node)
            organisation = any(kind in _ORGANISATIONS for kind in kinds)
            kind = AuthorType.ORGANIZATION if organisation else AuthorType.PERSON if "person" in kinds else None
            names = node.get("name")
            for each in names if isinstance(names, list) else [names]:
                if name := plain(each):
                    yield LdAuthor(name=name, type=kind, url=_address(node.get("url")))


def _images(value: object, by_id: dict[str, Node]) -> Iterator[tuple[str, int | None, int | None]]:
    for item in (value if isinstance(value, list) else [value])[:20]:
        node = by_id.get(str(item.get("@id")), item) if isinstance(item, dict) and "url" not in item else item
        address = (
            _address(node.get("contentUrl")) or _address(node.get("url")) if isinstance(node, dict) else _address(node)
        )
        if address:
            size = (_number(node.get("width")), _number(node.get("height"))) if isinstance(node, dict) else (None, None)
            yield address, *size


def _address(value: object) -> str | None:
    value = _first(value)
    if isinstance(value, dict):
        value = _first(value.get("@id") or value.get("url"))
    return value.strip() if isinstance(value, str) and value.strip().startswith(("http://", "https://", "/")) else None


def _number(value: object) -> int | None:
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str):
        value = value.lower().removesuffix("px").strip()
        value = int(value) if value.isascii() and value.isdecimal() and len(value) < 7 else None
    return int(value) if isinstance(value, int | float) and 0 < value < 1_000_000 else None


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    text = value.strip().lower().rsplit("/", 1)[-1] if isinstance(value, str) else None
    return {"true": True, "false": False}.get(text) if text else None
