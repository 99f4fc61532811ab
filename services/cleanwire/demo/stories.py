"""What does the demo's press have to tell? Reads `news/*.toml`: one site a file, all of it invented for this demo.

A story's `body` is plain text: blank lines part paragraphs; `## ` begins a subheading, `> ` a quote, `- ` a list item,
and `! ` a line of junk that sits between the paragraphs as if it were one.
"""

import tomllib
from enum import StrEnum
from importlib import resources

import msgspec

NEWS = resources.files("cleanwire.demo") / "news"


class FeedFormat(StrEnum):
    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON = "json"


class Trouble(StrEnum):
    """What is wrong with a story's page."""

    SERVER_ERROR = "server_error"
    GONE = "gone"
    EMPTY = "empty"
    PORTAL = "portal"  # no article: a list of links
    PRIVATE = "private"  # robots.txt forbids it
    PDF = "pdf"
    BROKEN_JSON_LD = "broken_json_ld"
    WRONG_CHARSET = "wrong_charset"  # the header names an encoding that does not exist
    PLAIN_TEXT = "plain_text"  # served as text/plain
    WRAPPED = "wrapped"  # the feed links to a redirect on another of our sites


NO_DOCUMENT = frozenset(
    {Trouble.SERVER_ERROR, Trouble.GONE, Trouble.EMPTY, Trouble.PORTAL, Trouble.PRIVATE, Trouble.PDF}
)


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article. `update` is a paragraph added some seconds after it came out, as a newsroom would."""

    slug: str
    title: str
    body: str
    author: str | None = None
    section: str | None = None
    summary: str | None = None
    update: str | None = None
    trouble: Trouble | None = None
    also: bool = False  # listed by the site's second feed too

    @property
    def gives_document(self) -> bool:
        return self.trouble not in NO_DOCUMENT


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One invented news site with an address and a look of its own."""

    name: str
    host: str  # a loopback address: each is a site of its own
    language: str
    feed: FeedFormat
    template: str
    months: tuple[str, ...]
    date_line: str  # of {day} {month} {year} {hour} {minute}
    utc_offset_h: float
    stories: tuple[Story, ...] = msgspec.field(name="story")
    charset: str = "utf-8"
    tracking: str | None = None  # query added to the links of its feeds
    second_feed: bool = False


def load() -> tuple[Site, ...]:
    """Return all sites, in the order of their addresses."""
    files = [file for file in NEWS.iterdir() if file.name.endswith(".toml")]
    sites = [msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Site) for file in files]
    return tuple(sorted(sites, key=lambda site: int(site.host.rpartition(".")[2])))
