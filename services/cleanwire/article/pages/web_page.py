"""What article does a page with markup hold? Its way is in `docs/architecture.md`."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata as distributions

from lxml.etree import _Element

from cleanwire.article import by_operator, fingerprint, ledger
from cleanwire.article.article import Article, Instant, Readmission, Refusal
from cleanwire.article.blocks import extract, feed_text, gather, links
from cleanwire.article.markup import parsing, precheck, refresh
from cleanwire.article.markup.outline import Outline, text_of
from cleanwire.article.means import Means
from cleanwire.article.metadata import access_rights, cascade, images, kind
from cleanwire.article.metadata.cascade import Metadata
from cleanwire.article.metadata.dates import publication
from cleanwire.article.metadata.people import agency
from cleanwire.article.page import Hints, Page
from cleanwire.article.pages import plain_page
from cleanwire.article.verdict import body, listing, template
from cleanwire.article.verdict.judge import model
from cleanwire.article.verdict.judged import JudgedLine
from cleanwire.records.document import Block, Evidence, Quality, Removed
from cleanwire.records.rejected import Rejection
from cleanwire.text import language

EXTRACTOR_VERSION = f"{extract.NAME}/{distributions.version('trafilatura')}"

_FOR_LOOKS = frozenset({"structure/judge", "structure/place"})
"""Rules that cut a line for where it stands and how it is made, not for what it says."""
KEEPS_READERS_WORDS = 150
"""An article of so many is one, though readers without scripts are sent elsewhere; what is shorter only says where."""


def read(text: str, page: Page, hints: Hints, *, charset: str, means: Means) -> Article | Refusal:
    """Return the article on `page`, whose decoded text is `text`."""
    if (detail := precheck.too_complex(text)) is not None:
        return Refusal(reason=Rejection.PAGE_TOO_COMPLEX, detail=detail)
    tree = parsing.parse(text)
    if tree is None:
        return Refusal(reason=Rejection.NOT_AN_ARTICLE, detail="no markup")
    if (detail := precheck.too_large(tree, text)) is not None:
        return Refusal(reason=Rejection.PAGE_TOO_COMPLEX, detail=detail)
    found = _of_tree(tree, page, hints, charset, means)
    target = refresh.target(tree, page.url, header=page.headers.get("refresh"))
    if target is None or (isinstance(found, Article) and found.word_count >= KEEPS_READERS_WORDS):
        return found
    reason = found.reason if isinstance(found, Refusal) else Rejection.NOT_AN_ARTICLE
    return Refusal(reason=reason, detail="sends its readers on to another page", leads_to=target)


def _of_tree(tree: _Element, page: Page, hints: Hints, charset: str, means: Means) -> Article | Refusal:
    if (bare := plain_page.inside_bare_markup(tree)) is not None:
        return plain_page.read(bare, page, hints, charset=charset, means=means)
    outline = Outline.of(tree)
    if outline.depth > precheck.MAX_DEPTH:
        return Refusal(reason=Rejection.PAGE_TOO_COMPLEX, detail=f"nested {outline.depth} deep")
    reading = _read(tree, outline, page, hints, means)
    if (refusal := _refused(reading, page, hints, means.min_words)) is not None:
        return refusal
    return _article(reading, page, hints, charset, means)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What was found on one page, before it is an article. `kept` and `removed` rebuild the lines of its text."""

    tree: _Element
    outline: Outline
    known: Metadata
    kept: tuple[JudgedLine, ...]
    streamed: tuple[JudgedLine, ...]  # of a stream of other stories: a list of them has little else
    removed: tuple[Removed, ...]
    readmitted: Mapping[int, Readmission]  # by index into `kept`
    detected: language.Detected
    words: int
    site_template: template.SiteTemplate
    learned: bytes | None
    judge_version: str


def _read(tree: _Element, outline: Outline, page: Page, hints: Hints, means: Means) -> _Reading:
    """The way of a page: what it says of itself, its lines, what each witness says of them, what goes."""
    site_rules, site_template = means.site_rules, template.decode(means.memory)
    known = by_operator.metadata(cascade.read(tree, page, hints), tree, site_rules)
    brought = feed_text.paragraphs(hints.content)
    candidates = gather.gather(tree, outline, brought)
    if known.title is None or known.title.is_idle:
        known = cascade.with_opening(known, [line.text for line in candidates if line.is_taken]) or known
    described = body.describe(candidates, outline, known, means.rules, brought)
    judge = means.judge or model.load()
    judged = body.apart(body.judge(described, judge), outline, page.url)
    recalled = body.recall(judged, site_template)
    text = body.settle(recalled)
    decision = by_operator.lines(text.decision, [line.text for line in text.lines], site_rules)
    if known.title is None and hints.last_title:
        known = cascade.with_last_title(known, hints.last_title)
    if known.title is None:
        known = cascade.with_first_line(known, [text.lines[at].text for at in decision.kept])
    return _Reading(
        tree=tree,
        outline=outline,
        known=known,
        kept=tuple(text.lines[at] for at in decision.kept),
        streamed=tuple(line for line in text.lines if line.box == "related"),
        removed=decision.removed,
        readmitted={block: text.readmitted[at] for block, at in enumerate(decision.kept) if at in text.readmitted},
        detected=text.detected,
        words=sum(fingerprint.word_count(text.lines[at].text) for at in decision.kept),
        site_template=site_template,
        learned=template.learn(site_template, text.seen),
        judge_version=judge.version,
    )


