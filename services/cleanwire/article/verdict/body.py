"""What text does a page hold, and which of its lines are the article?

The extractor's lines first, then those made like them that it left out, then whatever else stands near: the judge
reads them all, with its own eyes and hearing the neighbours, and what it takes for the article's comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from lxml.etree import _Element

from cleanwire.article.article import Readmission
from cleanwire.article.blocks import extract, left_out, made_alike, subheads, table_cells
from cleanwire.article.markup.outline import Location, Outline
from cleanwire.article.metadata import cascade
from cleanwire.article.metadata.cascade import Metadata
from cleanwire.article.verdict import boilerplate, live_posts, other_articles, template
from cleanwire.article.verdict.boilerplate import Cleaned
from cleanwire.article.verdict.judge import features, model, reasons, surroundings
from cleanwire.records.document import BlockType, Feature
from cleanwire.text import language
from cleanwire.text.boilerplate import lines as line_rules
from cleanwire.text.boilerplate.lines import Line, LineContext, Stripped

LANGUAGE_CHARS = 2_000  # enough to be sure; detection takes time in proportion
READMIT_BELOW = 0.4  # of doubt
READMIT_BELOW_TOLD = 0.3  # on pages whose JSON-LD says what they are: the extractor loses less of these
READMIT_BELOW_NEWS = 0.2
_BY_JUDGE = "structure/judge"
_DOUBTED = frozenset({_BY_JUDGE, "structure/place"})  # the second knows the place from other pages too
_BY_POSTS = "structure/live-post"  # JSON-LD has the line among the posts of the live blog
_BY_MAKE = "structure/made-alike"
_BY_NEIGHBOURS = "structure/subhead"
_APART = frozenset({"aside", "header", "figure", "details"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All lines on and near the article, as the judge sees them; the sequences are parallel."""

    lines: tuple[Line, ...]
    places: tuple[Location | None, ...]
    extracted: tuple[bool, ...]  # by the extractor, or made like its lines
    taken_in: tuple[str | None, ...]  # by which rule, where the extractor itself did not take the line
    rows: list[list[float]]  # columns as in `features.NAMES`
    stripped: Stripped  # what the line rules say of the extracted ones
    verdicts: line_rules.Verdicts  # and of each, where it stands
    context: LineContext
    detected: language.Detected
    told: cascade.PageContext
    subheads: frozenset[int]  # lines that are headings and no links
    vouched: frozenset[int]  # lines that stand in the posts of a live blog


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text taken from the page, and what of it is the article. `cleaned` tells by index into `blocks`."""

    blocks: tuple[Line, ...]
    places: tuple[Location | None, ...]
    cleaned: Cleaned
    readmitted: Mapping[int, Readmission]  # by index into `blocks`; some of them are cut again
    seen: template.SeenPage  # what the site's template may learn
    detected: language.Detected


def draft(tree: _Element, outline: Outline, url: str, known: Metadata) -> Draft:
    """Return the lines of the page under `tree`, none when the extractor finds no text."""
    extracted = extract.blocks(tree, url)
    located = outline.locate([block.text for block in extracted])
    parted = table_cells.part(outline, extracted, located)
    alike = made_alike.readmit(outline, *parted)
    blocks, places = subheads.take_in(outline, *alike)
    detected = language.detect("\n".join(block.text for block in blocks)[:LANGUAGE_CHARS], known.declared_language)
    told = cascade.page_context(known)
    context = LineContext(
        title=known.title.text if known.title else None,
        site_names=told.site_names,
        authors=told.authors,
        language=detected.language,
    )
    verdicts: line_rules.Verdicts = {}
    stripped = line_rules.strip(blocks, context, verdicts)
    merged = left_out.merge(blocks, places, left_out.find(outline, blocks, places))
    taken = [at for at, (_, _, own) in enumerate(merged) if own]
    ruled = {taken[cut.index] for cut in stripped.removed}
    lines = tuple(line for line, _, _ in merged)
    around = tuple(place for _, place, _ in merged)
    own = tuple(is_own for _, _, is_own in merged)
    rows = features.read(lines, around, own, [at in ruled for at in range(len(lines))], outline, told)
    return Draft(
        lines=lines,
        places=around,
        extracted=own,
        taken_in=_taken_in(lines, own, parted[0], alike[0]),
        rows=rows,
        stripped=stripped,
        verdicts=verdicts,
        context=context,
        detected=detected,
        told=told,
        subheads=frozenset(
            at
            for at, (line, place) in enumerate(zip(lines, around, strict=True))
            if line.type is BlockType.HEADING and place and subheads.is_unlinked(outline, place)
        ),
        vouched=live_posts.vouched(lines, known.ld.posts if known.ld else ()),
    )


def settle(draft: Draft, site_template: template.SiteTemplate) -> Body:
    """Return which lines of `draft` are the page's text, and which of those the article."""
    signatures = [surroundings.signature(place) for place in draft.places]
    judgement = model.load().judge(draft.rows, signatures, draft.extracted)
    doubts = [0.0 if at in draft.vouched else doubt for at, doubt in enumerate(judgement.doubts)]
    seen = [
        template.SeenLine(text=line.text, place=template.place(place), doubt=doubt)
        for line, place, doubt in zip(draft.lines, draft.places, doubts, strict=True)
    ]
    recalled = template.recall(site_template, seen)
    elsewhere = other_articles.find(draft.lines, draft.places)
    chosen = [
        at
        for at, own in enumerate(draft.extracted)
        if own or (not recalled.recurrences[at] and at not in elsewhere and _comes_back(draft, at, recalled.doubts[at]))
    ]
    blocks = tuple(draft.lines[at] for at in chosen)
    readmitted = len(blocks) > sum(draft.extracted)
    stripped = line_rules.strip(blocks, draft.context, draft.verdicts) if readmitted else draft.stripped
    evidence = boilerplate.Evidence(
        doubts=[doubts[at] for at in chosen],
        site_doubts=[recalled.doubts[at] for at in chosen],
        recurrences=[recalled.recurrences[at] for at in chosen],
        elsewhere=[at in elsewhere for at in chosen],
        subheads=[at in draft.subheads for at in chosen],
    )
    above = boilerplate.JUDGE_ABOVE_NEWS if draft.told.is_news else boilerplate.JUDGE_ABOVE
    cleaned = boilerplate.remove(blocks, stripped.removed, draft.context.title, evidence, above=above)
    back = {
        at: _BY_POSTS if rule == _BY_JUDGE and line in draft.vouched else rule
        for at, line in enumerate(chosen)
        if (rule := draft.taken_in[line]) is not None
    }
    doubted = [cut.index for cut in cleaned.removed if cut.rule in _DOUBTED]
    asked = sorted({*doubted, *(at for at, rule in back.items() if rule == _BY_JUDGE)})
    why = _reasons(asked, chosen, judgement, recalled.doubts)
    return Body(
        blocks=blocks,
        places=tuple(draft.places[at] for at in chosen),
        cleaned=_reasoned(cleaned, why),
        readmitted={
            at: Readmission(rule=rule, score=round(recalled.doubts[chosen[at]], 3), features=why[at])
            if rule == _BY_JUDGE
            else Readmission(rule=rule)
            for at, rule in back.items()
        },
        seen=template.see([seen[at] for at in chosen]),
        detected=draft.detected,
    )


