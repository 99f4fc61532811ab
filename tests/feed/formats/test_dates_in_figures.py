"""Dates in figures are read alike throughout a feed: 05/06/2026 is May or June, never both."""

from datetime import datetime

import pytest

from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed

NOW = datetime.fromisoformat("2026-11-28T12:00:00+00:00").timestamp()


def days(
    *raw: str, language: str | None = None, url: str = "https://news.example/feed", now: float | None = NOW
) -> list[str | None]:
    items = "".join(
        f"<item><title>Story {at}</title><link>https://news.example/{at}</link><pubDate>{one}</pubDate></item>"
        for at, one in enumerate(raw)
    )
    spoken = f"<language>{language}</language>" if language else ""
    body = f"<rss version='2.0'><channel><title>News</title>{spoken}{items}</channel></rss>"
    found = feed_body.parse(body.encode(), url=url, now=now)
    assert isinstance(found, ParsedFeed)
    return [entry.published and entry.published[:10] for entry in found.entries]


@pytest.mark.parametrize(
    ("raw", "language", "expected"),
    [
        pytest.param(["05/06/2026"], "de", ["2026-06-05"], id="german"),
        pytest.param(["05/06/2026 10:15"], "pt-BR", ["2026-06-05"], id="brazilian"),
        pytest.param(["05/06/2026"], "fr-fr", ["2026-06-05"], id="french"),
        pytest.param(["05/06/2026"], "en-US", ["2026-05-06"], id="american"),
        pytest.param(["05/06/2026"], "en-GB", ["2026-06-05"], id="british"),
        pytest.param(["05/06/2026"], "en-gb", ["2026-06-05"], id="british-in-lower-case"),
        pytest.param(["05/06/2026"], None, ["2026-05-06"], id="nothing-tells"),
        pytest.param(["05/06/2026"], "en", ["2026-05-06"], id="english-of-no-country"),
        pytest.param(["05/06/2026", "25/05/2026"], None, ["2026-06-05", "2026-05-25"], id="another-entry-tells"),
        pytest.param(
            ["05/06/2026", "25/05/2026"],
            "en-US",
            ["2026-06-05", "2026-05-25"],
            id="another-entry-outweighs-the-language",
        ),
        pytest.param(
            ["05/06/2026", "05/25/2026"], "de", ["2026-05-06", "2026-05-25"], id="another-entry-tells-month-first"
        ),
        pytest.param(["Fri, 05/06/2026"], None, ["2026-06-05"], id="weekday"),
        pytest.param(
            ["ven. 05/06/2026", "04/06/2026"], None, ["2026-06-05", "2026-06-04"], id="weekday-of-one-for-all"
        ),
        pytest.param(["05/12/2026", "03/11/2026"], None, ["2026-05-12", "2026-03-11"], id="december-has-not-come"),
        pytest.param(
            ["11/12/2026", "11/10/2026"], "de", ["2026-11-12", "2026-11-10"], id="the-clock-outweighs-the-language"
        ),
        pytest.param(["05-06-2026"], "nl", ["2026-06-05"], id="dashes"),
        pytest.param(["05.06.2026"], "en-US", ["2026-06-05"], id="dots-are-day-first-everywhere"),
        pytest.param(["2026/06/05"], "de", ["2026-06-05"], id="year-first"),
        pytest.param(["05/06/26 10:15"], "es", ["2026-06-05"], id="two-figures-for-the-year"),
        pytest.param(
            ["Fri, 05 Jun 2026 10:00:00 GMT", "05/06/2026"],
            "it",
            ["2026-06-05", "2026-06-05"],
            id="words-are-not-touched",
        ),
        pytest.param(["13/13/2026", "05/06/2026"], "de", ["13/13/2026", "2026-06-05"], id="no-date-at-all"),
        pytest.param(["11/28/2026", "01/12/2026"], None, ["2026-11-28", "2026-01-12"], id="future-and-figures-agree"),
        pytest.param(
            ["11/27/2026", "27/11/2026"],
            None,
            ["2026-11-27", "2026-11-27"],
            id="a-feed-that-mixes-is-read-entry-by-entry",
        ),
    ],
)
def test_the_order_is_decided_once_for_a_feed(raw: list[str], language: str | None, expected: list[str]) -> None:
    assert days(*raw, language=language) == expected


def test_a_feed_whose_order_nothing_tells_is_read_day_first_where_its_country_writes_so() -> None:
    assert days("05/06/2026", url="https://news.example.co.uk/feed") == ["2026-06-05"]


def test_json_feeds_and_atom_are_decided_alike() -> None:
    json = (
        '{"version":"https://jsonfeed.org/version/1.1","title":"N","language":"de","items":'
        '[{"id":"1","url":"https://news.example/1","date_published":"05/06/2026 10:15"}]}'
    )
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'><entry><id>1</id><published>05/06/2026 10:15"
        "</published><updated>06/06/2026 10:15</updated></entry></feed>"
    )
    for body in (json, atom):
        found = feed_body.parse(body.encode(), url="https://news.example/feed", now=NOW)
        assert isinstance(found, ParsedFeed)
        assert found.entries[0].published == "2026-06-05T10:15:00"


def test_a_broken_feed_is_decided_alike() -> None:
    body = (
        "<rss><channel><language>de</language><item><title>A</title><link>https://news.example/a</link>"
        "<pubDate>05/06/2026 10:15</pubDate></item><br></channel>"
    )
    found = feed_body.parse(body.encode(), url="https://news.example/feed", now=NOW)
    assert isinstance(found, ParsedFeed)
    assert found.entries[0].published == "2026-06-05T10:15:00"


def authors(markup: str) -> tuple[str, ...]:
    body = (
        "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>News</title><item><title>A</title>"
        f"<link>https://news.example/a</link>{markup}</item></channel></rss>"
    )
    found = feed_body.parse(body.encode(), url="https://news.example/feed")
    assert isinstance(found, ParsedFeed)
    return found.entries[0].authors


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(
            "<author><name>Ann Ferro</name><role>Harbour editor</role></author>", ("Ann Ferro",), id="name-and-role"
        ),
        pytest.param(
            "<author><role>Redakteurin</role><name>Henrike Solm</name></author>", ("Henrike Solm",), id="role-in-front"
        ),
        pytest.param(
            "<author><name>Ann Ferro</name></author><author><name>Jo Pell</name></author>",
            ("Ann Ferro", "Jo Pell"),
            id="two",
        ),
        pytest.param(
            "<author><firstname>Ann</firstname><lastname>Ferro</lastname></author>", ("Ann Ferro",), id="first-and-last"
        ),
        pytest.param(
            "<author><displayName>Ann Ferro</displayName><email>a@news.example</email></author>",
            ("Ann Ferro",),
            id="display-name",
        ),
        pytest.param("<author><b>Ann</b> <i>Ferro</i></author>", ("Ann Ferro",), id="markup-inside"),
        pytest.param("<author>a@news.example (Ann Ferro)</author>", ("Ann Ferro",), id="mail"),
        pytest.param(
            "<atom:author><atom:name>Ann Ferro</atom:name><atom:uri>https://news.example/ann</atom:uri></atom:author>",
            ("Ann Ferro",),
            id="atom",
        ),
    ],
)
def test_of_an_author_with_children_the_name_is_taken(markup: str, expected: tuple[str, ...]) -> None:
    assert authors(markup) == expected
