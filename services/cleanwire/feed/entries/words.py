"""What does an entry say, apart from markup, dates and counters? Two entries with the same hash read the same."""

import re

import xxhash

from cleanwire.feed.formats.parsed import FeedEntry
from cleanwire.text import folding

HASH_BYTES = 8
NO_WORDS = bytes(HASH_BYTES)
"""Hash of an entry that says nothing, like a page in a sitemap, or whose words were never seen."""
STORY_WORDS = 5
"""Words of a title that can belong to one article alone: "Live", "Morning briefing" and "Weather" come back daily."""
STORY_LETTERS = 24
"""Letters of such a title; scripts without spaces are measured by these only, a third as many."""

_TAG = re.compile(r"<[^<>]*>")
# How many readers have answered is no news; other numbers are ("12 injured"). Runs on text with single spaces.
_COUNTER = re.compile(
    r"(?<![\d.,])\d{1,9}(?:[.,]\d{3}){0,3} ?(?:user |reader |leser)?"
    r"(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|commento|reacties|komentarzy|komentarze"
    r"|kommentarer|комментари[йяев]+|коментар[іи]в?|yorum|σχόλια|تعليقات?|टिप्पणियाँ|コメント|条评论|댓글)(?!\w)",
    re.IGNORECASE,
)
# Part of each of these words: looking for them first makes the usual entry three times as fast.
_STEMS = (
    "omment",
    "oment",
    "reactie",
    "оммент",
    "омент",
    "yorum",
    "σχόλια",
    "تعليق",
    "टिप्पण",
    "コメント",
    "评论",
    "댓글",
)
_ASCII_STEMS = tuple(stem for stem in _STEMS if stem.isascii())
_WORD = re.compile(r"\w+")


def hashes(entry: FeedEntry) -> tuple[bytes, bytes | None]:
    """Return `content_hash` and `story_hash`."""
    title, summary, content = _plain(entry.title), _plain(entry.summary), _plain(entry.content_html)
    says_something = title or summary or content
    return digest(f"{title}\x00{summary}\x00{content}") if says_something else NO_WORDS, _story(title, summary)


def content_hash(entry: FeedEntry) -> bytes:
    """Hash what a reader would see changed: words, not markup, white space, dates or the number of comments."""
    return hashes(entry)[0]


def story_hash(entry: FeedEntry) -> bytes | None:
    """Hash title and summary as they tell one article of a site from all others; None when the title is too common."""
    return hashes(entry)[1]


def _story(title: str, summary: str) -> bytes | None:
    words = _WORD.findall(title.casefold())
    long = len(words) >= STORY_WORDS and sum(map(len, words)) >= STORY_LETTERS
    if not long and sum(len(folding.UNSPACED.findall(word)) for word in words) * 3 < STORY_LETTERS:
        return None
    return digest(f"{' '.join(words)}\x00{summary}")


def digest(text: str) -> bytes:
    """Return the hash that stands for `text` in a feed's memory."""
    return xxhash.xxh3_64_digest(text.encode("utf-8", "surrogatepass"))


def split(packed: bytes) -> list[bytes]:
    """Return the hashes in `packed`, side by side; what is left over at the end is none."""
    return [packed[at : at + HASH_BYTES] for at in range(0, len(packed) - HASH_BYTES + 1, HASH_BYTES)]


def _plain(text: str | None) -> str:
    if not text:
        return ""
    plain = " ".join((_TAG.sub(" ", text) if "<" in text else text).split())
    low = plain.lower()
    stems = _ASCII_STEMS if low.isascii() else _STEMS
    for stem in stems:
        if stem in low:
            return _COUNTER.sub("", plain).strip()
    return plain
