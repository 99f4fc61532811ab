"""No reader of strangers' text takes more than linear time, whatever short piece is repeated in it."""

from collections.abc import Callable

import pytest

from cleanwire import characters
from cleanwire.article.markup import charset, parsing
from cleanwire.article.metadata.people import authors
from cleanwire.article.metadata.statements import json_ld
from cleanwire.crawl import robots, tdmrep
from cleanwire.errors import InputError
from cleanwire.feed import dates
from cleanwire.feed.formats.parsed import Format, ParsedFeed
from cleanwire.feed.lists import read as lists
from cleanwire.feed.websub import hubs
from cleanwire.telemetry import redact
from cleanwire.text.boilerplate import bylines, lines
from cleanwire.text.dates import datelines
from cleanwire.text.plain import field_codes, header_fields, mail, reader, unwrap
from cleanwire.urls import secrets, tracking
from patterns import cost

pytestmark = pytest.mark.slow

SMALL, LARGE = 4_000, 16_000  # characters


def refusing(read: Callable[[bytes], object]) -> Callable[[str], object]:
    """Return `read` for text; that it refuses some is not what is measured."""

    def call(text: str) -> object:
        try:
            return read(text.encode())
        except InputError:
            return None

    return call


def linked_data(text: str) -> object:
    tree = parsing.parse(f'<html><head><script type="application/ld+json">{text}</script></head><body>a</body></html>')
    assert tree is not None
    return json_ld.read(json_ld.statements(tree), "http://a.example/")


FEED = ParsedFeed(format=Format.RSS)
READERS: dict[str, Callable[[str], object]] = {
    "plain": reader.read,
    "plain, one paragraph": lambda text: reader.read(f"A title\n\n{text.replace(chr(10), ' ')}\n\nAn end."),
    "mail": lambda text: mail.unquoted(mail.decoded(text)),
    "mail's parts": lambda text: (mail.part_lines(text.splitlines()), mail.forwarded(text.splitlines())),
    "mail's subject": mail.subject,
    "headers": lambda text: (header_fields.read(text.splitlines()), header_fields.scattered(text.splitlines())),
    "field codes": field_codes.read,
    "unwrap": unwrap.paragraphs,
    "byline": bylines.find,
    "authors": lambda text: authors.names([text]),
    "segments": lines.segments,
    "date line": datelines.find,
    "list": refusing(lambda body: lists.read(body, "list")),
    "table": refusing(lambda body: lists.read(b"url,title\n" + body, "table")),
    "opml": refusing(lambda body: lists.read(b"<opml><body>" + body, "opml")),
    "json-ld": linked_data,
    "json-ld value": json_ld.plain,
    "robots.txt": lambda text: robots.parse(text.encode()),
    "tdmrep.json": lambda text: tdmrep.parse(text.encode(), url="http://a.example/"),
    "feed date": dates.read,
    "link header": lambda text: hubs.announced({"link": text}, FEED, url="http://a.example/"),
    "encoding": lambda text: charset.decode(text.encode(), "text/html"),
    "encoding in markup": lambda text: charset.decode(b"<meta " + text.encode(), None),
    "address": lambda text: tracking.clean(f"http://a.example/?{text}"),
    "secrets": lambda text: secrets.shown(f"http://a.example/?{text}"),
    "redacted": redact.text,
    "names": characters.name,
    "markup": characters.in_markup,
    "terminal": characters.printable,
    "cell": characters.cell,
}
PUMPS = [
    *" \t\n\r\"'-,;:|/(<>{[=@#_&中é\u3000\x0b",
    "a ", "A b, ", "1 ", "- ", "* ", " - ", "> ", ">", "\n ", " \n", "\n\n", "a\n", "a b c\n\n", "a: b\n", "A: ",
    "A. ", "By Ann Bee, ", "by ", "von ", "and ", " and a", "From a@b c\n", "From a@", "=20", "=\n", "=C3=A4",
    "=?utf-8?q?a?= ", "Re: ", "HD  a\n", "Content-Type: a\n", "--a\n", "a@b ", "a@", "(a", "a)", "©", "2020-01-01 ",
    "12:30 ", "on May 1, ", "url,", '"a",', '"\n', "http://a.example/ ", "#a ", "<outline ",
    '<outline xmlUrl="http://a.example/" title="a" />', '<outline title="', "<!--", "-->", "<![CDATA[", "/* ]]>",
    "<!DOCTYPE a [", '<!ENTITY a "b">', "&amp;", "&#11;", "&#0", '{"a":', '{"@type":"NewsArticle","headline":"a"},',
    "[[", ",}", ", ,", "\\", '\\"', "<b>", "<b ", "User-agent: a\n", "Disallow: /*a*", "Disallow: /a\n",
    "Allow: *$\n", '<a>; rel="b", ', '<a>;b="', "; rel=", ";;", "charset=", 'content="charset=', "http-equiv ",
    "utm_a=b&", "token=", "?token=a&", "%2F%2F", "://a@", "://", "%25", "password: ", "bearer ",
]  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_no_reader_grows_faster_than_what_it_reads(name: str) -> None:
    read = READERS[name]
    read("A first text.\n\nBy Ann Bee")  # loads rules
    slow = {}
    for pump in PUMPS:
        grown = cost.growth(
            lambda size, pump=pump: read(pump * (size // len(pump))),
            SMALL,
            LARGE,
            unnoticed_s=0.01,  # type: ignore[misc]
        )
        if grown >= cost.MOST_GROWTH:
            slow[pump] = round(grown)
    assert not slow
