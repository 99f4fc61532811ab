"""What would be read on one page, for somebody who looks at it? In a process of its own, which ends with the look.

As `cleanwire explain` does: with the operator's rules, without what the service has learned of the site.
"""

import asyncio
import time
from collections.abc import Mapping

from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Hints, Page
from cleanwire.cleaner.attempts import extraction, user_rules
from cleanwire.cleaner.pool import ExtractionPool
from cleanwire.fetch import page as pages
from cleanwire.sandbox.pool import PoolBroken, PoolCrashed, PoolTimeout
from cleanwire.settings import Settings
from cleanwire.text.site_rules.tables import SiteRules

_MARK = b"\xef\xbb\xbf"  # a text is UTF-8 whatever its markup still says it was
_NOWHERE = "file:///text"


class Inspection:
    """Reads one page at a time."""

    def __init__(self, settings: Settings, rules: Mapping[str, SiteRules]) -> None:
        self._fetch = settings.fetch
        self._clean = settings.clean.model_copy(update={"processes": 1})
        self._rules = rules
        self._one = asyncio.Lock()

    async def address(self, href: str) -> Article | Refusal | str:
        """Fetch a page and return what is read on it, or for people why nothing came.

        As `cleanwire clean URL`: one that sends its readers on at once is followed, once.
        """
        if self._fetch.contact is None:
            return "fetch.contact is not set: publishers must be able to reach whoever asks them"
        fetched = await pages.ask(href, self._fetch)
        if isinstance(fetched, str):
            return fetched
        return (await pages.read(fetched, self._read, self._fetch))[1]

    async def text(self, text: str, href: str | None) -> Article | Refusal | str:
        """Return what is read in a page's markup or a plain text that stands at `href`, if anywhere."""
        body = _MARK + text.encode("utf-8", "replace")
        return await self._read(Page(url=href or _NOWHERE, body=body, fetched_at=time.time()))

    async def _read(self, page: Page) -> Article | Refusal | str:
        async with self._one, ExtractionPool(self._clean) as pool:
            try:
                found = await pool.run(
                    extraction.extract,
                    page,
                    Hints(),
                    min_words=self._clean.min_words,
                    memory=None,
                    site_rules=user_rules.of_page(self._rules, page.url),
                    timeout_s=self._clean.deadline_s,
                )
            except PoolBroken as error:
                return f"it cannot be read here: {error}"
        if isinstance(found, PoolTimeout):
            return f"it takes longer than {self._clean.deadline_s:g} s to read (clean.deadline_s)"
        return f"its process ended: {found.detail}" if isinstance(found, PoolCrashed) else found
