"""What kind of piece is it: an article, an opinion, a live blog …?"""

import re

from cleanwire.article.metadata.statements.elements import Elements
from cleanwire.article.metadata.statements.json_ld import LdArticle
from cleanwire.records.document import Kind

_BY_TYPE = {
    "opinionnewsarticle": Kind.OPINION,
    "liveblogposting": Kind.LIVE,
    "videoobject": Kind.VIDEO,
    "pressrelease": Kind.PRESS_RELEASE,
}
_BY_PATH = (
    (Kind.LIVE, re.compile(r"/(?:live|liveblog|live-blog|liveticker|direct|en-direct|en-vivo|ao-vivo)(?:[/-]|$)")),
    (
        Kind.OPINION,
        re.compile(
            r"/(?:opinions?|commentisfree|columnists?|editorials?|op-ed|meinung|kommentare?|debats?|tribunes?|opinion[ei]|opinia|mnenie|ledare|kronik)(?:[/-]|$)"
        ),
    ),
    (
        Kind.GALLERY,
        re.compile(
            r"/(?:gallery|galleries|photos?|pictures|slideshows?|bildergalerie|fotostrecke|diaporama|fotogaleria|galeria)(?:[/-]|$)"
        ),
    ),
    (Kind.VIDEO, re.compile(r"/(?:videos?|watch|mediathek)(?:[/-]|$)")),
    (
        Kind.PRESS_RELEASE,
        re.compile(
            r"/(?:press-?releases?|pressemitteilung(?:en)?|prnewswire|businesswire|communiques?-de-presse)(?:[/-]|$)"
        ),
    ),
)
_OPINION_SECTIONS = frozenset(
    {
        "opinion",
        "opinions",
        "op-ed",
        "editorial",
        "editorials",
        "meinung",
        "kommentar",
        "commentary",
        "tribune",
        "opinión",
        "opinião",
    }
)


def of(url: str, ld: LdArticle | None, elements: Elements) -> Kind:
    """Return the kind that JSON-LD, the section or the address tells; a plain article when it is marked as one."""
    if ld is not None and ld.posts:
        return Kind.LIVE
    if ld is not None and ld.type in _BY_TYPE:
        return _BY_TYPE[ld.type]
    section = (ld.section if ld else None) or elements.first("article:section") or ""
    if section.lower() in _OPINION_SECTIONS:
        return Kind.OPINION
    path = "/" + url.split("://")[-1].partition("/")[2].partition("?")[0].lower()
    for kind, pattern in _BY_PATH:
        if pattern.search(path):
            return kind
    is_article = ld is not None or (elements.first("og:type") or "").lower() == "article"
    return Kind.ARTICLE if is_article else Kind.UNKNOWN
