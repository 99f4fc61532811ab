"""One try at an article: may we ask, ask, read what came."""

import time
from collections.abc import Mapping
from dataclasses import replace

from cleanwire.article import documents
from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Page, SiteTerms
from cleanwire.cleaner import intake
from cleanwire.cleaner.articles import backlog
from cleanwire.cleaner.attempts import extraction, user_rules
from cleanwire.cleaner.attempts.fair_shares import Turns, Use
from cleanwire.cleaner.outcomes import likeness
from cleanwire.cleaner.outcomes.attempt_outcome import AsBefore, Cleaned, Deferred, Elsewhere, Failed, Outcome
from cleanwire.crawl import headers
from cleanwire.crawl.pacing import Pacer
from cleanwire.fetch import page as pages
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import Fetched, FetchFailed, FetchFailure
from cleanwire.fetch.robots import RobotsCache
from cleanwire.fetch.tdmrep import TdmrepCache
from cleanwire.records.article_state import ArticleState, DueReason
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejection
from cleanwire.records.traceparent import Traceparent
from cleanwire.sandbox.pool import PoolBroken, PoolCrashed, PoolTimeout, ProcessPool
from cleanwire.settings import CleanSettings, FetchSettings
from cleanwire.telemetry.catalogue import Deferral, Stage
from cleanwire.telemetry.events import Telemetry
from cleanwire.text.site_rules.tables import SiteRules
from cleanwire.urls import site as sites

_SLOW_DOWN = frozenset({429, 503})
_TIMING = frozenset({408, 425})  # the server's way of saying: again, later
_ROBOTS_WAIT_S = 300.0
_SLOW_DOWN_WAIT_S = 120.0
_POOL_WAIT_S = 60.0
_ARTICLE_LIMIT_BYTES = 8 * 1024 * 1024  # eight times what the broker takes as a record
_NOT_MODIFIED = 304
SLOW_SHARE = 0.25  # of the deadline, in CPU seconds: a page that takes more to read is slow

_REASONS = {
    FetchFailure.INVALID_URL: Rejection.INVALID_URL,
    FetchFailure.TOO_LARGE: Rejection.PAGE_TOO_LARGE,
    FetchFailure.BAD_ENCODING: Rejection.BAD_RESPONSE,
    FetchFailure.BAD_RESPONSE: Rejection.BAD_RESPONSE,
    FetchFailure.REDIRECTS: Rejection.REDIRECTS,
    FetchFailure.BLOCKED_ADDRESS: Rejection.BLOCKED_ADDRESS,
}


