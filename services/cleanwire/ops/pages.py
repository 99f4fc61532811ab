"""What does each address of the ops page answer?"""

import time
from collections.abc import Callable, Mapping
from html import escape

from prometheus_client import CollectorRegistry, exposition
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

import cleanwire
from cleanwire.ops import health
from cleanwire.telemetry import books

_WRITTEN_FOR_S = 0.25
_NOT_KEPT = {"cache-control": "no-store"}
_PAGE_HEADERS = {
    **_NOT_KEPT,
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


def application(registry: CollectorRegistry, checks: Mapping[str, health.Check]) -> Starlette:
    """Return the web application: /metrics, /healthz, /readyz and a status page at /."""
    started = time.monotonic()
    written = _Written(registry)

    async def metrics(request: Request) -> Response:
        encode, content_type = exposition.choose_encoder(request.headers.get("accept", ""))
        return Response(written.by(encode, content_type), headers={"content-type": content_type, **_NOT_KEPT})

    async def healthz(_: Request) -> Response:
        # The event loop that all work runs in answers this itself: when it is stuck there is no answer, and a probe's
        # own timeout is the verdict. Nothing outside the process counts here, or a broker's outage would kill replicas.
        alive = {"alive": True, "version": cleanwire.__version__, "up_s": round(time.monotonic() - started, 1)}
        return JSONResponse(alive, headers=_NOT_KEPT)

    async def readyz(_: Request) -> Response:
        readiness = health.ask(checks)
        return JSONResponse(readiness.as_json(), status_code=200 if readiness.ready else 503, headers=_NOT_KEPT)

    async def status(_: Request) -> Response:
        account = books.read(written.by(exposition.generate_latest, "").decode())
        page = _status(health.ask(checks), account, up_s=time.monotonic() - started)
        return HTMLResponse(page, headers=_PAGE_HEADERS)

    return Starlette(
        routes=[
            Route("/", status),
            Route("/metrics", metrics),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
        ]
    )


class _Written:
    """The metrics as text, written out a few times a second at most, however often they are asked for.

    It takes milliseconds, of the loop that does the work.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._at = 0.0
        self._texts: dict[str, bytes] = {}

    def by(self, encode: Callable[[CollectorRegistry], bytes], content_type: str) -> bytes:
        """Return them as `encode` writes them; it is known by its `content_type`."""
        now = time.monotonic()
        if now - self._at > _WRITTEN_FOR_S:
            self._at, self._texts = now, {}
        if content_type not in self._texts:
            self._texts[content_type] = encode(self._registry)
        return self._texts[content_type]


def _status(readiness: health.Readiness, account: books.Books, *, up_s: float) -> str:
    checks = [(f.name, "ok" if f.ok else str(f.problem)) for f in readiness.findings]
    rejected = [(f"rejected: {reason}", str(count)) for reason, count in sorted(account.rejected.items())]
    counts = [
        ("articles taken in", str(account.new)),
        ("found pending at start or taken over", str(account.acquired)),
        ("documents", str(account.documents)),
        *rejected,
        ("handed on to another site", str(account.moved)),
        ("given up with a partition", str(account.released)),
        ("pending", str(account.pending)),
        ("books", "balanced" if account.balanced else f"off by {account.difference}"),
    ]
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Cleanwire</title>
<meta name="viewport" content="width=device-width">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; margin-bottom: 2rem; }}
th {{ text-align: left; font-weight: normal; }} td {{ text-align: right; }}
th, td {{ border-bottom: 1px solid #ddd; padding: .25rem 0; }}
</style></head><body>
<h1>Cleanwire {escape(cleanwire.__version__)}</h1>
<p>{"Ready" if readiness.ready else "Not ready"}, up for {up_s:.0f} s.
<a href="metrics">metrics</a> · <a href="readyz">readiness</a> · <a href="healthz">health</a></p>
<h2>Checks</h2>{_table(checks)}
<h2>Since this process started</h2>{_table(counts)}
</body></html>
"""


def _table(rows: list[tuple[str, str]]) -> str:
    cells = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows)
    return f"<table>{cells}</table>"
