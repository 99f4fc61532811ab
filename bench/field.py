"""What does the product make of one page, text or feed? The two functions that the judge of field cases calls.

    python ../shared/data/field/judge.py ../shared/data/field --cleanwire .venv/bin/cleanwire --adapter bench/field.py
    python bench/field.py --data ../shared/data/field --out outputs.jsonl

The second form writes what each page, text and feed of the folder gives, one JSON object a line: {id, output}.
"""

import argparse
import inspect
import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from cleanwire.article import clean, documents
from cleanwire.article.article import Refusal
from cleanwire.article.page import Page
from cleanwire.feed.formats import feed_body
from cleanwire.records.base import encode
from cleanwire.records.document import Change, ChangeKind
from cleanwire.urls import identity

FETCHED_AT = datetime.fromisoformat("2026-11-28T12:00:00Z").timestamp()
"""When a case that names no time was fetched."""


def document(body: bytes, *, url: str, content_type: str | None, fetched_at: float) -> dict[str, Any]:
    """Return the document of a page or text as JSON has it, or `{"refused": reason, "detail": …}`."""
    page = Page(url=url, body=body, fetched_at=fetched_at, content_type=content_type)
    found = clean.clean(page)
    if isinstance(found, Refusal):
        return {"refused": str(found.reason), "detail": found.detail}
    made = documents.compose(
        found,
        entry=None,
        page=page,
        document_id=identity.article_id(url),
        revision=1,
        change=Change(kind=ChangeKind.NEW),
        seen_at=fetched_at,
        emitted_at=fetched_at,
    )
    return dict(json.loads(encode(made)))


def feed(body: bytes, *, url: str, content_type: str | None, fetched_at: float) -> dict[str, Any]:
    """Return `{"title": …, "entries": […]}` of a feed, or `{"refused": reason}`."""
    told = {
        name: fetched_at
        for name in ("now", "fetched_at", "at")
        if name in inspect.signature(feed_body.parse).parameters
    }
    found = feed_body.parse(body, url=url, content_type=content_type, **told)  # type: ignore[arg-type]
    if not hasattr(found, "entries"):
        return {"refused": str(found.reason)}
    names = ("id", "title", "link", "published", "updated")
    entries = [
        {name: getattr(entry, name) for name in names} | {"authors": list(entry.authors)} for entry in found.entries
    ]
    return {"title": found.title, "entries": entries}


def outputs(data: Path) -> list[dict[str, Any]]:
    """Return what each page, text and feed in `data` gives; mails and sites need the whole command."""
    read = []
    for case in json.loads((data / "index.json").read_text("utf-8"))["cases"]:
        make = {"html": document, "text": document, "feed": feed}.get(case["run"])
        if make is None:
            continue
        at = datetime.fromisoformat(case["fetched_at"]).timestamp() if "fetched_at" in case else FETCHED_AT
        kind = case.get("content_type", "text/html" if case["run"] == "html" else None)
        clock, time.time = time.time, lambda at=at: at  # type: ignore[misc]
        try:
            output = make((data / case["file"]).read_bytes(), url=case["url"], content_type=kind, fetched_at=at)
        finally:
            time.time = clock
        read.append({"id": case["id"], "output": output})
    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with options.out.open("w", encoding="utf-8") as out:
        for output in outputs(options.data):
            out.write(json.dumps(output, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
