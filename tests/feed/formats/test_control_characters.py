"""References to what XML cannot hold cost a feed nothing but themselves."""

import json

import pytest

from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed

ODD = [
    "&#11;",
    "&#27;",
    "&#0;",
    "&#55296;",
    "&#xd800;",
    "&#65535;",
    "&#xfffe;",
    "&#1114112;",
    "&#x110000;",
    "&#" + "9" * 30 + ";",
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:12])
@pytest.mark.parametrize("broken", ["", "<b>never closed"], ids=["well-formed", "broken"])
def test_a_feed_is_read(odd: str, broken: str) -> None:
    body = (
        f'<rss version="2.0"><channel><title>Quay{odd}</title>{broken}<item><title>a {odd} b</title>'
        f"<link>http://a.example/1</link><description>x{odd}y</description></item></channel></rss>"
    )
    found = feed_body.parse(body.encode(), url="http://a.example/f")
    assert isinstance(found, ParsedFeed), found
    assert [(entry.title, entry.link) for entry in found.entries] == [("a b", "http://a.example/1")]


@pytest.mark.parametrize("odd", ["\\u001b", "\\ud800", "\\uffff", "\\u0000"])
def test_a_json_feed_is_read_and_its_texts_can_be_written(odd: str) -> None:
    body = f'{{"version":"https://jsonfeed.org/version/1.1","items":[{{"id":"i{odd}","url":"http://a.example/1","title":"a{odd}b"}}]}}'
    found = feed_body.parse(body.encode(), url="http://a.example/f")
    assert isinstance(found, ParsedFeed)
    (entry,) = found.entries
    assert json.dumps([entry.id, entry.title], ensure_ascii=False).encode()
