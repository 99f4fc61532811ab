"""How links are parsed, cleaned and identified."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.urls import identity, parse, tracking


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        pytest.param("HTTP://Example.ORG:80/a/../b?x=1#y", None, "http://example.org/b?x=1#y", id="canonical-form"),
        pytest.param("/a", "https://example.org/feed/x.xml", "https://example.org/a", id="absolute-path"),
        pytest.param(
            "a b", "https://example.org/feed/x.xml", "https://example.org/feed/a%20b", id="relative-with-space"
        ),
        pytest.param("//cdn.example.org/a", "https://example.org/", "https://cdn.example.org/a", id="scheme-relative"),
        pytest.param(" \n http://example.org/\t ", None, "http://example.org/", id="white-space-round-it"),
        pytest.param("http://bücher.example/ä", None, "http://xn--bcher-kva.example/%C3%A4", id="other-script"),
        pytest.param("http://127.1/", None, "http://127.0.0.1/", id="short-ipv4"),
        pytest.param("ftp://example.org/", None, None, id="not-http"),
        pytest.param("mailto:news@example.org", None, None, id="mail"),
        pytest.param("javascript:void(0)", "http://example.org/", None, id="script"),
        pytest.param("/a", None, None, id="relative-without-base"),
        pytest.param("http://", None, None, id="no-host"),
        pytest.param("http://[::1", None, None, id="broken-ipv6"),
        pytest.param("http://a\ud800b.example/", None, None, id="lone-surrogate-in-host"),
        pytest.param("http://example.org/" + "a" * 9000, None, None, id="too-long"),
        pytest.param("", "http://example.org/x", "http://example.org/x", id="empty-is-the-base"),
    ],
)
def test_a_link_is_resolved_as_a_browser_would(url: str, base: str | None, expected: str | None) -> None:
    assert parse.href(url, base) == expected


@given(st.text(max_size=200), st.one_of(st.none(), st.text(max_size=50)))
def test_any_text_is_parsed_or_refused(url: str, base: str | None) -> None:
    found = parse.href(url, base)
    assert found is None or found.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://e.example/a?utm_source=x&id=7", "https://e.example/a?id=7", id="campaign-goes"),
        pytest.param("https://e.example/a?id=7&UTM_Medium=x", "https://e.example/a?id=7", id="case-does-not-matter"),
        pytest.param("https://e.example/a?fbclid=x", "https://e.example/a", id="no-lonely-question-mark"),
        pytest.param("https://e.example/a?b=%2f&&c=+&utm_id", "https://e.example/a?b=%2f&&c=+", id="other-bytes-stay"),
        pytest.param("https://e.example/a?ref=12&s=3", "https://e.example/a?ref=12&s=3", id="what-selects-stays"),
        pytest.param("https://e.example/a?id=1&amp;utm_source=x", "https://e.example/a?id=1", id="escaped-ampersand"),
        pytest.param("https://e.example/a?utm%5Fsource=x", "https://e.example/a", id="escaped-name"),
        pytest.param("https://e.example/a#xtor=RSS-1", "https://e.example/a", id="tracking-fragment-goes"),
        pytest.param(
            "https://e.example/a#utm_source=rss&utm_medium=x", "https://e.example/a", id="campaign-fragment-goes"
        ),
        pytest.param("https://e.example/a?x=1#part-2", "https://e.example/a?x=1#part-2", id="other-fragment-stays"),
        pytest.param(
            "https://e.example/a#xtor=1&page=2", "https://e.example/a#xtor=1&page=2", id="mixed-fragment-stays"
        ),
        pytest.param(
            "https://www.theguardian.com/a?CMP=x&page=2", "https://www.theguardian.com/a?page=2", id="by-site"
        ),
        pytest.param("https://e.example/a?CMP=x", "https://e.example/a?CMP=x", id="another-site-keeps-it"),
        pytest.param("https://www.amazon.co.uk/a?ref_=x&k=1", "https://www.amazon.co.uk/a?k=1", id="by-label"),
        pytest.param("not an address?utm_source=x", "not an address", id="unparsable-is-cleaned-by-the-general-list"),
    ],
)
def test_tracking_parameters_go_and_nothing_else(url: str, expected: str) -> None:
    assert tracking.clean(url) == expected


@given(
    st.lists(
        st.tuples(st.sampled_from(["id", "ref", "s", "page", "utm_source", "gclid"]), st.text("abc%2f+", max_size=4))
    )
)
def test_cleaning_keeps_the_other_parameters_in_order_and_is_idempotent(pairs: list[tuple[str, str]]) -> None:
    url = "https://e.example/a?" + "&".join(f"{name}={value}" for name, value in pairs)
    cleaned = tracking.clean(url)
    kept = [f"{name}={value}" for name, value in pairs if name not in ("utm_source", "gclid")]
    assert cleaned.partition("?")[2] == "&".join(kept)
    assert tracking.clean(cleaned) == cleaned


SAME_ARTICLE = (
    "http://example.org/news/1",
    "https://example.org/news/1",
    "https://example.org:443/news/1",
    "https://EXAMPLE.org/news/./1#comments",
    "https://example.org/news/1?utm_source=rss&utm_medium=feed",
    "https://reader:secret@example.org/news/1",
)


@pytest.mark.parametrize("url", SAME_ARTICLE)
def test_ways_to_write_an_address_are_one_article(url: str) -> None:
    assert identity.article_id(url) == identity.article_id(SAME_ARTICLE[0])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/news/2",
        "http://example.org/news/1/",
        "http://example.org/news/1?page=2",
        "http://www.example.org/news/1",
    ],
)
def test_other_addresses_are_other_articles(url: str) -> None:
    assert identity.article_id(url) != identity.article_id(SAME_ARTICLE[0])


def test_ids_never_change_between_releases() -> None:
    assert identity.article_id("https://example.org/news/1?utm_source=a") == "1876c208a41805972cb945866ca7ca29"
    assert identity.feed_id("https://example.org/feed.xml") == "7614656b2695984bc086a25f67e039e9"


def test_feed_id_keeps_every_parameter() -> None:
    assert identity.feed_id("http://e.example/f?utm_source=a") != identity.feed_id("http://e.example/f?utm_source=b")
    assert identity.feed_id("http://e.example/f") == identity.feed_id("https://E.example/f#x")


def test_normalising_gives_none_for_what_is_no_web_address() -> None:
    assert identity.normalise("mailto:x@example.org") is None
