"""Which lines does a site put on many of its pages?

Of each of the site's last pages the hashes of the extracted lines are kept, digits masked. A line that other pages
have too is the site's, not the article's. Copies of one story (an agency's, or a page read twice) share their long
lines; such twins do not count as other pages.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import xxhash

from cleanwire.article import fingerprint

MAX_PAGES = 16
"""Pages remembered: the second page already helps, after a dozen nothing more is gained. About 300 bytes each."""
MAX_LINES = 150  # of one page
LEARN_EVERY = 8  # once full, only every so manieth page replaces the oldest: state is written less often
LONG_CHARS = 120
TWIN_SHARE = 0.3
_HASH_BYTES = 6
_DIGITS = re.compile(r"\d+")


class SeenPage(msgspec.Struct, frozen=True, array_like=True):
    """Line hashes of one page, side by side, `_HASH_BYTES` each; long lines apart."""

    lines: bytes
    long: bytes


class SiteTemplate(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a site, oldest page first."""

    pages: tuple[SeenPage, ...] = ()


def decode(data: bytes | None) -> SiteTemplate:
    """Return the template in `data`; an empty one when there is none or it cannot be read (it is only a memory)."""
    try:
        return msgspec.msgpack.decode(data, type=SiteTemplate) if data else SiteTemplate()
    except msgspec.MsgspecError:
        return SiteTemplate()


def version(template: SiteTemplate) -> str | None:
    """Return a name for exactly this template, None for the empty one."""
    return xxhash.xxh3_64_hexdigest(msgspec.msgpack.encode(template)) if template.pages else None


def recurrences(template: SiteTemplate, texts: Sequence[str]) -> list[int]:
    """Return, for each of `texts`, on how many other pages of the site it stands; twins do not count."""
    here = _seen(texts)
    long = _split(here.long)
    others = [_split(page.lines) for page in template.pages if not _twins(long, _split(page.long))]
    return [sum(key in other for other in others) for key in map(_key, texts)]


def learn(template: SiteTemplate, texts: Sequence[str]) -> bytes | None:
    """Return what the template becomes with a page that has `texts`, encoded; None when it stays as it is."""
    page = _seen(texts)
    if not page.lines or page in template.pages:
        return None
    if len(template.pages) >= MAX_PAGES and xxhash.xxh3_64_intdigest(page.lines) % LEARN_EVERY:
        return None
    if any(_twins(_split(page.long), _split(other.long)) for other in template.pages):
        return None
    return msgspec.msgpack.encode(SiteTemplate((*template.pages, page)[-MAX_PAGES:]))


def _seen(texts: Sequence[str]) -> SeenPage:
    keys = list(dict.fromkeys((_key(text), len(text) > LONG_CHARS) for text in texts))[:MAX_LINES]
    return SeenPage(lines=b"".join(key for key, _ in keys), long=b"".join(key for key, is_long in keys if is_long))


def _twins(mine: set[bytes], theirs: set[bytes]) -> bool:
    return bool(mine and theirs) and len(mine & theirs) / min(len(mine), len(theirs)) >= TWIN_SHARE


def _split(hashes: bytes) -> set[bytes]:
    return {hashes[at : at + _HASH_BYTES] for at in range(0, len(hashes), _HASH_BYTES)}


@lru_cache(maxsize=1024)  # asked for twice a page
def _key(text: str) -> bytes:
    masked = _DIGITS.sub("0", " ".join(fingerprint.tokens(text)))
    return xxhash.xxh3_64_digest(masked.encode("utf-8", "surrogatepass"))[:_HASH_BYTES]
