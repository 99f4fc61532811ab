"""How is a page cleaned, or a feed read, from Python? What `import cleanwire` shows; examples in `docs/library.md`."""

import time
from collections.abc import Mapping

from cleanwire.article import clean
from cleanwire.article.article import Article, Refusal
from cleanwire.article.means import MIN_WORDS
from cleanwire.article.page import Hints, Page
from cleanwire.article.verdict.judge import model
from cleanwire.article.verdict.judge.model import Judge
from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import NotAFeed, ParsedFeed
from cleanwire.text.boilerplate import rules as line_rules
from cleanwire.text.boilerplate.rules import RuleSet
from cleanwire.text.site_rules.tables import SiteRules
from cleanwire.urls import site as sites

_MARK = b"\xef\xbb\xbf"  # a text is UTF-8 whatever its markup still says it was


class Cleaner:
    """Cleans one page after the other, and remembers what the pages of a site have in common.

    `memory` is that, by registrable domain: keep it, and hand it to the next cleaner. Pages are read in the caller's
    own process. A hostile page may take long or much memory, so pages of strangers want a process under a deadline, as
    the service has. One cleaner is for one thread.
    """

    def __init__(
        self,
        *,
        rules: RuleSet | None = None,
        judge: Judge | None = None,
        site_rules: Mapping[str, SiteRules] | None = None,
        memory: Mapping[str, bytes] | None = None,
        min_words: int = MIN_WORDS,
    ) -> None:
        """`rules` and `judge` are those of the package when None; `site_rules` are the operator's, by site."""
        self.rules = rules or line_rules.load()
        self.judge = judge or model.load()
        self.site_rules = dict(site_rules or {})
        self.memory = dict(memory or {})
        self.min_words = min_words

    def clean(
        self,
        page: Page | bytes | str,
        *,
        url: str = "",
        hints: Hints | None = None,
        content_type: str | None = None,
        fetched_at: float | None = None,
    ) -> Article | Refusal:
        """Return the article on `page`, or why there is none.

        Of bytes or a text, `url` says where they came from (links, dates in addresses and the site's memory need it)
        and `fetched_at` when, in epoch seconds: now, when it is None. A `Page` brings its own.
        """
        if not isinstance(page, Page):
            if isinstance(page, str):
                page = _MARK + page.encode("utf-8", "replace")
            at = time.time() if fetched_at is None else fetched_at
            page = Page(url=url, body=page, content_type=content_type, fetched_at=at)
        site = _site(page.url)
        found = clean.clean(
            page,
            hints,
            min_words=self.min_words,
            memory=self.memory.get(site) if site else None,
            site_rules=self.site_rules.get(site) if site else None,
            rules=self.rules,
            judge=self.judge,
        )
        if site and isinstance(found, Article) and found.template is not None:
            self.memory[site] = found.template
        return found


def parse_feed(
    body: bytes, *, url: str, content_type: str | None = None, fetched_at: float | None = None
) -> ParsedFeed | NotAFeed:
    """Return the feed in `body` (RSS, RDF, Atom, JSON Feed, a sitemap), or why it is none. Never raises.

    Relative links are resolved against `url`, where the body came from. `fetched_at` is when, in epoch seconds, now
    unless it is given: dates in figures are read so that they have come already.
    """
    now = time.time() if fetched_at is None else fetched_at
    return feed_body.parse(body, url=url, content_type=content_type, now=now)


def _site(url: str) -> str | None:
    try:
        return sites.site(url)
    except ValueError:  # a file, or no address at all
        return None
