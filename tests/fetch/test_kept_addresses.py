"""Addresses that are asked again are read once; what is read does not depend on what was read before."""

import pytest

from cleanwire.fetch import request
from cleanwire.fetch.outcome import FetchError, FetchFailure


def test_an_address_reads_alike_each_time() -> None:
    first = request.target("HTTP://Ann:pa%20ss@News.Example:80/feed?x=1#top")
    again = request.target("HTTP://Ann:pa%20ss@News.Example:80/feed?x=1#top")
    assert first == again
    assert (again.url, again.authority, again.auth) == (
        "http://news.example/feed?x=1",
        "news.example",
        ("Ann", "pa ss"),
    )


def test_nobody_elses_credentials_come_with_an_address() -> None:
    assert request.target("https://ann:secret@news.example/feed").auth == ("ann", "secret")
    assert request.target("https://news.example/feed").auth is None
    assert request.target("https://bob:other@news.example/feed").auth == ("bob", "other")


def test_a_relative_address_is_read_by_its_own_base() -> None:
    found = [request.target("feed", base).url for base in ("https://a.example/x/", "https://b.example/x/")]
    assert found == ["https://a.example/x/feed", "https://b.example/x/feed"]


def test_what_is_refused_is_refused_again() -> None:
    for _ in range(2):
        with pytest.raises(FetchError) as raised:
            request.target("http://news.example:6379/")
        assert raised.value.reason is FetchFailure.BLOCKED_ADDRESS


def test_long_addresses_are_read_but_not_kept() -> None:
    base = "https://news.example/"
    request.target(base)
    kept = request.kept_addresses()
    long = base + "a" * request.KEPT_CHARS
    assert request.target(long).url == long
    assert request.target("b" * request.KEPT_CHARS, base).url == base + "b" * request.KEPT_CHARS
    assert request.kept_addresses() == kept


def test_only_so_many_addresses_are_kept() -> None:
    for number in range(request.KEPT + 10):
        request.target(f"https://news.example/{number}")
    assert request.kept_addresses() == request.KEPT
