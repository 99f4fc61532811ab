"""Run every case of a conformance folder through the product's own functions.

usage: conformance.py --data DIR --out results.jsonl [--only KIND_PREFIX] [--corpus NAME]

Writes one JSON object a line: {id, output, seconds, error}. Only the input of a case is seen, never what is
expected. Judge with the folder's own `judge.py DIR results.jsonl`. Cases of hostile replies are sent over loopback
sockets; those that name a route (`http/recipe`) need the fault kit's server in ../shared.
"""

import argparse
import gzip
import json
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import conformance_http
import conformance_page
from cleanwire.crawl import robots
from cleanwire.errors import InputError
from cleanwire.feed import dates as feed_dates
from cleanwire.feed.formats import feed_body, sitemap
from cleanwire.feed.formats.parsed import NotAFeed
from cleanwire.feed.lists import opml
from cleanwire.text import encoding
from cleanwire.text.dates import datelines as text_dates
from cleanwire.urls import guard, identity, tracking
from cleanwire.urls import parse as urls

ORIGIN = "http://stand-in.example"
BASE = f"{ORIGIN}/here/feed.xml"
"""Cases do not say where a feed came from. Links that were relative are written relative again."""
HOSTILE = conformance_http.HostileServer(
    Path(__file__).resolve().parents[2] / "shared" / "tools" / "faults" / "hostile_server.py"
)

Input = dict[str, Any]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--only", default="", help="only kinds that begin with this")
    arguments.add_argument("--corpus", default="", help="only this corpus")
    options = arguments.parse_args()
    conformance_page.clean(b"<p>Models and rules are loaded here, outside of what is timed.</p>")
    cases = json.loads((options.data / "index.json").read_text(encoding="utf-8"))["cases"]
    with options.out.open("w", encoding="utf-8") as out:
        for case in cases:
            if case["kind"].startswith(options.only) and options.corpus in ("", case["corpus"]):
                out.write(json.dumps(run(case, options.data), ensure_ascii=False) + "\n")
    return 0


