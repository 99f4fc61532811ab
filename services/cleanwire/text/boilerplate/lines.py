"""Which lines of an extracted article are not the article?

Each line is judged alone, by what it says and where it stands, so that cleaning twice is cleaning once.
Lines between paragraphs need stronger evidence than those before the first or after the last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cleanwire.records.document import BlockType, Removed
from cleanwire.text import prose
from cleanwire.text.boilerplate import bylines, notices, rules, speech
from cleanwire.text.boilerplate.rule_files import Place
from cleanwire.text.boilerplate.rules import RuleSet
from cleanwire.text.dates import datelines

_MAX_CUT_SHARE = 0.6  # of all characters; a cleaner that wants more has misunderstood the page
_GUARD_CHARS = 300  # texts shorter than this may lose any share
_MAX_META_CHARS = 160
_MAX_LABEL_WORDS = 4
_MAX_LISTED = 15
_SEPARATORS = re.compile(r"(?:(?<!\s)\s+)?[|•·∙]\s*|(?<!\s)\s+[-–—/]\s+|\t+")
_KEPT_TYPES = frozenset({BlockType.CODE, BlockType.TABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One block of extracted text."""

    text: str
    type: BlockType = BlockType.PARAGRAPH


@dataclass(frozen=True, slots=True, kw_only=True)
class LineContext:
    """What is known of the article from elsewhere."""

    title: str | None = None
    site_names: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    language: str | None = None
    rules: RuleSet = field(default_factory=rules.load)  # those of the package unless others are handed in


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    kept: tuple[Line, ...]  # input lines, in order
    removed: tuple[Removed, ...]  # `index` is the place in the input


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why a line goes."""

    rule: str
    reason: str


Verdicts = dict[tuple[str, Place], Verdict | None]
"""What was said of lines before: a page whose lines are looked through twice need not be judged twice."""


def strip(blocks: Sequence[Line], context: LineContext, known: Verdicts | None = None) -> Stripped:
    """Return `blocks` without boilerplate lines. Removes nothing when most of the text would go.

    `known` are verdicts given in the same `context`; new ones are added to it.
    """
    known = {} if known is None else known
    texts = [block.text for block in blocks]
    places = find_places(texts, context, known)
    verdicts = [
        None if block.type in _KEPT_TYPES else _judged(block.text, place, context, known)
        for block, place in zip(blocks, places, strict=True)
    ]
    _keep_lead_ins(blocks, places, verdicts)
    _keep_answers(texts, verdicts, context.language)
    _cut_lists(texts, places, verdicts)
    if _cuts_too_much(texts, verdicts):
        return Stripped(kept=tuple(blocks), removed=())
    judged = list(zip(blocks, verdicts, strict=True))
    return Stripped(
        kept=tuple(block for block, verdict in judged if verdict is None),
        removed=tuple(
            Removed(text=block.text, index=index, rule=verdict.rule, reason=verdict.reason)
            for index, (block, verdict) in enumerate(judged)
            if verdict is not None
        ),
    )


def find_places(texts: Sequence[str], context: LineContext, known: Verdicts) -> list[Place]:
    """Return where each line stands relative to the first and the last sure paragraph."""
    sure = [i for i, text in enumerate(texts) if prose.is_paragraph(text)]
    while sure and _judged(texts[sure[0]], Place.HEAD, context, known):
        sure.pop(0)
    while sure and _judged(texts[sure[-1]], Place.TAIL, context, known):
        sure.pop()
    if not sure:
        return [Place.BODY] * len(texts)
    return [Place.HEAD if i < sure[0] else Place.TAIL if i > sure[-1] else Place.BODY for i in range(len(texts))]


def _judged(text: str, place: Place, context: LineContext, known: Verdicts) -> Verdict | None:
    if (text, place) not in known:
        known[text, place] = judge(text, place, context)
    return known[text, place]


def judge(text: str, place: Place, context: LineContext) -> Verdict | None:
    """Return why the line must go from that place, None when it may stay."""
    line = text.strip()
    if not line:
        return Verdict(rule="lines/empty", reason="nav")
    if len(line) <= _MAX_META_CHARS:
        verdict = _judge_identity(line, place, context) or _judge_meta(line, place, context)
        if verdict:
            return verdict
    rule = context.rules.match(line, language=context.language, place=place)
    if rule is not None:
        return Verdict(rule=rule.id, reason=rule.kind)
    notice = notices.find(line, context.language)
    return None if notice is None else Verdict(rule=f"lines/{notice.topic}", reason=notice.kind)


def _judge_identity(line: str, place: Place, context: LineContext) -> Verdict | None:
    """The site's name and the headline's repetition."""
    folded = prose.key(line)
    if not folded:
        return None
    if any(folded == prose.key(name) for name in context.site_names):
        return Verdict(rule="lines/site-name", reason="site_name")
    if place is not Place.BODY and context.title and _is_title(folded, context):
        return Verdict(rule="lines/headline", reason="title")
    return None


def _is_title(folded: str, context: LineContext) -> bool:
    title = prose.key(context.title or "")
    if not title or not folded.startswith(title):
        return False
    rest = folded[len(title) :].strip()
    return not rest or any(rest == prose.key(name) for name in context.site_names)


def _judge_meta(line: str, place: Place, context: LineContext) -> Verdict | None:
    """Dates, bylines and lines made of both; between paragraphs only what is labelled."""
    if place is Place.BODY:
        return None
    if kind := meta_kind(line, context):
        return Verdict(rule=f"lines/{kind}", reason=kind)
    parts = segments(line)
    if 1 < len(parts) <= 6:
        kinds = [meta_kind(part, context) for part in parts]
        if all(kinds):
            return Verdict(rule="lines/meta", reason=kinds[0] or "byline")
    return None


def segments(line: str) -> list[str]:
    """Return the parts of a line such as `By Jo Example | 6 October 2020 | 4 min read`."""
    return [part.strip() for part in _SEPARATORS.split(line) if part.strip()]


def meta_kind(text: str, context: LineContext) -> str | None:
    """Return `dateline`, `byline`, `read_time` or `site_name` when `text` as a whole is that, else None."""
    folded = prose.key(text)
    if any(folded == prose.key(name) for name in context.site_names):
        return "site_name"
    if datelines.find(text, language=context.language):
        return "dateline"
    if bylines.find(text, language=context.language, using=context.rules) or (
        context.authors and bylines.same_name(text, context.authors)
    ):
        return "byline"
    rule = context.rules.match(text, language=context.language, place=Place.HEAD)
    return rule.kind if rule is not None and rule.kind in {"read_time", "agency_notice", "credit", "share"} else None


def _keep_lead_ins(blocks: Sequence[Line], places: Sequence[Place], verdicts: list[Verdict | None]) -> None:
    """Keep a heading between paragraphs that leads with a colon to one that stays: "Find out more about the pier:"."""
    for index, block in enumerate(blocks[:-1]):
        verdict = verdicts[index]
        if (
            verdict is not None
            and verdict.reason == "related"
            and verdicts[index + 1] is None
            and block.type is BlockType.HEADING
            and places[index] is Place.BODY
            and block.text.rstrip().endswith((":", "："))
            and prose.word_count(block.text) > _MAX_LABEL_WORDS
        ):
            verdicts[index] = None


def _keep_answers(texts: Sequence[str], verdicts: list[Verdict | None], language: str | None) -> None:
    """Keep what answers a question that stays, "Where will you go?", "Home."; and the questions of an interview."""
    for index in range(1, len(texts)):
        verdict = verdicts[index]
        if verdict is None or verdicts[index - 1] is not None:
            continue
        following = texts[index + 1] if index + 1 < len(texts) else ""
        if speech.answers(texts[index], texts[index - 1], following, language) or (
            _may_be_asked(index, verdicts) and speech.asks_again(texts, index, language)
        ):
            verdicts[index] = None


def _may_be_asked(index: int, verdicts: Sequence[Verdict | None]) -> bool:
    """Whether what stands below line `index` stays, or may be an answer itself."""
    return verdicts[index + 1 : index + 3] != [] and any(verdict is None for verdict in verdicts[index + 1 : index + 3])


def _cut_lists(texts: Sequence[str], places: Sequence[Place], verdicts: list[Verdict | None]) -> None:
    """Cut the headlines listed below a label such as "Related articles" that follows the last paragraph.

    A longer list is no list of headlines but a table that lost its markup.
    """
    below: list[int] = []
    labelled = False
    for index, (text, place) in enumerate(zip(texts, places, strict=True)):
        if place is not Place.TAIL:
            continue
        verdict = verdicts[index]
        if verdict is not None:
            labelled = labelled or (verdict.reason == "related" and prose.word_count(text) <= _MAX_LABEL_WORDS)
        elif labelled and not prose.ends_sentence(text) and not prose.is_long(text):
            below.append(index)
    if len(below) <= _MAX_LISTED:
        for index in below:
            verdicts[index] = Verdict(rule="lines/related-list", reason="related")


def _cuts_too_much(texts: Sequence[str], verdicts: Sequence[Verdict | None]) -> bool:
    total = sum(len(text) for text in texts)
    cut = sum(len(text) for text, verdict in zip(texts, verdicts, strict=True) if verdict is not None)
    return total > _GUARD_CHARS and cut > _MAX_CUT_SHARE * total
