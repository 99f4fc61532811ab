"""What text does a page hold, and which of its lines are the article?

In the order in which `clean` calls them: `describe` says what each candidate is like, `judge` what the judge thinks of
it, `recall` what the site's other pages say; `settle` takes back what the extractor left out and decides what goes.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import msgspec

from cleanwire.article.article import Readmission
from cleanwire.article.blocks import subheads
from cleanwire.article.blocks.candidate import Candidate, TakenBy
from cleanwire.article.markup.outline import Outline
from cleanwire.article.metadata import cascade
from cleanwire.article.metadata.cascade import Metadata, PageContext
from cleanwire.article.verdict import (
    boxes,
    comments,
    counted,
    decide,
    doubts,
    other_articles,
    placed,
    stated,
    streams,
    template,
    vouched,
)
from cleanwire.article.verdict.decide import Decision
from cleanwire.article.verdict.judge import features, reasons, surroundings
from cleanwire.article.verdict.judge.model import Judge, Judgement
from cleanwire.article.verdict.judged import JudgedLine
from cleanwire.records.document import BlockType, Feature
from cleanwire.text import language
from cleanwire.text.boilerplate import lines as line_rules
from cleanwire.text.boilerplate.lines import LineContext, Stripped
from cleanwire.text.boilerplate.rules import RuleSet

LANGUAGE_CHARS = 2_000  # enough to be sure; detection takes time in proportion
_BY_JUDGE = "structure/judge"
_DOUBTED = frozenset({_BY_JUDGE, "structure/place"})  # the second knows the place from other pages too
_VOUCHED = "structure/vouched"  # by a live blog's posts, the feed's text, its place, the headline, JSON-LD
_APART = frozenset({"aside", "header", "figure", "details"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """All candidates of a page, as the judge sees them."""

    candidates: tuple[Candidate, ...]
    rows: list[list[float]]  # one a candidate, columns as in `features.NAMES`
    ruled: Mapping[int, str]  # for what reason the line rules cut which candidates
    stripped: Stripped  # what the line rules say of those that were taken
    verdicts: line_rules.Verdicts  # and of each, where it stands
    context: LineContext
    page: PageContext
    detected: language.Detected
    subheads: frozenset[int]  # candidates that are headings and no links
    vouched: frozenset[int]
    """Candidates that a live blog's own posts or the feed's own text have too, or whose place says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The candidates with what the judge, and later the site's memory, think of them."""

    described: Described
    judgement: Judgement
    lines: tuple[JudgedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text taken from the page, and what of it is the article. `decision` tells by index into `lines`."""

    lines: tuple[JudgedLine, ...]
    decision: Decision
    readmitted: Mapping[int, Readmission]  # by index into `lines`; some of them are cut again
    seen: template.SeenPage  # what the site's template may learn
    detected: language.Detected


def describe(
    candidates: Sequence[Candidate],
    outline: Outline,
    known: Metadata,
    rules: RuleSet,
    brought: Sequence[str] = (),
) -> Described:
    """Return what each of `candidates` is like, beside what the page says of itself, and what `rules` say of it.

    `brought` are the paragraphs of the article that its feed has.
    """
    taken = [at for at, candidate in enumerate(candidates) if candidate.is_taken]
    lines = [candidates[at].line for at in taken]
    detected = language.detect("\n".join(line.text for line in lines)[:LANGUAGE_CHARS], known.declared_language)
    page = cascade.page_context(known)
    context = LineContext(
        title=known.title.text if known.title else None,
        site_names=page.site_names,
        authors=page.authors,
        language=detected.language,
        rules=rules,
    )
    verdicts: line_rules.Verdicts = {}
    stripped = line_rules.strip(lines, context, verdicts)
    ruled = {taken[cut.index]: cut.reason for cut in stripped.removed}
    return Described(
        candidates=tuple(candidates),
        rows=features.read(candidates, set(ruled), outline, page),
        ruled=ruled,
        stripped=stripped,
        verdicts=verdicts,
        context=context,
        page=page,
        detected=detected,
        subheads=frozenset(at for at, candidate in enumerate(candidates) if _is_subhead(candidate, outline)),
        vouched=vouched.find([one.line for one in candidates], (*(known.ld.posts if known.ld else ()), *brought))
        | placed.find(outline, candidates, ruled.keys(), page.authors),
    )


def judge(described: Described, by: Judge) -> Judged:
    """Return what the judge thinks of each candidate. What a live blog or the feed vouches for is beyond doubt."""
    candidates = described.candidates
    signatures = [surroundings.signature(candidate.location) for candidate in candidates]
    judgement = by.judge(described.rows, signatures, [candidate.is_taken for candidate in candidates])
    elsewhere = other_articles.find(candidates)
    lines = tuple(
        JudgedLine(
            candidate=candidate,
            doubt=0.0 if at in described.vouched else doubt,
            site_doubt=0.0 if at in described.vouched else doubt,
            elsewhere=at in elsewhere and at not in described.vouched,
            is_vouched=at in described.vouched,
            is_subhead=at in described.subheads,
        )
        for at, (candidate, doubt) in enumerate(zip(candidates, judgement.doubts, strict=True))
    )
    return Judged(described=described, judgement=judgement, lines=lines)


def apart(judged: Judged, outline: Outline, url: str) -> Judged:
    """Return `judged` with what stands in comments, streams of other stories and boxes told from the article.

    The items that the headline counts are in none of them.
    """
    lines, ruled = judged.lines, judged.described.ruled
    if not any(line.candidate.is_taken for line in lines):
        return judged
    told = (
        ("comments", comments.find(outline, lines, ruled) | stated.comments(lines, judged.described.page)),
        ("related", streams.find(outline, lines)),
        ("unrelated", boxes.find(outline, lines, ruled, judged.described.context, url)),
    )
    kinds = {at: reason for reason, found in reversed(told) for at in found if not lines[at].is_vouched}
    boxed = tuple(replace(line, box=kinds[at]) if at in kinds else line for at, line in enumerate(lines))
    own = counted.find(judged.described.candidates, judged.described.page.titles[:1])
    return replace(judged, lines=_vouched_for(boxed, own))


def recall(judged: Judged, site_template: template.SiteTemplate) -> Judged:
    """Return `judged` with what the site's other pages tell about its lines."""
    if not site_template.pages:
        return judged
    recalled = template.recall(site_template, [_seen(line) for line in judged.lines])
    told = zip(judged.lines, recalled.doubts, recalled.recurrences, strict=True)
    return replace(
        judged,
        lines=tuple(replace(line, site_doubt=doubt, recurrences=count) for line, doubt, count in told),
    )


def settle(judged: Judged) -> Body:
    """Return which lines are the page's text, and which of those the article.

    Where much less stays than the page itself states, what it states comes back, or more doubt is asked for.
    """
    limits = doubts.limits(judged.described.page)
    found = _settled(judged, limits)
    if stated.is_short_of_body(_kept(found), judged.described.page):
        found = _settled(_backed(judged), limits)
    if stated.is_short_of_words(_kept(found), [line.text for line in judged.lines], judged.described.page):
        found = _settled(judged, doubts.LENIENT)
    return found


def _kept(body: Body) -> list[str]:
    return [body.lines[at].text for at in body.decision.kept]


def _backed(judged: Judged) -> Judged:
    """Return `judged` with the sentences vouched for that stand in the page's own `articleBody`."""
    described = judged.described
    backed = stated.backed(judged.lines, described.ruled, described.page)
    return replace(judged, lines=_vouched_for(judged.lines, backed))


def _vouched_for(lines: Sequence[JudgedLine], those: Set[int]) -> tuple[JudgedLine, ...]:
    return tuple(
        replace(line, is_vouched=True, doubt=0.0, site_doubt=0.0, box=None) if at in those else line
        for at, line in enumerate(lines)
    )


def _settled(judged: Judged, limits: doubts.Limits) -> Body:
    """Return which lines are the page's text, and which of those the article, where doubts count from `limits` on."""
    described = judged.described
    chosen = [at for at, line in enumerate(judged.lines) if _is_text(line, limits)]
    lines = tuple(judged.lines[at] for at in chosen)
    stripped = described.stripped
    if not all(line.candidate.is_taken for line in lines):  # the rules ask where a line stands among the others
        stripped = line_rules.strip([line.line for line in lines], described.context, described.verdicts)
    decision = decide.decide(lines, stripped.removed, described.context.title, limits)
    back = {
        at: _VOUCHED if line.is_vouched and not line.candidate.is_taken else rule
        for at, line in enumerate(lines)
        if (rule := _rule_of(line.candidate)) is not None
    }
    doubted = [cut.index for cut in decision.removed if cut.rule in _DOUBTED]
    asked = sorted({*doubted, *(at for at, rule in back.items() if rule == _BY_JUDGE)})
    why = _reasons(judged, {at: chosen[at] for at in asked})
    return Body(
        lines=lines,
        decision=_reasoned(decision, why),
        readmitted={
            at: Readmission(rule=rule, score=round(lines[at].site_doubt, 3), features=why[at])
            if rule == _BY_JUDGE
            else Readmission(rule=rule)
            for at, rule in back.items()
        },
        seen=template.see([_seen(line) for line in lines]),
        detected=described.detected,
    )


def _is_subhead(candidate: Candidate, outline: Outline) -> bool:
    location = candidate.location
    if candidate.line.type is not BlockType.HEADING or location is None:
        return False
    return subheads.is_unlinked(outline, location)


def _seen(line: JudgedLine) -> template.SeenLine:
    return template.SeenLine(text=line.text, place=template.place(line.location), doubt=line.doubt)


def _rule_of(candidate: Candidate) -> str | None:
    """Return which rule took a line in; None for what the extractor took itself."""
    if candidate.taken_by is TakenBy.EXTRACTOR:
        return None
    return candidate.taken_by.value if candidate.is_taken else _BY_JUDGE


def _reasons(judged: Judged, asked: Mapping[int, int]) -> dict[int, tuple[Feature, ...]]:
    """Return what counts most for and against each line that is `asked` about, by its key there."""
    if not asked:
        return {}
    found = judged.judgement.reasons(list(asked.values()))
    return {
        key: reasons.with_place(told, judged.judgement.doubts[at], judged.lines[at].site_doubt)
        for (key, at), told in zip(asked.items(), found, strict=True)
    }


def _reasoned(decision: Decision, why: Mapping[int, tuple[Feature, ...]]) -> Decision:
    """Return `decision` with what speaks most against each line that was cut for a doubt."""
    removed = tuple(
        msgspec.structs.replace(cut, features=why[cut.index]) if cut.rule in _DOUBTED else cut
        for cut in decision.removed
    )
    return Decision(kept=decision.kept, removed=removed)


def _is_text(line: JudgedLine, limits: doubts.Limits) -> bool:
    """Whether a line is the page's text: somebody took it, or nobody did and it comes back."""
    if line.candidate.is_taken:
        return True
    return not line.recurrences and not line.elsewhere and line.box is None and _comes_back(line, limits)


def _comes_back(line: JudgedLine, limits: doubts.Limits) -> bool:
    """Whether a line that nobody took is the article's, and does not stand where articles keep other things."""
    location = line.location
    if line.site_doubt >= limits.back_below or location is None or location.element.tag == "h1":
        return False
    if line.is_vouched:
        return True
    quoted = False
    for item in (location.element, *location.element.iterancestors()):
        quoted = quoted or item.tag == "blockquote"
        if item.tag in _APART and not (quoted and item.tag == "figure"):  # whose caption names the speaker
            return False
    return True
