"""What would rules for a site do, before somebody puts them into force? Tried on its documents that are held here.

Nothing is written: the rules in force are those of `clean.rules`, a file that operators keep.
"""

import asyncio
import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cleanwire import characters
from cleanwire.errors import InputError
from cleanwire.ops.console import bounds, serving
from cleanwire.ops.console.held.installation import DOCUMENTS
from cleanwire.ops.console.pages import Context, Pages
from cleanwire.ops.console.views import trial
from cleanwire.records.document import Document
from cleanwire.text.site_rules import tables
from cleanwire.text.site_rules.tables import SiteRules
from cleanwire.urls import site as sites

_NAME = "rules"
_LINE = re.compile(rf"^{_NAME}:(\d+)", re.MULTILINE)


class Trying:
    """The page on which rules are tried. It takes the token: it makes the service work."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._context = context
        self._pages = pages
        self._one = asyncio.Semaphore(1)

    def routes(self) -> list[Route]:
        """Return its addresses."""
        return [
            Route("/sites/{id}/rules", self._pages.for_readers(self._ask), methods=["GET"]),
            Route("/sites/{id}/rules", self._try, methods=["POST"]),
        ]

    async def _ask(self, request: Request) -> Response:
        dropped = characters.printable(request.query_params.get("drop", "")[: tables.MAX_PATTERN_CHARS]).strip()
        return self._show(request, _site(request), text=f"drop = [{toml_text(dropped)}]\n" if dropped else "")

    async def _try(self, request: Request) -> Response:
        access, site = self._context.access, _site(request)
        visitor = access.visitor(request)
        if not visitor.may_write:
            raise HTTPException(403, "Sign in first.")
        given = await serving.form(request)
        if not access.accepts(request, visitor, given.get("word", "")):
            raise HTTPException(403, "Sign in, and send the form of a page that was shown to you since.")
        text = given.get("rules", "").replace("\r\n", "\n")
        try:
            rules = read(site, text)
        except InputError as error:
            return self._show(request, site, text=text, problem=str(error))
        records = self._documents(site)
        async with self._one:  # in a thread: many patterns and long texts take long enough to be felt by work beside it
            found = await asyncio.to_thread(trial.of, rules, records)
        return self._show(request, site, text=text, found=found)

    def _documents(self, site: str) -> list[Document]:
        held = self._context.held.documents
        ids = [row.id for row in held if row.site == site][: bounds.TRIED_DOCUMENTS]
        kept = [one for id_ in ids if (one := held.get(id_)) is not None]
        return [record for one in kept if isinstance(record := DOCUMENTS.read(one.value), Document)]

    def _show(
        self, request: Request, site: str, *, text: str, problem: str | None = None, found: trial.Trial | None = None
    ) -> Response:
        return self._pages.show(
            "rules.html",
            request,
            site=site,
            text=text,
            problem=problem,
            found=found,
            in_force=self._context.own_rules.get(site),
            file=f'["{site}"]\n{text.strip()}\n' if found is not None else "",
        )


def read(site: str, text: str) -> SiteRules:
    """Return the rules for `site` that `text` holds: the keys of its table, without the table's name.

    Raises:
        InputError: with the line and key of everything that is wrong.
    """
    try:
        found = tables.read(f'["{site}"]\n{text}\n'.encode("utf-8", "replace"), _NAME)
    except InputError as error:
        raise InputError(_LINE.sub(lambda line: f"line {max(1, int(line[1]) - 1)}", str(error))) from error
    if set(found) != {site}:
        raise InputError(f"only keys of {site}: no other tables")
    return found[site]


def toml_text(text: str) -> str:
    """Return `text`, which is one printable line, as TOML writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _site(request: Request) -> str:
    name = str(request.path_params["id"])
    try:
        if sites.site(f"http://{name}/") == name:
            return name
    except ValueError:
        pass
    raise HTTPException(404, "That is no site: give its registrable domain.")
