"""Which pages and feeds are measured? Public ones where they are (`docs/quality.md`), else those of our own tests."""

import gzip
import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "quality"
CONFORMANCE = DATA.parent / "conformance"
LEAST_LISTED = 10
NEWS_SETS = frozenset({"aeb", "feval", "fund", "dan"})
EVERY_S = 600.0  # from an entry of a made feed to the next
LEARNED = 3  # pages of a site that are read before one counts as a known site's


@dataclass(frozen=True, slots=True)
class Sample:
    url: str
    body: bytes


def news(count: int, data: Path = DATA) -> list[Sample]:
    """Return `count` news pages, the same every time, spread over the sets."""
    rows = [row for row in _rows(data) if row["set"] in NEWS_SETS]
    if not rows:
        return _own(count)
    return [_read(row, data) for row in rows[:: max(1, len(rows) // count)][:count]]


def known_sites(sites: int, pages: int, data: Path = DATA) -> list[list[Sample]]:
    """Return for some sites LEARNED pages to learn from, and `pages` to measure; none without public pages."""
    by_site: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(data):
        by_site[row["site"]].append(row)
    enough = [rows[: LEARNED + pages] for rows in by_site.values() if len(rows) >= LEARNED + pages]
    return [[_read(row, data) for row in rows] for rows in enough[:: max(1, len(enough) // sites)][:sites]]


def source(data: Path = DATA) -> str:
    return "public news pages" if (data / "truth.jsonl").exists() else "pages of our own tests"


def feed(number: int, version: int, host: str, *, now: float) -> bytes:
    """Return feed `number` after `version` changes: 20 to 50 entries, two feeds of five with whole texts."""
    chance = random.Random(number)
    count = 20 + number * 7919 % 31
    whole = number % 5 >= 3
    paragraphs = [" ".join(chance.choices(_WORDS, k=60)) for _ in range(12)]
    items = []
    for seq in range(version + count - 1, version - 1, -1):
        link = f"{host}/a/{number}/{seq}.html"
        dated = formatdate(now - EVERY_S * (version + count - seq))
        told = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in (paragraphs if whole else paragraphs[:1]))
        items.append(
            f"<item><title>Report {seq} from place {number}</title><link>{link}?utm_source=rss</link>"
            f'<guid isPermaLink="false">{link}</guid><pubDate>{dated}</pubDate>'
            f"<dc:creator>Ann Example</dc:creator><category>World</category><description>{told}</description></item>\n"
        )
    head = f"<title>Place {number}</title><link>{host}/</link><description>News of place {number}</description>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"{head}{''.join(items)}</channel></rss>"
    ).encode()


def real_feeds(count: int, folder: Path = CONFORMANCE) -> list[bytes]:
    """Return real XML feeds of ten entries and more, the same every time; none without the conformance data."""
    if not (folder / "index.json").is_file():
        return []
    cases = json.loads((folder / "index.json").read_text(encoding="utf-8"))["cases"]
    bodies = []
    for case in cases:
        if case["kind"] == "feed/real" and (case["expected"].get("raw_items") or 0) >= LEAST_LISTED:
            body = (folder / case["file"]).read_bytes()
            bodies.append(gzip.decompress(body) if case.get("stored") == "gzip" else body)
    found = [body for body in bodies if _first_entry(body) is not None]
    return found[:: max(1, len(found) // count)][:count]


def earlier(body: bytes, count: int) -> list[bytes]:
    """Return what a feed said before `count` times, each without its first entry then, oldest first; with `body`."""
    bodies = [body]
    for _ in range(count):
        first = _first_entry(bodies[0])
        assert first is not None
        bodies.insert(0, bodies[0][: first.start()] + bodies[0][first.end() :])
    return bodies


def _first_entry(body: bytes) -> re.Match[bytes] | None:
    return re.search(rb"<(item|entry)(?:\s[^<>]*)?>.*?</\1>\s*", body, re.DOTALL)


_VOCABULARY = (
    "harbour council bridge winter ferry market school river evening station budget library north garden minister "
    "report water morning vote repair teacher railway summer village company road office price weather island"
)
_WORDS = tuple(_VOCABULARY.split())


def _rows(data: Path) -> list[dict[str, str]]:
    if not (data / "truth.jsonl").exists():
        return []
    with (data / "truth.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _read(row: dict[str, str], data: Path) -> Sample:
    return Sample(row["url"], gzip.decompress((data / "pages" / f"{row['id']}.html.gz").read_bytes()))


def _own(count: int) -> list[Sample]:
    paths = sorted((ROOT / "tests" / "corpus").glob("en-*/page.html"))
    chosen = [Sample(f"https://news.example/{path.parent.name}", path.read_bytes()) for path in paths]
    return (chosen * (1 + count // len(chosen)))[:count]
