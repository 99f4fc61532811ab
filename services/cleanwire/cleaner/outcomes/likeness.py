"""By what do we tell that a page, its text or what is said about it has changed?"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import xxhash

import cleanwire
from cleanwire.article.article import Article
from cleanwire.article.explain import CAPPED
from cleanwire.article.page import BY_OTHERS
from cleanwire.records.article_state import ArticleState, DueReason
from cleanwire.records.document import ChangeKind

MAX_VALIDATOR = 256  # characters; longer ones are not worth remembering


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Hashes of what an article says."""

    body_hash: str
    title_hash: str
    text_hash: str | None
    metadata_hash: str
    read_by: str
    title_by_others: bool = False  # another site's feed's word: no news of the page


def marks(article: Article) -> Marks:
    """Return the hashes by which `article` is compared with what was published of it."""
    return Marks(
        body_hash=article.body_hash,
        title_hash=article.title_hash,
        text_hash=_text_hash(article),
        metadata_hash=_metadata_hash(article),
        read_by=_reader(article),
        title_by_others=_source(article, "title") == BY_OTHERS,
    )


def kind_of_change(published: ArticleState, now: Marks) -> ChangeKind | None:
    """Return what has changed for readers since the last revision; None when nothing has.

    Metadata alone that another version of ours read may only be read otherwise: that is no news, unless a feed shows
    other words for the article as well.
    """
    if published.canceled:
        return ChangeKind.STATUS
    cut_otherwise = now.text_hash is not None and now.text_hash == published.text_hash
    if now.body_hash != published.body_hash and not cut_otherwise:
        return ChangeKind.BODY
    if now.title_hash != published.title_hash and not now.title_by_others:
        return ChangeKind.TITLE
    if published.metadata_hash in (None, now.metadata_hash):
        return None
    theirs = published.read_by == now.read_by or published.due_reason is DueReason.CHANGED
    return ChangeKind.METADATA if theirs else None


def page_hash(body: bytes) -> str:
    """Return a hash of a page as it came, 16 hex digits."""
    return xxhash.xxh3_64_hexdigest(body)


def validator(headers: Mapping[str, str], name: str) -> str | None:
    """Return the validator `name` (`etag` or `last-modified`, RFC 9110 §8.8) of a reply; None when it is none."""
    value = headers.get(name, "").strip()
    return value if 0 < len(value) <= MAX_VALIDATOR else None


def leads_to_front_page(asked: str, final: str) -> bool:
    """Tell whether a page was replaced by its site's front page, as many sites do with what they have deleted."""
    return not _path(final) and bool(_path(asked))


def _path(url: str) -> str:
    return urlsplit(url).path.strip("/")


def _text_hash(article: Article) -> str | None:
    """Return a hash of all that was extracted, cuts included, 16 hex digits; None when not all cuts are told.

    What is cut depends on what was learned of the site since. While this stays the same, the publisher changed nothing.
    """
    if CAPPED in article.quality.flags:
        return None
    cuts = {cut.index: cut.text for cut in article.removed}
    kept = (block.text for block in article.blocks)
    texts = (cuts[at] if at in cuts else next(kept, "") for at in range(len(article.blocks) + len(cuts)))
    return xxhash.xxh3_64_hexdigest("\n".join(texts).encode("utf-8", "surrogatepass"))


def _metadata_hash(article: Article) -> str:
    """Return a hash of what a reader is told about the article beside title and text, 16 hex digits.

    Left out: dates and image addresses, which sites renew without cause, keywords, which they add later, what only a
    feed says, for another feed may say it otherwise, and what a site says of all its pages, for that is no news of one.
    """
    own_authors = article.authors if _source(article, "authors") != "feed" else ()
    told = (
        article.description,
        *sorted(author.name for author in own_authors),
        article.source_agency and article.source_agency.name,
        article.section,
        article.kind,
        article.access and article.access.free,
        article.rights and article.rights.license,
    )
    return xxhash.xxh3_64_hexdigest(
        "\x00".join(" ".join(str(part).split()) for part in told).encode("utf-8", "surrogatepass")
    )


def _reader(article: Article) -> str:
    """Return a hash of the versions that metadata depend on, 16 hex digits; what was learned of the site is none."""
    versions = (cleanwire.__version__, article.rules_version, article.extractor_version)
    return xxhash.xxh3_64_hexdigest(" ".join(versions).encode())


def _source(article: Article, field: str) -> str | None:
    evidence = article.provenance.get(field)
    return evidence.source if evidence is not None else None
