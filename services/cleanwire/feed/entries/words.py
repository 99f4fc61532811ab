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
_WORD = re.compile(r"\w+")


def content_hash(entry: FeedEntry) -> bytes:
    """Hash what a reader would see changed: words, not markup, white space, dates or the number of comments."""
    parts = [_plain(part) for part in (entry.title, entry.summary, entry.content_html)]
    return digest("\x00".join(parts)) if any(parts) else NO_WORDS


def story_hash(entry: FeedEntry) -> bytes | None:
    """Hash title and summary as they tell one article of a site from all others; None when the title is too common."""
    words = _WORD.findall(_plain(entry.title).casefold())
    letters = sum(map(len, words))
    unspaced = sum(len(folding.UNSPACED.findall(word)) for word in words)
    long = letters >= STORY_LETTERS and len(words) >= STORY_WORDS
    if not long and unspaced * 3 < STORY_LETTERS:
        return None
    return digest(" ".join(words) + "\x00" + _plain(entry.summary))


def digest(text: str) -> bytes:
    """Return the hash that stands for `text` in a feed's memory."""
    return xxhash.xxh3_64_digest(text.encode("utf-8", "surrogatepass"))


def split(packed: bytes) -> list[bytes]:
    """Return the hashes in `packed`, side by side; what is left over at the end is none."""
    return [packed[at : at + HASH_BYTES] for at in range(0, len(packed) - HASH_BYTES + 1, HASH_BYTES)]


def _plain(text: str | None) -> str:
    plain = " ".join(_TAG.sub(" ", text or "").split())
    low = plain.lower()
    return _COUNTER.sub("", plain).strip() if any(stem in low for stem in _STEMS) else plain
