"""Addresses that are taken as they are written are those that the URL standard writes just so."""

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.urls import parse

NEAR = st.text("abz09AZ-_.~!$&'()*+,;=:@%/?#[]|\\^`{}\"<> \tüxn", max_size=24)


@given(url=st.from_regex(parse.USUAL, fullmatch=True))
def test_what_is_usual_stays_as_it_is(url: str) -> None:
    assert ada_url.normalize_url(url) == url


@given(
    host=st.sampled_from(["a.example", "xn--a.example", "a-b.c1", "1.2.3.4", "a.1", "a..b", "A.example", "a.0x1"]),
    rest=NEAR,
)
def test_what_is_not_is_written_by_the_standard(host: str, rest: str) -> None:
    url = f"https://{host}/{rest}"
    try:
        expected: str | None = ada_url.normalize_url(url)
    except ValueError:
        expected = None
    assert parse.href(url) == expected == parse.href(url, "https://base.example/")


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/b/c.html?utm_source=rss&x=1/2", "http://news.example/", "https://a-b.example/%C3%BC",
        "https://news.example/a?b=?c", "https://x.example//a//b",
    ],
)  # fmt: skip
def test_most_addresses_are_usual_or_come_out_the_same(url: str) -> None:
    assert parse.href(url) == url


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("https://a.example", "https://a.example/"),
        ("https://a.example/b/../c", "https://a.example/c"),
        ("https://a.example/%2e%2e/c", "https://a.example/c"),
        ("https://a.example/b/.%2E", "https://a.example/"),
        ("https://a.example:443/", "https://a.example/"),
        ("https://0x7f.1/", "https://127.0.0.1/"),
        ("https://a.example/?it's", "https://a.example/?it%27s"),
        ("https://a.example/b\n", "https://a.example/b"),
    ],
)
def test_what_means_something_else_is_written_so(url: str, meant: str) -> None:
    assert parse.href(url) == meant
