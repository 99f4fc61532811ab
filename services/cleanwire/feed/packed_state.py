"""How is what is remembered of a feed kept in little memory between two polls?

Most of a state are the hashes of its entries. What the last poll listed is among those it has seen, so a byte tells
which of them each is; the fields around, some forty objects, become one string of bytes. What seldom is (a sitemap
index, a gap that is still looked for) is kept as it is.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import structs

from cleanwire.feed.entries import words
from cleanwire.records.feed import FeedState, Listing, NewsSitemap

Packed = bytes | FeedState

_NONE = 255  # what a listing has in place of an id
_NO_KEY = bytes(words.HASH_BYTES)
_NAMES = FeedState.__struct_fields__
_LISTING, _NEWS = _NAMES.index("listing"), _NAMES.index("news_sitemap")
_TUPLES = tuple(map(_NAMES.index, ("skip_hours", "skip_days", "children")))
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


def pack(state: FeedState) -> Packed:
    """Return `state` as `unpack` takes it: in few bytes, or as it is where that cannot be had."""
    if state.children or state.gap is not None:
        return state
    values: list[object] = list(structs.astuple(state))
    if state.listing is not None:
        values[_LISTING] = _listed(state.listing, state.seen)
    if state.news_sitemap is not None:
        values[_NEWS] = structs.astuple(state.news_sitemap)
    try:
        return _encode(values)
    except UnicodeEncodeError:  # half a surrogate pair in a title
        return state


def unpack(packed: Packed) -> FeedState:
    """Return the state that was packed."""
    if isinstance(packed, FeedState):
        return packed
    values = _decode(packed)
    for at in _TUPLES:
        values[at] = tuple(values[at])
    fields = dict(zip(_NAMES, values, strict=True))
    if fields["listing"] is not None:
        fields["listing"] = _listing(fields["listing"], fields["seen"])
    if fields["news_sitemap"] is not None:
        fields["news_sitemap"] = NewsSitemap(
            **dict(zip(NewsSitemap.__struct_fields__, fields["news_sitemap"], strict=True))
        )
    return FeedState(**fields)


def _listed(listing: Listing, seen: bytes) -> tuple[bool, bytes, bytes, float | None]:
    keys = _latest(seen)
    at = dict(zip(keys, range(len(keys)), strict=True)) | {_NO_KEY: _NONE}
    try:
        articles, ids = (bytes(map(at.__getitem__, words.split(part))) for part in (listing.articles, listing.ids))
    except KeyError:  # a window longer than that, or one of which nothing was remembered
        return False, listing.articles, listing.ids, listing.newest_at
    return True, articles, ids, listing.newest_at


def _listing(listed: Iterable[Any], seen: bytes) -> Listing:
    placed, articles, ids, newest_at = listed
    if placed:
        keys = _latest(seen)
        keys += [_NO_KEY] * (_NONE + 1 - len(keys))
        articles, ids = (b"".join(map(keys.__getitem__, part)) for part in (articles, ids))
    return Listing(articles=articles, ids=ids, newest_at=newest_at)


def _latest(seen: bytes) -> list[bytes]:
    return list(words.split(seen[-_NONE * words.HASH_BYTES :]))