def _taken_in(
    lines: Sequence[Line], own: Sequence[bool], extracted: Sequence[Line], alike: Sequence[Line]
) -> tuple[str | None, ...]:
    """Return which rule took each of `lines` in: none what the extractor took, the judge what nobody did."""
    by_extractor, by_make = set(map(id, extracted)), set(map(id, alike))  # texts and types may be repeated

    def rule(line: Line, is_own: bool) -> str | None:
        if not is_own:
            return _BY_JUDGE
        if id(line) in by_extractor:
            return None
        return _BY_MAKE if id(line) in by_make else _BY_NEIGHBOURS

    return tuple(map(rule, lines, own))


def _reasons(
    asked: Sequence[int], chosen: Sequence[int], judgement: model.Judgement, site_doubts: Sequence[float]
) -> dict[int, tuple[Feature, ...]]:
    """Return what counts most for and against each block that is `asked` about."""
    if not asked:
        return {}
    found = zip(asked, judgement.reasons([chosen[at] for at in asked]), strict=True)
    return {
        at: reasons.with_place(features, judgement.doubts[chosen[at]], site_doubts[chosen[at]])
        for at, features in found
    }


def _reasoned(cleaned: Cleaned, why: Mapping[int, tuple[Feature, ...]]) -> Cleaned:
    """Return `cleaned` with what speaks most against each line that was cut for a doubt."""
    removed = tuple(
        msgspec.structs.replace(cut, features=why[cut.index]) if cut.rule in _DOUBTED else cut
        for cut in cleaned.removed
    )
    return Cleaned(kept=cleaned.kept, removed=removed)


def _comes_back(draft: Draft, at: int, doubt: float) -> bool:
    """Whether a line that nobody took is the article's, and does not stand where articles keep other things."""
    place = draft.places[at]
    if doubt >= _readmit_below(draft.told) or place is None or place.element.tag == "h1":
        return False
    quoted = False
    for item in (place.element, *place.element.iterancestors()):
        quoted = quoted or item.tag == "blockquote"
        if item.tag in _APART and not (quoted and item.tag == "figure"):  # whose caption names the speaker
            return False
    return True


def _readmit_below(told: cascade.PageContext) -> float:
    if told.is_news:
        return READMIT_BELOW_NEWS
    return READMIT_BELOW if told.ld_type is None else READMIT_BELOW_TOLD
