"""What is kept of a page that somebody pastes or names, what is cut, and why? Published nowhere."""

from collections.abc import Awaitable
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cleanwire.article import explain
from cleanwire.article.article import Article, Refusal
from cleanwire.ops.console import bounds, serving
from cleanwire.ops.console.access import Access
from cleanwire.ops.console.held import outcomes
from cleanwire.ops.console.pages import Pages
from cleanwire.ops.console.views import document
from cleanwire.urls import parse

_ESCAPED = 12  # bytes in a form for one character, at most


class PageReader(Protocol):
    """Reads pages; a text in place of an outcome says why there is none."""

    def address(self, href: str) -> Awaitable[Article | Refusal | str]: ...
    def text(self, text: str, href: str | None) -> Awaitable[Article | Refusal | str]: ...


class Inspecting:
    """The inspector. It takes the token: it makes the service fetch, and work."""

    def __init__(self, access: Access, pages: Pages, inspection: PageReader) -> None:
        self._access = access
        self._pages = pages
        self._inspection = inspection

    def routes(self) -> list[Route]:
        """Return its addresses."""
        return [
            Route("/inspect", self._pages.for_readers(self._ask), methods=["GET"]),
            Route("/inspect", self._inspect, methods=["POST"]),
        ]

    async def _ask(self, request: Request) -> Response:
        return self._show(request, url=request.query_params.get("url", ""))

    async def _inspect(self, request: Request) -> Response:
        visitor = self._access.visitor(request)
        if not visitor.may_write:  # before so much of a stranger's is read
            raise HTTPException(403, "Sign in first.")
        given = await serving.form(request, limit_bytes=_ESCAPED * bounds.INSPECTED_CHARACTERS + bounds.FORM_BYTES)
        if not self._access.accepts(request, visitor, given.get("word", "")):
            raise HTTPException(403, "Sign in, and send the form of a page that was shown to you since.")
        url, text = given.get("url", "").strip(), given.get("text", "")
        href = parse.href(url) if url else None
        if len(text) > bounds.INSPECTED_CHARACTERS:
            raise HTTPException(413)
        if url and href is None:
            found: Article | Refusal | str = "That is no http(s) address."
        elif text.strip():
            found = await self._inspection.text(text, href)
        elif href is not None:
            found = await self._inspection.address(href)
        else:
            found = "Give an address, or a text."
        return self._show(request, url=url, text=text, found=found)

    def _show(
        self, request: Request, *, url: str, text: str = "", found: Article | Refusal | str | None = None
    ) -> Response:
        problem = f"{found.reason}: {found.detail}" if isinstance(found, Refusal) else found
        explanation = explain.explain(found) if isinstance(found, Article) else None
        return self._pages.show(
            "inspect.html",
            request,
            url=url,
            text=text,
            problem=None if explanation else problem,
            fields=explanation.fields if explanation else (),
            blocks=document.blocks(explanation) if explanation else None,
            site=outcomes.site(url) if explanation else "",
        )