def _signed_below(reading: _Reading) -> list[str]:
    """Return the line right below the text that was cut for its looks; a name that is no link may sign the text."""
    last = reading.kept[-1].location if reading.kept else None
    below = last.element.getnext() if last is not None else None
    if below is None or next(below.iter("a", "button"), None) is not None:
        return []
    text = " ".join(text_of(below).split())
    is_cut = any(cut.rule in _FOR_LOOKS and cut.text == text for cut in reading.removed)
    return [text] if is_cut and not text.isupper() else []


def _refused(reading: _Reading, page: Page, hints: Hints, min_words: int) -> Refusal | None:
    """Return why what was read is no article; None when it is one."""
    if (status := access_rights.retracted(reading.known.ld)) is not None:
        return Refusal(reason=Rejection.RETRACTED, detail=f"the page says: {status}")
    if reading.words == 0:
        return Refusal(reason=Rejection.NOT_AN_ARTICLE, detail="no text found")
    if reading.words < min_words:
        return Refusal(reason=Rejection.TOO_SHORT, detail=f"{reading.words} words, at least {min_words} are asked for")
    if (count := _listed(reading, page.url, hints)) is not None:
        return Refusal(reason=Rejection.NOT_AN_ARTICLE, detail=f"a list of {count} other pages")
    return None


def _listed(reading: _Reading, url: str, hints: Hints) -> int | None:
    """Return how many other pages this one, at `url`, lists; None when it is no list of them."""
    if listing.is_article(reading.known, url, hints.title):
        return None
    lines = [line.candidate for line in (*reading.kept, *reading.streamed)]
    return listing.cards(reading.outline, lines, listing.claim_of(reading.known, url))


def _article(reading: _Reading, page: Page, hints: Hints, encoding_name: str, means: Means) -> Article:
    tree, known, headline = reading.tree, reading.known, reading.known.title
    assert headline is not None  # where there are words there is a first line
    texts = [line.text for line in reading.kept]
    whole = "\n\n".join(texts)
    cut_texts = [cut.text for cut in reading.removed]
    published, modified, time_evidence = _times(reading, page, hints)
    bylines = [cut.text for cut in reading.removed if cut.reason == "byline"]
    people, author_evidence = cascade.authors_of(known, bylines, [*texts, *_signed_below(reading)])
    locations = [line.location for line in reading.kept if line.location is not None]
    body_links, links_capped = links.find(reading.outline, locations, page.url)
    removed, removed_capped = ledger.capped(reading.removed)
    return Article(
        title=headline.text,
        title_raw=headline.raw if headline.raw != headline.text else None,
        title_hash=fingerprint.digest(headline.text),
        description=known.description,
        blocks=tuple(Block(type=line.line.type, text=line.text) for line in reading.kept),
        body=whole,
        body_hash=fingerprint.digest(whole),
        fingerprint=fingerprint.simhash(whole),
        word_count=reading.words,
        removed=removed,
        readmitted=reading.readmitted,
        authors=people,
        publisher=known.publisher,
        source_agency=agency.find(texts, known.named_sources, cut_texts),
        published=published,
        modified=modified,
        language=reading.detected.language,
        section=known.section,
        keywords=known.keywords,
        kind=kind.of(page.url, known.ld, known.elements),
        images=images.find(tree, known.ld, known.elements, page.url),
        links=body_links,
        access=access_rights.access(known.ld, known.elements),
        rights=access_rights.rights(known.ld, known.elements, page),
        canonical_url=known.canonical_url,
        amp_url=known.amp_url,
        provenance={**known.provenance, **author_evidence, **time_evidence, "language": _language_evidence(reading)},
        quality=_quality(cut_texts, whole, removed_capped=removed_capped, links_capped=links_capped),
        rules_version=means.rules_version,
        extractor_version=EXTRACTOR_VERSION,
        charset=encoding_name,
        template=reading.learned,
        template_version=template.version(reading.site_template),
        judge_version=reading.judge_version,
    )


def _times(reading: _Reading, page: Page, hints: Hints) -> tuple[Instant | None, Instant | None, dict[str, Evidence]]:
    """Return when the article was published and last changed, with the sources of both."""
    date_lines = [cut.text for cut in reading.removed if cut.reason == "dateline"]
    spoken = reading.detected.language
    published, origin = publication.published(
        reading.tree, reading.known, page, hints, language=spoken, date_lines=date_lines
    )
    modified, changed = publication.modified(reading.known, page, hints, language=spoken)
    sources = {"published_at": origin, "modified_at": changed}
    return published, modified, {name: source for name, source in sources.items() if source is not None}


def _language_evidence(reading: _Reading) -> Evidence:
    detected = reading.detected
    return Evidence(
        source=detected.source, confidence=round(detected.confidence, 3), declared=reading.known.declared_language
    )


def _quality(cut_texts: list[str], body: str, *, removed_capped: bool, links_capped: bool) -> Quality:
    cut_chars = sum(map(len, cut_texts))
    flags = {"removed_capped": removed_capped, "links_capped": links_capped}
    return Quality(
        extractor=extract.NAME,
        removed_share=round(cut_chars / max(1, cut_chars + len(body)), 4),
        flags=tuple(name for name, is_set in flags.items() if is_set),
    )
