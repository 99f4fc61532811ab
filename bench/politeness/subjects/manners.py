"""Does the reader say who it is, and spare the line?"""

import re
from collections.abc import Iterable

from bench.politeness.grading import Grade, grade
from bench.politeness.press import Press
from bench.politeness.site import Site
from bench.politeness.terms import Terms
from bench.politeness.traffic import Kind, Traffic

_CONTACT = re.compile(r"https?://[^\s;)]+|[^\s@(<]+@[^\s@)>]+\.[a-z]+", re.IGNORECASE)
_BROWSER = re.compile(r"(Chrome|Firefox|Safari|Edg|OPR)/\d", re.IGNORECASE)
_PACKINGS = ("gzip", "br", "deflate", "zstd")


class Manners:
    """Every publisher looks at the headers of every request."""

    def __init__(self, terms: Terms, press: Press) -> None:
        del terms, press
        self.sites: tuple[Site, ...] = ()

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        asked = traffic.requests
        anonymous = [request for request in asked if not _honest(request.headers.get("user-agent", ""))]
        names = sorted({request.headers.get("user-agent", "(none)") for request in asked})
        figures = f"{len(anonymous)} of {len(asked)} requests anonymous or disguised; {'; '.join(names[:3])[:160]}"
        yield grade("user-agent", occasion=bool(asked), against=anonymous, figures=figures)
        bodies = [request for request in asked if request.kind is not Kind.ROBOTS]
        plain = [request for request in bodies if not _packs(request.headers.get("accept-encoding", ""))]
        figures = f"{len(plain)} of {len(bodies)} requests for feeds and pages take no compression"
        yield grade("compression", occasion=bool(bodies), against=plain, figures=figures)


def _honest(agent: str) -> bool:
    """A name of its own and a way to reach the operator (RFC 9110 §10.1.5, RFC 9309 §2.2.1); no browser's words."""
    return bool(_CONTACT.search(agent)) and not _BROWSER.search(agent)


def _packs(accepted: str) -> bool:
    wanted = [word for word in accepted.lower().split(",") if not re.search(r"q\s*=\s*0(\.0*)?\s*$", word)]
    offered = {word.partition(";")[0].strip() for word in wanted}
    return any(packing in offered for packing in _PACKINGS)
