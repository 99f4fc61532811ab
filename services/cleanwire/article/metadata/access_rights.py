"""May it be read for free, what may be done with it, and does it still stand?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanwire.article.page import Page
from cleanwire.crawl import tdmrep
from cleanwire.records.document import Access, Rights
from cleanwire.urls import parse as urls

if TYPE_CHECKING:
    from cleanwire.article.metadata.statements.elements import Elements
    from cleanwire.article.metadata.statements.json_ld import LdArticle

_RETRACTED = frozenset({"retracted", "withdrawn", "removed", "canceled", "cancelled"})
"""Values of schema.org's creativeWorkStatus: the states of NISO RP-45 (CREC), and IPTC's `pubStatus` canceled."""
_AI_WORDS = ("noai", "noimageai", "noml")
_MAX_USAGE = 200


def access(ld: LdArticle | None, elements: Elements) -> Access | None:
    """Return whether the article is free, as JSON-LD or a meta element says; None when nothing is said."""
    if ld is not None and ld.free is not None:
        return Access(free=ld.free)
    tier = (elements.first("article:content_tier", "content_tier") or "").lower()
    known = {"free": True, "metered": False, "locked": False, "premium": False, "paid": False}
    return Access(free=known[tier]) if tier in known else None


def retracted(ld: LdArticle | None) -> str | None:
    """Return the status by which JSON-LD says that the article was taken back; None when it stands."""
    status = ld.status if ld is not None else None
    return status if status is not None and status.lower().rsplit("/", 1)[-1] in _RETRACTED else None


def rights(ld: LdArticle | None, elements: Elements | None, page: Page) -> Rights | None:
    """Return what page, headers and the site's files say about the article's use; None when nothing is said.

    A plain text has no `elements`. It is recorded, not obeyed: what a reader may do with a text is the reader's to
    decide, with a lawyer if need be.
    """
    of_elements = elements.meta.get("robots", ()) if elements else ()
    robots = ", ".join(filter(None, (*of_elements, page.headers.get("x-robots-tag")))) or None
    directives = [word for word in (robots or "").lower().replace(",", " ").split() if word in _AI_WORDS]
    tdm_reserved, tdm_policy = _tdm(elements, page)
    found = Rights(
        license=(ld.license if ld else None) or _license(elements),
        tdm_reservation=tdm_reserved,
        tdm_policy=tdm_policy,
        robots=robots,
        ai=", ".join(dict.fromkeys(directives)) or None,
        ai_disallowed=page.terms.ai_disallowed,
        usage=(page.headers.get("content-usage") or "")[:_MAX_USAGE].strip() or page.terms.usage,
    )
    return found if found != Rights() else None


def _license(elements: Elements | None) -> str | None:
    return (elements.license or elements.first("dc.rights", "dcterms.rights")) if elements else None


def _tdm(elements: Elements | None, page: Page) -> tuple[bool | None, str | None]:
    """Return reservation and policy: of meta elements, headers and tdmrep.json the first that says anything counts,
    TDMRep "Processing priority".
    """
    of_elements = (elements.first("tdm-reservation"), elements.first("tdm-policy")) if elements else (None, None)
    of_headers = (page.headers.get("tdm-reservation"), page.headers.get("tdm-policy"))
    for said, policy in (of_elements, of_headers):
        if (is_reserved := tdmrep.reserved(said)) is not None:
            return is_reserved, urls.href(policy, page.url) if policy else None
    return page.terms.tdm_reserved, page.terms.tdm_policy