def run(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the result line of one case. What escapes from the product is a result, too."""
    given = {name: value for name, value in case.items() if name in ("kind", "input", "stored")}
    body = _body(case, folder)
    started = time.perf_counter()
    output, error = None, None
    try:
        output = _runner(str(given["kind"]))(given.get("input") or {}, body)
    except Exception as escaped:  # noqa: BLE001  an escaping exception is what is looked for
        error = f"{type(escaped).__name__}: {escaped}"[:500]
        traceback.print_exc(limit=-2, file=sys.stderr)
    return {"id": case["id"], "output": output, "seconds": round(time.perf_counter() - started, 4), "error": error}


def _body(case: dict[str, Any], folder: Path) -> bytes:
    if "file" not in case:
        return b""
    body = (folder / case["file"]).read_bytes()
    return gzip.decompress(body) if case.get("stored") == "gzip" else body


def _runner(kind: str) -> Callable[[Input, bytes], Any]:
    exact = _EXACT.get(kind)
    if exact is not None:
        return exact
    return next((run_kind for prefix, run_kind in _BY_PREFIX if kind.startswith(prefix)), _nothing)


def _feed(_: Input, body: bytes) -> Any:
    found = feed_body.parse(body, url=BASE)
    if isinstance(found, NotAFeed):
        return {"not_a_feed": str(found.reason)}
    entries = [
        {
            "id": entry.id,
            "title": entry.title,
            "link": entry.link and entry.link.removeprefix(f"{ORIGIN}/here/").removeprefix(ORIGIN),
            "published": entry.published,
            "updated": entry.updated,
            "authors": list(entry.authors),
            "summary": entry.summary,
        }
        for entry in found.entries
    ]
    return {"format": str(found.format), "title": found.title, "entries": entries}


def _sitemap(_: Input, body: bytes) -> Any:
    found = sitemap.read(body)
    return {
        "loc": [page.url for page in found.pages] + list(found.sitemaps),
        "news": [{"title": page.title, "published": page.published} for page in found.pages if page.title],
    }


def _opml(_: Input, body: bytes) -> Any:
    try:
        return list(dict.fromkeys(feed.url for feed in opml.read(body).feeds))
    except InputError as error:
        return {"refused": str(error)}


def _robots(given: Input, body: bytes) -> Any:
    rules = robots.parse(given["robots"].encode("utf-8", "surrogateescape") if "robots" in given else body)
    if "agent" in given:
        return rules.allowed(given["agent"], given["url"])
    return {"ok": True, "allowed": rules.allowed("Cleanwire", "http://x.example/"), "sitemaps": len(rules.sitemaps)}


def _href(given: Input, body: bytes) -> Any:
    if "url" not in given:
        return {"ok": True, "href": urls.href(body.decode("utf-8", "surrogateescape"))}
    return urls.href(given["url"], given.get("base"))


def _host(given: Input, _: bytes) -> Any:
    parsed = urls.split(f"http://{given.get('host') or ''}/")
    return None if parsed is None else parsed.hostname


def _tracking(given: Input, _: bytes) -> Any:
    return tracking.clean(given["url"])


def _ssrf(given: Input, _: bytes) -> Any:
    return {"blocked": guard.refusal(given["url"]) is not None}


def _policy(given: Input, _: bytes) -> Any:
    values = [value for value in (given.get("args") or [given.get("url")]) if isinstance(value, str)]
    return {"ok": True, "normalised": [identity.normalise(value) for value in values]}


def _label(given: Input, _: bytes) -> Any:
    return encoding.name_of(given["label"])


def _sniff(_: Input, body: bytes) -> Any:
    return encoding.sniff(body).name


def _feed_date(given: Input, _: bytes) -> Any:
    return feed_dates.read(given["text"])


def _text_date(given: Input, _: bytes) -> Any:
    found = text_dates.parse(given["text"])
    return None if found is None else found.local.isoformat()


def _page_date(_: Input, body: bytes) -> Any:
    return conformance_page.published(body)


def _page(given: Input, body: bytes) -> Any:
    return conformance_page.clean(given["html"].encode("utf-8", "surrogatepass") if "html" in given else body)


def _naughty(given: Input, _: bytes) -> Any:
    text = given["text"]
    escaped = "".join(f"&#{ord(char)};" if char in "&<>\r" else char for char in text)
    page = f"<html><head><title>{escaped}</title></head><body><article><p>{escaped}</p></article></body></html>"
    feed = f"<rss version='2.0'><channel><item><title>{escaped}</title><link>/a</link></item></channel></rss>"
    return {
        "ok": True,
        "feed": _feed({}, feed.encode("utf-8", "surrogatepass")),
        "page": conformance_page.clean(page.encode("utf-8", "surrogatepass")),
    }


def _reply(_: Input, body: bytes) -> Any:
    return conformance_http.receive(body)


def _encoded(_: Input, body: bytes) -> Any:
    return conformance_http.receive_encoded(body)


def _recipe(given: Input, _: bytes) -> Any:
    return conformance_http.visit(HOSTILE.url(given["path"]))


def _nothing(_: Input, __: bytes) -> Any:
    raise NotImplementedError("no function of the product answers this kind")


_EXACT: dict[str, Callable[[Input, bytes], Any]] = {
    "opml": _opml,
    "url/parse": _href,
    "url/fuzz": _href,
    "url/toascii": _host,
    "url/tracking": _tracking,
    "url/ssrf": _ssrf,
    "encoding/label": _label,
    "encoding/sniff": _sniff,
    "date/feed": _feed_date,
    "date/text": _text_date,
    "date/page": _page_date,
    "text/naughty": _naughty,
    "http/recipe": _recipe,
    "http/fuzz-response": _reply,
    "http/fuzz-gzip": _encoded,
    "http/compressed": _encoded,
}
_BY_PREFIX: tuple[tuple[str, Callable[[Input, bytes], Any]], ...] = (
    ("feed/", _feed),
    ("xml/", _feed),
    ("sitemap", _sitemap),
    ("robots/", _robots),
    ("url/", _policy),
    ("html/", _page),
)

if __name__ == "__main__":
    sys.exit(main())