class Attempts:
    """Makes tries with the process's fetcher, robots cache and extraction pool."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        robots: RobotsCache,
        pool: ProcessPool,
        clean_settings: CleanSettings,
        fetch_settings: FetchSettings,
        telemetry: Telemetry,
        rules: Mapping[str, SiteRules] | None = None,
        tdmrep: TdmrepCache | None = None,
    ) -> None:
        self._turns = Turns(clean_settings.processes, slow_s=clean_settings.deadline_s * SLOW_SHARE)
        self._tdmrep = tdmrep
        self._rules = rules or {}
        self._fetcher = fetcher
        self._robots = robots
        self._pool = pool
        self._clean = clean_settings
        self._fetch = fetch_settings
        self._telemetry = telemetry

    async def make(
        self, state: ArticleState, entry: Entry, pacer: Pacer, memory: bytes | None, trace: Traceparent
    ) -> Outcome:
        """Try `entry`'s page once and tell what came of it.

        `pacer` learns how the site answered; `memory` is what was learned of the site; `trace` is the try's place.
        """
        if (rests := self._rests(state)) is not None:
            return rests
        terms = await self._ask_robots(state, entry, pacer)
        if not isinstance(terms, SiteTerms):
            return terms
        if (busy := await self._ask_tdmrep(state, entry, pacer)) is not None:
            return busy
        reply = await self._ask_for_page(state, entry, pacer)
        self._tell(reply, trace)
        if isinstance(reply, FetchFailed):
            return Failed(
                reason=_REASONS.get(reply.reason, Rejection.NETWORK), detail=f"{reply.reason}: {reply.detail}"
            )
        return await self._read(state, entry, reply, memory, self._with_tdmrep(terms, entry, reply), trace)

    def _rests(self, state: ArticleState) -> Deferred | None:
        """Put off what could not be read yet: pages of its site, or that its feed brought, took too long of late."""
        wait_s = self._turns.rests_s(*_accounts(state))
        if wait_s <= 0:
            return None
        slow = Failed(reason=Rejection.EXTRACTION_TIMEOUT, detail="pages of its site or feed take too long to read")
        return Deferred(reason=Deferral.SLOW_PAGES, wait_s=wait_s, unless_stale=slow)

    async def _ask_for_page(self, state: ArticleState, entry: Entry, pacer: Pacer) -> Fetched | FetchFailed:
        reply: Fetched | FetchFailed | None = None
        began = time.time()
        pacer.started(state.site, began)
        etag, last_modified = _validators(state)
        try:
            reply = await self._fetcher.get(
                entry.url,
                limit_bytes=self._fetch.page_limit_bytes,
                accept=pages.ACCEPT,
                etag=etag,
                last_modified=last_modified,
                may_follow=lambda url: sites.site(url) == state.site,
            )
        finally:  # a site whose request is never finished is asked no more for the length of its lease
            _finished(pacer, state.site, reply, began)
        return reply

    async def _ask_robots(self, state: ArticleState, entry: Entry, pacer: Pacer) -> Outcome | SiteTerms:
        if not self._fetch.robots:
            return SiteTerms()
        verdict = await self._robots.check(entry.url, time.time())
        pacer.ask_delay(state.site, verdict.crawl_delay_s)
        if verdict.allowed:
            return SiteTerms(ai_disallowed=verdict.ai_disallowed, usage=verdict.usage)
        if verdict.allowed is None:
            detail = f"robots.txt unavailable: {verdict.failure or 'server error'}"
            unavailable = Failed(reason=Rejection.NETWORK, detail=detail)
            return Deferred(reason=Deferral.ROBOTS_UNAVAILABLE, wait_s=_ROBOTS_WAIT_S, unless_stale=unavailable)
        return Failed(reason=Rejection.ROBOTS_DISALLOWED, detail="robots.txt disallows it")

    async def _ask_tdmrep(self, state: ArticleState, entry: Entry, pacer: Pacer) -> Deferred | None:
        """Ask for the site's tdmrep.json where that is due, once a day.

        The page follows at once, as it follows robots.txt: both are the site's rules, small files that are asked for
        before the first page. Only a site that is tired or states a Crawl-delay rests first.
        """
        address = self._tdmrep.due(entry.url, time.time()) if self._tdmrep is not None else None
        if self._tdmrep is None or address is None:
            return None
        if self._fetch.robots and not (await self._robots.check(address, time.time())).allowed:
            return None
        began = time.time()
        reply: Fetched | FetchFailed | None = None
        pacer.started(state.site, began)
        try:
            reply = await self._tdmrep.ask(address, began)
        finally:
            _finished(pacer, state.site, reply, began)
        now = time.time()
        rest_until = pacer.rests_until(state.site, now)
        if rest_until is None:
            return None
        tired = Failed(reason=Rejection.NETWORK, detail="the site wants to be left alone")
        return Deferred(reason=Deferral.SLOW_DOWN, wait_s=rest_until - now, unless_stale=tired)

    def _with_tdmrep(self, terms: SiteTerms, entry: Entry, reply: Fetched) -> SiteTerms:
        said = (self._tdmrep.of(reply.url) or self._tdmrep.of(entry.url)) if self._tdmrep is not None else None
        return terms if said is None else replace(terms, tdm_reserved=said.reserved, tdm_policy=said.policy)

    async def _read(
        self,
        state: ArticleState,
        entry: Entry,
        reply: Fetched,
        memory: bytes | None,
        terms: SiteTerms,
        trace: Traceparent,
    ) -> Outcome:
        if reply.leads_to is not None and entry.hops >= intake.MAX_HOPS:
            return Failed(reason=Rejection.REDIRECTS, detail=f"handed on to another site {entry.hops} times")
        if reply.leads_to is not None:  # another site, whose robots.txt and pace its own owner knows
            return Elsewhere(url=reply.leads_to, site=sites.site(reply.leads_to))
        if reply.status in _SLOW_DOWN:
            wait_s = _retry_after_s(reply) or _SLOW_DOWN_WAIT_S
            return Deferred(reason=Deferral.SLOW_DOWN, wait_s=wait_s, unless_stale=_http_failed(reply))
        if reply.status == _NOT_MODIFIED and any(_validators(state)):
            return AsBefore(not_modified=True)
        if not 200 <= reply.status < 300:
            return _http_failed(reply)
        if state.page_hash is not None and likeness.page_hash(reply.body) == state.page_hash:
            return AsBefore(not_modified=False)
        if state.revision and likeness.leads_to_front_page(entry.url, reply.url):
            return Failed(reason=Rejection.REDIRECTS, detail="leads to the front page")
        page = replace(pages.page(reply, fetched_at=time.time()), terms=terms)
        async with self._turns.place(*_accounts(state)) as use:
            # Others of its site or feed may have been found slow while it waited: then it does, without its page.
            return self._rests(state) or await self._extract(entry, page, memory, reply.took_s, use, trace)

    async def _extract(
        self, entry: Entry, page: Page, memory: bytes | None, fetch_took_s: float, use: Use, trace: Traceparent
    ) -> Outcome:
        began = time.perf_counter()
        try:
            result = await self._pool.run(
                extraction.extract,
                page,
                documents.hints(entry),
                min_words=self._clean.min_words,
                memory=memory,
                site_rules=user_rules.of_page(self._rules, page.url),
                timeout_s=self._clean.deadline_s,
                result_limit_bytes=_ARTICLE_LIMIT_BYTES,
                spent=use.spend,
            )
        except PoolBroken as error:  # the machine is at fault, or we are stopping: no article pays for that
            self._telemetry.work_failed(stage=Stage.CLEANER, key=entry.article_id, error=error)
            broken = Failed(reason=Rejection.INTERNAL_ERROR, detail=str(error))
            return Deferred(reason=Deferral.OTHER, wait_s=_POOL_WAIT_S, unless_stale=broken)
        took_s = time.perf_counter() - began
        self._telemetry.extraction(took_s=took_s)
        self._telemetry.traces.cleaned(trace, outcome=type(result).__name__, took_s=took_s, failed=_why_not(result))
        match result:
            case Article():
                return Cleaned(article=result, page=page, took_s=fetch_took_s + took_s)
            case Refusal(leads_to=str(target)) if not entry.sent_on and entry.hops < intake.MAX_HOPS:
                return Elsewhere(
                    url=target, site=sites.site(target), by_page=True
                )  # robots.txt and pace are asked anew
            case Refusal():
                return Failed(reason=result.reason, detail=result.detail, http_status=page.status)
            case PoolTimeout():
                return Failed(reason=Rejection.EXTRACTION_TIMEOUT, detail=f"over {self._clean.deadline_s:g} s")
            case PoolCrashed():
                return Failed(reason=Rejection.EXTRACTION_CRASHED, detail=result.detail)
            case _:
                raise TypeError(f"the extraction pool returned {type(result)}")

    def _tell(self, reply: Fetched | FetchFailed, trace: Traceparent) -> None:
        self._telemetry.traces.asked(
            trace,
            url=reply.url,
            status=reply.status if isinstance(reply, Fetched) else None,
            failure=reply.reason if isinstance(reply, FetchFailed) else None,
            took_s=reply.took_s,
            redirects=len(reply.redirects) if isinstance(reply, Fetched) else 0,
        )
        if isinstance(reply, Fetched):
            status_class, wire_bytes = f"{reply.status // 100}xx", reply.wire_bytes
        else:
            status_class, wire_bytes = "none", 0
        self._telemetry.page_fetched(status_class=status_class, took_s=reply.took_s, wire_bytes=wire_bytes)


def _accounts(state: ArticleState) -> tuple[str, str]:
    """Return to whom the reading of a page is put down: its site, and the site whose feed brought it."""
    return f"page {state.site}", f"feed {backlog.source_of(state)}"


def _why_not(result: object) -> str | None:
    """Return why a page was not read to its end; a page that holds no article was."""
    match result:
        case PoolTimeout():
            return Rejection.EXTRACTION_TIMEOUT
        case PoolCrashed():
            return Rejection.EXTRACTION_CRASHED
        case _:
            return None


def _http_failed(reply: Fetched) -> Failed:
    transient = reply.status >= 500 or reply.status in _TIMING | _SLOW_DOWN
    reason = Rejection.HTTP_SERVER_ERROR if transient else Rejection.HTTP_CLIENT_ERROR
    return Failed(reason=reason, detail=f"HTTP {reply.status}", http_status=reply.status)


def _validators(state: ArticleState) -> tuple[str | None, str | None]:
    """Return ETag and Last-Modified to ask with; none where a feed announces a change: then no cache is believed."""
    return (state.etag, state.last_modified) if state.due_reason is DueReason.REVISION else (None, None)


def _finished(pacer: Pacer, site: str, reply: Fetched | FetchFailed | None, began: float) -> None:
    now = time.time()
    pacer.finished(
        site,
        now,
        status=reply.status if isinstance(reply, Fetched) else None,
        unreached=isinstance(reply, FetchFailed) and reply.unreached,
        took_s=reply.took_s if reply else max(0.0, now - began),
        retry_after_s=_retry_after_s(reply),
    )


def _retry_after_s(reply: Fetched | FetchFailed | None) -> float | None:
    if not isinstance(reply, Fetched):
        return None
    return headers.retry_after_s(reply.headers, now=time.time())
