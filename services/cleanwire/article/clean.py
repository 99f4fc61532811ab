"""What article does this page hold?"""

from importlib import metadata as distributions

from lxml.etree import _Element

from cleanwire.article import boilerplate, extract, fingerprint, links, media, outline, precheck
from cleanwire.article.article import Article, Refusal
from cleanwire.article.boilerplate import Cleaned
from cleanwire.article.judge import features, model
from cleanwire.article.metadata import access_rights, agency, cascade, images, kind
from cleanwire.article.metadata.cascade import Metadata
from cleanwire.article.page import Hints, Page
from cleanwire.records.document import Block, Evidence, Quality, Removed
from cleanwire.records.rejected import Rejection
from cleanwire.text import encoding, language, rules
from cleanwire.text.lines import Line, LineContext

MAX_REMOVED = 200
MAX_REMOVED_CHARS = 100_000
MIN_WORDS = 25
EXTRACTOR_VERSION = f"{extract.NAME}/{distributions.version('trafilatura')}"


def clean(
    page: Page, hints: Hints | None = None, *, min_words: int = MIN_WORDS, template: bytes | None = None
) -> Article | Refusal:
    """Return the article on `page`, or why there is none. The same input always gives the same output.

    Takes tens of milliseconds; hostile pages may take far longer or crash a process, so run it in a child process
    under a deadline. Nothing but `MemoryError` and crashes of the process escape: this is the boundary where whatever
    the parser and the extractor raise becomes a `Refusal`.
    """
    try:
        return _clean(page, hints or Hints(), min_words)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - lxml and trafilatura raise AssertionError, RecursionError and others
        return Refusal(reason=Rejection.EXTRACTION_CRASHED, detail=f"{type(error).__name__}: {error}"[:500])


def _clean(page: Page, hints: Hints, min_words: int) -> Article | Refusal:
    if (kind_of_file := media.not_a_page(page.body, page.content_type)) is not None:
        return Refusal(reason=Rejection.NOT_HTML, detail=kind_of_file)
    decoded = encoding.decode(page.body, content_type=page.content_type)
    if (detail := precheck.too_complex(decoded.text)) is not None:
        return Refusal(reason=Rejection.PAGE_TOO_COMPLEX, detail=detail)
    tree = extract.parse(decoded.text)
    if tree is None:
        return Refusal(reason=Rejection.NOT_AN_ARTICLE, detail="no markup")
    return _from_tree(tree, page, hints, min_words, decoded.name)


def _from_tree(tree: _Element, page: Page, hints: Hints, min_words: int, charset: str) -> Article | Refusal:
    shape = outline.read(tree)
    if shape.depth > precheck.MAX_DEPTH:
        return Refusal(reason=Rejection.PAGE_TOO_COMPLEX, detail=f"nested {shape.depth} deep")
    known = cascade.read(tree, page, hints)
    blocks = extract.blocks(tree, page.url)
    text = "\n".join(block.text for block in blocks)
    detected = language.detect(text, known.declared_language)
    places = outline.locate(shape, [block.text for block in blocks])
    doubts = model.load().judge(features.read(blocks, places, [True] * len(blocks), shape, cascade.page_context(known)))
    cleaned = boilerplate.remove(blocks, _line_context(known, detected.language), doubts)
    body = "\n\n".join(blocks[at].text for at in cleaned.kept)
    words = fingerprint.word_count(body)
    if words == 0:
        return Refusal(reason=Rejection.NOT_AN_ARTICLE, detail="no text found")
    if words < min_words:
        return Refusal(reason=Rejection.TOO_SHORT, detail=f"{words} words, at least {min_words} are asked for")
    if known.title is None:
        return Refusal(reason=Rejection.NOT_AN_ARTICLE, detail="no title found")
    return _article(tree, shape, known, blocks, places, cleaned, detected, page, hints, charset)


def _line_context(known: Metadata, detected_language: str | None) -> LineContext:
    return LineContext(
        title=known.title.text if known.title else None,
        site_names=known.site_names,
        authors=tuple(author.name for author in known.authors),
        language=detected_language,
    )


def _article(
    tree: _Element,
    shape: outline.Outline,
    known: Metadata,
    blocks: tuple[Line, ...],
    places: list[outline.Place | None],
    cleaned: Cleaned,
    detected: language.Detected,
    page: Page,
    hints: Hints,
    charset: str,
) -> Article:
    assert known.title is not None
    kept = [blocks[at] for at in cleaned.kept]
    body = "\n\n".join(line.text for line in kept)
    date_lines = [cut.text for cut in cleaned.removed if cut.reason == "dateline"]
    published, published_evidence = cascade.published(tree, known, page, hints, language=detected.language, date_lines=date_lines)
    modified, modified_evidence = cascade.modified(known, page, hints, language=detected.language)
    body_links, links_capped = links.find(shape, [place for at in cleaned.kept if (place := places[at])], page.url)
    removed, removed_capped = _capped(cleaned.removed)
    flags = (*(("removed_capped",) if removed_capped else ()), *(("links_capped",) if links_capped else ()))
    provenance = {**known.provenance, "language": Evidence(source=detected.source, confidence=round(detected.confidence, 3), declared=known.declared_language)}
    if published_evidence:
        provenance["published_at"] = published_evidence
    if modified_evidence:
        provenance["modified_at"] = modified_evidence
    cut_chars = sum(len(cut.text) for cut in cleaned.removed)
    names = [*(author.name for author in known.ld.authors), known.ld.source or ""] if known.ld else []
    return Article(
        title=known.title.text,
        title_raw=known.title.raw if known.title.raw != known.title.text else None,
        title_hash=fingerprint.digest(known.title.text),
        description=known.description,
        blocks=tuple(Block(type=line.type, text=line.text) for line in kept),
        body=body,
        body_hash=fingerprint.digest(body),
        fingerprint=fingerprint.simhash(body),
        word_count=fingerprint.word_count(body),
        removed=removed,
        authors=known.authors,
        publisher=known.publisher,
        source_agency=agency.find([line.text for line in kept], [*names, *known.markup.bylines], [cut.text for cut in cleaned.removed]),
        published=published,
        modified=modified,
        language=detected.language,
        section=known.section,
        keywords=known.keywords,
        kind=kind.of(page.url, known.ld, known.markup),
        images=images.find(tree, known.ld, known.markup, page.url),
        links=body_links,
        access=access_rights.access(known.ld, known.markup),
        rights=access_rights.rights(known.ld, known.markup, page.headers),
        canonical_url=known.canonical_url,
        amp_url=known.amp_url,
        provenance=provenance,
        quality=Quality(extractor=extract.NAME, removed_share=round(cut_chars / max(1, cut_chars + len(body)), 4), flags=flags),
        rules_version=rules.load().version,
        extractor_version=EXTRACTOR_VERSION,
        charset=charset,
    )


def _capped(removed: tuple[Removed, ...]) -> tuple[tuple[Removed, ...], bool]:
    """Return at most `MAX_REMOVED` cuts and `MAX_REMOVED_CHARS` characters of them, and whether any were left out."""
    kept: list[Removed] = []
    chars = 0
    for cut in removed[:MAX_REMOVED]:
        chars += len(cut.text)
        if chars > MAX_REMOVED_CHARS:
            break
        kept.append(cut)
    return tuple(kept), len(kept) < len(removed)
