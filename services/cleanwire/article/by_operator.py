"""What becomes of an article when an operator has rules for its site? They win over everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml.etree import _Element

from cleanwire.article.page import Hints
from cleanwire.records.document import Evidence, Removed
from cleanwire.text.site_rules import tables
from cleanwire.text.site_rules.tables import SiteRules

if TYPE_CHECKING:
    from cleanwire.article.metadata.cascade import Metadata
    from cleanwire.article.verdict.decide import Decision
    from cleanwire.text.plain.reader import PlainArticle

SOURCE = "user"
REASON = "user"
_MAX_CHARS = 500


def hints(known: Hints, rules: SiteRules | None) -> Hints:
    """Return `known` with the operator's time zone and date format."""
    if rules is None:
        return known
    return replace(known, time_zone=rules.time_zone or known.time_zone, date_format=rules.date_format)


def metadata(known: Metadata, tree: _Element, rules: SiteRules | None) -> Metadata:
    """Return `known` with the title and the time that the operator's selectors find in `tree`."""
    if rules is None:
        return known
    from cleanwire.article.metadata.title import Title  # of pages with markup: nothing a plain text needs

    if rules.title is not None and (text := next(iter(_texts_at(tree, rules.title)), None)) is not None:
        others = (known.title.text, *known.title.alternatives) if known.title else ()
        found = Title(
            text=text, raw=text, source=SOURCE, alternatives=tuple(other for other in others if other != text)
        )
        evidence = Evidence(source=SOURCE, alternatives=found.alternatives)
        known = replace(known, title=found, provenance={**known.provenance, "title": evidence})
    if rules.date is not None:
        known = replace(known, own_time=_time(_texts_at(tree, rules.date), rules.date_format))
    return known


def lines(decision: Decision, texts: Sequence[str], rules: SiteRules | None) -> Decision:
    """Return `decision` over the lines `texts` as the operator's patterns say. `keep` wins over `drop`."""
    if rules is None:
        return decision
    cuts = _cuts(texts, decision.removed, rules)
    return replace(decision, kept=tuple(at for at in range(len(texts)) if at not in cuts), removed=tuple(cuts.values()))


def plain(found: PlainArticle, rules: SiteRules | None) -> PlainArticle:
    """Return the article of a plain text with its lines kept and cut as the operator's patterns say."""
    if rules is None:
        return found
    texts = {cut.index: cut.text for cut in found.removed}
    places = [at for at in range(len(found.removed) + len(found.paragraphs)) if at not in texts]
    texts |= dict(zip(places, found.paragraphs, strict=True))
    cuts = _cuts([texts[at] for at in sorted(texts)], found.removed, rules)
    paragraphs = tuple(texts[at] for at in sorted(texts) if at not in cuts)
    return replace(found, paragraphs=paragraphs, removed=tuple(cuts.values()))


def version(rules_version: str, rules: SiteRules | None) -> str:
    """Return what names the rules that made an article: ours, and the operator's behind a plus sign."""
    return rules_version if rules is None else f"{rules_version}+{rules.version}"


def _cuts(texts: Sequence[str], removed: Sequence[Removed], rules: SiteRules) -> dict[int, Removed]:
    """Return the cuts by place, in the order of the text."""
    others = {cut.index: cut for cut in removed}
    cuts: dict[int, Removed] = {}
    for at, text in enumerate(texts):
        if rules.keeps(text):
            continue
        if (rule := rules.drops(text)) is not None:
            cuts[at] = Removed(text=text, index=at, rule=rule, reason=REASON)
        elif at in others:
            cuts[at] = others[at]
    return cuts


def _time(texts: Sequence[str], date_format: str | None) -> str | None:
    """Return the first of `texts` that is in the operator's format; without one that is, the first."""
    readable = (text for text in texts if date_format and tables.read_time(text, date_format) is not None)
    return next(readable, texts[0] if texts else None)


def _texts_at(tree: _Element, path: str) -> list[str]:
    """Return what the first element at `path` that says anything says: its `content`, its `datetime`, its text."""
    from cleanwire.article.markup.outline import text_of

    found = tree.xpath(path)
    for element in found if isinstance(found, list) else ():
        if isinstance(element, _Element):
            said = (element.get("content"), element.get("datetime"), text_of(element))
            texts = [" ".join(text.split()) for text in said if text is not None]
            if told := [text for text in texts if 0 < len(text) <= _MAX_CHARS]:
                return told
    return []
