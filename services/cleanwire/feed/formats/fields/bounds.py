"""What of an entry and of a feed is small enough for records? Applies the table of `limits.py`.

A text that is too long ends at a paragraph, where one ends in its second half, else at a sentence or a word, and never
inside a tag, a character reference or a character. Whatever is cut or left out has its name among the cuts.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

import msgspec
import xxhash

from cleanwire.feed import limits
from cleanwire.feed.formats.parsed import Cut, FeedEntry, ParsedFeed
from cleanwire.feed.limits import Limit

_MOST = 6  # bytes that a character may take in JSON: a control character as \u001f
_BLOCK_END = re.compile(r"</(?:p|div|li|[ou]l|tr|table|section|blockquote|h[1-6])>|<br ?/?>|\n[ \t]*\n", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。！？]['\"”’»)]*(?=[\s<])|[。！？]")
_OPEN_TAG = re.compile(r"<[^<>]*\Z")
_OPEN_REFERENCE = re.compile(r"&[#\w]{0,32}\Z")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_encode = msgspec.json.Encoder().encode


def entry(found: FeedEntry, feed_cuts: Iterable[Cut] = ()) -> FeedEntry:
    """Return `found` within the limits. `cut` names what was over, and `feed_cuts`, which its feed had cut before.

    The link is not touched: entries with one that is too long are no candidates for a record (new_and_changed.py).
    """
    cuts = dict.fromkeys((*feed_cuts, *found.cut))
    bounded = {
        "id": _id(found.id, cuts),
        "title": _text(found.title, limits.TITLE, Cut.TITLE, cuts),
        "summary": _text(found.summary, limits.SUMMARY, Cut.SUMMARY, cuts),
        "content_html": _text(found.content_html, limits.CONTENT, Cut.CONTENT, cuts),
        "authors": _list(found.authors, limits.AUTHORS, Cut.AUTHORS, cuts),
        "published": _text(found.published, limits.DATE, Cut.DATE, cuts),
        "updated": _text(found.updated, limits.DATE, Cut.DATE, cuts),
        "categories": _list(found.categories, limits.CATEGORIES, Cut.CATEGORIES, cuts),
    }
    if not cuts and all(value is getattr(found, name) for name, value in bounded.items()):
        return found  # as nearly all: a copy would cost as much as all of this
    return replace(found, cut=tuple(cuts), **bounded)  # type: ignore[arg-type]


def feed(found: ParsedFeed) -> ParsedFeed:
    """Return `found` with what it says of itself within the limits; its entries stay as they are."""
    cuts = dict.fromkeys(found.cut)
    sitemaps = tuple(link for link in found.sitemaps if _fits(link.url, limits.SITEMAPS))
    if len(sitemaps) < len(found.sitemaps):
        cuts[Cut.SITEMAPS] = None
    return replace(
        found,
        title=_text(found.title, limits.FEED_TITLE, Cut.FEED_TITLE, cuts),
        link=_whole(found.link, limits.FEED_LINK, Cut.FEED_LINK, cuts),
        language=_whole(found.language, limits.LANGUAGE, Cut.LANGUAGE, cuts),
        hubs=_list(found.hubs, limits.HUBS, Cut.HUBS, cuts),
        self_url=_whole(found.self_url, limits.FEED_LINK, Cut.FEED_LINK, cuts),
        sitemaps=sitemaps,
        cut=tuple(cuts),
    )


def inherited(authors: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of a feed's `authors` that its entries inherit."""
    return _list(authors, limits.FEED_AUTHORS, Cut.AUTHORS, {})


def size(text: str) -> int:
    """Return the bytes that `text` takes in a record."""
    return len(_encode(text)) - 2


def cut(text: str, limit_bytes: int) -> str:
    """Return the beginning of `text` that takes at most `limit_bytes` in a record."""
    longest = _longest(text, limit_bytes)
    if longest == len(text):
        return text
    head = _outside(text[:longest])
    middle = len(head) // 2
    for end in (_BLOCK_END, _SENTENCE_END):
        if ends := [found.end() for found in end.finditer(head, middle)]:
            return _outside(head[: ends[-1]]).rstrip()
    word = head.rfind(" ", middle)
    return head if word < 0 else _outside(head[:word])


def _outside(head: str) -> str:
    """Return `head` without the tag or the character reference that it ends in."""
    return _OPEN_REFERENCE.sub("", _OPEN_TAG.sub("", head))


def _longest(text: str, limit_bytes: int) -> int:
    """Return how many characters of `text` take at most `limit_bytes`."""
    low, high = 0, min(len(text), limit_bytes)
    if high == len(text) and size(text) <= limit_bytes:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= limit_bytes else (low, middle - 1)
    return low


def _fits(text: str, limit: Limit) -> bool:
    return len(text) * _MOST <= limit.bytes or size(text) <= limit.bytes


def _sound(text: str) -> str:
    """Return `text` without half surrogate pairs, which UTF-8 cannot hold."""
    return text if text.isascii() else _HALF_PAIR.sub("\ufffd", text)


def _text(text: str | None, limit: Limit, name: Cut, cuts: dict[Cut, None]) -> str | None:
    if text is None:
        return None
    text = _sound(text)
    if _fits(text, limit):
        return text
    cuts[name] = None
    return cut(text, limit.bytes) or None


def _whole(text: str | None, limit: Limit, name: Cut, cuts: dict[Cut, None]) -> str | None:
    if text is None or _fits(_sound(text), limit):
        return None if text is None else _sound(text)
    cuts[name] = None
    return None


def _id(text: str | None, cuts: dict[Cut, None]) -> str | None:
    if text is None:
        return None
    text = _sound(text)
    if _fits(text, limits.ID):
        return text
    cuts[Cut.ID] = None
    return f"xxh3:{xxhash.xxh3_128_hexdigest(text.encode())}"


def _list(texts: tuple[str, ...], limit: Limit, name: Cut, cuts: dict[Cut, None]) -> tuple[str, ...]:
    """Return the texts that fit, in their order; the very tuple where all do, so that entries go on sharing it."""
    if not texts:
        return texts
    room = limit.total_bytes or limit.count * limit.bytes
    kept: list[str] = []
    whole = True
    for text in texts:
        sound = _sound(text)
        taken = size(sound) if len(kept) < limit.count else room + 1
        if taken <= min(limit.bytes, room):
            room -= taken
            kept.append(sound)
            whole = whole and sound is text
        else:
            cuts[name] = None
    return texts if whole and len(kept) == len(texts) else tuple(kept)
