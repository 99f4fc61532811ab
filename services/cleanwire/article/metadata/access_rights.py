"""May it be read for free, what may be done with it, and does it still stand?"""

from collections.abc import Mapping

from cleanwire.article.metadata.json_ld import LdArticle
from cleanwire.article.metadata.markup import Markup
from cleanwire.records.document import Access, Rights

_RETRACTED = frozenset({"retracted", "withdrawn", "removed", "canceled", "cancelled"})
"""Values of schema.org's creativeWorkStatus: the states of NISO RP-45 (CREC), and IPTC's `pubStatus` canceled."""
_AI_WORDS = ("noai", "noimageai", "noml")


def access(ld: LdArticle | None, markup: Markup) -> Access | None:
    """Return whether the article is free, as JSON-LD or a meta element says; None when nothing is said."""
    if ld is not None and ld.free is not None:
        return Access(free=ld.free)
    tier = (markup.first("article:content_tier", "content_tier") or "").lower()
    known = {"free": True, "metered": False, "locked": False, "premium": False, "paid": False}
    return Access(free=known[tier]) if tier in known else None


def retracted(ld: LdArticle | None) -> str | None:
    """Return the status by which JSON-LD says that the article was taken back; None when it stands."""
    status = ld.status if ld is not None else None
    return status if status is not None and status.lower().rsplit("/", 1)[-1] in _RETRACTED else None


def rights(ld: LdArticle | None, markup: Markup, headers: Mapping[str, str]) -> Rights | None:
    """Return licence, TDM reservation (W3C TDMRep), robots directives and AI directives; None when nothing is said."""
    robots = ", ".join(filter(None, (markup.first("robots"), headers.get("x-robots-tag")))) or None
    reservation = headers.get("tdm-reservation") or markup.first("tdm-reservation")
    directives = [word for word in (robots or "").lower().replace(",", " ").split() if word in _AI_WORDS]
    found = Rights(
        license=(ld.license if ld else None) or markup.license or markup.first("dc.rights", "dcterms.rights"),
        tdm_reservation={"1": True, "0": False}.get(reservation.strip()) if reservation else None,
        robots=robots,
        ai=", ".join(dict.fromkeys(directives)) or None,
    )
    return found if found != Rights() else None
