"""How does a page of the ops page become a reply? Headers, templates, static files, forms of a bounded size."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import parse_qsl

import jinja2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

import cleanwire
from cleanwire.ops.console import bounds
from cleanwire.ops.console.access import Visitor
from cleanwire.ops.console.views import document, phrasing

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with none at all a browser says of our own forms that they come from nowhere
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FIELDS = 50
_PACKAGE = "cleanwire.ops.console"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of ours that pages name. Its address changes with what is in it."""

    body: bytes
    content_type: str
    version: str


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Return the files by name."""
    found: dict[str, StaticFile] = {}
    for file in resources.files(_PACKAGE).joinpath("static").iterdir():
        kind = _TYPES.get(file.name.rpartition(".")[2])
        if kind is not None:
            body = file.read_bytes()
            found[file.name] = StaticFile(body, kind, hashlib.sha256(body).hexdigest()[:12])
    return found


@cache
def _templates() -> jinja2.Environment:
    """Return the templates. Everything that is put into one is escaped."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "instant": phrasing.instant,
        "ago": phrasing.ago,
        "span": phrasing.span,
        "count": phrasing.count,
        "numbers": phrasing.numbers,
        "text": phrasing.text,
        "link": phrasing.link,
        "why": document.why,
    }
    made.globals |= {
        "version": cleanwire.__version__,
        "query": phrasing.query,
        "static": lambda name: f"/static/{name}?v={static_files()[name].version}",
    }
    return made


def page(template: str, *, status: int = 200, visitor: Visitor, **values: object) -> Response:
    """Return the page that `template` makes of `values`."""
    html = _templates().get_template(template).render(visitor=visitor, **values)
    # What is half a character in a text of a stranger's is none in UTF-8.
    return Response(html.encode("utf-8", "replace"), status, HEADERS, "text/html; charset=utf-8")


def see(path: str) -> Response:
    """Return the answer to a form: look there."""
    return Response(status_code=303, headers={**HEADERS, "location": path})


def static(name: str) -> Response:
    """Return one of our files, which a browser may keep.

    Raises:
        HTTPException: there is no such file.
    """
    file = static_files().get(name)
    if file is None:
        raise HTTPException(404)
    headers = {**HEADERS, "cache-control": "public, max-age=31536000, immutable"}
    return Response(file.body, headers=headers, media_type=file.content_type)


async def form(request: Request, *, limit_bytes: int = bounds.FORM_BYTES) -> dict[str, str]:
    """Return the fields of a form.

    Raises:
        HTTPException: it is too large, or no form as browsers send them.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit_bytes:
            raise HTTPException(413)
    try:
        # A long one takes so long to be decoded that work beside it would feel it.
        return (
            await asyncio.to_thread(_decoded, bytes(body)) if len(body) > bounds.FORM_BYTES else _decoded(bytes(body))
        )
    except ValueError as error:
        raise HTTPException(400) from error


def _decoded(body: bytes) -> dict[str, str]:
    written = body.decode("ascii", "replace")
    return dict(parse_qsl(written, keep_blank_values=True, max_num_fields=_FIELDS, errors="replace"))


def local_path(path: str) -> str:
    """Return a path to go on to after signing in: one of ours, whatever the address said."""
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if ours else "/"
