"""What is kept of a state between polls is the state."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cleanwire.feed import packed_state
from cleanwire.feed.entries import words
from cleanwire.records.feed import Child, FeedState, Gap, Listing, NewsSitemap

PLAIN = FeedState(
    feed_id="f", url="https://a.example/f", next_poll_at=3.5, title="Fähre", etag='"a"', skip_hours=(3, 4)
)
TIMES = st.floats(0, 2e9)


@st.composite
def states(draw: st.DrawFn) -> FeedState:
    """States whose listing is mostly, and not always, among what they have seen."""
    seen = draw(st.lists(st.binary(min_size=8, max_size=8), max_size=300))
    keys = st.sampled_from([bytes(8), *seen[-260:]]) if draw(st.booleans()) else st.binary(min_size=8, max_size=8)
    articles = draw(st.lists(keys, max_size=40))
    ids = draw(st.just([]) | st.lists(keys, min_size=len(articles), max_size=len(articles)))
    listing = Listing(articles=b"".join(articles), ids=b"".join(ids), newest_at=draw(st.none() | TIMES))
    return FeedState(
        feed_id="f",
        url=draw(st.text()),
        next_poll_at=draw(TIMES),
        title=draw(st.none() | st.text(st.characters())),
        skip_days=draw(st.lists(st.integers(0, 6), max_size=3).map(tuple)),
        seen=b"".join(seen),
        failures=draw(st.integers(0, 2**31 - 1)),
        gone=draw(st.booleans()),
        listing=draw(st.none() | st.just(listing)),
        news_sitemap=draw(st.none() | st.builds(NewsSitemap, url=st.text(), etag=st.none() | st.text())),
    )


@given(states())
def test_a_state_comes_back_as_it_was(state: FeedState) -> None:
    assert packed_state.unpack(packed_state.pack(state)) == state


@pytest.mark.parametrize("name", FeedState.__struct_fields__)
def test_no_field_is_forgotten(name: str) -> None:
    others: dict[str, Any] = {
        "children": (Child(state=PLAIN, listed=2),),
        "gap": Gap(since=1.0, until=2.0, lost=3, due_at=4.0),
        "listing": Listing(articles=b"12345678", ids=b"87654321", newest_at=5.0),
        "news_sitemap": NewsSitemap(url="https://a.example/news.xml", last_modified="today"),
        "skip_hours": (1, 2),
        "skip_days": (5,),
        "title": "half a pair: \ud800",
    }
    kinds = {float: 7.25, int: 7, str: "other", bytes: b"12345678" * 31, bool: True, type(None): "12"}
    value = others[name] if name in others else kinds[type(getattr(PLAIN, name))]
    state = structs.replace(PLAIN, **{name: value})
    assert getattr(packed_state.unpack(packed_state.pack(state)), name) == value


def test_what_the_last_poll_listed_costs_a_byte_each() -> None:
    keys = [words.digest(str(number)) for number in range(35)]
    bare = structs.replace(PLAIN, seen=b"".join(keys))
    listed = structs.replace(bare, listing=Listing(articles=b"".join(keys), ids=b"".join(keys)))
    small, large = packed_state.pack(bare), packed_state.pack(listed)
    assert isinstance(small, bytes)
    assert isinstance(large, bytes)
    assert len(large) - len(small) < 2 * 35 + 10
