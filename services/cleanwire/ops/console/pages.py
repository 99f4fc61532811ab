"""What does each address of the ops page answer?"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cleanwire import characters
from cleanwire.errors import BrokerUnavailable
from cleanwire.ops import way
from cleanwire.ops.console import bounds, serving
from cleanwire.ops.console.access import COOKIE, SESSION_S, Access, is_from_here
from cleanwire.ops.console.following import Follower, GroupsKnown
from cleanwire.ops.console.held.feeds import STATES
from cleanwire.ops.console.held.installation import DOCUMENTS, REJECTED, Installation
from cleanwire.ops.console.views import document, feeds, overview, paging, sites
from cleanwire.records.decoding import Unreadable
from cleanwire.records.rejected import Rejection
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.topics import TopicNames
from cleanwire.text.site_rules.tables import SiteRules
from cleanwire.urls import parse

_REFUSED_S = 0.5  # before somebody hears that his token is wrong
_DIGITS = 6
MENU = (
    ("/", "Overview"),
    ("/documents", "Documents"),
    ("/rejected", "Rejected"),
    ("/feeds", "Feeds"),
    ("/sites", "Sites"),
    ("/inspect", "Inspector"),
    ("/why", "Why?"),
)
SAID = {
    "asked": "Asked. The owner of the partition does it within moments.",
    "added": "Subscribed. It is polled within moments.",
    "known": "That feed is subscribed already.",
    "removed": "Unsubscribed. A feed that the service has in its own list comes back when that starts.",
}
"""What a page says after a form was sent; only these can be asked for by an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What pages are made of."""

    follower: Follower
    groups: GroupsKnown
    access: Access
    connection: Connection
    topics: TopicNames
    partitions: int
    installation: str
    site_spacing_s: float
    own_rules: Mapping[str, SiteRules]
    paths: asyncio.Semaphore

    @property
    def held(self) -> Installation:
        return self.follower.held


Handler = Callable[[Request], Awaitable[Response]]


class Pages:
    """The pages that only show."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """Return the addresses of the pages."""
        shown: dict[str, Handler] = {
            "/": self.overview,
            "/documents": self.documents,
            "/documents/{id}": self.document,
            "/documents/{id}/json": self.document_json,
            "/rejected": self.rejections,
            "/rejected/{id}": self.rejection,
            "/feeds": self.feeds,
            "/feeds/{id}": self.feed,
            "/sites": self.sites,
            "/sites/{id}": self.site,
            "/why": self.why,
        }
        return [Route(path, self.for_readers(handler), methods=["GET"]) for path, handler in shown.items()]

    def for_readers(self, handler: Handler) -> Handler:
        """Return `handler` behind the question whether whoever asks may look."""

        async def checked(request: Request) -> Response:
            visitor = self._context.access.visitor(request)
            if visitor.may_read:
                return await handler(request)
            if not self._context.access.has_token:
                raise HTTPException(421)
            return self.show("sign-in.html", request, then=request.url.path, wrong=False, status=401)

        return checked

    def show(self, template: str, request: Request, *, status: int = 200, **values: object) -> Response:
        """Return a page with what all pages show."""
        context = self._context
        return serving.page(
            template,
            status=status,
            visitor=context.access.visitor(request),
            now=time.time(),
            path=request.url.path,
            has_token=context.access.has_token,
            installation=context.installation,
            loading=context.follower.loading,
            menu=MENU,
            said=SAID.get(request.query_params.get("said", "")),
            **values,
        )

    async def overview(self, request: Request) -> Response:
        groups = await self._context.groups.get()
        return self.show(
            "overview.html",
            request,
            view=overview.view(self._context.held, now=time.time()),
            groups=groups,
            consumers=self._context.groups.consumers,
        )

    async def documents(self, request: Request) -> Response:
        held, words, site = self._context.held.documents, _words(request), request.query_params.get("site", "")
        found = [row for row in held if row.matches(words.lower()) and (not site or row.site == site)]
        part = paging.part(found, _number(request))
        return self.show(
            "documents.html", request, part=part, words=words, site=site, total=len(held), left_out=held.left_out
        )

    async def document(self, request: Request) -> Response:
        kept = self._context.held.documents.get(request.path_params["id"])
        if kept is None:
            raise HTTPException(404, "No document that is held here has this id; `Why?` looks through the topics.")
        record = DOCUMENTS.read(kept.value)
        assert not isinstance(record, Unreadable)  # it was read when it came
        return self.show("document.html", request, view=document.view(record, kept.row.trace_id), site=kept.row.site)

    async def document_json(self, request: Request) -> Response:
        kept = self._context.held.documents.get(request.path_params["id"])
        if kept is None:
            raise HTTPException(404)
        # As the topic holds it. To be saved, not to be looked at: it is a stranger's text.
        headers = {**serving.HEADERS, "content-disposition": 'attachment; filename="document.json"'}
        return Response(kept.value, headers=headers, media_type="application/json")

    async def rejections(self, request: Request) -> Response:
        held, words, site = self._context.held.rejections, _words(request), request.query_params.get("site", "")
        reason = request.query_params.get("reason", "")
        found = [row for row in held if row.matches(words.lower()) and (not site or row.site == site)]
        reasons = sorted({row.reason for row in found} | ({reason} if reason in {*Rejection} else set()))
        part = paging.part([row for row in found if not reason or row.reason == reason], _number(request))
        return self.show(
            "rejections.html",
            request,
            part=part,
            words=words,
            site=site,
            reason=reason,
            reasons=reasons,
            total=len(held),
            left_out=held.left_out,
        )

    async def rejection(self, request: Request) -> Response:
        kept = self._context.held.rejections.get(request.path_params["id"])
        if kept is None:
            raise HTTPException(404, "No rejection that is held here has this id; `Why?` looks through the topics.")
        record = REJECTED.read(kept.value)
        assert not isinstance(record, Unreadable)
        published = self._context.held.documents.get(record.article_id)
        return self.show(
            "rejection.html", request, record=record, trace_id=kept.row.trace_id, published=published is not None
        )

    async def feeds(self, request: Request) -> Response:
        params = request.query_params
        sort = params.get("sort", "address")
        asked = feeds.Asked(
            words=_words(request),
            state=params.get("state", "") if params.get("state") in STATES else "",
            sort=sort if sort in feeds.SORTS else "address",
            number=_number(request),
        )
        # In a thread: fifty thousand rows take long enough to be felt by work beside it.
        held = self._context.held.feeds
        view = await asyncio.to_thread(feeds.view, held.rows(), asked)
        return self.show("feeds.html", request, view=view, sorts=feeds.SORTS, left_out=held.left_out)

    async def feed(self, request: Request) -> Response:
        row = self._context.held.feeds.get(request.path_params["id"])
        if row is None:
            raise HTTPException(404, "No feed that is subscribed has this id.")
        return self.show("feed.html", request, row=row)

    async def sites(self, request: Request) -> Response:
        sort = request.query_params.get("sort", "")
        found = await asyncio.to_thread(sites.lines, self._context.held, self._context.own_rules)
        view = sites.view(
            found, words=_words(request), sort=sort if sort in sites.SORTS else "documents", number=_number(request)
        )
        return self.show("sites.html", request, view=view, sorts=sites.SORTS)

    async def site(self, request: Request) -> Response:
        name = request.path_params["id"]
        found = await asyncio.to_thread(sites.lines, self._context.held, self._context.own_rules)
        line = next((line for line in found if line.site == name), None)
        if line is None:
            raise HTTPException(404, "Nothing is known of this site.")
        return self.show(
            "site.html",
            request,
            line=line,
            spacing_s=self._context.site_spacing_s,
            rules=self._context.own_rules.get(name),
            documents=[row for row in self._context.held.documents if row.site == name][:10],
            rejections=[row for row in self._context.held.rejections if row.site == name][:10],
            feeds=[row for row in self._context.held.feeds.rows() if row.feed.site == name][:10],
        )

    async def why(self, request: Request) -> Response:
        """Read the path of an address from the topics: one reader at a time, and not for long."""
        words = _words(request, parse.MAX_LENGTH)
        href = parse.href(words)
        events: list[way.Event] = []
        problem = None if href or not words else "That is no http(s) address."
        if href is not None:
            context = self._context
            try:
                async with asyncio.timeout(bounds.PATH_LIMIT_S), context.paths:
                    events = await way.read(context.connection, context.topics, context.partitions, href)
            except TimeoutError:
                problem = f"The topics are too long to be read within {bounds.PATH_LIMIT_S:.0f} s: ask `cleanwire why`."
            except BrokerUnavailable as error:
                problem = str(error)
        return self.show("why.html", request, words=words, href=href, events=events, problem=problem)


class SigningIn:
    """How somebody who knows the token comes to a session, and ends it."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._access = context.access
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/sign-in", self.ask, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        then = serving.local_path(request.query_params.get("then", "/"))
        return self._pages.show("sign-in.html", request, then=then, wrong=False)

    async def sign_in(self, request: Request) -> Response:
        given = await serving.form(request)
        then = serving.local_path(given.get("then", "/"))
        if not is_from_here(request) or not self._access.knows(given.get("token", "")):
            await asyncio.sleep(_REFUSED_S)
            return self._pages.show("sign-in.html", request, then=then, wrong=True, status=403)
        reply = serving.see(then)
        _set(reply, request, self._access.new_session(), SESSION_S)
        return reply

    async def sign_out(self, request: Request) -> Response:
        visitor, given = self._access.visitor(request), await serving.form(request)
        if not self._access.accepts(request, visitor, given.get("word", "")):
            raise HTTPException(403)
        reply = serving.see("/")
        _set(reply, request, "", 0)
        return reply


def application(context: Context, pages: Pages, more: list[Route]) -> Starlette:
    """Return the web application: all pages, our files, and what is answered where something is wrong."""

    async def static(request: Request) -> Response:
        return serving.static(request.path_params["name"])

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if request.method == "HEAD" or error.status_code == 421:
            return Response("this name is not ours", error.status_code, serving.HEADERS, "text/plain")
        code = error.status_code
        return pages.show("problem.html", request, status=code, code=code, detail=error.detail)

    made = Starlette(
        routes=[*pages.routes(), *SigningIn(context, pages).routes(), *more, Route("/static/{name}", static)],
        exception_handlers={HTTPException: refused},
    )
    made.router.redirect_slashes = False
    return made


def _set(reply: Response, request: Request, value: str, age_s: int) -> None:
    secure = request.headers.get("x-forwarded-proto") == "https"
    reply.set_cookie(COOKIE, value, max_age=age_s, path="/", httponly=True, samesite="strict", secure=secure)


def _words(request: Request, most: int = bounds.QUERY_CHARACTERS) -> str:
    return characters.printable(request.query_params.get("q", "")[:most]).strip()


def _number(request: Request) -> int:
    text = request.query_params.get("page", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 1
